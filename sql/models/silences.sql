with latest as (
    select max(start_date) as day from {{ ref('engagements') }} where status = 'held'
),

-- A usual gap is a day at least, so who was seen in the last three days is not silent, and need not be looked at by days.
quiet as (
    select person_no
    from {{ ref('people_present') }}
    where day is not null
    group by person_no
    having count(*) >= 3 and max(day) < (select day - 3 from latest)
),

sightings as (
    select distinct person_no, null::smallint as country_no, day
    from {{ ref('people_present') }}
    join quiet using (person_no)
    where day is not null
    union all
    select distinct null, country_no, day
    from {{ ref('seats') }}
    where is_held and country_no is not null and day is not null
),

gaps as (
    select *, day - lag(day) over (partition by person_no, country_no order by day) as gap
    from sightings
),

told as (
    select
        person_no,
        country_no,
        count(*) as days_seen,
        max(day) as last_seen,
        median(gap) as usual_gap
    from gaps
    group by person_no, country_no
)

select
    case when t.person_no is null then 'country' else 'person' end as kind,
    coalesce(p.person_id, c.country) as id,
    coalesce(p.name, c.name) as name,
    t.days_seen,
    t.last_seen,
    t.usual_gap::double as usual_gap_days,
    (l.day - t.last_seen)::bigint as days_silent
from told as t
cross join latest as l
left join {{ ref('numbered_people') }} as p on p.person_no = t.person_no
left join {{ ref('numbered_countries') }} as c on c.country_no = t.country_no
where t.days_seen >= 3 and l.day - t.last_seen > 3 * greatest(t.usual_gap, 1)
order by days_silent desc, kind, id
