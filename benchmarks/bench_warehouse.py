"""What loading, growth, models and publishing cost. Run: python -m benchmarks.bench_warehouse [--events 5000000]

Invented releases of two events with three attendees and two topics each. The same 20,000 people, each presented in two ways,
attend throughout, drawn so that a few are seen very often; it is their number, not that of the mentions, that people cost.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import people, vocabulary
from pipeline.rows import Tables, vocabulary_rows
from pipeline.rows.schemas import SCHEMAS
from pipeline.settings import Settings, load_settings
from pipeline.summaries import build_summaries
from pipeline.warehouse import MentionRow, load, open_working, publish

PEOPLE = 20_000
PIECE = 250_000
"""Releases in one batch of a large load."""


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
    n, {_ID.format("'r', n")} AS release_id, {_ID.format("'v', n, getvariable('version')")} AS version_id,
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
    ['meeting', 'call', 'visit', 'conference'][1 + (n + k) % 4] AS event_type, 'primary' AS mention, 'held' AS status,
    day AS start_date, NULL AS end_date, 'day' AS date_precision, 'today' AS date_basis, 'Xanthe' AS place, 'XA' AS country,
    'Talks ' || n AS name, 'CONSULT' AS plover_code, 'visit' AS plover_mode, 0.9 AS confidence,
    15 AS anchor_begin_at, 44 AS anchor_end_at, {_CITED.format("place")} AS evidence, reading_id, n, k
FROM numbered, range(2) AS t(k);
CREATE TABLE seated AS
SELECT
    *,
    ((power(hash(n, k, getvariable('version')) / 18446744073709551616.0, 3) * {PEOPLE})::BIGINT + a * {PEOPLE // 3})
        % {PEOPLE} AS number,
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


def resolve(mentions: Sequence[MentionRow]) -> list[people.Person]:
    """Say which mentions are one person, as the line does."""
    return people.resolve_people(people.Mention(**mention._asdict()) for mention in mentions)


def timed(work: Callable[..., object], *arguments: object, **named: object) -> float:
    """Return the seconds that the work takes."""
    started = time.perf_counter()
    work(*arguments, **named)
    return time.perf_counter() - started


def load_bare(settings: Settings, tables: Tables) -> None:
    """Insert the events, attendees and topics of a batch into empty tables of the same columns, and nothing else."""
    with duckdb.connect(str(settings.warehouse / "bare.duckdb")) as con:
        for name in ("events", "attendees", "topics"):
            con.register("given", tables[name])
            con.execute(f"CREATE TABLE {name} AS SELECT * FROM given LIMIT 0; INSERT INTO {name} SELECT * FROM given")


def load_rows(settings: Settings, tables: Tables) -> None:
    """Load a batch as the line does."""
    load(settings, tables, resolve=resolve)


def copy_plainly(settings: Settings) -> None:
    """Copy the working file and flush the copy to the disk."""
    target = settings.warehouse / "copy.duckdb"
    shutil.copyfile(settings.working_file, target)
    with target.open("rb") as copied:
        os.fsync(copied.fileno())
    target.unlink()


def make_settings(folder: Path) -> Settings:
    """Return settings whose state lies in a new folder."""
    (folder / "warehouse").mkdir(parents=True)
    usual = load_settings()
    return Settings(folder / "home", folder / "warehouse", usual.sql, usual.sources, usual.contact)


def measure_load(folder: Path, events: int, cast: pa.Table) -> None:
    """Print how long a large batch takes, against a bare INSERT of the same rows."""
    batch = make_batch(0, events // 2, cast)
    settings = make_settings(folder)
    bare = timed(load_bare, settings, batch)
    asked: list[float] = []

    def resolve_timed(mentions: Sequence[MentionRow]) -> list[people.Person]:
        found: list[people.Person] = []
        asked.append(timed(lambda: found.extend(resolve(mentions))))
        return found

    whole = timed(load, settings, batch, resolve=resolve_timed)
    rest = whole - sum(asked)
    sizes = ", ".join(f"{batch[part].num_rows:,} {part}" for part in ("events", "attendees", "topics"))
    print(f"{sizes}: loaded in {whole:.1f} s, bare INSERT {bare:.1f} s, ratio {whole / bare:.2f}")
    print(f"  {sum(asked):.1f} s of it tell {PEOPLE:,} people apart; ratio without {rest / bare:.2f}", flush=True)


def measure_growth(folder: Path, events: int, cast: pa.Table) -> tuple[float, float]:
    """Fill a warehouse; print and return how long 500 new releases take, and 500 changed ones of the newest."""
    settings = make_settings(folder)
    releases = events // 2
    for first in range(0, releases, PIECE):
        load_rows(settings, make_batch(first, min(PIECE, releases - first), cast))
    load_rows(settings, make_batch(releases, 500, cast))  # the first load after opening a file reads it from the disk
    new = min(timed(load_rows, settings, make_batch(releases + 500 * at, 500, cast)) for at in (1, 2, 3))
    changed = min(timed(load_rows, settings, make_batch(releases - 500 * at, 500, cast, version=1)) for at in (1, 2, 3))
    size = settings.working_file.stat().st_size / 1e9
    print(f"{events:,} events ({size:.2f} GB): 500 new releases {new:.2f} s, 500 changed {changed:.2f} s", flush=True)
    return new, changed


def measure_publishing(folder: Path) -> None:
    """Print how long the models take on the filled warehouse, and publishing it against a plain copy."""
    usual = load_settings()
    settings = Settings(folder / "home", folder / "warehouse", usual.sql, usual.sources, usual.contact)
    entries: dict[str, Iterable[object]] = {
        "event_types": vocabulary.load_event_types().values(),
        "topic_vocabulary": vocabulary.load_topics().values(),
        "countries": vocabulary.load_countries().values(),
    }
    load_rows(settings, {name: vocabulary_rows(name, of_table)[name] for name, of_table in entries.items()})
    with open_working(settings) as con:
        con.execute(
            "INSERT INTO sources BY NAME SELECT 'bench' AS source_id, 'Bench' AS name, 'Bench' AS issuer, true AS enabled"
        )
    print(f"models built and checked in {timed(build_summaries, settings):.1f} s", flush=True)
    plain = min(timed(copy_plainly, settings) for _ in range(2))
    published = timed(publish, settings)
    print(f"published in {published:.1f} s, plain copy with fsync {plain:.1f} s, ratio {published / plain:.2f}")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=5_000_000, help="events in the large warehouse")
    parser.add_argument("--folder", type=Path, default=None, help="where to work; some GB for 5 million events")
    arguments = parser.parse_args()
    cast = make_people()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        measure_load(folder / "load", min(1_000_000, arguments.events), cast)
        shutil.rmtree(folder / "load")
        small = measure_growth(folder / "small", 50_000, cast)
        large = measure_growth(folder / "large", arguments.events, cast)
        print(f"growth: new {large[0] / small[0]:.2f}, changed {large[1] / small[1]:.2f}", flush=True)
        measure_publishing(folder / "large")
    print(f"{date.today()}, DuckDB {duckdb.__version__}, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
