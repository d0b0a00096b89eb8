"""Whether a source still speaks and is still read, judged from the published file alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from croniter import croniter

from pipeline import steps
from pipeline.errors import ReadoutError
from pipeline.records import utc_now
from pipeline.settings import Settings, load_settings
from pipeline.sources import load_source

LONGEST_PAUSES = 3
"""Without a bound of its own a source may pause this many times as long as it usually does at most (95 of 100 pauses)."""
FEWEST_DAYS = 10
"""Days with releases from which a usual pause can be told."""
SHORTEST_LIMIT = timedelta(days=7)
MISSED_INTERVALS = 2

QUERY = f"""
WITH mine AS (SELECT DISTINCT published_date AS day FROM releases WHERE source_id = {{id}} AND published_date IS NOT NULL),
pauses AS (SELECT day - lag(day) OVER (ORDER BY day) AS pause FROM mine)
SELECT
    (SELECT max(coalesce(ended_at, started_at)) FROM runs WHERE source_id = {{id}} AND trigger <> 'reprocess'),
    (SELECT max(coalesce(published_at, published_date)) FROM releases WHERE source_id = {{id}}),
    (SELECT CASE WHEN count(*) >= {FEWEST_DAYS} THEN quantile_disc(pause, 0.95) END FROM pauses)
"""


def check_source(source_id: str, settings: Settings | None = None, now: datetime | None = None) -> str:
    """Return one line on how fresh a source is. One that was never read is nobody's concern yet.

    Raises ReadoutError in one line if it is silent (its newest release is older than `floors.newest_days` or, without that, than
    three of its usual longest pauses) or late (no run has read it for two of its intervals and a day).
    """
    settings, now = settings or load_settings(), (now or utc_now()).astimezone(UTC)
    source = load_source(source_id, settings.sources)
    if not settings.published_file.exists():
        return f"{source_id}: nothing is published yet"
    _, [row] = steps.query(QUERY.format(id=f"'{source_id}'"), settings)
    last_run, newest = (cast(datetime, value).replace(tzinfo=UTC) if value else None for value in row[:2])
    pause = cast("int | None", row[2])
    if last_run is None:
        return f"{source_id}: not read yet"
    ticks = croniter(source.schedule, now)
    for _ in range(MISSED_INTERVALS):
        ticks.get_prev(datetime)
    if last_run < ticks.get_current(datetime) - timedelta(days=1):
        raise ReadoutError(
            f"{source_id} is late: no run has read it since {last_run:%Y-%m-%d}; is its DAG paused, or red?"
        )
    if newest is None:
        return f"{source_id}: read on {last_run:%Y-%m-%d}, no dated release yet"
    said = source.floors.newest_days
    limit = timedelta(days=said) if said else pause and max(SHORTEST_LIMIT, timedelta(days=LONGEST_PAUSES * pause))
    age = now - newest
    if limit and age > limit:
        why = "its floor" if said else f"{LONGEST_PAUSES} of its usual longest pauses"
        raise ReadoutError(
            f"{source_id} is silent: its newest release is of {newest:%Y-%m-%d}, {age.days} days ago, "
            f"more than {limit.days} days ({why}); see {source.url}"
        )
    return f"{source_id}: newest release {newest:%Y-%m-%d}, read on {last_run:%Y-%m-%d}"
