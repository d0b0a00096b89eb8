{{ config(materialized='view') }}

with bounds as (
    select source_id, min(coalesce(published_at, first_seen)) as oldest
    from {{ source('readout', 'releases') }}
    group by source_id
),

spans as (
    select
        r.source_id,
        coalesce(r.interval_start, b.oldest, r.started_at)::date as from_day,
        (coalesce(r.interval_end, r.started_at) - interval 1 microsecond)::date as to_day,
        case r.coverage when 'complete' then 1 when 'partial' then 2 else 3 end as rank
    from {{ source('readout', 'runs') }} as r
    left join bounds as b using (source_id)
    where r.trigger is distinct from 'reprocess'
),

days as (
    select source_id, day::date as day, min(rank) as rank
    from (select source_id, rank, unnest(generate_series(from_day, to_day, interval 1 day)) as day from spans)
    group by all
),

covered as (
    select
        source_id,
        date_trunc('month', day)::date as month,
        count(*) filter (where rank = 1) as days_complete,
        count(*) filter (where rank = 2) as days_partial,
        count(*) filter (where rank = 3) as days_unknown
    from days
    group by all
),

published as (
    select
        source_id,
        date_trunc('month', coalesce(published_at, first_seen))::date as month,
        count(*) as releases,
        count(*) filter (where published_date is null) as undated
    from {{ source('readout', 'releases') }}
    group by all
)

select
    source_id,
    month,
    coalesce(p.releases, 0) as releases,
    coalesce(p.undated, 0) as undated,
    coalesce(c.days_complete, 0) as days_complete,
    coalesce(c.days_partial, 0) as days_partial,
    coalesce(c.days_unknown, 0) as days_unknown,
    day(last_day(month))
        - coalesce(c.days_complete, 0) - coalesce(c.days_partial, 0) - coalesce(c.days_unknown, 0) as days_not_asked
from covered as c
full join published as p using (source_id, month)
