"""The summary models: `dbt build` on the working file, in a process of its own, and what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import PublishRefusedError, ReadoutError
from pipeline.settings import Settings
from pipeline.warehouse import (
    Lock,
    Published,
    decided_pairs,
    guard_file,
    hold_lock,
    is_built,
    join_engagements,
    open_working,
    publish,
    record_build,
    sample_rows,
)

SHOWN_ROWS = 2
"""Failing rows that the message about a failed check shows."""


@dataclass(frozen=True, slots=True)
class SummaryResult:
    """How many models were built and how many checks passed; warnings are checks that found something and stop nothing."""

    models: int
    checks: int
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = "".join(f"; warning: {warning}" for warning in self.warnings)
        return f"{self.models} models built, {self.checks} checks passed{told}"


def build_summaries(settings: Settings, lock: Lock | None = None, *, unit_tests: bool = False) -> SummaryResult:
    """Join events into engagements, then build and check all summary models, under the file's lock or one that is held already.

    `unit_tests` asks for the tests of the models' SQL, too, which no row can change. How the build ended is written down in the
    working file, and publishing asks for it. Raises PublishRefusedError with one line naming the checks that failed and rows
    that each found, WarehouseBusyError, or ReadoutError if dbt could not run.
    """
    if lock is None:
        with hold_lock(settings) as lock:
            return build_summaries(settings, lock, unit_tests=unit_tests)
    with open_working(settings, lock) as con:
        join_engagements(con, decided_pairs(con, "same"), decided_pairs(con, "different"))
    left_out = () if unit_tests else ("--exclude-resource-type", "unit_test")
    results = _read_results(settings, _run_dbt(settings, lock, "build", *left_out))
    models = sum(result["unique_id"].startswith("model.") for result in results)
    checks = sum(result["unique_id"].startswith(("test.", "unit_test.")) for result in results)
    with open_working(settings, lock) as con:
        told = {
            status: [_describe(result, con) for result in results if result["status"] in statuses]
            for status, statuses in (("failed", ("error", "fail")), ("warned", ("warn",)))
        }
        record_build(con, models, checks, told["failed"])
    if told["failed"]:
        raise PublishRefusedError(
            f"{len(told['failed'])} check{'s' * (len(told['failed']) > 1)} failed: {'; '.join(told['failed'])}"
        )
    return SummaryResult(models, checks, tuple(told["warned"]))


def publish_built(settings: Settings) -> Published:
    """Publish the working file, its summary models built again first if rows were loaded since; all under one lock.

    Raises PublishRefusedError, and then the last published file stays in place.
    """
    with hold_lock(settings) as lock:
        with open_working(settings, lock) as con:
            built = is_built(con)
        if not built:
            build_summaries(settings, lock)
        return publish(settings, lock)


def build_docs(settings: Settings) -> str:
    """Write dbt's documentation of tables and models as one page; return its path. Raises as `build_summaries`."""
    with hold_lock(settings) as lock:
        with open_working(settings, lock):
            pass
        process = _run_dbt(settings, lock, "docs", "generate", "--static")
    page = settings.home / "dbt" / "target" / "static_index.html"
    if process.returncode or not page.exists():
        raise ReadoutError(f"dbt could not write its documentation: {_last_words(process.stdout + process.stderr)}")
    return str(page)


def _run_dbt(settings: Settings, lock: Lock, *command: str) -> subprocess.CompletedProcess[str]:
    """Run dbt, which holds the lock with us: should we be killed, nobody else writes until it has ended, too."""
    folder = settings.home / "dbt"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "target" / "run_results.json").unlink(missing_ok=True)
    guard_file(settings, lock)
    options = {
        "--project-dir": settings.sql,
        "--profiles-dir": settings.sql,
        "--target-path": folder / "target",
        "--log-path": folder / "logs",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "dbt.cli.main", *command, *(str(part) for pair in options.items() for part in pair)],
        env={
            **os.environ,
            "READOUT_WORKING_FILE": str(settings.working_file),
            "READOUT_SPILL": str(settings.home / "spill"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        },
        pass_fds=[lock.descriptor],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        lock.name_holder(process.pid, f"dbt {command[0]}")
        try:
            out, err = process.communicate()
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def _read_results(settings: Settings, process: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    path = settings.home / "dbt" / "target" / "run_results.json"
    if not path.exists():
        raise ReadoutError(f"dbt could not run: {_last_words(process.stdout + process.stderr)}")
    results: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["results"]
    if not results:
        raise ReadoutError(f"dbt found nothing to do in {settings.sql}: {_last_words(process.stdout)}")
    return results


def _describe(result: dict[str, Any], con: Any) -> str:
    """Return one line on a check that failed: how many rows it found, and some of them."""
    name = ".".join(result["unique_id"].split(".")[2:3])
    if not result["failures"] or not result.get("compiled_code") or result["unique_id"].startswith("unit_test."):
        return f"{name}: {_first_words(result['message'] or '')}"
    columns, rows = sample_rows(con, result["compiled_code"], SHOWN_ROWS)
    found = "1 row" if result["failures"] == 1 else f"{result['failures']} rows"
    return f"{name}: {found}, such as {' and '.join(_show(columns, row) for row in rows)}"


def _show(columns: Sequence[str], row: Sequence[object]) -> str:
    return "(" + ", ".join(f"{column} {str(value)[:60]}" for column, value in zip(columns, row, strict=True)) + ")"


def _first_words(message: str) -> str:
    """Return what a message says before it comes to dbt's own inner workings."""
    lines = [line.strip() for line in message.splitlines() if line.strip() and not line.lstrip().startswith(">")]
    return " ".join(lines)[:400]


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return " ".join(lines[-6:])[-600:] or "it said nothing"
