"""What makes a trip, a meeting or a message an event of its own, and which of them a sentence by the way tells."""

from __future__ import annotations

import pytest

from tests.test_extract_events import BOTH, names, primary


def types(body: str, title: str = "Foreign Ministry news") -> list[str]:
    return [event.event_type for event in primary(body, title)]


@pytest.mark.parametrize(
    "sentence",
    [
        "President Ada Korvin departed Xanthia today for a summit in Borvania.",
        "President Ada Korvin left Borvania after three days and was seen off by President Milo Vastar.",
        "President Ada Korvin will go on a state visit to Borvania on May 20.",
        "President Ada Korvin returned home this morning.",
    ],
)
def test_departures_and_returns_are_visits(sentence: str) -> None:
    assert types(sentence) == ["visit"]


def test_who_receives_a_traveller_at_the_airport_takes_part_in_the_visit() -> None:
    events = primary(
        "President Ada Korvin arrived in Borvania on Monday for a state visit.\n\n"
        "On her arrival at the airport she was received by President Milo Vastar of Borvania."
    )
    assert [event.event_type for event in events] == ["visit"]
    assert names(events[0]) == BOTH


def test_a_title_that_tells_travel_makes_the_only_reception_a_visit() -> None:
    body = "President Ada Korvin was welcomed by President Milo Vastar of Borvania and members of his cabinet."
    assert types(body, "President Korvin arrives in Borvania") == ["visit"]
    assert types(body, "President Korvin meets President Vastar") == ["meeting"]


def test_somebody_who_came_from_a_trip_is_not_told_to_travel() -> None:
    body = "President Ada Korvin, who returned to Xanthe yesterday, received President Milo Vastar of Borvania."
    assert types(body) == ["meeting"]


def test_further_talks_with_somebody_new_are_events_of_their_own() -> None:
    events = primary(
        "President Ada Korvin received Ambassador Milo Vastar of Borvania.\n\n"
        "The President also received a delegation from the farmers' union, headed by Tomas Verel.\n\n"
        "Moreover, Korvin met with the Minister of Energy, Ines Dorn."
    )
    assert [names(event) for event in events] == [
        BOTH,
        {"Ada Korvin", "Tomas Verel"},
        {"Ada Korvin", "Ines Dorn"},
    ]


def test_an_audience_after_a_ceremony_is_a_meeting_beside_it() -> None:
    body = (
        "Ambassador Milo Vastar of Borvania presented his credentials to President Ada Korvin.\n\n"
        "After the ceremony, President Korvin received Ambassador Vastar."
    )
    assert types(body) == ["ceremony", "meeting"]


def test_each_sentence_with_another_sender_tells_a_message() -> None:
    events = primary(
        "President Ada Korvin received a congratulatory cable from President Milo Vastar of Borvania.\n\n"
        "Korvin also received a similar cable from Prime Minister Tomas Verel of Caldoria."
    )
    assert [event.event_type for event in events] == ["message", "message"]
    assert [names(event) for event in events] == [BOTH, {"Ada Korvin", "Tomas Verel"}]


def test_greetings_to_many_are_one_message_with_all_who_are_named_later() -> None:
    events = primary(
        "President Ada Korvin has sent greetings to foreign heads of state.\n\n"
        "Korvin has also sent greetings to President Milo Vastar of Borvania."
    )
    assert [names(event) for event in events] == [BOTH]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("President Ada Korvin praised the ties while receiving Minister Milo Vastar of Borvania.", "meeting"),
        ("During her meeting today with Minister Milo Vastar of Borvania, President Ada Korvin praised the ties.", "meeting"),
        ("President Ada Korvin made the remarks at a meeting with Minister Milo Vastar of Borvania.", "meeting"),
        ("In a telephone conversation President Ada Korvin and Minister Milo Vastar of Borvania praised the ties.", "call"),
    ],
)  # fmt: skip
def test_talks_told_by_the_way_are_the_event(sentence: str, kind: str) -> None:
    events = primary(sentence)
    assert [event.event_type for event in events] == [kind]
    assert names(events[0]) == BOTH


def test_a_forum_at_which_a_meeting_was_held_is_not_the_event() -> None:
    body = (
        "Within the framework of the Xanthe Security Forum, a meeting was held between Minister Ada Korvin and "
        "Minister Milo Vastar of Borvania."
    )
    assert types(body) == ["meeting"]


def test_a_light_verb_tells_the_event_of_its_noun() -> None:
    body = (
        "Prime Minister Ada Korvin concluded a fruitful visit to Borvania, deepening the ties through meetings with "
        "key political leaders."
    )
    assert types(body) == ["visit"]


def test_a_press_conference_in_the_title_is_an_event_with_the_speakers_of_the_transcript() -> None:
    events = primary(
        "Foreign Minister Ada Korvin: Good morning. I have just signed an agreement with my guest.\n\n"
        "Foreign Minister Milo Vastar of Borvania: Thank you for the welcome.",
        title="Press conference in Xanthe",
    )
    assert events[0].event_type == "statement"
    assert names(events[0]) == BOTH


def test_an_appointment_in_a_session_is_an_event_beside_it() -> None:
    events = primary(
        "The Council of Ministers met today in Xanthe under the chairmanship of Prime Minister Ada Korvin.\n\n"
        "The Prime Minister appointed Milo Vastar as Minister of Energy."
    )
    assert [event.event_type for event in events] == ["conference", "appointment"]
    assert names(events[1]) == BOTH


def test_a_number_of_guests_are_guests() -> None:
    events = primary(
        "President Ada Korvin received a number of ministers, including Minister Milo Vastar and Minister Ines Dorn."
    )
    assert names(events[0]) == {*BOTH, "Ines Dorn"}


def test_met_with_somebody_unnamed_is_a_meeting_all_the_same() -> None:
    assert types("Prime Minister Ada Korvin met with young farmers last night and thanked them.") == ["meeting"]


def test_the_president_is_the_first_one_named() -> None:
    events = primary(
        "President Ada Korvin received Minister Ines Dorn of Borvania, who delivered a letter from President Milo "
        "Vastar.\n\nThe President also received Ambassador Tomas Verel of Caldoria."
    )
    assert names(events[1]) == {"Ada Korvin", "Tomas Verel"}


def test_credentials_are_a_ceremony_beside_the_meetings_that_a_first_sentence_sums_up() -> None:
    events = primary(
        "President Ada Korvin held a series of diplomatic meetings today.\n\n"
        "The President received the credentials of Ambassador Milo Vastar of Borvania.\n\n"
        "She also received Minister Ines Dorn of Caldoria."
    )
    assert [event.event_type for event in events] == ["ceremony", "meeting"]
    assert names(events[0]) == BOTH
    assert names(events[1]) == {"Ada Korvin", "Ines Dorn"}


def test_a_second_delegation_is_received_in_a_second_meeting() -> None:
    events = primary(
        "President Ada Korvin received Ambassador Milo Vastar of Borvania.\n\n"
        "The President received a delegation of the Chamber of Commerce, headed by Ines Dorn."
    )
    assert [names(event) for event in events] == [BOTH, {"Ada Korvin", "Ines Dorn"}]


def test_a_trip_for_talks_is_a_visit_though_the_title_tells_the_talks() -> None:
    body = "Prime Minister Ada Korvin will travel to Borvania on Thursday for talks with President Milo Vastar of Borvania."
    assert types(body, "Prime Minister Korvin to meet President Vastar") == ["visit"]


def test_the_titles_talks_come_before_what_the_text_recalls() -> None:
    body = (
        "During the meeting the two sides praised the ties.\n\nEnergy came up as well.\n\n"
        "Questions of water were raised too.\n\n"
        "Ambassador Milo Vastar presented his credentials to President Ines Dorn in 2020."
    )
    events = primary(body, "Foreign Minister Ada Korvin bids farewell to Ambassador Milo Vastar")
    assert [event.event_type for event in events] == ["meeting"]
    assert names(events[0]) == BOTH
