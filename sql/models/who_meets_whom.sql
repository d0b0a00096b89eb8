with seated as (
    select ep.engagement_id, ep.person_id, ep.side, e.start_date
    from {{ ref('engagement_people') }} as ep
    join {{ ref('engagements') }} as e using (engagement_id)
    where e.event_type in ({{ "'" ~ var('together') | join("', '") ~ "'" }})
),

met as (
    select
        a.person_id as person_a_id,
        b.person_id as person_b_id,
        a.engagement_id,
        a.start_date,
        a.side <> b.side as facing
    from seated as a
    join seated as b on b.engagement_id = a.engagement_id and a.person_id < b.person_id
),

pairs as (
    select
        person_a_id,
        person_b_id,
        count(*) as meetings,
        count(*) filter (where facing) as facing,
        min(start_date) as first_met,
        max(start_date) as last_met
    from met
    group by person_a_id, person_b_id
),

dealt_with as (
    select distinct e.engagement_id, t.topic_id
    from {{ source('readout', 'topics') }} as t
    join {{ source('readout', 'events') }} as e using (event_id)
    where e.mention = 'primary' and e.status = 'held' and t.topic_id is not null
),

pair_topics as (
    select person_a_id, person_b_id, list(topic_id order by times desc, topic_id)[:5] as topics
    from (
        select person_a_id, person_b_id, topic_id, count(*) as times
        from met
        join dealt_with using (engagement_id)
        group by all
    )
    group by person_a_id, person_b_id
)

select
    p.person_a_id,
    a.name as person_a,
    a.country as country_a,
    p.person_b_id,
    b.name as person_b,
    b.country as country_b,
    p.meetings,
    p.facing,
    p.first_met,
    p.last_met,
    coalesce(t.topics, []) as topics
from pairs as p
join {{ source('readout', 'people') }} as a on a.person_id = p.person_a_id
join {{ source('readout', 'people') }} as b on b.person_id = p.person_b_id
left join pair_topics as t on t.person_a_id = p.person_a_id and t.person_b_id = p.person_b_id
order by p.meetings desc, person_a, person_b, p.person_a_id, p.person_b_id
