-- Every release that was ever fetched has exactly one current version.
select release_id, count(*) filter (where is_current) as current_versions
from {{ source('readout', 'release_versions') }}
group by release_id
having count(*) filter (where is_current) <> 1
