select
    e.engagement_no,
    e.source_id,
    e.event_type,
    e.day,
    e.is_held,
    p.person_no,
    c.country_no,
    a.side,
    a.kind = 'person' as is_person,
    a.position is not null as has_position,
    a.confidence
from {{ source('readout', 'attendees') }} as a
join {{ ref('numbered_events') }} as e using (event_id)
left join {{ ref('numbered_people') }} as p using (person_id)
left join {{ ref('numbered_countries') }} as c on c.country = a.country
