-- Nearly every event is an engagement of its own, and is dealt with in one pass; only the others are grouped.
with joined as (
    select engagement_id, -(row_number() over (order by engagement_id))::integer as engagement_no
    from (select distinct engagement_id from {{ source('readout', 'joined_events') }})
),

numbered_releases as (
    select release_id, source_id, published_date, row_number() over ()::integer as release_no
    from {{ source('readout', 'releases') }}
),

numbered as materialized (
    select
        e.event_id,
        coalesce(j.engagement_no, row_number() over ())::integer as engagement_no,
        r.release_no,
        r.source_id,
        e.event_type,
        coalesce(e.start_date, r.published_date) as day,
        e.start_date is not null as is_dated,
        e.mention = 'primary' as is_primary,
        e.mention = 'primary' and e.status = 'held' as is_held,
        e.event_id <> e.engagement_id as is_later
    from {{ source('readout', 'events') }} as e
    join numbered_releases as r using (release_id)
    left join joined as j on j.engagement_id = e.engagement_id
),

whole as (
    select engagement_no, arg_min(event_type, (is_later, event_id)) as event_type, min(day) as day
    from numbered
    where engagement_no < 0 and is_primary
    group by engagement_no
)

select
    n.event_id,
    n.engagement_no,
    n.release_no,
    n.source_id,
    case when w.engagement_no is null then n.event_type else w.event_type end as event_type,
    case when w.engagement_no is null then n.day else w.day end as day,
    n.is_dated,
    n.is_primary,
    n.is_held
from numbered as n
left join whole as w on w.engagement_no = n.engagement_no
