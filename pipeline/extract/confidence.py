"""How sure a row is: the chance that it is right, from the ways in which it was read.

Every row has features (how its person was introduced, which rule seats them ...). Each value of a feature is worth some
points, which stand in `vocabulary/confidence.yml` as it was fitted on annotated releases; the chance is the logistic
function of their sum. `python -m benchmarks.fit_confidence` fits the points anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.extract.document import Document
from pipeline.extract.drafts import Draft, Seat
from pipeline.extract.factors import Factors, factors_from, size_of
from pipeline.extract.standing import RULE as STANDING
from pipeline.extract.standing import StandingReader
from pipeline.vocabulary import FOLDER
from pipeline.vocabulary.files import naming, read_yaml, section

FILE = FOLDER / "confidence.yml"
_SEATING = frozenset(
    ("attendance", "accompanying", "list", "speaker", "actor", "first-subject", "letter-signature", STANDING)
)
"""Rules that seat people beside those of the event's own frame."""
_STANDS = (
    "title",
    "introduced",
    "office",
    "mentions",
    "country",
    "beside",
    "sentence",
    "people",
    "role",
    "speaks",
    "distance",
)
"""What of a person's standing says how sure their seat is."""
LENGTH = 6
"""Sentences that a release's length is counted in."""
_TELLING = frozenset(("no-frame", "definite-noun", "said", "title-speaker", "letter", "chaired-by"))
"""Rules that tell an event by something else than a verb or noun of its own."""


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
    attendee, event, fixed = (section(path, data, name) for name in ("attendee", "event", "fixed"))
    with naming(path):
        return Confidence(
            factors_from(attendee), factors_from(event), float(fixed["group"]), float(fixed["referenced"])
        )


def seat_features(reader: StandingReader, draft: Draft, seat: Seat, primary: Sequence[Draft]) -> dict[str, str]:
    """Return how a seat was read, and how its person stands in the text. `primary` are the release's primary events."""
    stands, story = reader.read(seat.person, seat.mention, draft), reader.story
    return {
        **{name: stands[name] for name in _STANDS},
        "frame": draft.rule,
        "first": "yes" if seat is draft.first_seat else "no",
        "tells": size_of(len(draft.sentences)),
        "length": size_of(len(story.document.tokens.sentences) // LENGTH),
        "all people": size_of(len(story.people.people)),
        "rule": seat.rule if seat.rule in _SEATING else "frame",
        "event": draft.type,
        "name": "one word" if len(seat.person.parts) == 1 else "whole",
        "list": size_of(len(seat.siblings)),
        "seats": size_of(len(draft.seats)),
        "events": size_of(len(primary)),
    }


def event_features(document: Document, draft: Draft) -> dict[str, str]:
    """Return how an event was read."""
    return {
        "type": draft.type,
        "told": draft.rule if draft.rule in _TELLING else "noun" if draft.rule.endswith("-noun") else "verb",
        "paragraph": str(min(document.tokens.sentences[draft.sentence].paragraph, 4)),
        "seats": size_of(len(draft.seats)),
        "introduced": size_of(sum(seat.person.introduced for seat in draft.seats.values())),
    }
