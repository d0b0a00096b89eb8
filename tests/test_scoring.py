"""The score: what it counts, on small annotations whose answer can be worked out by hand."""

from __future__ import annotations

from typing import Any

from pipeline.scoring import annotation_fault, same_person, same_title, score_releases


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


def test_ties_empty_lists_and_missing_keys_count_as_the_measures_say() -> None:
    nobody = event(people=())
    counts, _ = scored([nobody], [event(people=())])
    assert counts.f1("event") == (1.0, 1.0, 1.0)  # with nobody to share, the type decides
    counts, _ = scored([nobody], [event(people=("Ana Ruiz",))])
    assert counts.right["event"] == 1
    assert counts.f1("attendee")[0] == 0.0
    counts, _ = scored([], [])
    assert counts.f1("event") == (1.0, 1.0, 1.0)
    assert counts.share("date") is None
    bare = {"type": "call"}
    counts, notes = scored([{**bare, "attendees": [], "topics": []}], [bare])
    assert (counts.right["event"], counts.right["date"], notes) == (1, 1, {})


def test_a_date_is_right_only_when_equal_and_null_equals_null_alone() -> None:
    for mine, theirs, right in (("2026-03-10", None, 0), (None, None, 1), ("2026-03-11", "2026-03-10", 0)):
        counts, _ = scored([event(date=theirs)], [event(date=mine)])
        assert (counts.right["date"], counts.asked["date"]) == (right, 1)


def test_a_person_without_title_country_or_side_in_the_annotation_is_not_asked_for_them() -> None:
    plain = {**event(), "attendees": [{"name": "Idris Velmar", "title": None, "country": None, "side": "other"}]}
    counts, _ = scored([plain], [event()])
    assert (counts.asked["title"], counts.asked["country"], counts.asked["side"]) == (0, 0, 0)
    assert counts.right["attendee"] == 1


def test_one_predicted_person_answers_one_annotated_person() -> None:
    counts, _ = scored([event(people=("Ana Ruiz", "Ana Ruiz"))], [event(people=("Ana Ruiz",))])
    assert (counts.right["attendee"], counts.asked["attendee"], counts.found["attendee"]) == (1, 2, 1)


def test_the_pairing_of_events_is_the_best_one_and_not_the_first() -> None:
    asked = [event("call", ("A Velmar", "B Hresko")), event("call", ("A Velmar", "C Ruiz"))]
    found = [event("call", ("A Velmar", "C Ruiz")), event("call", ("A Velmar", "B Hresko"))]
    counts, _ = scored(asked, found)
    assert counts.right["attendee"] == 4


def test_an_annotation_that_cannot_be_scored_says_why() -> None:
    assert annotation_fault({"events": [event()], "mentioned_not_attending": ["Ana Ruiz"]}) is None
    for wrong in ([], {"events": {}}, {"events": [{}]}, {"events": [{"type": "call", "attendees": [{}]}]},
                  {"events": [{"type": "call", "topics": "energy"}]}, {"events": [], "mentioned_not_attending": [1]}):  # fmt: skip
        assert annotation_fault(wrong)
