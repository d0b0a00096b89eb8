{{ config(materialized='view') }}

select
    e.engagement_id,
    a.person_id,
    arg_min(a.country, a.mention_id) filter (where a.country is not null) as country,
    case
        when bool_or(a.side = 'host') then 'host'
        when bool_or(a.side = 'guest') then 'guest'
        else 'other'
    end as side
from {{ source('readout', 'attendees') }} as a
join {{ source('readout', 'events') }} as e using (event_id)
where e.mention = 'primary' and e.status = 'held' and a.person_id is not null
group by e.engagement_id, a.person_id
