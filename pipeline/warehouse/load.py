"""Loading one batch of rows: what is new, what changed, what is known already, in one transaction with its ledger row."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from pipeline.errors import ReadoutError
from pipeline.records import stable_id, utc_now
from pipeline.rows import Tables
from pipeline.rows.release import CHILDREN
from pipeline.rows.schemas import SCHEMAS
from pipeline.settings import Settings
from pipeline.warehouse.changes import note_changed_people, note_changes, stage_differences
from pipeline.warehouse.file import Connection, first_line, open_working, pushing_filters
from pipeline.warehouse.history import update_history, update_vocabularies
from pipeline.warehouse.people import ResolvePeople, name_people, touched_mentions, update_people
from pipeline.warehouse.versions import describe_versions, update_versions


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a batch brought: releases new, changed and known as they are, and the last row of `changes` after it.

    `repeated` says that the run brought this very batch before: the counts are then those of that first time.
    """

    added: int
    changed: int
    unchanged: int
    seq: int
    repeated: bool = False

    @property
    def loaded(self) -> int:
        """Releases whose rows were written."""
        return self.added + self.changed


def load(
    settings: Settings, tables: Tables, *, resolve: ResolvePeople, loaded_at: datetime | None = None
) -> LoadResult:
    """Load the rows of a batch into the working file, all or none. Raises WarehouseBusyError, or ReadoutError if it cannot.

    The tables are those of `pipeline.rows`, any of them may be missing. The version of a release that was fetched last is the
    current one, so batches may come in any order, twice, or split otherwise. A version known under other rules gets the rows
    that come now. `resolve` says which mentions are one person; it is asked for the names that the batch touches alone. A
    runs table of one row gets its counts of loaded and unchanged releases from here.
    """
    with open_working(settings) as con:
        return load_tables(con, tables, resolve=resolve, loaded_at=loaded_at)


def load_tables(
    con: Connection, tables: Tables, *, resolve: ResolvePeople, loaded_at: datetime | None = None
) -> LoadResult:
    """Load the rows of a batch through an open connection; as `load`."""
    moment = (loaded_at or utc_now()).replace(tzinfo=None)
    runs = tables["runs"]["run_id"].to_pylist() if "runs" in tables else []
    run_id = runs[0] if len(runs) == 1 else None
    with _registered(con, tables), _transaction(con):
        update_vocabularies(con, tables)
        batch_id = _batch_id(run_id, tables)
        update_versions(con)
        whole = _pick_children(con)
        stage_differences(con)
        _delete_children(con)
        with ThreadPoolExecutor(1) as beside:  # telling people apart needs no database, storing events no people
            named = beside.submit(name_people, resolve, touched_mentions(con))
            _insert_events_and_topics(con)
            update_people(con, named.result())
        _insert_attendees(con)
        note_changed_people(con)
        seq = note_changes(con, run_id, moment, whole=whole)
        describe_versions(con)
        result = _count(con, seq)
        known = _known(con, batch_id) if run_id and not result.loaded else None
        if known:
            result = LoadResult(*known, seq, repeated=True)
        update_history(con, moment, result.loaded, result.unchanged, repeated=result.repeated)
        if not known:
            row = [batch_id, run_id, moment, result.added, result.changed, result.unchanged]
            con.execute("INSERT INTO loads VALUES (?, ?, ?, ?, ?, ?)", row)
    return result


@contextmanager
def _registered(con: Connection, tables: Tables) -> Iterator[None]:
    """Let SQL see the tables as in_releases and so on; a missing one is empty, `row` numbers releases and what they tell."""
    names = ("releases", *CHILDREN, "problems", "runs", "withdrawals")
    given = {name: tables.get(name, SCHEMAS[name].empty_table()) for name in (*names, *tables)}
    for name in ("releases", *CHILDREN):
        given[name] = given[name].append_column("row", pa.arange(0, given[name].num_rows))
    for name, table in given.items():
        con.register(f"in_{name}", table)
    con.execute("SET preserve_insertion_order = false")
    try:
        with pushing_filters(con, on=False):
            yield
    finally:
        with suppress(duckdb.Error):  # a connection that broke has nothing to tidy
            con.execute("RESET preserve_insertion_order")
            for name in given:
                con.unregister(f"in_{name}")


@contextmanager
def _transaction(con: Connection) -> Iterator[None]:
    con.begin()
    try:
        yield
        con.commit()
    except duckdb.Error as error:
        _roll_back(con)
        raise ReadoutError(f"nothing was loaded: {first_line(error)}") from error
    except BaseException:
        _roll_back(con)
        raise


def _roll_back(con: Connection) -> None:
    with suppress(duckdb.Error):  # a commit that failed has rolled back already
        con.rollback()


def _count(con: Connection, seq: int) -> LoadResult:
    counts = dict(con.execute("SELECT what, count(*)::INTEGER FROM verdicts GROUP BY what").fetchall())
    return LoadResult(counts.get("added", 0), counts.get("changed", 0), counts.get("unchanged", 0), seq)


def _known(con: Connection, batch_id: str) -> tuple[int, int, int] | None:
    rows = con.execute("SELECT added, changed, unchanged FROM loads WHERE batch_id = ?", [batch_id]).fetchall()
    return rows[0] if rows else None


def _batch_id(run_id: str | None, tables: Tables) -> str:
    parts = [run_id or ""]
    named = {"releases": ("reading_id", "rules_version"), "problems": ("problem_id",), "withdrawals": ("release_id",)}
    for name, column in ((name, column) for name, columns in named.items() for column in columns):
        parts.append("".join(sorted(tables[name][column].to_pylist())) if name in tables else "")
    return stable_id(*parts)


def _pick_children(con: Connection) -> bool:
    """Let new_events and so on be the rows of the readings that releases show from now on and have not shown so far.

    Says whether these are all rows of the batch.
    """
    shown = "SELECT reading_id FROM verdicts WHERE what <> 'unchanged'"
    left = con.execute(f"SELECT 1 FROM in_releases WHERE reading_id NOT IN ({shown}) LIMIT 1").fetchone()
    for name in CHILDREN:
        picked = f"WHERE reading_id IN ({shown})" if left else ""
        con.execute(f"CREATE OR REPLACE TEMP VIEW new_{name} AS SELECT * FROM in_{name} {picked}")
    return left is None


def _delete_children(con: Connection) -> None:
    """Delete what the changed releases told; a batch of new ones alone deletes nothing."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE dropped_profiles AS SELECT DISTINCT profile_id FROM old_attendees "
        "WHERE profile_id IS NOT NULL"
    )
    if con.execute("SELECT 1 FROM verdicts WHERE what = 'changed' LIMIT 1").fetchone():
        for table in ("events", "attendees", "topics"):
            con.execute(f"DELETE FROM {table} WHERE rowid IN (SELECT place FROM {table}_places)")


def _insert_events_and_topics(con: Connection) -> None:
    """Insert what the new and changed releases tell. An event is an engagement of its own until another is joined to it."""
    con.execute(
        "INSERT INTO events BY NAME "
        "SELECT n.* EXCLUDE (reading_id, row), coalesce(j.engagement_id, n.event_id) AS engagement_id "
        "FROM new_events AS n LEFT JOIN joined_events AS j ON j.event_id = n.event_id"
    )
    con.execute("INSERT INTO topics BY NAME SELECT * EXCLUDE (reading_id, row) FROM new_topics")


def _insert_attendees(con: Connection) -> None:
    """Insert who took part, each with the person that their profile belongs to."""
    con.execute(
        "INSERT INTO attendees BY NAME SELECT * EXCLUDE (reading_id, row) FROM new_attendees "
        "LEFT JOIN (SELECT profile_id, person_id FROM profiles) USING (profile_id)"
    )
