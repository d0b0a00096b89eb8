-- No event ends before it starts.
select event_id, start_date, end_date
from {{ source('readout', 'events') }}
where end_date < start_date
