"""The records that one step hands the next, and the ids made from them. Standard library only.

Every record is frozen and hashable, so that a step can neither change what it was given nor keep a handle in it.
Times are timezone-aware UTC datetimes; dates are the issuer's local dates. Character offsets are half-open ranges of
`Release.text` (Python string indices, so Unicode code points).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

ID_LENGTH = 24
"""Hex digits of an id: 96 bits, so a collision among a billion rows has a chance below one in a hundred billion."""


def stable_id(*parts: str | int) -> str:
    """Return the id of these parts: the same everywhere for the same values in the same order.

    Each part is hashed with its length in front, so no two different lists of parts read alike.
    """
    digest = hashlib.sha256()
    for part in parts:
        raw = str(part).encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(raw))
        digest.update(raw)
    return digest.hexdigest()[:ID_LENGTH]


def normal_text(text: str) -> str:
    """Return the text as ids see it: NFC, every run of white space one space. New markup leaves it as it was."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def utc_now() -> datetime:
    """Return the present time in UTC, to the second, which is as fine as any column keeps."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Interval:
    """A run's data interval, [start, end) in UTC. None leaves that side open."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Say whether the moment lies in [start, end)."""
        return (self.start is None or moment >= self.start) and (self.end is None or moment < self.end)

    def overlaps(self, begin: datetime, end: datetime) -> bool:
        """Say whether any of [begin, end) lies in this interval."""
        return (self.start is None or end > self.start) and (self.end is None or begin < self.end)


@dataclass(frozen=True, slots=True)
class Address:
    """One address that a source listed, and what the listing said of it.

    `published` is None when the listing gave no date. `date_only` says that the listing gave a day without a time:
    `published` is then that day's first moment in the issuer's zone. `issuer_id` is the issuer's own id (an RSS GUID that
    is no address, an API's id) where the source declares it stable; the release id is then made from it. `updated` is when
    the listing says the release was last changed. `copy` is where an archived copy of the page is read instead. `again` is why
    a page that is known is asked for again; each cause is one question.
    """

    source_id: str
    url: str
    published: datetime | None = None
    date_only: bool = False
    title: str | None = None
    issuer_id: str | None = None
    found_in: str | None = None
    updated: datetime | None = None
    again: str | None = None
    copy: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its complete answer as they went over the wire, for the archive.

    `body` still has its content coding (gzip), no longer its transfer coding (chunks). `peer` is the IP address answered from.
    `fetched_at` is exact to the microsecond here and in the archive, so that visits keep their order.
    """

    url: str
    request_headers: tuple[tuple[str, str], ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    peer: str | None = None


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """One visit to one address as the archive's index knows it.

    `address` is what was asked for, with the listing's facts of that day; `url` what answered (another one after redirects).
    `role` is release, listing, robots or redirect. `sha256` is of the body without content coding; an unchanged page (304, or
    the same bytes again) has the one of the visit whose bytes it repeats, and that visit's status in `status`.
    """

    archive_ref: str
    address: Address
    url: str
    role: str
    status: int
    content_type: str
    sha256: str
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Raw bytes of one address as they were fetched or read, and where the archive keeps them."""

    address: Address
    final_url: str
    status: int
    content_type: str
    body: bytes
    sha256: str
    fetched_at: datetime
    archive_ref: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A page that its issuer took away: the visit that found it gone, and the newest one that had brought it."""

    address: Address
    archive_ref: str
    seen_at: datetime
    detail: str
    page_ref: str


@dataclass(frozen=True, slots=True)
class Release:
    """One version of one press release, read from its page.

    `date_basis` names the signal that gave the publication time (json-ld, meta, time, text, listing, url, head, none).
    `country` is the ISO 3166-1 alpha-2 code of the state whose issuer wrote it, None for bodies of many states or unknown.
    `body` has its paragraphs separated by blank lines, list items and table rows on lines of their own.
    """

    source_id: str
    url: str
    title: str
    body: str
    published_at: datetime | None = None
    published_date: date | None = None
    date_basis: str = "none"
    language: str | None = None
    byline: tuple[str, ...] = ()
    country: str | None = None
    issuer_id: str | None = None
    page_sha256: str = ""
    archive_ref: str = ""
    fetched_at: datetime | None = None

    @property
    def release_id(self) -> str:
        """Made from source and address (or the issuer's own id): it survives a changed text and a re-fetch."""
        return stable_id(self.source_id, self.issuer_id or self.url)

    @property
    def version_id(self) -> str:
        """Made from the release and its normalised text: it survives new markup."""
        return stable_id(self.release_id, normal_text(self.text))

    @property
    def text(self) -> str:
        """Title, blank line, body: the text that every character range refers to."""
        return f"{self.title}\n\n{self.body}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one cell was read: the half-open range of `Release.text` and the name of the rule that read it.

    `field` is the column's name (attendee: name, position, country, side ...; event: event_type, start_date, place ...).
    A cell with several ranges has several entries.
    """

    field: str
    begin_at: int
    end_at: int
    rule: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person, group or state that took part in an event.

    `kind` is person, group or state; `side` host, guest or other. `name` is the fullest form in the release, without titles;
    `written_as` each distinct form, in order of appearance. `country` is the ISO code of the state they act for.
    """

    kind: str
    name: str
    written_as: tuple[str, ...] = ()
    position: str | None = None
    organization: str | None = None
    country: str | None = None
    side: str = "other"
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What an event dealt with: `kind` subject has a vocabulary slug and IPTC code, kind named a free label and neither."""

    label: str
    topic_id: str | None = None
    iptc_code: str | None = None
    kind: str = "subject"
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One event that a release tells, as the codebook defines it.

    `anchor` is the range of the sentence that tells it, `nth` its number among the events of that same sentence text: the id
    is made from both. `part_of` is the index, in the release's events, of the event it is part of. `date_precision` is day,
    month, year or none; `date_basis` today, yesterday, weekday, explicit, dateline, published or none.
    """

    event_type: str
    mention: str
    status: str
    anchor: tuple[int, int]
    nth: int = 0
    start_date: date | None = None
    end_date: date | None = None
    date_precision: str = "none"
    date_basis: str = "none"
    place: str | None = None
    country: str | None = None
    name: str = ""
    plover_code: str | None = None
    plover_mode: str | None = None
    part_of: int | None = None
    confidence: float = 1.0
    attendees: tuple[Attendee, ...] = ()
    topics: tuple[Topic, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def event_id(self, release: Release) -> str:
        """Made from release, anchor sentence and number: it survives new rules, offsets and types."""
        begin, end = self.anchor
        return stable_id(release.release_id, normal_text(release.text[begin:end]), self.nth)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a step could not do: `reason` is a short slug that can be counted, `detail` one clear line for a person."""

    stage: str
    reason: str
    detail: str
    source_id: str | None = None
    address: str | None = None
    release_id: str | None = None

    @property
    def problem_id(self) -> str:
        """The same trouble with the same thing is one problem, however often it is met and however its detail reads."""
        return stable_id(self.stage, self.source_id or "", self.release_id or self.address or "", self.reason)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read from one release: its events in order of appearance, and people named who took part in none."""

    events: tuple[Event, ...] = ()
    mentioned: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of an interval a source could be asked for: complete, partial or unknown, and why."""

    state: str = "unknown"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one source over one interval, as the runs table keeps it.

    `trigger` is schedule, backfill, manual or cli. Counts are of releases, `failed` those that became a problem.
    """

    run_id: str
    source_id: str
    interval: Interval
    trigger: str
    started_at: datetime
    rules_version: str
    coverage: Coverage = field(default_factory=Coverage)
    found: int = 0
    fetched: int = 0
    loaded: int = 0
    unchanged: int = 0
    failed: int = 0
    ended_at: datetime | None = None


def mention_ids(event_id: str, names: Iterable[str]) -> list[str]:
    """Return the mention id of each attendee name, in order: made from event, name as written, and which one of that name."""
    seen: dict[str, int] = {}
    ids = []
    for name in names:
        nth = seen.get(name, 0)
        seen[name] = nth + 1
        ids.append(stable_id(event_id, name, nth))
    return ids
