{{ config(materialized='view') }}

select
    p.problem_id,
    p.source_id,
    s.name as source,
    p.stage,
    p.reason,
    coalesce(p.address, r.url) as address,
    p.release_id,
    p.detail,
    p.tries,
    p.first_seen,
    p.last_seen
from {{ source('readout', 'problems') }} as p
left join {{ source('readout', 'sources') }} as s using (source_id)
left join {{ source('readout', 'releases') }} as r using (release_id)
where p.resolved_at is null
