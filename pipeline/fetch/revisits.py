"""Which releases that the warehouse has are looked at again, though a run asks for another time: for they may have changed
or gone. Pure but for the archive's index, which it reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from pipeline.fetch.policy import is_due
from pipeline.records import Address, ArchiveEntry, Interval, Problem
from pipeline.sources import Source
from pipeline.sources.discovery import Discovery

MOST_MISSING, MOST_MISSING_SHARE = 5, 0.2
"""So many releases may go from a listing at once; when more go, it is the listing that changed."""
BROUGHT = (200, 203, 304)


class KnownReleases(Protocol):
    """What is asked of the archive."""

    def known_releases(self, source_id: str, begin: datetime, end: datetime) -> list[ArchiveEntry]: ...
    def is_known(self, url: str, source_id: str) -> bool: ...
    def latest(self, url: str, source_id: str | None = None, *, good: bool = False) -> ArchiveEntry | None: ...


def choose_revisits(
    source: Source, interval: Interval, found: Discovery, archive: KnownReleases, now: datetime
) -> tuple[list[Address], list[Problem]]:
    """Return known releases that there is cause to ask for again, each with its cause, and what is odd about the listing.

    Causes are: the listing dates its last change into the interval; the listing, though whole for its time, shows it no more;
    it is young and due (`policy.is_due`), in runs of a time that is young itself. A cause is asked for once.
    """
    chosen = {address.url: address for address in found.addresses}
    revisits: dict[str, Address] = {}
    for address in found.listed:
        if address.url not in chosen and (again := _changed(address, source, interval, archive)) is not None:
            revisits.setdefault(again.url, again)
    gone, problems = _missing(source, found, archive)
    for address in [*gone, *_young(source, interval, archive, now)]:
        if address.url not in chosen:
            revisits.setdefault(address.url, address)
    return list(revisits.values()), problems


def _changed(address: Address, source: Source, interval: Interval, archive: KnownReleases) -> Address | None:
    if address.updated is None or not interval.holds(address.updated) or not archive.is_known(address.url, source.id):
        return None
    known = archive.latest(address.url, source.id)
    again = f"listed as changed on {address.updated:%Y-%m-%dT%H:%MZ}"
    if known is None or again == known.address.again or address.updated == known.address.updated:
        return None
    return replace(address, again=again)


def _missing(source: Source, found: Discovery, archive: KnownReleases) -> tuple[list[Address], list[Problem]]:
    """Return the known releases that the listing should show and does not; too many are a problem instead."""
    if found.seen is None:
        return [], []
    listed = {address.url for address in found.listed}
    begin, end = found.seen
    known = [one for one in archive.known_releases(source.id, begin, end) if one.address.published and _brought(one)]
    again = "no longer listed"
    missing = [one for one in known if one.address.url not in listed and one.address.again != again]
    if len(missing) > max(MOST_MISSING, MOST_MISSING_SHARE * len(known)):
        detail = (
            f"{source.url}: {len(missing)} of {len(known)} known releases from {begin:%Y-%m-%d} to {end:%Y-%m-%d} are no longer "
            "listed; does the listing still look as the source says?"
        )
        return [], [Problem("discover", "listing-shrank", detail, source.id, source.url)]
    return [replace(one.address, again=again) for one in missing], []


def _young(source: Source, interval: Interval, archive: KnownReleases, now: datetime) -> Iterator[Address]:
    oldest = now - timedelta(days=source.revisit_days)
    if interval.end is not None and interval.end < oldest:
        return
    for one in archive.known_releases(source.id, oldest, now):
        published = one.address.published
        if published is not None and _brought(one) and is_due(published, one.fetched_at, source.revisit_days, now):
            yield replace(one.address, again=f"young, last seen on {one.fetched_at:%Y-%m-%dT%H:%MZ}")


def _brought(entry: ArchiveEntry) -> bool:
    return entry.status in BROUGHT and entry.address.url.startswith(("http://", "https://"))
