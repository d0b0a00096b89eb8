with read as (
    select
        release_id,
        count(*) filter (where mention = 'primary') as primary_events,
        count(*) filter (where mention = 'primary' and start_date is not null) as dated_events
    from {{ source('readout', 'events') }}
    group by release_id
),

seated as (
    select
        release_id,
        count(*) as people,
        count(*) filter (where position is not null) as with_position,
        count(*) filter (where country is not null) as with_country,
        sum(confidence) as confidence
    from {{ source('readout', 'attendees') }}
    where kind = 'person'
    group by release_id
)

select
    r.source_id,
    count(*) as releases,
    (count(r.published_date) / count(*))::double as share_dated,
    (count(*) filter (where length(r.body) >= 200) / count(*))::double as share_with_body,
    (count(*) filter (where e.primary_events > 0) / count(*))::double as share_with_event,
    coalesce(sum(e.primary_events), 0)::bigint as primary_events,
    (sum(e.dated_events) / nullif(sum(e.primary_events), 0))::double as share_of_events_dated,
    coalesce(sum(s.people), 0)::bigint as people_seated,
    (sum(s.with_position) / nullif(sum(s.people), 0))::double as share_with_position,
    (sum(s.with_country) / nullif(sum(s.people), 0))::double as share_with_country,
    (sum(s.confidence) / nullif(sum(s.people), 0))::double as mean_confidence
from {{ source('readout', 'releases') }} as r
left join read as e using (release_id)
left join seated as s using (release_id)
group by r.source_id
order by r.source_id
