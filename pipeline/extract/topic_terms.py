"""The words of topics in one automaton, and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import ahocorasick

from pipeline.errors import ConfigurationError
from pipeline.languages import Language
from pipeline.vocabulary import load_topics

WEIGHTS: Mapping[str, float] = {"strong": 1.0, "plain": 0.42, "weak": 0.2}
"""What a term of each class is worth: a topic takes one strong term or some plain ones."""

CUES = ("fields", "dealing", "stance", "background")
"""The lists of cues: fields of work, what an event dealt with, what somebody held or promised, what is background."""

_FOLD = {
    **dict.fromkeys("\u2018\u2019\u02bc", "'"),
    **dict.fromkeys("-\u2010\u2011\u2013\u2014\n\t\xa0", " "),
}
_WORD_END = re.compile(r"[^\W_]*")


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase and what it says: topics with weights (none: it only keeps shorter phrases from counting), or a cue.

    `open_ended` terms stand for every word that begins so.
    """

    text: str
    open_ended: bool
    weights: tuple[tuple[str, float], ...] = ()
    cue: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A term at the half-open range of the text."""

    begin: int
    end: int
    term: Term


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
    """The compiled topic terms and cues of one language."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self._where = where
        spellings = [tuple(pair) for pair in data.get("spellings", [])]
        senses: dict[tuple[str, bool], dict[str, float]] = {}
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
        for (text, open_ended), weights in senses.items():
            entries.setdefault(text, []).append(Term(text, open_ended, tuple(weights.items())))
        for cue in CUES:
            for text, open_ended in self._keys(cue, data[cue], spellings):
                entries.setdefault(text, []).append(Term(text, open_ended, cue=cue))
        self._automaton = ahocorasick.Automaton()
        for text, terms in entries.items():
            self._automaton.add_word(text, tuple(terms))
        self._automaton.make_automaton()

    def find_terms(self, folded: str) -> tuple[list[Found], list[Found]]:
        """Return the terms in a folded text, of overlapping ones the leftmost and longest, and all cues."""
        candidates: list[Found] = []
        cues: list[Found] = []
        for last, terms in self._automaton.iter(folded):
            for term in terms:
                begin, end = last - len(term.text) + 1, last + 1
                if begin and folded[begin - 1].isalnum():
                    break
                if end < len(folded) and folded[end].isalnum():
                    if not term.open_ended:
                        continue
                    end = _end_of_word(folded, end)
                (candidates if term.cue is None else cues).append(Found(begin, end, term))
        candidates.sort(key=_leftmost_longest)
        found: list[Found] = []
        reached = 0
        for candidate in candidates:
            if candidate.begin >= reached:
                found.append(candidate)
                reached = candidate.end
        return found, cues

    def _keys(
        self, entry: str, terms: Iterable[Any], spellings: Iterable[tuple[str, ...]]
    ) -> Iterator[tuple[str, bool]]:
        for raw in terms:
            if not isinstance(raw, str) or "*" in raw[:-1] or not raw.strip("* "):
                raise ConfigurationError(f"{self._where}: {entry}: {raw!r} is no term")
            forms = [raw]
            for first, second in spellings:
                forms.extend(form.replace(first, second) for form in tuple(forms) if first in form)
            for form in forms:
                yield fold_text(form.rstrip("*")), form.endswith("*")


@cache
def topic_terms(language: Language) -> TopicTerms:
    """Return the compiled terms of a language, built once. Raises ConfigurationError for a wrong file."""
    return TopicTerms(language.topics, f"languages/{language.code}/topics.yml")


def _end_of_word(text: str, position: int) -> int:
    match = _WORD_END.match(text, position)
    return match.end() if match else position


def _leftmost_longest(found: Found) -> tuple[int, int, int]:
    return found.begin, -found.end, -len(found.term.text)
