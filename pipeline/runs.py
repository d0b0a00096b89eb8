"""One run of one source over one interval, cut into pieces that can each be tried again; used by the DAGs and the CLI.

The pieces hand each other files in a folder of the run under `Settings.handover`: the run and its discovery, batches of
addresses, fetched pages as references into the archive, rows as Parquet. A piece writes under a temporary name and renames,
so a killed one leaves nothing half-written, and doing a piece again replaces its file. The folder goes once its rows are
committed.
"""

from __future__ import annotations

import shutil
import time as clock
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from croniter import croniter
from pydantic import TypeAdapter

from pipeline import steps
from pipeline.archive import Archive
from pipeline.deferred import PASSING, Deferred, DeferredAddresses
from pipeline.errors import ReadoutError
from pipeline.records import Address, Coverage, Gone, Interval, Page, Problem, Release, Run, utc_now
from pipeline.rows import read_rows, write_rows
from pipeline.settings import Settings, load_settings
from pipeline.sources import Source, load_source
from pipeline.sources.dates import day_ends
from pipeline.sources.discovery import may_lie_in
from pipeline.steps import OnProgress, no_progress

BATCH = 25
"""Addresses in a batch: small enough that a lost one costs little, large enough that a task is worth its start."""
MOST_BATCHES = 500
"""Airflow maps a task at most 1,024 times; longer lists get larger batches."""
DISCOVERY = "discovery.json"
DEFERRED = "deferred.json"
"""Addresses that earlier runs could not fetch, tried again in this one."""
QUIET_S = 8.0
"""Longer than from the end of one run of a backfill to the first file of the next."""
PAGE = (200, 203, 304)
"""Status of visits that brought a release's page or found it unchanged."""
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
    """One fetched page by reference: its bytes lie in the archive. `address` is what today's listing said of it.

    `known` says that the warehouse has the release already, so that a new version of it is loaded by whichever run finds it.
    """

    address: Address
    archive_ref: str
    known: bool = False


@dataclass(frozen=True)
class FetchedBatch:
    """The pages of one batch, how many of them came over the network now, what could not be fetched and what was taken away."""

    pages: tuple[FetchedPage, ...]
    fetched: int
    problems: tuple[Problem, ...]
    gone: tuple[Gone, ...] = ()


Record = TypeVar("Record")


def source_intervals(source: Source, now: datetime | None = None) -> list[Interval]:
    """Return the source's intervals by its schedule, oldest first, from its start to the last one that has ended."""
    ticks = croniter(source.schedule, datetime.combine(source.start, time(), UTC) - timedelta(seconds=1))
    begin, intervals = ticks.get_next(datetime), []
    while (end := ticks.get_next(datetime)) <= (now or utc_now()):
        intervals.append(Interval(begin, end))
        begin = end
    return intervals


def latest_interval(source_id: str, settings: Settings | None = None) -> tuple[str, str]:
    """Return the source's last interval that has ended, as ISO times: what a run means that names none."""
    source = load_source(source_id, (settings or load_settings()).sources)
    intervals = source_intervals(source)
    if not intervals or intervals[-1].start is None or intervals[-1].end is None:
        raise ReadoutError(f"{source_id}: no interval of its schedule has ended since {source.start}")
    return intervals[-1].start.isoformat(), intervals[-1].end.isoformat()


def discover_run(
    source_id: str, run_id: str, start: str | None, end: str | None, trigger: str, settings: Settings | None = None
) -> list[str]:
    """List the addresses published in [start, end) (ISO times, UTC) and return the names of their batches' files.

    Starting over replaces what an earlier try of the same run left.
    """
    settings = settings or load_settings()
    interval = Interval(_moment(start), _moment(end))
    source = load_source(source_id, settings.sources)
    return [str(path) for path in _discover(source, interval, run_id, trigger, settings, no_progress)]


def fetch_batch(batch: str, settings: Settings | None = None, on_progress: OnProgress = no_progress) -> str:
    """Fetch a batch's addresses into the archive, asking again only with cause; return the name of the file of pages."""
    settings = settings or load_settings()
    path = Path(batch)
    run = _run_of(path)
    addresses = _read_json(path, tuple[Address, ...])
    started = utc_now()
    answers = list(steps.fetch(load_source(run.source_id, settings.sources), addresses, settings, on_progress))
    with Archive(settings.archive, run.source_id) as archive:
        pages = tuple(
            FetchedPage(address, answer.archive_ref, archive.is_known(address.url, run.source_id))
            for address, answer in zip(addresses, answers, strict=True)
            if isinstance(answer, Page)
        )
    fetched = sum(isinstance(answer, Page) and answer.fetched_at >= started for answer in answers)
    problems = tuple(answer for answer in answers if isinstance(answer, Problem))
    gone = tuple(answer for answer in answers if isinstance(answer, Gone))
    done = path.with_name(path.name.replace("addresses-", "pages-"))
    _write_json(done, FetchedBatch, FetchedBatch(pages, fetched, problems, gone))
    return str(done)


def reread_run(
    source_id: str, run_id: str, start: str | None, end: str | None, settings: Settings | None = None
) -> list[str]:
    """Take the archived pages of releases published in [start, end) (ISO times, UTC) for a run that asks nobody.

    Return the names of their batches' files, which `read_batch` reads with today's rules and `load_run` loads: all visits to
    each release that the warehouse has, so that every version is read again. Its row in `runs` has the trigger `reprocess`.
    """
    settings = settings or load_settings()
    interval = Interval(_moment(start), _moment(end))
    source = load_source(source_id, settings.sources)
    folder = _begin(run_id, settings)
    chosen: dict[str, list[FetchedPage]] = {}
    with Archive(settings.archive, source_id) as archive:
        for entry in archive.entries(source_id, "release", loaded=True):
            if entry.status in PAGE and (entry.address.url in chosen or may_lie_in(entry.address, source, interval)):
                chosen.setdefault(entry.address.url, []).append(FetchedPage(entry.address, entry.archive_ref))
    coverage = Coverage("unknown", "read again from the archive; nobody was asked")
    run = Run(run_id, source_id, interval, "reprocess", utc_now(), steps.rules_version(), coverage, found=len(chosen))
    paths: list[Path] = []
    for releases in _batches(tuple(chosen.values())):
        paths.append(folder / f"pages-{len(paths):04}.json")
        pages = tuple(page for visits in releases for page in visits)
        _write_json(paths[-1], FetchedBatch, FetchedBatch(pages, 0, ()))
    _write_json(folder / DISCOVERY, DiscoveredRun, DiscoveredRun(run, (), len(paths)))
    return [str(path) for path in paths]


def reread_all(run_id: str, start: str | None, end: str | None, settings: Settings | None = None) -> list[str]:
    """Do `reread_run` for every source, each as a run of its own named `run_id`/source; return the names of all batches.

    A source of which the archive has no page in the interval has no run.
    """
    settings = settings or load_settings()
    batches = []
    for source in steps.list_sources(settings)[0]:
        of_source = reread_run(source.id, f"{run_id}/{source.id}", start, end, settings)
        if not of_source:
            close_run(f"{run_id}/{source.id}", settings)
        batches += of_source
    return batches


def load_reread(run_id: str, settings: Settings | None = None) -> list[dict[str, int | str]]:
    """Load what `reread_all` took and `read_batch` read, one transaction a source; return each source's counts."""
    settings = settings or load_settings()
    runs = (f"{run_id}/{source.id}" for source in steps.list_sources(settings)[0])
    return [load_run(run, settings) for run in runs if is_discovered(run, settings)]


def read_batch(batch: str, settings: Settings | None = None, on_progress: OnProgress = no_progress) -> str:
    """Parse and extract a batch's pages; return the name of the folder of rows."""
    settings = settings or load_settings()
    path = Path(batch)
    run = _run_of(path)
    fetched = _read_json(path, FetchedBatch)
    source = load_source(run.source_id, settings.sources)
    pages = fetched.pages
    intervals = {one.address.url: one.interval for one in _read_deferred(path)}

    def keep(nth: int, release: Release) -> bool:
        address = pages[nth].address
        return pages[nth].known or belongs(release, address, intervals.get(address.url, run.interval), source)

    read, problems = steps.read_archived(source, [page.archive_ref for page in pages], settings, keep, on_progress)
    withdrawn, lost = steps.read_withdrawn(source, fetched.gone, settings)
    folder = path.with_name(path.name.replace("pages-", "rows-").removesuffix(".json"))
    write_rows(folder, steps.make_rows(read, [*fetched.problems, *problems, *lost], withdrawn))
    return str(folder)


def belongs(release: Release, address: Address, interval: Interval, source: Source) -> bool:
    """Say whether a run of this interval is the one that loads the release.

    The page's time decides, within what its listing said. Where page and listing disagree the listing decides, since it is
    the listing by which each run finds its addresses: so a release never falls between two runs. One without any date
    belongs to the run that first lists it.
    """
    moment, listed = release.published_at, address.published
    if listed is None:
        return moment is None or interval.holds(moment)
    if moment is None:
        return interval.holds(listed)
    agree = listed <= moment < day_ends(listed, source.zone) if address.date_only else listed == moment
    return interval.holds(moment if agree else listed)


def is_discovered(run_id: str, settings: Settings | None = None) -> bool:
    """Say whether a run has found what there is to load, and nobody has closed it since."""
    return (_folder(run_id, settings or load_settings()) / DISCOVERY).exists()


def load_run(run_id: str, settings: Settings | None = None) -> dict[str, int | str]:
    """Load all rows that a run's batches read, in one transaction with the run's own row; return its counts.

    A lost batch does not lose the others: it is counted in `lost`. What the pieces handed each other stays until `close_run`,
    so that a load that is killed after its commit, or follows a batch tried again, finds it.
    """
    settings = settings or load_settings()
    folder = _folder(run_id, settings)
    if not is_discovered(run_id, settings):
        raise ReadoutError(f"{run_id}: nothing is there to load; clear the run from its discover task on")
    discovered = _read_json(folder / DISCOVERY, DiscoveredRun)
    batches = [_read_json(path, FetchedBatch) for path in sorted(folder.glob("pages-*.json"))]
    fetched = sum(batch.fetched for batch in batches)
    gone = [gone.archive_ref for batch in batches for gone in batch.gone]
    tables = [read_rows(path) for path in sorted(folder.glob("rows-*"))]
    failed = sum(part["problems"].num_rows for part in tables)
    run = replace(discovered.run, fetched=fetched, failed=failed)
    drift: list[Problem] = []
    if run.trigger != "reprocess":
        source = load_source(run.source_id, settings.sources)
        tables, drift = steps.hold_back(source, run, tables, settings)
        run = replace(run, failed=failed + sum(problem.release_id is not None for problem in drift))
    lost = discovered.batches - len(tables)
    result = steps.load(run, [steps.make_rows((), [*discovered.problems, *drift]), *tables], settings, gone)
    if run.trigger != "reprocess":
        _defer_failed(folder, run, settings)
    return {
        "run_id": run_id,
        "source": run.source_id,
        "start": _iso(run.interval.start),
        "end": _iso(run.interval.end),
        "found": run.found,
        "fetched": fetched,
        "loaded": 0 if result.repeated else result.loaded,
        "unchanged": result.unchanged + (result.loaded if result.repeated else 0),
        "failed": run.failed,
        "withdrawn": len(gone),
        "lost": lost,
        "drift": "; ".join(problem.detail for problem in drift if problem.release_id is None),
        "held": sum(problem.release_id is not None for problem in drift),
        "coverage": run.coverage.state,
        "reason": run.coverage.reason,
    }


def close_run(run_id: str, settings: Settings | None = None) -> None:
    """Remove what a run's pieces handed each other. Doing it again is no error."""
    shutil.rmtree(_folder(run_id, settings or load_settings()), ignore_errors=True)


def describe_run(counts: dict[str, int | str]) -> str:
    """Return one line that says what a run found, loaded, skipped and could not look at, and what of the source drifted.

    Raises ReadoutError with that line where whole batches were lost, so that the run shows red and can be tried again.
    """
    line = (
        "{source} from {start} to {end}: {found} found, {fetched} fetched, {loaded} loaded, {unchanged} unchanged, "
        "{failed} failed, {withdrawn} withdrawn; coverage {coverage} ({reason})"
    ).format(**{**counts, "start": counts["start"] or "the beginning", "end": counts["end"] or "now"})
    if counts.get("drift"):
        line += f"; DRIFT, {counts['held']} releases held back: {counts['drift']}"
    if counts["lost"]:
        raise ReadoutError(f"{line}; {counts['lost']} batches were lost: clear their tasks to try them again")
    return line


def describe_reread(loaded: Sequence[dict[str, int | str]], settings: Settings | None = None) -> str:
    """Return a line for each source that was read again and close the runs. Raises ReadoutError where batches were lost."""
    lines, lost = [], []
    for counts in loaded:
        try:
            lines.append(describe_run(counts))
            close_run(str(counts["run_id"]), settings)
        except ReadoutError as error:
            lost.append(str(error))
    if lost:
        raise ReadoutError(" / ".join([*lost, *lines]))
    return "\n".join(lines) or "the archive has no page of this interval"


def run_line(source_id: str, interval: Interval, settings: Settings, on_progress: OnProgress) -> dict[str, int | str]:
    """Run the whole line for a source and an interval without Airflow, publish, and return the run's counts."""
    source = load_source(source_id, settings.sources)
    run_id = f"cli/{source_id}/{_iso(interval.start) or 'beginning'}/{_iso(interval.end) or 'now'}"
    batches = _discover(source, interval, run_id, "cli", settings, on_progress)
    addresses = sum(len(_read_json(batch, tuple[Address, ...])) for batch in batches)
    for number, batch in enumerate(batches):
        read_batch(
            fetch_batch(str(batch), settings, _shifted(on_progress, number * BATCH, addresses)),
            settings,
            _shifted(on_progress, number * BATCH, addresses),
        )
    counts = load_run(run_id, settings)
    close_run(run_id, settings)
    for number, step in enumerate((steps.summarise, steps.publish)):
        on_progress("publish", number, 2)
        step(settings)
    on_progress("publish", 2, 2)
    return counts


def wait_for_quiet(settings: Settings | None = None, quiet_s: float = QUIET_S, at_most_s: float = 300) -> str:
    """Wait until no run has begun, handed on or loaded anything for `quiet_s`, or until `at_most_s` are over; say which."""
    settings = settings or load_settings()
    began = since = clock.monotonic()
    seen = _handed_over(settings)
    while (waited := clock.monotonic()) - since < quiet_s:
        if waited - began >= at_most_s:
            return f"runs are still at work after {at_most_s:g} s; what they load now is for the next build"
        clock.sleep(0.5)
        if (now := _handed_over(settings)) != seen:
            seen, since = now, clock.monotonic()
    return f"quiet after {since - began:.0f} s"


def summarise_warehouse(settings: Settings | None = None) -> str:
    """Build and check the summary models; return one line with the counts. Raises PublishRefusedError naming what failed."""
    return steps.summarise(settings or load_settings())


def publish_warehouse(settings: Settings | None = None) -> str:
    """Publish the working file; return the published file's path."""
    return str(steps.publish(settings or load_settings()))


def _discover(
    source: Source, interval: Interval, run_id: str, trigger: str, settings: Settings, on_progress: OnProgress
) -> list[Path]:
    folder = _begin(run_id, settings)
    run = Run(run_id, source.id, interval, trigger, utc_now(), steps.rules_version())
    found = steps.discover(source, interval, settings, on_progress)
    run = replace(run, coverage=found.coverage, found=found.found)
    listed = {address.url for address in found.addresses}
    later = tuple(one for one in DeferredAddresses(settings.home, source.id).read() if one.address.url not in listed)
    _write_json(folder / DEFERRED, tuple[Deferred, ...], later)
    paths = []
    for number, addresses in enumerate(_batches((*found.addresses, *(one.address for one in later)))):
        paths.append(folder / f"addresses-{number:04}.json")
        _write_json(paths[-1], tuple[Address, ...], addresses)
    _write_json(folder / DISCOVERY, DiscoveredRun, DiscoveredRun(run, found.problems, len(paths)))
    return paths


def _begin(run_id: str, settings: Settings) -> Path:
    """Make a run's empty folder, whatever an earlier try of it left."""
    folder = _folder(run_id, settings)
    shutil.rmtree(folder, ignore_errors=True)
    _sweep(settings.handover)
    folder.mkdir(parents=True)
    return folder


def _batches(items: tuple[Record, ...]) -> Iterator[tuple[Record, ...]]:
    size = max(BATCH, -(-len(items) // MOST_BATCHES))
    return (items[at : at + size] for at in range(0, len(items), size))


def _shifted(on_progress: OnProgress, before: int, total: int) -> OnProgress:
    return lambda stage, done, _: on_progress(stage, before + done, total)


def _folder(run_id: str, settings: Settings) -> Path:
    return settings.handover / quote(run_id, safe="")


def _defer_failed(folder: Path, run: Run, settings: Settings) -> None:
    """Leave what failed for reasons that may pass to the source's next run."""
    intervals = {one.address.url: one.interval for one in _read_deferred(folder / DISCOVERY)}
    failed, asked, now = [], set(), utc_now()
    for path in folder.glob("pages-*.json"):
        addresses = _read_json(path.with_name(path.name.replace("pages-", "addresses-")), tuple[Address, ...])
        passing = {one.address for one in _read_json(path, FetchedBatch).problems if one.reason in PASSING}
        asked |= {address.url for address in addresses} - passing
        failed += [
            Deferred(address, intervals.get(address.url, run.interval), now)
            for address in addresses
            if address.url in passing
        ]
    DeferredAddresses(settings.home, run.source_id).update(failed, asked, now)


def _read_deferred(beside: Path) -> tuple[Deferred, ...]:
    path = beside.with_name(DEFERRED)
    return _read_json(path, tuple[Deferred, ...]) if path.exists() else ()


def _run_of(batch: Path) -> Run:
    return _read_json(batch.with_name(DISCOVERY), DiscoveredRun).run


def _handed_over(settings: Settings) -> dict[str, int]:
    """Return each run's folder and when anything in it last came or went."""
    found = {}
    for folder in settings.handover.glob("*"):
        with suppress(FileNotFoundError):
            found[folder.name] = folder.stat().st_mtime_ns
    return found


def _sweep(handover: Path) -> None:
    """Remove the folders of runs that nobody will finish."""
    oldest = clock.time() - ABANDONED_AFTER.total_seconds()
    for folder in handover.glob("*"):
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _write_json(path: Path, kind: Any, value: object) -> None:
    temporary = path.with_suffix(".part")
    temporary.write_bytes(TypeAdapter(kind).dump_json(value))
    temporary.replace(path)


def _read_json(path: Path, kind: type[Record]) -> Record:
    return TypeAdapter(kind).validate_json(path.read_bytes())


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _iso(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%dT%H:%MZ") if moment else ""
