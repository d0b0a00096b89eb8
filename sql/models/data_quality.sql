with released as (
    select
        source_id,
        count(*) as releases,
        count(published_date) as dated,
        count(*) filter (where length(body) >= 200) as with_body
    from {{ source('readout', 'releases') }}
    group by source_id
),

read as (
    select
        source_id,
        count(distinct release_no) as with_event,
        count(*) as primary_events,
        count(*) filter (where is_dated) as dated_events
    from {{ ref('numbered_events') }}
    where is_primary
    group by source_id
),

seated as (
    select
        source_id,
        count(*) as people,
        count(*) filter (where has_position) as with_position,
        count(country_no) as with_country,
        sum(confidence) as confidence
    from {{ ref('seats') }}
    where is_person
    group by source_id
)

select
    r.source_id,
    r.releases,
    (r.dated / r.releases)::double as share_dated,
    (r.with_body / r.releases)::double as share_with_body,
    (coalesce(e.with_event, 0) / r.releases)::double as share_with_event,
    coalesce(e.primary_events, 0) as primary_events,
    (e.dated_events / e.primary_events)::double as share_of_events_dated,
    coalesce(s.people, 0) as people_seated,
    (s.with_position / s.people)::double as share_with_position,
    (s.with_country / s.people)::double as share_with_country,
    (s.confidence / s.people)::double as mean_confidence
from released as r
left join read as e using (source_id)
left join seated as s using (source_id)
order by r.source_id
