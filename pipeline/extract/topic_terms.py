"""The words of topics in one automaton, and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import ahocorasick

from pipeline.errors import ConfigurationError
from pipeline.languages import Language
from pipeline.vocabulary import load_topics

WEIGHTS: Mapping[str, float] = {"strong": 1.0, "field": 0.45, "plain": 0.36, "weak": 0.2}
"""What a term of each class is worth: a topic takes one strong term, a field that was dealt with, or some plain ones."""

CUES = ("dealing", "turn", "dealt", "aims", "stance", "background")
"""The lists of cues: what follows was dealt with, up to a turn; what stands around was; what somebody aims at; what
somebody held; what is background."""
REACH = 60
"""The longest text between the two words of a pair."""
COUNTRIES = "@countries"
"""Stands in a pair for every name and adjective of a country."""

_NONE: Mapping[str, str] = MappingProxyType({})
_FOLD = {
    **dict.fromkeys("\u2018\u2019\u02bc", "'"),
    **dict.fromkeys("-\u2010\u2011\u2013\u2014\n\t\xa0", " "),
}
_WORD_END = re.compile(r"[^\W_]*")


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A phrase and what it says: topics with weights (none: it only keeps shorter phrases from counting), a cue, or
    one side of a pair.

    `open_ended` terms stand for every word that begins so, `capitals` only for the same letters in capitals. Of a
    pair, `side` is its number and 0 for the first word or 1 for the second: the two near each other say the topic that
    neither says alone. `country` is the code of the state that a term names.
    """

    text: str
    open_ended: bool
    weights: tuple[tuple[str, float], ...] = ()
    cue: str | None = None
    side: tuple[int, int] | None = None
    capitals: bool = False
    country: str | None = None


class Found(NamedTuple):
    """A term at the half-open range of the text."""

    begin: int
    end: int
    term: Term


@dataclass(slots=True)
class FoundTerms:
    """What stands in a sentence: terms and pairs of topics, cues, and names of countries."""

    terms: list[Found] = field(default_factory=list)
    cues: list[Found] = field(default_factory=list)
    countries: list[Found] = field(default_factory=list)


def fold_text(text: str) -> str:
    """Return the text in lower case with plain quotes and spaces for hyphens, every character where it was."""
    folded = text
    for char, plain in _FOLD.items():
        folded = folded.replace(char, plain)
    lower = folded.lower()
    if len(lower) == len(folded):
        return lower
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in folded)


class TopicTerms:
    """The compiled topic terms, pairs and cues of one language."""

    def __init__(self, data: Mapping[str, Any], where: str, countries: Mapping[str, str] = _NONE) -> None:
        self._where = where
        spellings = [tuple(pair) for pair in data.get("spellings", [])]
        senses: dict[tuple[str, bool, bool], dict[str, float]] = {}
        for slug, classes in data["topics"].items():
            if slug not in load_topics():
                raise ConfigurationError(f"{where}: {slug} is no topic of the vocabulary")
            for name, terms in classes.items():
                if name not in WEIGHTS:
                    raise ConfigurationError(f"{where}: {slug}: {name} is none of {', '.join(WEIGHTS)}")
                for key in self._keys(slug, terms, spellings):
                    if slug in senses.setdefault(key, {}):
                        raise ConfigurationError(f"{where}: {slug}: {key[0]!r} stands twice")
                    senses[key][slug] = WEIGHTS[name]
        for key in self._keys("not_topics", data["not_topics"], spellings):
            senses.setdefault(key, {})
        entries: dict[str, list[Term]] = {}
        for (text, open_ended, capitals), weights in senses.items():
            entries.setdefault(text, []).append(Term(text, open_ended, tuple(weights.items()), capitals=capitals))
        for cue in CUES:
            for text, open_ended, _ in self._keys(cue, data[cue], spellings):
                entries.setdefault(text, []).append(Term(text, open_ended, cue=cue))
        for name, code in countries.items():
            text = fold_text(name)
            entries.setdefault(text, []).append(Term(text, False, country=code, capitals=name.isupper()))
        self._pairs: list[Term] = []
        self._of_countries: list[tuple[int, int]] = []
        for number, pair in enumerate(data.get("pairs", [])):
            self._pairs.append(self._make_pair(pair))
            for side, listed in enumerate((pair["first"], pair["second"])):
                if COUNTRIES in listed:
                    self._of_countries.append((number, side))
                words = [word for word in listed if word != COUNTRIES]
                for text, open_ended, _ in dict.fromkeys(self._keys("pairs", words, spellings)):
                    entries.setdefault(text, []).append(Term(text, open_ended, side=(number, side)))
        self._automaton = ahocorasick.Automaton()
        for text, terms in entries.items():
            self._automaton.add_word(text, (len(text), tuple(terms)))
        self._automaton.make_automaton()

    def find_terms(self, sentence: str) -> FoundTerms:
        """Return what stands in a sentence; of overlapping topic terms the leftmost and longest."""
        folded = fold_text(sentence)
        candidates: list[Found] = []
        result = FoundTerms()
        sides: list[tuple[int, int, Found]] = []
        length = len(folded)
        for last, (size, terms) in self._automaton.iter(folded):
            begin = last - size + 1
            if begin and folded[begin - 1].isalnum():
                continue
            whole = last + 1 == length or not folded[last + 1].isalnum()
            for term in terms:
                if not whole and not term.open_ended:
                    continue
                end = last + 1 if whole else _end_of_word(folded, last + 1)
                if term.capitals and not sentence[begin:end].isupper():
                    continue
                found = Found(begin, end, term)
                if term.cue is not None:
                    result.cues.append(found)
                elif term.side is not None:
                    sides.append((*term.side, found))
                elif term.country is None:
                    candidates.append(found)
                elif sentence[begin].isupper():
                    result.countries.append(found)
                    sides.extend((number, side, found) for number, side in self._of_countries)
        candidates.sort(key=_leftmost_longest)
        reached = 0
        for candidate in candidates:
            if candidate.begin >= reached:
                result.terms.append(candidate)
                reached = candidate.end
        if sides:
            result.terms.extend(self._find_pairs(sides))
        return result

    def _find_pairs(self, sides: list[tuple[int, int, Found]]) -> Iterator[Found]:
        """Yield each pair once: where its two words first stand near enough, in either order, and do not overlap."""
        sides.sort(key=lambda item: _leftmost_longest(item[2]))
        latest: dict[tuple[int, int], Found] = {}
        known: set[int] = set()
        for number, side, found in sides:
            other = latest.get((number, 1 - side))
            latest[number, side] = found
            if other is None or number in known or not other.end <= found.begin <= other.end + REACH:
                continue
            known.add(number)
            yield Found(other.begin, found.end, self._pairs[number])

    def _make_pair(self, pair: Mapping[str, Any]) -> Term:
        weights: list[tuple[str, float]] = []
        for slug, name in pair["topics"].items():
            if slug not in load_topics() or name not in WEIGHTS:
                raise ConfigurationError(f"{self._where}: pairs: {slug}: {name} is no class of a topic")
            weights.append((slug, WEIGHTS[name]))
        return Term(f"{pair['first'][0]} + {pair['second'][0]}", False, tuple(weights))

    def _keys(
        self, entry: str, terms: Iterable[Any], spellings: Iterable[tuple[str, ...]]
    ) -> Iterator[tuple[str, bool, bool]]:
        for raw in terms:
            if not isinstance(raw, str) or "*" in raw[:-1] or not raw.strip("* "):
                raise ConfigurationError(f"{self._where}: {entry}: {raw!r} is no term")
            forms = [raw]
            for first, second in spellings:
                if first in raw:
                    forms.extend([form.replace(first, second) for form in forms])
            for form in forms:
                yield fold_text(form.rstrip("*")), form.endswith("*"), raw.isupper()


@cache
def topic_terms(language: Language) -> TopicTerms:
    """Return the compiled terms of a language, built once. Raises ConfigurationError for a wrong file."""
    countries = {form.text: form.code for form in language.countries.values() if form.code is not None}
    return TopicTerms(language.topics, f"languages/{language.code}/topics.yml", countries)


def _end_of_word(text: str, position: int) -> int:
    match = _WORD_END.match(text, position)
    return match.end() if match else position


def _leftmost_longest(found: Found) -> tuple[int, int, int]:
    return found.begin, -found.end, -len(found.term.text)
