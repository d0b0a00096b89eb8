"""The state whose issuer wrote the release, inferred from its words when the source does not say."""

from __future__ import annotations

from math import log2

from pipeline.extract.coreference import People
from pipeline.extract.document import Document
from pipeline.extract.home_signs import LIMIT, Signs, collect_signs
from pipeline.extract.readings import Reading

WEIGHTS = {
    "seat": 1.4,
    "opening": 1.2,
    "named": 1.05,
    "among": 1.05,
    "dateline": 0.85,
    "principal": 0.8,
    "place": 0.55,
    "seat_alone": 0.55,
    "whose": 0.55,
    "headed": 0.45,
    "title_first": 0.4,
    "pair": 0.4,
    "subject": 0.35,
    "host": 0.3,
    "theirs": -0.2,
    "prefixed": -0.2,
    "title": -0.4,
    "passed": -0.3,
    "title_object": -0.35,
    "visited": -0.5,
    "in": 0.2,
    "from": -0.55,
    "with": -0.6,
    "guest": -0.8,
    "topic": -1.1,
    "official": -1.2,
}
"""What each sign says for a state, in logits. Kept by hand, near where a conditional logit once put them; the rare `topic` has to
outweigh that the state is named at all. What a change does, `readout score` shows as the country of attendees."""
LEAST = 0.0
"""What the likeliest state's score has to exceed."""


def infer_home(document: Document, people: People, readings: list[list[Reading]]) -> str | None:
    """Return the ISO code of the issuer's state, or None where the text speaks for none."""
    scores = {state: score_signs(signs) for state, signs in collect_signs(document, people, readings).items()}
    best = max(scores, key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] > LEAST else None


def score_signs(signs: Signs) -> float:
    """Return what the signs say for a state; of each kind, the first say most."""
    return sum(WEIGHTS[sign] * min(log2(1 + count), LIMIT) for sign, count in signs.items() if sign in WEIGHTS)
