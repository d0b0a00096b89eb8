"""The walk through one listing, page after page, until it has passed the interval or ended. Pure but for the
fetching.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from pipeline.errors import StepProblem
from pipeline.records import Address, Interval, Page, Problem
from pipeline.sources.addresses import canonical_url, same_place
from pipeline.sources.cdx import read_cdx
from pipeline.sources.coverage import BEGINNING, END, Reach
from pipeline.sources.dates import day_begins, day_ends
from pipeline.sources.feed import read_feed
from pipeline.sources.jsonapi import read_json
from pipeline.sources.listed import Listed
from pipeline.sources.listing import read_listing
from pipeline.sources.model import Source
from pipeline.sources.periods import first_addresses, is_dated, page_address
from pipeline.sources.sitemap import read_sitemap
from pipeline.sources.ways import Cdx, DiscoveryWay, Feed, Folder, JsonApi, Listing, Sitemap, Warcs, Way

START_SLACK = timedelta(days=31)
"""A listing whose oldest release is this much younger than the source's start has ended too early."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What one way of listing gave: addresses in the order found, how far it reached, what could not be looked at.

    `seen` is the span between two listed releases within which it showed all there were; None where its order is unknown.
    """

    addresses: tuple[Address, ...]
    reach: Reach
    problems: tuple[Problem, ...]
    seen: tuple[datetime, datetime] | None = None


def walk_way(
    one: DiscoveryWay, source: Source, interval: Interval, fetch: Callable[[str], Page], now: datetime
) -> Walk:
    """Walk one way of listing over HTTP.

    It stops: at an empty page, one that repeats what was listed, one that leads back to a page already read, or a
    missing one (the listing has ended); at a page all of whose dated items lie before the interval, where the source
    says that its listing is newest first; at the most pages that a run may read; at the first page that cannot be
    read.
    """
    way = one.way
    assert not isinstance(way, Folder | Warcs)
    return _Walker(one.kind, way, source, interval, fetch, now).walk()


@dataclass
class _Walker:
    kind: str
    way: Feed | Listing | Sitemap | JsonApi | Cdx
    source: Source
    interval: Interval
    fetch: Callable[[str], Page]
    now: datetime
    found: dict[str, Address] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    failure: str = ""
    nothing: bool = False

    def walk(self) -> Walk:
        outcome = self._follow()
        reach = self._reach(outcome)
        if self.way.since or self.way.until:
            reach = _within(reach, self.way, self.source)
        return Walk(tuple(self.found.values()), reach, tuple(dict.fromkeys(self.problems)), self._seen())

    def _seen(self) -> tuple[datetime, datetime] | None:
        oldest = None if is_dated(self.way) else self._oldest_in_order()
        newest = max((moment for address in self.found.values() if (moment := address.published)), default=None)
        return (oldest, newest) if oldest is not None and newest is not None and oldest < newest else None

    def _follow(self) -> str:
        """Read page after page; return why it stopped: ended, passed, cut or failed."""
        queue = first_addresses(self.way, self.source, self.interval, self.now)
        starts, numbered = len(queue), 0
        limit = self.way.max_pages or self.source.politeness.max_pages
        while queue:
            if len(self.read) >= limit:
                return "cut"
            url = canonical_url(queue.pop(0))
            if url is None or url in self.read:
                continue
            following = len(self.read) >= starts
            listed, ended = self._read(url, following)
            if listed is None:
                if ended:
                    continue
                return "failed"
            if self._is_past(listed):
                if starts == 1 and not isinstance(self.way, Sitemap):
                    return "passed"
                continue
            queue.extend(link for link in listed.more if link not in self.read)
            if not listed.more and starts == 1 and listed.items:
                numbered += 1
                page = page_address(self.way, numbered, self.source, self.interval, self.now)
                queue.extend([page] if page else [])
        return "ended"

    def _read(self, url: str, following: bool) -> tuple[Listed | None, bool]:
        """Read one page; None, True where it shows that the listing has ended; None, False where it is unreadable."""
        self.read.append(url)
        is_sitemap = isinstance(self.way, Sitemap)
        try:
            page = self.fetch(url)
            listed = self._list(page)
        except StepProblem as error:
            if (following or is_dated(self.way)) and error.problem.reason in self.way.ends and not is_sitemap:
                return None, True
            self.failure = error.problem.reason
            self.problems.append(replace(error.problem, source_id=self.source.id))
            return None, False
        led_back = not same_place(page.final_url, url) and any(same_place(page.final_url, old) for old in self.places)
        self.places.extend((url, page.final_url))
        fresh = [address for address in listed.addresses if address.url not in self.found]
        if following and not is_sitemap and (led_back or (listed.addresses and not fresh)):
            return None, True
        # an answer without items proves something only where the question was about the interval
        self.nothing = self.nothing or (listed.nothing and (is_dated(self.way) or isinstance(self.way, Listing)))
        self.problems.extend(listed.problems)
        self.found.update((address.url, address) for address in fresh)
        return listed, False

    def _list(self, page: Page) -> Listed:
        if isinstance(self.way, Feed):
            return read_feed(page, self.source, self.way)
        if isinstance(self.way, Sitemap):
            return read_sitemap(page, self.source, self.way, self.interval.start)
        if isinstance(self.way, JsonApi):
            return read_json(page, self.source, self.way)
        if isinstance(self.way, Cdx):
            return read_cdx(page, self.source, self.way)
        return read_listing(page, self.source, self.way)

    def _is_past(self, listed: Listed) -> bool:
        """Say whether all that the page dates lies before the interval; one older item may be pinned to its top."""
        if not self._newest_first() or self.interval.start is None:
            return False
        lasts = [self._last_moment(address) for address in listed.addresses if _known(address)]
        return bool(lasts) and max(lasts) <= self.interval.start

    def _newest_first(self) -> bool:
        return self.way.newest_first or isinstance(self.way, Feed)

    def _last_moment(self, address: Address) -> datetime:
        """Return the moment by which the release was out, as far as its listing says."""
        moment = _known(address) or BEGINNING
        return day_ends(moment, self.source.zone) if address.date_only else moment + timedelta(seconds=1)

    def _reach(self, outcome: str) -> Reach:
        section, name = self.way.section, self.kind
        dates = [moment for address in self.found.values() if (moment := _known(address))]
        if outcome == "failed" and not self.found:
            return Reach(section, None, f"the {name} could not be read ({self.failure})")
        if isinstance(self.way, Cdx):
            return Reach(section, None, "an index of copies shows what somebody saved, which need not be all")
        if not self.found and not self.nothing:
            return self._reach_of_nothing()
        stale = self._staleness(dates)
        if stale is not None:
            return Reach(section, None, stale)
        if outcome == "passed":
            return Reach(section, self.interval.start, f"the {name} was read back to {_day(self.interval.start)}")
        if outcome == "ended" and not (isinstance(self.way, Feed) and len(self.read) == 1 and self.way.pages is None):
            return self._reach_of_end(dates)
        why = {
            "ended": f"the {name} reaches back to",
            "cut": f"the {name} was read for {len(self.read)} pages, back to",
            "failed": f"the {name} could not be read further back ({self.failure}) than",
        }[outcome]
        oldest = self._oldest_in_order()
        if oldest is None:
            return Reach(section, None, f"{why} an unknown day, since its items are undated or in no order")
        return Reach(section, oldest, f"{why} {_day(oldest)}")

    def _reach_of_nothing(self) -> Reach:
        """An empty listing proves nothing by itself: its selectors may no longer fit, or its feed may be dead."""
        if not any(problem.reason == "no-items" for problem in self.problems):
            detail = (
                f"{self.read[0] if self.read else self.way.url}: lists no items; does it still look as the source says?"
            )
            self.problems.append(
                Problem("discover", "no-items", detail, self.source.id, self.read[0] if self.read else None)
            )
        return Reach(self.way.section, None, f"the {self.kind} lists no items")

    def _reach_of_end(self, dates: Sequence[datetime]) -> Reach:
        begin, section = self._begins(), self.way.section
        oldest = min(dates, default=None)
        if not is_dated(self.way) and oldest is not None and oldest > begin + START_SLACK:
            why = f"the {self.kind} ends on {_day(oldest)}, though the source lists from {_day(begin)}"
            return Reach(section, oldest, why)
        return Reach(section, BEGINNING, f"the {self.kind} was read to its end")

    def _begins(self) -> datetime:
        return day_begins(max(self.way.since or date.min, self.source.start), self.source.zone)

    def _staleness(self, dates: Sequence[datetime]) -> str | None:
        """Say why a listing that answers may be dead: its newest release is older than the source's floor allows."""
        floor = self.source.floors.newest_days
        if floor is None or not dates or is_dated(self.way) or self.way.until is not None:
            return None
        newest = max(dates)
        if newest >= self.now - timedelta(days=floor):
            return None
        reason = (
            f"the newest item of the {self.kind} is of {_day(newest)}, more than {floor} days old: it may be frozen"
        )
        self.problems.append(
            Problem("discover", "stale-listing", f"{self.read[0]}: {reason}", self.source.id, self.read[0])
        )
        return reason

    def _oldest_in_order(self) -> datetime | None:
        """Return back to which moment a listing that goes from new to old is whole; None where that cannot be said.

        An item older than one listed after it is pinned or out of place, and does not count.
        """
        if (
            not self._newest_first()
            or not self.found
            or any(_known(address) is None for address in self.found.values())
        ):
            return None
        newest_behind, oldest = BEGINNING, END
        for address in reversed(self.found.values()):
            moment = self._last_moment(address) if address.date_only else _known(address) or BEGINNING
            if moment >= newest_behind:
                newest_behind, oldest = moment, min(oldest, moment)
        return oldest


def _known(address: Address) -> datetime | None:
    return address.published or address.updated


def _within(reach: Reach, way: Way, source: Source) -> Reach:
    """Clip a reach to the days that the way can list."""
    begin, end = reach.begin, reach.end
    if way.since is not None and begin is not None:
        begin = max(begin, day_begins(way.since, source.zone))
    if way.until is not None:
        end = min(end, day_begins(way.until, source.zone))
    return replace(reach, begin=begin, end=end)


def _day(moment: datetime | None) -> str:
    return moment.astimezone(UTC).date().isoformat() if moment else "the beginning"
