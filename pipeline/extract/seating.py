"""Who else takes part in an event: speakers of a session, those an attendance sentence names, the lines of a list."""

from __future__ import annotations

from pipeline.extract.attendance import Attendance
from pipeline.extract.drafts import Draft
from pipeline.extract.readings import Reading
from pipeline.extract.story import Story

_SPOKEN = frozenset(("conference", "ceremony"))


def seat_speaker(story: Story, index: int, reading: Reading, primary: list[Draft]) -> None:
    """Seat who speaks in a session or ceremony, or in its course, and who speaks first where nobody is seated yet."""
    if not primary:
        return
    draft = primary[-1]
    sentence = story.document.tokens.sentences[index]
    speaking = bool(story.document.cues("speaking_words", sentence.begin, sentence.end))
    if draft.type not in _SPOKEN and draft.seats and not (speaking and len(primary) == 1):
        return
    for mention in reading.subjects:
        if mention.kind == "person" and mention.entity is not None and mention.entity.introduced:
            draft.seat(mention, "other", "speaker", reading.subjects)


def seat_attendance(index: int, attendance: Attendance, made: Draft | None, primary: list[Draft]) -> None:
    """Seat those a sentence names as attending: in the event it tells, else the last one, companions in all of them."""
    for mentions, rule in attendance.seated:
        targets = [made] if made is not None else primary[-1:]
        if rule == "accompanying" and made is None:
            targets = primary
        for draft in targets:
            for mention in mentions:
                draft.seat(mention, "other", rule, mentions)
            draft.tell(index)


def seat_list_line(story: Story, draft: Draft, index: int) -> bool:
    """Seat the people of a line after "Participants:"; False where the line belongs to no such list."""
    sentence = story.document.tokens.sentences[index]
    people = [mention for mention in story.mentions[index] if mention.kind == "person" and mention.entity is not None]
    if not people:
        return sentence.bullet
    filled = sum(mention.end - mention.begin for mention in people) * 2 >= sentence.end - sentence.begin
    if not sentence.bullet and (people[0].begin - sentence.begin > 2 or not filled):
        return False
    draft.seat(people[0], "other", "list")
    for chain in story.chains[index]:
        if people[0] in chain.mentions:
            for mention in chain.mentions:
                draft.seat(mention, "other", "list")
    draft.tell(index)
    return True
