with tellings as (
    select e.engagement_id, e.event_id, e.release_id
    from {{ source('readout', 'joined_events') }} as j
    join {{ source('readout', 'events') }} as e using (event_id)
    where e.mention = 'primary' and e.status = 'held'
),

releases as (
    select engagement_id, release_id, list(event_id order by event_id) as event_ids
    from tellings
    group by engagement_id, release_id
    qualify count(*) over (partition by engagement_id) > 1
),

-- A person is named by the id that all releases share, a group or state by its own name.
named as (
    select t.engagement_id, t.release_id, 'attendee' as what, coalesce(p.name, a.name) as name
    from tellings as t
    join {{ source('readout', 'attendees') }} as a using (event_id)
    left join {{ source('readout', 'people') }} as p using (person_id)
    union
    select t.engagement_id, t.release_id, 'topic', x.label
    from tellings as t
    join {{ source('readout', 'topics') }} as x using (event_id)
),

in_all as (
    select engagement_id, what, name, list(distinct release_id) as told_by
    from named
    group by engagement_id, what, name
),

compared as (
    select
        r.engagement_id,
        r.release_id,
        list(n.name order by n.name) filter (where n.what = 'attendee' and list_contains(n.told_by, r.release_id)) as attendees,
        list(n.name order by n.name) filter (where n.what = 'attendee' and n.told_by = [r.release_id]) as attendees_only_here,
        list(n.name order by n.name) filter (where n.what = 'attendee' and not list_contains(n.told_by, r.release_id)) as attendees_left_out,
        list(n.name order by n.name) filter (where n.what = 'topic' and list_contains(n.told_by, r.release_id)) as topics,
        list(n.name order by n.name) filter (where n.what = 'topic' and n.told_by = [r.release_id]) as topics_only_here,
        list(n.name order by n.name) filter (where n.what = 'topic' and not list_contains(n.told_by, r.release_id)) as topics_left_out
    from releases as r
    left join in_all as n using (engagement_id)
    group by r.engagement_id, r.release_id
)

select
    c.engagement_id,
    e.start_date,
    e.name as engagement,
    c.release_id,
    x.source_id,
    s.issuer,
    x.country as issuer_country,
    x.published_at,
    x.title,
    x.url,
    r.event_ids,
    coalesce(c.attendees, []) as attendees,
    coalesce(c.attendees_only_here, []) as attendees_only_here,
    coalesce(c.attendees_left_out, []) as attendees_left_out,
    coalesce(c.topics, []) as topics,
    coalesce(c.topics_only_here, []) as topics_only_here,
    coalesce(c.topics_left_out, []) as topics_left_out
from compared as c
join releases as r using (engagement_id, release_id)
join {{ ref('engagements') }} as e using (engagement_id)
join {{ source('readout', 'releases') }} as x using (release_id)
left join {{ source('readout', 'sources') }} as s using (source_id)
order by e.start_date, c.engagement_id, x.published_at, c.release_id
