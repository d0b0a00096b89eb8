"""What is kept beside the releases: vocabularies and sources, problems, withdrawals and runs."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from pipeline.records import utc_now
from pipeline.rows import Tables
from pipeline.warehouse.file import Connection

VOCABULARIES = ("event_types", "topic_vocabulary", "countries")


def update_vocabularies(con: Connection, tables: Tables) -> None:
    """Replace the vocabularies that the batch brings, where they differ; a source no longer described stays, disabled."""
    for name in VOCABULARIES:
        if name in tables and con.execute(_DIFFERS.format(name)).fetchone():
            con.execute(f"DELETE FROM {name}; INSERT INTO {name} BY NAME SELECT * FROM in_{name}")
    if "sources" in tables and con.execute(_DIFFERS.format("sources")).fetchone():
        con.execute(_REPLACE_SOURCES)


def update_history(con: Connection, moment: datetime, loaded: int, unchanged: int, *, repeated: bool) -> None:
    """Write down the batch's problems, withdrawals and runs; a batch loaded before counts no try and leaves its run as it is.

    A problem is resolved when the release it is about is loaded without it, a problem of a source's discovery when a run
    of that source covers its whole interval without it, one of its drift when a run loads releases of it without that.
    """
    con.execute(_WITHDRAWALS)
    con.execute(_PROBLEMS, {"tries": 0 if repeated else 1})
    con.execute(_RESOLVE, {"moment": moment})
    if not repeated:
        con.execute("DELETE FROM runs WHERE run_id IN (SELECT run_id FROM in_runs)")
        con.execute(_RUNS, {"loaded": loaded, "unchanged": unchanged})


def merge_problems(con: Connection, problems: pa.Table, *, resolve_stage: str) -> None:
    """Write down problems of a stage that looks at everything each time: those of it that are not met again are resolved."""
    con.register("in_problems", problems)
    try:
        con.execute(_PROBLEMS, {"tries": 1})
        con.execute(
            "UPDATE problems SET resolved_at = $moment WHERE resolved_at IS NULL AND stage = $stage "
            "AND problem_id NOT IN (SELECT problem_id FROM in_problems)",
            {"moment": utc_now().replace(tzinfo=None), "stage": resolve_stage},
        )
    finally:
        con.unregister("in_problems")


_DIFFERS = """
(SELECT * FROM in_{0} EXCEPT SELECT * FROM {0}) UNION ALL (SELECT * FROM {0} EXCEPT SELECT * FROM in_{0}) LIMIT 1
"""

_REPLACE_SOURCES = """
DELETE FROM sources WHERE source_id IN (SELECT source_id FROM in_sources);
UPDATE sources SET enabled = false;
INSERT INTO sources BY NAME SELECT * FROM in_sources;
"""

_WITHDRAWALS = """
MERGE INTO withdrawals AS w
USING (
    SELECT release_id, max(withdrawn_at) AS withdrawn_at, arg_max(detail, withdrawn_at) AS detail
    FROM in_withdrawals GROUP BY release_id
) AS i ON i.release_id = w.release_id
WHEN MATCHED AND i.withdrawn_at > w.withdrawn_at THEN UPDATE SET withdrawn_at = i.withdrawn_at, detail = i.detail
WHEN NOT MATCHED THEN INSERT (release_id, withdrawn_at, detail) VALUES (i.release_id, i.withdrawn_at, i.detail)
"""

_PROBLEMS = """
MERGE INTO problems AS p
USING in_problems AS i ON i.problem_id = p.problem_id
WHEN MATCHED THEN UPDATE SET
    detail = CASE WHEN i.seen_at >= p.last_seen THEN i.detail ELSE p.detail END,
    first_seen = least(p.first_seen, i.seen_at),
    last_seen = greatest(p.last_seen, i.seen_at),
    tries = p.tries + $tries,
    resolved_at = CASE WHEN i.seen_at >= p.last_seen THEN NULL ELSE p.resolved_at END
WHEN NOT MATCHED THEN INSERT
    (problem_id, stage, source_id, address, release_id, reason, detail, first_seen, last_seen, tries, resolved_at)
    VALUES (i.problem_id, i.stage, i.source_id, i.address, i.release_id, i.reason, i.detail, i.seen_at, i.seen_at, 1, NULL)
"""

_RESOLVE = """
UPDATE problems SET resolved_at = $moment
WHERE resolved_at IS NULL
    AND problem_id NOT IN (SELECT problem_id FROM in_problems)
    AND (
        release_id IN (SELECT release_id FROM in_releases)
        OR (source_id, address) IN (SELECT (source_id, url) FROM in_releases)
        OR (stage = 'drift' AND release_id IS NULL AND source_id IN (SELECT source_id FROM in_releases))
        OR (stage = 'discover' AND source_id IN (SELECT source_id FROM in_runs WHERE coverage = 'complete'))
    )
"""

_RUNS = """
INSERT INTO runs BY NAME
SELECT * REPLACE (
    CASE count(*) OVER () WHEN 1 THEN loaded + $loaded ELSE loaded END AS loaded,
    CASE count(*) OVER () WHEN 1 THEN unchanged + $unchanged ELSE unchanged END AS unchanged
)
FROM in_runs
"""
