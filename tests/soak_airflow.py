"""The heavy campaign of `make soak` for Airflow: everything at once, round after round, and processes killed in the middle.

    python -m tests.soak_airflow --rounds 20          backfill + schedule + manual run + command line + four readers, at once
    python -m tests.soak_airflow --kills              kill -9 of the scheduler, of a load, of PostgreSQL, during a backfill

After each, the published tables have to equal those of a single quiet run.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import psutil

from ops.postgres import _postmaster
from tests.airflow_stack import Stack
from tests.conftest import ROOT

FIRST, LAST = "2026-03-01", "2026-06-01"
"""The backfill's four months; the manual run takes September, the command line July and August."""
REBUILT = (
    "sources",
    "releases",
    "release_versions",
    "events",
    "attendees",
    "topics",
    "people",
    "person_names",
    "positions",
)
WHEN = {
    "first_seen",
    "last_seen",
    "release_first_seen",
    "fetched_at",
    "archive_ref",
    "loaded_at",
    "started_at",
    "ended_at",
}
"""Columns that tell when and from which file, and so differ between two warehouses."""
SHORT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "2",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "10",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
}
"""Heartbeats of seconds, so that what was killed is missed soon."""
NEVER_SHOWN = ("gave up after waiting", "Could not set lock", "Traceback (most recent call last)")


def main() -> int:
    """Run the campaign; return 1 if anything was lost, torn or different."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_airflow", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--kills", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        folder = Path(name)
        sources = folder / "sources"
        sources.mkdir()
        example = (ROOT / "pipeline" / "sources" / "example.yml").read_text()
        (sources / "example.yml").write_text(example)
        (sources / "often.yml").write_text(
            example.replace('"0 0 1 * *"', '"* * * * *"').replace("2025-09-01", "2026-10-01")
        )
        with Stack(folder, READOUT_SOURCES=str(sources), **SHORT) as stack:
            campaign = Campaign(stack)
            if arguments.rounds:
                today, tomorrow = (str((datetime.now(UTC) + timedelta(days=n)).date()) for n in (0, 1))
                campaign.expect(
                    quiet_tables(stack, ("example", "2026-03-01", "2026-10-01"), ("often", today, tomorrow))
                )
                stack.unpause("ingest_often")
                campaign.every_minute = True
                stack.unpause("ingest_example")
                for number in range(1, arguments.rounds + 1):
                    campaign.run(f"round {number}", campaign.everything_at_once)
                campaign.pause(True)
                campaign.every_minute = False
            if arguments.kills:
                stack.unpause("ingest_example")  # its last interval runs at once, before the first scene
                campaign.expect(quiet_tables(stack, ("example", "2026-03-01", "2026-07-01")))
                for name, kill in (("scheduler", kill_scheduler), ("load", kill_load), ("PostgreSQL", kill_postgres)):
                    campaign.run(f"kill -9 of {name}", lambda kill=kill: campaign.killed(kill))
    print(f"{campaign.done} passed, {campaign.failed} failed; {campaign.reads} reads of the published file", flush=True)
    return bool(campaign.failed)


class Campaign:
    """Scenes one after another, each from an empty warehouse, and what its tables have to be afterwards."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.expected: dict[str, str] = {}
        self.done = self.failed = self.reads = 0
        self.every_minute = False

    def expect(self, tables: dict[str, str]) -> None:
        """Say what the tables have to be after each scene from now on."""
        self.expected = tables

    def run(self, name: str, scene: Callable[[], list[str]]) -> None:
        """Play a scene and print how it ended."""
        began = time.monotonic()
        self.pause(True)
        self.stack.wait_until_quiet(600)
        for path in (self.stack.folder / "warehouse").glob("*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.rmtree(self.stack.folder / "home" / "handover", ignore_errors=True)
        self.pause(False)
        try:
            wrong = scene()
            found = hash_tables(self.stack.folder / "warehouse" / "readout.duckdb")
            wrong += [f"{table} differs" for table in REBUILT if found[table] != self.expected[table]]
        except Exception as error:
            wrong = [f"{type(error).__name__}: {' '.join(str(error).split())[:400]}"]
        self.done += not wrong
        self.failed += bool(wrong)
        print(f"{name}: {'; '.join(wrong) or 'as after a quiet run'} ({time.monotonic() - began:.0f} s)", flush=True)

    def pause(self, paused: bool) -> None:
        """Stop the schedule of every minute, or let it go on, in the scenes that have it.

        Airflow leaves a run of a paused DAG where it is, so it is paused between two runs.
        """
        while self.every_minute:
            if paused:
                self.stack.wait_for(lambda: not self.is_often_at_work(), 600, "no run of the schedule is at work")
            self.stack.api("PATCH", "/dags/ingest_often", {"is_paused": paused})
            if not paused or not self.is_often_at_work():
                return
            self.stack.api("PATCH", "/dags/ingest_often", {"is_paused": False})

    def is_often_at_work(self) -> bool:
        """Say whether a run of the schedule of every minute is running or about to."""
        path = "/dags/ingest_often/dagRuns?state=queued&state=running&limit=1"
        return int(self.stack.api("GET", path)["total_entries"]) > 0

    def everything_at_once(self) -> list[str]:
        """A backfill, the schedule of every minute, a manual run, a command, and four readers of the published file."""
        over, torn = threading.Event(), []
        readers = [threading.Thread(target=self.read, args=(over, torn)) for _ in range(4)]
        for reader in readers:
            reader.start()
        try:
            backfill = self.stack.backfill("ingest_example", FIRST, LAST, "completed")
            moment = f"2026-10-{1 + self.done % 28:02}T{self.failed % 24:02}:{int(time.time()) % 60:02}:00Z"
            manual = self.stack.api("POST", "/dags/ingest_example/dagRuns", {"logical_date": moment})["dag_run_id"]
            told = command(self.stack, "run", "example", "--from", "2026-07-01", "--to", "2026-09-01")
            wrong = [] if told.returncode == 0 else [f"the command ended with {told.returncode}: {told.stderr[-300:]}"]
            self.stack.wait_for(lambda: self.stack.is_backfilled(backfill), 900, "the backfill has ended")
            self.pause(True)  # on a busy machine a run a minute is never done
            self.stack.wait_until_quiet(600)
        finally:
            over.set()
            for reader in readers:
                reader.join()
        states = {run["dag_run_id"]: run["state"] for run in self.stack.runs("ingest_example")}
        if states[manual] != "success":
            wrong.append(f"the manual run is {states[manual]}")
        wrong += [f"{run} is {state}" for run, state in states.items() if state == "failed"]
        wrong += [f"the command printed {words!r}" for words in NEVER_SHOWN if words in told.stdout + told.stderr]
        return [*wrong, *torn[:3]]

    def read(self, over: threading.Event, torn: list[str]) -> None:
        """Open the published file again and again: it is there whole, or not yet there."""
        path = self.stack.folder / "warehouse" / "readout.duckdb"
        reader = subprocess.Popen(
            [sys.executable, "-c", READ, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert reader.stdin is not None
        assert reader.stdout is not None
        before = 0
        with reader:
            while not over.wait(0.1):
                if not path.exists():
                    continue
                reader.stdin.write("\n")
                reader.stdin.flush()
                told = reader.stdout.readline().strip()
                try:
                    orphans, releases = map(int, told.split())
                except ValueError:
                    torn.append(f"a reader failed: {told}")
                    if reader.poll() is not None:
                        return
                    continue
                self.reads += 1
                if orphans or releases < before:
                    torn.append(f"a reader saw {orphans} orphans and {releases} releases after {before}")
                before = releases
            reader.stdin.close()

    def killed(self, kill: Callable[[Stack], None]) -> list[str]:
        """A backfill of four months with something killed in its middle."""
        backfill = self.stack.backfill("ingest_example", FIRST, LAST, "completed", max_active_runs=1)
        kill(self.stack)
        self.stack.wait_for(lambda: self.stack.is_backfilled(backfill), 900, "the backfill has ended")
        self.stack.wait_until_quiet(600)
        return [f"{run['dag_run_id']} failed" for run in self.stack.runs("ingest_example") if run["state"] == "failed"]


READ = """
import sys
import duckdb

for _ in sys.stdin:
    try:
        with duckdb.connect(sys.argv[1], read_only=True) as con:
            print(*con.execute(
                "SELECT (SELECT count(*) FROM events ANTI JOIN releases USING (release_id)) "
                "+ (SELECT count(*) FROM attendees ANTI JOIN events USING (event_id)) "
                "+ (SELECT count(*) FROM summary.engagements ANTI JOIN events USING (engagement_id)), "
                "(SELECT count(*) FROM releases)"
            ).fetchone(), flush=True)
    except duckdb.Error as error:
        print(type(error).__name__, " ".join(str(error).split()), flush=True)
"""
"""A reader in a process of its own, which opens the file anew for each line it is given."""


def kill_scheduler(stack: Stack) -> None:
    """Kill the scheduler while a run is at work; the supervisor starts another."""
    stack.wait_for(lambda: any((stack.folder / "home" / "handover").glob("*/*")), 120, "a run is at work")
    [scheduler] = [one for one in processes(stack) if one.cmdline()[-3:-1] == ["airflow", "scheduler"]]
    scheduler.kill()
    print(f"  killed the scheduler ({scheduler.pid})", flush=True)


def kill_load(stack: Stack) -> None:
    """Kill whoever holds the working file, three times."""
    lock = stack.folder / "warehouse" / "working.lock"
    killed: set[int] = set()
    deadline = time.monotonic() + 240
    while len(killed) < 3 and time.monotonic() < deadline:
        with suppress(OSError, ValueError, IndexError, psutil.Error):
            holder = psutil.Process(int("".join(c if c.isdigit() else " " for c in lock.read_text()).split()[0]))
            if holder.pid not in killed and holder.environ().get("READOUT_HOME") == str(stack.folder / "home"):
                holder.kill()
                killed.add(holder.pid)
                print(f"  killed the holder of the working file ({holder.pid})", flush=True)
        time.sleep(0.01)
    assert killed, "nobody held the working file"


def kill_postgres(stack: Stack) -> None:
    """Kill PostgreSQL's first process; `make up` ends with one line, and is started again."""
    stack.wait_for(lambda: any((stack.folder / "home" / "handover").glob("*/*")), 120, "a run is at work")
    pid = _postmaster(stack.folder / "home")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    print(f"  killed PostgreSQL ({pid})", flush=True)
    assert stack.process is not None
    stack.process.wait(90)
    stack.stop()
    assert "PostgreSQL has ended; start again" in stack.said, stack.said
    stack.start()


def processes(stack: Stack) -> list[psutil.Process]:
    """Return the supervisor's own children."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("READOUT_HOME") == str(stack.folder / "home"):
                found.append(process)
    return found


def command(stack: Stack, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `readout` beside the stack, the newsroom reached as the stack reaches it."""
    connect = next(one.environ()["READOUT_CONNECT"] for one in processes(stack) if "READOUT_CONNECT" in one.environ())
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *arguments],
        cwd=ROOT,
        env={**stack.env, "READOUT_CONNECT": connect, **env},
        capture_output=True,
        text=True,
        timeout=600,
    )


def quiet_tables(stack: Stack, *intervals: tuple[str, str, str]) -> dict[str, str]:
    """Return what the tables are after the same intervals, run one after another by the command line alone."""
    with tempfile.TemporaryDirectory(prefix="quiet-") as name:
        own = {"READOUT_HOME": f"{name}/home", "READOUT_WAREHOUSE": f"{name}/warehouse"}
        for source, first, last in intervals:
            done = command(stack, "run", source, "--from", first, "--to", last, **own)
            assert done.returncode == 0, done.stderr
        return hash_tables(Path(name) / "warehouse" / "readout.duckdb")


def hash_tables(path: Path) -> dict[str, str]:
    """Return each table's rows and hash, without the columns that tell when."""
    with duckdb.connect(str(path), read_only=True) as con:
        found = {}
        for table in REBUILT:
            columns = [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall() if row[0] not in WHEN]
            rows = sorted(map(repr, con.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()))
            found[table] = f"{len(rows)} {hashlib.sha256(''.join(rows).encode()).hexdigest()[:16]}"
    return found


if __name__ == "__main__":
    sys.exit(main())
