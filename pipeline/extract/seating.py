"""Who else takes part in an event: speakers of a session, those an attendance sentence names, the lines of a list."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.attendance import PRESENTER, Attendance
from pipeline.extract.drafts import TALKS, Draft
from pipeline.extract.readings import Reading
from pipeline.extract.story import Story

_SESSIONS = frozenset(("conference", "ceremony", "signing"))
LEAST_IN_ROW = 3
RECENT = 24
_REPORTED = frozenset(("conference", "ceremony", "visit", "signing"))


def seat_speaker(story: Story, index: int, reading: Reading, primary: list[Draft]) -> None:
    """Seat who speaks in a session, ceremony or visit, and who speaks first where nobody is seated yet."""
    if not primary or _tells_absence(story, index):
        return
    draft = primary[-1]
    sentence = story.document.tokens.sentences[index]
    speaking = bool(story.document.cues("speaking_words", sentence.begin, sentence.end))
    recalls = story.document.cues("recalls", sentence.begin, min(sentence.end, sentence.begin + 5))
    answers = _lacks_other_side(draft) and not recalls
    if draft.type not in _REPORTED and draft.seats and not (speaking and len(primary) == 1) and not answers:
        return
    spokes = story.document.lexicon.offices["spokes"]
    for mention in reading.subjects:
        if answers and mention.entity is not None and mention.entity.heads & spokes:
            continue
        if mention.kind == "person" and mention.entity is not None and mention.entity.introduced:
            draft.seat(mention, "other", "speaker", reading.subjects)


def _lacks_other_side(draft: Draft) -> bool:
    """Say whether a message has but one side yet, or a meeting but one person and a group that is no body or state."""
    if draft.type == "message":
        return len(draft.seats) == 1
    return draft.type in TALKS and len(draft.seats) == 1 and any(party.kind == "group" for party in draft.parties)


def seat_actors(story: Story, index: int, primary: list[Draft]) -> None:
    """Seat whoever acts in a sentence about a session, ceremony or signing: its subjects, whatever their verb."""
    if not primary or primary[-1].type not in _SESSIONS or _tells_absence(story, index):
        return
    tokens, lexicon = story.document.tokens, story.document.lexicon
    sentence = tokens.sentences[index]
    for chain in story.chains[index]:
        before = chain.begin - 1
        while before >= sentence.begin and tokens.lower[before] in lexicon.words["determiners"]:
            before -= 1
        opens = before < sentence.begin or tokens.word[before] in ",;" or tokens.lower[before] in lexicon.joiners
        acts = chain.end < sentence.end and tokens.word[chain.end][0].islower()
        if not opens or not acts or chain.preposition or chain.absent or chain.possessed:
            continue
        if tokens.lower[chain.end] in lexicon.words["pluperfect"] or tokens.word[chain.end] in lexicon.possessive:
            continue
        for mention in chain.mentions:
            if mention.kind == "person" and mention.entity is not None and mention.entity.introduced:
                primary[-1].seat(mention, "other", "actor", chain.mentions)


def _tells_absence(story: Story, index: int) -> bool:
    sentence = story.document.tokens.sentences[index]
    return bool(story.document.cues("absences", sentence.begin, sentence.end))


def seat_attendance(
    story: Story, index: int, attendance: Attendance, made: Draft | None, primary: list[Draft], visit: Draft | None
) -> None:
    """Seat those a sentence names as attending: in the event it tells, else the last one.

    Companions sit in all of them, the members of a travelling delegation in its visit.
    """
    sentence = story.document.tokens.sentences[index]
    lower, words = story.document.tokens.lower, story.document.lexicon.words["delegation_words"]
    talks = any(kind in TALKS for _, _, kind in story.document.cues("event_noun", sentence.begin, sentence.end))
    travelling = (
        visit is not None and not talks and any(lower[at] in words for at in range(sentence.begin, sentence.end))
    )
    for mentions, rule in attendance.seated:
        targets = [made] if made is not None else _named_by(story, index, primary)
        if made is None and travelling and visit is not None:
            targets = [visit]
        if rule == "accompanying" and made is None:
            targets = primary
        if rule == PRESENTER:
            targets = [draft for draft in targets if draft.type == "conference"]
        for draft in targets:
            for mention in mentions:
                draft.seat(mention, "other", rule, mentions)
            draft.tell(index)


def _named_by(story: Story, index: int, primary: list[Draft]) -> list[Draft]:
    """Return the latest event of the kind that the sentence names ("The ceremony was attended by"), else the latest."""
    sentence = story.document.tokens.sentences[index]
    words, lower = story.document.lexicon.words, story.document.tokens.lower
    for begin, _, kind in story.document.cues("event_noun", sentence.begin, sentence.end)[:1]:
        if begin and lower[begin - 1] in words["determiners"]:
            alike = TALKS if kind in TALKS else (kind,)
            return next(([draft] for draft in reversed(primary[-RECENT:]) if draft.type in alike), primary[-1:])
    return primary[-1:]


def seat_caption(story: Story, index: int, draft: Draft) -> None:
    """Seat those whom a line under a picture of the event names in a row: "(l-r) Ambassador A; Minister B; C"."""
    tokens = story.document.tokens
    sentence = tokens.sentences[index]
    if not story.document.cues("caption_rows", sentence.begin, sentence.end):
        return
    found = [
        mention
        for mention in story.mentions[index]
        if mention.kind == "person"
        and mention.entity is not None
        and (mention.introduced or mention.end >= sentence.end or not tokens.word[mention.end][0].isalpha())
    ]
    known = any(id(mention.entity) in draft.seats for mention in found)
    if len(found) >= LEAST_IN_ROW or (known and len(found) > 1):
        for mention in found:
            draft.seat(mention, "other", "caption", found)
        draft.tell(index)


def seat_received(primary: list[Draft]) -> None:
    """Seat in a ceremony of a group without names ("the ambassadors of A and B") those of its office met after it."""
    for ceremony in primary[:RECENT]:
        first = ceremony.first_seat
        groups = [position for party in ceremony.parties for position in party.positions if position.plural]
        if ceremony.type != "ceremony" or first is None or len(ceremony.seats) > 1 or not groups:
            continue
        words = {word for position in groups for word in position.singular.split()}
        for draft in primary[:RECENT]:
            if draft.type not in TALKS or id(first.person) not in draft.seats or draft.sentence <= ceremony.sentence:
                continue
            for seat in draft.seats.values():
                if any(words.intersection(head.split()) for head in seat.person.heads):
                    side = draft.list_side if draft.list_side != "other" else "guest"
                    ceremony.seat(seat.mention, side, "received", seat.siblings)


def seat_list_line(story: Story, draft: Draft, index: int) -> bool:
    """Seat the people of a line after "Participants:"; False where the line belongs to no such list."""
    sentence = story.document.tokens.sentences[index]
    people = [mention for mention in story.mentions[index] if mention.kind == "person" and mention.entity is not None]
    if not people:
        return sentence.bullet
    told = people if story.readings[index] else story.mentions[index]  # "A as the next Ambassador to B;" tells nothing
    filled = sum(mention.end - mention.begin for mention in told) * 2 >= sentence.end - sentence.begin
    acts = any(reading.subjects and not reading.noun for reading in story.readings[index])
    if not sentence.bullet and (people[0].begin - sentence.begin > 2 or not filled or acts):
        return False
    alone = sum(seat.rule != "list" for seat in draft.seats.values()) <= 1  # the frame's object is the list itself
    side = draft.list_side if alone else "other"
    draft.seat(people[0], side, "list")
    for chain in story.chains[index]:
        if people[0] in chain.mentions:
            for mention in chain.mentions:
                draft.seat(mention, side, "list")
    draft.tell(index)
    return True


def share_posts(posts: frozenset[str], drafts: Sequence[Draft]) -> None:
    """Give those without any office the one of the envoys whom the event received: "seven ambassadors", named later."""
    for draft in drafts:
        positions = [party.positions[0] for party in draft.parties if party.positions and party.positions[0].plural]
        named = [seat.person for seat in draft.seats.values() if seat.side != "host" and not seat.person.positions]
        for post in [position for position in positions if position.singular in posts][:1]:
            for person in named:
                if person.mentions[0].partner is None:
                    person.mentions[0].shared = post
                    person.add_position(post)
