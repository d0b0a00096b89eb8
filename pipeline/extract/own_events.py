"""What makes a reading an event of its own beside those already told."""

from __future__ import annotations

from pipeline.extract.coreference import Person
from pipeline.extract.drafts import TALKS, Draft
from pipeline.extract.readings import Reading
from pipeline.extract.story import Story

OPENING_REACH = 5
FURTHER_REACH = 2
OPENER_REACH = 8
RECENT = 24
"""How many of the latest events may be the one that a later sentence tells more of."""
_NEXT = frozenset(("conference", "ceremony", "visit", "signing"))
_FRESH = frozenset(("conference", "ceremony", "visit", "signing", "call", "meeting"))


def is_next(story: Story, primary: list[Draft], reading: Reading, subjects: list[Person]) -> bool:
    """Say whether a sentence that opens like the next of several events tells one of another kind than the last."""
    if reading.noun or reading.tense != "past" or not subjects or reading.type not in _NEXT:
        return False
    latest = primary[-1]
    return _opens_like_next(story, reading) and latest.type != reading.type and latest.sentence != reading.sentence


def is_further(
    story: Story, primary: list[Draft], reading: Reading, subjects: list[Person], objects: list[Person]
) -> bool:
    """Say whether the verb tells further talks: with somebody new ("also received B"), or after a ceremony."""
    latest = primary[-1]
    if reading.noun or reading.tense != "past" or reading.type not in TALKS or not subjects:
        return False
    guest = reading.sides[0] == "guest"
    received = (reading.direct or reading.governs) and not guest  # "also received", whoever it was
    if reading.sentence == latest.sentence or not (reading.objects or received):
        return False
    document = story.document
    if document.tokens.lower[reading.subjects[0].begin] in document.lexicon.pronouns["first_person"]:
        return False
    sentence = document.tokens.sentences[reading.sentence]
    if latest.type == "ceremony" and reading.objects and document.cues("sequels", sentence.begin, sentence.end):
        return True
    if latest.type not in TALKS or any(id(person) in latest.seats for person in objects):
        return False
    near = document.tokens.lower[max(sentence.begin, reading.begin - FURTHER_REACH) : reading.end]
    further = not document.lexicon.words["further_words"].isdisjoint(near)
    indefinite = document.lexicon.words["indefinite_articles"]
    if sentence.first_of_line and len(latest.seats) > 1 and not objects:
        further = further or any(document.tokens.lower[party.begin] in indefinite for party in reading.objects)
    return further or (bool(objects) and _opens_like_next(story, reading))


def is_then(story: Story, made: Draft, reading: Reading, objects: list[Person]) -> bool:
    """Say whether the sentence goes on with other talks than it began with: "A received B and then met with C"."""
    lower, further = story.document.tokens.lower, story.document.lexicon.words["further_words"]
    talks = made.type in TALKS and reading.type in TALKS and reading.tense == "past" and not reading.noun
    near = lower[max(made.end, reading.begin - FURTHER_REACH) : reading.begin]
    return talks and bool(objects) and not further.isdisjoint(near) and made.seats.keys().isdisjoint(map(id, objects))


def is_fresh(story: Story, primary: list[Draft], reading: Reading, subjects: list[Person]) -> bool:
    """Say whether a paragraph opens with somebody new who does what makes an event."""
    sentence = story.document.tokens.sentences[reading.sentence]
    if not (sentence.first_of_line and reading.tense == "past" and subjects) or reading.type not in _FRESH:
        return False
    first = reading.subjects[0]
    known = any(id(subjects[0]) in draft.seats for draft in primary[-RECENT:])
    return (
        not known
        and not reading.noun
        and first.kind == "person"
        and first.entity is not None
        and first.entity.mentions[0] is first
        and first.begin - sentence.begin <= OPENING_REACH
    )


def _opens_like_next(story: Story, reading: Reading) -> bool:
    """Say whether the reading's sentence begins with words such as "later" or "afterwards"."""
    sentence = story.document.tokens.sentences[reading.sentence]
    opened = story.document.cues("sequence_openers", sentence.begin, min(sentence.end, sentence.begin + OPENER_REACH))
    return bool(opened) and opened[0][0] == sentence.begin
