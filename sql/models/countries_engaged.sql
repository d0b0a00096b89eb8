with present as (
    select distinct e.engagement_id, a.country
    from {{ source('readout', 'attendees') }} as a
    join {{ source('readout', 'events') }} as e using (event_id)
    where e.mention = 'primary' and e.status = 'held' and a.country is not null
),

monthly as (
    select a.country, b.country as counterpart, e.month, count(*) as engagements
    from present as a
    join present as b on b.engagement_id = a.engagement_id and b.country <> a.country
    join {{ ref('engagements') }} as e on e.engagement_id = a.engagement_id
    where e.month is not null and e.event_type in ({{ "'" ~ var('together') | join("', '") ~ "'" }})
    group by all
)

select
    m.country,
    c.name as country_name,
    m.counterpart,
    o.name as counterpart_name,
    m.month,
    m.engagements,
    (sum(m.engagements) over (
        partition by m.country, m.counterpart order by m.month
        range between interval 11 months preceding and current row
    ))::bigint as last_12_months,
    (sum(m.engagements) over (
        partition by m.country, m.counterpart order by m.month
        range between interval 23 months preceding and interval 12 months preceding
    ))::bigint as the_12_before
from monthly as m
left join {{ source('readout', 'countries') }} as c on c.country = m.country
left join {{ source('readout', 'countries') }} as o on o.country = m.counterpart
order by m.country, m.counterpart, m.month
