select
    month,
    event_type,
    count(*) filter (where status = 'held') as held,
    count(*) filter (where status = 'planned') as planned,
    count(*) filter (where status in ('cancelled', 'postponed')) as called_off,
    count(*) as engagements,
    sum(releases)::bigint as tellings
from {{ ref('engagements') }}
where month is not null
group by month, event_type
order by month, event_type
