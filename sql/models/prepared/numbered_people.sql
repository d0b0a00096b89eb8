select
    row_number() over (order by person_id)::integer as person_no,
    row_number() over (order by name, person_id)::integer as name_no,
    person_id,
    name,
    country
from {{ source('readout', 'people') }}
