"""Tell whether capitalised words are part of the name of an office or body, of another name, or stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from pipeline.languages import Language

HEADLINE_SHARE = 0.6
"""From this share of capitalised words on, capitals say nothing about names: the sentence is set like a headline."""

_WORD = re.compile(r"([^\W_]+(?:['\u2019.&/-][^\W_]+)*|&)")


@dataclass(frozen=True, slots=True)
class _RunWords:
    office: frozenset[str]
    joining: frozenset[str]


@cache
def _run_words(language: Language) -> _RunWords:
    return _RunWords(frozenset(language.topics["office_words"]), frozenset(language.topics["joining_words"]))


def office_words(language: Language) -> frozenset[str]:
    """Return the words that make a capitalised phrase the name of an office."""
    return _run_words(language).office


def split_words(text: str) -> list[tuple[int, int, str, bool]]:
    """Return begin, end and text of each word, and whether nothing but spaces stands between it and the word before."""
    pieces = _WORD.split(text)  # gap, word, gap, word ... gap
    places = list(accumulate(map(len, pieces)))
    joined = [not gap or gap.isspace() for gap in pieces[:-1:2]]
    return list(zip(places[:-1:2], places[1::2], pieces[1::2], joined, strict=True))


def is_headline(sentence: str, words: Sequence[str]) -> bool:
    """Say whether so many words of an unended sentence are capitalised that capitals say nothing about names."""
    if len(words) <= 3 or sentence.rstrip().endswith("."):
        return False
    return sum(word[0].isupper() for word in words) >= HEADLINE_SHARE * len(words)


class CapitalRuns:
    """The capitalised runs of one sentence, found when first asked for."""

    def __init__(self, sentence: str, language: Language) -> None:
        self._sentence = sentence
        self._words = _run_words(language)
        self._runs: list[tuple[int, int, str]] | None = None

    def kind_at(self, begin: int, end: int) -> str:
        """Return what the words at this range are part of: 'office', 'name' or 'plain' (neither, or all of a name)."""
        if self._runs is None:
            words = split_words(self._sentence)
            headline = is_headline(self._sentence, [word for _, _, word, _ in words])
            self._runs = self._headline_runs(words) if headline else list(self._plain_runs(words))
        for first, last, kind in self._runs:
            if first <= begin < last:
                return "plain" if kind == "name" and begin == first and end >= last else kind
        return "plain"

    def _plain_runs(self, words: Sequence[tuple[int, int, str, bool]]) -> Iterator[tuple[int, int, str]]:
        first = last = -1
        office = False
        reached = 0
        for begin, end, word, joined in words:
            lower = word.lower()
            goes_on = joined or (office and self._sentence[reached:begin].strip() in (",", "("))
            reached = end
            capital = word[0].isupper()
            if first >= 0 and not (goes_on and (capital or lower in self._words.joining)):
                yield first, last, "office" if office else "name"
                first = -1
            if capital:
                if first < 0:
                    first, office = begin, False
                last = end
                office = office or lower in self._words.office
        if first >= 0:
            yield first, last, "office" if office else "name"

    def _headline_runs(self, words: Sequence[tuple[int, int, str, bool]]) -> list[tuple[int, int, str]]:
        """Each office word with the word before it and, past a small word, the two after it."""
        runs: list[tuple[int, int, str]] = []
        for index, (begin, end, word, joined) in enumerate(words):
            if word.lower() not in self._words.office:
                continue
            if index and joined:
                begin = words[index - 1][0]
            if index + 1 < len(words) and words[index + 1][2].lower() in self._words.joining:
                end = words[min(index + 3, len(words) - 1)][1]
            runs.append((begin, end, "office"))
        return runs
