"""Text -> dates as issuers write them, in many languages; what can be read two ways comes back as both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache

from pipeline.parse.words import fold, load_words

FIRST_YEAR, LAST_YEAR = 1990, 2199
LONGEST = 500
"""Characters that are searched: a line that tells a date is far shorter, and the time that patterns take is bounded."""


@dataclass(frozen=True, slots=True)
class DateManner:
    """How a page writes dates. `day_first` is None where nobody said; `country` is an ISO 3166-1 alpha-2 code."""

    language: str | None = None
    country: str | None = None
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date in a text: the half-open range of `DatedText.folded` that it and its time take.

    `days` holds one day, or two where day and month could be either way round. `clock` has a zone only where the text
    names one.
    """

    begin: int
    end: int
    days: tuple[date, ...]
    clock: time | None


@dataclass(frozen=True, slots=True)
class DatedText:
    """A text folded for comparison, and the dates in it in order."""

    folded: str
    dates: tuple[WrittenDate, ...]


_WORD = r"[^\W\d_][^\s\d.,،;:/()|–—‑-]*"
_LINK = r"(?:(?:of|de|del|di|do|ta'|den)\s+)?"
_DAY = r"(?<![\d.,:])(\d{1,2})"
_YEAR = r"(\d{4})(?!\d)"
_MARK = r"\s?[-/.年년]\s?\d"
_NUMERIC = re.compile(rf"\d{_MARK}")
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(\d{4})\s?([-/.年년])\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)[日일]?")
_NUMBERS = re.compile(r"(?<![\d/.-])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/])")
_DAY_MONTH = re.compile(
    rf"{_DAY}(?:st|nd|rd|th|er|e|a|o|°)?[.,]?\s*[-/]?\s*{_LINK}({_WORD}(?:\s+{_WORD})?)[.,،]?\s*"
    rf"(?:/\s*{_WORD}(?:\s+{_WORD})?\s*)?[-/,]?\s*{_LINK}{_YEAR}"
)
_MONTH_DAY = re.compile(rf"(?<![^\W\d_])({_WORD}(?:\s+{_WORD})?)[.,]?\s*(\d{{1,2}})(?:st|nd|rd|th)?\.?,?\s*{_YEAR}")
_YEAR_MONTH_DAY = re.compile(rf"(?<!\d)(\d{{4}})[.,]?\s+(?:{_WORD}\.?\s+)??({_WORD})[.,]?\s+(\d{{1,2}})(?!\d)")
_YEAR_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{4}})(?:\.?\s+|-){_WORD}\s+(\d{{1,2}})\.?[\s-]+({_WORD})(?!\S*[\s,]+\d{{4}})"
)
_MAY_DATE = re.compile(rf"\d(?:\d{{3}}|{_MARK})")
_SPLIT_YEAR_FIRST = re.compile(r"(?<![\d/.-])(\d{4})\s+(\d{2})/(\d{2})(?=\s+\d{2}:\d{2})")
_ERA = re.compile(r"(民國|民国|令和|平成)\s?(\d{1,3})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日?")
_SHORT_YEAR_FIRST = re.compile(r"(?<![\d/.-])(1\d{2})\s?([-/.年])\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)日?")
_CLOCK = r"(?<!\d)([01]?\d|2[0-4])\s?[:.h時时]\s?([0-5]\d)(?:\s?[:.分]\s?([0-5]\d))?(?:\.\d+)?(?!\d)"
_HALF = r"(?:\s?([ap])\.?\s?m\b\.?|\s?([صم])(?!\w))?"
_ZONE = (
    r"(?:\s?\(?(?:gmt|utc)\s?([+-]\d{1,2})(?::?([0-5]\d))?(?!\d)\)?"
    r"|\s?\(?(z|utc|gmt)(?![^\W\d_])\)?|\s?([+-]\d{2}):?([0-5]\d))?"
)
_GAP = r"[\s,|·•/–—()-]{0,5}(?:(?:года|г|року|р|year)\b\.?[\s,–—-]*)?"
_AT = r"(?:(?:at|um|a|a las|as|ore|kl|saat|в|о|الساعه|علي الساعه)\b\.?\s*)?t?"
_CLOCK_AFTER = re.compile(rf"{_GAP}{_AT}{_CLOCK}{_HALF}{_ZONE}")
_CLOCK_BEFORE = re.compile(rf"{_CLOCK}{_HALF}{_ZONE}[\s,|·•/–—-]{{0,5}}$")
_SOLAR_HIJRI_EPOCH = date(2021, 3, 21).toordinal()  # 1 Farvardin 1400


_WRITTEN_OUT = re.compile(r"(\w{4})年(\w{1,3})月(\w{1,3})日")


def read_dates(text: str, manner: DateManner) -> DatedText:
    """Return the days between 1990 and 2199 that the text writes out in full, with the time of day beside them."""
    text = " ".join(text[: 2 * LONGEST].split())[:LONGEST]
    folded = fold(_ascii_digits(_WRITTEN_OUT.sub(_in_digits, text) if "年" in text else text))
    if not may_hold_date(folded):
        return DatedText(folded, ())
    found: list[tuple[int, int, tuple[date, ...]]] = []
    for begin, end, days in sorted(_all_days(folded, manner), key=lambda item: (item[0], -item[1])):
        days = tuple(day for day in days if FIRST_YEAR <= day.year <= LAST_YEAR)
        if days and (not found or begin >= found[-1][1]):
            found.append((begin, end, days))
    return DatedText(folded, tuple(_with_clock(folded, *item) for item in found))


def may_hold_date(text: str) -> bool:
    """Say whether the text has what every written date has: four digits on end, or two numbers with a mark between."""
    return _MAY_DATE.search(text) is not None


def is_other_date(text: str) -> bool:
    """Say whether a folded text before a date labels it as another than that of publication."""
    text = " " + text.strip(" :：,-–|")
    return text.endswith(load_words().other_dates)


def read_instant(text: str) -> datetime | date | None:
    """Return the moment or day that a value of ISO 8601, RFC 3339 or epoch seconds names; None for others.

    A datetime without a zone is naive.
    """
    value = text.strip()
    if re.fullmatch(r"\d{10}(?:\d{3})?", value, re.ASCII):
        return datetime.fromtimestamp(int(value[:10]), UTC)
    if not re.match(r"(?:19|2\d)\d\d-?[01]\d-?[0-3]\d(?:$|[T ])", value, re.ASCII):
        return None
    cleaned = re.sub(r"(\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*", r"\1", value.replace(" UTC", "Z"))
    try:
        read = datetime.fromisoformat(cleaned)
    except ValueError:
        try:
            return date.fromisoformat(cleaned[:10])
        except ValueError:
            return None
    has_clock = len(cleaned) > 10 or (len(cleaned) > 8 and "-" not in cleaned)
    return read if has_clock else read.date()


def _all_days(text: str, manner: DateManner) -> list[tuple[int, int, tuple[date, ...]]]:
    words = load_words()
    months = words.months_of(manner.language)
    found = []

    def keep(match: re.Match[str], *days: date | None) -> None:
        real = tuple(dict.fromkeys(day for day in days if day is not None))
        if real:
            found.append((match.start(), match.end(), real))

    if _NUMERIC.search(text):
        for match in _YEAR_FIRST.finditer(text):
            keep(match, _day(int(match[1]), int(match[3]), int(match[4]), manner))
        for match in _SPLIT_YEAR_FIRST.finditer(text):
            keep(match, _gregorian(int(match[1]), int(match[2]), int(match[3])))
        for match in _NUMBERS.finditer(text):
            keep(match, *_numbers(match, manner))
    for match in _DAY_MONTH.finditer(text):
        keep(match, _named(int(match[3]), match[2], int(match[1]), months, words.solar_hijri_months, manner))
    for match in _MONTH_DAY.finditer(text):
        keep(match, _named(int(match[3]), match[1], int(match[2]), months, {}, manner, from_end=True))
    for match in _YEAR_MONTH_DAY.finditer(text):
        keep(match, _named(int(match[1]), match[2], int(match[3]), months, {}, manner))
    for match in _YEAR_DAY_MONTH.finditer(text):
        keep(match, _named(int(match[1]), match[3], int(match[2]), months, {}, manner))
    if any(word in text for word in words.numbered_months):
        for year, month, day, match in _numbered_months(text):
            keep(match, _day(year, month, day, manner))
    for match in _ERA.finditer(text):
        keep(match, _gregorian(int(match[2]) + words.eras[match[1]], int(match[3]), int(match[4])))
    if manner.country == "TW":
        for match in _SHORT_YEAR_FIRST.finditer(text):
            keep(match, _gregorian(int(match[1]) + words.eras["民國"], int(match[3]), int(match[4])))
    return found


def _numbered_months(text: str) -> Iterator[tuple[int, int, int, re.Match[str]]]:
    """Yield dates whose month is a number beside a word for it, the year last or first."""
    year_last, year_first = _numbered_patterns()
    for match in year_last.finditer(text):
        yield int(match[3]), int(match[2]), int(match[1]), match
    for match in year_first.finditer(text):
        yield int(match[1]), int(match[2]), int(match[3]), match


@cache
def _numbered_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    word = "|".join(sorted(load_words().numbered_months))
    return (
        re.compile(rf"{_DAY}\s+(?:{word})\s+(\d{{1,2}})[,.]?\s+(?:{_WORD}\s+)?{_YEAR}"),
        re.compile(
            rf"(?<!\d)(\d{{4}})\s+(?:{_WORD}\s+)?(\d{{1,2}})(?:-{_WORD})?\s+(?:{_WORD}\s+)?(?:{word})\s+(\d{{1,2}})(?!\d)"
        ),
    )


def _numbers(match: re.Match[str], manner: DateManner) -> tuple[date | None, ...]:
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    day_first = manner.day_first
    if len(match[4]) == 2:
        if day_first is None:
            return ()
        year += 2000
    if day_first is None and (match[2] == "." or manner.language not in (None, "en")):
        day_first = True
    by_day, by_month = _day(year, second, first, manner), _day(year, first, second, manner)
    if day_first is None:
        return by_day, by_month
    return (by_day or by_month,) if day_first else (by_month or by_day,)


def _named(
    year: int,
    name: str,
    day: int,
    months: Mapping[str, int],
    solar_hijri: Mapping[str, int],
    manner: DateManner,
    *,
    from_end: bool = False,
) -> date | None:
    """Return the day; the name may have one word too many, after it (or before it with `from_end`)."""
    parts = name.split()
    for candidate in (" ".join(parts), parts[-1] if from_end else parts[0]):
        candidate = candidate.strip("'’׳.॰")
        if candidate in solar_hijri and year < 1600:
            return _from_solar_hijri(year, solar_hijri[candidate], day)
        if candidate in months:
            return _day(year, months[candidate], day, manner)
    return None


def _day(year: int, month: int, day: int, manner: DateManner) -> date | None:
    if 1300 <= year < 1500 and (manner.language == "fa" or manner.country == "IR"):
        return _from_solar_hijri(year, month, day)
    if 2400 <= year < 2700 and (manner.language == "th" or manner.country == "TH"):
        year += load_words().eras[fold("พ.ศ")]
    return _gregorian(year, month, day)


def _gregorian(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_solar_hijri(year: int, month: int, day: int) -> date | None:
    """Return the Gregorian day by the 33-year cycle, which holds from 1178 to 1633 in that calendar."""
    if not (1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):
        return None
    before = 31 * (month - 1) if month < 8 else 186 + 30 * (month - 7)
    return date.fromordinal(_SOLAR_HIJRI_EPOCH + _solar_days(year) - _solar_days(1400) + before + day - 1)


def _solar_days(year: int) -> int:
    shifted = year + 1595
    return 365 * shifted + shifted // 33 * 8 + (shifted % 33 + 3) // 4


def _with_clock(text: str, begin: int, end: int, days: tuple[date, ...]) -> WrittenDate:
    after = _CLOCK_AFTER.match(text, end)
    if after is not None:
        return WrittenDate(begin, after.end(), days, _clock(after))
    before = _CLOCK_BEFORE.search(text, max(0, begin - 24), begin)
    if before is not None:
        return WrittenDate(before.start(), end, days, _clock(before))
    return WrittenDate(begin, end, days, None)


def _clock(match: re.Match[str]) -> time | None:
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    half = match[4] or {"ص": "a", "م": "p", None: ""}[match[5]]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    zone: timezone | None = None
    if match[8]:
        zone = UTC
    elif ahead := match[6] or match[9]:
        minutes = int(ahead[1:]) * 60 + int(match[7] or match[10] or 0)
        if minutes <= 14 * 60:
            zone = timezone(timedelta(minutes=-minutes if ahead[0] == "-" else minutes))
    return None if hour > 23 else time(hour, minute, second, tzinfo=zone)


def _in_digits(match: re.Match[str]) -> str:
    """Return a date that is written out in Chinese numerals in digits; left as it is where they are none."""
    digits = load_words().written_digits
    year = "".join(str(digits.find(letter)) for letter in match[1])
    numbers = []
    for word in (match[2], match[3]):
        tens, ten, ones = word.rpartition("十")
        if not all(letter in digits for letter in tens + ones):
            return match[0]
        numbers.append((digits.find(tens) if tens else 1) * bool(ten) * 10 + (digits.find(ones) if ones else 0))
    return f"{year}年{numbers[0]}月{numbers[1]}日" if year.isdigit() and len(year) == 4 else match[0]


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
