"""People over all releases: profiles kept up with each batch, and the people of the touched names told apart again."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple, Protocol

import pyarrow as pa

from pipeline.rows.schemas import SCHEMAS
from pipeline.warehouse.file import Connection, pushing_filters


class MentionRow(NamedTuple):
    """One attendee as its release names them: the fields of `pipeline.people.Mention`."""

    mention_id: str
    name: str
    position: str | None
    organization: str | None
    country: str | None
    date: date | None
    release_id: str
    order: int
    event_id: str


class ResolvedPerson(Protocol):
    """What is asked of a person: an id, a name, and the mentions that are theirs."""

    @property
    def person_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def mention_ids(self) -> Sequence[str]: ...


ResolvePeople = Callable[[Sequence[MentionRow]], Iterable[ResolvedPerson]]
"""Says which mentions are one person: the same for the same mentions in any order, and never across name keys."""


def touched_mentions(con: Connection) -> list[MentionRow]:
    """Stage what the batch makes of the profiles; return the mentions that people have to be told apart by again.

    Each profile is asked about by its first mention of all and the first of its latest year, so that a profile seen again
    asks no question. As namesakes told together share their fate (see `pipeline.rows`), what tells them apart is among these.
    """
    con.execute(_FRESH)
    with pushing_filters(con, on=True):
        con.execute(_KEPT)
        some = con.execute("SELECT 1 FROM headless LIMIT 1").fetchone()
        con.execute(_RECOUNT if some else _NO_RECOUNT)
        con.execute(_STAGE)
    touched = con.execute("SELECT 1 FROM touched LIMIT 1").fetchone()
    return _mentions(con) if touched else []


def name_people(resolve: ResolvePeople, mentions: Sequence[MentionRow]) -> pa.Table:
    """Return whose each mention is: mention_id, person_id and name. Touches no database, so that it can run beside one."""
    with _uncollected():
        people = resolve(mentions) if mentions else []
        rows = [(mention, person.person_id, person.name) for person in people for mention in person.mention_ids]
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.table(columns or [pa.array([], pa.string())] * 3, names=["mention_id", "person_id", "name"])


def update_people(con: Connection, named: pa.Table) -> None:
    """Bring profiles, and people with them, up to the batch; attendees that stand already get their new person_id.

    Leaves `moved_attendees`: those whose person_id changed.
    """
    con.register("in_people", named)
    con.execute(_UPDATE)
    con.unregister("in_people")
    if con.execute("SELECT 1 FROM moved LIMIT 1").fetchone():
        con.execute(_MOVE)
    if con.execute("SELECT 1 FROM vanished LIMIT 1").fetchone():
        con.execute(_REDIRECT)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from going again and again over many small objects of which none is garbage yet."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _mentions(con: Connection) -> list[MentionRow]:
    return [MentionRow(*row) for row in con.execute(_MENTIONS).fetchall()]


_MENTIONS = """
SELECT m.mention_id, name, position, organization, country, m.seen_on, m.release_id, m.nth, m.event_id
FROM (
    SELECT *, unnest(list_distinct([first_mention, late_mention])) AS m
    FROM (
        SELECT * FROM after_profiles WHERE name_key IN (SELECT name_key FROM touched)
        UNION ALL BY NAME
        SELECT * EXCLUDE (person_id, person_name)
        FROM profiles
        WHERE name_key IN (SELECT name_key FROM touched)
            AND profile_id NOT IN (SELECT profile_id FROM before_profiles)
    )
)
"""

_SAID = ", ".join(
    f"any_value({field.name}) AS {field.name}"
    for field in SCHEMAS["profiles"]
    if field.name not in ("profile_id", "mention", "reading_id")
)
_STATE = "mentions, first_seen, last_seen, first_mention, late_mention"
_COUNT = (
    "count(*) AS mentions, min(mention.seen_on) AS first_seen, max(mention.seen_on) AS last_seen, "
    "min(mention) AS first_mention, min(mention) AS late_mention"
)
_YEAR = "CASE WHEN {0}.told_on = DATE '9999-12-31' THEN 0 ELSE year({0}.told_on) END"
_ADD = (
    "sum(mentions)::BIGINT AS mentions, min(first_seen) AS first_seen, max(last_seen) AS last_seen, "
    "min(first_mention) AS first_mention"
)
_LATE = _YEAR.format("late_mention")

_FRESH = f"""
CREATE OR REPLACE TEMP TABLE fresh_profiles AS
SELECT profile_id, {_SAID}, {_COUNT}
FROM new_profiles
GROUP BY profile_id, {_YEAR.format("mention")}
"""

_KEPT = """
CREATE OR REPLACE TEMP TABLE before_profiles AS
SELECT * FROM profiles
WHERE profile_id IN (SELECT profile_id FROM fresh_profiles UNION ALL SELECT profile_id FROM dropped_profiles);

-- What a deletion touched is counted again from the attendees that are left; which of them comes first is asked anew only
-- where the one that did is gone, since it takes a scan of many columns.
CREATE OR REPLACE TEMP TABLE headless AS
SELECT profile_id
FROM before_profiles
WHERE profile_id IN (SELECT profile_id FROM dropped_profiles) AND (
    first_mention.mention_id IN (SELECT mention_id FROM old_attendees)
    OR late_mention.mention_id IN (SELECT mention_id FROM old_attendees)
);

CREATE OR REPLACE TEMP TABLE counted AS
SELECT profile_id, count(*) AS mentions, min(seen_on) AS first_seen, max(seen_on) AS last_seen
FROM attendees
WHERE profile_id IN (SELECT profile_id FROM dropped_profiles)
GROUP BY profile_id;
"""

_RECOUNT = f"""
-- Who comes first is found by the days on which the releases told; only what was told on the first of a year is read whole.
CREATE OR REPLACE TEMP TABLE told AS
SELECT a.rowid AS place, a.profile_id, a.seen_on, coalesce(v.published_date, DATE '9999-12-31') AS told_on
FROM attendees AS a
JOIN readings AS v ON v.release_id = a.release_id AND v.is_current
WHERE a.profile_id IN (SELECT profile_id FROM headless);

CREATE OR REPLACE TEMP TABLE years AS
SELECT
    profile_id, min(told_on) AS told_on, count(*) AS mentions, min(seen_on) AS first_seen, max(seen_on) AS last_seen
FROM told
GROUP BY profile_id, {_YEAR.format("told")};

CREATE OR REPLACE TEMP TABLE firsts AS
SELECT place, told_on FROM told JOIN years USING (profile_id, told_on);

CREATE OR REPLACE TEMP TABLE recounted AS
SELECT y.profile_id, y.mentions, y.first_seen, y.last_seen, m.mention AS first_mention, m.mention AS late_mention
FROM years AS y
JOIN (
    SELECT
        a.profile_id,
        f.told_on,
        min({{
            'told_on': f.told_on, 'release_id': a.release_id, 'nth': a.nth, 'mention_id': a.mention_id,
            'event_id': a.event_id, 'seen_on': a.seen_on
        }}) AS mention
    FROM (SELECT rowid AS place, * FROM attendees WHERE rowid IN (SELECT place FROM firsts)) AS a
    JOIN firsts AS f USING (place)
    GROUP BY a.profile_id, f.told_on
) AS m USING (profile_id, told_on);
"""

_NO_RECOUNT = """
CREATE OR REPLACE TEMP TABLE recounted AS
SELECT profile_id, mentions, first_seen, last_seen, first_mention, late_mention FROM fresh_profiles LIMIT 0
"""

_STAGE = f"""
CREATE OR REPLACE TEMP TABLE by_year AS
FROM (
    SELECT * EXCLUDE (person_id, person_name) FROM before_profiles
    WHERE profile_id NOT IN (SELECT profile_id FROM dropped_profiles)
    UNION ALL BY NAME
    SELECT b.* EXCLUDE (person_id, person_name, mentions, first_seen, last_seen), c.* EXCLUDE profile_id
    FROM before_profiles AS b
    JOIN counted AS c USING (profile_id)
    WHERE profile_id NOT IN (SELECT profile_id FROM headless)
    UNION ALL BY NAME
    SELECT b.* EXCLUDE (person_id, person_name, {_STATE}), r.* EXCLUDE profile_id
    FROM before_profiles AS b
    JOIN recounted AS r USING (profile_id)
    UNION ALL BY NAME
    SELECT * FROM fresh_profiles
);

CREATE OR REPLACE TEMP TABLE after_profiles AS
SELECT profile_id, {_SAID}, {_ADD}, arg_max(late_mention, {_LATE}) AS late_mention
FROM (
    SELECT profile_id, {_SAID}, {_ADD}, min(late_mention) AS late_mention
    FROM by_year
    GROUP BY profile_id, {_LATE}
)
GROUP BY profile_id;

CREATE OR REPLACE TEMP TABLE touched AS
SELECT DISTINCT coalesce(a.name_key, b.name_key) AS name_key
FROM before_profiles AS b
FULL JOIN after_profiles AS a USING (profile_id)
WHERE a.first_mention IS DISTINCT FROM b.first_mention OR a.late_mention IS DISTINCT FROM b.late_mention;
"""

_UPDATE = """
CREATE OR REPLACE TEMP TABLE old_people AS
SELECT profile_id, first_mention.mention_id AS mention_id, person_id
FROM profiles
WHERE name_key IN (SELECT name_key FROM touched);

DELETE FROM profiles WHERE profile_id IN (SELECT profile_id FROM before_profiles);

INSERT INTO profiles BY NAME
SELECT a.*, coalesce(p.person_id, b.person_id) AS person_id, coalesce(p.name, b.person_name) AS person_name
FROM after_profiles AS a
LEFT JOIN in_people AS p ON p.mention_id = a.first_mention.mention_id
LEFT JOIN before_profiles AS b ON b.profile_id = a.profile_id;

UPDATE profiles AS q
SET person_id = p.person_id, person_name = p.name
FROM in_people AS p
WHERE p.mention_id = q.first_mention.mention_id AND (p.person_id, p.name) IS DISTINCT FROM (q.person_id, q.person_name);

CREATE OR REPLACE TEMP TABLE moved AS
SELECT profile_id, q.person_id
FROM profiles AS q
JOIN old_people AS o USING (profile_id)
WHERE q.person_id <> o.person_id;

CREATE OR REPLACE TEMP TABLE moved_attendees AS
SELECT a.mention_id, a.release_id FROM attendees AS a WHERE false;

CREATE OR REPLACE TEMP TABLE vanished AS
SELECT o.person_id AS former_id, arg_min(q.person_id, o.mention_id) AS person_id
FROM old_people AS o
LEFT JOIN profiles AS q USING (profile_id)
WHERE o.person_id NOT IN (SELECT person_id FROM profiles WHERE name_key IN (SELECT name_key FROM touched))
GROUP BY o.person_id;
"""

_MOVE = """
INSERT INTO moved_attendees
SELECT mention_id, release_id FROM attendees WHERE profile_id IN (SELECT profile_id FROM moved);

UPDATE attendees AS a SET person_id = m.person_id FROM moved AS m WHERE a.profile_id = m.profile_id;
"""

_REDIRECT = """
UPDATE person_redirects AS r SET person_id = v.person_id
FROM vanished AS v WHERE r.person_id = v.former_id AND v.person_id IS NOT NULL;

DELETE FROM person_redirects
WHERE former_id IN (SELECT former_id FROM vanished) OR person_id IN (SELECT former_id FROM vanished)
    OR former_id IN (SELECT person_id FROM profiles);

INSERT INTO person_redirects SELECT former_id, person_id FROM vanished WHERE person_id IS NOT NULL;
"""
