"""Engagements: the events of the working file joined where they tell the same, looking only at what changed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from pipeline.records import stable_id, utc_now
from pipeline.warehouse.changes import last_seq
from pipeline.warehouse.file import Connection, pushing_filters
from pipeline.warehouse.tellings import GATHERINGS, LONGEST_STAY, RULES, TALKS, Telling, join_tellings

MANY = 0.3
"""From this share of the events on, all are looked at: finding those near the touched ones would take longer."""


@dataclass(frozen=True, slots=True)
class JoinResult:
    """How many events were looked at, and how many of them have another engagement than before."""

    looked_at: int
    moved: int


def join_engagements(
    con: Connection,
    same: Iterable[tuple[str, str]] = (),
    different: Iterable[tuple[str, str]] = (),
    joined_at: datetime | None = None,
) -> JoinResult:
    """Give each event the engagement that it tells, in one transaction with a row of `joins`.

    The outcome follows from the tables and the pairs that people decided alone (see `join_tellings`), whatever was loaded
    first. An event that stood before and moves is a change in the stream; one that came since the last join moves with coming.
    """
    same, different = sorted(set(same)), sorted(set(different))
    rules = stable_id(RULES, *(f"{a}={b}" for a, b in same), *(f"{a}!{b}" for a, b in different))
    seq, known_rules = con.execute(
        "SELECT coalesce(max(seq), 0), arg_max(rules, rowid) FROM joins WHERE rowid = (SELECT max(rowid) FROM joins)"
    ).fetchall()[0]
    last = last_seq(con)
    if seq == last and known_rules == rules:
        return JoinResult(0, 0)
    moment = (joined_at or utc_now()).replace(tzinfo=None)
    con.begin()
    try:
        with pushing_filters(con, on=True):
            _gather(con, seq if known_rules == rules else 0, same)
            found = join_tellings(_tellings(con, [*same, *different]), same, different)
            result = _assign(con, found, seq, moment)
        row = [moment, last_seq(con), rules, result.looked_at, result.moved]
        con.execute("INSERT INTO joins VALUES (?, ?, ?, ?, ?)", row)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return result


def _gather(con: Connection, seq: int, same: list[tuple[str, str]]) -> None:
    """Leave in `asked` the events to decide anew: the touched ones, and all that any of them may be joined to."""
    if seq:
        con.execute(_TOUCHED, {"seq": seq})
    if (
        not seq
        or con.execute(f"SELECT (SELECT count(*) FROM asked) > {MANY} * (SELECT count(*) FROM events)").fetchall()[0][0]
    ):
        con.execute("CREATE OR REPLACE TEMP TABLE asked AS SELECT event_id FROM events")
        _describe(con, "SELECT event_id FROM asked")
        return
    _keep(con, "same_pairs", _PAIRS, [[a for a, _ in same], [b for _, b in same]])
    while True:
        con.execute(_NEAR)
        _describe(con, "SELECT event_id FROM asked UNION ALL SELECT event_id FROM near")
        con.execute(_FOUND)
        if not con.execute("INSERT INTO asked SELECT event_id FROM found").fetchall()[0][0]:
            break


def _describe(con: Connection, events: str) -> None:
    """Leave in `tellings` what the events tell, and in `block_keys` what two that agree have in common."""
    con.execute(_TELLINGS.format(events=events))
    con.execute(_BLOCK_KEYS)


def _tellings(con: Connection, decided: Iterable[tuple[str, str]]) -> list[Telling]:
    """Return the asked events that have something in common with another, or that people decided about."""
    _keep(con, "decided_events", _EVENTS, [[event for pair in decided for event in pair]])
    rows = con.execute(_COMMON).fetchall()
    return [
        Telling(event, release, event_type, first, last, place, country, frozenset(principals), (told_on, release, at))
        for event, release, event_type, first, last, place, country, principals, told_on, at in rows
    ]


def _assign(con: Connection, found: dict[str, str], seq: int, moment: datetime) -> JoinResult:
    """Write the engagements down and note the events that stood before and moved as changed."""
    _keep(con, "decisions", _DECISIONS, [list(found), list(found.values())])
    con.execute(_MOVED)
    moved = int(con.execute("SELECT count(*) FROM moved").fetchall()[0][0])
    if moved:
        con.execute(
            "UPDATE events AS e SET engagement_id = m.engagement_id FROM moved AS m WHERE m.event_id = e.event_id"
        )
        con.execute(_NOTE, {"seq": seq, "moment": moment, "last": last_seq(con)})
    con.execute(_FORGET, {"seq": seq})
    con.execute("INSERT INTO joined_events SELECT event_id, engagement_id FROM now_joined")
    return JoinResult(int(con.execute("SELECT count(*) FROM asked").fetchall()[0][0]), moved)


def _keep(con: Connection, name: str, schema: pa.Schema, columns: list[list[str]]) -> None:
    """Make a temporary table; a scan of an Arrow table would refuse the filters that joins push into it."""
    con.register("in_kept", pa.table(columns, schema=schema))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM in_kept")
    con.unregister("in_kept")


_EVENTS = pa.schema([("event_id", pa.string())])
_PAIRS = pa.schema([("a", pa.string()), ("b", pa.string())])
_DECISIONS = pa.schema([("event_id", pa.string()), ("engagement_id", pa.string())])


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


_TOUCHED = """
CREATE OR REPLACE TEMP TABLE asked AS
SELECT event_id FROM events WHERE release_id IN (SELECT release_id FROM changes WHERE seq > $seq)
UNION
SELECT mate.event_id
FROM joined_events AS mate
JOIN joined_events AS gone USING (engagement_id)
JOIN events AS e ON e.event_id = mate.event_id
WHERE gone.event_id IN (SELECT id FROM changes WHERE seq > $seq AND kind = 'event')
"""

_DAYS = f"""
SELECT event_id, unnest(generate_series(
    start_date, least(greatest(start_date, coalesce(end_date, start_date)), start_date + {LONGEST_STAY}), INTERVAL 1 DAY
))::DATE AS day
"""

_NEAR = f"""
CREATE OR REPLACE TEMP TABLE asked_keys AS
SELECT DISTINCT a.person_id, d.day
FROM attendees AS a
JOIN ({_DAYS} FROM events WHERE event_id IN (SELECT event_id FROM asked) AND date_precision = 'day') AS d USING (event_id)
WHERE a.person_id IS NOT NULL AND a.event_id IN (SELECT event_id FROM asked);

CREATE OR REPLACE TEMP TABLE near AS
SELECT a.event_id
FROM attendees AS a
JOIN asked_keys AS k ON k.person_id = a.person_id AND k.day = a.seen_on
UNION
SELECT a.event_id
FROM ({_DAYS} FROM events WHERE end_date > start_date AND end_date >= (SELECT min(day) FROM asked_keys)) AS d
JOIN attendees AS a USING (event_id)
JOIN asked_keys AS k ON k.person_id = a.person_id AND k.day = d.day
"""

_TELLINGS = """
CREATE OR REPLACE TEMP TABLE tellings AS
SELECT
    e.event_id,
    e.release_id,
    e.event_type,
    e.start_date AS first_day,
    greatest(e.start_date, coalesce(e.end_date, e.start_date)) AS last_day,
    e.place,
    e.country,
    e.anchor_begin_at,
    list_sort(list_distinct(CASE
        WHEN len(list_distinct(list_filter(countries, lambda c: c IS NOT NULL))) >= 2
            THEN list_filter(people, lambda p, i: countries[i] IS NOT NULL AND list_position(countries, countries[i]) = i)
        WHEN list_contains(sides, 'host') AND list_contains(sides, 'guest')
            THEN list_filter(people, lambda p, i: sides[i] <> 'other' AND list_position(sides, sides[i]) = i)
        ELSE people
    END)) AS principals
FROM events AS e
JOIN (
    SELECT
        event_id, list_transform(seats, lambda s: s.person_id) AS people,
        list_transform(seats, lambda s: s.country) AS countries, list_transform(seats, lambda s: s.side) AS sides
    FROM (
        -- Sorted after it is gathered: an ordered aggregate takes ten times as long.
        SELECT event_id, list_sort(list({{'nth': nth, 'person_id': person_id, 'country': country, 'side': side}})) AS seats
        FROM attendees
        WHERE person_id IS NOT NULL AND event_id IN ({events})
        GROUP BY event_id
        HAVING count(*) >= 2
    )
) USING (event_id)
WHERE e.date_precision = 'day' AND e.event_id IN ({events})
"""

_BLOCK_KEYS = f"""
CREATE OR REPLACE TEMP TABLE block_keys AS
SELECT event_id, unnest(generate_series(first_day, least(last_day, first_day + {LONGEST_STAY}), INTERVAL 1 DAY))::DATE AS day, key
FROM (
    SELECT
        event_id, first_day, last_day,
        unnest(CASE
            WHEN event_type IN ({_quoted(GATHERINGS)}) THEN flatten(list_transform(
                principals,
                lambda p, i: list_transform(principals[i + 1:], lambda q: concat_ws('/', event_type, p, q))
            ))
            WHEN event_type IN ({_quoted(TALKS)}) THEN [concat_ws('/', 'talks', array_to_string(principals, '/'))]
            ELSE [concat_ws('/', event_type, array_to_string(principals, '/'))]
        END) AS key
    FROM tellings
    WHERE len(principals) >= 2
)
"""

_FOUND = """
CREATE OR REPLACE TEMP TABLE found AS
SELECT event_id
FROM (
    SELECT k.event_id
    FROM block_keys AS k
    JOIN (SELECT day, key FROM block_keys WHERE event_id IN (SELECT event_id FROM asked)) AS known USING (day, key)
    UNION
    SELECT mate.event_id
    FROM joined_events AS mate
    JOIN joined_events AS known USING (engagement_id)
    WHERE known.event_id IN (SELECT event_id FROM asked)
    UNION
    SELECT e.event_id
    FROM (SELECT a, b FROM same_pairs UNION ALL SELECT b, a FROM same_pairs) AS s
    JOIN events AS e ON e.event_id = s.b
    WHERE s.a IN (SELECT event_id FROM asked)
)
WHERE event_id NOT IN (SELECT event_id FROM asked) AND event_id IN (SELECT event_id FROM events)
"""

_COMMON = """
SELECT
    e.event_id, e.release_id, e.event_type,
    coalesce(t.first_day, e.start_date, DATE '9999-12-31'), coalesce(t.last_day, e.start_date, DATE '9999-12-31'),
    e.place, e.country, coalesce(t.principals, []), coalesce(r.published_date, DATE '9999-12-31'), e.anchor_begin_at
FROM events AS e
LEFT JOIN tellings AS t USING (event_id)
JOIN readings AS r ON r.release_id = e.release_id AND r.version_id = e.version_id
WHERE e.event_id IN (
    SELECT k.event_id
    FROM block_keys AS k
    JOIN (SELECT day, key FROM block_keys GROUP BY ALL HAVING count(*) > 1) USING (day, key)
    UNION
    SELECT event_id FROM decided_events
) AND e.event_id IN (SELECT event_id FROM asked)
"""

_MOVED = """
CREATE OR REPLACE TEMP TABLE now_joined AS
SELECT event_id, engagement_id
FROM decisions
WHERE engagement_id IN (SELECT engagement_id FROM decisions GROUP BY engagement_id HAVING count(*) > 1);

CREATE OR REPLACE TEMP TABLE moved AS
SELECT e.event_id, e.release_id, coalesce(n.engagement_id, e.event_id) AS engagement_id
FROM events AS e
LEFT JOIN now_joined AS n USING (event_id)
WHERE e.event_id IN (SELECT event_id FROM asked) AND e.engagement_id <> coalesce(n.engagement_id, e.event_id)
"""

_NOTE = """
INSERT INTO changes
SELECT $last + row_number() OVER (ORDER BY event_id), NULL, $moment, 'event', event_id, 'changed', release_id
FROM moved
WHERE event_id NOT IN (SELECT id FROM changes WHERE seq > $seq AND kind = 'event')
"""

_FORGET = """
DELETE FROM joined_events
WHERE event_id IN (SELECT event_id FROM asked) OR event_id IN (SELECT id FROM changes WHERE seq > $seq AND kind = 'event')
"""
