"""A dry look at a run: what it would ask for, and what the archive and the published file have of its interval already.

Asks nobody and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline import steps
from pipeline.archive import INDEX, Archive
from pipeline.errors import ReadoutError
from pipeline.fetch.policy import wants_revisit
from pipeline.records import ArchiveEntry, Interval, utc_now
from pipeline.settings import Settings
from pipeline.sources import Source
from pipeline.sources.discovery import may_lie_in, reaches_into
from pipeline.sources.periods import first_addresses
from pipeline.sources.ways import Way

BROUGHT = (200, 203, 304)


@dataclass(frozen=True, slots=True)
class Asked:
    """One place that a run would look at first: the way of listing, its address, and when it was last asked."""

    kind: str
    place: str
    last_asked: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What there is of the interval: releases in the archive, those due to be asked again, failed, in the published file."""

    archived: int = 0
    due_again: int = 0
    failed: int = 0
    published: int | None = None
    withdrawn: int = 0
    coverage: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run of a source over an interval would do."""

    places: tuple[Asked, ...]
    unreached: tuple[str, ...]
    known: Known


def plan_run(source: Source, interval: Interval, settings: Settings) -> Plan:
    """Return what a run would look at first, which ways of listing do not reach into the interval, and what is known of it."""
    now = utc_now()
    places: list[Asked] = []
    unreached: list[str] = []
    entries: dict[str, ArchiveEntry] = {}
    due = 0
    archive = Archive(settings.archive) if (settings.archive / INDEX).exists() else None
    try:
        for one in source.discovery:
            way = one.way
            if not reaches_into(one, interval):
                unreached.append(f"{one.kind} {way.url if isinstance(way, Way) else way.path}")
                continue
            urls = first_addresses(way, source, interval, now) if isinstance(way, Way) else [str(way.path)]
            for url in urls:
                visit = archive.latest(url, source.id) if archive else None
                places.append(Asked(one.kind, url, visit.fetched_at.replace(microsecond=0) if visit else None))
        for entry in archive.entries(source.id, "release") if archive else ():
            if may_lie_in(entry.address, source, interval):
                entries[entry.address.url] = entry
        brought = [entry for entry in entries.values() if entry.status in BROUGHT]
        due = sum(wants_revisit(entry.address, entry, source.revisit_days, now) for entry in brought)
    finally:
        if archive:
            archive.close()
    failed = len(entries) - len(brought)
    return Plan(tuple(places), tuple(unreached), _published(source, interval, settings, len(brought), due, failed))


def _published(source: Source, interval: Interval, settings: Settings, archived: int, due: int, failed: int) -> Known:
    if not settings.published_file.exists():
        return Known(archived, due, failed)
    begin = f"TIMESTAMP '{interval.start:%Y-%m-%d %H:%M:%S}'" if interval.start else "TIMESTAMP '0001-01-01'"
    end = f"TIMESTAMP '{interval.end:%Y-%m-%d %H:%M:%S}'" if interval.end else "TIMESTAMP '9999-12-31'"
    try:
        _, [row] = steps.query(
            "SELECT count(*), count(*) FILTER (status = 'withdrawn') FROM releases "
            f"WHERE source_id = '{source.id}' AND published_at >= {begin} AND published_at < {end}",
            settings,
        )
        _, runs = steps.query(
            "SELECT interval_start, interval_end, coverage, coverage_reason FROM runs "
            f"WHERE source_id = '{source.id}' AND trigger <> 'reprocess' AND coalesce(interval_end, {end}) > {begin} "
            f"AND coalesce(interval_start, {begin}) < {end} ORDER BY 1, 2",
            settings,
        )
    except ReadoutError:  # a file from before these columns, or one that is being replaced
        return Known(archived, due, failed)
    coverage = tuple(f"{_day(start)} to {_day(stop)}: {state} ({why})" for start, stop, state, why in runs)
    return Known(archived, due, failed, int(str(row[0])), int(str(row[1])), coverage)


def _day(moment: object) -> str:
    return f"{moment:%Y-%m-%d}" if isinstance(moment, datetime) else "open"
