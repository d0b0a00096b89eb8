-- Whatever way a person is presented, they are one person under one name.
select person_id, min(person_name) as one_name, max(person_name) as another
from {{ source('readout', 'profiles') }}
group by person_id
having min(person_name) <> max(person_name)
