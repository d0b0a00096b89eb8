with seated as (
    select engagement_no, person_no, side, day
    from {{ ref('people_present') }}
    where event_type in ({{ "'" ~ var('together') | join("', '") ~ "'" }})
),

met as materialized (
    select a.person_no as a_no, b.person_no as b_no, a.engagement_no, a.day, a.side <> b.side as facing
    from seated as a
    join seated as b on b.engagement_no = a.engagement_no and a.person_no < b.person_no
),

pairs as (
    select
        a_no,
        b_no,
        count(*) as meetings,
        count(*) filter (where facing) as facing,
        min(day) as first_met,
        max(day) as last_met
    from met
    group by a_no, b_no
),

pair_topics as (
    -- Of two topics, that of the greater number was told more often, or as often and stands first: 65536 exceeds any topic's
    -- number. Whole numbers are ranked many times faster than pairs of a count and a text.
    select a_no, b_no, max(times * 65536 + (65536 - topic_no), 5) as ranked
    from (
        select a_no, b_no, topic_no, count(*) as times
        from met
        join {{ ref('subjects') }} using (engagement_no)
        group by a_no, b_no, topic_no
    )
    group by a_no, b_no
),

topics as (
    select list(topic_id order by topic_no) as topic_ids from {{ ref('numbered_topics') }}
)

select
    a.person_id as person_a_id,
    a.name as person_a,
    a.country as country_a,
    b.person_id as person_b_id,
    b.name as person_b,
    b.country as country_b,
    p.meetings,
    p.facing,
    p.first_met,
    p.last_met,
    coalesce(list_transform(t.ranked, lambda topic: v.topic_ids[65536 - topic % 65536]), []) as topics
from pairs as p
join {{ ref('numbered_people') }} as a on a.person_no = p.a_no
join {{ ref('numbered_people') }} as b on b.person_no = p.b_no
left join pair_topics as t on t.a_no = p.a_no and t.b_no = p.b_no
cross join topics as v
order by p.meetings desc, a.name_no, b.name_no
