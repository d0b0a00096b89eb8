with monthly as (
    select date_trunc('month', day)::date as month, topic_no, count(*) as engagements
    from {{ ref('subjects') }}
    where day is not null
    group by all
),

held as (
    select month, count(*) as engagements
    from {{ ref('engagements') }}
    where status = 'held'
    group by month
)

select
    m.month,
    n.topic_id,
    n.label,
    n.iptc_code,
    m.engagements,
    round(m.engagements / h.engagements, 4)::double as share
from monthly as m
join held as h using (month)
join {{ ref('numbered_topics') }} as n using (topic_no)
order by m.month, m.engagements desc, n.topic_id
