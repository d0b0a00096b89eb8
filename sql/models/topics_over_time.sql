with monthly as (
    select date_trunc('month', day)::date as month, topic_id, count(*) as engagements
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
    m.topic_id,
    v.label,
    v.iptc_code,
    m.engagements,
    round(m.engagements / h.engagements, 4)::double as share
from monthly as m
join held as h using (month)
left join {{ source('readout', 'topic_vocabulary') }} as v using (topic_id)
order by m.month, m.engagements desc, m.topic_id
