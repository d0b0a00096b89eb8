"""What one listing page showed: addresses, where to look next, and what about it was odd. Shared by the adapters;
pure.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.errors import StepProblem
from pipeline.records import Address, Page, Problem
from pipeline.sources.addresses import canonical_url, host_of
from pipeline.sources.dates import ListedDate, read_date
from pipeline.sources.model import Source
from pipeline.sources.ways import Way

LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a listing: its addresses in the order shown, further listing addresses, how many items it had in all.

    `nothing` says that the page itself states that there is nothing to list, which an empty page alone never proves.
    """

    addresses: tuple[Address, ...]
    more: tuple[str, ...] = ()
    items: int = 0
    nothing: bool = False
    problems: tuple[Problem, ...] = ()


def refuse_page(page: Page, source: Source, reason: str, detail: str) -> StepProblem:
    """Return the exception for a page that is no listing of its kind."""
    return StepProblem(Problem("discover", reason, f"{page.final_url}: {detail}", source.id, page.address.url))


@dataclass
class ItemCollector:
    """Gathers a page's items under the source's rules: canonical addresses on its own hosts, its filters, its dates.

    What is left out without a rule that says so is counted, and becomes one problem a kind.
    """

    source: Source
    way: Way
    page: Page
    kind: str
    items: int = 0
    _addresses: dict[str, Address] = field(default_factory=dict)
    _oddities: dict[str, list[str]] = field(default_factory=dict)

    def add(
        self,
        link: str | None,
        *,
        base: str | None = None,
        title: str | None = None,
        listed: str | ListedDate | None = None,
        updated: str | ListedDate | None = None,
        issuer_id: str | None = None,
    ) -> None:
        """Count one item, and keep its address unless a rule leaves it out. Dates are texts or read already."""
        self.items += 1
        name = plain_text(title)
        url = canonical_url(link, base or self.page.final_url, self.source.drop_parameters) if link else None
        if url is None:
            self._note("item-without-address", name or link or "an item without title")
        elif not self._is_wanted(url, name):
            return
        elif host_of(url) not in self._hosts():
            self._note("foreign-address", url)
        else:
            published, changed = self._date(listed), self._date(updated)
            if self.way.dates == "updated":
                published, changed = None, changed or published
            self._addresses.setdefault(
                url,
                Address(
                    self.source.id,
                    url,
                    published.moment if published else None,
                    published.date_only if published else False,
                    name,
                    issuer_id,
                    f"{self.kind} {self.page.address.url}",
                    _latest_moment(changed),
                ),
            )

    def listed(self, more: tuple[str, ...] = (), *, nothing: bool = False) -> Listed:
        """Return what was gathered, with the listing addresses that follow."""
        following = (canonical_url(link, self.page.final_url) for link in more)
        return Listed(
            tuple(self._addresses.values()),
            tuple(dict.fromkeys(link for link in following if link)),
            self.items,
            nothing,
            tuple(self._problem(reason, found) for reason, found in self._oddities.items()),
        )

    def _is_wanted(self, url: str, title: str | None) -> bool:
        way = self.way
        return (
            (way.include is None or re.search(way.include, url) is not None)
            and (way.exclude is None or re.search(way.exclude, url) is None)
            and (way.exclude_title is None or re.search(way.exclude_title, title or "") is None)
        )

    def _hosts(self) -> set[str]:
        known = {host_of(self.source.url), host_of(self.page.final_url), host_of(self.page.address.url)}
        return known | {host.removeprefix("www.") for host in self.source.hosts}

    def _date(self, written: str | ListedDate | None) -> ListedDate | None:
        if not isinstance(written, str):
            return written
        read = read_date(written, self.source.manner(self.way))
        if read is None and written.strip():
            self._note("unreadable-date", " ".join(written.split())[:80])
        return read

    def _note(self, reason: str, example: str) -> None:
        self._oddities.setdefault(reason, []).append(example)

    def _problem(self, reason: str, found: list[str]) -> Problem:
        words = {
            "item-without-address": "items have no usable address",
            "foreign-address": "items lead to hosts that the source does not name under `hosts`",
            "unreadable-date": "dates cannot be read, or can be read two ways",
        }
        detail = f"{self.page.address.url}: {len(found)} of {self.items} {words[reason]}, the first: {found[0]}"
        return Problem("discover", reason, detail, self.source.id, self.page.address.url)


@dataclass
class CopiesCollector(ItemCollector):
    """Gathers archived copies: of each address the newest, with the time of the oldest as that by which it was out."""

    _taken: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)

    def add_copy(self, url: str, replay: str, taken: datetime) -> None:
        """Count one copy of an address, to be read at `replay`."""
        before = set(self._addresses)
        self.add(url)
        canonical = canonical_url(url, self.page.final_url, self.source.drop_parameters)
        if canonical not in self._addresses:
            return
        oldest, newest = self._taken.get(canonical, (taken, taken))
        if canonical not in before or taken >= newest:
            self._addresses[canonical] = replace(self._addresses[canonical], copy=replay, again=copy_cause(taken))
        oldest, newest = min(oldest, taken), max(newest, taken)
        self._taken[canonical] = oldest, newest
        self._addresses[canonical] = replace(self._addresses[canonical], updated=oldest)


def copy_cause(taken: datetime) -> str:
    """Return the cause to read an archived copy: one that was taken later is read, too, though the page is known."""
    return f"copy of {taken:%Y-%m-%dT%H:%M:%SZ}"


def plain_text(markup: str | None) -> str | None:
    """Return a title as one line without tags and entities; None for an empty one."""
    if not markup:
        return None
    text = html.unescape(re.sub(r"<[A-Za-z/!][^<>]{0,500}>", " ", markup))
    return " ".join(text.split())[:LONGEST_TITLE] or None


def _latest_moment(changed: ListedDate | None) -> datetime | None:
    return changed.moment if changed else None
