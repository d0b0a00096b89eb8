"""One run of one source over one interval, cut into pieces that can each be tried again; used by the DAGs and the CLI.

The pieces hand each other files in a folder of the run under `Settings.handover`: the run and its discovery, batches of
addresses, fetched pages as references into the archive, rows as Parquet. A piece writes under a temporary name and renames,
so a killed one leaves nothing half-written, and doing a piece again replaces its file. The folder goes once its rows are
committed.
"""

from __future__ import annotations

import os
import shutil
import time as clock
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from croniter import croniter
from pydantic import TypeAdapter

from pipeline import steps
from pipeline.errors import ReadoutError
from pipeline.records import Address, Interval, Problem, Run, utc_now
from pipeline.settings import Settings, load_settings
from pipeline.sources import Source, load_source
from pipeline.steps import OnProgress, no_progress

BATCH = 25
"""Addresses in a batch: small enough that a lost one costs little, large enough that a task is worth its start."""
MOST_BATCHES = 500
"""Airflow maps a task at most 1,024 times; longer lists get larger batches."""
ABANDONED_AFTER = timedelta(days=14)
"""Hand-over folders untouched for so long belong to runs that nobody will finish."""


@dataclass(frozen=True)
class DiscoveredRun:
    """What a run's discovery found: the run with its coverage, and what could not be looked at."""

    run: Run
    problems: tuple[Problem, ...]
    batches: int


@dataclass(frozen=True)
class FetchedPage:
    """One fetched page by reference: its bytes lie in the archive."""

    address: Address
    archive_ref: str


@dataclass(frozen=True)
class FetchedBatch:
    """The pages of one batch, how many of them came over the network now, and what could not be fetched."""

    pages: tuple[FetchedPage, ...]
    fetched: int
    problems: tuple[Problem, ...]


Record = TypeVar("Record")


def discover_run(
    source_id: str, run_id: str, start: str | None, end: str | None, trigger: str, settings: Settings | None = None
) -> list[str]:
    """List the addresses published in [start, end) (ISO times, UTC) and return the names of their batches.

    A name is the path of a batch's file. Starting over replaces what an earlier try of the same run left.
    """
    settings = settings or load_settings()
    source = load_source(source_id, settings.sources)
    interval = Interval(*(moment and datetime.fromisoformat(moment).astimezone(UTC) for moment in (start, end)))
    return _discover(source, interval, run_id, trigger, settings, no_progress)


def fetch_batch(batch: str, settings: Settings | None = None) -> str:
    """Fetch a batch's addresses into the archive, those it has already aside; return the name of the file of pages."""
    return _fetch(Path(batch), settings or load_settings(), no_progress)


def read_batch(batch: str, settings: Settings | None = None) -> str:
    """Parse and extract a batch's pages; return the name of the folder of rows."""
    return _read(Path(batch), settings or load_settings(), no_progress)


def load_run(run_id: str, settings: Settings | None = None) -> dict[str, int | str]:
    """Load all rows that a run's batches read, in one transaction with the run's own row; return its counts.

    A lost batch does not lose the others: it is counted in `lost`.
    """
    settings = settings or load_settings()
    folder = _folder(run_id, settings)
    if not (folder / "discovery.json").exists():
        raise ReadoutError(f"{run_id}: nothing was discovered, or it is loaded already; clear the discover task, too")
    discovered = _read_json(folder / "discovery.json", DiscoveredRun)
    fetched = [_read_json(path, FetchedBatch) for path in sorted(folder.glob("pages-*.json"))]
    rows = sorted(folder.glob("rows-*"))
    run = replace(discovered.run, fetched=sum(batch.fetched for batch in fetched))
    result = steps.load(run, rows, discovered.problems, settings)
    shutil.rmtree(folder)
    return {
        "run_id": run_id,
        "source": run.source_id,
        "start": _iso(run.interval.start),
        "end": _iso(run.interval.end),
        "found": result.found,
        "fetched": result.fetched,
        "loaded": result.loaded,
        "unchanged": result.unchanged,
        "failed": result.failed,
        "lost": discovered.batches - len(rows),
        "coverage": run.coverage.state,
        "reason": run.coverage.reason,
    }
