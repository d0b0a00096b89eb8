"""Making the working file again from readings of the archive, beside the one in use, and putting it in its place.

What the archive cannot tell (runs, problems, the stream of changes, people's corrections, tables of later migrations) is taken
over from the present file. The new file is loaded through the same code as every batch, so equal readings give equal rows.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.records import utc_now
from pipeline.rows import Tables
from pipeline.settings import Settings
from pipeline.warehouse.changes import KINDS, last_seq
from pipeline.warehouse.file import Connection, checkpoint, open_working
from pipeline.warehouse.load import load_tables
from pipeline.warehouse.lock import hold_lock
from pipeline.warehouse.people import ResolvePeople

MADE_AGAIN = ("readings", "withdrawals", "events", "attendees", "topics", "profiles")
"""Tables that the archive determines; `releases`, `people` and others are views of them."""
BROUGHT_BY_LOADS = ("event_types", "topic_vocabulary", "countries")
HISTORY = ("problems", "runs", "loads", "changes")
"""Tables that a load writes and that a rebuild leaves as they were; what became different is added to `changes`."""
LEFT_OUT = ("schema_migrations", "builds")
"""The new file has its own migrations, and its summary models are not built yet."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild brought: current releases, and rows of `changes` for what is different from before."""

    releases: int
    changed: int


def rebuild(settings: Settings, batches: Iterable[Tables], *, resolve: ResolvePeople) -> Rebuilt:
    """Replace the working file by one made from the batches, under its lock; killed before the end, it changes nothing.

    Raises WarehouseBusyError, WarehouseVersionError, or ReadoutError for a present file that is no database.
    """
    draft = replace(settings, warehouse=settings.warehouse / "rebuild")
    with hold_lock(settings) as lock:
        shutil.rmtree(draft.warehouse, ignore_errors=True)
        draft.warehouse.mkdir(parents=True)
        had = settings.working_file.exists()
        if had:
            with open_working(settings, lock) as con:  # brings it to the newest migration
                checkpoint(con, settings.working_file)
        with open_working(draft, lock) as con:
            if had:
                con.execute(f"ATTACH '{_quoted(settings)}' AS former (READ_ONLY)")
                for table in _taken_over(con):
                    _copy(con, table)
            for batch in batches:
                load_tables(con, batch, resolve=resolve)
            changed = _restore_history(con, utc_now()) if had else last_seq(con)
            [releases] = con.execute("SELECT count(*) FROM releases").fetchone() or [0]
            if had:
                con.execute("DETACH former")
            checkpoint(con, draft.working_file)
        draft.working_file.replace(settings.working_file)
        with suppress(FileNotFoundError):
            settings.working_file.with_name(settings.working_file.name + ".wal").unlink()
        shutil.rmtree(draft.warehouse, ignore_errors=True)
    return Rebuilt(releases, changed)


def _quoted(settings: Settings) -> str:
    return str(settings.working_file).replace("'", "''")


def _taken_over(con: Connection) -> list[str]:
    """Return the tables of both files that neither the archive nor a load fills."""
    sql = "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND schema_name = 'main' ORDER BY table_name"
    tables = {name for (name,) in con.execute(sql, ["former"]).fetchall()}
    [own] = con.execute("SELECT current_database()").fetchone() or [""]
    skipped = {*MADE_AGAIN, *BROUGHT_BY_LOADS, *HISTORY, *LEFT_OUT}
    return [name for (name,) in con.execute(sql, [own]).fetchall() if name in tables and name not in skipped]


def _copy(con: Connection, table: str) -> None:
    con.execute(f"DELETE FROM {table}; INSERT INTO {table} BY NAME SELECT * FROM former.main.{table}")


def _restore_history(con: Connection, moment: datetime) -> int:
    """Put the history back as it was, and add to `changes` what the new rows have otherwise; return how much that is."""
    for table in HISTORY:
        _copy(con, table)
    before = last_seq(con)
    parts = [
        _difference("release", "readings", "release_id", "reading_id", "WHERE is_current"),
        *(_difference(kind, table, key, _cells(con, table)) for kind, (table, key) in KINDS.items()),
    ]
    con.execute(
        "INSERT INTO changes SELECT $before + row_number() OVER (ORDER BY part, id), NULL, $moment, kind, id, what, release_id "
        f"FROM ({' UNION ALL '.join(f'SELECT {nth} AS part, * FROM ({sql})' for nth, sql in enumerate(parts))})",
        {"before": before, "moment": moment},
    )
    return last_seq(con) - before


def _cells(con: Connection, table: str) -> str:
    columns = con.execute(f"DESCRIBE {table}").fetchall()
    return f"row({', '.join(column[0] for column in columns)})"


def _difference(kind: str, table: str, key: str, cells: str, where: str = "") -> str:
    row = f"SELECT {key} AS id, release_id, {cells} AS cells"
    return f"""
        SELECT
            '{kind}' AS kind, id,
            CASE WHEN o.id IS NULL THEN 'added' WHEN n.id IS NULL THEN 'removed' ELSE 'changed' END AS what,
            coalesce(n.release_id, o.release_id) AS release_id
        FROM ({row} FROM former.main.{table} {where}) AS o
        FULL JOIN ({row} FROM main.{table} {where}) AS n USING (id)
        WHERE o.cells IS DISTINCT FROM n.cells
    """
