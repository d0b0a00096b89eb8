"""Seat those whom no rule seats, where the way they stand in the text makes it likely that they took part.

Rules know wordings; a press office of another country has others. What shows a participant beyond them is weak, but there is
much of it: an office, a place near the event's sentence, a subject's place, a title that names them. Each is worth some points,
which stand in `languages/*/standing.yml` as `python -m benchmarks.fit_standing` fitted them on annotated releases.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.extract.chains import Chain
from pipeline.extract.coreference import Person
from pipeline.extract.document import Mention
from pipeline.extract.drafts import Draft
from pipeline.extract.factors import Factors, Features, factors_from, size_of
from pipeline.extract.story import Story
from pipeline.languages import Language
from pipeline.vocabulary.files import naming

RULE = "standing"
_SAYING = frozenset(("statement", "attendance"))
_ASIDE = frozenset(("background", "negated", "hypothetical"))
_DENIED = frozenset(f"{side} {tense}" for side in ("subject", "object") for tense in ("negated", "hypothetical"))
"""Of whom it is denied, or only wished for, that they took part, nobody is asked how they stand."""
LIKELY = 0.65
"""The chance from which somebody is seated: of the 151 it seats in `benchmarks.fit_standing` on 420 releases, .85 took part."""


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
    reader = StandingReader(story, primary)
    starts = [draft.sentence for draft in primary]
    barred = {key for draft in primary for key in draft.barred}
    found: list[Candidate] = []
    for person in story.people.people:
        if id(person) in reader.seated or id(person) in barred or not person.mentions:
            continue
        mention = next((found for found in person.mentions if found.sentence not in reader.titled), person.mentions[0])
        draft = primary[max(bisect_right(starts, mention.sentence) - 1, 0)]
        features = reader.read(person, mention, draft)
        if features["role"] not in _DENIED:
            found.append(Candidate(draft, mention, features, factors.chance(features)))
    return found


@cache
def standing_factors(language: Language) -> Factors:
    """Return the points of a language, read once. Raises ConfigurationError for a wrong file."""
    with naming(f"languages/{language.code}/standing.yml"):
        return factors_from(language.standing)


@dataclass(slots=True)
class _Sentence:
    """What a sentence says of all its mentions, found once however many they are."""

    people: int
    seated: bool
    aside: bool
    chains: dict[int, tuple[Chain, bool]]
    """The list of each mention, and whether somebody of it has a seat."""
    roles: dict[int, str]


class StandingReader:
    """Tells how people stand in a release: who they are, how their sentence uses them, where it is to the event's own.

    `seated` are the identities of people with a seat in a primary event, `titled` the sentences of the title.
    """

    def __init__(self, story: Story, primary: Sequence[Draft]) -> None:
        self.story = story
        self.seated = {key for draft in primary for key in draft.seats}
        self.titled = set(story.title)
        self._countries: dict[int, set[str | None]] = {}
        self._named = {id(mention.entity) for index in story.title for mention in story.mentions[index]}
        self._speaking = {
            id(mention.entity)
            for readings in story.readings
            for reading in readings
            if reading.type == "statement"
            for mention in reading.subjects
        }
        self._sentences: dict[int, _Sentence] = {}

    def read(self, person: Person, mention: Mention, draft: Draft) -> dict[str, str]:
        """Return a person's features, by the mention, for a seat in an event whose others are seated."""
        sentence = self._sentence(mention.sentence)
        chain, beside = sentence.chains.get(id(mention), (None, False))
        distance = mention.sentence - draft.sentence
        if id(draft) not in self._countries:
            self._countries[id(draft)] = {seat.person.country for seat in draft.seats.values()}
        countries = self._countries[id(draft)]
        return {
            "event": draft.type,
            "seats": size_of(len(draft.seats)),
            "introduced": _introduction(mention),
            "office": _office(self.story, mention),
            "name": "one word" if len(person.parts) == 1 else "whole",
            "mentions": size_of(len(person.mentions)),
            "title": "named" if id(person) in self._named else "not named",
            "country": "none" if person.country is None else "seated" if person.country in countries else "other",
            "preposition": chain.preposition if chain is not None else "no list",
            "talked about": "yes" if chain is not None and (chain.absent or chain.possessed) else "no",
            "list": size_of(len(chain.mentions) if chain is not None else 1),
            "beside": "seated" if beside else "alone",
            "sentence": "seated" if sentence.seated else "alone",
            "people": size_of(sentence.people),
            "role": sentence.roles.get(id(mention), "none"),
            "speaks": "yes" if id(person) in self._speaking else "no",
            "told": "aside" if sentence.aside else "plainly",
            "next": _word_after(self.story, mention if chain is None else chain.mentions[-1]),
            "distance": ("-" if distance < 0 else "") + size_of(abs(distance)),
        }

    def _sentence(self, index: int) -> _Sentence:
        known = self._sentences.get(index)
        if known is None:
            known = self._sentences[index] = self._read_sentence(index)
        return known

    def _read_sentence(self, index: int) -> _Sentence:
        readings = self.story.readings[index]
        here = [mention for mention in self.story.mentions[index] if mention.entity is not None]
        chains: dict[int, tuple[Chain, bool]] = {}
        for chain in self.story.chains[index]:
            beside = any(id(mention.entity) in self.seated for mention in chain.mentions)
            for mention in chain.mentions:
                chains.setdefault(id(mention), (chain, beside))
        roles: dict[int, str] = {}
        for reading in readings:
            told = reading.type if reading.type in _SAYING else reading.tense
            for side, mentions in (("subject", reading.subjects), ("object", reading.objects)):
                for mention in mentions:
                    roles.setdefault(id(mention), f"{side} {told}")
        return _Sentence(
            people=sum(mention.kind == "person" for mention in here),
            seated=any(id(mention.entity) in self.seated for mention in here),
            aside=any(reading.tense in _ASIDE for reading in readings),
            chains=chains,
            roles=roles,
        )


def _introduction(mention: Mention) -> str:
    if mention.positions:
        return "position"
    return "shared" if mention.shared else "honoured" if mention.honoured else "bare"


def _office(story: Story, mention: Mention) -> str:
    if not mention.positions:
        return "none"
    office = mention.positions[0].singular
    return next((kind for kind, listed in story.document.lexicon.offices.items() if office in listed), "other")


def _word_after(story: Story, mention: Mention) -> str:
    """Return the function word or mark after the last of a list, else what sort of word it is."""
    tokens, at = story.document.tokens, mention.end
    if at >= tokens.sentences[mention.sentence].end:
        return "end"
    if tokens.lower[at] in story.document.lexicon.function_words or not tokens.word[at][0].isalnum():
        return tokens.lower[at]
    return "name" if tokens.capital[at] else "word"
