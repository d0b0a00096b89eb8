{{ config(materialized='view') }}

with newest as (
    select
        source_id,
        count(*) as releases,
        max(coalesce(published_at, first_seen)) as newest_release
    from {{ source('readout', 'releases') }}
    group by source_id
),

ran as (
    select
        source_id,
        max(coalesce(ended_at, started_at)) as last_run,
        max(coalesce(ended_at, started_at)) filter (where coverage = 'complete') as last_complete_run,
        arg_max(coverage, started_at) as last_coverage,
        arg_max(coverage_reason, started_at) as last_coverage_reason
    from {{ source('readout', 'runs') }}
    where trigger is distinct from 'reprocess'
    group by source_id
),

open_problems as (
    select source_id, count(*) as open_problems
    from {{ source('readout', 'problems') }}
    where resolved_at is null and source_id is not null
    group by source_id
)

select
    s.source_id,
    s.name,
    s.enabled,
    coalesce(n.releases, 0) as releases,
    n.newest_release,
    r.last_run,
    r.last_complete_run,
    r.last_coverage,
    r.last_coverage_reason,
    date_diff('day', n.newest_release, r.last_run) as days_since_release,
    coalesce(p.open_problems, 0) as open_problems
from {{ source('readout', 'sources') }} as s
left join newest as n using (source_id)
left join ran as r using (source_id)
left join open_problems as p using (source_id)
