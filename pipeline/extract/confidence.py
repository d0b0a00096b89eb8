"""How sure a row is: the chance that it is right, from the ways in which it was read.

Every row has features (how its person was introduced, which rule seats them ...). Each value of a feature is worth some
points, which stand in `vocabulary/confidence.yml` as it was fitted on annotated releases; the chance is the logistic
function of their sum. `python -m benchmarks.fit_confidence` fits the points anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path
from typing import Any

from pipeline.extract.document import Document
from pipeline.extract.drafts import Draft, Seat
from pipeline.vocabulary import FOLDER
from pipeline.vocabulary.files import read_yaml, section

FILE = FOLDER / "confidence.yml"
LEAST, MOST = 0.02, 0.99
"""No row is certain, and none is read for nothing."""

Features = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Factors:
    """The points of one sort of row: where it starts, and what each value of each feature adds (none where unknown)."""

    start: float
    points: Mapping[str, Mapping[str, float]]

    def chance(self, features: Features) -> float:
        """Return the chance that a row with these features is right, to two decimals."""
        total = self.start + sum(self.points.get(name, {}).get(value, 0.0) for name, value in features.items())
        return round(min(MOST, max(LEAST, 1 / (1 + exp(-total)))), 2)


@dataclass(frozen=True, slots=True)
class Confidence:
    """The fitted factors of attendees and events, and what groups and referenced events have, which nobody scores."""

    attendee: Factors
    event: Factors
    group: float
    referenced: float


@cache
def load_confidence() -> Confidence:
    """Return the fitted factors, read once. Raises ConfigurationError for a wrong file."""
    return read_confidence(FILE)


def read_confidence(path: Path) -> Confidence:
    """Return the factors of a file. Raises ConfigurationError."""
    data = read_yaml(path)
    fixed = section(path, data, "fixed")
    return Confidence(
        _factors(section(path, data, "attendee")),
        _factors(section(path, data, "event")),
        float(fixed["group"]),
        float(fixed["referenced"]),
    )


def _factors(data: Mapping[str, Any]) -> Factors:
    return Factors(float(data["start"]), {name: dict(values) for name, values in data["points"].items()})


def seat_features(document: Document, draft: Draft, seat: Seat, primary: Sequence[Draft]) -> dict[str, str]:
    """Return how a seat was read. `primary` are the release's primary events in order."""
    mention, person = seat.mention, seat.person
    titled = any(other.begin < document.title_end for other in person.mentions)
    return {
        "rule": seat.rule if seat.rule != draft.rule else "frame",
        "mention": mention.rule or mention.kind,
        "event": draft.type,
        "told": draft.rule if draft.rule in _TELLING else "noun" if draft.rule.endswith("-noun") else "verb",
        "introduced": _yes(person.introduced),
        "name": "one word" if len(person.parts) == 1 else "whole",
        "in title": _yes(titled),
        "distance": _distance(mention.sentence - draft.sentence),
        "list": _size(len(seat.siblings)),
        "event number": _number(draft, primary),
        "events": _size(len(primary)),
        "seats": _size(len(draft.seats)),
        "country": _yes(person.country is not None),
    }


def event_features(document: Document, draft: Draft, primary: Sequence[Draft]) -> dict[str, str]:
    """Return how an event was read. `primary` are the release's primary events in order."""
    sentence = document.tokens.sentences[draft.sentence]
    introduced = sum(seat.person.introduced for seat in draft.seats.values())
    return {
        "type": draft.type,
        "told": draft.rule if draft.rule in _TELLING else "noun" if draft.rule.endswith("-noun") else "verb",
        "in title": _yes(sentence.begin < document.title_end),
        "paragraph": str(min(sentence.paragraph, 4)),
        "event number": _number(draft, primary),
        "events": _size(len(primary)),
        "seats": _size(len(draft.seats)),
        "introduced": _size(introduced),
        "parties": _yes(bool(draft.parties)),
        "status": draft.status,
        "title person": _yes(
            any(m.begin < document.title_end for seat in draft.seats.values() for m in seat.person.mentions)
        ),
    }


_TELLING = frozenset(("no-frame", "definite-noun", "said", "title-speaker", "letter", "chaired-by"))


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _size(count: int) -> str:
    return str(count) if count < 3 else "3 to 5" if count < 6 else "6 and more"


def _distance(sentences: int) -> str:
    if sentences <= 0:
        return "same sentence" if sentences == 0 else "before"
    return "next sentences" if sentences <= 3 else "far"


def _number(draft: Draft, primary: Sequence[Draft]) -> str:
    at = next((index for index, other in enumerate(primary) if other is draft), 0)
    return ("first", "second", "third and later")[min(at, 2)]
