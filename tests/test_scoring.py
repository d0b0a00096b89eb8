"""The score: what it counts, on small annotations whose answer can be worked out by hand."""

from __future__ import annotations

from typing import Any

from pipeline.scoring import same_person, same_title, score_releases


def event(type: str = "meeting", people: tuple[str, ...] = ("Idris Velmar",), **more: Any) -> dict[str, Any]:
    attendees = [{"name": name, "title": "Minister", "country": "XA", "side": "host"} for name in people]
    return {
        "type": type,
        "mention": "primary",
        "date": "2026-03-10",
        "attendees": attendees,
        "topics": ["energy"],
        **more,
    }


def scored(gold: list[dict[str, Any]], predicted: list[dict[str, Any]], absent: tuple[str, ...] = ()):
    return score_releases(
        {"a": {"events": gold, "mentioned_not_attending": list(absent)}}, {"a": {"events": predicted}}
    )


def test_an_annotation_against_itself_is_right_in_everything() -> None:
    counts, notes = scored(
        [event(), event("call", ("Danilo Hresko", "Ana Ruiz"))], [event("call", ("Danilo Hresko", "Ana Ruiz")), event()]
    )
    assert notes == {}
    assert all(counts.f1(measure) == (1.0, 1.0, 1.0) for measure in ("event", "attendee", "topic"))
    assert all(counts.share(measure) == 1.0 for measure in ("title", "country", "side", "date"))
    assert counts.asked["attendee"] == 3


def test_a_missing_prediction_counts_as_missed_and_a_wrong_type_as_missed_and_false() -> None:
    counts, _ = score_releases({"a": {"events": [event()]}}, {})
    assert counts.f1("event")[1] == 0.0
    counts, notes = scored([event("meeting")], [event("visit")])
    assert (counts.right["event"], counts.asked["event"], counts.found["event"]) == (0, 1, 1)
    assert counts.right["attendee"] == 1
    assert "event meeting" in notes["a"][0]


def test_an_event_whose_people_are_mostly_others_is_not_right() -> None:
    counts, _ = scored(
        [event(people=("A Velmar", "B Hresko", "C Ruiz"))], [event(people=("A Velmar", "D Moss", "E Lind"))]
    )
    assert counts.right["event"] == 0
    assert counts.right["attendee"] == 1


def test_referenced_events_do_not_count() -> None:
    counts, _ = scored([event(), event(mention="referenced")], [event()])
    assert counts.asked["event"] == 1


def test_an_absent_person_seated_is_told() -> None:
    counts, notes = scored(
        [event()], [event(people=("Idris Velmar", "Marta Quell"))], absent=("Marta Quell", "Jon Ebb")
    )
    assert counts.share("absent") == 0.5
    assert "seated though absent: Marta Quell" in notes["a"]


def test_names_match_in_any_order_with_honorifics_accents_or_one_word_more() -> None:
    assert same_person("Dr. José Ruiz", "Ruiz Jose")
    assert same_person("José María Ruiz", "José Ruiz")
    assert not same_person("Ruiz", "José Ruiz")
    assert not same_person("José Ruiz", "Ana Ruiz")


def test_titles_match_when_fuller_or_nearly_the_same() -> None:
    assert same_title("President of Xanthia", "President")
    assert same_title("Minister for Foreign Affairs and Trade", "Minister of Foreign Affairs and Trade")
    assert not same_title("Deputy Minister", "Prime Minister")
    assert not same_title("", "Prime Minister")


def test_many_events_are_paired_too() -> None:
    events = [event(people=(f"Person Number{n} Velmar{n}",)) for n in range(12)]
    counts, _ = scored(events, list(reversed(events)))
    assert counts.f1("event") == (1.0, 1.0, 1.0)
