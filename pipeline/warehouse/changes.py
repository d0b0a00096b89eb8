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
    """Copy the rows of changed releases, found first by place: then only what lies there is read whole."""
    with pushing_filters(con, on=True):
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE places AS
            SELECT rowid AS place FROM {table}
            WHERE release_id IN (SELECT release_id FROM verdicts WHERE what = 'changed');

            CREATE OR REPLACE TEMP TABLE old_{table} AS
            SELECT * FROM {table} WHERE rowid IN (SELECT place FROM places)
            """
        )


def note_changed_people(con: Connection) -> None:
    """Add to `differences` the attendees, standing before the batch, whose person_id it changed."""
    if con.execute("SELECT 1 FROM old_attendees LIMIT 1").fetchone():
        con.execute(
            "INSERT INTO moved_attendees SELECT mention_id, o.release_id FROM attendees AS a JOIN old_attendees AS o "
            "USING (mention_id) WHERE a.person_id IS DISTINCT FROM o.person_id"
        )
    con.execute(
        "INSERT INTO differences SELECT 'attendee', mention_id, 'changed', release_id FROM moved_attendees "
        "WHERE mention_id NOT IN (SELECT id FROM differences WHERE kind = 'attendee')"
    )


def note_changes(con: Connection, run_id: str | None, moment: datetime) -> int:
    """Append all that the batch changed to `changes`: releases, then events, attendees, topics; return the last seq."""
    replaced = con.execute("SELECT 1 FROM verdicts WHERE what = 'changed' LIMIT 1").fetchone()
    new = "WHERE reading_id IN (SELECT reading_id FROM verdicts WHERE what = 'added')" if replaced else ""
    parts = {"release": "SELECT release_id AS id, what, release_id FROM verdicts WHERE what <> 'unchanged'"}
    for kind, (table, key) in KINDS.items():
        parts[kind] = (
            f"SELECT {key} AS id, 'added' AS what, release_id FROM new_{table} {new} "
            f"UNION ALL SELECT id, what, release_id FROM differences WHERE kind = '{kind}'"
        )
    for kind, rows in parts.items():
        con.execute(
            f"INSERT INTO changes SELECT $seq + row_number() OVER (), $run_id, $moment, '{kind}', id, what, release_id "
            f"FROM ({rows})",
            {"seq": last_seq(con), "run_id": run_id, "moment": moment},
        )
    return last_seq(con)


def last_seq(con: Connection) -> int:
    """Return the number of the last row of `changes`, 0 for none."""
    row = con.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()
    return int(row[0]) if row else 0
