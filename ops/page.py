"""What the page "Readout" shows: what is filled, what is missing, what could not be read, what was read last.

It reads the published file only, in one statement, so that all its figures are of one publication. Everything on it is other
people's text: the template escapes it, and the page may run no script and load nothing from elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from pipeline import steps
from pipeline.errors import ReadoutError
from pipeline.settings import load_settings

MOST_PROBLEMS = 60
MOST_EVENTS = 30
MOST_MONTHS = 36
MOST_TEXT = 400
"""Characters of any one cell: the page has to stay readable whatever a site wrote."""
QUERY = f"""
SELECT
    (SELECT max(built_at) FROM builds) AS built_at,
    [(SELECT count(*) FROM releases), (SELECT count(*) FROM events), (SELECT count(*) FROM attendees),
     (SELECT count(*) FROM people), (SELECT count(*) FROM problems WHERE resolved_at IS NULL)] AS counts,
    (SELECT list(s ORDER BY s.last_run IS NULL, s.source_id) FROM (
        SELECT source_id, name, enabled, releases, newest_release, last_run, last_complete_run, last_coverage,
               left(last_coverage_reason, {MOST_TEXT}) AS reason, open_problems
        FROM summary.source_freshness WHERE enabled OR last_run IS NOT NULL) AS s) AS sources,
    (SELECT list(m ORDER BY m.source_id, m.month) FROM (
        SELECT source_id, month, releases, days_complete, days_partial, days_unknown, days_not_asked
        FROM summary.source_coverage) AS m) AS months,
    (SELECT list(p) FROM (
        SELECT source_id, stage, reason, left(address, {MOST_TEXT}) AS address, left(detail, {MOST_TEXT}) AS detail,
               tries, first_seen, last_seen
        FROM summary.open_problems ORDER BY last_seen DESC, problem_id LIMIT {MOST_PROBLEMS}) AS p) AS problems,
    (SELECT list(e) FROM (
        SELECT e.start_date, t.label AS event_type, e.status, left(e.name, {MOST_TEXT}) AS name,
               left(e.place, {MOST_TEXT}) AS place, e.country, r.source_id, left(r.title, {MOST_TEXT}) AS title,
               r.published_at,
               (SELECT list(left(a.name, 120) ORDER BY a.nth)[:6] FROM attendees AS a WHERE a.event_id = e.event_id)
                   AS attendees,
               (SELECT count(*) FROM attendees AS a WHERE a.event_id = e.event_id) AS attending,
               (SELECT list(DISTINCT left(o.label, 120))[:4] FROM topics AS o WHERE o.event_id = e.event_id) AS topics
        FROM events AS e JOIN releases AS r USING (release_id) LEFT JOIN event_types AS t USING (event_type)
        WHERE e.mention = 'primary'
        ORDER BY r.published_at DESC NULLS LAST, e.event_id LIMIT {MOST_EVENTS}) AS e) AS events
"""


@dataclass(frozen=True)
class Month:
    """One cell of the coverage table: `state` is complete, partial, unknown, missing or outside."""

    state: str
    title: str
    releases: int | None


def read_page(now: datetime | None = None) -> dict[str, Any]:
    """Return what the page shows. Where nothing can be shown, `nothing` says why, and all else is missing."""
    settings = load_settings()
    if not settings.published_file.exists():
        return {"nothing": "Nothing is published yet"}
    try:
        columns, [row] = steps.query(QUERY, settings)
    except ReadoutError as error:
        return {"nothing": f"The published file cannot be read: {error}"}
    found: dict[str, Any] = dict(zip(columns, row, strict=True))
    now = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    names = ("releases", "events", "attendees", "people", "open problems")
    sources = found["sources"] or []
    for source in sources:
        source["age"] = _days(source["newest_release"], now)
        source["run_age"] = _days(source["last_run"], now)
    months, rows = _coverage(found["months"] or [], {source["source_id"] for source in sources})
    return {
        "built_at": found["built_at"],
        "counts": list(zip(names, found["counts"], strict=True)),
        "sources": sources,
        "months": months,
        "coverage": rows,
        "problems": found["problems"] or [],
        "events": found["events"] or [],
    }


def render_page(content: dict[str, Any], nonce: str) -> str:
    """Return the page as HTML with everything in it escaped."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["day"] = lambda value: f"{value:%Y-%m-%d}" if value else "–"
    environment.filters["moment"] = lambda value: f"{value:%Y-%m-%d %H:%M} UTC" if value else "–"
    return environment.get_template("page.html").render(**content, nonce=nonce)


def _coverage(cells: list[dict[str, Any]], shown: set[str]) -> tuple[list[date], list[tuple[str, list[Month]]]]:
    """Return the newest months that any source has, and each source's cells for them."""
    by_source: dict[str, dict[date, dict[str, Any]]] = defaultdict(dict)
    for cell in cells:
        if cell["source_id"] in shown:
            by_source[cell["source_id"]][cell["month"]] = cell
    known = [month for of_source in by_source.values() for month in of_source]
    if not known:
        return [], []
    months: list[date] = []
    month = max(known)
    while month >= min(known) and len(months) < MOST_MONTHS:
        months.append(month)
        month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    months.reverse()
    return months, [
        (source, [_month(of_source.get(month), month, min(of_source)) for month in months])
        for source, of_source in sorted(by_source.items())
    ]


def _month(cell: dict[str, Any] | None, month: date, first: date) -> Month:
    if cell is None:
        return Month("outside" if month < first else "missing", f"{month:%B %Y}: not asked for", None)
    days = {name: cell[f"days_{name}"] for name in ("complete", "partial", "unknown", "not_asked")}
    if days["unknown"]:
        state = "unknown"
    elif not days["complete"] and not days["partial"]:
        state = "missing"
    else:
        state = "partial" if days["partial"] or days["not_asked"] else "complete"
    told = ", ".join(f"{count} days {name.replace('_', ' ')}" for name, count in days.items() if count)
    return Month(state, f"{month:%B %Y}: {cell['releases']} releases; {told}", cell["releases"])


def _days(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    days = (now - moment).days
    return "today" if days <= 0 else "a day ago" if days == 1 else f"{days} days ago"
