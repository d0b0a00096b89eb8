with sightings as (
    select distinct 'person' as kind, p.person_id as id, e.start_date
    from {{ ref('engagement_people') }} as p
    join {{ ref('engagements') }} as e using (engagement_id)
    where e.start_date is not null
    union all
    select distinct 'country', a.country, e.start_date
    from {{ source('readout', 'attendees') }} as a
    join {{ source('readout', 'events') }} as ev using (event_id)
    join {{ ref('engagements') }} as e using (engagement_id)
    where ev.mention = 'primary' and ev.status = 'held' and a.country is not null and e.start_date is not null
),

gaps as (
    select *, start_date - lag(start_date) over (partition by kind, id order by start_date) as gap
    from sightings
),

told as (
    select
        kind,
        id,
        count(*) as days_seen,
        max(start_date) as last_seen,
        median(gap) as usual_gap
    from gaps
    group by kind, id
),

latest as (
    select max(start_date) as day from {{ ref('engagements') }} where status = 'held'
)

select
    t.kind,
    t.id,
    coalesce(p.name, c.name, t.id) as name,
    t.days_seen,
    t.last_seen,
    t.usual_gap::double as usual_gap_days,
    (l.day - t.last_seen)::bigint as days_silent
from told as t
cross join latest as l
left join {{ source('readout', 'people') }} as p on t.kind = 'person' and p.person_id = t.id
left join {{ source('readout', 'countries') }} as c on t.kind = 'country' and c.country = t.id
where t.days_seen >= 3 and l.day - t.last_seen > 3 * greatest(t.usual_gap, 1)
order by days_silent desc, t.kind, t.id
