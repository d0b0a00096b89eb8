"""How often rows of each confidence are right: what makes a confidence a number that means something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.scoring import Json, is_event_right, pair_events, pair_people, primary_events

BANDS = (0.95, 0.9, 0.8, 0.6, 0.0)
"""The lower bounds of the bands, the surest first."""


@dataclass(frozen=True, slots=True)
class Band:
    """The rows of one sort (event or attendee) with a confidence in [low, high): how many, how many of them right."""

    row: str
    low: float
    high: float
    rows: int
    right: int
    mean: float
    """The mean confidence, which `right / rows` should come near to."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One predicted row: event or attendee, its confidence, and whether the annotation says the same."""

    row: str
    confidence: float
    right: bool


def judge_release(gold: Json, predicted: Json) -> Iterator[Judged]:
    """Yield each primary event that was predicted, and after it each of its people, in order, with whether it is right.

    Right is what the score counts as right: an event of the same type with a third of the people shared, a person who
    sits in the paired event.
    """
    found = primary_events(predicted)
    pairs = {id(mine): theirs for mine, theirs in pair_events(found, primary_events(gold))}
    for event in found:
        asked = pairs.get(id(event))
        people = pair_people(event["attendees"], asked["attendees"]) if asked is not None else []
        seated = {id(person) for person, _ in people}
        yield Judged("event", event.get("confidence", 1.0), asked is not None and is_event_right(event, asked))
        for person in event["attendees"]:
            yield Judged("attendee", person.get("confidence", 1.0), id(person) in seated)


def judge_releases(gold: Mapping[str, Json], predicted: Mapping[str, Json]) -> Iterator[Judged]:
    """Yield the judged rows of all annotated releases that have a prediction."""
    for release_id, annotation in gold.items():
        if release_id in predicted:
            yield from judge_release(annotation, predicted[release_id])


def calibrate(judged: Iterable[Judged]) -> list[Band]:
    """Return the bands of attendees, then of events, the surest first; empty ones too."""
    rows = list(judged)
    bands: list[Band] = []
    for row in ("attendee", "event"):
        for low, high in zip(BANDS, (1.01, *BANDS), strict=False):
            inside = [item for item in rows if item.row == row and low <= item.confidence < high]
            mean = sum(item.confidence for item in inside) / len(inside) if inside else 0.0
            bands.append(Band(row, low, high, len(inside), sum(item.right for item in inside), mean))
    return bands
