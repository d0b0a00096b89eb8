"""Drift: a source that loses its dates, halves its bodies or changes its shape is named the same day, its suspects held back."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline import runs
from pipeline.drift import Drift, Read, Usual, find_drift
from pipeline.records import Coverage, Interval
from pipeline.settings import Settings, load_settings
from pipeline.sources import Source, load_source
from tests.conftest import environment

DAY = Interval(datetime(2026, 6, 10, tzinfo=UTC), datetime(2026, 6, 11, tzinfo=UTC))
COMPLETE = Coverage("complete", "the listing was read to its end")
YAML = """name: {name}
issuer: Office
country: XA
language: en
timezone: UTC
url: folder:{name}
verified: null
schedule: "0 0 * * *"
start: 2026-01-01
discovery:
  - folder: {{path: {name}}}
floors: {{share_dated: 0.95, share_with_body: 0.8, releases_a_week: 10}}
ceilings: {{releases_a_week: 60}}
"""
SENTENCES = (
    "The Minister received the Ambassador of Dunmark, Freya Lund, in the palace by the lake.",
    "They spoke about the railway, the harbour and the school that both countries build in Vell.",
    "The Minister thanked the Ambassador for the rescue team that came after the flood in the valley.",
    "Both sides agreed that the joint commission will meet in Havn before the end of the year.",
    "The delegation visited the museum, where the Director showed the letters of the first envoys.",
    "A memorandum on pilots and harbour masters was signed by the heads of the two authorities.",
    "The Ambassador said that her country would open a consulate in Port Selim next spring.",
)


Line = Callable[..., dict[str, int | str]]


def text_of(seed: int, sentences: int) -> str:
    chosen = random.Random(seed).choices(SENTENCES, k=sentences)
    return "\n\n".join(f"{sentence} This was meeting number {seed}-{n}." for n, sentence in enumerate(chosen))


def one(n: int, **changed: object) -> Read:
    usual = Read(f"r{n}", f"Meeting number {n}", text_of(n, 5 + n % 7), True, "time", "en", True)
    return replace(usual, **changed)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("sources")
    (folder / "office.yml").write_text(YAML.format(name="office"))
    return load_source("office", folder)


USUAL = Usual(tuple(one(n) for n in range(100, 140)), 0)


def drift(source: Source, *read: Read, unread: tuple[str, ...] = (), usual: Usual = USUAL) -> list[Drift]:
    return find_drift(source, read, unread, usual, DAY, COMPLETE)


def test_a_day_as_usual_is_no_drift(source: Source) -> None:
    assert drift(source, *(one(n) for n in range(5))) == []


@pytest.mark.parametrize(
    ("change", "field", "held"),
    [
        (lambda n: one(n, has_date=False, date_basis="none"), "date", 4),
        (lambda n: one(n, body=text_of(n, 2)), "body", 4),
        (lambda n: one(n, body=SENTENCES[0] + "\n\n" + text_of(n, 6)), "body", 4),
        (lambda n: one(n, title="Press releases"), "title", 4),
        (lambda n: one(n, language="ar"), "language", 4),
        (lambda n: one(n, has_byline=False), "byline", 0),
        (lambda n: one(n, date_basis="url"), "shape", 0),
    ],
    ids=["dates lost", "bodies halved", "furniture in bodies", "one title", "language", "bylines lost", "shape"],
)
def test_what_changed_is_named_with_its_field_and_the_suspects(
    source: Source, change: Callable[[int], Read], field: str, held: int
) -> None:
    found = drift(source, *(change(n) for n in range(4)))
    assert [one.field for one in found] == [field]
    assert len(found[0].suspects) == held
    assert "\n" not in found[0].told


def test_a_single_release_without_a_date_is_enough_for_a_source_that_always_has_one(source: Source) -> None:
    [found] = drift(source, one(1, has_date=False, date_basis="none"))
    assert (found.field, found.suspects) == ("date", {"r1"})
    assert drift(source, one(1, has_date=False, date_basis="none"), usual=Usual()) == [
        Drift("date", "0 of 1 releases have a date; the floor is 0.95", frozenset({"r1"}))
    ]


def test_only_the_releases_that_lost_something_are_held_back(source: Source) -> None:
    [found] = drift(source, *(one(n) for n in range(3)), *(one(n, has_date=False) for n in range(3, 7)))
    assert found.suspects == {"r3", "r4", "r5", "r6"}


def test_pages_without_a_body_are_told_where_the_floor_is_missed(source: Source) -> None:
    [found] = drift(source, one(1), unread=("no-text",) * 4)
    assert (found.field, found.told) == ("body", "1 of 5 pages have a body; the floor is 0.8")
    assert drift(source, one(1), one(2), one(3), unread=("soft-404",)) == []


def test_silence_and_floods_are_told(source: Source) -> None:
    [silent] = drift(source, usual=replace(USUAL, quiet_days=5))
    assert silent == Drift("releases", "no release for 6 days, where the floor is 10 a week")
    assert drift(source, usual=replace(USUAL, quiet_days=1)) == []
    assert find_drift(source, [], [], replace(USUAL, quiet_days=9), DAY, Coverage("unknown", "no answer")) == []
    assert "releases" in [one.field for one in drift(source, *(one(n) for n in range(60)))]


def test_a_source_with_habits_of_its_own_is_seldom_taken_to_drift(source: Source) -> None:
    """Bodies between a line and a book, a fifth undated, some in another language: days like all others raise no alarm."""
    dice = random.Random(4)

    def day(number: int, first: int) -> list[Read]:
        return [
            one(
                first + n,
                body=text_of(first + n, 1 + int(dice.lognormvariate(1.5, 0.9))),
                has_date=dice.random() > 0.01,
                language="en" if dice.random() > 0.1 else "ar",
                has_byline=dice.random() > 0.5,
                date_basis=dice.choice(["time", "time", "text"]),
            )
            for n in range(number)
        ]

    past = Usual(tuple(day(60, 10_000)), 0)
    alarms = sum(bool(drift(source, *day(dice.randint(1, 8), 100 * n), usual=past)) for n in range(500))
    assert alarms <= 25


# The whole line, on folders of files.


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    """Write files into a source's folder, run a day or more, and return the run's counts."""
    folder = tmp_path / "sources"
    for name, value in environment(tmp_path, READOUT_SOURCES=str(folder)).items():
        monkeypatch.setenv(name, value)
    for name in ("office", "other"):
        (folder / name).mkdir(parents=True)
        (folder / f"{name}.yml").write_text(YAML.format(name=name))

    def run(name: str, day: int, files: dict[str, str], days: int = 1) -> dict[str, int | str]:
        for path, text in files.items():
            (folder / name / path).write_text(text)
        start = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=day)
        run_id, settings = f"test/{name}/{day}", load_settings()
        batches = runs.discover_run(name, run_id, str(start), str(start + timedelta(days=days)), "schedule", settings)
        for batch in batches:
            runs.read_batch(runs.fetch_batch(batch, settings), settings)
        return runs.load_run(run_id, settings)

    return run


def files_of(day: int, sentences: int = 12, *, dated: bool = True, count: int = 4) -> dict[str, str]:
    date = f"{datetime(2026, 6, 1) + timedelta(days=day):%Y-%m-%d}" if dated else "unknown"
    return {
        f"{day:02}-{n}.txt": f"Meeting {day}-{n} in Havn\npublished: {date}\n\n{text_of(100 * day + n, sentences)}\n"
        for n in range(count)
    }


PAST = {path: text for day in range(6) for path, text in files_of(day).items()}


def rows(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.working_file), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_drift_of_one_source_is_told_by_its_run_and_stops_no_other(line: Line, tmp_path: Path) -> None:
    for name in ("office", "other"):
        counts = line(name, 0, PAST, 6)
        assert (counts["loaded"], counts["held"], counts["drift"]) == (24, 0, "")
    halved = line("office", 6, {**files_of(6, 3, count=3), "06-9.txt": files_of(6, count=10)["06-9.txt"]})
    assert (halved["loaded"], halved["held"]) == (1, 3)
    assert line("other", 6, files_of(6))["loaded"] == 4
    told = runs.describe_run(halved)
    assert "office: body: bodies have" in told
    assert "3 releases held back" in told

    settings = load_settings()
    problems = rows(
        settings, "SELECT source_id, reason, resolved_at IS NULL FROM problems WHERE stage = 'drift' ORDER BY 2"
    )
    assert problems == [("office", "body", True), *[("office", "held-back", True)] * 3]
    [(failed,)] = rows(settings, "SELECT failed FROM runs WHERE run_id = 'test/office/6'")
    assert failed == 3

    # Somebody looks, finds the pages well read and says so; the same day again loads them, and the problems are over.
    path = tmp_path / "sources" / "office.yml"
    path.write_text(path.read_text() + "redesigned: 2026-06-07\n")
    again = line("office", 6, {})
    assert (again["loaded"], again["held"], again["unchanged"]) == (3, 0, 25)
    assert rows(settings, "SELECT count(*) FROM problems WHERE stage = 'drift' AND resolved_at IS NULL") == [(0,)]


def test_a_suspect_revision_leaves_the_release_as_it_was(
    line: Line,
) -> None:
    line("office", 0, PAST, 6)
    settings = load_settings()
    before = rows(settings, "SELECT release_id, version_id, length(body) FROM releases ORDER BY 1")
    counts = line("office", 5, files_of(5, 2))
    assert (counts["loaded"], counts["held"]) == (0, 4)
    assert rows(settings, "SELECT release_id, version_id, length(body) FROM releases ORDER BY 1") == before


def test_lost_dates_are_told_the_same_day(
    line: Line,
) -> None:
    line("office", 0, {**files_of(0), **files_of(1)}, 2)
    lost = line("office", 2, files_of(2, dated=False, count=2))
    assert lost["held"] == 2
    assert lost["drift"] == "office: date: 0 of 2 releases have a date; the floor is 0.95"
