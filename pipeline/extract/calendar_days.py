"""Days of the calendar: made, moved and resolved, None where there is no such day."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def make_date(year: int | None, month: int | None, day: int | None) -> date | None:
    """Return the day, None when a part is missing or there is no such day."""
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def day_exists(month: int, day: int | None) -> bool:
    """Say whether some year has this day."""
    return make_date(2000, month, day) is not None


def resolve_day(year: int | None, month: int, day: int | None, published: date | None) -> date | None:
    """Return the date, in the year nearest to publication where the text names none."""
    if year is not None:
        return make_date(year, month, day)
    if published is None:
        return None
    days = (make_date(published.year + shift, month, day) for shift in (0, -1, 1))
    return min((found for found in days if found), key=lambda found: abs((found - published).days), default=None)


def year_of_month(published: date, month: int, direction: str = "none") -> int:
    """Return the year of a month: of the last one before publication (past), the next one (future) or the nearest."""
    if direction == "past":
        return published.year if month < published.month else published.year - 1
    if direction == "future":
        return published.year if month > published.month else published.year + 1
    distance = month - published.month
    return published.year + (distance < -6) - (distance > 6)


def nearest_with_number(day: date, number: int) -> date | None:
    """Return the nearest day of that number in its month, the earlier of two; None where no month around has it."""
    near = (shift_day(day, sign * shift) for shift in range(1, 16) for sign in (-1, 1))
    return next((found for found in near if found and found.day == number), None)


def last_of_month(year: int, month: int) -> date:
    """Return the last day of the month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def shift_day(day: date | None, days: int) -> date | None:
    """Return the day so many days later, None without a day or beyond the calendar."""
    try:
        return None if day is None else day + timedelta(days=days)
    except OverflowError:
        return None
