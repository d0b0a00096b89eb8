"""Read topics that have a name of their own: a committee, a battle, an agreement, a convention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from pipeline.extract.name_runs import is_headline, office_words, split_words
from pipeline.languages import Language
from pipeline.records import Evidence, Topic
from pipeline.vocabulary.files import naming

MOST_WORDS = 10
"""The longest name: a longer run of capitals is a list or a headline."""
CONFIDENCE = {"named:head": 0.8, "named:lower_head": 0.7, "named:opener": 0.8}


_LETTERS = re.compile(r"[^\W\d_]+")


class _Word(NamedTuple):
    begin: int
    end: int
    text: str
    lower: str
    joined: bool
    """Nothing but a space stands between it and the word before."""


@dataclass(frozen=True, slots=True)
class _NameWords:
    signs: frozenset[str]
    heads: frozenset[str]
    lower_heads: frozenset[tuple[str, ...]]
    openers: frozenset[str]
    opener_links: frozenset[str]
    tail_links: frozenset[str]
    owner_endings: tuple[str, ...]
    inside: frozenset[str]
    dates: frozenset[str]
    not_first: frozenset[str]
    office: frozenset[str]


@cache
def _name_words(language: Language) -> _NameWords:
    with naming(f"languages/{language.code}/topics.yml"):
        named = language.topics["named"]
        lower = [word for phrase in (*named["lower_heads"], *named["openers"]) for word in phrase.split()]
        capital = [form for word in (*named["heads"], *lower) for form in (word.capitalize(), word.upper())]
        return _NameWords(
            signs=frozenset((*lower, *capital)),
            heads=frozenset(named["heads"]),
            lower_heads=frozenset(tuple(head.split()) for head in named["lower_heads"]),
            openers=frozenset(named["openers"]),
            opener_links=frozenset(named["opener_links"]),
            tail_links=frozenset(named["tail_links"]),
            owner_endings=tuple(named["owner_endings"]),
            inside=frozenset(named["inside"]),
            dates=frozenset(
                form for part in ("months", "weekdays") for forms in language.dates[part].values() for form in forms
            ),
            not_first=frozenset(named["not_first"]),
            office=office_words(language),
        )


def read_named_topics(text: str, ranges: Sequence[tuple[int, int]], language: Language) -> tuple[Topic, ...]:
    """Return the named topics at these ranges, in order of appearance; each cites every place that names it.

    Headlines give none: their capitals do not tell where a name begins and ends.
    """
    names = _name_words(language)
    labels: dict[str, str] = {}
    rules: dict[str, str] = {}
    cited: dict[str, list[tuple[int, int]]] = {}
    for begin, end in ranges:
        for line in re.finditer(r"[^\n]+", text[begin:end]):
            for first, last, rule in _find_names(line.group(), names):
                label = line.group()[first:last]
                key = label.casefold()
                labels.setdefault(key, label)
                rules.setdefault(key, rule)
                at = begin + line.start()
                cited.setdefault(key, []).append((at + first, at + last))
    return tuple(
        Topic(
            label=label,
            kind="named",
            confidence=CONFIDENCE[rules[key]],
            evidence=tuple(Evidence("label", first, last, rules[key]) for first, last in sorted(cited[key])),
        )
        for key, label in labels.items()
    )


def _find_names(line: str, names: _NameWords) -> Iterator[tuple[int, int, str]]:
    if names.signs.isdisjoint(_LETTERS.findall(line)):
        return
    words = [_Word(begin, end, word, word.lower(), joined) for begin, end, word, joined in split_words(line)]
    if is_headline(line, [word.text for word in words]):
        return
    for first, last in _capital_runs(words, names):
        for begin, end, rule in _names_in_run(words, first, last, names):
            yield words[begin].begin, words[end - 1].end, rule


def _capital_runs(words: Sequence[_Word], names: _NameWords) -> Iterator[tuple[int, int]]:
    """Yield the index ranges of runs of capitalised words, small words inside them included."""
    index = 0
    while index < len(words):
        if not words[index].text[0].isupper():
            index += 1
            continue
        first = last = index
        while index + 1 < len(words) and words[index + 1].joined:
            word = words[index + 1]
            if word.text[0].isupper():
                last = index + 1
            elif word.lower not in names.inside:
                break
            index += 1
        yield first, last + 1
        index = last + 1


def _names_in_run(words: Sequence[_Word], first: int, last: int, names: _NameWords) -> Iterator[tuple[int, int, str]]:
    """Yield the index ranges of the names that a run holds, in order, and the rule that found each."""
    while first < last and (words[first].lower in names.not_first or words[first].lower in names.inside):
        first += 1
    while last > first and not words[last - 1].text[0].isupper():
        last -= 1
    if first == last:
        return
    head = next((index for index in range(last - 1, first - 1, -1) if words[index].lower in names.heads), None)
    if head is not None:
        rule, begin, end = (
            "named:head",
            _first_of_name(words, first, head, names),
            _last_of_name(words, head, last, names),
        )
        if begin > first:
            yield from _names_in_run(words, first, begin, names)
    elif (end := _lower_head_after(words, last, names)) > last:
        rule, begin = "named:lower_head", _first_of_name(words, first, last, names)
    elif first > 1 and words[first - 1].lower in names.opener_links and words[first - 2].lower in names.openers:
        rule, begin, end = "named:opener", first - 2, last
    else:
        return
    named = 1 < end - begin <= MOST_WORDS
    if named and not any(words[index].lower in names.office for index in range(begin, end)):
        yield begin, end, rule


def _first_of_name(words: Sequence[_Word], first: int, head: int, names: _NameWords) -> int:
    """Return where the name that ends at `head` begins: after its owner, or two small words that join it to another."""
    for index in range(head - 1, first - 1, -1):
        if words[index].lower.endswith(names.owner_endings):
            return index + 1
        small = not words[index].text[0].isupper()
        if small and index > first and not words[index - 1].text[0].isupper():
            return index + 1
    return first


def _last_of_name(words: Sequence[_Word], head: int, last: int, names: _NameWords) -> int:
    """Return where the name with this head ends: there, or with its run when a small word of the right sort goes on."""
    goes_on = head + 2 < last and words[head + 1].lower in names.tail_links
    dated = any(words[index].lower in names.dates for index in range(head + 1, last))
    return last if goes_on and not dated else head + 1


def _lower_head_after(words: Sequence[_Word], last: int, names: _NameWords) -> int:
    """Return the index after the longest lower-case head that follows a run, or `last` when none does."""
    for size in (2, 1):
        after = words[last : last + size]
        if (
            len(after) == size
            and all(word.joined for word in after)
            and tuple(w.lower for w in after) in names.lower_heads
        ):
            return last + size
    return last
