-- The stream of changes is numbered from 1, each number once and none left out, so that a reader knows it has missed nothing.
-- Compared by the sums of hashes: grouping the longest table of all would take longer than most models.
with found as (
    select count(*) as rows_found, min(seq) as first_seq, max(seq) as last_seq, sum(hash(seq)) as hashes
    from {{ source('readout', 'changes') }}
)

select rows_found, first_seq, last_seq
from found
where hashes is distinct from (select sum(hash(seq)) from range(1, (select rows_found + 1 from found)) as numbers(seq))
