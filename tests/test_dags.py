"""Every DAG through Airflow's own `dag.test()`: each task, mapping, the empty interval, retries, lost batches, failures.

The sources are folders of files, so that nothing is asked over any network; everything else is the real thing.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import logging
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.settings import Settings, load_settings
from pipeline.warehouse import hold_lock, open_working
from tests.conftest import ROOT, environment

SOURCE = """name: Desk {id}
issuer: Various
country: XA
language: en
timezone: UTC
url: folder:{id}
verified: null
schedule: "0 0 1 * *"
start: 2026-01-01
floors: {{newest_days: {days}}}
discovery:
  - folder: {{path: {id}}}
"""
TEXT = """President receives Minister of Borvania, visit {n}
published: 2026-03-{day:02}

President Idris Velmar of Xanthia received today Foreign Minister of Borvania Danilo Hresko in Xanthe. They discussed trade.
"""
FILES = 30
"""More than one batch."""
MARCH, APRIL, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 5))


class Inbox(ThreadingHTTPServer):
    """A webhook that keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.told: list[dict[str, Any]] = []


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Inbox)
        self.server.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    """A webhook on loopback that alerts are sent to."""
    with Inbox() as inbox:
        threading.Thread(target=inbox.serve_forever, daemon=True).start()
        yield inbox
        inbox.shutdown()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, inbox: Inbox) -> Iterator[Settings]:
    """Airflow with an empty metadata database, and two sources: one of 30 files in March 2026, one that is broken."""
    folder = tmp_path_factory.mktemp("dags")
    sources = folder / "sources"
    (sources / "desk").mkdir(parents=True)
    (sources / "desk.yml").write_text(SOURCE.format(id="desk", days=5))
    (sources / "wrong.yml").write_text(SOURCE.format(id="wrong", days=5).replace("country: XA", "country: Xanthia"))
    (sources / "empty").mkdir()
    (sources / "empty.yml").write_text(SOURCE.format(id="empty", days=5))
    for n in range(FILES):
        (sources / "desk" / f"{n:02}.txt").write_text(TEXT.format(n=n, day=1 + n % 28))
    from ops.airflow_home import airflow_environment

    database = folder / "airflow.db"
    with pytest.MonkeyPatch.context() as patch:
        alerts = f"http://127.0.0.1:{inbox.server_port}/hook"
        own = environment(folder, READOUT_SOURCES=str(sources), READOUT_LOCK_WAIT="0.3", READOUT_ALERTS=alerts)
        for name, value in {**own, **airflow_environment(folder / "home", f"sqlite:///{database}")}.items():
            patch.setenv(name, value)
        for name in ("SQL_ALCHEMY_CONN", "SQL_ALCHEMY_CONN_ASYNC"):
            driver = "sqlite+aiosqlite" if name.endswith("ASYNC") else "sqlite"
            patch.setenv(f"AIRFLOW__DATABASE__{name}", f"{driver}:///{database}")
        assert "airflow.settings" not in sys.modules, "Airflow reads its settings once: run it in a process of its own"
        from ops.airflow_database import prepare_metadata_database

        logging.getLogger("alembic").setLevel(logging.WARNING)
        prepare_metadata_database()
        yield load_settings()
        from airflow import settings as airflow_settings

        airflow_settings.dispose_orm(do_log=False)


def run(dag_file: str, dag_id: str, ends: datetime | None = None) -> tuple[str, dict[tuple[str, int], str]]:
    """Run a DAG for the interval that ends then; return the run's state, and each task's by id and map index.

    Retries come at once; everything else is as in the DAG file.
    """
    module = importlib.import_module(f"dags.{dag_file}")
    dag = getattr(module, dag_id, None) or module.dag
    for task in dag.tasks:
        task.retry_delay, task.retry_exponential_backoff = timedelta(0), 1.0
    ends = ends or datetime.now(UTC).replace(microsecond=0)
    dag.deadline = None  # see ops.run_example
    done = dag.test(logical_date=ends, run_after=ends)
    return str(done.state), {(ti.task_id, ti.map_index): str(ti.state) for ti in done.get_task_instances()}


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    """Return what the working file answers."""
    with open_working(settings) as con:
        return con.execute(sql).fetchall()


def contents(settings: Settings) -> list[tuple[Any, ...]]:
    """Return what was read, without when."""
    return rows(
        settings,
        "SELECT r.release_id, r.version_id, e.event_id, a.mention_id, a.person_id FROM releases AS r "
        "LEFT JOIN events AS e USING (release_id) LEFT JOIN attendees AS a USING (event_id) ORDER BY ALL",
    )


def test_a_run_maps_batches_loads_them_and_says_what_came_in(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    state, tasks = run("ingest", "ingest_desk", APRIL)
    assert state == "success"
    assert {task for task, _ in tasks} == {"discover", "batch.fetch", "batch.read", "load", "report"}
    assert {index for task, index in tasks if task.startswith("batch.")} == {0, 1}
    assert set(tasks.values()) == {"success"}
    [told] = rows(
        settings, "SELECT source_id, interval_start, interval_end, trigger, found, loaded, coverage FROM runs"
    )
    assert told == ("desk", MARCH.replace(tzinfo=None), APRIL.replace(tzinfo=None), "manual", FILES, FILES, "complete")
    assert f"{FILES} found" in "".join(capfd.readouterr())
    assert list(settings.handover.iterdir()) == []


def test_doing_it_again_changes_nothing(settings: Settings) -> None:
    before = contents(settings)
    assert len(before) >= FILES
    assert run("ingest", "ingest_desk", APRIL)[0] == "success"
    assert contents(settings) == before


def test_an_empty_interval_is_a_green_run_that_found_nothing(settings: Settings) -> None:
    state, tasks = run("ingest", "ingest_empty", MAY)
    assert state == "success"
    assert tasks["load", -1] == tasks["report", -1] == "success"
    assert {state for (task, _), state in tasks.items() if task.startswith("batch.")} == {"skipped"}
    sql = "SELECT found, coverage, interval_start FROM runs WHERE source_id = 'empty'"
    assert rows(settings, sql) == [(0, "complete", APRIL.replace(tzinfo=None))]


def test_a_lost_batch_is_told_and_does_not_lose_the_others(settings: Settings, inbox: Inbox) -> None:
    before = contents(settings)
    [*_, (name,)] = rows(settings, "SELECT DISTINCT split_part(archive_ref, ':', 1) FROM releases ORDER BY 1")
    damaged = settings.archive / name
    kept = damaged.read_bytes()
    damaged.chmod(0o644)
    damaged.write_bytes(bytes(len(kept)))
    inbox.told.clear()
    try:
        state, tasks = run("ingest", "ingest_desk", APRIL)
    finally:
        damaged.write_bytes(kept)
    assert state == "failed"
    read = [state for (task, _), state in sorted(tasks.items()) if task == "batch.read"]
    assert sorted(read) in (["failed", "success"], ["success", "upstream_failed"])
    assert tasks["load", -1] == "success"
    assert tasks["report", -1] == "failed"
    assert contents(settings) == before
    assert {alert["kind"] for alert in inbox.told} == {"failed"}
    assert "ingest_desk" in inbox.told[0]["text"]
    assert len(inbox.told) == 1, "one trouble is one alert"

    state, tasks = run("ingest", "ingest_desk", APRIL)
    assert (state, set(tasks.values())) == ("success", {"success"})
    assert list(settings.handover.iterdir()) == []


def test_a_load_that_finds_the_file_in_use_is_tried_again(settings: Settings) -> None:
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with hold_lock(settings):
            held.set()
            release.wait(60)

    def watch() -> None:
        deadline = time.monotonic() + 60
        log = settings.home / "airflow" / "logs"
        while time.monotonic() < deadline and not any("attempt=2" in path.name for path in log.rglob("task_id=load/*")):
            time.sleep(0.05)
            if any(settings.handover.glob("*/rows-*")):
                time.sleep(1.5)
                break
        release.set()

    threads = [threading.Thread(target=job) for job in (hold, watch)]
    shutil.rmtree(settings.handover, ignore_errors=True)
    threads[0].start()
    held.wait(30)
    threads[1].start()
    state, tasks = run("ingest", "ingest_desk", APRIL)
    for thread in threads:
        thread.join()
    assert (state, tasks["load", -1]) == ("success", "success")


def test_a_load_that_never_gets_the_file_fails_and_loads_nothing_in_part(settings: Settings) -> None:
    before = contents(settings)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from pipeline.warehouse import hold_lock; from pipeline.settings import load_settings\n"
            "with hold_lock(load_settings()): print('held', flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    holder.stdout.readline()
    try:
        state, tasks = run("ingest", "ingest_desk", APRIL)
    finally:
        holder.communicate(b"\n", timeout=30)
    assert state == "failed"
    assert (tasks["load", -1], tasks["report", -1]) == ("failed", "upstream_failed")
    assert contents(settings) == before
    assert run("ingest", "ingest_desk", APRIL)[0] == "success"


@pytest.mark.usefixtures("settings")
def test_a_source_whose_file_is_wrong_says_so_and_keeps_no_other_from_running() -> None:
    from dags import ingest

    assert "wrong.yml:3: country" in ingest.ingest_wrong.doc_md
    state, tasks = run("ingest", "ingest_wrong")
    assert (state, tasks) == ("failed", {("configuration", -1): "failed"})


def test_summarise_settles_builds_checks_and_publishes(settings: Settings) -> None:
    state, tasks = run("summarise", "dag")
    assert state == "success"
    assert [task for task, _ in sorted(tasks)] == ["publish", "settle", "summarise"]
    with duckdb.connect(str(settings.published_file), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM releases").fetchone() == (FILES,)


def test_reprocess_reads_the_archive_alone_and_changes_nothing(settings: Settings) -> None:
    before = contents(settings)
    shutil.move(settings.sources / "desk", settings.sources / "away")
    try:
        state, tasks = run("reprocess", "dag", APRIL)
    finally:
        shutil.move(settings.sources / "away", settings.sources / "desk")
    assert (state, set(tasks.values())) == ("success", {"success"})
    assert len([task for task, _ in tasks if task == "read"]) == 2
    assert contents(settings) == before
    told = rows(settings, "SELECT found, loaded FROM runs WHERE trigger = 'reprocess'")
    assert told == [(FILES, 0)]
    state, tasks = run("reprocess", "dag", MAY)
    assert (state, tasks["load", -1], tasks["report", -1]) == ("success", "success", "success")


def test_a_silent_source_is_a_red_task_and_an_alert(settings: Settings, inbox: Inbox) -> None:
    inbox.told.clear()
    state, tasks = run("watch", "dag")
    assert (state, tasks) == ("failed", {("silence", 0): "failed", ("silence", 1): "success"})
    [alert] = inbox.told
    assert "desk is silent: its newest release is of 2026-03-28" in alert["text"]
    from pipeline.watching import check_source

    assert "newest release 2026-03-28" in check_source("desk", settings, now=datetime(2026, 3, 30, tzinfo=UTC))


def test_a_failing_check_keeps_the_last_published_file_and_names_the_rows(settings: Settings, inbox: Inbox) -> None:
    published = hashlib.sha256(settings.published_file.read_bytes()).hexdigest()
    inbox.told.clear()
    with open_working(settings) as con:
        con.execute("INSERT INTO events BY NAME SELECT * FROM events LIMIT 1")
    state, tasks = run("summarise", "dag")
    assert (state, tasks["summarise", -1], tasks["publish", -1]) == ("failed", "failed", "upstream_failed")
    assert hashlib.sha256(settings.published_file.read_bytes()).hexdigest() == published
    assert len(inbox.told) == 1
    assert "failed: 1 check" in inbox.told[0]["text"] or "check" in inbox.told[0]["text"]
    assert "event_id" in inbox.told[0]["text"]


PARSE = """
import json, sys, time
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag
found = {}
for path in sorted(Path("dags").glob("*.py")):
    DagBag(str(path), load_op_links=False)
    before = time.process_time()
    bag = DagBag(str(path), load_op_links=False)
    found[path.stem] = [sorted(bag.dag_ids), time.process_time() - before, list(bag.import_errors.values())]
print(json.dumps(found))
"""


def test_dag_files_parse_in_under_a_second_and_none_takes_in_another(tmp_path: Path) -> None:
    """Processor seconds of a second parse, when what they import is there; a noisy machine does not slow those down."""
    env = environment(tmp_path, AIRFLOW_HOME=str(tmp_path), AIRFLOW__CORE__LOAD_EXAMPLES="False", PYTHONPATH=str(ROOT))
    result = subprocess.run(
        [sys.executable, "-c", PARSE], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    assert {name: ids for name, (ids, _, _) in found.items()} == {
        "ingest": ["ingest_example"],
        "reprocess": ["reprocess"],
        "summarise": ["summarise"],
        "watch": ["watch"],
    }
    assert [errors for _, _, errors in found.values()] == [[], [], [], []]
    assert max(seconds for _, seconds, _ in found.values()) < 1
