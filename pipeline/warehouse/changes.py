"""The stream of changes: what a batch added, changed or removed, compared cell by cell."""

from __future__ import annotations

from datetime import datetime

from pipeline.rows.schemas import SCHEMAS
from pipeline.warehouse.file import Connection, pushing_filters

_TOPIC = "event_id || '/' || coalesce(topic_id, label)"
KINDS = {"event": ("events", "event_id"), "attendee": ("attendees", "mention_id"), "topic": ("topics", _TOPIC)}


def stage_differences(con: Connection) -> None:
    """Keep the rows of the releases that will be replaced, and leave what became of each in `differences`."""
    con.execute("CREATE OR REPLACE TEMP TABLE differences (kind VARCHAR, id VARCHAR, what VARCHAR, release_id VARCHAR)")
    for kind, (table, key) in KINDS.items():
        columns = [field.name for field in SCHEMAS[table] if field.name != "reading_id"]
        row = f"{key} AS id, release_id, row({', '.join(columns)}) AS cells"
        new = "SELECT reading_id FROM verdicts WHERE what = 'changed'"
        _keep_rows(con, table)
        con.execute(
            f"""
            INSERT INTO differences
            SELECT
                '{kind}', id, CASE WHEN o.id IS NULL THEN 'added' WHEN n.id IS NULL THEN 'removed' ELSE 'changed' END,
                coalesce(n.release_id, o.release_id)
            FROM (SELECT {row} FROM old_{table}) AS o
            FULL JOIN (SELECT {row} FROM new_{table} WHERE reading_id IN ({new})) AS n USING (id)
            WHERE o.cells IS DISTINCT FROM n.cells
            """
        )


def _keep_rows(con: Connection, table: str) -> None:
    """Copy the rows of changed releases, found first by place: then only what lies there is read whole. Leave the places."""
    with pushing_filters(con, on=True):
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE {table}_places AS
            SELECT rowid AS place FROM {table}
            WHERE release_id IN (SELECT release_id FROM verdicts WHERE what = 'changed');

            CREATE OR REPLACE TEMP TABLE old_{table} AS
            SELECT * FROM {table} WHERE rowid IN (SELECT place FROM {table}_places)
            """
        )


def note_changed_people(con: Connection) -> None:
    """Add to `differences` the attendees, standing before the batch, whose person_id it changed."""
    if con.execute("SELECT 1 FROM old_attendees LIMIT 1").fetchone():
        con.execute(
            "INSERT INTO moved_attendees SELECT mention_id, o.release_id FROM new_attendees AS a JOIN old_attendees AS o "
            "USING (mention_id) LEFT JOIN profiles AS p ON p.profile_id = a.profile_id "
            "WHERE p.person_id IS DISTINCT FROM o.person_id"
        )
    con.execute(
        "INSERT INTO differences SELECT 'attendee', mention_id, 'changed', release_id FROM moved_attendees "
        "WHERE mention_id NOT IN (SELECT id FROM differences WHERE kind = 'attendee')"
    )


def note_changes(con: Connection, run_id: str | None, moment: datetime, *, whole: bool) -> int:
    """Append all that the batch changed to `changes`: releases, then events, attendees, topics; return the last seq.

    `whole` says that every row of the batch is new to the warehouse or of a changed release. Where all are new, their own numbers
    are taken: counting them off anew would keep DuckDB from writing with more than one thread.
    """
    replaced = con.execute("SELECT 1 FROM verdicts WHERE what = 'changed' LIMIT 1").fetchone()
    new = "WHERE reading_id IN (SELECT reading_id FROM verdicts WHERE what = 'added')" if replaced else ""
    counted = "row_number() OVER ()"
    parts = {"release": (counted, "SELECT release_id AS id, what, release_id FROM verdicts WHERE what <> 'unchanged'")}
    for kind, (table, key) in KINDS.items():
        added = f"SELECT {key} AS id, 'added' AS what, release_id, row FROM new_{table} {new}"
        differ = f"SELECT id, what, release_id, NULL FROM differences WHERE kind = '{kind}'"
        alone = whole and not replaced and not con.execute(f"{differ} LIMIT 1").fetchone()
        parts[kind] = ("row + 1", added) if alone else (counted, f"{added} UNION ALL {differ}")
    seq = last_seq(con)
    for kind, (number, rows) in parts.items():
        inserted = con.execute(
            f"INSERT INTO changes SELECT $seq + {number}, $run_id, $moment, '{kind}', id, what, release_id FROM ({rows})",
            {"seq": seq, "run_id": run_id, "moment": moment},
        ).fetchall()
        seq += inserted[0][0]
    return seq


def last_seq(con: Connection) -> int:
    """Return the number of the last row of `changes`, 0 for none."""
    row = con.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()
    return int(row[0]) if row else 0
