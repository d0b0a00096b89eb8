"""The date words of a language as compiled patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.languages import Language
from pipeline.vocabulary.files import naming

DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

MONTH_RULES = ("day_span", "cross_span", "month_span", "month_cross", "day_month", "month_day", "month_year")

_SPACE = r"(?:[^\S\n]{1,3}|\n)"
_GAP = r"(?:[^\S\n]{0,3}|\n)"
_FREE = r"(?<![\w/])(?<!\d[.,:])"
_NUMBER = r"\d{1,2}"
_DIGITS = tuple("0123456789")
_CENTURIES = ("19", "20")
_YEAR = rf"(?:{'|'.join(_CENTURIES)})\d\d"
_STOP = r"(?![^\W_])"


@dataclass(frozen=True, slots=True)
class RelativeDay:
    """A word for a day counted from publication."""

    shift: int
    basis: str


@dataclass(frozen=True)
class DateWords:
    """One language's patterns by name, what their words mean, and `gates`: a lower-case text that lacks every piece
    of one of the lists is not searched with these patterns.

    Groups of the patterns: day, month, year of the first date, day_to, month_to, year_to of the last, word and
    bracketed number of a relative day, past and future before a weekday.
    """

    patterns: Mapping[str, re.Pattern[str]]
    gates: tuple[tuple[tuple[tuple[str, ...], ...], tuple[str, ...]], ...]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    day_names: frozenset[str]
    days: Mapping[str, RelativeDay]
    numbers: Mapping[str, int]
    periods: Mapping[str, tuple[str, int]]
    past_before_month: frozenset[str]
    future_before_month: frozenset[str]
    future_words: frozenset[str]
    day_first: bool


@cache
def date_words(language: Language) -> DateWords:
    """Return the compiled date words of a language, built once. Raises ConfigurationError for an incomplete file."""
    with naming(f"languages/{language.code}/dates.yml"):
        return _compile(language.dates)


def _compile(data: Mapping[str, Any]) -> DateWords:
    months = {form: int(number) for number, forms in data["months"].items() for form in forms}
    weekdays = {form: DAY_NAMES.index(name) for name, forms in data["weekdays"].items() for form in forms}
    days = {form: RelativeDay(entry["shift"], entry["basis"]) for entry in data["days"] for form in entry["forms"]}
    periods = {
        form: (unit, int(shift))
        for unit, shifts in data["periods"].items()
        for shift, forms in shifts.items()
        for form in forms
    }
    return DateWords(
        patterns=_compile_patterns(data, months, weekdays, days, periods),
        gates=(
            ((_DIGITS, _longest_words(months)), MONTH_RULES),
            ((_longest_words(months),), ("month",)),
            ((_CENTURIES,), ("iso", "numeric", "year")),
            ((_DIGITS, _longest_words(data["this_month"])), ("this_month",)),
            ((_longest_words(days),), ("relative_day",)),
            ((_longest_words([*data["days_ago"], *data["days_ahead"]]),), ("days_ago",)),
            ((_longest_words(periods),), ("period",)),
            ((_longest_words(weekdays),), ("weekday",)),
        ),
        months=months,
        weekdays=weekdays,
        day_names=frozenset(forms[0] for forms in data["weekdays"].values()),
        days=days,
        numbers=data["numbers"],
        periods=periods,
        past_before_month=frozenset(data["past_before_month"]),
        future_before_month=frozenset(data["future_before_month"]),
        future_words=frozenset(data["future_words"]),
        day_first=bool(data["day_first"]),
    )


def _compile_patterns(
    data: Mapping[str, Any], months: Iterable[str], weekdays: Iterable[str], days: Iterable[str], periods: Iterable[str]
) -> dict[str, re.Pattern[str]]:
    endings = f"(?:{_any(data['ordinal_endings'])})?"
    month_name = rf"(?:{_any(months)}){_STOP}\.?"
    span = rf"{_GAP}(?:{_any(data['span_joiners'])}){_GAP}"
    joined = rf"{_GAP},?{_GAP}(?:{_any([*data['span_joiners'], *data['list_joiners']])}){_GAP}"
    article = rf"(?:(?:{_any(data['article'])}){_SPACE})?"
    of = rf"(?:{_SPACE}(?:{_any(data['day_of'])}))?"
    opener = rf"(?:(?:{_any(data['span_openers'])}){_SPACE})?"
    before_weekday = [*data["weekday_past"], *data["weekday_future"], *data["weekday_open"]]
    day_name = rf"(?:{_any([*weekdays, *data['weekdays_short']])}){_STOP}\.?,?{_GAP}\(?"
    on = rf"(?:(?:(?:{_any(before_weekday)}){_SPACE})?{day_name})?{article}"
    after_no_day = r"(?<!\d )" + "".join(rf"(?<!\d{re.escape(ending)} )" for ending in data["ordinal_endings"])
    days_between = rf"(?:,{_GAP}{_NUMBER}{endings}){{0,6}}"

    def day(suffix: str = "") -> str:
        return rf"(?P<day{suffix}>{_NUMBER}){endings}{_STOP}"

    def month(suffix: str = "") -> str:
        return rf"(?P<month{suffix}>{_any(months)}){_STOP}\.?"

    def year(suffix: str = "") -> str:
        return rf"(?:(?:{_any(data['years_after'])}){_SPACE}(?P<year{suffix}>{_YEAR}){_STOP})?"

    bracket = rf"(?:,?{_SPACE}\((?P<number>{_NUMBER}){endings}\))?"
    sources = {
        "iso": rf"{_FREE}(?P<year>{_YEAR})-(?P<month>\d\d)-(?P<day>\d\d)(?![\w-])",
        "numeric": rf"{_FREE}(?P<first>{_NUMBER})(?P<mark>[./-])(?P<second>{_NUMBER})(?P=mark)"
        rf"(?P<year>{_YEAR})(?![\w/-])",
        "day_span": rf"{_FREE}{opener}{article}{day()}{days_between}"
        rf"{joined}{article}{day('_to')}{of}{_SPACE}{month()}{year()}",
        "cross_span": rf"{_FREE}{opener}{article}{day()}{of}{_SPACE}{month()}{year()}"
        rf"{span}{article}{day('_to')}{of}{_SPACE}{month('_to')}{year('_to')}",
        "month_span": rf"{_FREE}{opener}{month()}{_SPACE}{article}{day()}{days_between}{joined}{article}{day('_to')}"
        rf"(?!{of}{_SPACE}{month_name}){year()}",
        "month_cross": rf"{_FREE}{opener}{month()}{_SPACE}{day()}{year()}"
        rf"{span}{month('_to')}{_SPACE}{day('_to')}{year('_to')}",
        "day_month": rf"{_FREE}{on}{day()}{of}{_GAP}{month()}{year()}",
        "month_day": rf"{_FREE}{on}{month()}{_SPACE}{article}{day()}(?![:.]\d){year()}",
        "month_year": rf"{after_no_day}{_FREE}{month()}(?:{_any(data['years_after'])}){_SPACE}(?P<year>{_YEAR}){_STOP}",
        "month": rf"{_FREE}(?P<before>{_any(data['before_month'])}){_SPACE}{month()}(?!{_SPACE}(?:\d|{_YEAR}))",
        "year": rf"{_FREE}(?:{_any(data['before_year'])}){_SPACE}(?P<year>{_YEAR})(?![\w-]|[.,]\d)",
        "relative_day": rf"{_FREE}(?P<word>{_any(days)}){_STOP}{bracket}",
        "days_ago": rf"{_FREE}(?P<count>\d{{1,2}}|{_any(data['numbers'])}){_SPACE}"
        rf"(?:(?P<ago>{_any(data['days_ago'])})|(?:{_any(data['days_ahead'])})){_STOP}",
        "period": rf"{_FREE}(?P<word>{_any(periods)}){_STOP}",
        "weekday": rf"{_FREE}(?:(?:(?P<past>{_any(data['weekday_past'])})|(?P<future>{_any(data['weekday_future'])})"
        rf"|(?:{_any(data['weekday_open'])})){_SPACE})?(?P<weekday>{_any(weekdays)}){_STOP}"
        rf"(?:,?{_SPACE}(?:{_any(data['parts_of_day'])}){_STOP})?{bracket}",
        "this_month": rf"{_FREE}{article}{day()}{_SPACE}(?:{_any(data['this_month'])}){_STOP}",
        "cue": rf"{_FREE}(?:{_any([*data['future_words'], *data['past_words']])}){_STOP}",
        "not_date": rf"{_FREE}(?:{_any(data['not_dates'])}){_STOP}",
        "dateline_end": rf"\s{{0,2}},?\)?\s{{0,2}}(?:\([^)\n]{{2,24}}\)|[A-Z]{{2,12}})?"
        rf"\s{{0,2}}(?:{_any(data['dateline_ends'])})",
    }
    cased = {"dateline_end"}
    return {name: re.compile(source, 0 if name in cased else re.IGNORECASE) for name, source in sources.items()}


def _longest_words(forms: Iterable[str]) -> tuple[str, ...]:
    """Return the longest word of each form: a text that holds none of them holds no form."""
    return tuple({max(form.split(), key=len): None for form in forms})


def _any(forms: Iterable[str]) -> str:
    """Return a pattern for any of these forms, longest first, each space any space."""
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return "|".join(_SPACE.join(re.escape(word) for word in form.split(" ")) for form in ordered)
