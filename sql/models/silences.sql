with sightings as (
    select distinct 'person' as kind, person_no, null as country, day
    from {{ ref('people_present') }}
    where day is not null
    union all
    select distinct 'country', null, country, day
    from {{ ref('seats') }}
    where is_held and country is not null and day is not null
),

gaps as (
    select *, day - lag(day) over (partition by kind, person_no, country order by day) as gap
    from sightings
),

told as (
    select
        kind,
        person_no,
        country,
        count(*) as days_seen,
        max(day) as last_seen,
        median(gap) as usual_gap
    from gaps
    group by kind, person_no, country
),

latest as (
    select max(start_date) as day from {{ ref('engagements') }} where status = 'held'
)

select
    t.kind,
    coalesce(p.person_id, t.country) as id,
    coalesce(p.name, c.name, t.country) as name,
    t.days_seen,
    t.last_seen,
    t.usual_gap::double as usual_gap_days,
    (l.day - t.last_seen)::bigint as days_silent
from told as t
cross join latest as l
left join {{ ref('numbered_people') }} as p on p.person_no = t.person_no
left join {{ source('readout', 'countries') }} as c on c.country = t.country
where t.days_seen >= 3 and l.day - t.last_seen > 3 * greatest(t.usual_gap, 1)
order by days_silent desc, t.kind, id
