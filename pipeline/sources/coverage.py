"""How much of an interval the walks through a source's listings could see. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pipeline.records import Coverage, Interval
from pipeline.sources.dates import day_begins
from pipeline.sources.model import Source

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one way showed: all that its section published from `begin` (None: unknown) to `end`; why no more."""

    section: str
    begin: datetime | None
    reason: str
    end: datetime = END


def judge_coverage(reaches: Sequence[Reach], source: Source, interval: Interval, now: datetime) -> Coverage:
    """Return complete, partial or unknown for the interval, and why.

    Complete: every section was seen from the interval's first to its last moment. Unknown: of some section nothing
    can be said. An interval that has not ended, or begins before the source can list, is partial.
    """
    start = day_begins(source.start, source.zone)
    begin = max(interval.start or start, start)
    end = min(interval.end or now, now)
    limits = []
    if interval.start is not None and interval.start < start:
        limits.append(f"the source lists nothing before {source.start}")
    if interval.end is not None and interval.end > now:
        limits.append(f"the interval ends only on {_day(interval.end)}")
    if not reaches:
        return Coverage("unknown", "no way of listing reaches into the interval")
    if begin >= end:
        return Coverage("unknown", "; ".join(limits) or "the interval is empty")
    sections: dict[str, list[Reach]] = {}
    for reach in reaches:
        sections.setdefault(reach.section, []).append(reach)
    seen, gaps = [], []
    for name, ways in sections.items():
        words = f"{name}: " if name else ""
        missing = _first_gap(ways, begin, end)
        if missing is None:
            seen.append(words + _joined(_covering(ways, begin)))
        else:
            gaps.append((words + _joined(ways), any(_sees(way, begin, end) for way in ways)))
    if not gaps:
        return Coverage("partial" if limits else "complete", "; ".join(limits or seen))
    state = "partial" if all(partly for _, partly in gaps) else "unknown"
    return Coverage(state, "; ".join([*limits, *(reason for reason, _ in gaps)]))


def _first_gap(ways: Iterable[Reach], begin: datetime, end: datetime) -> datetime | None:
    """Return the first moment of [begin, end) that no way saw; None if all were seen."""
    at = begin
    for way in sorted((way for way in ways if way.begin is not None), key=lambda way: way.begin or BEGINNING):
        if way.begin is not None and way.begin <= at < way.end:
            at = way.end
    return at if at < end else None


def _sees(way: Reach, begin: datetime, end: datetime) -> bool:
    return way.begin is not None and way.begin < end and way.end > begin


def _covering(ways: Sequence[Reach], begin: datetime) -> list[Reach]:
    return [way for way in ways if way.begin is not None and way.begin <= begin < way.end][:1] or list(ways)


def _joined(ways: Iterable[Reach]) -> str:
    return ", ".join(dict.fromkeys(way.reason for way in ways))


def _day(moment: datetime) -> date:
    return moment.date()
