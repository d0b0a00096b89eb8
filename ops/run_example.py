"""The main job of `make run`: the example newsroom through the real DAGs, in this process, month by month.

Airflow's own words go to a log file; the terminal shows a progress bar, then what came in and where it lies.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ops.airflow_home import airflow_environment
from ops.postgres import run_metadata_database
from pipeline.errors import ReadoutError
from pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from airflow.sdk import DAG

SOURCE = "example"
COUNTED = {
    "releases": "FROM releases",
    "events": "FROM events",
    "attendees": "FROM attendees",
    "topics": "FROM topics",
    "people": "FROM people",
    "problems": "FROM problems WHERE resolved_at IS NULL",
}
QUERIES = (
    "FROM summary.events_by_month",
    "SELECT person_a, person_b, meetings FROM summary.who_meets_whom ORDER BY meetings DESC LIMIT 5",
    "SELECT e.start_date, e.event_type, a.name, a.position FROM events e JOIN attendees a USING (event_id) "
    "WHERE a.country = 'XB' ORDER BY 1, 3",
)


def main() -> int:
    """Run the job; return the exit code."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), _stop)
    settings = load_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    log = settings.home / "run.log"
    with ExitStack() as stack:
        terminal = stack.enter_context(_own_terminal(log))
        console = Console(file=terminal, highlight=False, soft_wrap=True)
        try:
            stack.enter_context(_only_one(settings.home / "run.lock"))
            before = count_rows(settings)
            run_newsroom(settings, console)
            print_outcome(console, settings, before)
        except KeyboardInterrupt:
            return _tell_stopped(console)
        except ReadoutError as error:
            console.print(f"make run: {error}", markup=False)
            return 1
        except Exception as error:
            if _stopping.is_set():  # a library may make an error of its own of the interruption
                return _tell_stopped(console)
            traceback.print_exc()
            console.print(f"make run: {error or type(error).__name__} (the whole story: {log})", markup=False)
            return 1
    return 0


def run_newsroom(settings: Settings, console: Console) -> None:
    """Serve the newsroom on loopback and run its ingest DAG for each of its intervals, then the summarise DAG."""
    from examples.newsroom.server import HOST, serve_newsroom

    bars = Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[what]:<10}"),
        TimeElapsedColumn(),
        console=console,
    )
    with ExitStack() as stack:
        stack.enter_context(bars)
        bar = bars.add_task("starting PostgreSQL", total=None, what="")
        newsroom = stack.enter_context(serve_newsroom())
        os.environ["READOUT_CONNECT"] = f"{HOST}=127.0.0.1:{newsroom.port}"
        database = stack.enter_context(run_metadata_database(settings.home))
        os.environ.update(airflow_environment(settings.home, database))
        bars.update(bar, description="preparing Airflow")
        stack.callback(_dispose_airflow)
        from ops.airflow_database import prepare_metadata_database

        prepare_metadata_database()
        from dags import ingest, summarise
        from pipeline.runs import source_intervals
        from pipeline.sources import load_source

        intervals = source_intervals(load_source(SOURCE, settings.sources))
        bars.update(bar, description="reading the newsroom", total=len(intervals) + 1)
        for interval in intervals:
            assert interval.start is not None
            assert interval.end is not None
            bars.update(bar, what=f"{interval.start:%Y-%m}")
            newsroom.as_of = interval.end  # what was corrected or withdrawn later still stands as it did then
            _run_dag(getattr(ingest, f"ingest_{SOURCE}"), interval.end)
            bars.advance(bar)
        bars.update(bar, description="summaries, checks, publishing", what="")
        _run_dag(summarise.dag, datetime.combine(datetime.now(UTC), time(), UTC))
        bars.advance(bar)


def _run_dag(dag: DAG, logical_date: datetime) -> None:
    """Run a DAG in this process; `dag.test` gives a timetable's DAG the interval that ends at the logical date."""
    dag.deadline = None  # Airflow 3.3.2: dag.test() looks deadlines up by ids that only the DAG processor gives them
    run = dag.test(logical_date=logical_date, run_after=logical_date)
    if run.state != "success":
        failed = sorted({ti.task_id for ti in run.get_task_instances() if ti.state == "failed"})
        raise RuntimeError(f"{dag.dag_id} of {logical_date:%Y-%m-%d} failed in {', '.join(failed) or 'no task'}")


def count_rows(settings: Settings) -> dict[str, int]:
    """Return how many rows of each kind the published file holds; none before the first publication."""
    from pipeline import steps

    if not settings.published_file.exists():
        return dict.fromkeys(COUNTED, 0)
    sql = ", ".join(f"(SELECT count(*) {clause})" for clause in COUNTED.values())
    _, [row] = steps.query(f"SELECT {sql}", settings)
    return dict(zip(COUNTED, (int(str(value)) for value in row), strict=True))


def print_outcome(console: Console, settings: Settings, before: dict[str, int]) -> None:
    """Print what came in, what could not be read, where the published file is and three queries to try."""
    from pipeline import steps

    after = count_rows(settings)
    table = Table(title="\nWhat came in", title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("")
    table.add_column("new", justify="right")
    table.add_column("in all", justify="right")
    for what, count in after.items():
        table.add_row(what, str(count - before[what]), str(count))
    console.print(table)
    _, problems = steps.query(
        "SELECT address, detail FROM problems WHERE resolved_at IS NULL ORDER BY address", settings
    )
    for address, detail in problems:
        console.print(f"  problem: {address}: {detail}", markup=False)
    console.print(f"\nPublished: {_short(settings.published_file)}")
    console.print("Try:")
    for sql in QUERIES:
        console.print(f'  .venv/bin/readout query "{sql}"', markup=False)


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _dispose_airflow() -> None:
    """Close Airflow's connections, which has to come before its database server stops."""
    if "airflow.settings" in sys.modules:
        from airflow import settings

        settings.dispose_orm(do_log=False)


_stopping = threading.Event()


def _stop(*_: object) -> None:
    _stopping.set()
    raise KeyboardInterrupt


def _tell_stopped(console: Console) -> int:
    console.print("stopped; what was loaded is kept, `make run` goes on from there")
    return 130


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold the lock that keeps a second `make run` in the same checkout from running beside this one."""
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ReadoutError(f"another run is at work in this checkout (process {file.read().strip()})") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def _own_terminal(log: Path) -> Iterator[IO[str]]:
    """Yield the terminal for ourselves; what anything else prints, child processes too, goes to the log file."""
    sys.stdout.flush()
    sys.stderr.flush()
    terminal, kept_error = os.dup(1), os.dup(2)
    with log.open("w") as file, os.fdopen(terminal, "w") as own:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield own
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            own.flush()
            os.dup2(terminal, 1)
            os.dup2(kept_error, 2)
            os.close(kept_error)


if __name__ == "__main__":
    sys.exit(main())
