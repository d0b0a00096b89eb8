"""Publishing: a checked copy of the working file, put in the place of the one that people open, in one step."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import PublishRefusedError, ReadoutError
from pipeline.records import utc_now
from pipeline.settings import Settings
from pipeline.warehouse.changes import last_seq
from pipeline.warehouse.file import Connection, checkpoint, first_line, open_working
from pipeline.warehouse.lock import Lock, hold_lock

COUNTED = ("sources", "releases", "events", "attendees", "topics", "people", "problems", "runs")
"""The tables whose rows the manifest counts."""

WATCHED = ("releases", "events", "attendees", "topics")
FEWER = 0.9
"""A publication that keeps a smaller share of these than this of the last one's rows is refused ..."""
FEW = 20
"""... unless no more than so many rows went."""


@dataclass(frozen=True, slots=True)
class Published:
    """The file that people open now, and what the manifest beside it says."""

    path: Path
    manifest: dict[str, Any]


def publish(settings: Settings, lock: Lock | None = None, *, allow_fewer: bool = False) -> Published:
    """Put a copy of the working file where people open it; readers go on with the file that they have.

    Raises PublishRefusedError, and leaves the last publication, if the summary models failed, are older than the tables, or
    if many rows have gone since (`allow_fewer` takes that as meant).
    """
    if lock is None:
        with hold_lock(settings) as lock:
            return publish(settings, lock, allow_fewer=allow_fewer)
    with open_working(settings, lock) as con:
        _check_build(con)
        manifest = _describe(con)
        if not allow_fewer:
            _check_counts(manifest["counts"], read_manifest(settings))
        checkpoint(con, settings.working_file)
    try:
        return _replace(settings, manifest)
    except OSError as error:
        raise ReadoutError(
            f"nothing was published: {error.filename or settings.warehouse}: {error.strerror}"
        ) from error


def read_manifest(settings: Settings) -> dict[str, Any] | None:
    """Return what stands beside the published file; None if there is nothing readable."""
    try:
        manifest = json.loads(manifest_file(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) else None


def manifest_file(settings: Settings) -> Path:
    """Return the path of the manifest beside the published file."""
    return settings.published_file.with_suffix(".json")


def record_build(con: Connection, models: int, tests: int, failures: list[str]) -> None:
    """Write down how a build of the summary models ended; publishing asks for the last one."""
    row = [utc_now().replace(tzinfo=None), last_seq(con), models, tests, failures]
    con.execute("INSERT INTO builds VALUES (?, ?, ?, ?, ?)", row)


def is_built(con: Connection) -> bool:
    """Say whether the last build of the summary models saw all that was loaded."""
    row = con.execute("SELECT seq FROM builds ORDER BY rowid DESC LIMIT 1").fetchone()
    return row is not None and row[0] == last_seq(con)


def _check_build(con: Connection) -> None:
    row = con.execute("SELECT failures FROM builds ORDER BY rowid DESC LIMIT 1").fetchone()
    if row is None:
        raise PublishRefusedError("the summary models were never built; the last publication stays")
    if row[0]:
        checks = f"{len(row[0])} check{'s' * (len(row[0]) > 1)}"
        raise PublishRefusedError(f"the last build failed {checks}: {'; '.join(row[0])}")
    if not is_built(con):
        raise PublishRefusedError("the summary models are older than the tables; build them again")


def _check_counts(counts: dict[str, int], last: dict[str, Any] | None) -> None:
    before = last["counts"] if last else {}
    gone = [
        f"{name} {before[name]} → {counts[name]}"
        for name in WATCHED
        if before.get(name, 0) - counts[name] > FEW and counts[name] < FEWER * before[name]
    ]
    if gone:
        raise PublishRefusedError(f"many rows have gone since the last publication: {', '.join(gone)}")


def _describe(con: Connection) -> dict[str, Any]:
    """Return the manifest, apart from what only the copy can tell."""
    counts = {name: _one(con, f"SELECT count(*) FROM {name}") for name in COUNTED}
    rules = con.execute(
        "SELECT split_part(rules_version, '+', 1), count(*) FROM releases GROUP BY 1 ORDER BY 1"
    ).fetchall()
    coverage = con.execute(_COVERAGE).fetchall()
    names = ("source_id", "releases", "newest_release", "from", "to", "complete", "partial", "unknown")
    return {
        "published_at": utc_now().isoformat(),
        "migration": _one(con, "SELECT max(name) FROM schema_migrations"),
        "rules_versions": dict(rules),
        "last_change": last_seq(con),
        "counts": counts,
        "coverage": [dict(zip(names, row, strict=True)) for row in coverage],
    }


def _one(con: Connection, sql: str) -> Any:
    row = con.execute(sql).fetchone()
    return row[0] if row else None


_COVERAGE = """
SELECT
    source_id,
    (SELECT count(*) FROM releases AS r WHERE r.source_id = s.source_id),
    (SELECT max(published_date)::VARCHAR FROM releases AS r WHERE r.source_id = s.source_id),
    min(interval_start)::VARCHAR,
    max(interval_end)::VARCHAR,
    count(*) FILTER (WHERE coverage = 'complete'),
    count(*) FILTER (WHERE coverage = 'partial'),
    count(*) FILTER (WHERE coverage = 'unknown')
FROM (SELECT DISTINCT source_id FROM readings UNION SELECT DISTINCT source_id FROM runs) AS s
LEFT JOIN runs USING (source_id)
GROUP BY source_id
ORDER BY source_id
"""


def _replace(settings: Settings, manifest: dict[str, Any]) -> Published:
    target = settings.published_file
    draft = target.with_name(target.name + ".new")
    write_ahead = target.with_name(target.name + ".wal")
    draft.unlink(missing_ok=True)  # a killed publication's
    manifest |= {"file": target.name, "bytes": settings.working_file.stat().st_size}
    manifest["sha256"] = _copy(settings.working_file, draft)
    _check_copy(draft, manifest["counts"])
    # What a dead reader, which had the old file open to write, left beside it must not be replayed into the new one.
    write_ahead.unlink(missing_ok=True)
    os.replace(draft, target)
    write_ahead.unlink(missing_ok=True)
    _write(manifest_file(settings), json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    _sync_folder(target.parent)
    return Published(target, manifest)


def _copy(source: Path, target: Path) -> str:
    """Copy a file to the disk, not only to its cache, as one that nobody writes; return its SHA-256."""
    with source.open("rb") as reader, ThreadPoolExecutor(1) as beside:
        digest = beside.submit(hashlib.file_digest, reader, "sha256")
        shutil.copyfile(source, target)
        with target.open("rb") as writer:
            os.fchmod(writer.fileno(), 0o444)
            os.fsync(writer.fileno())
        return digest.result().hexdigest()


def _check_copy(path: Path, counts: dict[str, int]) -> None:
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            found = {name: _one(con, f"SELECT count(*) FROM {name}") for name in counts}
    except duckdb.Error as error:
        raise PublishRefusedError(f"the copy does not open: {first_line(error)}") from error
    if found != counts:
        raise PublishRefusedError("the copy holds other rows than the working file")


def _write(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8") as writer:
        writer.write(text)
        writer.flush()
        os.fsync(writer.fileno())
    os.replace(draft, path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot; the rename itself is atomic all the same
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
