"""Fetching pages and listings: what is asked for, when and how often. How one request goes lies in `fetch_http`.

One request at a time a host, honest about who asks, obeying robots.txt; each answer goes into the archive before
anybody reads it, and a page that the archive has is not asked for again without cause. Cookies and the environment's
proxies are not used.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import NoReturn, Protocol, Self
from urllib.parse import urlsplit

from pipeline.content_coding import ContentCodingError, TooLargeError, decode_content
from pipeline.errors import ReadoutError, StepProblem
from pipeline.fetch.http import HttpClient, RequestFailed
from pipeline.fetch.policy import ROBOTS_FRESH, FetchLimits, stays_gone, wants_revisit
from pipeline.fetch.politeness import HostBusyError, HostTurns, read_retry_after
from pipeline.fetch.robots import RobotsRules, read_robots, rules_without_robots
from pipeline.records import Address, ArchiveEntry, Exchange, Page, Problem, utc_now
from pipeline.settings import Settings
from pipeline.sources import Source
from pipeline.sources.addresses import canonical_url
from pipeline.sources.folder import SCHEME, folder_path
from pipeline.sources.warcs import SCHEME as WARC
from pipeline.sources.warcs import UnreadableCopyError, read_copy

REASONS = frozenset(
    {
        "bad-redirect",
        "bad-response",
        "blocked-by-robots",
        "client-error",
        "connection",
        "forbidden",
        "gone",
        "not-found",
        "rate-limited",
        "refused-address",
        "server-error",
        "timeout",
        "too-large",
        "unreadable",
    }
)
"""Why an address could not be fetched; the reasons of all problems of this module."""
_PAGE = (200, 203)
_REDIRECT = (301, 302, 303, 307, 308)
_STATUS_REASONS = {
    404: "not-found",
    410: "gone",
    401: "forbidden",
    403: "forbidden",
    451: "forbidden",
    429: "rate-limited",
}
_RETRIED = ("connection", "timeout", "server-error", "rate-limited")
_HOST_TROUBLE = (*_RETRIED, "forbidden")


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One try at one hop: the answer and where it is kept, or why there is none to use, and the seconds spent."""

    exchange: Exchange | None = None
    archive_ref: str = ""
    reason: str = ""
    detail: str = ""
    spent: float = 0.0


class PageStore(Protocol):
    """What fetching needs of an archive."""

    def store(self, exchange: Exchange, address: Address, role: str) -> str: ...
    def store_file(self, address: Address, body: bytes) -> str: ...
    def read_page(self, archive_ref: str) -> Page: ...
    def latest(self, url: str, source_id: str | None = None, *, good: bool = False) -> ArchiveEntry | None: ...


class Fetcher:
    """Fetches one source's pages and listings into an archive; a context manager, for one thread."""

    def __init__(
        self, settings: Settings, archive: PageStore, source: Source, limits: FetchLimits | None = None
    ) -> None:
        """Prepare to fetch. `fetched` will count the releases asked for over the network or read from new files."""
        self._limits = limits = limits or FetchLimits()
        self._deadline_s = limits.deadline_s or source.politeness.deadline_s
        self._source, self._archive = source, archive
        self._turns = HostTurns(settings.home / "hosts")
        self._client = HttpClient(dict(settings.connect), settings.contact, source.language, limits)
        self._robots: dict[str, RobotsRules] = {}
        self._failures: dict[str, list[_Attempt]] = {}
        self.fetched = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def fetch(self, address: Address, *, revalidate: bool = False) -> Page:
        """Return a release's page: the archived one, unless there is cause to ask again (see `wants_revisit`).

        `revalidate` asks again in any case. A page that did not change since is the archived one with the time of
        this visit. Pages from the archive carry the address as it was listed at that visit. Raises StepProblem, stage
        `fetch`, with one of REASONS.
        """
        if address.url.startswith(SCHEME):
            return self._read_file(address)
        if canonical_url(address.url) is None:
            self._fail(address, "release", "refused-address", f"{address.url} is no web address")
        known = self._archive.latest(address.url, self._source.id, good=True)
        newest = self._archive.latest(address.url, self._source.id)
        if (
            known is not None
            and newest == known
            and not (revalidate or wants_revisit(address, known, self._source.revisit_days, utc_now()))
        ):
            try:
                return self._archive.read_page(known.archive_ref)
            except ReadoutError:  # its bytes are lost, which is cause enough
                known = None
        if known is not None and newest is not None and not revalidate and stays_gone(address, newest, utc_now()):
            self._fail(address, "release", _STATUS_REASONS[newest.status], f"{newest.url} answers {newest.status}")
        page = (
            self._read_copy(address) if (address.copy or "").startswith(WARC) else self._page(address, "release", known)
        )
        self.fetched += 1
        return page

    def fetch_listing(self, url: str) -> Page:
        """Return a listing's or feed's page as it is now. Raises StepProblem, stage `discover`, with one of REASONS."""
        address = Address(self._source.id, url)
        return self._page(address, "listing", self._archive.latest(url, self._source.id, good=True))

    def read_rules(self, url: str) -> RobotsRules:
        """Return what robots.txt of an address's host allows us."""
        return self._rules(url)

    def _page(self, address: Address, role: str, known: ArchiveEntry | None) -> Page:
        archive_ref = self._get(address, role, known)
        try:
            return self._archive.read_page(archive_ref)
        except ReadoutError:
            if known is None:
                raise
        return self._page(address, role, None)  # unchanged, but the bytes it repeats are lost

    def _get(self, address: Address, role: str, known: ArchiveEntry | None) -> str:
        """Ask for an address, follow its redirects hop by hop, and return where the archive keeps the page."""
        url = address.copy or address.url
        seen = [url]
        while True:
            can_compare = known is not None and known.url == url and bool(known.etag or known.last_modified)
            attempt = self._ask(url, address, role, known if can_compare else None)
            if attempt.exchange is None or attempt.reason:
                self._fail(address, role, attempt.reason, attempt.detail)
            if attempt.exchange.status not in _REDIRECT:
                return attempt.archive_ref
            location = _header(attempt.exchange, "location")
            target = canonical_url(location, url) if location else None
            if target is None:
                self._fail(address, role, "bad-redirect", f"{url} redirects to {location or 'nowhere'}, no web address")
            if target in seen:
                self._fail(address, role, "bad-redirect", f"{url} redirects in a circle to {target}")
            if len(seen) > self._limits.max_redirects:
                self._fail(address, role, "bad-redirect", f"{address.url} redirects more than {len(seen) - 1} times")
            seen.append(target)
            url = target

    def _ask(self, url: str, address: Address, role: str, known: ArchiveEntry | None) -> _Attempt:
        """Ask for one hop as often as it makes sense, and return the last try."""
        delay_s = self._source.politeness.delay_s
        if role != "robots":
            rules = self._rules(url)
            if not rules.allows(url):
                detail = rules.refusal or "its robots.txt does not allow it"
                return _Attempt(reason=rules.reason, detail=f"{url} was not asked for: {detail}")
            delay_s = max(delay_s, rules.delay_s())
        failures = self._failures.setdefault(urlsplit(url).netloc, [])
        if len(failures) >= self._limits.give_up_after:
            words = f"its host failed {len(failures)} times in a row, the last time: {failures[-1].detail}"
            return _Attempt(reason=failures[-1].reason, detail=f"{url} was not asked for: {words}")
        attempt, left = _Attempt(), self._deadline_s
        for number in range(self._limits.tries):
            if number:
                time.sleep(min(self._limits.backoff_s * 4 ** (number - 1), self._limits.longest_wait_s))
            attempt = self._attempt(url, address, role, known, delay_s, left)
            left -= attempt.spent
            if attempt.reason not in _RETRIED or left < 0.1 * self._deadline_s:
                break
        if attempt.reason in _HOST_TROUBLE:
            failures.append(attempt)
        else:
            failures.clear()
        return attempt

    def _attempt(
        self, url: str, address: Address, role: str, known: ArchiveEntry | None, delay_s: float, seconds: float
    ) -> _Attempt:
        """Ask for one hop once, when it is our turn, and archive what is answered."""
        begun = time.monotonic()
        try:
            with self._turns.take_turn(urlsplit(url).netloc, delay_s, self._limits.longest_wait_s) as turn:
                begun = time.monotonic()
                exchange = self._client.exchange(url, _conditions(known), seconds)
                wait_s = read_retry_after(_header(exchange, "retry-after"))
                if wait_s is not None and exchange.status in (429, 503):
                    turn.ask_again_after(wait_s)
        except HostBusyError as error:
            return _Attempt(reason="rate-limited", detail=f"{url} was not asked for: {error}", spent=seconds)
        except RequestFailed as error:
            return _Attempt(reason=error.reason, detail=str(error), spent=time.monotonic() - begun)
        spent = time.monotonic() - begun
        reason = _status_reason(exchange.status, asked_if_changed=known is not None)
        detail = f"{url} answers {exchange.status} {exchange.reason}".rstrip()
        if exchange.status == 304 and reason:
            return _Attempt(exchange, reason=reason, detail=detail, spent=spent)
        archive_ref = self._archive.store(exchange, address, "redirect" if exchange.status in _REDIRECT else role)
        if wait_s is not None and wait_s > self._limits.longest_wait_s and reason in _RETRIED:
            detail, spent, reason = f"{detail} and asks to be left alone for {wait_s:.0f} s", seconds, "rate-limited"
        return _Attempt(exchange, archive_ref, reason, detail, spent)

    def _rules(self, url: str) -> RobotsRules:
        """Return the rules of the address's host: those that a task fetched within the hour, or else fetched now."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}/robots.txt"
        if place not in self._robots:
            self._robots[place] = self._fetch_robots(Address(self._source.id, place))
        return self._robots[place]

    def _fetch_robots(self, address: Address) -> RobotsRules:
        newest = self._archive.latest(address.url, self._source.id)
        known = self._archive.latest(address.url, self._source.id, good=True)
        try:
            if newest is not None and utc_now() - newest.fetched_at < ROBOTS_FRESH:
                if newest == known:
                    return read_robots(self._archive.read_page(newest.archive_ref).body)
                if newest.status in (404, 410):
                    return RobotsRules()
            return read_robots(self._archive.read_page(self._get(address, "robots", known)).body)
        except StepProblem as error:
            return rules_without_robots(error.problem.reason, error.problem.detail)

    def _read_copy(self, address: Address) -> Page:
        """Read a page from a WARC file of the source's folder into the archive, as it was answered then."""
        try:
            copy = read_copy(self._source, address.copy or "", self._limits.max_bytes)
        except UnreadableCopyError as error:
            self._fail(address, "release", "unreadable", f"{address.url}: {error}")
        headers = (*copy.headers, ("X-Archive-Taken", copy.taken_at.isoformat()))
        exchange = Exchange(address.url, (), copy.status, copy.reason, headers, copy.body, datetime.now(UTC))
        return self._archive.read_page(self._archive.store(exchange, address, "release"))

    def _read_file(self, address: Address) -> Page:
        """Read a file of the source's folder into the archive."""
        folders = [one.folder for one in self._source.discovery if one.folder is not None]
        path = next((path for one in folders if (path := folder_path(one.path, address.url))), None)
        if path is None:
            self._fail(address, "release", "not-found", f"{address.url}: no such file in the source's folder")
        try:
            with path.open("rb") as stream:
                body = stream.read(self._limits.max_bytes + 1)
            if len(body) > self._limits.max_bytes:
                raise TooLargeError(f"has more than {self._limits.max_bytes} bytes")
            if body.startswith(b"\x1f\x8b"):
                decode_content(body, "gzip", self._limits.max_bytes)
        except OSError as error:
            self._fail(address, "release", "unreadable", f"{address.url}: {error.strerror or error}")
        except TooLargeError as error:
            self._fail(address, "release", "too-large", f"{address.url} {error}")
        except ContentCodingError as error:
            self._fail(address, "release", "unreadable", f"{address.url}: {error}")
        known = self._archive.latest(address.url, self._source.id)
        archive_ref = self._archive.store_file(address, body)
        self.fetched += known is None or known.archive_ref != archive_ref
        return self._archive.read_page(archive_ref)

    def _fail(self, address: Address, role: str, reason: str, detail: str) -> NoReturn:
        stage = "discover" if role == "listing" else "fetch"
        raise StepProblem(Problem(stage, reason, " ".join(detail.split()), self._source.id, address.url))


def _status_reason(status: int, *, asked_if_changed: bool) -> str:
    """Return why an answer of that status is no page; empty for pages, redirects and an awaited 304."""
    if status in _PAGE or status in _REDIRECT or (status == 304 and asked_if_changed):
        return ""
    if status in _STATUS_REASONS:
        return _STATUS_REASONS[status]
    return "client-error" if 400 <= status < 500 else "server-error" if 500 <= status < 600 else "bad-response"


def _conditions(known: ArchiveEntry | None) -> dict[str, str]:
    """Return the headers that ask for a page only if it is no longer the one that the archive has."""
    conditions = {"If-None-Match": known and known.etag, "If-Modified-Since": known and known.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _header(exchange: Exchange, name: str) -> str | None:
    return next((value for key, value in exchange.headers if key.lower() == name), None)
