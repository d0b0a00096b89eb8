"""Resolve one match of a date pattern against the day of publication: one reader for each sort of pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.extract.calendar_days import (
    day_exists,
    last_of_month,
    make_date,
    nearest_with_number,
    resolve_day,
    shift_day,
    year_of_month,
)
from pipeline.extract.date_words import DateWords

NEAR = 60
"""How many characters before and after a weekday are looked at for a word that tells past from future."""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date at the half-open range of the text.

    A month or year has its first and last day. `start_date` is None where the text leaves the day open ("last week") or
    there is no publication date to count from. `precision` is day, month, year or none; `basis` today, yesterday,
    weekday, explicit or dateline ("tomorrow" and "two days ago" count as today, "last month" as explicit); `direction`
    past, future or none, as seen from publication; `rule` the name of the pattern.
    """

    begin: int
    end: int
    start_date: date | None
    end_date: date | None
    precision: str
    basis: str
    direction: str
    rule: str


@dataclass(frozen=True, slots=True)
class DateMatch:
    """One match of a pattern, and what its readers need to resolve it."""

    match: re.Match[str]
    rule: str
    published: date | None
    words: DateWords

    def group(self, name: str) -> str | None:
        return self.match.groupdict().get(name)

    def number(self, name: str) -> int | None:
        value = self.group(name)
        return int(value) if value else None

    def month(self, name: str = "month") -> int | None:
        """Return the number of the month, None for a word in lower case, which is no month."""
        word = self.group(name)
        if not word or not word[0].isupper():
            return None
        return self.words.months.get(" ".join(word.lower().split()))

    def found(
        self,
        start: date | None,
        end: date | None,
        precision: str,
        basis: str = "explicit",
        direction: str | None = None,
    ) -> FoundDate:
        if direction is None:
            direction = _direction(start, end, self.published)
        return FoundDate(self.match.start(), self.match.end(), start, end, precision, basis, direction, self.rule)


def _read_numbers(item: DateMatch) -> Iterator[FoundDate]:
    """An all-numeric date: the order of day and month is the language's unless only the other one exists."""
    first, second, year = item.number("first"), item.number("second"), item.number("year")
    if first is None or second is None:
        first, second = item.number("day"), item.number("month")
        orders = [(first, second)]
    else:
        orders = [(first, second), (second, first)] if item.words.day_first else [(second, first), (first, second)]
    for day, month in orders:
        found = make_date(year, month, day)
        if found:
            yield item.found(found, found, "day")
            return


def _read_day(item: DateMatch) -> Iterator[FoundDate]:
    """A day and month, with a year or without."""
    month = item.month()
    if month is None:
        return
    start = resolve_day(item.number("year"), month, item.number("day"), item.published)
    if start:
        yield item.found(start, start, "day")
    elif item.published is None and item.number("year") is None and day_exists(month, item.number("day")):
        yield item.found(None, None, "none")


def _read_span(item: DateMatch) -> Iterator[FoundDate]:
    """The first and last day of a span; the year may stand at either."""
    month = item.month()
    last_month = item.month("month_to") if item.group("month_to") else month
    day, last_day = item.number("day"), item.number("day_to")
    if month is None or last_month is None or not (day_exists(month, day) and day_exists(last_month, last_day)):
        return
    last_year = item.number("year_to") or item.number("year")
    year = item.number("year") if item.number("year_to") or "month_to" not in item.match.groupdict() else None
    if last_year is not None:
        end = make_date(last_year, last_month, last_day)
        crosses = (month, day) > (last_month, last_day)
        start = make_date(year or last_year - crosses, month, day)
    else:
        start = resolve_day(None, month, day, item.published)
        end = resolve_day(None, last_month, last_day, start)
        if start and end and end < start:
            end = make_date(start.year + 1, last_month, last_day)
    if start and end and start <= end:
        yield item.found(start, end, "day")
    elif item.published is None and last_year is None:
        yield item.found(None, None, "none")


def _read_month(item: DateMatch) -> Iterator[FoundDate]:
    """A month with a year, or one that a word before it makes a date."""
    month, year = item.month(), item.number("year")
    if month is None:
        return
    before = " ".join((item.group("before") or "").lower().split())
    if year is None and item.published is not None:
        past, future = before in item.words.past_before_month, before in item.words.future_before_month
        year = year_of_month(item.published, month, "past" if past else "future" if future else "none")
    if year is None:
        yield item.found(None, None, "none")
    elif first := make_date(year, month, 1):
        yield item.found(first, last_of_month(year, month), "month")


def _read_year(item: DateMatch) -> Iterator[FoundDate]:
    year = item.number("year")
    if year is not None:
        yield item.found(date(year, 1, 1), date(year, 12, 31), "year")


def _read_relative_day(item: DateMatch) -> Iterator[FoundDate]:
    word = " ".join((item.group("word") or "").lower().split())
    relative = item.words.days.get(word)
    if relative is None:
        return
    day = shift_day(item.published, relative.shift)
    number = item.number("number")
    if day and number is not None and number != day.day:
        day = nearest_with_number(day, number) or day
    direction = ("past", "none", "future")[(relative.shift > 0) - (relative.shift < 0) + 1]
    yield item.found(day, day, "day" if day else "none", relative.basis, direction if day is None else None)


def _read_days_ago(item: DateMatch) -> Iterator[FoundDate]:
    word = " ".join((item.group("count") or "").lower().split())
    count = int(word) if word.isdigit() else item.words.numbers[word]
    ago = item.group("ago") is not None
    day = shift_day(item.published, -count if ago else count)
    yield item.found(day, day, "day" if day else "none", "today", "past" if ago else "future")


def _read_period(item: DateMatch) -> Iterator[FoundDate]:
    word = " ".join((item.group("word") or "").lower().split())
    unit, shift = item.words.periods[word]
    direction = ("past", "none", "future")[(shift > 0) - (shift < 0) + 1]
    if unit == "week" or item.published is None:
        yield item.found(None, None, "none", direction=direction)
        return
    months = item.published.year * 12 + item.published.month - 1 + (shift if unit == "month" else 12 * shift)
    year, month = months // 12, months % 12 + 1
    if not date.min.year <= year <= date.max.year:
        return
    if unit == "month":
        yield item.found(date(year, month, 1), last_of_month(year, month), "month", direction=direction)
    else:
        yield item.found(date(year, 1, 1), date(year, 12, 31), "year", direction=direction)


def _read_weekday(item: DateMatch) -> Iterator[FoundDate]:
    word = item.group("weekday") or ""
    if not word[:1].isupper() and word not in item.words.day_names:
        return
    if item.group("future"):
        direction = "future"
    elif item.group("past"):
        direction = "past"
    else:
        direction = "future" if _lies_ahead(item) else "none"
    if item.published is None:
        yield item.found(None, None, "none", "weekday", direction)
        return
    back = (item.published.weekday() - item.words.weekdays[word.lower()]) % 7
    shift = 7 - back if direction == "future" else -7 if back == 0 and item.group("past") else -back
    day = shift_day(item.published, shift)
    number = item.number("number")
    if day and number is not None and number != day.day:
        day = next((near for near in (shift_day(day, 7), shift_day(day, -7)) if near and near.day == number), day)
    if day:
        yield item.found(day, day, "day", "weekday")


def _read_this_month(item: DateMatch) -> Iterator[FoundDate]:
    if item.published is not None:
        day = make_date(item.published.year, item.published.month, item.number("day"))
        if day:
            yield item.found(day, day, "day")


READERS: dict[str, Callable[[DateMatch], Iterator[FoundDate]]] = {
    "iso": _read_numbers,
    "numeric": _read_numbers,
    "day_span": _read_span,
    "cross_span": _read_span,
    "month_span": _read_span,
    "month_cross": _read_span,
    "day_month": _read_day,
    "month_day": _read_day,
    "month_year": _read_month,
    "month": _read_month,
    "year": _read_year,
    "relative_day": _read_relative_day,
    "days_ago": _read_days_ago,
    "period": _read_period,
    "weekday": _read_weekday,
    "this_month": _read_this_month,
}


def _lies_ahead(item: DateMatch) -> bool:
    """Say whether the nearest cue before the match, or else after it, is one for the future."""
    text, cue = item.match.string, item.words.patterns["cue"]
    begin, end = item.match.span()
    before = [match.group() for match in cue.finditer(text, max(0, begin - NEAR), begin)]
    after = cue.search(text, end, min(len(text), end + NEAR))
    nearest = before[-1] if before else after.group() if after else ""
    return " ".join(nearest.lower().split()) in item.words.future_words


def _direction(start: date | None, end: date | None, published: date | None) -> str:
    if start is None or end is None or published is None:
        return "none"
    if start > published:
        return "future"
    return "past" if end < published else "none"
