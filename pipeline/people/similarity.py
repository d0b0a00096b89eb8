"""How alike two names sound and are built: `same_name`, from 0 to 1. It says nothing of whether two people are one."""

from __future__ import annotations

from functools import cache, lru_cache

from pipeline.people.names import (
    NameParts,
    first_of,
    is_vowel,
    load_name_data,
    parse_name,
    without_servant,
    word_sounds,
    words_of,
)

SAME = 0.85
"""From here on two names can be spellings of one; `benchmarks/bench_people.py` prints what it costs and keeps."""

VOWEL = 0.4
"""What a run of vowels counts where a consonant counts 1: romanisations agree on consonants, not on vowels."""

VOWEL_CHANGE = 0.8
"""What it costs to read a as i or u: Jamal is not Jamil. Nearer vowels cost by the square of their distance."""

INITIAL = 0.98
"""An initial that fits a word; it could stand for another."""

STANDS_IN = 0.9
"""A short form for its given name, and a name that stands with Abd for the one without."""

FITS = 0.7
"""From here on two first names are compared by their sounds alone; below, one of them was skipped."""

CONTRADICTED = 0.2
"""Taken off when an initial finds no word though the other name has one to spare: Ali B. Amin is not Ali C. Amin."""

EXTRA_WORD, SKIPPED_FIRST, SWITCHED = 0.03, 0.25, 0.03
"""Taken off for each word that one name lacks, for a first name that one lacks, and for another order of words."""


@lru_cache(maxsize=65536)
def same_name(left: str, right: str) -> float:
    """Return how likely two names are spellings of one, from 0 (nothing alike) to 1 (spelt the same); symmetric.

    Case, diacritics, articles, particles and suffixes never count. A bare surname is compared with the other's surname.
    """
    return compare_parts(parse_name(left), parse_name(right))


@lru_cache(maxsize=262144)
def compare_parts(left: NameParts, right: NameParts) -> float:
    """Return the same as `same_name` for names already parsed."""
    if left.words == right.words:
        return 1.0
    if (len(right.full_words), right.words) < (len(left.full_words), left.words):
        left, right = right, left
    east_asian = left.east_asian or right.east_asian
    if left.surname_only or len(left.words) == 1:
        return _compare_surname(left, right, east_asian)
    turns = [right.words]
    if len(left.words) == len(right.words) and not (left.east_asian and right.east_asian):
        turns += [(*right.words[1:], right.words[0]), (right.words[-1], *right.words[:-1])]
    scores = [_align(left, right, turn) - (SWITCHED if at else 0.0) for at, turn in enumerate(dict.fromkeys(turns))]
    if len(left.full_words) != len(right.full_words):
        joined = compare_words("".join(left.full_words), "".join(right.full_words), east_asian)
        scores.append(joined - SWITCHED)
    return max(0.0, *scores)


def _compare_surname(bare: NameParts, other: NameParts, east_asian: bool) -> float:
    family = compare_words(bare.family, other.family, east_asian)
    if len(bare.full_words) == 1:
        return family
    rest = [word for word in bare.full_words if word != bare.family]
    others = [word for word in other.full_words if word != other.family]
    found = [max((compare_words(word, there, east_asian) for there in others), default=0.0) for word in rest]
    return min([family, *found])


def _align(left: NameParts, right: NameParts, long: tuple[str, ...]) -> float:
    """Pair each written-out word of left with one of right, whose words `long` orders, and return how well they fit."""
    short, east_asian = left.words, left.east_asian or right.east_asian
    width = len(long) + 1
    may_skip = sum(len(word) > 1 for word in short) > 1
    # Each cell: the best (sum, least, pairs, written-out words of the long name left over) for what is read so far.
    rows: list[list[tuple[float, float, int, int] | None]] = [[None] * width for _ in range(len(short) + 1)]
    rows[0] = [(0.0, 1.0, 0, sum(len(word) > 1 for word in long[:at])) for at in range(width)]
    for at, word in enumerate(short, 1):
        for there in range(width):
            options = []
            if there and (pair := rows[at - 1][there - 1]) is not None:
                alike = _compare_written(word, long[there - 1], east_asian)
                options.append((pair[0] + alike, min(pair[1], alike), pair[2] + 1, pair[3]))
            if there and (skip := rows[at][there - 1]) is not None:
                options.append((skip[0], skip[1], skip[2], skip[3] + (len(long[there - 1]) > 1)))
            if len(word) == 1 and may_skip and (up := rows[at - 1][there]) is not None:
                options.append(up)
            rows[at][there] = max(options, key=_total) if options else None
    best = rows[-1][-1]
    if best is None or not best[2]:
        return 0.0
    first = next((word for word in short if len(word) > 1), short[0])
    leading = {long[0], next((word for word in long if len(word) > 1), long[0])}
    fits = any(_compare_written(word, there, east_asian) >= FITS for word in {first, short[0]} for there in leading)
    left_out = long[0] in words_of("often_left_out") and not (left.has_fathers or right.has_fathers)
    contradict = best[2] < min(len(short), len(long))
    return _total(best) - (0.0 if fits or left_out else SKIPPED_FIRST) - (CONTRADICTED if contradict else 0.0)


def _total(cell: tuple[float, float, int, int]) -> float:
    total, least, pairs, extra = cell
    return (total / pairs + least) / 2 - EXTRA_WORD * extra if pairs else 0.0


def _compare_written(left: str, right: str, east_asian: bool) -> float:
    if left == right:
        return 1.0
    if len(left) == 1 or len(right) == 1:
        return INITIAL if left[0] == right[0] else 0.0
    if first_of("nicknames").get(left, left) == first_of("nicknames").get(right, right):
        return STANDS_IN
    return compare_words(left, right, east_asian)


@lru_cache(maxsize=262144)
def compare_words(left: str, right: str, east_asian: bool = False) -> float:
    """Return how alike two folded words sound, from 0 to 1: a weighted edit distance over sounds, by their weight."""
    if left == right:
        return 1.0
    surnames = first_of("east_asian_surnames")
    if east_asian and left in surnames and surnames.get(left) == surnames.get(right):
        return 1.0
    if (bare := without_servant(left)) != left or without_servant(right) != right:
        alike = _compare_sounds(bare, without_servant(right), east_asian)
        return max(_compare_sounds(left, right, east_asian), alike * STANDS_IN)
    return _compare_sounds(left, right, east_asian)


def _compare_sounds(left: str, right: str, east_asian: bool) -> float:
    a, b = word_sounds(left, east_asian), word_sounds(right, east_asian)
    previous = [0.0]
    for sound in b:
        previous.append(previous[-1] + _omission(sound))
    for sound in a:
        current = [previous[0] + _omission(sound)]
        for at, other in enumerate(b):
            current.append(
                min(
                    previous[at] + _exchange(sound, other, east_asian),
                    previous[at + 1] + _omission(sound),
                    current[at] + _omission(other),
                )
            )
        previous = current
    weight = max(sum(VOWEL if is_vowel(sound) else 1.0 for sound in word) for word in (a, b))
    return max(0.0, 1.0 - previous[-1] / weight)


@cache
def _sound_costs() -> dict[tuple[str, str], float]:
    pairs = {tuple(pair.split()): float(cost) for pair, cost in load_name_data()["sound_costs"].items()}
    return {(a, b): cost for (x, y), cost in pairs.items() for a, b in ((x, y), (y, x))}


@lru_cache(maxsize=4096)
def _omission(sound: str) -> float:
    return VOWEL if is_vowel(sound) else float(load_name_data()["omission_costs"].get(sound, 1.0))


@lru_cache(maxsize=65536)
def _exchange(left: str, right: str, east_asian: bool) -> float:
    if left == right:
        return 0.0
    if is_vowel(left) and is_vowel(right):
        apart = sum(abs(a - b) for a, b in zip(_vowel_class(left), _vowel_class(right), strict=True)) / 2
        return VOWEL_CHANGE * apart * apart * (2 if east_asian else 1)
    if is_vowel(left) or is_vowel(right):
        vowel, consonant = (left, right) if is_vowel(left) else (right, left)
        return VOWEL if consonant == "v" and "u" in vowel else 1.0
    return _sound_costs().get((left, right), 1.0)


@lru_cache(maxsize=4096)
def _vowel_class(run: str) -> tuple[float, float, float]:
    """Place a run of vowels between a, i and u: e, the weakest, lies between all, o by u; order does not count."""
    places = {
        "a": (1.0, 0.0, 0.0),
        "e": (0.3, 0.4, 0.3),
        "i": (0.0, 1.0, 0.0),
        "o": (0.2, 0.0, 0.8),
        "u": (0.0, 0.0, 1.0),
    }
    found = [places[vowel] for vowel in sorted(set(run))]
    a, i, u = (sum(axis) / len(found) for axis in zip(*found, strict=True))
    return a, i, u
