-- The stream of changes is numbered from 1 without a gap, so that a reader knows it has missed nothing.
select count(*) as rows_found, min(seq) as first_seq, max(seq) as last_seq
from {{ source('readout', 'changes') }}
having count(*) > 0 and (min(seq) <> 1 or max(seq) <> count(*))
