"""The project's own annotated releases are read as annotated, but for a list of differences that can only shrink."""

from __future__ import annotations

import re

import pytest

from pipeline.scoring import annotation_fault
from pipeline.vocabulary import load_countries, load_event_types, load_topics
from tests.gold_answers import FOLDER, annotations, differences, known_differences

LEAST_EXACT = 80
"""So many of them, at least, are read without any difference."""


@pytest.mark.parametrize("name", annotations())
def test_a_release_is_read_as_annotated(name: str) -> None:
    found, known = differences().get(name, []), known_differences().get(name, [])
    assert [line for line in found if line not in known] == []
    gone = [line for line in known if line not in found]
    assert gone == [], "read rightly now: take it off with python -m tests.gold_answers"


def test_most_releases_are_read_without_any_difference() -> None:
    exact = [name for name in annotations() if name not in differences()]
    assert len(exact) >= LEAST_EXACT
    types = {
        event["type"] for name in exact for event in annotations()[name]["events"] if event["mention"] == "primary"
    }
    assert types == set(load_event_types())


def test_every_known_difference_is_of_a_release_that_exists() -> None:
    assert set(known_differences()) <= set(annotations())


@pytest.mark.parametrize("name", annotations())
def test_an_annotation_is_sound(name: str) -> None:
    annotation = annotations()[name]
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert annotation["id"] == name
    assert annotation_fault(annotation) is None
    assert annotation["title"] == text.split("\n", 1)[0]
    assert f"published: {annotation['published'] or 'unknown'}" == text.split("\n")[1]
    people = [person for event in annotation["events"] for person in event["attendees"]]
    for person in people:
        assert all(form in text for form in person["written_as"]), person["name"]
        assert person["side"] in ("host", "guest", "other")
        assert person["country"] is None or person["country"] in load_countries()
    for event in annotation["events"]:
        assert event["type"] in load_event_types()
        assert set(event["topics"]) <= set(load_topics())
        assert event["date"] is None or re.fullmatch(r"\d{4}-\d\d-\d\d", event["date"])
    seated = {
        person["name"]
        for event in annotation["events"]
        if event["mention"] == "primary"
        for person in event["attendees"]
    }
    assert seated.isdisjoint(annotation["mentioned_not_attending"])
