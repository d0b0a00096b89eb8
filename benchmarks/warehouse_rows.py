"""Invented rows for the benchmarks of the warehouse: releases of two events with three attendees and two topics each.

The same 20,000 people, each presented in two ways, attend throughout. A few are seen very often, and everybody meets a circle of
some dozens. Every tenth release tells the same two events as the one before, from its own side.
"""

from __future__ import annotations

import random

import duckdb
import pyarrow as pa

from pipeline import people
from pipeline.rows import Tables
from pipeline.rows.schemas import SCHEMAS

PEOPLE = 20_000
CIRCLE = 40
"""How many different people somebody is seen beside in one seat."""


def make_people() -> pa.Table:
    """Return people with name, key, office and country."""
    chance = random.Random(1)

    def word(length: int) -> str:
        return "".join(chance.choice("bdfgklmnrst") + chance.choice("aiou") for _ in range(length)).capitalize()

    families = [word(3) for _ in range(4000)]
    names = [f"{word(chance.choice([2, 3]))} {chance.choice(families)}" for _ in range(PEOPLE)]
    return pa.table(
        {
            "number": pa.array(range(PEOPLE), pa.int64()),
            "name": names,
            "name_key": [people.block_key(name) for name in names],
            "position": [f"Minister of {word(3)}" for _ in names],
            "country": [chance.choice(["XA", "XB", "XC", "XD", "XE", "XF"]) for _ in names],
        }
    )


def make_batch(first: int, count: int, cast: pa.Table, version: int = 0) -> Tables:
    """Return the rows of releases first to first + count; another version has other texts, and other people."""
    with duckdb.connect() as con:
        con.execute("SET threads = 2")
        con.register("cast_list", cast)
        con.execute(f"SET VARIABLE first = {first}; SET VARIABLE count = {count}; SET VARIABLE version = {version}")
        con.execute(_MAKE)
        tables = {}
        for name in ("releases", "events", "attendees", "topics", "profiles"):
            schema = SCHEMAS[name]
            columns = ", ".join(schema.names)
            tables[name] = con.sql(f"SELECT {columns} FROM made_{name}").to_arrow_table().cast(schema)
    return tables


_ID = "md5(concat_ws('/', {}))[:24]"
_CITED = (
    "[{{'field': 'name', 'begin_at': 4, 'end_at': 17, 'rule': 'person.titled'}}, "
    "{{'field': '{}', 'begin_at': 20, 'end_at': 31, 'rule': 'clause.met'}}]"
)
_MAKE = f"""
CREATE TABLE numbered AS
SELECT
    n, n - (n % 10 = 9)::INTEGER AS told, {_ID.format("'r', n")} AS release_id,
    {_ID.format("'v', n, getvariable('version')")} AS version_id,
    {_ID.format("'g', n, getvariable('version')")} AS reading_id, DATE '2006-01-01' + (n // 350)::INTEGER AS day
FROM range(getvariable('first')::BIGINT, (getvariable('first') + getvariable('count'))::BIGINT) AS t(n);
CREATE TABLE made_releases AS
SELECT
    release_id, version_id, 'bench' AS source_id, 'https://press.example/' || n AS url, NULL AS issuer_id,
    'Talks number ' || n AS title, day::TIMESTAMP AS published_at, day AS published_date, 'meta' AS date_basis,
    'en' AS language, 'XA' AS country, []::VARCHAR[] AS byline, []::VARCHAR[] AS mentioned,
    'Talks number ' || n || chr(10) || chr(10) || repeat('They met and spoke of trade. ' || n, 10)
        || getvariable('version') AS text,
    TIMESTAMP '2026-01-01' + to_days(getvariable('version')) AS fetched_at,
    md5(n::VARCHAR) AS page_sha256, 'one.warc.gz#' || n AS archive_ref,
    'rules-1' AS rules_version, reading_id, []::VARCHAR[] AS attending
FROM numbered;
CREATE TABLE made_events AS
SELECT
    {_ID.format("'e', n, k")} AS event_id, release_id, version_id, NULL AS part_of_event_id,
    ['meeting', 'call', 'visit', 'conference'][1 + (told + k) % 4] AS event_type, 'primary' AS mention, 'held' AS status,
    day AS start_date, NULL AS end_date, 'day' AS date_precision, 'today' AS date_basis, 'Xanthe' AS place, 'XA' AS country,
    'Talks ' || n AS name, 'CONSULT' AS plover_code, 'visit' AS plover_mode, 0.9 AS confidence,
    15 AS anchor_begin_at, 44 AS anchor_end_at, {_CITED.format("place")} AS evidence, reading_id, n, told, k
FROM numbered, range(2) AS t(k);
CREATE TABLE seated AS
SELECT
    *,
    (
        (power(hash(told, k, getvariable('version')) / 18446744073709551616.0, 3) * {PEOPLE})::BIGINT
        + a * {PEOPLE // 3} + CASE a WHEN 0 THEN 0 ELSE hash(told, k, a) % {CIRCLE} END
    ) % {PEOPLE} AS number,
    hash(n, a) % 2 AS way
FROM made_events, range(3) AS t(a);
CREATE TABLE made_attendees AS
SELECT
    {_ID.format("'m', n, k, a, getvariable('version')")} AS mention_id, event_id, release_id, version_id,
    'person' AS kind, c.name,
    [c.name] AS written_as, CASE way WHEN 0 THEN position ELSE position || ' and Energy' END AS position, NULL AS organization,
    c.country, 'host' AS side, 0.9 AS confidence, start_date AS seen_on, (3 * k + a)::INTEGER AS nth, name_key,
    (2 * number + way)::BIGINT AS profile_id, {_CITED.format("position")} AS evidence, reading_id
FROM seated JOIN cast_list AS c USING (number);
CREATE TABLE made_topics AS
SELECT
    event_id, release_id, version_id,
    ['trade-and-investment', 'energy', 'water'][1 + (n + t) % 3] AS topic_id,
    'Topic' AS label,
    '20000000' AS iptc_code, 'subject' AS kind, 0.8 AS confidence, {_CITED.format("label")} AS evidence, reading_id
FROM made_events, range(2) AS s(t);
CREATE TABLE made_profiles AS
SELECT
    profile_id, name_key, name, written_as, position, organization, country,
    {{'told_on': seen_on, 'release_id': release_id, 'nth': nth, 'mention_id': mention_id, 'event_id': event_id,
        'seen_on': seen_on}} AS mention,
    reading_id
FROM made_attendees;
"""
