"""What happened, who took part, and on which side, in the wordings of many issuers."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.extract import extract_release
from pipeline.records import Event, Extraction, Release

PUBLISHED = date(2024, 5, 15)


def read(body: str, title: str = "Foreign Ministry news", country: str | None = "XA") -> Extraction:
    return extract_release(
        Release("test", "https://example.org/1", title, body, published_date=PUBLISHED, language="en", country=country)
    )


def primary(body: str, title: str = "Foreign Ministry news", country: str | None = "XA") -> list[Event]:
    return [event for event in read(body, title, country).events if event.mention == "primary"]


def names(event: Event) -> set[str]:
    return {attendee.name for attendee in event.attendees if attendee.kind == "person"}


BOTH = {"Ada Korvin", "Milo Vastar"}


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("President Ada Korvin received today President Milo Vastar of Borvania.", "meeting"),
        ("President Ada Korvin met in Xanthe today with President Milo Vastar of Borvania.", "meeting"),
        ("President Ada Korvin held wide-ranging talks on trade with President Milo Vastar of Borvania.", "meeting"),
        ("President Ada Korvin and President Milo Vastar of Borvania held talks in Xanthe.", "meeting"),
        ("President Ada Korvin sat down with President Milo Vastar of Borvania.", "meeting"),
        ("A meeting between President Ada Korvin and President Milo Vastar of Borvania was held today.", "meeting"),
        ("President Milo Vastar of Borvania called on President Ada Korvin this morning.", "meeting"),
        ("President Milo Vastar of Borvania was received today by President Ada Korvin.", "meeting"),
        ("President Ada Korvin discussed with President Milo Vastar of Borvania the ties of both states.", "meeting"),
        ("President Ada Korvin hosted a reception in Xanthe for President Milo Vastar of Borvania.", "meeting"),
        (
            "President Ada Korvin held a working dinner with President Milo Vastar of Borvania and his delegation.",
            "meeting",
        ),
        ("President Milo Vastar of Borvania was granted an audience by President Ada Korvin.", "meeting"),
        ("President Ada Korvin received the courtesy call of Borvanian Ambassador Milo Vastar.", "meeting"),
        ("President Ada Korvin conferred the Order of Merit on Borvanian Ambassador Milo Vastar.", "ceremony"),
        ("President Ada Korvin presided over the swearing-in of Milo Vastar as Minister of Trade.", "ceremony"),
        ("The meeting of the Joint Committee was co-chaired by Ministers Ada Korvin and Milo Vastar.", "conference"),
        ("Milo Vastar, President of Borvania, telephoned President Ada Korvin to congratulate her.", "call"),
        ("President Ada Korvin spoke today with President Milo Vastar of Borvania.", "call"),
        ("President Ada Korvin had a telephone conversation with President Milo Vastar of Borvania.", "call"),
        ("President Ada Korvin received a phone call from President Milo Vastar of Borvania.", "call"),
        ("President Ada Korvin held a virtual meeting with President Milo Vastar of Borvania.", "call"),
        ("President Ada Korvin sent a congratulatory message to President Milo Vastar of Borvania.", "message"),
        ("President Ada Korvin received a letter from President Milo Vastar of Borvania.", "message"),
        ("Ambassador Milo Vastar of Borvania presented his credentials to President Ada Korvin.", "ceremony"),
        ("President Ada Korvin signed an agreement on transport with President Milo Vastar of Borvania.", "signing"),
    ],
)
def test_the_same_two_people_are_read_from_every_wording(sentence: str, kind: str) -> None:
    events = primary(sentence)
    assert [event.event_type for event in events] == [kind]
    assert names(events[0]) == BOTH


@pytest.mark.parametrize(
    "sentence",
    [
        "The meeting was attended by Minister of Trade Ines Ostrench.",
        "Minister of Trade Ines Ostrench attended the meeting.",
        "Minister of Trade Ines Ostrench was also present.",
        "Also present was Minister of Trade Ines Ostrench.",
        "The talks were held in the presence of Minister of Trade Ines Ostrench.",
        "President Korvin was accompanied by Minister of Trade Ines Ostrench.",
        "She was joined by Minister of Trade Ines Ostrench.",
        "The Xanthian delegation included Minister of Trade Ines Ostrench.",
        "Joining President Korvin in the meeting was Minister of Trade Ines Ostrench.",
        "On the Xanthian side, the meeting was attended by Minister of Trade Ines Ostrench.",
        "Participants included:\n\n* Minister of Trade Ines Ostrench",
    ],
)
def test_attendance_is_read_in_every_wording(sentence: str) -> None:
    events = primary(f"President Ada Korvin received President Milo Vastar of Borvania today.\n\n{sentence}")
    assert [names(event) for event in events] == [BOTH | {"Ines Ostrench"}]
    host = next(attendee for attendee in events[0].attendees if attendee.name == "Ines Ostrench")
    assert (host.country, host.side) == ("XA", "host")


@pytest.mark.parametrize(
    "sentence",
    [
        "President Vastar conveyed the greetings of Prime Minister Rosa Quintel to the Xanthian leader.",
        "He praised the policies of Prime Minister Rosa Quintel.",
        "The talks followed the directives of Prime Minister Rosa Quintel.",
        "She spoke on behalf of Prime Minister Rosa Quintel about Prime Minister Rosa Quintel's plans.",
    ],
)
def test_people_only_talked_about_are_mentioned_and_not_seated(sentence: str) -> None:
    found = read(f"President Ada Korvin received President Milo Vastar of Borvania today.\n\n{sentence}")
    assert [names(event) for event in found.events if event.mention == "primary"] == [BOTH]
    assert "Rosa Quintel" in found.mentioned


@pytest.mark.parametrize("line", ["Ines Abdulkaro", "By Ines Abdulkaro", "Reporting by Ines Abdulkaro"])
def test_a_byline_is_an_author_and_no_attendee(line: str) -> None:
    found = read(f"President Ada Korvin received President Milo Vastar of Borvania today.\n\n{line}")
    assert found.authors == ("Ines Abdulkaro",)
    assert names(found.events[0]) == BOTH


def test_the_spokesperson_whose_statement_tells_it_is_an_author() -> None:
    found = read(
        "National Security Advisor Jan Oort met in Borvagrad today with President Milo Vastar of Borvania.",
        title="Statement by Spokesperson Tala Fenn on National Security Advisor Jan Oort's Travel to Borvania",
    )
    assert [names(event) for event in found.events if event.mention == "primary"] == [{"Jan Oort", "Milo Vastar"}]
    assert found.authors == ("Tala Fenn",)
    assert "Tala Fenn" in found.mentioned


@pytest.mark.parametrize(
    "sentence",
    [
        "President Ada Korvin did not meet with President Milo Vastar of Borvania.",
        "The office denied that President Ada Korvin met President Milo Vastar of Borvania.",
        "President Ada Korvin could meet President Milo Vastar of Borvania if terms allow.",
    ],
)
def test_a_denied_or_hypothetical_meeting_is_none(sentence: str) -> None:
    assert "meeting" not in [event.event_type for event in primary(sentence)]


def test_a_planned_meeting_that_is_the_news_is_primary() -> None:
    event = primary(
        "President Ada Korvin will on Monday, 20 May 2024, host President Milo Vastar of Borvania in Xanthe."
    )[0]
    assert (event.mention, event.status, event.start_date) == ("primary", "planned", date(2024, 5, 20))
    assert names(event) == BOTH


def test_a_recent_meeting_of_states_is_referenced() -> None:
    found = read(
        "President Ada Korvin received President Milo Vastar of Borvania today. They reviewed the recent Geneva "
        "meeting between "
        "Calderra, Dunmark and Estmere."
    )
    event = next(event for event in found.events if event.mention == "referenced")
    assert (event.event_type, event.place, event.country, event.start_date) == ("meeting", "Geneva", "CH", None)
    assert [attendee.name for attendee in event.attendees] == ["Calderra", "Dunmark", "Estmere"]


def test_meetings_told_separately_are_separate_events() -> None:
    events = primary(
        "President Ada Korvin met with President Milo Vastar of Borvania today.\n\nIn the same context, Foreign "
        "Minister Jan "
        "Oort discussed with President Vastar the situation in the region.\n\nLater, President Korvin met with "
        "Prime Minister "
        "Rosa Quintel of Calderra."
    )
    assert [names(event) for event in events] == [BOTH, {"Jan Oort", "Milo Vastar"}, {"Ada Korvin", "Rosa Quintel"}]


def test_talks_told_one_by_one_share_the_companions_named_once() -> None:
    events = primary(
        "President Ada Korvin met with prominent Borvanian officials in Borvagrad today. These included Finance "
        "Minister Milo "
        "Vastar and Trade Minister Tolvi Hagerup.\n\nTalks were held between President Korvin and Minister Vastar on "
        "trade.\n\nLater, President Korvin met with Minister Hagerup.\n\nXanthian officials accompanying the "
        "President included "
        "Minister of Labour Ines Ostrench."
    )
    assert [names(event) for event in events] == [
        {"Ada Korvin", "Milo Vastar", "Ines Ostrench"},
        {"Ada Korvin", "Tolvi Hagerup", "Ines Ostrench"},
    ]
    assert {attendee.name: attendee.side for attendee in events[1].attendees} == {
        "Ada Korvin": "guest",
        "Tolvi Hagerup": "host",
        "Ines Ostrench": "guest",
    }
    assert [(event.place, event.country) for event in events] == [("Borvagrad", "XB"), ("Borvagrad", "XB")]


def test_the_meetings_of_a_trip_are_part_of_the_visit() -> None:
    events = primary(
        "National Security Advisor Jan Oort traveled to Borvania May 12-14.\n\nIn Borvagrad, Mr. Oort met with "
        "President Milo "
        "Vastar.\n\nMr. Oort also met with Foreign Minister Tolvi Hagerup."
    )
    assert [event.event_type for event in events] == ["visit", "meeting", "meeting"]
    assert [event.part_of for event in events] == [None, 0, 0]
    assert events[0].start_date == date(2024, 5, 12)
    assert [event.start_date for event in events[1:]] == [None, None]


def test_host_and_guest_follow_place_and_frame() -> None:
    away = primary("Foreign Minister Jan Oort met with President Milo Vastar of Borvania in Borvagrad today.")[0]
    assert {a.name: a.side for a in away.attendees} == {"Jan Oort": "guest", "Milo Vastar": "host"}
    call = primary("Foreign Minister Jan Oort spoke by phone with President Milo Vastar of Borvania today.")[0]
    assert {a.side for a in call.attendees} == {"other"}


def test_a_statement_is_by_its_speaker_alone() -> None:
    events = primary(
        "I condemn the attack in Borvania. We stand with President Milo Vastar and my friends there.",
        title="Statement from President Ada Korvin on the Attack in Borvania",
    )
    assert [(event.event_type, names(event)) for event in events] == [("statement", {"Ada Korvin"})]


def test_a_letter_has_its_writer_and_its_addressee() -> None:
    events = primary(
        "His Excellency\nMr. Tala Fenn\nSecretary-General\nUnited Nations\n\nExcellency:\n\nXanthia intends to "
        "remain a "
        "member.\n\nADA KORVIN",
        title="Letter to His Excellency Tala Fenn",
    )
    assert [(event.event_type, names(event)) for event in events] == [("message", {"ADA KORVIN", "Tala Fenn"})]
    addressee = next(a for a in events[0].attendees if a.name == "Tala Fenn")
    assert (addressee.position, addressee.country) == ("Secretary-General", None)


def test_an_appointment_has_who_appoints_and_who_is_appointed() -> None:
    events = primary(
        "President Ada Korvin appointed two ambassadors today.\n\nThe new ambassadors include:\n\n* Ms. R. S. "
        "Khanit, "
        "Ambassador-designate to Borvania\n* Mr. L. P. Ratnayo, Ambassador-designate for Calderra"
    )
    assert [(event.event_type, names(event)) for event in events] == [
        ("appointment", {"Ada Korvin", "R. S. Khanit", "L. P. Ratnayo"})
    ]
    assert {attendee.country for attendee in events[0].attendees if attendee.kind == "person"} == {"XA"}


def test_nominations_leave_predecessors_out() -> None:
    events = primary(
        "Rosa Quintel, of Esthaven, to be Minister of Health, vice Jan Oort, resigned.", title="Nominations sent"
    )
    assert [(event.event_type, names(event)) for event in events] == [("appointment", {"Rosa Quintel"})]
    assert events[0].attendees[0].position == "Minister of Health"


def test_speakers_of_a_session_took_part_in_it() -> None:
    events = primary(
        "A meeting of the National Security Council, chaired by President of Xanthia Ada Korvin, was held "
        "today. Minister of "
        "Defence Jan Oort reported on the situation."
    )
    assert [(event.event_type, names(event)) for event in events] == [("conference", {"Ada Korvin", "Jan Oort"})]


def test_every_release_with_news_has_a_primary_event() -> None:
    events = primary("The Ministry opened a new bridge over the river.", title="New bridge opened")
    assert len(events) == 1
    assert not events[0].attendees


def test_the_issuers_state_is_inferred_where_no_source_names_it() -> None:
    events = primary(
        "President Ada Korvin received the Foreign Minister of Borvania, Tolvi Hagerup. Xanthia thanked "
        "Borvania. Xanthia "
        "supports peace, the Xanthian people said.",
        country=None,
    )
    assert {a.name: (a.country, a.side) for a in events[0].attendees} == {
        "Ada Korvin": ("XA", "host"),
        "Tolvi Hagerup": ("XB", "guest"),
    }


def test_a_cancelled_visit_keeps_its_status() -> None:
    event = primary("The visit of President Milo Vastar to Xanthia was cancelled.", title="Visit cancelled")[0]
    assert event.status == "cancelled"


def test_events_carry_codes_names_and_topics() -> None:
    event = primary(
        "President Ada Korvin met with President Milo Vastar of Borvania in Xanthe. They discussed trade and "
        "investment."
    )[0]
    assert (event.plover_code, event.plover_mode) == ("CONSULT", "visit")
    assert event.name == "Meeting: Ada Korvin, Milo Vastar (Xanthe)"
    assert "trade-and-investment" in [topic.topic_id for topic in event.topics]


def test_who_is_invited_after_a_fronted_phrase_is_the_one_who_acts() -> None:
    [event] = primary(
        "At the invitation of President Ada Korvin, the President of Borvania, Milo Vastar, is paying an official visit to "
        "Xanthia from 3 to 5 May 2024."
    )
    assert (event.event_type, names(event)) == ("visit", {"Milo Vastar"})


def test_each_side_of_talks_takes_part_with_its_own_state() -> None:
    [event] = primary(
        "The talks were attended on the Xanthian side by Minister of Trade Pavlo Ostrench, and on the Borvanian side by Minister "
        "of Energy Jan Oort."
    )
    assert {a.name: a.country for a in event.attendees if a.kind == "person"} == {
        "Pavlo Ostrench": "XA",
        "Jan Oort": "XB",
    }


def test_a_cancelled_meeting_is_told_as_cancelled() -> None:
    [event] = primary("President Ada Korvin cancelled her meeting with President Milo Vastar of Borvania.")
    assert (event.event_type, event.status, names(event)) == ("meeting", "cancelled", BOTH)
