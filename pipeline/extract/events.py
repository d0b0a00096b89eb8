"""Put readings together into events: one for each engagement that the release tells."""

from __future__ import annotations

from pipeline.extract.attendance import Attendance, AttendanceReader
from pipeline.extract.coreference import Person
from pipeline.extract.document import Mention
from pipeline.extract.drafts import TALKS, Draft
from pipeline.extract.matching import CREDENTIALS, is_complete, is_same_event
from pipeline.extract.own_events import RECENT, is_fresh, is_further, is_next, is_then
from pipeline.extract.readings import Reading
from pipeline.extract.rounds import split_talks
from pipeline.extract.seating import (
    seat_actors,
    seat_attendance,
    seat_caption,
    seat_list_line,
    seat_received,
    seat_speaker,
)
from pipeline.extract.story import Story, named_people

MOST_EVENTS = 200
"""More engagements than any release tells; what a text without end would add is left out."""
FIRST_SENTENCES = 3
OPENING_REACH = 5
_REFERENCED = frozenset(("meeting", "conference", "visit", "call"))
_CONTINUED = frozenset(("appointment", "signing"))
_FORMS = frozenset((("signing", "appointment"),))
"""An event that is but the form of another told before or after it: a decree is signed that appoints somebody."""
_PARTIES = frozenset(("state", "body", "group"))
_ROUNDS = frozenset(("meeting-noun", "call-noun"))
_WRITTEN = "wrote-to"


class EventAssembler:
    """Reads the sentences of a story in order and keeps the events found so far."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.drafts: list[Draft] = []
        self.primary: list[Draft] = []
        self.visit: Draft | None = None
        self.speaker: Reading | None = None
        self.waiting: list[tuple[int, Attendance]] = []
        self._prepositions = story.document.lexicon.words["prepositions"]

    def assemble(self, seed: Draft | None = None) -> list[Draft]:
        """Return the events in order of appearance, primary and referenced. `seed` is an event known before reading."""
        self.drafts = [seed] if seed is not None else []
        self.primary = list(self.drafts)
        self.visit = None
        self.waiting = []
        listing: Draft | None = None
        withdrawn = False
        for index in self.story.body:
            if self.story.is_caption(index):
                continue
            self.story.resolve_pronouns(index)
            if listing is not None and seat_list_line(self.story, listing, index):
                continue
            opens = self.story.opens_list(index)
            withdrawn = self.story.is_withdrawal(index) if opens else withdrawn
            if not withdrawn:
                self._read_sentence(index, opens)
            listing = self.primary[-1] if opens and not withdrawn and self.primary else None
        self.seat_waiting(self.primary)
        seat_received(self.primary)
        for draft in self.primary[:1]:
            for index in self.story.body:
                seat_caption(self.story, index, draft)
        self.drafts = [part for draft in self.drafts for part in split_talks(draft)]
        self._join_only_round()
        self._drop_general()
        self.drafts.sort(key=_draft_order)
        return self.drafts

    def seat_waiting(self, primary: list[Draft]) -> None:
        """Seat in the first event those whom sentences before it name as attending."""
        for index, attendance in self.waiting if primary else ():
            seat_attendance(self.story, index, attendance, None, primary[:1], None)

    def _join_only_round(self) -> None:
        """Make a trip and its only talks one visit, unless a sentence of its own tells that people met."""
        rounds = [draft for draft in self.drafts if draft.part_of is not None and draft.part_of is self.visit]
        if self.visit is None or len(rounds) != 1 or rounds[0].type not in TALKS:
            return
        if rounds[0].rule not in _ROUNDS and rounds[0].sentence != self.visit.sentence:
            return
        for seat in rounds[0].seats.values():
            self.visit.seats.setdefault(id(seat.person), seat)
        self.visit.sentences.extend(index for index in rounds[0].sentences if index not in self.visit.sentences)
        self.drafts.remove(rounds[0])

    def _read_sentence(self, index: int, opens_list: bool) -> None:
        chains = self.story.chains
        earlier = chains[index - 1] if index else []
        attendance = AttendanceReader(self.story.document, index, chains[index], earlier).read()
        made: Draft | None = None
        for reading in self.story.readings[index]:
            self.story.resolve_plural(reading)
            swallowed = attendance.covers(reading.begin) and (bool(self.primary) or reading.type == "other")
            if reading.tense in ("negated", "hypothetical") or swallowed:
                continue
            if reading.type == "statement":
                if any(mention.entity is not None for mention in reading.subjects):
                    self.speaker = self.speaker or reading
                    seat_speaker(self.story, index, reading, self.primary)
            elif reading.type == "attendance":
                for draft in self.primary[-1:]:
                    for mention in reading.objects:
                        draft.seat(mention, "other", reading.rule, reading.objects)
            elif reading.tense == "background":
                self._read_background(reading)
            else:
                made = self._place_reading(reading, made, opens_list) or made
        if made is None and not self.primary and attendance.chaired is not None:
            made = self._open_session(index, *attendance.chaired)
        if not self.primary and attendance.seated:
            self.waiting.append((index, attendance))
        seat_attendance(self.story, index, attendance, made, self.primary, self.visit)
        seat_actors(self.story, index, self.primary)

    def _open_session(self, index: int, begin: int, end: int) -> Draft:
        """Return a new session of the body that the sentence says was chaired by somebody."""
        draft = Draft("conference", "chaired-by", index, begin, end)
        draft.sentences.append(index)
        self.drafts.append(draft)
        self.primary.append(draft)
        return draft

    def _place_reading(self, reading: Reading, made: Draft | None, opens_list: bool) -> Draft | None:
        """Return the event that the reading tells, a new one where it tells its own; None where it tells none."""
        subjects, objects = named_people(reading.subjects), named_people(reading.objects)
        named = named_people([*reading.subjects, *reading.objects])
        if is_arrival(self.story, reading) and (made is None or made.type == "visit"):
            return self._receive_traveller(reading, made)
        if made is not None:
            strangers = any(id(person) not in made.seats for person in objects)
            if reading.type in TALKS and made.type == "visit" and strangers:
                return self._add_draft(reading, made)
            if is_then(self.story, made, reading, objects):
                return self._add_draft(reading, made.part_of)
            told = made.type == reading.type or made.sentence == reading.sentence or not strangers
            if told and (not reading.noun or any(id(person) in made.seats for person in named)):
                return self._merge(made, reading)
        if self.primary and (
            is_next(self.story, self.primary, reading, subjects)
            or is_further(self.story, self.primary, reading, subjects, objects)
        ):
            return self._add_draft(reading, self.visit)
        known = self._find_known(reading, named)
        if known is not None:
            return self._merge(known, reading)
        if opens_list and subjects and not self.primary and reading.type in TALKS:
            return self._add_draft(reading, None)
        return self._add_new(reading, subjects, objects)

    def _receive_traveller(self, reading: Reading, made: Draft | None) -> Draft | None:
        """Return the visit that the reception belongs to: the one known, else a new one."""
        visit = made or self.visit
        if visit is not None:
            return self._merge(visit, reading)
        if self.primary or not is_complete(
            reading, named_people(reading.subjects), named_people(reading.objects), True
        ):
            return None
        reading.type = "visit"
        return self._add_draft(reading, None)

    def _find_known(self, reading: Reading, named: list[Person]) -> Draft | None:
        latest = self.primary[-1] if self.primary else None
        if latest is None or (reading.type == latest.type and latest.type in _CONTINUED):
            return latest
        if (reading.type, latest.type) in _FORMS:
            return latest
        if reading.type == "message":
            sent = self._sent_by_same(reading)
            if sent is not None:
                return sent
        ahead = reading.tense == "planned" and reading.type in TALKS
        if self.visit is not None and ahead and all(id(person) in self.visit.seats for person in named):
            return self.visit
        if not named:
            same = (draft for draft in reversed(self.primary[-RECENT:]) if draft.type == reading.type)
            return next(same, latest) if reading.noun else latest
        recent = reversed(self.primary[-RECENT:])
        return next((draft for draft in recent if is_same_event(draft, reading, named, draft is latest)), None)

    def _sent_by_same(self, reading: Reading) -> Draft | None:
        """Return the message that the reading's subject is known to have sent: those whom its sentence names belong to it."""
        subjects = named_people(reading.subjects)
        for draft in self.primary[-RECENT:]:
            first = draft.first_seat
            same = first is not None and draft.rule == reading.rule and first.person in subjects
            if (
                draft.type == "message"
                and same
                and (draft.sentence == reading.sentence or not self._names_other(draft, reading))
            ):
                return draft
        return None

    def _names_other(self, draft: Draft, reading: Reading) -> bool:
        """Say whether the reading's object is somebody who has no part in the message, which was not sent to many."""
        many = any(party.kind != "state" for party in draft.parties)
        return not many and any(id(person) not in draft.seats for person in named_people(reading.objects))

    def _add_new(self, reading: Reading, subjects: list[Person], objects: list[Person]) -> Draft | None:
        opening = reading.sentence in self.story.body[:FIRST_SENTENCES] or self.story.is_lead(reading.sentence)
        first = not self.primary and opening
        if len(self.drafts) >= MOST_EVENTS or not is_complete(reading, subjects, objects, first):
            return None
        lead = self.story.is_lead(reading.sentence)
        talks = reading.type in TALKS
        if not self.primary:
            nobody = not (subjects or objects) or not (reading.objects or lead)
            bare = reading.type == "appointment" and nobody
            unfit = not lead and reading.type != "meeting" and (reading.tense == "planned" or not (subjects or objects))
            return None if bare or unfit else self._add_draft(reading, None)
        chaired = reading.rule == "presided" and len(subjects) > 1 and self.primary[-1].type != reading.type
        if chaired or is_fresh(self.story, self.primary, reading, subjects):
            return self._add_draft(reading, None)
        parties = len(subjects) + len(objects)
        if (
            reading.type == "message"
            and not subjects
            and reading.subjects
            and objects
            and self.primary[0].type == "message"
        ):
            first_seat = self.primary[0].first_seat  # "the Borvanian leader also congratulated C"
            if first_seat is not None and reading.subjects[0].kind == "role":
                reading.subjects = [first_seat.mention]
                parties += 1
        again = (
            reading.type == "message"
            and parties > 1
            and (self.primary[0].type == "message" or reading.rule == _WRITTEN)
        )
        signed = reading.type == "signing" != self.primary[-1].type and not reading.noun and parties > 1
        tokens, relative = self.story.document.tokens, self.story.document.lexicon.words["relative_words"]
        aside = reading.begin and tokens.lower[reading.begin - 1] in relative  # "B, who presented his credentials"
        signed = signed or (reading.rule in CREDENTIALS and self.primary[-1].type != reading.type and not aside)
        signed = signed or (reading.type == "appointment" and self.primary[-1].type == "conference" and bool(objects))
        if not again and not signed and (not talks or not (objects or reading.noun or len(subjects) > 1)):
            return None
        if not lead and reading.noun and len(subjects) + len(objects) < 2:
            return None
        if reading.tense == "planned" and not (self.primary[-1].status == "planned" and objects):
            return self._add_draft(reading, None, "referenced")
        return self._add_draft(reading, self.visit)

    def _merge(self, draft: Draft, reading: Reading) -> Draft:
        accredited = reading.rule in CREDENTIALS and draft.type in TALKS and draft.sentence == reading.sentence
        if draft.type == "other" or (draft.type, reading.type) in _FORMS or accredited:
            draft.type, draft.rule = reading.type, reading.rule
        self._seat_reading(draft, reading)
        draft.told.append(reading)
        draft.tell(reading.sentence)
        return draft

    def _seat_reading(self, draft: Draft, reading: Reading) -> None:
        objects = reading.objects
        if reading.type == "appointment":
            objects = [mention for mention in objects if mention.kind != "role"]
            _give_office(reading, self.story.mentions[reading.sentence])
        elif reading.type == "message" and reading.objects:
            lower, marks = self.story.document.tokens.lower, self.story.document.lexicon.words["role_words"]
            told = (mention for mention in self.story.mentions[reading.sentence] if lower[mention.begin - 1] in marks)
            _give_office(reading, list(told))  # "his election as X"
        for mention in reading.subjects:
            draft.seat(mention, reading.sides[0], reading.rule, reading.subjects)
        for mention in objects:
            draft.seat(mention, reading.sides[1], reading.rule, objects)

    def _add_draft(self, reading: Reading, part_of: Draft | None, mention: str = "primary") -> Draft:
        draft = Draft(reading.type, reading.rule, reading.sentence, reading.begin, reading.end, mention)
        draft.status = status_of(self.story, reading)
        draft.weak, draft.part_of, draft.list_side = reading.weak, part_of, reading.sides[1]
        draft.sentences.append(reading.sentence)
        self._seat_reading(draft, reading)
        self.drafts.append(draft)
        if mention == "primary":
            self.primary.append(draft)
            if draft.type == "visit" and self.visit is None:
                self.visit = draft
        return draft

    def _read_background(self, reading: Reading) -> None:
        """Read "during meetings with A" on a reported trip as its meeting, a dated or placed one as referenced."""
        if not reading.noun or len(self.drafts) >= MOST_EVENTS or self._add_round(reading) or self._open_talks(reading):
            return
        parties = [mention for mention in (*reading.subjects, *reading.objects) if mention.kind in _PARTIES]
        if reading.type not in _REFERENCED or (not reading.dated and len(parties) < 2):
            return
        draft = Draft(reading.type, "background", reading.sentence, reading.begin, reading.end, "referenced")
        draft.status = status_of(self.story, reading)
        draft.sentences.append(reading.sentence)
        draft.parties.extend(parties)
        self.drafts.append(draft)

    def _add_round(self, reading: Reading) -> bool:
        """Read "during the meetings with A" on a trip, or at the head of a sentence, as a meeting of its own."""
        visit = self.visit
        whole = visit or (self.primary[0] if self.primary else None)
        first = whole.first_seat if whole is not None else None
        tokens = self.story.document.tokens
        begin = tokens.sentences[reading.sentence].begin
        opens = reading.begin - begin <= OPENING_REACH and tokens.lower[begin] in self._prepositions
        if first is None or reading.type not in TALKS or reading.dated or not (visit or opens):
            return False
        parties: list[Mention] = [mention for mention in reading.subjects if mention.entity is not None][:RECENT]
        known = (id(mention.entity) in draft.seats for draft in self.primary[-RECENT:] for mention in parties)
        if not parties or any(known):
            return False
        draft = self._add_draft(reading, visit)
        draft.seats = {id(first.person): first, **draft.seats}
        return True

    def _open_talks(self, reading: Reading) -> bool:
        """Read "during his meeting with B, A said" as the release's first event where nothing else tells one."""
        actors, parties = named_people(reading.actors), [*reading.subjects, *reading.objects]
        met = bool(parties) or len(actors) > 1
        if (
            self.primary
            or reading.type not in TALKS
            or not actors
            or not met
            or not self.story.is_lead(reading.sentence)
        ):
            return False
        draft = self._add_draft(reading, None)
        for mention in reading.actors:
            draft.seat(mention, "other", reading.rule, reading.actors)
        return True

    def _drop_general(self) -> None:
        """Drop "A received ambassadors of X and Y" where the meeting with each is told by itself."""
        generic = self.story.document.lexicon.words["generic_parties"]
        lower = self.story.document.tokens.lower
        for draft in self.primary[:]:
            if draft.type not in TALKS or len(draft.seats) != 1:
                continue
            groups = [party for party in draft.parties if party.kind not in ("state", "body")]
            alone = draft.rule in _ROUNDS and draft is self.primary[0] and not draft.parties
            if not (groups or alone) or not all(
                any(lower[at] in generic for at in range(m.begin, m.end)) for m in groups
            ):
                continue
            principal = next(iter(draft.seats))
            told = [
                other
                for other in self.primary
                if other is not draft and other.type in TALKS and principal in other.seats and len(other.seats) > 1
                and other.sentence >= draft.sentence
            ]  # fmt: skip
            if not told:
                continue
            for other in told:
                other.place_from = other.place_from or draft
            told[0].sentences.insert(0, draft.sentence)
            self.drafts.remove(draft)
            self.primary.remove(draft)


def is_arrival(story: Story, reading: Reading) -> bool:
    """Say whether a reception is the beginning or the end of a stay: "was welcomed at the airport by"."""
    if reading.type != "meeting" or reading.noun or reading.tense != "past" or "host" not in reading.sides:
        return False
    sentence = story.document.tokens.sentences[reading.sentence]
    return bool(story.document.cues("arrivals", sentence.begin, sentence.end))


def status_of(story: Story, reading: Reading) -> str:
    """Return planned, held, cancelled or postponed for the event that the reading tells."""
    sentence = story.document.tokens.sentences[reading.sentence]
    for status in ("cancelled", "postponed"):
        if story.document.cues(status, sentence.begin, sentence.end):
            return status
    return "planned" if reading.tense == "planned" or reading.future else "held"


def _give_office(reading: Reading, mentions: list[Mention]) -> None:
    """Give the only one appointed, or written to, where the release gives no office, the next one of the mentions."""
    appointed = named_people(reading.objects) or named_people(reading.subjects)
    if len(appointed) != 1 or appointed[0].positions:
        return
    named = [mention for mention in (*reading.subjects, *reading.objects) if mention.entity is appointed[0]]
    role = next((m for m in mentions if m.kind == "role" and m.begin >= named[0].end and m.positions), None)
    if role is not None and not role.positions[0].plural and role.entity in (None, appointed[0]):
        appointed[0].add_position(role.positions[0])


def _draft_order(draft: Draft) -> tuple[int, int]:
    return draft.sentence, draft.begin
