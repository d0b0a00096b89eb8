"""Engagements: which tellings are one, the same whatever was loaded first, and only what changed is looked at."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline.people import block_key
from pipeline.records import Attendee, Event, Evidence, Extraction, Release
from pipeline.rows import Tables, release_rows
from pipeline.settings import Settings
from pipeline.warehouse import hash_tables, join_engagements, open_working
from pipeline.warehouse.tellings import Telling, join_tellings
from tests.warehouse_samples import load_rows, make_settings, make_vocabulary

DAY = date(2026, 3, 4)


def telling(event_id: str, *people: str, **other: object) -> Telling:
    """Return a meeting of the people on the day, told by a release of its own, unless said otherwise."""
    usual = {
        "release_id": f"release of {event_id}",
        "event_type": "meeting",
        "first_day": DAY,
        "last_day": other.get("first_day", DAY),
        "place": None,
        "country": None,
        "told": (DAY, event_id, 0),
    }
    return Telling(event_id=event_id, principals=frozenset(people), **usual | other)


def joined(*tellings: Telling, **decided: list[tuple[str, str]]) -> set[frozenset[str]]:
    """Return the groups of event ids, checked to be the same in any order."""
    found = join_tellings(tellings, **decided)
    for seed in range(5):
        assert join_tellings(random.Random(seed).sample(tellings, len(tellings)), **decided) == found
    groups: dict[str, set[str]] = {}
    for event_id, engagement_id in found.items():
        groups.setdefault(engagement_id, set()).add(event_id)
    assert all(engagement_id in members for engagement_id, members in groups.items())
    return {frozenset(members) for members in groups.values()}


def together(*events: str) -> set[frozenset[str]]:
    return {frozenset(events)}


def apart(*events: str) -> set[frozenset[str]]:
    return {frozenset([event]) for event in events}


def test_the_same_meeting_told_by_two_issuers_is_one() -> None:
    one, other = telling("a", "ana", "bo", place="Xanthe", country="XA"), telling("b", "bo", "ana")
    assert joined(one, other) == together("a", "b")
    assert joined(one, replace(other, place="the city of Xanthe", country="XA")) == together("a", "b")
    assert set(join_tellings([other, one]).values()) == {"a"}
    assert set(join_tellings([other, replace(one, told=(DAY + timedelta(days=1), "a", 0))]).values()) == {"b"}


def test_a_visit_and_the_meeting_in_it_are_one() -> None:
    visit = telling("v", "ana", "bo", event_type="visit", release_id="r", last_day=DAY + timedelta(days=2))
    meeting = telling("m", "ana", "bo", release_id="r", first_day=DAY + timedelta(days=1))
    assert joined(visit, meeting) == together("v", "m")
    assert joined(visit, replace(meeting, release_id="other")) == together("v", "m")
    second = replace(meeting, event_id="n", first_day=DAY + timedelta(days=2), last_day=DAY + timedelta(days=2))
    assert joined(visit, meeting, second) == {frozenset(["v", "m"]), frozenset(["n"])}


@pytest.mark.parametrize(
    "other",
    [
        telling("b", "ana", "bo", first_day=DAY + timedelta(days=1)),
        telling("b", "ana", "bo", event_type="call"),
        telling("b", "ana", "cy"),
        telling("b", "ana", "bo", "cy"),
        telling("b", "ana"),
        telling("b", "ana", "bo", country="XB"),
        telling("b", "ana", "bo", place="Port Caldera", country="XA"),
        telling("b", "ana", "bo", release_id="release of a"),
    ],
    ids=["another day", "another type", "other people", "a third", "one alone", "country", "place", "one release"],
)
def test_other_day_type_people_or_place_is_another(other: Telling) -> None:
    assert joined(telling("a", "ana", "bo", place="Xanthe", country="XA"), other) == apart("a", "b")


def test_what_agrees_with_two_that_disagree_joins_the_first_told() -> None:
    here, there = telling("a", "ana", "bo", place="Xanthe"), telling("b", "ana", "bo", place="Sarmin")
    assert joined(here, there, telling("c", "ana", "bo")) == {frozenset(["a", "c"]), frozenset(["b"])}


def test_two_principals_in_common_are_enough_at_a_summit() -> None:
    summit = telling("a", "ana", "bo", "cy", "dan", event_type="conference")
    assert joined(summit, telling("b", "ana", "dan", event_type="conference")) == together("a", "b")
    assert joined(summit, telling("b", "ana", "eve", event_type="conference")) == apart("a", "b")


def test_what_people_decided_overrules() -> None:
    one, other = telling("a", "ana", "bo"), telling("b", "bo", "ana")
    elsewhere = telling("c", "cy", "dan", first_day=DAY + timedelta(days=9))
    assert joined(one, other, different=[("b", "a")]) == apart("a", "b")
    assert joined(one, other, elsewhere, same=[("c", "a")]) == together("a", "b", "c")
    assert joined(one, elsewhere, same=[("a", "c")], different=[("a", "c")]) == apart("a", "c")
    assert joined(one, same=[("a", "gone")]) == together("a")


CAST = {
    "Ana Berro": ("President", "XA"),
    "Gil Hassen": ("Minister of Trade", "XA"),
    "Bo Cillan": ("Prime Minister", "XB"),
    "Ina Jurek": ("Ambassador", "XB"),
    "Dana Effer": ("President", "XC"),
}


def release(number: int, *meetings: tuple[str, list[str]], day: int = 0, fetch: int = 0) -> Tables:
    """Return the rows of a release that tells events of the type and people, each in a sentence of its own."""
    sentences = [
        f"On that day {' and '.join(names)} took part, as told in {at}." for at, (_, names) in enumerate(meetings)
    ]
    published = datetime(2026, 3, 4, 9, tzinfo=UTC) + timedelta(days=day)
    told = Release(
        "example",
        f"https://press.example/{number}",
        f"News {number}",
        " ".join(sentences),
        published_at=published,
        published_date=published.date(),
        date_basis="meta",
        language="en",
        country="XA",
        page_sha256=f"sha-{number}",
        archive_ref=f"one.warc.gz:{number}",
        fetched_at=published + timedelta(days=fetch, hours=number),
    )
    events = []
    for sentence, (event_type, names) in zip(sentences, meetings, strict=True):
        begin = told.text.index(sentence)
        seats = []
        for name in names:
            at = told.text.index(name, begin)
            seats.append(
                Attendee("person", name, (name,), *CAST[name][:1], None, CAST[name][1], "other", 0.9,
                         (Evidence("name", at, at + len(name), "test"),))
            )  # fmt: skip
        events.append(
            Event(event_type, "primary", "held", (begin, begin + len(sentence)), start_date=published.date(),
                  date_precision="day", date_basis="today", name=sentence, attendees=tuple(seats))
        )  # fmt: skip
    read = [(told, Extraction(tuple(events)))]
    return release_rows(read, rules_version="1", name_key=block_key, seen_at=published)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


def engagements(settings: Settings) -> list[list[int]]:
    """Return, for each engagement told more than once, the numbers of the releases that tell it."""
    with open_working(settings) as con:
        return [
            row[0]
            for row in con.execute(
                "SELECT list(regexp_extract(url, '[0-9]+$')::INTEGER ORDER BY url) FROM events JOIN releases USING (release_id) "
                "GROUP BY engagement_id HAVING count(*) > 1 ORDER BY 1"
            ).fetchall()
        ]


def test_who_leads_each_side_counts_and_not_who_comes_along(settings: Settings) -> None:
    load_rows(
        settings,
        make_vocabulary(),
        release(1, ("meeting", ["Ana Berro", "Bo Cillan", "Gil Hassen", "Ina Jurek"])),
        release(2, ("meeting", ["Bo Cillan", "Ana Berro", "Ina Jurek"])),
        release(3, ("meeting", ["Gil Hassen", "Ina Jurek"])),
    )
    with open_working(settings) as con:
        assert join_engagements(con).moved == 1
        assert join_engagements(con) == join_engagements(con)
    assert engagements(settings) == [[1, 2]]


def test_a_telling_that_goes_or_changes_leaves_its_engagement(settings: Settings) -> None:
    pair = ["Ana Berro", "Bo Cillan"]
    load_rows(settings, make_vocabulary(), *(release(n, ("meeting", pair)) for n in (1, 2, 3)))
    with open_working(settings) as con:
        join_engagements(con)
    assert engagements(settings) == [[1, 2, 3]]
    with open_working(settings) as con:
        sql = (
            "SELECT right(url, 1)::INTEGER FROM events JOIN releases USING (release_id) WHERE event_id = engagement_id"
        )
        first = con.execute(sql).fetchall()[0][0]
    load_rows(settings, release(first, ("meeting", ["Ana Berro", "Dana Effer"]), fetch=1))
    with open_working(settings) as con:
        seq = con.execute("SELECT max(seq) FROM changes").fetchone()
        join_engagements(con)
        moved = con.execute("SELECT kind, what FROM changes WHERE seq > ?", seq).fetchall()
    assert engagements(settings) == [[number for number in (1, 2, 3) if number != first]]
    assert moved == [("event", "changed")] * 2


PEOPLE = st.lists(st.sampled_from(sorted(CAST)), min_size=1, max_size=3, unique=True)
MEETING = st.tuples(st.sampled_from(["meeting", "visit", "conference"]), PEOPLE)
RELEASES = st.lists(st.tuples(st.lists(MEETING, min_size=1, max_size=2), st.integers(0, 1)), min_size=2, max_size=6)


@hypothesis_settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=RELEASES, seed=st.integers(0, 99))
def test_joining_now_and_then_gives_what_joining_all_at_once_gives(
    tmp_path_factory: pytest.TempPathFactory, told: list, seed: int
) -> None:
    parts = [release(number, *meetings, day=day) for number, (meetings, day) in enumerate(told)]
    once, often = (make_settings(tmp_path_factory.mktemp("engagements")) for _ in range(2))
    load_rows(once, make_vocabulary(), *parts)
    with open_working(once) as con:
        join_engagements(con)
        expected = hash_tables(con), con.execute("FROM joined_events ORDER BY ALL").fetchall()
    for part in random.Random(seed).sample(parts, len(parts)):
        load_rows(often, make_vocabulary(), part)
        with open_working(often) as con:
            join_engagements(con)
    with open_working(often) as con:
        assert (hash_tables(con), con.execute("FROM joined_events ORDER BY ALL").fetchall()) == expected
