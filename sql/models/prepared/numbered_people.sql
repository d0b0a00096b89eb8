select
    row_number() over (order by person_id)::integer as person_no,
    person_id,
    name,
    country
from {{ source('readout', 'people') }}
