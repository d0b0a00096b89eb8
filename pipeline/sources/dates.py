"""Dates as feeds and listings write them, read into moments. Pure; never invents a date that could be read two ways."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True)
class ListedDate:
    """A moment in UTC; with `date_only`, the first moment of the issuer's local day."""

    moment: datetime
    date_only: bool = False


@dataclass(frozen=True, slots=True)
class DateManner:
    """How an issuer writes dates: zone, strptime formats to try first, day before month or not, month names."""

    zone: ZoneInfo
    formats: Sequence[str] = ()
    day_first: bool | None = None
    months: Sequence[str] = ()


_ISO = re.compile(r"\d{4}-?\d{2}-?\d{2}(?:[T ]\d{2}.*)?", re.ASCII | re.DOTALL)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
_MAIL = re.compile(
    r"(?:\w{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\s+\d{2,4}\s+\d{1,2}:\d{2}(?::\d{2})?\s+"
    r"(?:[+-]\d{4}|UTC?|GMT|Z|[ECMP][SD]T)(?:\s*\(.*\))?",
    re.ASCII,
)
_NUMBERS = re.compile(r"(?<!\d)(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)", re.ASCII)
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s,.]+([^\W\d_]{3,})[\s,.]+(\d{4})(?!\d)")
_MONTH_DAY = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,})[\s.]+(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})(?!\d)")
_CLOCK = re.compile(
    r"(?<![\d:+])(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:])\s*([AaPp]\.?[Mm]\b)?\s*(UTC|GMT|Z\b|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


def read_date(text: str, manner: DateManner) -> ListedDate | None:
    """Return the moment that the text names, None where it names none or could be read two ways.

    Read are: the manner's own formats, epoch seconds or milliseconds, ISO 8601, RFC 822, `24 June 2022 - 23:23`,
    `June 24, 2022, 17:30`, `2022/06/24`, `24.06.2022`, and `24/06/2022` or `24-06-2022`, which need `day_first`
    unless one number exceeds 12. Times without a zone are the issuer's local ones. Years outside 1900 to 2199 are
    taken for mistakes.
    """
    text = " ".join(text.split())
    if not text:
        return None
    try:
        return _by_format(text, manner) or _by_standard(text, manner) or _by_shape(text, manner)
    except (ValueError, OverflowError):
        return None


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a local day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_ends(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment after the local day in which the moment lies, in UTC."""
    return day_begins(moment.astimezone(zone).date() + timedelta(days=1), zone)


def _by_format(text: str, manner: DateManner) -> ListedDate | None:
    named = _english_months(text, manner.months)
    for pattern in manner.formats:
        try:
            read = datetime.strptime(named, pattern)
        except ValueError:
            continue
        return _listed(read, manner, has_clock=any(mark in pattern for mark in ("%H", "%I", "%c", "%X", "%s", "%T")))
    return None


def _by_standard(text: str, manner: DateManner) -> ListedDate | None:
    if _EPOCH.fullmatch(text):
        return _listed(datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC), manner)
    if _ISO.fullmatch(text):
        try:
            return _listed(datetime.fromisoformat(text), manner, has_clock=len(text) > 10)
        except ValueError:
            return None if text[4] != "-" else _by_shape(text, manner)
    return _listed(parsedate_to_datetime(text), manner) if _MAIL.fullmatch(text) else None


def _by_shape(text: str, manner: DateManner) -> ListedDate | None:
    named = _english_months(text, manner.months)
    day = _numeric_day(named, manner) or _named_day(named)
    if day is None:
        return None
    clock = _CLOCK.search(named)
    if clock is None:
        return _listed(datetime.combine(day, time()), manner, has_clock=False)
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + (12 if clock[4][0] in "Pp" else 0)
    read = datetime.combine(day, time(hour, int(clock[2]), int(clock[3] or 0)))
    return _listed(read.replace(tzinfo=_offset(clock[5])) if clock[5] else read, manner)


def _offset(mark: str) -> timezone:
    if mark[0] not in "+-":
        return UTC
    digits = mark[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if mark[0] == "-" else offset)


def _numeric_day(text: str, manner: DateManner) -> date | None:
    match = _NUMBERS.search(text)
    if match is None:
        return None
    first, mark, second, third = match[1], match[2], int(match[3]), match[4]
    if len(first) == 4 and len(third) <= 2:
        return date(int(first), second, int(third))
    if len(third) != 4 or len(first) > 2:
        return None  # a year of two digits: only a format of the source's own can say which number it is
    day_first = True if mark == "." and manner.day_first is None else manner.day_first
    if int(first) > 12 or second > 12:
        day_first = int(first) > 12
    if day_first is None and int(first) != second:
        return None
    day, month = (int(first), second) if day_first else (second, int(first))
    return date(int(third), month, day)


def _named_day(text: str) -> date | None:
    for pattern, parts in ((_DAY_MONTH, (1, 2, 3)), (_MONTH_DAY, (2, 1, 3))):
        for match in pattern.finditer(text):
            day, name, year = (match[part] for part in parts)
            month = _month_number(name)
            if month is not None:
                return date(int(year), month, int(day))
    return None


def _month_number(name: str) -> int | None:
    """Return the month that an English name of at least three letters begins."""
    for number in range(1, 13):
        if calendar.month_name[number].lower().startswith(name.lower()):
            return number
    return None


def _english_months(text: str, months: Sequence[str]) -> str:
    """Return the text with the issuer's month names replaced by those that strptime knows."""
    for number, name in sorted(enumerate(months, 1), key=lambda pair: -len(pair[1])):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", calendar.month_name[number], text, flags=re.IGNORECASE)
    return text


def _listed(read: datetime, manner: DateManner, *, has_clock: bool = True) -> ListedDate | None:
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        return None
    moment = read if read.tzinfo else read.replace(tzinfo=manner.zone)
    return ListedDate(moment.astimezone(UTC).replace(microsecond=0), date_only=not has_clock)
