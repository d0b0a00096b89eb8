select
    row_number() over (order by topic_id)::integer as topic_no,
    topic_id,
    label,
    iptc_code
from {{ source('readout', 'topic_vocabulary') }}
