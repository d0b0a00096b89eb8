select
    engagement_id,
    arg_min(event_type, (event_id <> engagement_id, event_id)) as event_type,
    case
        when bool_or(e.status = 'held') then 'held'
        when bool_or(e.status = 'cancelled') then 'cancelled'
        when bool_or(e.status = 'postponed') then 'postponed'
        when bool_or(e.status = 'planned') then 'planned'
        else 'unknown'
    end as status,
    min(coalesce(e.start_date, r.published_date)) as start_date,
    date_trunc('month', min(coalesce(e.start_date, r.published_date)))::date as month,
    arg_min(place, (event_id <> engagement_id, event_id)) filter (where place is not null) as place,
    arg_min(e.country, (event_id <> engagement_id, event_id)) filter (where e.country is not null) as country,
    arg_min(name, (event_id <> engagement_id, event_id)) as name,
    count(*) as events,
    count(distinct release_id) as releases,
    count(distinct source_id) as sources
from {{ source('readout', 'events') }} as e
join {{ source('readout', 'releases') }} as r using (release_id)
where mention = 'primary'
group by engagement_id
