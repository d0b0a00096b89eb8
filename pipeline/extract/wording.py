"""How a person, a position and an event are written in the record."""

from __future__ import annotations

from dataclasses import replace

from pipeline.extract.coreference import Person
from pipeline.extract.document import Document, Mention, Position

LISTED_GAP = 3
"""Tokens between two positions of one list: a comma, a word like "and", an article."""


def name_of(document: Document, person: Person) -> str:
    """Return the fullest form of the person's name in the release: most parts, then longest, then first."""
    forms = forms_of(document, person)
    return max(forms, key=lambda form: (len(form.split()), len(form)))


def forms_of(document: Document, person: Person) -> list[str]:
    """Return each distinct form of the name, in order of appearance."""
    mentions = sorted(person.mentions, key=_first_token)
    return list(
        dict.fromkeys(document.original_text(*mention.name) for mention in mentions if mention.name is not None)
    )


def _first_token(mention: Mention) -> int:
    return mention.begin


def best_position(document: Document, person: Person, seat_mention: Mention) -> Position | None:
    """Return the position given where the person is seated, else the fullest one of the release.

    What only says whose fellow or that somebody leads ("his counterpart", "the leader") is no position of its own, and
    a former office is none beside one of today.
    """
    offices = document.lexicon.offices
    vague = offices["relational"] | offices["principal"]
    own = list(seat_mention.positions) or ([seat_mention.shared] if seat_mention.shared is not None else [])
    own = _join_listed(document, [position for position in own if position.singular not in vague])
    if own and own[0].end - own[0].begin > 2:
        return max(own, key=_width)
    past = document.lexicon.absence_words["predecessor"]
    every = [position for position in person.positions if position.singular not in vague]
    every = [item for item in every if document.tokens.lower[item.begin] not in past] or every
    if not every:
        every = [position for position in person.positions if position.singular in offices["principal"]]
    if not every:
        every = [position for position in person.positions if position.country_at is not None]  # "Arvanian counterpart"
    return max(every, key=_width) if every else None


def _join_listed(document: Document, positions: list[Position]) -> list[Position]:
    """Return the positions, those in a row made one: "Minister of Trade, Minister for Youth and Member of the Senate"."""
    lower, between = document.tokens.lower, document.lexicon.joiners | document.lexicon.words["determiners"] | {","}
    joined: list[Position] = []
    for position in positions:
        last = joined[-1] if joined else None
        near = last is not None and not last.plural and last.end <= position.begin <= last.end + LISTED_GAP
        if last is not None and near and all(lower[at] in between for at in range(last.end, position.begin)):
            joined[-1] = replace(last, end=position.end)
            continue
        joined.append(position)
    return joined


def _width(position: Position) -> int:
    return position.end - position.begin


def position_text(document: Document, position: Position) -> str:
    """Return the position as written; a plural head that names were listed after is written in the singular."""
    if not position.plural:
        return document.original_text(position.begin, position.end)
    head = position.singular
    if document.tokens.capital[position.head_begin]:
        head = " ".join(word[:1].upper() + word[1:] for word in head.split())
    before = document.original_text(position.begin, position.head_begin) if position.head_begin > position.begin else ""
    after = document.original_text(position.head_end, position.end) if position.end > position.head_end else ""
    if position.shared_countries:
        after = ""
    return " ".join(part for part in (before, head, after) if part)


def event_name(label: str, names: list[str], place: str | None) -> str:
    """Return one line a person would write: the type's label, up to three parties, the place."""
    listed = ", ".join(names[:3]) + (" et al." if len(names) > 3 else "")
    line = f"{label}: {listed}" if listed else label
    return f"{line} ({place})" if place else line
