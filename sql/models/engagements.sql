-- Nearly every event is an engagement of its own; only the others are grouped.
with joined as (
    select distinct engagement_id from {{ source('readout', 'joined_events') }}
),

undated as (
    select release_id, published_date
    from {{ source('readout', 'releases') }}
    where release_id in (select release_id from {{ source('readout', 'events') }} where start_date is null)
)

select
    e.event_id as engagement_id,
    e.event_type,
    case when e.status in ('held', 'cancelled', 'postponed', 'planned') then e.status else 'unknown' end as status,
    coalesce(e.start_date, u.published_date) as start_date,
    date_trunc('month', coalesce(e.start_date, u.published_date))::date as month,
    e.place,
    e.country,
    e.name,
    1::bigint as events,
    1::bigint as releases,
    1::bigint as sources
from {{ source('readout', 'events') }} as e
left join undated as u using (release_id)
where e.mention = 'primary' and e.engagement_id not in (select engagement_id from joined)

union all

select
    engagement_id,
    arg_min(event_type, (event_id <> engagement_id, event_id)),
    case
        when bool_or(e.status = 'held') then 'held'
        when bool_or(e.status = 'cancelled') then 'cancelled'
        when bool_or(e.status = 'postponed') then 'postponed'
        when bool_or(e.status = 'planned') then 'planned'
        else 'unknown'
    end,
    min(coalesce(e.start_date, r.published_date)),
    date_trunc('month', min(coalesce(e.start_date, r.published_date)))::date,
    arg_min(place, (event_id <> engagement_id, event_id)) filter (where place is not null),
    arg_min(e.country, (event_id <> engagement_id, event_id)) filter (where e.country is not null),
    arg_min(name, (event_id <> engagement_id, event_id)),
    count(*),
    count(distinct release_id),
    count(distinct source_id)
from {{ source('readout', 'events') }} as e
join {{ source('readout', 'releases') }} as r using (release_id)
where mention = 'primary' and engagement_id in (select engagement_id from joined)
group by engagement_id
