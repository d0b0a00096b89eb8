"""Records as Arrow tables, one for each table of the warehouse, and the Parquet files in which stages hand them on.

Pure, apart from reading and writing those files. Times become UTC timestamps without a zone. Lone surrogates, which no
database stores, become U+FFFD: a character stays a character, so ranges hold.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.records import Extraction, Problem, Release, Run
from pipeline.rows.held import parse_failures, read_for_drift, read_versions, without_releases
from pipeline.rows.release import CHILDREN, in_utc, name_reading, read_release
from pipeline.rows.schemas import SCHEMAS

__all__ = [
    "SCHEMAS",
    "Tables",
    "join_rows",
    "make_table",
    "parse_failures",
    "problem_rows",
    "read_for_drift",
    "read_rows",
    "read_versions",
    "release_rows",
    "run_rows",
    "vocabulary_rows",
    "withdrawal_rows",
    "without_releases",
    "write_rows",
]

Tables = dict[str, pa.Table]
"""Rows by table: any of the names in SCHEMAS."""

_NAMED_OTHERWISE = {("sources", "source_id"): "id", ("countries", "country"): "code"}
_SURROGATES = re.compile("[\ud800-\udfff]")


def release_rows(
    items: Iterable[tuple[Release, Extraction]],
    *,
    rules_version: str,
    name_key: Callable[[str], str],
    seen_at: datetime,
) -> Tables:
    """Return releases, events, attendees, topics and profiles of what was read from releases, in their order.

    `name_key` gives the key that names of one person share. `seen_at` stands for the time of fetching where a release has
    none. The extractions' problems are the caller's to tell. A release may come in several versions, each in several fetches.
    """
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in ("releases", *CHILDREN)}
    known: set[str] = set()
    for release, extraction in items:
        row, children = read_release(release, extraction, name_key)
        row["reading_id"] = name_reading(row, children)
        row["rules_version"] = rules_version
        row["fetched_at"] = in_utc(release.fetched_at or seen_at)
        lists["releases"].append(row)
        if row["reading_id"] not in known:
            known.add(row["reading_id"])
            for name, rows in children.items():
                lists[name] += ({**child, "reading_id": row["reading_id"]} for child in rows)
    return {name: make_table(name, rows) for name, rows in lists.items()}


def problem_rows(problems: Iterable[Problem], *, seen_at: datetime) -> Tables:
    """Return the problems, each once with its last detail, met at `seen_at`."""
    rows = {
        problem.problem_id: {
            "problem_id": problem.problem_id,
            "stage": problem.stage,
            "source_id": problem.source_id,
            "address": problem.address,
            "release_id": problem.release_id,
            "reason": problem.reason,
            "detail": problem.detail,
            "seen_at": in_utc(seen_at),
        }
        for problem in problems
    }
    return {"problems": make_table("problems", list(rows.values()))}


def run_rows(runs: Iterable[Run]) -> Tables:
    """Return the runs."""
    rows = [
        {
            "run_id": run.run_id,
            "source_id": run.source_id,
            "interval_start": in_utc(run.interval.start),
            "interval_end": in_utc(run.interval.end),
            "trigger": run.trigger,
            "found": run.found,
            "fetched": run.fetched,
            "loaded": run.loaded,
            "unchanged": run.unchanged,
            "failed": run.failed,
            "coverage": run.coverage.state,
            "coverage_reason": run.coverage.reason,
            "rules_version": run.rules_version,
            "started_at": in_utc(run.started_at),
            "ended_at": in_utc(run.ended_at),
        }
        for run in runs
    ]
    return {"runs": make_table("runs", rows)}


def withdrawal_rows(gone: Iterable[tuple[str, datetime, str]]) -> Tables:
    """Return the releases found withdrawn: release_id, when that was seen, and how the issuer said so."""
    rows = [{"release_id": i, "withdrawn_at": in_utc(when), "detail": how} for i, when, how in gone]
    return {"withdrawals": make_table("withdrawals", rows)}


def vocabulary_rows(name: str, entries: Iterable[object]) -> Tables:
    """Return a vocabulary (sources, event_types, topic_vocabulary or countries) from the objects that its loader gives."""
    attributes = {field: _NAMED_OTHERWISE.get((name, field), field) for field in SCHEMAS[name].names}
    rows = [{field: getattr(entry, attribute) for field, attribute in attributes.items()} for entry in entries]
    for field in SCHEMAS[name]:
        if pa.types.is_map(field.type):
            for row in rows:
                row[field.name] = list(row[field.name].items())
    return {name: make_table(name, rows)}


def join_rows(parts: Iterable[Tables]) -> Tables:
    """Return the rows of several parts as one; what two parts both read alike stands there once."""
    joined: dict[str, list[pa.Table]] = defaultdict(list)
    known: pa.Array = pa.array([], pa.string())
    for part in parts:
        for name, table in part.items():
            if name in CHILDREN:
                ids = table["reading_id"].cast(pa.string())
                table = table.filter(pc.invert(pc.is_in(ids, value_set=known)))
            joined[name].append(table)
        if "releases" in part:
            known = pa.concat_arrays([known, part["releases"]["reading_id"].cast(pa.string()).combine_chunks()])
    return {name: pa.concat_tables(tables) for name, tables in joined.items()}


def write_rows(folder: Path, tables: Tables) -> None:
    """Write the tables as Parquet files of a folder that is there whole or not at all; one of that name is replaced."""
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, table in tables.items():
        pq.write_table(table, draft / f"{name}.parquet", compression="zstd")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(draft, folder)


def read_rows(folder: Path) -> Tables:
    """Return the tables that were written to a folder. Raises FileNotFoundError if it is not there."""
    return {
        path.stem: pq.read_table(path).select(SCHEMAS[path.stem].names).cast(SCHEMAS[path.stem])
        for path in sorted(folder.iterdir())
        if path.suffix == ".parquet"
    }


def make_table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Return rows as a table of that name."""
    return pa.Table.from_pylist([_storable(row) for row in rows], SCHEMAS[name])


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value) if not value.isascii() else value
    if isinstance(value, dict):
        return {key: _storable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_storable(part) for part in value)
    return value
