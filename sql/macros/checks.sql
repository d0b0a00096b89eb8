{% test not_blank(model, column_name) %}
    select {{ column_name }} from {{ model }} where {{ column_name }} is null or trim({{ column_name }}) = ''
{% endtest %}

{% test one_row_each(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as rows_found
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{# Every range that a row cites lies in its release's text and is not empty. #}
{% test evidence_in_text(model) %}
    select rows.event_id, cited.field, cited.begin_at, cited.end_at
    from (select event_id, release_id, unnest(evidence) as cited from {{ model }}) as rows
    left join {{ source('readout', 'releases') }} as releases on releases.release_id = rows.release_id
    where not coalesce(cited.begin_at >= 0 and cited.begin_at < cited.end_at and cited.end_at <= length(releases.text), false)
{% endtest %}

{# Every row is of its release's current version. #}
{% test of_current_version(model) %}
    select rows.event_id, rows.release_id, rows.version_id
    from {{ model }} as rows
    anti join {{ source('readout', 'releases') }} as releases using (release_id, version_id)
{% endtest %}
