"""Which addresses a source listed in an interval, and how much of the interval it could be asked for.

Pure but for the callable that fetches a listing page: the same pages give the same answer in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.errors import StepProblem
from pipeline.records import Address, Coverage, Interval, Page, Problem, utc_now
from pipeline.sources.coverage import BEGINNING, END, Reach, judge_coverage
from pipeline.sources.dates import day_ends
from pipeline.sources.folder import list_folder
from pipeline.sources.model import Source
from pipeline.sources.walk import Walk, walk_way
from pipeline.sources.warcs import list_warcs
from pipeline.sources.ways import DiscoveryWay, Folder, Warcs

FetchListing = Callable[[str], Page]
OnProgress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Discovery:
    """Addresses that may lie in the interval, oldest first, undated last; coverage; what could not be read.

    `listed` are all addresses that the pages read on the way show, of other times, too. `seen` is a span of time of which
    they show every release that the source still lists; None where that cannot be said. The last `revisits` of the addresses
    are releases of other times that are looked at again.
    """

    addresses: tuple[Address, ...]
    coverage: Coverage
    problems: tuple[Problem, ...]
    pages: int
    listed: tuple[Address, ...] = ()
    seen: tuple[datetime, datetime] | None = None
    revisits: int = 0

    @property
    def found(self) -> int:
        """How many addresses the listing gave."""
        return len(self.addresses) - self.revisits


def discover_addresses(
    source: Source,
    interval: Interval,
    fetch_listing: FetchListing,
    *,
    now: datetime | None = None,
    on_progress: OnProgress | None = None,
) -> Discovery:
    """Walk all of a source's ways of listing and return what it published in [start, end).

    An address found in several ways is one, under its canonical form. A date without a time stands for the whole
    local day; undated addresses are always kept. `fetch_listing` returns a listing's page or raises StepProblem,
    which ends that way and stands among the problems. Coverage is complete when each section was read back to the
    interval's start, or to its own end.
    """
    now = now or utc_now()
    pages = 0

    def fetch(url: str) -> Page:
        nonlocal pages
        page = fetch_listing(url)
        pages += 1
        if on_progress:
            on_progress("discover", pages, None)
        return page

    walks = [walk_one(one, source, interval, fetch, now) for one in source.discovery if reaches_into(one, interval)]
    return Discovery(
        tuple(choose_addresses((address for walk in walks for address in walk.addresses), source, interval)),
        judge_coverage([walk.reach for walk in walks], source, interval, now),
        tuple(dict.fromkeys(problem for walk in walks for problem in walk.problems)),
        pages,
        tuple(unite_all(address for walk in walks for address in walk.addresses)),
        _seen_by_all(walks),
    )


def choose_addresses(found: Iterable[Address], source: Source, interval: Interval) -> list[Address]:
    """Return each address once, those that may lie in the interval, oldest first, undated ones last, then by address.

    Of several finds a time goes before a day, and the earlier before the later; the longer of two titles stays.
    """
    chosen = [address for address in unite_all(found) if may_lie_in(address, source, interval)]
    return sorted(chosen, key=lambda one: (one.published is None, one.published or END, one.url))


def unite_all(found: Iterable[Address]) -> list[Address]:
    """Return each address once, in the order first found, with what all finds say of it."""
    by_url: dict[str, Address] = {}
    for address in found:
        known = by_url.get(address.url)
        by_url[address.url] = unite_addresses(known, address) if known else address
    return list(by_url.values())


def unite_addresses(one: Address, other: Address) -> Address:
    """Return what two finds of one address say together; where both say the same, the first one's words."""
    first, second = sorted((one, other), key=_rank)
    titles = [title for title in (one.title, other.title) if title]
    changes = [moment for moment in (one.updated, other.updated) if moment]
    copy, again = _copy(one, other)
    return replace(
        first,
        title=max(titles, key=lambda title: (not title.endswith(("…", "...")), len(title)), default=None),
        issuer_id=first.issuer_id or second.issuer_id,
        updated=max(changes, default=None),
        copy=copy,
        again=again,
    )


def _copy(one: Address, other: Address) -> tuple[str | None, str | None]:
    """Return what copy to read and why: none where one of the finds is of the page itself, else the one taken later."""
    if one.copy is None or other.copy is None:
        return None, one.again if one.copy is None else other.again
    latest = max(one, other, key=lambda find: (find.again or "", find.copy or ""))
    return latest.copy, latest.again


def _rank(address: Address) -> tuple[bool, bool, datetime]:
    return address.published is None, address.date_only, address.published or END


def may_lie_in(address: Address, source: Source, interval: Interval) -> bool:
    """Say whether the release may have been published in the interval.

    What was last changed before the interval cannot have been published in it.
    """
    if address.published is None:
        return address.updated is None or interval.start is None or address.updated >= interval.start
    if address.date_only:
        return interval.overlaps(address.published, day_ends(address.published, source.zone))
    return interval.holds(address.published)


def walk_one(one: DiscoveryWay, source: Source, interval: Interval, fetch: FetchListing, now: datetime) -> Walk:
    """Walk one way of listing, over HTTP or in a folder."""
    way = one.way
    if not isinstance(way, Folder | Warcs):
        return walk_way(one, source, interval, fetch, now)
    try:
        listed = list_folder(source, way) if isinstance(way, Folder) else list_warcs(source, way)
    except StepProblem as error:
        return Walk((), Reach(way.section, None, error.problem.detail), (error.problem,))
    if listed.problems:
        return Walk(
            listed.addresses, Reach(way.section, None, "a file of the folder could not be read"), listed.problems
        )
    return Walk(listed.addresses, Reach(way.section, BEGINNING, "the folder was read"), ())


def _seen_by_all(walks: Iterable[Walk]) -> tuple[datetime, datetime] | None:
    """Return the span that every section was seen in, by the one of its ways that reaches furthest back."""
    sections: dict[str, tuple[datetime, datetime] | None] = {}
    for walk in walks:
        best = sections.setdefault(walk.reach.section, None)
        if walk.seen is not None and (best is None or walk.seen[0] < best[0]):
            sections[walk.reach.section] = walk.seen
    spans = [span for span in sections.values() if span is not None]
    if not spans or len(spans) < len(sections):
        return None
    begin, end = max(begin for begin, _ in spans), min(end for _, end in spans)
    return (begin, end) if begin < end else None


def reaches_into(one: DiscoveryWay, interval: Interval) -> bool:
    """Say whether the way can list any day of the interval; a day's margin, since zones differ."""
    way = one.way
    if isinstance(way, Folder | Warcs):
        return True
    margin = timedelta(days=1)
    begun = way.since is None or interval.end is None or interval.end.date() + margin >= way.since
    return begun and (way.until is None or interval.start is None or interval.start.date() - margin < way.until)
