select e.engagement_no, t.topic_id, e.day
from {{ source('readout', 'topics') }} as t
join {{ ref('numbered_events') }} as e using (event_id)
where e.is_held and t.topic_id is not null and e.engagement_no > 0
union all
select distinct e.engagement_no, t.topic_id, e.day
from {{ source('readout', 'topics') }} as t
join {{ ref('numbered_events') }} as e using (event_id)
where e.is_held and t.topic_id is not null and e.engagement_no < 0
