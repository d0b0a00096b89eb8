"""Which state or body the people of a list act for, where words before the list say so once for all of them."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.extract.chains import Chain
from pipeline.extract.coreference import Person
from pipeline.extract.document import Document, Mention
from pipeline.extract.tags import COUNTRY, DEMONYM, ORGANISATION

NEAREST = 12
_SOURCES = frozenset(("group", "role", "body"))


def give_origin(
    document: Document,
    chains: list[Chain],
    earlier: list[Chain],
    mentions: list[Mention],
    cue: int,
    companions: bool,
) -> None:
    """Give those of a list who have none the state or body of the words before it.

    "The X delegation included", "on the X side"; "these included" refers to a group of the sentence before. Companions
    have the state of whom they accompany.
    """
    if companions:
        leaders = list(_leaders(chains, cue))
        state = next((leader.country for leader in leaders if leader.country is not None), None)
        many = bool(leaders) and leaders[0].country is None and leaders[0].international
        give_state(mentions, None if many else state, many)
        return
    source = _side_before(document, cue) or _source_before(document, chains, mentions, cue)
    unnamed = source is not None and source.kind == "group" and source.country is None
    if unnamed or (source is None and cue == document.sentence_at(cue).begin):
        groups = (mention for chain in earlier[-NEAREST:] for mention in chain.mentions if mention.kind == "group")
        source = next((group for group in groups if group.country is not None), source)
    if source is not None:
        many = any(
            noun is not None and noun.tag == ORGANISATION for noun in document.tagged.noun[source.begin : source.end]
        )
        body = source.kind == "body" or many or any(position.international for position in source.positions)
        give_state(mentions, source.country, body)


def give_state(mentions: list[Mention], state: str | None, body: bool = False) -> None:
    """Give those of the list who have neither state nor body the state, or mark them as acting for a body."""
    for mention in mentions:
        person = mention.entity
        if person is None or mention.country or mention.international or person.country or person.international:
            continue
        if state is not None:
            person.country = mention.country = state
        elif body:
            person.international = mention.international = True


def _leaders(chains: list[Chain], cue: int) -> Iterator[Person]:
    """Yield those named before the cue, the nearest first."""
    for chain in reversed(chains[:NEAREST]):
        for mention in chain.mentions[:NEAREST]:
            if chain.end <= cue and mention.entity is not None:
                yield mention.entity


def _source_before(document: Document, chains: list[Chain], mentions: list[Mention], cue: int) -> Mention | None:
    begin = document.sentence_at(cue).begin
    for chain in chains[:NEAREST]:
        for mention in chain.mentions[:NEAREST]:
            if mention.kind in _SOURCES and begin <= mention.begin <= cue and mention not in mentions:
                return mention
    return None


def _side_before(document: Document, cue: int) -> Mention | None:
    """Return the state of "on the X side" before the cue, the nearest."""
    tagged = document.tagged
    index = document.tokens.sentence_of[cue]
    for at in range(cue - 1, document.sentence_at(cue).begin - 1, -1):
        noun, end = tagged.noun[at], tagged.noun_end[at]
        named = noun is not None and noun.tag in (DEMONYM, COUNTRY)
        if named and noun is not None and document.tokens.lower[end] in document.lexicon.words["side_words"]:
            return Mention("group", at, end, index, country=noun.value)
    return None
