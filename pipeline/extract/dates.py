"""Read the dates of a piece of text and resolve them against the day of publication."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pipeline.extract.date_readers import READERS, DateMatch, FoundDate
from pipeline.extract.date_words import DateWords, date_words
from pipeline.languages import Language

DATELINE_PLACE = 60
"""The longest text between a line's begin and the date of its dateline."""

__all__ = ["FoundDate", "find_dates"]


def find_dates(text: str, begin: int, end: int, published: date | None, language: Language) -> list[FoundDate]:
    """Return the dates in [begin, end) of the text, in order, no two overlapping. A day that does not exist is none."""
    words = date_words(language)
    begin, end = max(begin, 0), min(end, len(text))
    lower = text[begin:end].lower()
    candidates = [
        found
        for gate, rules in words.gates
        if all(any(map(lower.__contains__, pieces)) for pieces in gate)
        for rule in rules
        for match in words.patterns[rule].finditer(text, begin, end)
        for found in READERS[rule](DateMatch(match, rule, published, words))
    ]
    if not candidates:
        return []
    blocked = [match.span() for match in words.patterns["not_date"].finditer(text, begin, end)]
    candidates.sort(key=lambda found: (found.begin, -found.end))
    kept: list[FoundDate] = []
    for found in candidates:
        overlaps = kept and found.begin < kept[-1].end
        if not overlaps and not any(first < found.end and found.begin < last for first, last in blocked):
            kept.append(_mark_dateline(found, text, words))
    return kept


def _mark_dateline(found: FoundDate, text: str, words: DateWords) -> FoundDate:
    """Return the date with the basis dateline when it follows a place at the begin of a line and a dash follows it."""
    if found.basis != "explicit" or found.start_date is None:
        return found
    begin = text.rfind("\n", max(0, found.begin - DATELINE_PLACE - 1), found.begin) + 1
    if begin == 0 and found.begin > DATELINE_PLACE:
        return found
    place = text[begin : found.begin].split()
    if not place or not all(word[0].isupper() or not word[0].isalnum() for word in place) or not place[0][0].isupper():
        return found
    return replace(found, basis="dateline") if words.patterns["dateline_end"].match(text, found.end) else found
