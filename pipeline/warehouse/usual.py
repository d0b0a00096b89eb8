"""What a source gave before a run: the measure of what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from pipeline.records import Interval, utc_now
from pipeline.settings import Settings
from pipeline.warehouse.file import open_working

NEAR = timedelta(days=90)
"""How far from a run's interval releases are looked for: sites and habits change over the years."""
MOST = 60


class EarlierRelease(NamedTuple):
    """One release that the warehouse has."""

    release_id: str
    title: str
    body: str
    has_date: bool
    date_basis: str
    language: str | None
    has_byline: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """A source's releases nearest to an interval, at most MOST within NEAR of it, but those that are new in the run.

    `new` are the ids of the run's releases that the warehouse does not have as they are. `quiet_days` is how many days
    since the newest release before the interval were covered completely by runs; None where there is no release.
    """

    new: frozenset[str]
    releases: tuple[EarlierRelease, ...] = ()
    quiet_days: int | None = None


def read_earlier(
    settings: Settings, source_id: str, interval: Interval, versions: Mapping[str, str], since: date | None = None
) -> Earlier:
    """Return what the warehouse has of the source beside what a run read.

    `versions` maps the ids of the run's releases to those of their versions; `since` is the first day whose releases count.
    """
    if not settings.working_file.exists():
        return Earlier(frozenset(versions))
    start = interval.start.replace(tzinfo=None) if interval.start else None
    end = (interval.end or utc_now()).replace(tzinfo=None)
    parameters: dict[str, Any] = {
        "source": source_id,
        "begin": (start or datetime.min) - NEAR if start else datetime(1, 1, 1),
        "start": start or end,
        "end": end,
        "until": end + NEAR,
        "since": since or date(1, 1, 1),
        "most": MOST,
    }
    with open_working(settings) as con:
        known = dict(con.execute(_KNOWN, [list(versions)]).fetchall())
        new = frozenset(key for key, version in versions.items() if known.get(key) != version)
        parameters["ids"] = list(new)
        names = {name: parameters[name] for name in ("source", "ids", "begin", "start", "until", "since", "most")}
        found = [EarlierRelease(*row) for row in con.execute(_EARLIER, names).fetchall()]
        names = {name: parameters[name] for name in ("source", "start", "since")}
        quiet = con.execute(_QUIET, names).fetchone()
    return Earlier(new, tuple(found), None if quiet is None or quiet[0] is None else int(quiet[0]))


_KNOWN = "SELECT release_id, version_id FROM releases WHERE list_contains($1, release_id)"
_EARLIER = """
SELECT release_id, title, coalesce(body, ''), published_date IS NOT NULL, date_basis, language, len(byline) > 0
FROM releases
WHERE source_id = $source
    AND status = 'current'
    AND NOT list_contains($ids, release_id)
    AND coalesce(published_date, first_seen::DATE) BETWEEN $begin::DATE AND $until::DATE
    AND coalesce(published_date, first_seen::DATE) >= $since
ORDER BY abs(datediff('hour', coalesce(published_at, first_seen), $start::TIMESTAMP)), release_id
LIMIT $most
"""

_QUIET = """
WITH newest AS (
    SELECT max(published_at)::DATE AS day
    FROM releases
    WHERE source_id = $source AND published_at < $start::TIMESTAMP AND published_date >= $since
), days AS (
    SELECT unnest(generate_series(day + 1, $start::DATE - 1, INTERVAL 1 DAY))::DATE AS day FROM newest WHERE day IS NOT NULL
)
SELECT CASE WHEN (SELECT day FROM newest) IS NULL THEN NULL ELSE (
    SELECT count(*) FROM days WHERE EXISTS (
        SELECT 1 FROM runs
        WHERE source_id = $source AND coverage = 'complete'
            AND coalesce(interval_start, TIMESTAMP '1000-01-01') <= days.day
            AND coalesce(interval_end, TIMESTAMP '3000-01-01') >= days.day + 1
    )
) END
"""
