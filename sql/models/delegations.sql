{{ config(materialized='view') }}

-- The office that a position names first decides its rank, of two that begin at one place the longer one: an adviser to a
-- president is an adviser, a deputy minister no minister.
with worded as (
    select distinct position, ' ' || replace(lower(position), ',', ' ,') || ' ' as words
    from {{ source('readout', 'attendees') }}
    where position is not null and kind = 'person'
),

ranked as (
    select
        w.position,
        arg_min(r.rank, (instr(w.words, ' ' || r.words || ' '), -length(r.words))) as rank,
        arg_min(r.label, (instr(w.words, ' ' || r.words || ' '), -length(r.words))) as label
    from worded as w
    join {{ ref('office_ranks') }} as r on contains(w.words, ' ' || r.words || ' ')
    group by w.position
),

seated as (
    select
        e.engagement_id,
        a.country,
        a.person_id,
        any_value(p.name) as name,
        arg_min(a.position, (coalesce(r.rank, 7), -length(a.position))) filter (where a.position is not null) as position,
        coalesce(min(r.rank), 7) as rank,
        arg_min(r.label, r.rank) as label,
        min(a.nth) as nth
    from {{ source('readout', 'attendees') }} as a
    join {{ source('readout', 'events') }} as e using (event_id)
    join {{ source('readout', 'people') }} as p using (person_id)
    left join ranked as r on r.position = a.position
    where e.mention = 'primary' and e.status = 'held' and a.country is not null
    group by e.engagement_id, a.country, a.person_id
)

select
    s.engagement_id,
    g.start_date,
    g.event_type,
    g.name as engagement,
    s.country,
    c.name as country_name,
    count(*) as size,
    arg_min(s.name, (s.rank, s.nth, s.person_id)) as head,
    arg_min(s.position, (s.rank, s.nth, s.person_id)) filter (where s.position is not null) as head_position,
    min(s.rank)::integer as head_rank,
    arg_min(s.label, (s.rank, s.nth, s.person_id)) filter (where s.label is not null) as head_rank_label,
    list(s.name order by s.rank, s.nth, s.person_id) as members,
    list(s.rank::integer order by s.rank, s.nth, s.person_id) as member_ranks
from seated as s
join {{ ref('engagements') }} as g using (engagement_id)
left join {{ source('readout', 'countries') }} as c on c.country = s.country
where g.event_type in ({{ "'" ~ var('together') | join("', '") ~ "'" }})
group by s.engagement_id, g.start_date, g.event_type, g.name, s.country, c.name
