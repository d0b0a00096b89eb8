"""Which known releases are looked at again, in an archive as runs fill it: what changed, what went, what is young; once each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive import Archive
from pipeline.fetch.revisits import choose_revisits
from pipeline.records import Address, Coverage, Exchange, Interval
from pipeline.sources import Source
from pipeline.sources.discovery import Discovery

NOW = datetime(2026, 4, 1, tzinfo=UTC)
TODAY = Interval(NOW - timedelta(days=1), NOW)
HOME = "http://press.example"
SOURCE = Source.model_validate(
    {
        "id": "office", "name": "Office", "issuer": "Office", "country": "XA", "language": "en", "timezone": "UTC",
        "url": HOME, "start": date(2020, 1, 1), "discovery": [{"feed": {"url": f"{HOME}/feed.xml"}}],
    }
)  # fmt: skip


def days(count: float) -> datetime:
    return NOW - timedelta(days=count)


def listed(name: str, **more: Any) -> Address:
    return Address("office", f"{HOME}/{name}", **more)


class Known:
    """An archive with releases that went into the warehouse."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def visit(self, address: Address, at: datetime, status: int = 200, *, load: bool = True) -> None:
        with Archive(self.folder, "office") as archive:
            body = b"<p>text of %b</p>" % address.url.encode()
            ref = archive.store(Exchange(address.url, (), status, "Status", (), body, at), address, "release")
            archive.note_loaded([ref] if load else [])

    def again(
        self, *found: Address, seen: tuple[datetime, datetime] | None = None, interval: Interval = TODAY
    ) -> list[str]:
        """Return what a run asks for again, as name and cause, and its problems."""
        discovery = Discovery((), Coverage(), (), 1, found, seen)
        with Archive(self.folder) as archive:
            addresses, problems = choose_revisits(SOURCE, interval, discovery, archive, NOW)
        told = [f"{address.url.rsplit('/', 1)[1]}: {address.again}" for address in addresses]
        return [*told, *(problem.reason for problem in problems)]


@pytest.fixture
def known(tmp_path: Path) -> Known:
    return Known(tmp_path)


def test_what_the_listing_says_changed_is_asked_for_once(known: Known) -> None:
    known.visit(listed("a", published=days(60)), days(59))
    known.visit(listed("b", published=days(60)), days(59), load=False)
    changed = listed("a", published=days(60), updated=days(0.5))
    cause = "a: listed as changed on 2026-03-31T12:00Z"
    assert known.again(changed, listed("b", published=days(60), updated=days(0.5))) == [cause]
    assert known.again(listed("a", published=days(60), updated=days(3))) == []  # another run's time
    known.visit(listed("a", published=days(60), updated=days(0.5), again=cause.removeprefix("a: ")), NOW)
    assert known.again(changed) == []


def test_what_the_listing_should_show_and_does_not_is_asked_for_once(known: Known) -> None:
    for number in range(20, 40):
        known.visit(listed(str(number), published=days(number)), days(number - 1))
    shown = [listed(str(number), published=days(number)) for number in range(20, 40) if number != 25]
    assert known.again(*shown, seen=(days(39.5), days(20))) == ["25: no longer listed"]
    assert known.again(*shown, seen=(days(24), days(20))) == []  # the pages that were read do not reach so far back
    assert known.again(*shown) == []
    known.visit(listed("25", published=days(25), again="no longer listed"), NOW, 410)
    assert known.again(*shown, seen=(days(39.5), days(20))) == []


def test_a_listing_that_lost_much_is_a_problem_and_asks_for_nothing(known: Known) -> None:
    for number in range(20, 40):
        known.visit(listed(str(number), published=days(number)), days(number - 1))
    shown = [listed(str(number), published=days(number)) for number in range(20, 30)]
    assert known.again(*shown, seen=(days(39.5), days(20))) == ["listing-shrank"]


def test_what_is_young_is_looked_at_ever_more_rarely_and_only_in_runs_of_its_time(known: Known) -> None:
    address = listed("a", published=days(8))
    known.visit(address, days(7))  # a day old then: due at two, at four, at eight
    assert known.again() == ["a: young, last seen on 2026-03-25T00:00Z"]
    assert known.again(interval=Interval(days(400), days(399))) == []
    known.visit(address, days(3))
    assert known.again() == []
    for name, age in (("old", 15), ("new", 0.2)):
        known.visit(listed(name, published=days(age)), days(age) + timedelta(minutes=1))
    known.visit(listed("undated"), days(5))
    assert known.again() == []


def test_notes_of_what_was_loaded_survive_a_lost_index(known: Known) -> None:
    known.visit(listed("a", published=days(8)), days(7))
    known.visit(listed("b", published=days(8)), days(7), load=False)
    for path in known.folder.glob("index*"):
        path.unlink()
    with Archive(known.folder) as archive:
        assert [entry.address.url for entry in archive.entries("office", loaded=True)] == [f"{HOME}/a"]
        assert archive.is_known(f"{HOME}/a", "office")
        assert not archive.is_known(f"{HOME}/b", "office")
        [entry] = archive.known_releases("office", days(9), NOW)
        archive.note_loaded([entry.archive_ref])
    assert len(list(known.folder.glob("*.warc.gz"))) == 2  # noted once
