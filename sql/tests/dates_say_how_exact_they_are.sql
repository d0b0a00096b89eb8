-- An event has a date just when it says how exact the date is.
{{ config(severity='warn') }}
select event_id, start_date, date_precision
from {{ source('readout', 'events') }}
where (start_date is null) <> (date_precision = 'none')
