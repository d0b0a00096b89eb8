-- A person has a person_id; groups and states have none.
select mention_id, kind, person_id
from {{ source('readout', 'attendees') }}
where (kind = 'person') <> (person_id is not null)
