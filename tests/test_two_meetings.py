"""A release in the manner of state news agencies: two receptions of one envoy, companions told at the end, past rounds of talks
recalled, a reporter's name below. Retold in our own words with invented people."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.extract import extract_release
from pipeline.records import Event, Extraction, Release

TEXT = """President Tariq al-Mansur received today Dariush Behrami, the Borvanian Foreign Minister’s Envoy for the \
Karsu Valley, and his accompanying delegation.

Behrami told President Al-Mansur what had come out of the recent Astana meeting, above all on the committee that writes the \
constitution.

The Borvanian delegation also set out the results of the recent Geneva meeting between Iran, Russia and Turkey.

The talks dealt with bilateral relations, and Behrami said that Borvania stands by Xanthia in protecting its sovereignty and \
in fighting terrorism.

Presidential Adviser for Information Dr. Layla Karam, Deputy Minister of Foreign Affairs Nabil al-Hariri, and \
Director of the Eastern Department at the Ministry of Foreign Affairs Omar Saad attended the meeting.

In the same context, Deputy Prime Minister and Minister of Foreign Affairs Idris al-Khatib discussed \
with Behrami and his accompanying delegation the peace process and the situation in the region.

Deputy Minister Al-Hariri, Head of the Department of the East at the Ministry of Foreign Affairs Omar Saad , \
and Ambassador of the Republic of Borvania to Xanthia Javid Torkan attended the meeting.

Salma Haddad"""


@pytest.fixture(scope="module")
def read() -> Extraction:
    title = "President al-Mansur to Behrami: The fight against terrorism protects the safety of citizens"
    release = Release("own", "own:two-meetings", title, TEXT, published_date=date(2026, 3, 16), language="en")
    return extract_release(release)


def people(event: Event) -> dict[str, tuple[str | None, str | None, str]]:
    return {a.name: (a.position, a.country, a.side) for a in event.attendees if a.kind == "person"}


def test_both_meetings_have_exactly_their_people_with_positions_countries_and_sides(read: Extraction) -> None:
    first, second = [event for event in read.events if event.mention == "primary"]
    envoy = ("Borvanian Foreign Minister’s Envoy for the Karsu Valley", "XB", "guest")
    assert (first.event_type, first.start_date, first.date_basis) == ("meeting", date(2026, 3, 16), "today")
    assert (second.event_type, second.start_date, second.date_basis) == ("meeting", date(2026, 3, 16), "published")
    assert people(first) == {
        "Tariq al-Mansur": ("President", "XA", "host"),
        "Dariush Behrami": envoy,
        "Layla Karam": ("Presidential Adviser for Information", "XA", "host"),
        "Nabil al-Hariri": ("Deputy Minister of Foreign Affairs", "XA", "host"),
        "Omar Saad": (
            "Director of the Eastern Department at the Ministry of Foreign Affairs",
            "XA",
            "host",
        ),
    }
    assert people(second) == {
        "Idris al-Khatib": ("Deputy Prime Minister and Minister of Foreign Affairs", "XA", "host"),
        "Dariush Behrami": envoy,
        "Nabil al-Hariri": ("Deputy Minister of Foreign Affairs", "XA", "host"),
        "Omar Saad": (
            "Head of the Department of the East at the Ministry of Foreign Affairs",
            "XA",
            "host",
        ),
        "Javid Torkan": ("Ambassador of the Republic of Borvania to Xanthia", "XB", "guest"),
    }


def test_the_rounds_of_talks_that_are_recalled_are_referenced_events(read: Extraction) -> None:
    recalled = {event.place: event for event in read.events if event.mention == "referenced"}
    assert set(recalled) == {"Astana", "Geneva"}
    assert (recalled["Astana"].country, recalled["Geneva"].country) == ("KZ", "CH")
    assert {a.country for a in recalled["Geneva"].attendees if a.kind == "state"} == {"IR", "RU", "TR"}
    assert recalled["Astana"].start_date is None
    assert recalled["Geneva"].start_date is None


def test_the_reporter_is_an_author_and_sits_nowhere(read: Extraction) -> None:
    assert read.authors == ("Salma Haddad",)
    assert all("Salma Haddad" not in people(event) for event in read.events)


def test_one_spelling_stands_for_both_in_the_whole_release(read: Extraction) -> None:
    seats = [a for event in read.events for a in event.attendees if a.name == "Nabil al-Hariri"]
    assert len(seats) == 2
    assert {form for seat in seats for form in seat.written_as} == {"Nabil al-Hariri", "Al-Hariri"}
