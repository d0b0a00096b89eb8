select
    row_number() over (order by country)::smallint as country_no,
    country,
    name
from {{ source('readout', 'countries') }}
