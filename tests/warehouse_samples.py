"""Invented releases and what is read from them, for the tests of the warehouse; settings in a folder of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from pipeline.people import Mention, block_key, resolve_people
from pipeline.records import (
    Attendee,
    Coverage,
    Event,
    Evidence,
    Extraction,
    Interval,
    Problem,
    Release,
    Run,
    Topic,
)
from pipeline.rows import Tables, join_rows, problem_rows, release_rows, run_rows, vocabulary_rows
from pipeline.settings import Settings, load_settings
from pipeline.vocabulary import load_countries, load_event_types, load_topics
from pipeline.warehouse import LoadResult, MentionRow, load

DAY = datetime(2026, 3, 1, 9, tzinfo=UTC)
CAST = {
    "Ana Berro": ("Minister of Trade", "XA"),
    "Bo Cillan": ("Ambassador", "XB"),
    "Dana Effer": ("President", "XC"),
    "Gil Hassen": ("Deputy Minister of Trade", "XA"),
    "Ina Jurek": ("Prime Minister", "XB"),
}


def make_settings(folder: Path, lock_wait_s: float = 10) -> Settings:
    """Return settings whose state lies in the folder."""
    usual = load_settings()
    return Settings(
        home=folder / "home",
        warehouse=folder / "warehouse",
        sql=usual.sql,
        sources=usual.sources,
        contact=usual.contact,
        lock_wait_s=lock_wait_s,
    )


def make_release(number: int, names: Sequence[str] = (), *, version: int = 0, day: int | None = None) -> Release:
    """Return a release that says who met; another version has another sentence and is fetched a day later."""
    published = DAY + timedelta(days=number if day is None else day)
    said = " and ".join(names) or "officials"
    return Release(
        source_id="example",
        url=f"https://press.example/{number}",
        title=f"Talks number {number}",
        body=f"Today {said} met in Xanthe to discuss trade.\n\nIt was the version {version}.\n\nThe talks were good.",
        published_at=published,
        published_date=published.date(),
        date_basis="meta",
        language="en",
        byline=("Kay Lumen",),
        country="XA",
        page_sha256=f"sha-{number}-{version}",
        archive_ref=f"one.warc.gz#{number}-{version}",
        fetched_at=published + timedelta(days=version, hours=1),
    )


def read_release(
    release: Release, names: Sequence[str], *, topics: Sequence[str] = ("trade-and-investment",)
) -> Extraction:
    """Return a meeting of the named people, each cell with its words, and a planned visit it refers to."""
    text = release.text
    begin = text.index("Today")
    end = text.index("trade.") + len("trade.")
    attendees = []
    for name in names:
        at = text.index(name)
        position, country = CAST.get(name, (None, "XA"))
        evidence = (Evidence("name", at, at + len(name), "test.name"),)
        side = "host" if country == "XA" else "guest"
        attendees.append(Attendee("person", name, (name,), position, None, country, side, 0.9, evidence))
    attendees.append(Attendee("group", "accompanying delegation", (), None, None, "XB", "guest", 0.8))
    labels = load_topics()
    read = tuple(Topic(labels[topic].label, topic, labels[topic].iptc_code, evidence=()) for topic in topics)
    meeting = Event(
        "meeting",
        "primary",
        "held",
        (begin, end),
        start_date=release.published_date,
        date_precision="day",
        date_basis="today",
        place="Xanthe",
        country="XA",
        name=f"Meeting of {' and '.join(names)}",
        plover_code="CONSULT",
        plover_mode="visit",
        confidence=0.9,
        attendees=tuple(attendees),
        topics=(*read, Topic("Harbour Accord", kind="named")),
        evidence=(Evidence("start_date", begin, begin + 5, "test.today"),),
    )
    visit = Event("visit", "referenced", "planned", (begin, end), nth=1, country="XB", name="A visit", part_of=None)
    return Extraction(events=(meeting, visit), mentioned=("Moe Nassar",))


def make_rows(
    *items: tuple[int, Sequence[str]], version: int = 0, rules: str = "rules-1", day: int | None = None
) -> Tables:
    """Return the rows of releases given by number and the names that meet there."""
    releases = [(make_release(number, names, version=version, day=day), names) for number, names in items]
    read = [(release, read_release(release, names)) for release, names in releases]
    return release_rows(read, rules_version=rules, name_key=block_key, seen_at=DAY)


def make_vocabulary() -> Tables:
    """Return the vocabularies, and one source."""
    source = SimpleNamespace(
        id="example",
        name="Example newsroom",
        issuer="Press office of Xanthia",
        country="XA",
        language="en",
        timezone="UTC",
        url="https://press.example/",
        licence=None,
        enabled=True,
        verified=None,
    )
    return {
        **vocabulary_rows("sources", [source]),
        **vocabulary_rows("event_types", load_event_types().values()),
        **vocabulary_rows("topic_vocabulary", load_topics().values()),
        **vocabulary_rows("countries", load_countries().values()),
    }


def make_run(run_id: str = "run-1", coverage: Coverage | None = None) -> Tables:
    """Return a run over March 2026."""
    interval = Interval(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    run = Run(run_id, "example", interval, "cli", DAY, "rules-1", coverage or Coverage("complete"), found=3, fetched=3)
    return run_rows([run])


def make_problem(number: int, seen_at: datetime = DAY, reason: str = "timeout") -> Tables:
    """Return a page that could not be fetched."""
    problem = Problem("fetch", reason, "no answer", source_id="example", address=f"https://press.example/{number}")
    return problem_rows([problem], seen_at=seen_at)


def resolve(rows: Sequence[MentionRow]) -> list:
    """Say which mentions are one person, by the real rules."""
    return resolve_people(Mention(**row._asdict()) for row in rows)


def load_rows(settings: Settings, *parts: Tables) -> LoadResult:
    """Load the tables of several parts as one batch."""
    return load(settings, join_rows(parts), resolve=resolve, loaded_at=DAY)
