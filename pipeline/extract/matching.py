"""Whether a reading tells an event of its own, and whether it tells one that is known already."""

from __future__ import annotations

from pipeline.extract.coreference import Person
from pipeline.extract.drafts import TALKS, Draft
from pipeline.extract.readings import Reading

CREDENTIALS = frozenset(("presented-credentials", "received-credentials", "accredited"))
"""The rules that read how an ambassador's papers are handed over."""
_LEADING = frozenset(("conference", "ceremony", "meeting", "call", "visit", "signing"))
_PLURAL = frozenset(("group", "role"))
_UNNAMED = frozenset(("group", "role", "state", "body"))


def is_complete(reading: Reading, subjects: list[Person], objects: list[Person], first: bool) -> bool:
    """Say whether the reading names enough parties to be an event. `first`: at the start, while none is known."""
    kind = reading.type
    if first and (reading.noun or reading.convenes) and (reading.subjects or reading.tense == "past"):
        return kind in _LEADING
    if first and kind == "signing":
        return True
    if first and reading.subjects and kind not in TALKS and kind != "appointment":
        return True
    if first and kind in TALKS and not reading.objects and any(mention.kind in _PLURAL for mention in reading.subjects):
        return True
    if first and kind in TALKS and reading.governs and subjects and reading.tense == "past":
        return True  # "A met with young farmers"
    if kind in TALKS:
        return _has_two_parties(reading, subjects, objects)
    if kind == "appointment":
        return bool(reading.objects or subjects)
    if kind == "message":
        return bool(subjects or objects)
    return bool(subjects) or bool(reading.subjects and objects)


def _has_two_parties(reading: Reading, subjects: list[Person], objects: list[Person]) -> bool:
    unnamed = any(mention.kind in _UNNAMED for mention in reading.objects)
    if reading.noun:
        return bool(subjects) and (len(reading.subjects) > 1 or bool(objects) or unnamed)
    if subjects and (objects or unnamed or (len(subjects) > 1 and not reading.objects)):
        return True
    return bool(objects and reading.subjects)


def is_same_event(draft: Draft, reading: Reading, named: list[Person], latest: bool = True) -> bool:
    """Say whether the reading, which names these people, tells more of the draft, the `latest` one or an earlier."""
    if draft.type == "conference" and reading.type in TALKS and reading.objects:
        return False
    if draft.type in TALKS and reading.rule in CREDENTIALS and len(draft.seats) == 1:
        return False  # "A held many meetings. She received the credentials of the ambassadors"
    inside = sum(id(person) in draft.seats for person in named)
    if inside == len(named):
        return True
    return latest and len(draft.seats) <= 1 and inside > 0 and draft.type == reading.type and not draft.parties
