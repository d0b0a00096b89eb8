"""Whether two offices, as releases word them, can be one person's: same, related, different or unknown."""

from __future__ import annotations

import re
from collections import defaultdict
from enum import IntEnum
from functools import cache, lru_cache
from typing import Generic, NamedTuple, TypeVar

from anyascii import anyascii

from pipeline.people.names import load_name_data, words_of

T = TypeVar("T")

STEM = 4
"""Letters that two words must share from their beginning to be forms of one word."""


class Relation(IntEnum):
    """How two offices stand to each other, the closest first.

    SAME: one wording can stand for the other. RELATED: one organisation or one portfolio, so one may follow the other.
    """

    SAME = 0
    RELATED = 1
    UNKNOWN = 2
    DIFFERENT = 3


class Office(NamedTuple):
    """A position and an organisation as written; each may be None."""

    position: str | None
    organization: str | None

    @property
    def is_known(self) -> bool:
        """Whether anything was written of it."""
        return bool(_duties(self.position) or _words(self.organization))

    @property
    def is_past(self) -> bool:
        """Whether it is worded as one held earlier or not yet, so that it says nothing of the day."""
        return bool(set(_words(self.position)) & words_of("office_past"))


@lru_cache(maxsize=262144)
def compare_offices(left: Office, right: Office) -> Relation:
    """Return how two offices stand to each other; symmetric. Of an office that joins several, the closest counts."""
    if left == right:
        return Relation.SAME if left.is_known else Relation.UNKNOWN
    house = _overlap(_portfolio(_words(left.organization)), _portfolio(_words(right.organization)))
    duties, others = _duties(left.position), _duties(right.position)
    if not duties or not others:
        if house:
            return Relation.RELATED
        return Relation.DIFFERENT if left.is_known and right.is_known and not (duties or others) else Relation.UNKNOWN
    closest = min(_compare_duties(duty, other) for duty in duties for other in others)
    if house:
        return min(closest, Relation.RELATED)
    if closest <= Relation.RELATED and left.organization and right.organization:
        keys, other_keys = _office_keys(left), _office_keys(right)
        if keys and other_keys and keys.isdisjoint(other_keys):
            return Relation.UNKNOWN  # a role alone, in houses that differ
    return closest


class OfficeIndex(Generic[T]):
    """Things under their offices: gives those that can be the same or related without a look at all the others."""

    def __init__(self) -> None:
        self._things: dict[int, T] = {}
        self._by_key: dict[str, list[int]] = defaultdict(list)

    def add(self, office: Office, thing: T) -> None:
        """Put a thing under an office."""
        at = len(self._things)
        self._things[at] = thing
        for key in _office_keys(office) or {""}:
            self._by_key[key].append(at)

    def near(self, office: Office) -> list[T]:
        """Return the things, in order of being added, whose office can be at least related to this one."""
        keys = _office_keys(office)
        found = self._things if not keys else {at for key in (*keys, "") for at in self._by_key.get(key, ())}
        return [self._things[at] for at in sorted(found)]


@lru_cache(maxsize=65536)
def _office_keys(office: Office) -> frozenset[str]:
    """Return what a related office must share; nothing for an office that names a role alone, which may fit any."""
    words = (*_words(office.organization), *(word for duty in _duties(office.position) for word in duty))
    stems = _stems(_portfolio(words))
    return stems | (words_of("office_heads") & set(words)) if stems else frozenset()


def _compare_duties(left: tuple[str, ...], right: tuple[str, ...]) -> Relation:
    if _ranks(left) == _ranks(right):
        heads = words_of("office_heads") & set(left) & set(right)
        if heads or _covers(left, right) or _covers(right, left):
            return Relation.SAME
    return Relation.RELATED if _overlap(_portfolio(left), _portfolio(right)) else Relation.DIFFERENT


@lru_cache(maxsize=65536)
def _ranks(words: tuple[str, ...]) -> frozenset[str]:
    return words_of("office_modifiers") & set(words)


def _covers(wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
    return _stems(narrow) <= _stems(wide) and all(any(_alike(word, other) for other in wide) for word in narrow)


def _overlap(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Say whether at least half the words of the shorter list stand in the other."""
    if _stems(left).isdisjoint(_stems(right)):
        return False
    short, long = sorted((left, right), key=len)
    return 2 * sum(any(_alike(word, other) for other in long) for word in short) >= len(short)


@lru_cache(maxsize=65536)
def _stems(words: tuple[str, ...]) -> frozenset[str]:
    """Return the beginnings that words must share to be alike: a cheap way to tell that they are not."""
    return frozenset(word[:STEM] for word in words)


def _alike(left: str, right: str) -> bool:
    """Say whether two words are one, or one is the other's stem: Iran and Iranian, minister and ministerial."""
    short, long = sorted((left, right), key=len)
    return left == right or (len(short) >= STEM and len(long) - len(short) < 4 and long.startswith(short))


@lru_cache(maxsize=65536)
def _portfolio(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in words_of("office_roles"))


@lru_cache(maxsize=65536)
def _duties(position: str | None) -> tuple[tuple[str, ...], ...]:
    """Split a position at the joins behind which a new role begins, each to its telling words."""
    duties: list[list[str]] = [[]]
    words = _all_words(position)
    for at, word in enumerate(words):
        starts = word in words_of("office_roles") and at > 0 and words[at - 1] in words_of("office_joins")
        if starts and any(duty in words_of("office_roles") for duty in duties[-1]):
            duties.append([])
        duties[-1].append(word)
    found = (_telling(duty) for duty in duties)
    return tuple(duty for duty in found if duty)


@lru_cache(maxsize=65536)
def _words(text: str | None) -> tuple[str, ...]:
    return _telling(_all_words(text))


def _telling(words: list[str]) -> tuple[str, ...]:
    kept = [word for word in words if word not in words_of("office_empty") and word not in words_of("office_joins")]
    return tuple(dict.fromkeys(kept or [word for word in words if word not in words_of("office_joins")]))


def _all_words(text: str | None) -> list[str]:
    """Return the text's words and joins in small letters, with synonyms in one wording."""
    plain = re.sub(r"['’.]", "", anyascii(text or "")).lower()
    plain = " ".join(re.findall(r"[a-z0-9]+|[&,;/]", plain))
    return _synonyms().sub(lambda found: load_name_data()["office_same"][found.group()], plain).split()


@cache
def _synonyms() -> re.Pattern[str]:
    wordings = sorted(load_name_data()["office_same"], key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, wordings)) + r")\b")
