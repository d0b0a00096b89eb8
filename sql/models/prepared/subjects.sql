with dealt_with as (
    select e.engagement_no, n.topic_no, e.day
    from {{ source('readout', 'topics') }} as t
    join {{ ref('numbered_topics') }} as n using (topic_id)
    join {{ ref('numbered_events') }} as e using (event_id)
    where e.is_held
)

select engagement_no, topic_no, day from dealt_with where engagement_no > 0
union all
select distinct engagement_no, topic_no, day from dealt_with where engagement_no < 0
