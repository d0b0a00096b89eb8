"""What the campaign's processes do: load and publish numbered batches, read the published file, look a warehouse over."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb

from pipeline.errors import ReadoutError
from pipeline.rows import Tables, join_rows
from pipeline.settings import Settings
from pipeline.warehouse import hash_tables, open_working, publish, record_build
from tests.soak import failing_files, points
from tests.warehouse_samples import load_rows, make_problem, make_rows, make_run, make_settings, make_vocabulary

NAMES = (["Ana Berro", "Bo Cillan", "Dana Effer"], ["A. Berro", "Gil Hassen", "Ina Jurek"])
EVENTS, ATTENDEES = 2, 4
"""What each release of a batch tells, in every state that may be seen."""

UNIQUE = {
    "releases": "release_id",
    "release_versions": "version_id",
    "events": "event_id",
    "attendees": "mention_id",
    "topics": "(event_id, topic_id, label)",
    "people": "person_id",
    "runs": "run_id",
    "problems": "problem_id",
    "changes": "seq",
}


@cache
def batch(number: int) -> Tables:
    """Return a batch of two new releases, the one before in another version, a problem and a run."""
    parts = [make_rows((number, NAMES[0]), (number + 1000, NAMES[number % 2])), make_run(f"run-{number}")]
    if number:
        parts.append(make_rows((number - 1, NAMES[1]), version=1))
    return join_rows([*parts, make_problem(number), make_vocabulary()])


def load_and_publish(settings: Settings, number: int, tell: Callable[[str], object] = str) -> None:
    """Load a batch and publish, as after a build of models that passed; tell each once it is done."""
    load_rows(settings, batch(number))
    tell(f"loaded {number}")
    with open_working(settings) as con:
        record_build(con, 1, 1, [])
    publish(settings)
    tell(f"published {number}")


@dataclass(frozen=True)
class Plan:
    """How a process is to fail: at the nth passing of a named step, or at the nth write to a file; not at all by default."""

    step: str = ""
    fault: str = ""
    nth: int = 1


def work(folder: Path, begin: int, end: int, plan: Plan, told: Path) -> None:
    """Load and publish batches begin to end, each told by a line of the file `told`; an error is told and ends it.

    The file must not lie in the folder, whose writes may be failing.
    """
    descriptor = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(line: str) -> None:
        os.write(descriptor, f"{line}\n".encode())

    settings = make_settings(folder)
    if plan.fault:
        failing_files.arm(folder, plan.fault, plan.nth)
    if plan.step:
        points.kill_at(plan.step, plan.nth)
    try:
        for number in range(begin, end):
            load_and_publish(settings, number, tell)
    except ReadoutError as error:
        tell(f"error {error}")
    except Exception as error:
        tell(f"crash {type(error).__name__}: {error}")
    if plan.fault:
        tell(f"count {failing_files.count()}")


def list_points(folder: Path, told: Path) -> None:
    """Tell the named steps that two batches pass, one a line."""
    passed = points.record(lambda: [load_and_publish(make_settings(folder), number) for number in range(2)])
    told.write_text("\n".join(passed), encoding="utf-8")


def die_reading(folder: Path, writable: bool) -> None:
    """Open the published file, to write or not, and be killed in the middle of using it."""
    path = make_settings(folder).published_file
    with duckdb.connect(str(path), read_only=not writable) as con:
        if writable:
            con.execute("SET checkpoint_threshold = '1GB'; CREATE OR REPLACE TABLE leak AS SELECT 1 AS a")
        con.execute("FROM attendees").fetchmany(2)
        os.kill(os.getpid(), 9)


@dataclass
class State:
    """What stands in a warehouse: batches in the working file, releases in the published one, and what is wrong with either."""

    batches: set[int] = field(default_factory=set)
    published: int = -1
    tables: object = None
    wrong: list[str] = field(default_factory=list)


def look_over(folder: Path) -> State:
    """Open both files and check them: each row once, each release with all that it tells, the stream of changes whole."""
    settings = make_settings(folder)
    state = State()
    if settings.published_file.exists():
        try:
            with duckdb.connect(str(settings.published_file), read_only=True) as con:
                state.published = _check(con, "published file", state.wrong)
        except duckdb.Error as error:
            state.wrong.append(f"published file does not open: {error}")
    try:
        with open_working(settings) as con:
            _check(con, "working file", state.wrong)
            runs = con.execute("SELECT substr(run_id, 5)::INTEGER FROM runs").fetchall()
            state.batches = {number for (number,) in runs}
            ledger = con.execute("SELECT count(DISTINCT run_id) FROM loads").fetchall()[0][0]
            if ledger != len(runs):
                state.wrong.append(f"working file: {len(runs)} runs, {ledger} of them in the ledger")
            state.tables = (
                hash_tables(con),
                con.execute("SELECT count(*), count(DISTINCT seq), max(seq) FROM changes").fetchall(),
                con.execute("SELECT run_id, loaded, unchanged FROM runs ORDER BY 1").fetchall(),
            )
    except (duckdb.Error, ReadoutError) as error:
        state.wrong.append(f"working file does not open: {error}")
    return state


def _check(con: duckdb.DuckDBPyConnection, where: str, wrong: list[str]) -> int:
    for table, key in UNIQUE.items():
        [(rows, keys)] = con.execute(f"SELECT count(*), count(DISTINCT {key}) FROM {table}").fetchall()
        if rows != keys:
            wrong.append(f"{where}: {rows - keys} rows of {table} doubled")
    [(rows, last)] = con.execute("SELECT count(*), coalesce(max(seq), 0) FROM changes").fetchall()
    if rows != last:
        wrong.append(f"{where}: {last - rows} changes lost")
    releases, torn = _is_torn(con)
    if torn:
        wrong.append(f"{where}: {torn}")
    return releases


def _is_torn(con: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """Return the number of releases, and what does not belong together in this state."""
    [(releases, events, attendees)] = con.execute(
        "SELECT (SELECT count(*) FROM releases), (SELECT count(*) FROM events), (SELECT count(*) FROM attendees)"
    ).fetchall()
    whole = (events, attendees) == (EVENTS * releases, ATTENDEES * releases)
    return releases, "" if whole else f"{releases} releases with {events} events and {attendees} attendees"


FEWEST = 4
"""Publications that readers see at the least, however busy the machine."""


def read(folder: Path, seconds: float, seed: int, told: Path, publisher: Path) -> None:
    """Open the published file again and again until the publisher has told its end; read it once or twice, tell what was seen."""
    chance = random.Random(seed)
    path = make_settings(folder).published_file
    deadline = time.monotonic() + seconds
    opened, states, errors, torn, last = 0, set(), 0, 0, 0
    while time.monotonic() < deadline or (not publisher.exists() and time.monotonic() < deadline + 600):
        try:
            with duckdb.connect(str(path), read_only=True) as con:
                releases, wrong = _is_torn(con)
                if chance.random() < 0.2:
                    time.sleep(chance.uniform(0, 0.3))
                    wrong = wrong or ("" if _is_torn(con)[0] == releases else "another state in one connection")
            wrong = wrong or ("" if releases >= last else "an older state after a newer one")
            torn += bool(wrong)
            last = releases
            states.add(releases)
        except duckdb.Error:
            errors += 1
        opened += 1
    told.write_text(f"{opened} {len(states)} {errors} {torn}", encoding="utf-8")


def publish_on(folder: Path, seconds: float, told: Path) -> None:
    """Load and publish one batch after another for so long, a few at the least, and tell how many."""
    deadline = time.monotonic() + seconds
    number = 0
    while time.monotonic() < deadline or number < FEWEST:
        number += 1
        load_and_publish(make_settings(folder), number)
        batch.cache_clear()
    told.write_text(str(number), encoding="utf-8")
