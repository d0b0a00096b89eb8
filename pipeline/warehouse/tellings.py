"""Which tellings are of one engagement: pure, the same for the same tellings in any order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

RULES = "1"
"""Version of these rules. Raise it when they change: then all events are looked at again."""

TALKS = frozenset({"meeting", "visit"})
"""Types that can tell one engagement under either name: one issuer reports the visit, the other the meeting in it."""

GATHERINGS = frozenset({"conference", "ceremony", "signing"})
"""Types with so many parties that no two issuers name the same ones: two principals in common are enough."""

PLACELESS = frozenset({"call", "message"})
"""Types in which each issuer names its own place."""

LONGEST_STAY = 31
"""Days of a longer event beyond the first so many are not compared."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One event as its release tells it.

    `principals` are the persons first named for each state present (for each side where all are of one state; everybody where
    neither is known). `told` puts tellings in order: the release's day, its id, the event's place in it.
    """

    event_id: str
    release_id: str
    event_type: str
    first_day: date
    last_day: date
    place: str | None
    country: str | None
    principals: frozenset[str]
    told: tuple[date, str, int]


Unit = list[Telling]
"""Tellings that people said are one; mostly a single one."""

Group = list[Unit]
"""The units of one engagement, the first told first."""


def join_tellings(
    tellings: Iterable[Telling], same: Iterable[tuple[str, str]] = (), different: Iterable[tuple[str, str]] = ()
) -> dict[str, str]:
    """Return the engagement of each event: the event_id first told among those that tell it.

    Tellings are one engagement when they agree (see `agree`), every one with every other. In the order in which they were told
    each joins the first engagement that it fully agrees with. `same` and `different` are pairs of event ids that people decided:
    they overrule, and where they contradict each other, `different` wins.
    """
    apart = {frozenset(pair) for pair in different}
    near: dict[tuple[object, ...], list[Group]] = defaultdict(list)
    groups: list[Group] = []
    for unit in _units(sorted(tellings, key=_told), same, apart):
        keys = {key for telling in unit for key in _block_keys(telling)}
        known = {id(group): group for key in keys for group in near[key]}
        candidates = sorted(known.values(), key=lambda group: _told(group[0][0]))
        joined = next((group for group in candidates if _all_agree(unit, group, apart)), None)
        if joined is None:
            joined = []
            groups.append(joined)
        joined.append(unit)
        for key in keys:
            if not any(joined is group for group in near[key]):
                near[key].append(joined)
    return {telling.event_id: group[0][0].event_id for group in groups for unit in group for telling in unit}


def agree(a: Telling, b: Telling) -> bool:
    """Say whether two tellings can be of one engagement: compatible types, a day, principals and no other place.

    A release tells an event once, so two of one type in one release are two.
    """
    return (
        (a.event_type == b.event_type or {a.event_type, b.event_type} <= TALKS)
        and (a.release_id != b.release_id or a.event_type != b.event_type)
        and a.first_day <= b.last_day
        and b.first_day <= a.last_day
        and _same_principals(a, b)
        and (a.event_type in PLACELESS or _same_place(a, b))
    )


def _same_principals(a: Telling, b: Telling) -> bool:
    if a.event_type in GATHERINGS:
        return len(a.principals & b.principals) >= 2
    return len(a.principals) >= 2 and a.principals == b.principals


def _same_place(a: Telling, b: Telling) -> bool:
    if a.country and b.country and a.country != b.country:
        return False
    if not a.place or not b.place:
        return True
    one, other = (" ".join(["", *re.findall(r"\w+", place.casefold()), ""]) for place in (a.place, b.place))
    return one in other or other in one


def _told(telling: Telling) -> tuple[tuple[date, str, int], str]:
    return telling.told, telling.event_id


def _units(tellings: list[Telling], same: Iterable[tuple[str, str]], apart: set[frozenset[str]]) -> Iterator[Unit]:
    """Yield the tellings in order, those that people said are one together, at the place of the first of them."""
    unit_of = {telling.event_id: [telling] for telling in tellings}
    for one, other in sorted(tuple(sorted(pair)) for pair in same):
        a, b = unit_of.get(one), unit_of.get(other)
        if a is not None and b is not None and a is not b and not _kept_apart(a, b, apart):
            a += b
            unit_of |= dict.fromkeys((telling.event_id for telling in b), a)
    seen: set[int] = set()
    for telling in tellings:
        unit = unit_of[telling.event_id]
        if id(unit) not in seen:
            seen.add(id(unit))
            yield sorted(unit, key=_told)


def _block_keys(telling: Telling) -> Iterator[tuple[object, ...]]:
    """Yield keys, one of which any two tellings that agree share."""
    days = (telling.last_day - telling.first_day).days
    for day in (telling.first_day + timedelta(days=number) for number in range(min(days, LONGEST_STAY) + 1)):
        if telling.event_type in GATHERINGS:
            for pair in combinations(sorted(telling.principals), 2):
                yield day, telling.event_type, pair
        else:
            yield day, "talks" if telling.event_type in TALKS else telling.event_type, telling.principals


def _all_agree(unit: Unit, group: Group, apart: set[frozenset[str]]) -> bool:
    """Say whether the unit agrees with each of the group's; what people put together agrees if one of it does."""
    return all(any(agree(a, b) for a in unit for b in other) and not _kept_apart(unit, other, apart) for other in group)


def _kept_apart(one: Unit, other: Unit, apart: set[frozenset[str]]) -> bool:
    return bool(apart) and any(frozenset((a.event_id, b.event_id)) in apart for a in one for b in other)
