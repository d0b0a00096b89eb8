"""The main job as `make run` calls it: the example newsroom through the real DAGs, twice, and stopped in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import duckdb
import psutil
import pytest

from tests.conftest import ROOT, environment

TABLES = {
    "releases": "release_id",
    "events": "event_id",
    "attendees": "mention_id",
    "topics": "event_id, topic_id, label",
    "people": "person_id",
    "person_names": "person_id, name",
    "positions": "ALL",
    "problems": "problem_id",
    "runs": "run_id",
    "changes": "ALL",
}
OF_THIS_RUN = {
    "first_seen",
    "last_seen",
    "started_at",
    "ended_at",
    "tries",
    "fetched_at",
    "fetched",
    "loaded",
    "unchanged",
}
"""Columns that tell when, or what a single run did, and so may differ between two runs."""


def run_example(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the main job with its state under `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "ops.run_example"],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=240,
    )


def read_tables(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every table of the published file without the columns that tell of the run itself."""
    with duckdb.connect(str(folder / "warehouse" / "readout.duckdb"), read_only=True) as con:
        tables = {}
        for table, order in TABLES.items():
            columns = [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall() if row[0] not in OF_THIS_RUN]
            tables[table] = con.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}").fetchall()
    return tables


def processes_of(folder: Path) -> list[int]:
    """Return the processes that name the folder in their arguments, in READOUT_HOME, or as where they write their output.

    A process that gives itself a title, as Airflow's do, overwrites its arguments and environment; its output tells then.
    """
    found = []
    for process in psutil.process_iter():
        told = []
        with suppress(psutil.Error):
            told += process.cmdline()
        with suppress(psutil.Error):
            told.append(process.environ().get("READOUT_HOME", ""))
        with suppress(OSError):
            told += [os.readlink(f"/proc/{process.pid}/fd/{number}") for number in (1, 2)]
        if any(str(folder) in one for one in told):
            found.append(process.pid)
    return [pid for pid in found if pid != os.getpid()]


@pytest.fixture(scope="module")
def twice(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, list[str], list[dict[str, list[tuple[object, ...]]]]]:
    """The main job run twice in one folder: what it printed and what the published file then held."""
    folder = tmp_path_factory.mktemp("run")
    printed, tables = [], []
    for _ in range(2):
        result = run_example(folder)
        assert result.returncode == 0, result.stdout + result.stderr
        printed.append(result.stdout)
        tables.append(read_tables(folder))
    return folder, printed, tables


def test_it_loads_the_newsroom_and_says_what_came_in(twice) -> None:
    _, [first, _], [tables, _] = twice
    for what in ("releases", "events", "attendees", "topics"):
        assert len(tables[what]) > 20
        assert any(
            line.split()[:1] == [what] and line.split()[-1] == str(len(tables[what])) for line in first.splitlines()
        )
    assert "readout.duckdb" in first
    assert first.count("readout query") == 3
    assert "airflow" not in first.lower()


def test_a_second_run_adds_no_row_and_changes_no_id(twice) -> None:
    _, _, [first, second] = twice
    assert first == second


def test_the_queries_it_suggests_answer(twice) -> None:
    folder, [first, _], _ = twice
    for line in first.splitlines():
        if "readout query" in line:
            sql = line.split('"', 1)[1].rsplit('"', 1)[0]
            with duckdb.connect(str(folder / "warehouse" / "readout.duckdb"), read_only=True) as con:
                assert con.execute(sql).fetchall()


def test_each_month_has_its_run_and_the_month_without_releases_is_complete_and_empty(twice) -> None:
    folder, _, _ = twice
    with duckdb.connect(str(folder / "warehouse" / "readout.duckdb"), read_only=True) as con:
        sql = "SELECT interval_start, found, coverage FROM runs WHERE interval_start < '2026-11-01' ORDER BY 1"
        runs = con.execute(sql).fetchall()
    assert len(runs) == 14
    assert [coverage for _, found, coverage in runs if found == 0] == ["complete"]


def test_nothing_is_left_running(twice) -> None:
    folder, _, _ = twice
    assert processes_of(folder) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_it_in_the_middle_leaves_no_process_and_a_later_run_finishes(
    tmp_path: Path, number: signal.Signals
) -> None:
    job = subprocess.Popen(
        [sys.executable, "-m", "ops.run_example"], cwd=ROOT, env=environment(tmp_path), stdout=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "home" / "postgres" / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    job.send_signal(number)
    assert job.wait(60) == 130
    assert processes_of(tmp_path) == []
