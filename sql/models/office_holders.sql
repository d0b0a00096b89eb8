{{ config(materialized='view') }}

select
    h.country,
    h.organization,
    h.position,
    h.person_id,
    p.name,
    h.first_seen,
    h.last_seen
from {{ source('readout', 'positions') }} as h
join {{ source('readout', 'people') }} as p using (person_id)
where h.position is not null
