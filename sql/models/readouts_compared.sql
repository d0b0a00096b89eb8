with tellings as (
    select e.engagement_id, e.release_id, list_sort(list(e.event_id)) as event_ids
    from {{ source('readout', 'joined_events') }} as j
    join {{ source('readout', 'events') }} as e using (event_id)
    where e.mention = 'primary' and e.status = 'held'
    group by e.engagement_id, e.release_id
),

several as (
    select engagement_id, row_number() over ()::integer as engagement_no
    from tellings
    group by engagement_id
    having count(*) > 1
),

numbered as materialized (
    select row_number() over ()::integer as telling_no, s.engagement_no, t.engagement_id, t.release_id, t.event_ids
    from tellings as t
    join several as s using (engagement_id)
),

told as (
    select telling_no, engagement_no, unnest(event_ids) as event_id from numbered
),

-- A person is named by the id that all releases share, a group or state by its own name.
named as materialized (
    select t.telling_no, t.engagement_no, true as is_seated, coalesce(p.name, a.name) as name
    from told as t
    join {{ source('readout', 'attendees') }} as a using (event_id)
    left join {{ source('readout', 'people') }} as p using (person_id)
    union
    select t.telling_no, t.engagement_no, false, x.label
    from told as t
    join {{ source('readout', 'topics') }} as x using (event_id)
),

here as (
    select
        telling_no,
        list_sort(coalesce(list(name) filter (where is_seated), [])) as attendees,
        list_sort(coalesce(list(name) filter (where not is_seated), [])) as topics
    from named
    group by telling_no
),

anywhere as (
    select
        engagement_no,
        list_sort(coalesce(list(name) filter (where is_seated), [])) as attendees,
        list_sort(coalesce(list(name) filter (where not is_seated), [])) as topics,
        coalesce(list(name) filter (where is_seated and releases = 1), []) as attendees_once,
        coalesce(list(name) filter (where not is_seated and releases = 1), []) as topics_once
    from (
        select engagement_no, is_seated, name, count(*) as releases
        from named
        group by engagement_no, is_seated, name
    )
    group by engagement_no
)

select
    n.engagement_id,
    e.start_date,
    e.name as engagement,
    n.release_id,
    x.source_id,
    s.issuer,
    x.country as issuer_country,
    x.published_at,
    x.title,
    x.url,
    n.event_ids,
    coalesce(h.attendees, []) as attendees,
    coalesce(list_filter(h.attendees, lambda name: list_contains(w.attendees_once, name)), []) as attendees_only_here,
    coalesce(list_filter(w.attendees, lambda name: not list_contains(coalesce(h.attendees, []), name)), []) as attendees_left_out,
    coalesce(h.topics, []) as topics,
    coalesce(list_filter(h.topics, lambda name: list_contains(w.topics_once, name)), []) as topics_only_here,
    coalesce(list_filter(w.topics, lambda name: not list_contains(coalesce(h.topics, []), name)), []) as topics_left_out
from numbered as n
left join here as h using (telling_no)
left join anywhere as w using (engagement_no)
join {{ ref('engagements') }} as e using (engagement_id)
join {{ source('readout', 'releases') }} as x using (release_id)
left join {{ source('readout', 'sources') }} as s using (source_id)
order by e.start_date, n.engagement_id, x.published_at, n.release_id
