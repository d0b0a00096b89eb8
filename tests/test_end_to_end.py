"""The product as its operators use it: `make up`, a browser, a backfill in the dialog, the page, and everything stopped again.

Needs Debian's package `chromium`; under CI=true it has to be there.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import psutil
import pytest
from playwright.sync_api import Locator, Page, Response, expect, sync_playwright

from pipeline.runs import source_intervals
from pipeline.settings import load_settings
from pipeline.sources import load_source
from tests.airflow_stack import Stack
from tests.conftest import ROOT
from tests.test_dags import Inbox
from tests.test_make_run import processes_of, read_tables
from tests.test_newsroom_site import TABLE

CHROMIUM = "/usr/bin/chromium"
FIRST, LAST = date(2026, 3, 1), date(2026, 6, 1)
"""The four months of the backfill: by the first day of each."""
PICTURES = os.environ.get("READOUT_PICTURES")
"""Folder to write the README's pictures to, when they are to be renewed."""

pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists() and os.environ.get("CI") != "true",
    reason="needs a browser: apt-get install chromium (as root, after apt-get update)",
)


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    with Inbox() as inbox:
        threading.Thread(target=inbox.serve_forever, daemon=True).start()
        yield inbox
        inbox.shutdown()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, inbox: Inbox) -> Iterator[Stack]:
    assert Path(CHROMIUM).exists(), "CI needs a browser: apt-get install chromium"
    limits = {"READOUT_RUN_HOURS": "0.0003", "READOUT_BACKFILL_HOURS": "0.0003"}  # a second: every run is late
    alerts = f"http://127.0.0.1:{inbox.server_port}/hook"
    with Stack(tmp_path_factory.mktemp("up"), READOUT_ALERTS=alerts, **limits) as stack:
        yield stack
        stack.stop(signal.SIGINT)  # make itself says that it was interrupted
        assert "stopped; data is kept" in stack.said
        assert processes_of(stack.folder) == []


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )  # root has no user namespaces
        page = browser.new_page(viewport={"width": 1360, "height": 900}, timezone_id="UTC", locale="en-GB")
        page.set_default_timeout(90_000)
        expect.set_options(timeout=90_000)
        yield page
        browser.close()


def take_picture(page: Page, name: str) -> None:
    """Write a README picture, where pictures are asked for."""
    if PICTURES:
        page.wait_for_timeout(800)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def open_backfill_dialog(page: Page, address: str, dag_id: str) -> Locator:
    """Open a DAG's page and, from its Trigger button, the dialog for backfills."""
    page.goto(f"{address}/dags/{dag_id}")
    page.get_by_role("button", name=re.compile("Trigger")).first.click()
    dialog = page.locator('[role=dialog][aria-modal="true"]')
    dialog.get_by_text("Backfill", exact=True).click()
    expect(dialog.get_by_text("Reprocess Behavior")).to_be_visible()
    return dialog


def choose_day(page: Page, dialog: Locator, nth: int, day: date) -> None:
    """Choose a day in one of the dialog's two fields, as a person types it."""
    dialog.get_by_test_id("datetime-input").nth(nth).click()
    picker = page.locator('[data-scope="popover"][data-state="open"]').last
    picker.get_by_placeholder("YYYY/MM/DD").fill(f"{day:%Y/%m/%d}")
    picker.get_by_placeholder("HH:mm").fill("00:00")
    page.keyboard.press("Escape")


def start_backfill(
    page: Page,
    stack: Stack,
    dag_id: str,
    behaviour: str,
    picture: str = "",
    first: date = FIRST,
    backwards: bool = False,
    at_once: int = 2,
) -> int:
    """Fill in the dialog for the four months (or from another on) and press the button; return the backfill's id."""
    dialog = open_backfill_dialog(page, stack.address, dag_id)
    for nth, day in enumerate((first, LAST)):
        choose_day(page, dialog, nth, day)
    dialog.get_by_text(behaviour, exact=True).click()
    if backwards:
        dialog.get_by_text("Run Backwards", exact=True).click()
    dialog.locator("input[name=max_active_runs]").fill(str(at_once))
    button = dialog.get_by_role("button", name="Run Backfill")
    expect(button).to_be_enabled()
    if picture:
        take_picture(page, picture)

    def creates(response: Response) -> bool:
        return response.url.endswith("/backfills") and response.request.method == "POST"

    with page.expect_response(creates) as answer:
        button.click()
    assert answer.value.ok, answer.value.text()
    return int(answer.value.json()["id"])


def wait_for_backfills(page: Page, stack: Stack, *backfills: int) -> None:
    """Wait for the backfills' ends, and then until all that they loaded is published."""
    page.goto("about:blank")  # Airflow's own pages ask and draw all the time
    for backfill in backfills:
        stack.wait_for(lambda backfill=backfill: stack.is_backfilled(backfill), 600, "the backfill has ended")
    stack.wait_until_quiet(600)


def test_a_person_signs_in_with_the_printed_password(stack: Stack, page: Page) -> None:
    assert re.search(rf"Airflow is at {re.escape(stack.address)}  user admin  password \S+", stack.said)
    page.goto(stack.address)
    page.fill("input[name=username]", "admin")
    page.fill("input[type=password]", stack.password)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Welcome").first).to_be_visible()


def test_it_listens_on_loopback_alone(stack: Stack) -> None:
    listening = set()
    for pid in processes_of(stack.folder):
        with suppress(psutil.NoSuchProcess):  # a task's process that has ended meanwhile
            connections = psutil.Process(pid).net_connections("inet")
            listening |= {one.laddr.ip for one in connections if one.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_every_dag_file_is_loaded_without_an_error(stack: Stack) -> None:
    for dag_id in ("ingest_example", "summarise", "reprocess", "watch"):
        stack.wait_for(lambda dag_id=dag_id: stack.has_dag(dag_id), 60, f"{dag_id} is there")
    assert stack.api("GET", "/importErrors")["total_entries"] == 0
    assert stack.api("GET", "/dagWarnings")["total_entries"] == 0


def test_the_page_says_when_nothing_is_published(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.address}/plugin/readout")
    expect(page.frame_locator("iframe").get_by_text("Nothing is published yet")).to_be_visible()


def test_a_dag_is_unpaused_and_a_backfill_of_four_months_fills_exactly_those(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.address}/dags/ingest_example")
    page.locator("label:has(input[type=checkbox]), [role=switch]").first.click()
    stack.wait_for(lambda: not stack.api("GET", "/dags/ingest_example")["is_paused"], 20, "the DAG is unpaused")
    wait_for_backfills(page, stack, start_backfill(page, stack, "ingest_example", "Missing Runs", "backfill-dialog"))
    runs = stack.runs("ingest_example")
    assert sum(run["run_type"] == "backfill" for run in runs) == 4
    assert {run["state"] for run in runs} == {"success"}

    months = {f"{FIRST.year}-{month:02}" for month in range(FIRST.month, LAST.month + 1)}
    scheduled = source_intervals(load_source("example", load_settings().sources), datetime.now(UTC))[-1]
    assert scheduled.start is not None
    months.add(f"{scheduled.start:%Y-%m}")  # an unpaused DAG runs its last interval, too
    wanted = {row["slug"] for row in TABLE if row["published_at"][:7] in months and row["status"] == "current"}
    with duckdb.connect(str(stack.folder / "warehouse/readout.duckdb"), read_only=True) as con:
        found = {Path(url).stem for (url,) in con.execute("SELECT url FROM releases").fetchall()}
    assert len(wanted) >= 4
    assert found == wanted

    page.goto(f"{stack.address}/dags/ingest_example")
    expect(page.get_by_text("report").first).to_be_visible()
    if PICTURES:
        page.mouse.move(331, 700)  # the border between grid and details
        page.mouse.down()
        page.mouse.move(620, 700, steps=8)
        page.mouse.up()
        take_picture(page, "grid")


def test_late_runs_and_backfills_raise_alerts_once(stack: Stack, inbox: Inbox) -> None:
    def told(kind: str) -> list[str]:
        return [alert["text"] for alert in inbox.told if alert["kind"] == kind and alert["dag_id"] == "ingest_example"]

    stack.wait_for(lambda: bool(told("run-late") and told("backfill-late")), 60, "both alerts have come")
    assert len(told("run-late")) == 1
    assert "run scheduled__" in told("run-late")[0]
    assert len(told("backfill-late")) == 1, "a backfill is one trouble, however many runs it has"


def test_each_run_ends_its_log_with_what_it_found(stack: Stack) -> None:
    run = stack.runs("ingest_example")[0]["dag_run_id"]
    log = json.dumps(
        stack.api("GET", f"/dags/ingest_example/dagRuns/{run}/taskInstances/report/logs/1?full_content=true")
    )
    assert re.search(r"example from \S+ to \S+: \d+ found, \d+ fetched, \d+ loaded, .*coverage complete", log)


def test_reprocessing_all_runs_changes_no_row(stack: Stack, page: Page) -> None:
    before = read_tables(stack.folder)
    again = [start_backfill(page, stack, dag_id, "All Runs") for dag_id in ("ingest_example", "reprocess")]
    wait_for_backfills(page, stack, *again)
    assert sum(run["run_type"] == "backfill" for run in stack.runs("reprocess")) == 4
    for dag_id in ("ingest_example", "reprocess"):
        assert {run["state"] for run in stack.runs(dag_id)} == {"success"}
    after = read_tables(stack.folder)
    history = {len(tables.pop("runs")) for tables in (before, after)}
    assert len(history) == 2  # the runs of reprocess are told, and nothing else is new
    assert after == before


def test_missing_and_errored_runs_are_made_backwards_and_no_others(stack: Stack, page: Page) -> None:
    by_month = {run["logical_date"][:7]: run for run in stack.runs("ingest_example")}
    stack.api("PATCH", f"/dags/ingest_example/dagRuns/{by_month['2026-04']['dag_run_id']}", {"state": "failed"})
    missing = date(2026, 2, 1)
    again = start_backfill(
        page, stack, "ingest_example", "Missing and Errored Runs", first=missing, backwards=True, at_once=1
    )
    wait_for_backfills(page, stack, again)
    after = {run["logical_date"][:7]: run for run in stack.runs("ingest_example")}
    assert {run["state"] for run in after.values()} == {"success"}
    begun = {month for month, run in after.items() if run["start_date"] != by_month.get(month, {}).get("start_date")}
    assert begun == {"2026-02", "2026-04"}
    assert after["2026-04"]["start_date"] < after["2026-02"]["start_date"], "backwards: the newest first"


def test_the_page_shows_what_is_filled_and_what_was_read(stack: Stack, page: Page) -> None:
    page.goto(stack.address)
    page.get_by_test_id("nav-sidebar").get_by_role("link", name="Readout").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Coverage by month")).to_be_visible()
    for text in ("Example newsroom", "Latest events", "Open problems"):
        expect(frame.get_by_text(text).first).to_be_visible()
    filled = frame.locator("#coverage td.complete")
    titles = [filled.nth(n).get_attribute("title") or "" for n in range(filled.count())]
    assert [title.split(":")[0] for title in titles][:4] == ["February 2026", "March 2026", "April 2026", "May 2026"]
    with duckdb.connect(str(stack.folder / "warehouse/readout.duckdb"), read_only=True) as con:
        sql = "SELECT name FROM events JOIN releases USING (release_id) WHERE mention = 'primary' ORDER BY published_at DESC"
        newest = con.execute(sql).fetchall()[0][0]
    expect(frame.locator("#events").get_by_text(newest).first).to_be_visible()
    take_picture(page, "readout-page")


def test_nobody_sees_the_page_without_a_session(stack: Stack) -> None:
    for path in ("/readout/", "/readout/icon.svg", "/readout/anything"):
        assert stack.status_of(path) in (401, 403, 404)
    assert stack.status_of("/readout/") in (401, 403)
    assert stack.status_of("/readout/", token="made.up.token") in (401, 403)


def test_a_missing_pool_is_a_clear_failure(stack: Stack) -> None:
    stack.api("DELETE", "/pools/warehouse")
    try:
        moment = "2026-11-20T00:00:00Z"
        run = stack.api("POST", "/dags/ingest_example/dagRuns", {"logical_date": moment})["dag_run_id"]
        path = f"/dags/ingest_example/dagRuns/{run}"
        stack.wait_for(lambda: stack.api("GET", path)["state"] == "failed", 60, "the run has failed")
        assert "airflow pools set warehouse 1" in stack.api("GET", path)["note"]
    finally:
        stack.api("POST", "/pools", {"name": "warehouse", "slots": 1, "include_deferred": False})


def test_a_second_make_up_says_that_it_is_up(stack: Stack) -> None:
    second = subprocess.run(
        ["make", "--no-print-directory", "up"], cwd=ROOT, env=stack.env, capture_output=True, text=True, timeout=60
    )
    assert second.returncode != 0
    assert f"already up at {stack.address}" in second.stdout + second.stderr
    assert "Traceback" not in second.stdout + second.stderr


def test_secrets_are_nowhere_but_in_their_files(stack: Stack) -> None:
    airflow = stack.folder / "home" / "airflow"
    files = [airflow / name for name in ("api_secret", "jwt_secret", "simple_auth_manager_passwords.json.generated")]
    secrets = [files[0].read_text().strip(), files[1].read_text().strip(), stack.password]
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    for path in (stack.folder / "home").rglob("*"):
        if path.is_file() and path not in files and "postgres" not in path.parts:
            data = path.read_bytes()
            assert not any(secret.encode() in data for secret in secrets), path
    shown = json.dumps(stack.api("GET", "/dags/~/dagRuns/~/taskInstances?limit=500"))
    assert not any(secret in shown for secret in secrets)
    assert not any(
        secret in " ".join(psutil.Process(pid).cmdline()) for pid in processes_of(stack.folder) for secret in secrets
    )
