"""Drift: says when what a run read is not what its source usually gives, and which of its releases are suspect. Pure.

Two measures: the floors and ceilings of the source's YAML, and the source's own releases of about the same time. What could
come about by chance is none: a share counts when the chance of it is below `UNLIKELY`, given the floor or the usual share.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from pipeline.records import Coverage, Interval
from pipeline.sources import Source

UNLIKELY = 0.05
"""Chance below which a share that the YAML names is no accident: one release in twenty may lack what 0.95 have."""
VERY_UNLIKELY = 0.01
"""The same for what is only learned from earlier releases, and for silence."""
ENOUGH = 20
"""Earlier releases from which it is known what is usual."""
SHORTER = 0.5
"""Share of the usual length to which bodies have to fall."""
SHORTEST_PARAGRAPH = 60
"""Characters of a paragraph that two releases do not share by accident."""
REPEATED = 3
"""Releases of a run that must share a paragraph or a title before that counts."""
STANDING = 0.2
"""Share of earlier releases that have a paragraph or title from which it belongs to the source."""
BODILESS = frozenset({"no-text", "not-a-release", "soft-404", "unreadable", "empty"})
"""Reasons of problems that mean a page without a body."""


@dataclass(frozen=True, slots=True)
class Read:
    """What drift looks at of one release."""

    release_id: str
    title: str
    body: str
    has_date: bool
    date_basis: str
    language: str | None
    has_byline: bool


@dataclass(frozen=True, slots=True)
class Usual:
    """What a source gave before: releases of about the same time, and days looked at since the newest of them.

    `quiet_days` counts the days before the run's interval that were covered completely and had no release; None where
    the source has none at all.
    """

    releases: tuple[Read, ...] = ()
    quiet_days: int | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """One field of a source that is not as usual: a line for a person, and the releases to be held back."""

    field: str
    told: str
    suspects: frozenset[str] = frozenset()


def find_drift(
    source: Source, read: Sequence[Read], unread: Sequence[str], usual: Usual, interval: Interval, coverage: Coverage
) -> list[Drift]:
    """Return what of the source drifted in a run over the interval.

    `read` are the run's releases, `unread` the reasons for which pages gave none. Fields are date, body, title, language,
    byline, shape (the signal that dates came from) and releases (how many there are).
    """
    known = usual.releases if len(usual.releases) >= ENOUGH else ()
    return [
        *_lost_share(read, known, "date", lambda one: one.has_date, source.floors.share_dated),
        *_bodiless(read, unread, source.floors.share_with_body),
        *_shortened(read, known),
        *_repeated(read, known, "body", lambda one: set(_long_paragraphs(one.body))),
        *_repeated(read, known, "title", lambda one: {one.title}),
        *_lost_share(read, known, "language", lambda one: one.language == source.language.split("-")[0]),
        *_lost_share(read, known, "byline", lambda one: one.has_byline, holds_back=False),
        *_changed_shape(read, known),
        *_too_many(source, read, interval),
        *_silent(source, read, usual, interval, coverage),
    ]


def _lost_share(
    read: Sequence[Read],
    known: Sequence[Read],
    name: str,
    has: Callable[[Read], bool],
    floor: float | None = None,
    *,
    holds_back: bool = True,
) -> list[Drift]:
    """Return that fewer releases have a thing than the floor or the past allows; those without it are suspect."""
    lacking = [one.release_id for one in read if not has(one)]
    by_floor = floor is not None and _chance(len(lacking), len(read), 1 - floor) <= UNLIKELY
    share = (sum(map(has, known)) + 1) / (len(known) + 2)
    by_past = bool(known) and _chance(len(lacking), len(read), 1 - share) <= VERY_UNLIKELY
    if not lacking or not (by_floor or by_past):
        return []
    measure = f"the floor is {floor:g}" if by_floor else f"{sum(map(has, known))} of {len(known)} before"
    told = f"{len(read) - len(lacking)} of {len(read)} releases have a {name}; {measure}"
    if name == "language":
        told = f"{len(read) - len(lacking)} of {len(read)} releases are in the source's language; {measure}"
    return [Drift(name, told, frozenset(lacking if holds_back else ()))]


def _bodiless(read: Sequence[Read], unread: Sequence[str], floor: float | None) -> list[Drift]:
    bare = sum(reason in BODILESS for reason in unread)
    total = len(read) + bare
    if floor is None or not bare or _chance(bare, total, 1 - floor) > UNLIKELY:
        return []
    return [Drift("body", f"{len(read)} of {total} pages have a body; the floor is {floor:g}")]


def _shortened(read: Sequence[Read], known: Sequence[Read]) -> list[Drift]:
    """Return that bodies are half as long as usual; the short ones are suspect."""
    if not known or not read:
        return []
    usual, now = median(len(one.body) for one in known), median(len(one.body) for one in read)
    short = [one.release_id for one in read if len(one.body) <= SHORTER * usual]
    share = (sum(len(one.body) <= SHORTER * usual for one in known) + 1) / (len(known) + 2)
    if now > SHORTER * usual or _chance(len(short), len(read), share) > VERY_UNLIKELY:
        return []
    told = f"bodies have {now:,.0f} characters, {usual:,.0f} before (medians of {len(read)} and {len(known)})"
    return [Drift("body", told, frozenset(short))]


def _repeated(read: Sequence[Read], known: Sequence[Read], name: str, texts: Callable[[Read], set[str]]) -> list[Drift]:
    """Return that most releases of the run share a text, as they do when furniture is taken for theirs."""
    counts = Counter(text for one in read for text in texts(one))
    text, times = max(counts.items(), key=lambda pair: pair[1], default=("", 0))
    if not known or times < REPEATED or 2 * times <= len(read):
        return []
    if sum(text in texts(one) for one in known) >= STANDING * len(known):
        return []
    told = f"{times} of {len(read)} releases have the same {'paragraph' if name == 'body' else name}: {text[:60]!r}"
    return [Drift(name, told, frozenset(one.release_id for one in read if text in texts(one)))]


def _changed_shape(read: Sequence[Read], known: Sequence[Read]) -> list[Drift]:
    """Return that the signal from which the source's dates came is gone; dates are there, so nothing is held back."""
    dated = [one for one in read if one.has_date]
    if not known or not dated:
        return []
    basis, times = Counter(one.date_basis for one in known).most_common(1)[0]
    others = sum(one.date_basis != basis for one in dated)
    share = (times + 1) / (len(known) + 2)
    if others < len(dated) or _chance(others, len(dated), 1 - share) > VERY_UNLIKELY:
        return []
    now = ", ".join(sorted({one.date_basis for one in dated}))
    return [Drift("shape", f"dates come from {now}; {times} of {len(known)} before came from {basis}")]


def _too_many(source: Source, read: Sequence[Read], interval: Interval) -> list[Drift]:
    ceiling = source.ceilings.releases_a_week
    if ceiling is None or interval.start is None or interval.end is None or not read:
        return []
    expected = ceiling * max(1.0, _days(interval.start, interval.end)) / 7
    if _poisson_more(len(read), expected) > VERY_UNLIKELY:
        return []
    return [Drift("releases", f"{len(read)} releases, where the ceiling is {ceiling:g} a week")]


def _silent(source: Source, read: Sequence[Read], usual: Usual, interval: Interval, coverage: Coverage) -> list[Drift]:
    """Return that the source published nothing for longer than its floor makes likely, though all days were looked at."""
    floor = source.floors.releases_a_week
    if not floor or read or usual.quiet_days is None or coverage.state != "complete":
        return []
    if interval.start is None or interval.end is None:
        return []
    days = usual.quiet_days + _days(interval.start, interval.end)
    if math.exp(-floor * days / 7) > VERY_UNLIKELY:
        return []
    return [Drift("releases", f"no release for {days:.0f} days, where the floor is {floor:g} a week")]


def _long_paragraphs(body: str) -> list[str]:
    return [text for text in body.split("\n\n") if len(text) >= SHORTEST_PARAGRAPH]


def _chance(times: int, of: int, share: float) -> float:
    """Return the chance of at least so many, when each comes with probability `share` (binomial)."""
    share = min(max(share, 0.0), 1.0)
    chance = sum(math.comb(of, n) * share**n * (1 - share) ** (of - n) for n in range(times, of + 1))
    return round(chance, 9)  # a floor of 0.95 means one in twenty, whatever binary fractions make of it


def _poisson_more(times: int, expected: float) -> float:
    """Return the chance of at least so many where `expected` are the mean."""
    fewer = (
        sum(math.exp(n * math.log(expected) - expected - math.lgamma(n + 1)) for n in range(times)) if expected else 1.0
    )
    return 1.0 - fewer


def _days(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 86_400
