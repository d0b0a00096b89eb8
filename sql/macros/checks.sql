{% test not_blank(model, column_name) %}
    select {{ column_name }} from {{ model }} where {{ column_name }} is null or trim({{ column_name }}) = ''
{% endtest %}

{# Texts are grouped by their hashes first: only rows whose hash stands twice are looked at, a third of the time. #}
{% test one_row_each(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as rows_found
    from {{ model }}
    where hash({{ columns | join(', ') }}) in (
        select hash({{ columns | join(', ') }}) from {{ model }} group by 1 having count(*) > 1
    )
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{% macro default__test_unique(model, column_name) %}
    select {{ column_name }} as unique_field, count(*) as n_records
    from {{ model }}
    where hash({{ column_name }}) in (
        select hash({{ column_name }}) from {{ model }} where {{ column_name }} is not null group by 1 having count(*) > 1
    )
    group by {{ column_name }}
    having count(*) > 1
{% endmacro %}

{# Every range that a row cites lies in its release's text and is not empty. #}
{% test evidence_in_text(model) %}
    select rows.event_id, cited.field, cited.begin_at, cited.end_at
    from (select event_id, release_id, unnest(evidence) as cited from {{ model }}) as rows
    left join (
        select release_id, length(text) as characters from {{ source('readout', 'releases') }}
    ) as releases on releases.release_id = rows.release_id
    where not coalesce(cited.begin_at >= 0 and cited.begin_at < cited.end_at and cited.end_at <= releases.characters, false)
{% endtest %}

{# Every row is of its release's current version. #}
{% test of_current_version(model) %}
    select rows.event_id, rows.release_id, rows.version_id
    from {{ model }} as rows
    anti join {{ source('readout', 'releases') }} as releases using (release_id, version_id)
{% endtest %}
