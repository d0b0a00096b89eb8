"""Tell whether capitalised words are part of the name of an office or body, of another name, or stand alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.languages import Language

HEADLINE_SHARE = 0.6
"""From this share of capitalised words on, capitals say nothing about names: the sentence is set like a headline."""

_WORD = re.compile(r"[^\W_](?:[^\W_]|['\u2019.&/-](?=[^\W_]))*|&")


@dataclass(frozen=True, slots=True)
class _RunWords:
    office: frozenset[str]
    joining: frozenset[str]


@cache
def _run_words(language: Language) -> _RunWords:
    return _RunWords(frozenset(language.topics["office_words"]), frozenset(language.topics["joining_words"]))


class CapitalRuns:
    """The capitalised runs of one sentence, found when first asked for."""

    def __init__(self, sentence: str, language: Language) -> None:
        self._sentence = sentence
        self._words = _run_words(language)
        self._runs: list[tuple[int, int, str]] | None = None

    def kind_at(self, begin: int, end: int) -> str:
        """Return what the words at this range belong to: 'office', 'name' or 'plain'."""
        if self._runs is None:
            self._runs = self._find_runs()
        for first, last, kind in self._runs:
            if first <= begin < last:
                alone = kind == "name" and (begin, end) == (first, last)
                return "plain" if alone else kind
        return "plain"

    def _find_runs(self) -> list[tuple[int, int, str]]:
        words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(self._sentence)]
        capitals = [word[0].isupper() for _, _, word in words]
        if len(words) > 3 and sum(capitals) >= HEADLINE_SHARE * len(words):
            return self._headline_runs(words)
        return self._plain_runs(words, capitals)

    def _plain_runs(self, words: list[tuple[int, int, str]], capitals: list[bool]) -> list[tuple[int, int, str]]:
        runs: list[tuple[int, int, str]] = []
        first = last = -1
        office = False
        for index, (begin, end, word) in enumerate(words):
            gap = self._sentence[words[index - 1][1] : begin].strip() if index else ""
            if first >= 0 and gap and not (gap in (",", "(") and office):
                runs.append((first, last, "office" if office else "name"))
                first = -1
            if capitals[index]:
                if first < 0:
                    first, office = begin, False
                last = end
                office = office or word.lower() in self._words.office
            elif first >= 0 and word.lower() not in self._words.joining:
                runs.append((first, last, "office" if office else "name"))
                first = -1
        if first >= 0:
            runs.append((first, last, "office" if office else "name"))
        return runs

    def _headline_runs(self, words: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        runs: list[tuple[int, int, str]] = []
        for index, (begin, end, word) in enumerate(words):
            if word.lower() not in self._words.office:
                continue
            if index and self._sentence[words[index - 1][1] : begin].strip() == "":
                begin = words[index - 1][0]
            tail = index + 1
            if tail < len(words) and words[tail][2].lower() in self._words.joining:
                end = words[min(tail + 2, len(words) - 1)][1]
            runs.append((begin, end, "office"))
        return runs
