-- No two attendees of one event are one person.
select event_id, person_id, count(*) as rows_found
from {{ source('readout', 'attendees') }}
where person_id is not null
group by event_id, person_id
having count(*) > 1
