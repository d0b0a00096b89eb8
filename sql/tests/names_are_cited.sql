-- Every person's name cites words of the release.
select mention_id, name
from {{ source('readout', 'attendees') }}
where kind = 'person' and not list_contains(list_transform(evidence, lambda cited: cited.field), 'name')
