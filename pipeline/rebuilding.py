"""The warehouse made again from the archive alone: pages read on all cores, then loaded in the order of their first visit.

What a batch of pages gave is kept until the new warehouse is in place, under a name made from the pages, the rules and the
source, so that a rebuild that was stopped goes on where it was.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from pipeline import rows, steps, warehouse
from pipeline.archive import Archive
from pipeline.errors import ConfigurationError, ReadoutError
from pipeline.records import ArchiveEntry, Gone, stable_id
from pipeline.rows import read_rows, write_rows
from pipeline.settings import Settings
from pipeline.sources import Source, load_source
from pipeline.steps import OnProgress, no_progress

PAGES = 200
"""Visits in a batch: what a stopped rebuild has to read again at most, a core."""
BATCHES_A_LOAD = 10
GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Batch:
    """Visits of one source that are read together: pages and those that found one taken away, and where their rows go."""

    source_id: str
    pages: tuple[str, ...]
    gone: tuple[Gone, ...]
    folder: Path

    @property
    def size(self) -> int:
        """How many visits it holds."""
        return len(self.pages) + len(self.gone)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: visits read, batches that an earlier try had read, releases now, rows that differ from before."""

    visits: int
    kept: int
    releases: int
    changed: int
    problems: int


def rebuild(settings: Settings, on_progress: OnProgress = no_progress, workers: int | None = None) -> Rebuilt:
    """Make the working file again from the archive, with today's rules, and put it in the place of the present one.

    The nine tables that the archive determines come out the same whatever the present file holds; runs, problems, changes and
    people's corrections are kept. Raises ReadoutError where there is no archive, WarehouseBusyError.
    """
    folder = settings.handover / "rebuild"
    batches = list(_list_batches(settings, folder))
    if not batches:
        raise ReadoutError(f"{settings.archive}: the archive has no release that was ever loaded")
    total = sum(batch.size for batch in batches)
    waiting = [batch for batch in batches if not batch.folder.exists()]
    _read_all(waiting, settings, total, on_progress, workers or os.cpu_count() or 1)
    told: list[rows.Tables] = []
    result = warehouse.rebuild(settings, _loads(batches, settings, told, on_progress), resolve=steps.resolve_people)
    problems = rows.join_rows(told)["problems"]
    if problems.num_rows:
        with warehouse.open_working(settings) as con:
            warehouse.load_tables(con, {"problems": problems}, resolve=steps.resolve_people)
    shutil.rmtree(folder, ignore_errors=True)
    return Rebuilt(total, len(batches) - len(waiting), result.releases, result.changed, problems.num_rows)


def _list_batches(settings: Settings, folder: Path) -> Iterator[Batch]:
    """Yield all that was ever loaded, all visits to one release in one batch, oldest first; sources in order of their ids."""
    with Archive(settings.archive) as archive:
        visits: dict[tuple[str, str], list[ArchiveEntry]] = {}
        for entry in archive.entries(role="release", loaded=True):
            visits.setdefault((entry.address.source_id, entry.address.url), []).append(entry)
    for source_id in sorted({source_id for source_id, _ in visits}):
        part: list[ArchiveEntry] = []
        for (of_source, _), entries in visits.items():
            if of_source == source_id:
                part += entries
                if len(part) >= PAGES:
                    yield _make_batch(source_id, part, settings, folder)
                    part = []
        if part:
            yield _make_batch(source_id, part, settings, folder)


def _make_batch(source_id: str, entries: Sequence[ArchiveEntry], settings: Settings, folder: Path) -> Batch:
    pages = tuple(entry.archive_ref for entry in entries if entry.status not in GONE)
    newest = {entry.address.url: entry.archive_ref for entry in entries if entry.status not in GONE}
    gone = tuple(
        Gone(
            entry.address,
            entry.archive_ref,
            entry.fetched_at,
            f"{entry.url} answers {entry.status}",
            newest[entry.address.url],
        )
        for entry in entries
        if entry.status in GONE and entry.address.url in newest
    )
    path = settings.sources / f"{source_id}.yml"
    described = path.read_bytes().hex() if path.exists() else ""
    name = stable_id(source_id, steps.rules_version(), described, *pages, *(one.archive_ref for one in gone))
    return Batch(source_id, pages, gone, folder / name)


def _read_all(batches: Sequence[Batch], settings: Settings, total: int, on_progress: OnProgress, workers: int) -> None:
    done = total - sum(batch.size for batch in batches)
    on_progress("read", done, total)
    if min(workers, len(batches)) <= 1:
        for batch in batches:
            _read_batch(batch, settings)
            done += batch.size
            on_progress("read", done, total)
        return
    # started afresh, since threads and open files of this process would not survive a fork
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(batches)), mp_context=context) as pool:
        tasks = {pool.submit(_read_batch, batch, settings): batch for batch in batches}
        try:
            for task in as_completed(tasks):
                task.result()
                done += tasks[task].size
                on_progress("read", done, total)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _read_batch(batch: Batch, settings: Settings) -> None:
    source = _source(batch.source_id, settings)
    read, problems = steps.read_archived(source, batch.pages, settings)
    withdrawn, _ = steps.read_withdrawn(source, batch.gone, settings)
    tables = steps.make_rows(read, (), withdrawn)
    write_rows(batch.folder, {**tables, **steps.make_problem_rows(problems)})


def _source(source_id: str, settings: Settings) -> Source | None:
    """Return the source; one whose YAML is gone or broken is read without its help rather than not at all."""
    try:
        return load_source(source_id, settings.sources)
    except ConfigurationError:
        return None


def _loads(
    batches: Sequence[Batch], settings: Settings, told: list[rows.Tables], on_progress: OnProgress
) -> Iterator[rows.Tables]:
    """Yield the tables to load; problems, which are history, are left in `told`."""
    vocabulary = steps.vocabulary_tables(settings)
    for at in range(0, len(batches), BATCHES_A_LOAD):
        on_progress("load", at, len(batches))
        tables = [read_rows(batch.folder) for batch in batches[at : at + BATCHES_A_LOAD]]
        told += [{"problems": part.pop("problems")} for part in tables]
        yield steps.correct(rows.join_rows([*tables, *vocabulary]), settings)
    on_progress("load", len(batches), len(batches))
