"""The state whose issuer wrote the release, inferred from its words when the source does not say."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import log2

from pipeline.extract.coreference import People, Person
from pipeline.extract.document import Document
from pipeline.extract.readings import Reading
from pipeline.extract.tags import COUNTRY, DEMONYM, PLACE

_SEAT, _DATELINE, _HEADED = 4.0, 5.0, 3.0
"""What speaks for a state: a seat of its government or its news agency, the dateline's city, "X:" before the title."""
_FOREIGN, _SIDED, _PAIRED = -3.0, 3.0, 2.0
"""Its ministers are introduced as its own; somebody of it is host or guest; "relations between X and Y"."""
_SUBJECT, _TITLE_OBJECT, _VISITED, _PREFIXED, _PRINCIPAL = 1.5, -2.0, -3.0, -0.5, 2.0
_PLACE, _UNNAMED = 0.8, 0.35
FIRST_MENTIONS = 4
_GUESTS = frozenset(("visit", "ceremony"))


def infer_home(document: Document, people: People, readings: list[list[Reading]]) -> str | None:
    """Return the ISO code of the issuer's state, or None where the text speaks for none.

    A state speaks where it is named often, as the subject, by its seats of government or in the dateline. Against it
    speak that its ministers are introduced as its ministers, that somebody travels to it, and that a title is about it.
    """
    weights: dict[str, float] = defaultdict(float)
    counts: Counter[str] = Counter()
    tagged = document.tagged
    inside: set[int] = set()
    foreign: Counter[str] = Counter()
    offices = document.lexicon.offices["state"]
    principal = _find_principal(document, readings)
    for person in people.people:
        if person is principal and person.country is not None:
            weights[person.country] += _PRINCIPAL
        elif person.country is not None and person.heads & offices:
            foreign[person.country] += 1
        elif person.country is not None and _is_prefixed(person):
            weights[person.country] += _PREFIXED
        for mention in person.mentions if person.heads & offices or _is_prefixed(person) else ():
            if mention.country_at is not None:
                inside.update(range(*mention.country_at))
    at = 0
    total = len(document.tokens)
    while at < total:
        noun = tagged.noun[at]
        if noun is not None and noun.value and at not in inside:
            if noun.tag in (COUNTRY, DEMONYM):
                counts[noun.value] += 1
                weights[noun.value] += _emphasis(document, at, tagged.noun_end[at])
            elif noun.tag == PLACE:
                weights[noun.value] += _PLACE
        at = tagged.noun_end[at]
    for code, count in counts.items():
        weights[code] += 1.5 * log2(1 + count)
    for code in {code for _, _, code in document.tagged.cue_kinds.get("seat", ())}:
        weights[code] += _SEAT if code in weights else _SEAT * _UNNAMED
    for code, weight in (*_visited_states(document, readings), *_sided_states(readings)):
        weights[code] += weight
    for code in _paired_states(document):
        weights[code] += _PAIRED
    heading = tagged.noun[0]
    after = tagged.noun_end[0]
    if heading is not None and heading.tag == COUNTRY and after < total and document.tokens.word[after] == ":":
        weights[heading.value] += _HEADED
    first = next((s for s in document.tokens.sentences if s.begin >= document.title_end), None)
    if first is not None:
        noun = tagged.noun[first.begin]
        after = tagged.noun_end[first.begin]
        city = "-".join(document.tokens.lower[first.begin : after])
        common = city in document.lexicon.words["conference_cities"]
        sign = document.tokens.word[after][0] if after < first.end else ""
        dated = bool(sign) and (sign in ",\u2013-(:" or sign.isdigit())
        if noun is not None and noun.tag == PLACE and dated and not common:
            weights[noun.value] += _DATELINE
    plain = max(weights, key=weights.__getitem__, default=None)
    for code, count in foreign.items():
        weights[code] += _FOREIGN * min(count, 2)
    best = max(weights, key=weights.__getitem__, default=None)
    if best is not None and weights[best] > 0:
        return best
    first_country = people.people[0].country if people.people else None
    return first_country if plain == first_country and len(foreign) == 1 else None


def _is_prefixed(person: Person) -> bool:
    """Say whether the person's state stands before their office or after their name, as one's own seldom does."""
    for position in person.positions[:FIRST_MENTIONS]:
        if position.country_at is not None and position.country_at[0] == position.begin < position.head_begin:
            return True
    return any(
        mention.country_at is not None and mention.name is not None and mention.country_at[0] >= mention.name[1]
        for mention in person.mentions[:FIRST_MENTIONS]
    )


def _find_principal(document: Document, readings: list[list[Reading]]) -> Person | None:
    """Return the first person who acts in the body, unless they travel, and so may be a guest of the issuer."""
    for index, sentence in enumerate(document.tokens.sentences):
        if sentence.begin < document.title_end:
            continue
        for reading in readings[index]:
            for mention in reading.subjects:
                if mention.entity is not None:
                    heads = document.lexicon.offices["heading"] & mention.entity.heads
                    return mention.entity if heads or reading.type not in _GUESTS else None
    return None


def _visited_states(document: Document, readings: list[list[Reading]]) -> set[tuple[str, float]]:
    """Return each state that somebody travels to, weighed against it for the issuer's own traveller and for it else."""
    found: set[tuple[str, float]] = set()
    for sentence_readings in readings:
        for reading in sentence_readings:
            if reading.type != "visit":
                continue
            foreign = any(
                mention.entity is not None and mention.entity.country is not None for mention in reading.subjects
            )
            limit = min(document.tokens.sentences[reading.sentence].end, reading.end + 12)
            for at in range(reading.end, limit):
                noun = document.tagged.noun[at]
                if noun is not None and noun.tag in (COUNTRY, PLACE) and noun.value:
                    found.add((noun.value, -_VISITED if foreign else _VISITED))
    return found


def _sided_states(readings: list[list[Reading]]) -> set[tuple[str, float]]:
    """Return each state that a host or a guest is introduced with, weighed for the host's and against the guest's."""
    found: set[tuple[str, float]] = set()
    for reading in (reading for sentence in readings for reading in sentence):
        if reading.type == "visit" or set(reading.sides) != {"host", "guest"}:
            continue
        for side, mentions in zip(reading.sides, (reading.subjects, reading.objects), strict=True):
            for mention in mentions:
                state = mention.country or (mention.entity.country if mention.entity is not None else None)
                if state is not None:
                    found.add((state, _SIDED if side == "host" else -_SIDED))
    guests = {state for state, weight in found if weight < 0}
    hosts = {state for state, weight in found if weight > 0}
    return {(state, weight) for state, weight in found if state not in guests & hosts}


def _paired_states(document: Document) -> set[str]:
    """Return the states that stand in pairs: "between X and Y", "X and Y", "X-Y relations"."""
    tagged, tokens, states = document.tagged, document.tokens, document.lexicon.states
    found: set[str] = set()
    for at in range(document.title_end, len(tokens)):
        noun = tagged.noun[at]
        if noun is None:
            parts = tokens.lower[at].split("-") if "-" in tokens.lower[at] and tokens.capital[at] else []
            if len(parts) == 2 and all(part in states for part in parts):
                found.update(states[part] for part in parts)
            continue
        if noun.tag not in (COUNTRY, DEMONYM) or tagged.noun_begin[at] != at or tokens.word[at - 1] == ",":
            continue
        step = tagged.noun_end[at]
        if step >= len(tokens) or tokens.lower[step] not in document.lexicon.joiners:
            continue
        step += 1
        while step < len(tokens) - 1 and tokens.lower[step] in document.lexicon.words["determiners"]:
            step += 1
        other = tagged.noun[step] if step < len(tokens) else None
        if other is not None and other.tag == noun.tag and noun.value and other.value and other.value != noun.value:
            found.update((noun.value, other.value))
    return found


def _emphasis(document: Document, begin: int, end: int) -> float:
    """Weigh where a country stands: a sentence's subject speaks for the issuer, what a title is about against."""
    sentence = document.sentence_at(begin)
    lower = document.tokens.lower
    if begin < document.title_end:
        topical = document.lexicon.words["topic_prepositions"]
        return 0.0 if topical.isdisjoint(lower[sentence.begin : begin]) else _TITLE_OBJECT
    first = begin - 1 if begin > sentence.begin and lower[begin - 1] in document.lexicon.words["determiners"] else begin
    if first == sentence.begin and end < sentence.end and document.tokens.word[end][0].islower():
        return _SUBJECT
    return 0.0
