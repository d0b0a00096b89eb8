"""Seat those whom no rule seats, where the way they stand in the text makes it likely that they took part.

Rules know wordings; a press office of another country has others. What shows a participant beyond them is weak, but there is
much of it: an office, a place near the event's sentence, a subject's place, a title that names them. Each is worth some points,
which stand in `languages/*/standing.yml` as `python -m benchmarks.fit_standing` fitted them on annotated releases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.errors import ConfigurationError
from pipeline.extract.coreference import Person
from pipeline.extract.document import Mention
from pipeline.extract.drafts import Draft
from pipeline.extract.factors import Factors, Features, factors_from, size_of
from pipeline.extract.story import Story
from pipeline.languages import Language

RULE = "standing"
LIKELY = 0.65
"""The chance from which somebody is seated: in cross-validation on 420 releases, .86 of those 159 people had taken part."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person whom no rule seats: the primary event they are named beside, their first mention, how they stand there."""

    draft: Draft
    mention: Mention
    features: Features
    chance: float


def seat_likely(story: Story, drafts: Sequence[Draft]) -> list[Candidate]:
    """Seat each person without a seat in the primary event they are named beside, where that is likely; return all asked."""
    primary = sorted((draft for draft in drafts if draft.mention == "primary"), key=lambda draft: draft.sentence)
    candidates = _find_candidates(story, primary) if primary else []
    for candidate in candidates:
        if candidate.chance >= LIKELY:
            candidate.draft.seat(candidate.mention, "other", RULE)
    return candidates


def _find_candidates(story: Story, primary: Sequence[Draft]) -> list[Candidate]:
    factors = standing_factors(story.document.lexicon.language)
    seated = {key for draft in primary for key in draft.seats}
    titled = set(story.title)
    found: list[Candidate] = []
    for person in story.people.people:
        if id(person) in seated or not person.mentions or any(id(person) in draft.barred for draft in primary):
            continue
        mention = next((found for found in person.mentions if found.sentence not in titled), person.mentions[0])
        before = [draft for draft in primary if draft.sentence <= mention.sentence]
        draft = before[-1] if before else primary[0]
        features = stand_features(story, person, mention, draft, seated)
        found.append(Candidate(draft, mention, features, factors.chance(features)))
    return found


@cache
def standing_factors(language: Language) -> Factors:
    """Return the points of a language, read once. Raises ConfigurationError for a wrong file."""
    try:
        return factors_from(language.standing)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            f"languages/{language.code}/standing.yml: {error!r}: a part is missing or wrong"
        ) from error


def stand_features(story: Story, person: Person, mention: Mention, draft: Draft, seated: set[int]) -> dict[str, str]:
    """Return how a person stands: who they are, how their sentence uses them, and where it is to the event's own."""
    document, index = story.document, mention.sentence
    sentence = document.tokens.sentences[index]
    chain = next((chain for chain in story.chains[index] if mention in chain.mentions), None)
    listed = chain.mentions if chain is not None else [mention]
    end = chain.end if chain is not None else mention.end
    here = [found for found in story.mentions[index] if found.entity is not None]
    readings = story.readings[index]
    role = next(
        (
            f"{'subject' if mention in reading.subjects else 'object'} {reading.type if reading.type in _SAYING else reading.tense}"
            for reading in readings
            if mention in reading.subjects or mention in reading.objects
        ),
        "none",
    )
    countries = {seat.person.country for seat in draft.seats.values()}
    distance = index - draft.sentence
    return {
        "event": draft.type,
        "seats": size_of(len(draft.seats)),
        "introduced": "position"
        if mention.positions
        else "shared"
        if mention.shared
        else "honoured"
        if mention.honoured
        else "bare",
        "office": _office(story, mention),
        "name": "one word" if len(person.parts) == 1 else "whole",
        "mentions": size_of(len(person.mentions)),
        "title": "named" if any(found.sentence in story.title for found in person.mentions) else "not named",
        "country": "none" if person.country is None else "seated" if person.country in countries else "other",
        "preposition": chain.preposition if chain is not None else "no list",
        "talked about": "yes" if chain is not None and (chain.absent or chain.possessed) else "no",
        "list": size_of(len(listed)),
        "beside": "seated" if any(id(found.entity) in seated for found in listed) else "alone",
        "sentence": "seated" if any(id(found.entity) in seated for found in here) else "alone",
        "people": size_of(sum(found.kind == "person" for found in here)),
        "role": role,
        "speaks": "yes" if _speaks(story, person) else "no",
        "told": "aside" if any(reading.tense in _ASIDE for reading in readings) else "plainly",
        "next": _word_after(story, end, sentence.end),
        "distance": ("-" if distance < 0 else "") + size_of(abs(distance)),
    }


_SAYING = frozenset(("statement", "attendance"))
_ASIDE = frozenset(("background", "negated", "hypothetical"))


def _office(story: Story, mention: Mention) -> str:
    if not mention.positions:
        return "none"
    office = mention.positions[0].singular
    return next((kind for kind, listed in story.document.lexicon.offices.items() if office in listed), "other")


def _speaks(story: Story, person: Person) -> bool:
    return any(
        reading.type == "statement" and mention in reading.subjects
        for mention in person.mentions
        for reading in story.readings[mention.sentence]
    )


def _word_after(story: Story, at: int, stop: int) -> str:
    """Return the function word or mark after a list, else what sort of word it is."""
    if at >= stop:
        return "end"
    tokens = story.document.tokens
    if tokens.lower[at] in story.document.lexicon.function_words or not tokens.word[at][0].isalnum():
        return tokens.lower[at]
    return "name" if tokens.capital[at] else "word"
