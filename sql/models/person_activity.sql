with latest as (
    select person_id, arg_max(position, (last_seen, first_seen, position)) as position
    from {{ source('readout', 'positions') }}
    where position is not null
    group by person_id
),

attended as (
    select
        person_no,
        count(*) as engagements,
        count(*) filter (where event_type = 'meeting') as meetings,
        count(*) filter (where event_type = 'call') as calls,
        count(*) filter (where event_type = 'visit') as visits,
        count(*) filter (where side = 'host') as as_host,
        count(*) filter (where side = 'guest') as as_guest,
        count(distinct date_trunc('month', day)) as active_months
    from {{ ref('people_present') }}
    group by person_no
)

select
    p.person_id,
    p.name,
    p.country,
    l.position,
    p.first_seen,
    p.last_seen,
    p.mentions,
    coalesce(a.engagements, 0) as engagements,
    coalesce(a.meetings, 0) as meetings,
    coalesce(a.calls, 0) as calls,
    coalesce(a.visits, 0) as visits,
    coalesce(a.as_host, 0) as as_host,
    coalesce(a.as_guest, 0) as as_guest,
    coalesce(a.active_months, 0) as active_months
from {{ source('readout', 'people') }} as p
left join {{ ref('numbered_people') }} as n using (person_id)
left join attended as a using (person_no)
left join latest as l using (person_id)
order by engagements desc, p.name, p.person_id
