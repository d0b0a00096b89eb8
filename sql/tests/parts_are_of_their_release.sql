-- An event that is part of another is part of one that the same release tells, and not of itself.
select e.event_id, e.part_of_event_id
from {{ source('readout', 'events') }} as e
left join {{ source('readout', 'events') }} as whole on whole.event_id = e.part_of_event_id
where
    e.part_of_event_id is not null
    and (whole.release_id is distinct from e.release_id or e.part_of_event_id = e.event_id)
