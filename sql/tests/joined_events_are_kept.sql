-- Events that share the engagement of another are known as joined: the models group those alone.
select event_id, engagement_id
from {{ source('readout', 'events') }}
where engagement_id <> event_id and event_id not in (select event_id from {{ source('readout', 'joined_events') }})
