"""Publication time: gathers what the page, its address and the listing say, and takes what agrees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from urllib.parse import urlsplit

from pipeline.parse.dates import DateManner, read_dates, read_instant
from pipeline.parse.metadata import Metadata
from pipeline.parse.visible import VisibleDate
from pipeline.records import Address

EARLIEST = date(1990, 1, 1)
FUTURE = timedelta(days=2)
"""How far after its fetching a page may be dated: zones and embargoes reach no further."""

_URL_DATE = re.compile(r"[/_-]((?:19|20)\d\d)([/_-]?)(\d\d)\2(\d\d)(?=[/_.-]|$)")
_META_DATES = (
    ("article:published_time", 3.0),
    ("og:article:published_time", 3.0),
    ("og:published_time", 3.0),
    ("datepublished", 3.0),
    ("date_published", 3.0),
    ("publication_date", 3.0),
    ("published_date", 3.0),
    ("pubdate", 3.0),
    ("publishdate", 3.0),
    ("publish-date", 3.0),
    ("publish_date", 3.0),
    ("release_date", 3.0),
    ("dc.date.issued", 3.0),
    ("dcterms.issued", 3.0),
    ("dcterms.available", 3.0),
    ("originalpublicationdate", 3.0),
    ("article_date_original", 3.0),
    ("parsely-pub-date", 3.0),
    *((name, 3.0) for name in ("article:published", "article.published", "article:published_date", "published_at")),
    *((name, 3.0) for name in ("article_published_time", "published", "published_time", "published-date", "pub_date")),
    *((name, 3.0) for name in ("publish_time", "publishtime", "publicationdate", "publication-date", "displaydate")),
    *((name, 3.0) for name in ("dc.issued", "dateissued", "date.issued", "originalpubdate", "rnews:datepublished")),
    *((name, 2.5) for name in ("pdate", "post_date", "news_date", "shareaholic:article_published_time")),
    ("sailthru.date", 2.5),
    ("cxenseparse:recs:publishtime", 2.5),
    ("citation_publication_date", 2.5),
    ("available", 2.0),
    ("dcterms.created", 2.0),
    ("dc.date.created", 2.0),
    ("dcterms.date", 2.0),
    ("dc.date", 2.0),
    ("date", 2.0),
)
_ORDER = ("selector", "json-ld", "meta", "time", "text", "listing", "url")
_AGREEMENT = 1.0


@dataclass(frozen=True, slots=True)
class Published:
    """When a release came out: the moment in UTC, the local date, and the signal that said so (see `Release`)."""

    moment: datetime | None = None
    day: date | None = None
    basis: str = "none"


@dataclass(frozen=True, slots=True)
class Signal:
    """One claim: the local day (several where it can be read so), and the moment where a time of day was given."""

    basis: str
    weight: float
    days: tuple[date, ...]
    moment: datetime | None = None
    local_clock: time | None = None


def read_published(
    metadata: Metadata,
    find_visible: Callable[[], Sequence[VisibleDate]],
    address: Address,
    manner: DateManner,
    zone: tzinfo | None,
    fetched_at: datetime,
    marked: Sequence[VisibleDate] = (),
) -> Published:
    """Return the publication time that the signals support best; none is made up where they give none.

    Signals are JSON-LD, meta elements, `time` elements, visible dates, the listing and the address; one that stands
    alone gives way to two others that agree. A naive time is meant in `zone`, in UTC where that is None. A signal
    before 1990 or more than two days after `fetched_at` counts for nothing. `find_visible` is called unless the
    others settle it.
    """
    last = (fetched_at + FUTURE).astimezone(zone or UTC).date()

    def possible(signals: Iterable[Signal]) -> list[Signal]:
        real = []
        for signal in signals:
            days = tuple(day for day in signal.days if EARLIEST <= day <= last)
            if days:
                real.append(signal if days == signal.days else replace(signal, days=days))
        return real

    signals = possible(_machine_signals(metadata, manner, zone))
    outside = possible(_outside_signals(address, zone))
    signals += possible(_visible_signals(marked, manner, zone))
    if marked or not _settles(signals, outside, zone):
        signals += possible(_visible_signals(find_visible(), manner, zone))
    signals += outside
    day = _best_day(signals)
    if day is None:
        return Published()
    saying = sorted((s for s in signals if day in s.days), key=lambda s: (s.moment is None, _ORDER.index(s.basis)))
    chosen = _local_reading(saying)
    if zone is None and (chosen.moment is None or chosen.local_clock is not None):
        chosen = _nearby_moment(signals, day) or chosen
    basis = "text" if chosen.basis == "selector" else chosen.basis
    moment = chosen.moment or datetime.combine(day, time(), zone or UTC)
    return Published(moment.astimezone(UTC).replace(microsecond=0), day, basis)


def _settles(machine: Sequence[Signal], outside: Sequence[Signal], zone: tzinfo | None) -> bool:
    """Say whether nothing that the page shows could change the verdict.

    So it is where a machine's moment is that of the listing, or, with no zone to read a shown clock in, where its day
    is that of the address and no listing objects.
    """
    for signal in machine:
        if signal.moment is None or signal.local_clock is not None:
            continue
        listed = [other for other in outside if other.basis == "listing"]
        if any(o.moment is not None and abs(o.moment - signal.moment) <= timedelta(minutes=2) for o in listed):
            return True
        if zone is None and not listed and any(other.days == signal.days for other in outside):
            return True
    return False


def _nearby_moment(signals: Sequence[Signal], day: date) -> Signal | None:
    """Return the most trusted signal that names a moment with its zone, on the day or the one before or after."""
    near = [s for s in signals if s.moment is not None and s.local_clock is None and abs((s.days[0] - day).days) <= 1]
    return min(near, key=lambda s: _ORDER.index(s.basis), default=None)


def _machine_signals(metadata: Metadata, manner: DateManner, zone: tzinfo | None) -> Iterator[Signal]:
    for key, weight in (("datePublished", 3.0), ("dateCreated", 1.0)):
        value = metadata.linked(key)
        if value:
            yield from _machine_signal("json-ld", weight, value, manner, zone)
            break
    for name, weight in _META_DATES:
        value = metadata.meta.get(name)
        if value:
            yield from _machine_signal("meta", weight, value, manner, zone)
            break


def _visible_signals(visible: Sequence[VisibleDate], manner: DateManner, zone: tzinfo | None) -> Iterator[Signal]:
    for item in visible:
        if item.machine is not None:
            yield from _machine_signal(item.basis, item.weight, item.machine, manner, zone)
        for found in item.dates:
            yield _written_signal(item.basis, item.weight, found.days, found.clock, zone)


def _outside_signals(address: Address, zone: tzinfo | None) -> Iterator[Signal]:
    if address.published is not None:
        local = address.published.astimezone(zone or UTC)
        yield Signal("listing", 2.5, (local.date(),), None if address.date_only else address.published)
    match = _URL_DATE.search(_path(address.url))
    if match is not None:
        with suppress(ValueError):  # no day of the calendar
            yield Signal("url", 1.0, (date(int(match[1]), int(match[3]), int(match[4])),))


def _machine_signal(basis: str, weight: float, value: str, manner: DateManner, zone: tzinfo | None) -> Iterator[Signal]:
    instant = read_instant(value)
    if isinstance(instant, datetime):
        is_naive = instant.tzinfo is None
        aware = instant.replace(tzinfo=zone or UTC) if is_naive else instant
        local = aware.astimezone(zone) if zone is not None else aware
        if local.time() == time() and (is_naive or instant.time() == time()):
            yield Signal(basis, weight, (instant.date(),))
        else:
            yield Signal(basis, weight, (local.date(),), aware.astimezone(UTC), instant.time() if is_naive else None)
    elif instant is not None:
        yield Signal(basis, weight, (instant,))
    else:
        for found in read_dates(value, manner).dates[:1]:
            yield _written_signal(basis, weight, found.days, found.clock, zone)


def _written_signal(
    basis: str, weight: float, days: tuple[date, ...], clock: time | None, zone: tzinfo | None
) -> Signal:
    if clock is None or len(days) > 1:
        return Signal(basis, weight, days)
    moment = datetime.combine(days[0], clock)
    is_naive = moment.tzinfo is None
    aware = moment.replace(tzinfo=zone or UTC) if is_naive else moment
    local = aware.astimezone(zone) if zone is not None else aware
    return Signal(basis, weight, (local.date(),), aware.astimezone(UTC), clock if is_naive else None)


def _best_day(signals: Sequence[Signal]) -> date | None:
    """Return the day with most support; a day that could be read two ways counts only where another signal agrees."""
    candidates = [(signal, day) for signal in signals for day in signal.days]
    best: tuple[float, float, date] | None = None
    for signal, day in candidates:
        support: dict[str, float] = {}
        for other, near in candidates:
            if abs((near - day).days) <= 1:
                kind = "machine" if other.basis in ("json-ld", "meta") else other.basis
                weight = other.weight if near == day else 0.9 * other.weight
                support[kind] = max(support.get(kind, 0.0), weight)
        if len(signal.days) > 1 and len(support) < 2:
            continue
        score = sum(support.values()) + _AGREEMENT * (len(support) - 1)
        if best is None or (score, signal.weight) > best[:2]:
            best = (score, signal.weight, day)
    return best[2] if best is not None else None


def _local_reading(saying: Sequence[Signal]) -> Signal:
    """Return the most trusted signal, or one that shows the same clock without a zone: the first was no UTC then."""
    first = saying[0]
    if first.moment is not None and first.local_clock is None:
        shown = (first.moment.date(), first.moment.hour, first.moment.minute)
        for other in saying[1:]:
            clock = other.local_clock
            if clock is not None and shown == (other.days[0], clock.hour, clock.minute):
                return other
    return first


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
