"""Whose officials those are whom the text introduces without a state, and who is host among them."""

from __future__ import annotations

import pytest

from pipeline.extract import extract_release
from pipeline.records import Event, Release


def event_of(body: str, title: str = "News") -> Event:
    release = Release("s", "https://example.org/r", title, body, language="en")
    return next(event for event in extract_release(release).events if event.mention == "primary")


def country_of(event: Event, name: str) -> str | None:
    return next(attendee.country for attendee in event.attendees if attendee.name == name)


@pytest.mark.parametrize(
    "body",
    [
        # the issuer's city opens the text, wherever the trip goes
        "Bamako, Mali: President Oren Tasvel arrived in Dakar today and met Senegal's Foreign Minister Mara Quill.",
        # an institution that only one state has
        "The Taoiseach's office said that Minister Oren Tasvel met the Foreign Minister of Chad, Mara Quill, in Dublin.",
        # "between X and Y" names one's own, officials introduced with their state are others
        "Minister Oren Tasvel met the Foreign Minister of Chad, Mara Quill. They discussed relations between Mali and Chad.",
        # the goal of a trip is not the home of who travels
        "Minister Oren Tasvel travelled to Senegal today. He met Mara Quill, Foreign Minister of Senegal. Mali will host him next.",
    ],
)
def test_officials_without_a_state_act_for_the_issuers(body: str):
    assert country_of(event_of(body), "Oren Tasvel") in ("ML", "IE")


def test_the_site_of_a_war_is_nobodys_home():
    event = event_of("President Oren Tasvel met Minister Mara Quill and discussed the war in Yemen.")
    assert {attendee.country for attendee in event.attendees} == {None}


def test_a_head_of_state_is_host_at_home_and_members_of_one_body_are_not():
    received = event_of("President Oren Tasvel of Mali met Governor Mara Quill in Bamako today.")
    assert [attendee.side for attendee in received.attendees] == ["host", "guest"]
    together = event_of("Minister Oren Tasvel of Mali met Minister Mara Quill in Bamako today.")
    assert [attendee.side for attendee in together.attendees] == ["other", "other"]


def test_a_trip_within_ones_own_state_has_no_host():
    event = event_of("Bamako: President Oren Tasvel of Mali visited Timbuktu in Mali today.")
    assert [attendee.side for attendee in event.attendees] == ["other"]


@pytest.mark.parametrize("guest", ["Ambassador Mara Quill from Chad", "Chad's Mr Mara Quill"])
def test_the_state_stands_around_a_name(guest: str):
    event = event_of(f"President Oren Tasvel of Mali received {guest} in Bamako today.")
    assert country_of(event, "Mara Quill") == "TD"


def test_a_rank_before_a_name_leaves_the_office_after_it():
    event = event_of(
        "President Oren Tasvel of Mali met Gen. Mara Quill, Minister of Defence, Ilo Vastar, Minister of Finance, and "
        "Tolvi Hagerup, Minister of Labour, in Bamako."
    )
    positions = {attendee.name: attendee.position for attendee in event.attendees}
    assert positions["Mara Quill"] == "Minister of Defence"
    assert positions["Ilo Vastar"] == "Minister of Finance"


def test_a_headings_comma_joins_two_people():
    body = "President Oren Tasvel of Mali met the Ambassador of Chad, Mara Quill, in Bamako. They discussed trade."
    event = event_of(body, title="Tasvel, Chad ambassador discuss trade")
    assert country_of(event, "Oren Tasvel") == "ML"
