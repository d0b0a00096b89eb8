-- A subject has its slug and its IPTC code; a named topic has neither.
select event_id, kind, label, topic_id, iptc_code
from {{ source('readout', 'topics') }}
where (kind = 'subject') <> (topic_id is not null) or (kind = 'named' and iptc_code is not null)
