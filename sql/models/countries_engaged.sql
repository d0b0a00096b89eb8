with present as (
    select distinct engagement_no, country_no, day
    from {{ ref('seats') }}
    where
        is_held and country_no is not null and day is not null
        and event_type in ({{ "'" ~ var('together') | join("', '") ~ "'" }})
),

daily as (
    select a.country_no, b.country_no as counterpart_no, a.day, count(*) as engagements
    from present as a
    join present as b on b.engagement_no = a.engagement_no and b.country_no > a.country_no
    group by a.country_no, b.country_no, a.day
),

monthly as (
    select country_no, counterpart_no, date_trunc('month', day)::date as month, sum(engagements)::bigint as engagements
    from (
        from daily
        union all
        select counterpart_no, country_no, day, engagements from daily
    )
    group by all
)

select
    c.country,
    c.name as country_name,
    o.country as counterpart,
    o.name as counterpart_name,
    m.month,
    m.engagements,
    (sum(m.engagements) over (
        partition by m.country_no, m.counterpart_no order by m.month
        range between interval 11 months preceding and current row
    ))::bigint as last_12_months,
    (sum(m.engagements) over (
        partition by m.country_no, m.counterpart_no order by m.month
        range between interval 23 months preceding and interval 12 months preceding
    ))::bigint as the_12_before
from monthly as m
join {{ ref('numbered_countries') }} as c on c.country_no = m.country_no
join {{ ref('numbered_countries') }} as o on o.country_no = m.counterpart_no
order by c.country, o.country, m.month
