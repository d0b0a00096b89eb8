with dealt_with as (
    select distinct ev.engagement_id, t.topic_id
    from {{ source('readout', 'topics') }} as t
    join {{ source('readout', 'events') }} as ev using (event_id)
    where ev.mention = 'primary' and ev.status = 'held' and t.topic_id is not null
),

monthly as (
    select e.month, d.topic_id, count(*) as engagements
    from dealt_with as d
    join {{ ref('engagements') }} as e using (engagement_id)
    where e.month is not null
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
