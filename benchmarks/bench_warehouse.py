"""What loading, growth, models and publishing cost, sizes and ratios in one run: make bench-warehouse [EVENTS=5000000]

usage: python -m benchmarks.bench_warehouse [--events N] [--part load|dlt|growth|models|publish]... [--folder F] [--dlt PYTHON]

Prints a table and writes it to benchmarks/results/warehouse.md. With --folder the filled warehouse stays there, and a later run of
one part goes on with it. --dlt names a Python that has dlt 1.31, beside which a sample is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.warehouse_rows import PEOPLE, make_batch, make_people
from pipeline import people, vocabulary
from pipeline.rows import Tables, vocabulary_rows
from pipeline.rows.schemas import SCHEMAS
from pipeline.settings import Settings, load_settings
from pipeline.summaries import _run_dbt, build_summaries
from pipeline.warehouse import Lock, MentionRow, hold_lock, join_engagements, load, open_working, publish, record_build

PARTS = ("load", "dlt", "growth", "models", "publish")
PIECE = 250_000
"""Releases in one batch of a large load."""
SAMPLES = (50_000, 5_000)
"""Releases of each batch in the comparison with dlt."""
CHILDREN = ("events", "attendees", "topics")
TOLD = 6
"""Attendees and topics of one event, and itself, in the batches."""
ROUNDS = 3
TURNS = 5
"""Rounds of what takes about a second."""

Row = tuple[str, str, str]
"""What was measured, what came out, and what was asked."""


def resolve(mentions: Sequence[MentionRow]) -> list[people.Person]:
    """Say which mentions are one person, as the line does."""
    return people.resolve_people(people.Mention(**mention._asdict()) for mention in mentions)


def timed(work: Callable[..., object], *arguments: object, **named: object) -> float:
    """Return the seconds that the work takes."""
    started = time.perf_counter()
    work(*arguments, **named)
    return time.perf_counter() - started


def processor_s() -> float:
    """Return the processor seconds of this process and of those it has started, which a busy machine does not stretch."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def load_bare(settings: Settings, tables: Tables) -> None:
    """Insert the events, attendees and topics of a batch into empty tables of the same columns, and nothing else."""
    path = settings.warehouse / "bare.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        for name in CHILDREN:
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
    """Return settings whose state lies in the folder."""
    (folder / "warehouse").mkdir(parents=True, exist_ok=True)
    usual = load_settings()
    return Settings(folder / "home", folder / "warehouse", usual.sql, usual.sources, usual.contact)


def measure_load(folder: Path, events: int, cast: pa.Table) -> list[Row]:
    """Load a large batch into a new file, beside a bare INSERT of the same rows, by turns; the ratio is that of the best."""
    batch = make_batch(0, events // 2, cast)
    bare, whole = [], []
    for number in range(ROUNDS):
        settings = make_settings(folder / str(number))
        bare.append(timed(load_bare, settings, batch))
        whole.append(timed(load_rows, settings, batch))
        shutil.rmtree(folder / str(number))
    sizes = ", ".join(f"{batch[part].num_rows:,} {part}" for part in CHILDREN)
    told = f"{min(whole):.1f} s, bare INSERT {min(bare):.1f} s: {min(whole) / min(bare):.2f} times"
    return [
        (
            f"load of {sizes}, with their releases and {PEOPLE:,} people told apart",
            told,
            "at most 2.5 times a bare INSERT",
        )
    ]


def measure_dlt(folder: Path, cast: pa.Table, python: str) -> list[Row]:
    """Load batch after batch into one file, beside dlt's merge of the same dictionaries into another.

    Both start with a large sample, then get a tenth as much. Ours comes as Arrow, as the line hands it
    over, with the releases' texts and the people to tell apart; dlt is given events, attendees and topics alone. What it would
    take to make Arrow of the dictionaries is told beside.
    """
    settings = make_settings(folder / "ours")
    folders, ours = [], []
    first = 0
    for count in SAMPLES:
        batch = make_batch(first, count, cast)
        folders.append(folder / str(len(folders)))
        folders[-1].mkdir()
        for name in CHILDREN:
            pq.write_table(batch[name].drop_columns("reading_id"), folders[-1] / f"{name}.parquet")
        given = {name: batch[name].to_pylist() for name in CHILDREN}
        converted = sum(timed(pa.Table.from_pylist, rows, SCHEMAS[name]) for name, rows in given.items())
        known = 2 * TOLD * first
        del given  # dlt, too, has one batch in memory
        number = sum(batch[name].num_rows for name in CHILDREN)
        ours.append((number, known, timed(load_rows, settings, batch), converted))
        first += count
    command = [python, "-m", "benchmarks.dlt_merge", *map(str, folders)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = []
    for (number, known, took, converted), line in zip(ours, answer.stdout.split(), strict=True):
        theirs = float(line)
        told = f"{took:.2f} s, dlt {theirs:.1f} s: {theirs / took:.0f} times as fast"
        told += f"; {theirs / (took + converted):.0f} times with {converted:.2f} s to make Arrow of the dictionaries"
        what = f"{number:,} dictionaries into a warehouse of {known:,}, beside dlt's merge of them"
        rows.append((what, told, "at least 20 times as fast"))
    return rows


def fill(settings: Settings, events: int, cast: pa.Table) -> None:
    """Fill a warehouse in large batches; go on where an earlier run was ended."""
    releases = events // 2
    with open_working(settings) as con:
        [(begin,)] = con.execute("SELECT count(*) FROM readings").fetchall()
    for first in range(begin, releases, PIECE):
        load_rows(settings, make_batch(first, min(PIECE, releases - first), cast))


def measure_growth(folder: Path, events: int, cast: pa.Table) -> list[Row]:
    """Load 500 new releases, and 500 changed ones from amid the others, into a small warehouse and a large one by turns."""
    sizes = (50_000, events)
    warehouses = {size: make_settings(folder / str(size)) for size in sizes}
    new: dict[int, list[float]] = {size: [] for size in sizes}
    changed: dict[int, list[float]] = {size: [] for size in sizes}
    for size, settings in warehouses.items():
        fill(settings, size, cast)
    for number in range(TURNS + 1):
        for size, settings in warehouses.items():
            with open_working(settings) as con:
                counts = "SELECT (SELECT count(DISTINCT release_id) FROM readings), (SELECT count(*) FROM loads)"
                [(releases, loads)] = con.execute(counts).fetchall()
            amid = (number + 1) * size // 2 // (TURNS + 2)
            new[size].append(timed(load_rows, settings, make_batch(releases, 500, cast)))
            changed[size].append(timed(load_rows, settings, make_batch(amid, 500, cast, version=loads)))
    # The first load of each kind reads what it needs from the disk, and is not counted.
    news, changes = ([min(taken[size][1:]) for size in sizes] for taken in (new, changed))
    told = f"{news[1]:.2f} s, into 50,000 events {news[0]:.2f} s: {news[1] / news[0]:.2f} times"
    return [
        (f"500 new releases into {events:,} events", told, "at most 1.5 times"),
        (
            f"500 changed releases of {events:,} events",
            f"{changes[1]:.2f} s, of 50,000 events {changes[0]:.2f} s",
            "under 5 s",
        ),
    ]


def build_models(settings: Settings, lock: Lock) -> None:
    """Build all models, and the table of ranks that one of them reads, without any check."""
    process = _run_dbt(settings, lock, "build", "--resource-type", "model", "--resource-type", "seed")
    if process.returncode:
        raise SystemExit(process.stdout)


def measure_models(folder: Path, events: int, cast: pa.Table) -> list[Row]:
    """Build the models on the large warehouse, then the models with their checks."""
    settings = make_settings(folder / str(events))
    fill(settings, events, cast)
    entries: dict[str, Iterable[object]] = {
        "event_types": vocabulary.load_event_types().values(),
        "topic_vocabulary": vocabulary.load_topics().values(),
        "countries": vocabulary.load_countries().values(),
    }
    load_rows(settings, {name: vocabulary_rows(name, of_table)[name] for name, of_table in entries.items()})
    with open_working(settings) as con:
        con.execute(
            "INSERT INTO sources BY NAME SELECT 'bench' AS source_id, 'Bench' AS name, 'Bench' AS issuer, true AS enabled "
            "WHERE NOT EXISTS (FROM sources)"
        )
        joined = timed(join_engagements, con)
    rows = [(f"engagements of {events:,} events joined, all at once", f"{joined:.1f} s", "")]
    for what, asked in (("models", "under 60 s"), ("models and checks", "")):
        before = processor_s()
        if asked:
            with hold_lock(settings) as lock:
                took = timed(build_models, settings, lock)
        else:
            took = timed(build_summaries, settings)
        told = f"{took:.1f} s ({processor_s() - before:.0f} s of processor)"
        rows.append((f"all {what} at {events:,} events", told, asked))
    return rows


def measure_publishing(folder: Path, events: int, cast: pa.Table) -> list[Row]:
    """Publish the large warehouse, beside a plain copy of it that is flushed, by turns."""
    settings = make_settings(folder / str(events))
    fill(settings, events, cast)
    with open_working(settings) as con:
        record_build(con, 0, 0, [])
    plain, published = [], []
    for _ in range(ROUNDS):
        plain.append(timed(copy_plainly, settings))
        published.append(timed(publish, settings))
    size = settings.working_file.stat().st_size / 1e9
    told = f"{min(published):.1f} s, plain copy with fsync {min(plain):.1f} s: {min(published) / min(plain):.2f} times"
    return [(f"publication of {size:.1f} GB", told, "at most 1.5 times")]


def main() -> None:
    """Measure the parts asked for, print the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=5_000_000, help="events in the large warehouse")
    parser.add_argument("--part", choices=PARTS, action="append", help="one part alone; may be given again")
    parser.add_argument("--folder", type=Path, default=None, help="where to work, and leave the filled warehouse")
    parser.add_argument("--dlt", default="", help="a Python that has dlt")
    arguments = parser.parse_args()
    cast = make_people()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        passing = Path(name)
        staying = arguments.folder or passing
        work: dict[str, Callable[[], list[Row]]] = {
            "load": lambda: measure_load(passing / "load", min(1_000_000, arguments.events), cast),
            "dlt": lambda: measure_dlt(passing / "dlt", cast, arguments.dlt) if arguments.dlt else [],
            "growth": lambda: measure_growth(staying, arguments.events, cast),
            "models": lambda: measure_models(staying, arguments.events, cast),
            "publish": lambda: measure_publishing(staying, arguments.events, cast),
        }
        kept = staying / "measured.json"
        rows: dict[str, list[Row]] = json.loads(kept.read_text()) if kept.exists() and arguments.part else {}
        for part in arguments.part or PARTS:
            rows[part] = work[part]()
            for row in rows[part]:
                print(" | ".join(row), flush=True)
            kept.write_text(json.dumps(rows))
    write_table([tuple(row) for part in PARTS for row in rows.get(part, [])])


def write_table(rows: Iterable[Row]) -> None:
    """Write the table of the last run of each part."""
    path = Path(__file__).parent / "results" / "warehouse.md"
    path.parent.mkdir(exist_ok=True)
    head = [
        "# What the warehouse costs",
        "",
        "Written by `make bench-warehouse`.",
        "",
        "| what | measured | asked |",
    ]
    said = f"The best of {ROUNDS} rounds (growth: {TURNS}) where two things are compared, taken by turns in one run. "
    said += f"{date.today()}, DuckDB {duckdb.__version__}, {os.cpu_count()} cores."
    lines = [*head, "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows), "", said, ""]
    path.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
