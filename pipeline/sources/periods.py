"""The addresses that a way of listing starts from for an interval: its placeholders filled in. Pure."""

from __future__ import annotations

import string
from datetime import date, datetime, timedelta

from pipeline.records import Interval
from pipeline.sources.model import Source
from pipeline.sources.ways import Way

PERIODS = ("year", "month", "day")


def is_dated(way: Way) -> bool:
    """Say whether the way's address asks for the interval alone, so that its end says nothing about other times."""
    return bool(_names(way.url) & {"from", "to", *PERIODS})


def first_addresses(way: Way, source: Source, interval: Interval, now: datetime) -> list[str]:
    """Return the addresses to begin with, newest period first.

    {from} and {to} are the interval's first and last day, {year}, {month} and {day} each one that it touches, all in
    the issuer's zone and written as strftime says: {month:%Y%m}. An open interval reaches from the source's start to
    now. {n} is one step before `first`.
    """
    begin, end = local_days(source, interval, now)
    periods = [name for name in PERIODS if name in _names(way.url)]
    values: list[date] = [end]
    if periods:
        step = periods[-1]
        while (earlier := _period_before(values[-1], step)) >= _period_begin(begin, step):
            values.append(earlier)
    return list(dict.fromkeys(_fill(way.url, way.first - way.step, value, begin, end) for value in values))


def page_address(way: Way, nth: int, source: Source, interval: Interval, now: datetime) -> str | None:
    """Return the address of the nth page after the first (from 1); None where the way has no pattern for it."""
    if way.pages is None:
        return None
    begin, end = local_days(source, interval, now)
    return _fill(way.pages, way.first + (nth - 1) * way.step, end, begin, end)


def local_days(source: Source, interval: Interval, now: datetime) -> tuple[date, date]:
    """Return the interval's first and last day in the issuer's zone, clipped to the source's start and now."""
    begin = interval.start.astimezone(source.zone).date() if interval.start else source.start
    last = min(interval.end - timedelta(seconds=1), now) if interval.end else now
    begin = max(begin, source.start)
    return begin, max(begin, last.astimezone(source.zone).date())


def _fill(template: str, number: int, period: date, begin: date, end: date) -> str:
    return template.format_map({"n": number, "from": begin, "to": end, **dict.fromkeys(PERIODS, period)})


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def _period_before(day: date, step: str) -> date:
    """Return the first day of the period before the one in which the day lies."""
    return _period_begin(_period_begin(day, step) - timedelta(days=1), step)


def _period_begin(day: date, step: str) -> date:
    return {"year": day.replace(month=1, day=1), "month": day.replace(day=1), "day": day}[step]
