-- In an engagement that one event tells, a person sits once (a check); in the others they may sit in several events.
select engagement_no, person_no, side, event_type, day
from {{ ref('seats') }}
where is_held and person_no is not null and engagement_no > 0
union all
select
    engagement_no,
    person_no,
    case
        when bool_or(side = 'host') then 'host'
        when bool_or(side = 'guest') then 'guest'
        else 'other'
    end,
    any_value(event_type),
    any_value(day)
from {{ ref('seats') }}
where is_held and person_no is not null and engagement_no < 0
group by engagement_no, person_no
