with present as (
    select distinct engagement_no, country, date_trunc('month', day)::date as month
    from {{ ref('seats') }}
    where
        is_held and country is not null and day is not null
        and event_type in ({{ "'" ~ var('together') | join("', '") ~ "'" }})
),

monthly as (
    select a.country, b.country as counterpart, a.month, count(*) as engagements
    from present as a
    join present as b on b.engagement_no = a.engagement_no and b.country <> a.country
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
