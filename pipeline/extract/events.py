"""Put readings together into events: one for each engagement that the release tells."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.extract.attendance import read_attendance
from pipeline.extract.chains import Chain
from pipeline.extract.coreference import People, Person
from pipeline.extract.document import Document, Mention
from pipeline.extract.drafts import Draft
from pipeline.extract.readings import Reading

_TALKS = frozenset(("meeting", "call"))
_LEAD_ONLY = frozenset(("visit", "conference", "ceremony", "signing", "message", "appointment", "other"))
_LEADING = frozenset(("conference", "ceremony", "meeting", "call", "visit", "signing"))
MOST_EVENTS = 200
"""More engagements than any release tells; what a text without end would add is left out."""
RECENT = 24
LEAD_PARAGRAPHS = 2


class EventAssembler:
    """Reads the sentences in order and keeps the events found so far."""

    def __init__(
        self, document: Document, mentions: list[list[Mention]], chains: list[list[Chain]], readings: list[list[Reading]],
        people: People,
    ) -> None:  # fmt: skip
        self.document = document
        self.mentions = mentions
        self.chains = chains
        self.readings = readings
        self.people = people
        self.drafts: list[Draft] = []
        self.primary: list[Draft] = []
        self.visit: Draft | None = None
        self.speaker: Reading | None = None
        self.title_sentences = [
            index for index, sentence in enumerate(document.tokens.sentences) if sentence.begin < document.title_end
        ]
        self.body_sentences = [
            index for index, sentence in enumerate(document.tokens.sentences) if sentence.begin >= document.title_end
        ]
        self.principal = self._find_principal()

    def assemble(self, seed: Draft | None = None) -> list[Draft]:
        """Return the events in order of appearance, primary and referenced. `seed` is an event known before reading."""
        self.drafts = [seed] if seed is not None else []
        self.primary = list(self.drafts)
        self.visit = None
        listing: Draft | None = None
        lead_paragraph = self._lead_paragraph()
        for index in self.body_sentences:
            sentence = self.document.tokens.sentences[index]
            self._resolve_pronouns(index)
            if listing is not None:
                if self._seat_list_line(listing, index):
                    continue
                listing = None
            lead = sentence.paragraph <= lead_paragraph + LEAD_PARAGRAPHS - 1
            self._read_sentence(index, lead)
            if sentence.last_of_line and self.document.tokens.word[sentence.end - 1] == ":" and self._primary():
                listing = self._primary()[-1]
        for draft in list(self.primary):
            self._split_talks(draft)
        self.drafts.sort(key=_draft_order)
        return self.drafts

    def _split_talks(self, draft: Draft) -> None:
        """Split a meeting that later paragraphs tell as one meeting for each counterpart."""
        if draft.type not in _TALKS or not draft.seats:
            return
        principal = next(iter(draft.seats.values())).person
        rounds: dict[int, list[Reading]] = {}
        for reading in draft.told:
            named = self._named([*reading.subjects, *reading.objects])
            others = [person for person in named if person is not principal]
            if principal in named and len(others) == 1 and reading.type in _TALKS:
                rounds.setdefault(id(others[0]), []).append(reading)
        if len(rounds) < 2:
            return
        made: list[Draft] = []
        for key, readings in rounds.items():
            first = readings[0]
            part = Draft(first.type, first.rule, first.sentence, first.begin, first.end, sentences=[r.sentence for r in readings])
            part.place_from = draft
            part.seats[id(principal)] = draft.seats[id(principal)]
            part.seats[key] = draft.seats[key]
            made.append(part)
        shared = [seat for key, seat in draft.seats.items() if key not in rounds and seat.person is not principal]
        guests = [seat for seat in shared if seat.rule == draft.rule]
        for part in made:
            for seat in shared:
                if seat not in guests:
                    part.seats[id(seat.person)] = seat
        if guests:
            for key in rounds:
                del draft.seats[key]
        else:
            self.drafts.remove(draft)
            made[0].sentences.insert(0, draft.sentence)
            made[0].sentence, made[0].begin, made[0].end = draft.sentence, draft.begin, draft.end
        self.drafts.extend(made)

    def _primary(self) -> list[Draft]:
        return self.primary

    def _lead_paragraph(self) -> int:
        sentences = self.document.tokens.sentences
        for index in self.body_sentences:
            if not sentences[index].bullet and self.readings[index]:
                return sentences[index].paragraph
        return sentences[self.body_sentences[0]].paragraph if self.body_sentences else 0

    def _find_principal(self) -> Person | None:
        for indexes in (self.body_sentences[:6], self.title_sentences):
            for index in indexes:
                for reading in self.readings[index]:
                    for mention in reading.subjects:
                        if mention.entity is not None:
                            return mention.entity  # type: ignore[no-any-return]
        return self.people.people[0] if self.people.people else None

    def _resolve_pronouns(self, index: int) -> None:
        for mention in self.mentions[index]:
            if mention.kind == "pronoun" and mention.entity is None:
                mention.entity = self._latest_subject(index) or self.principal

    def _latest_subject(self, index: int) -> Person | None:
        for earlier in range(index - 1, max(-1, index - 3), -1):
            for reading in self.readings[earlier]:
                for mention in reading.subjects:
                    if mention.entity is not None and mention.kind != "pronoun":
                        return mention.entity  # type: ignore[no-any-return]
        return None

    def _read_sentence(self, index: int, lead: bool) -> None:
        attendance = read_attendance(self.document, index, self.chains[index])
        made: Draft | None = None
        for reading in self.readings[index]:
            if reading.tense in ("negated", "hypothetical"):
                continue
            if attendance.covers(reading.begin):
                continue
            if reading.type == "statement":
                if any(mention.entity is not None for mention in reading.subjects):
                    self.speaker = self.speaker or reading
                    self._seat_speaker(index, reading)
                continue
            if reading.type == "attendance":
                self._seat_all(self._primary()[-1:], reading.objects, "other", reading.rule)
                continue
            if reading.tense == "background":
                if not self._add_round(reading):
                    self._note_background(reading)
                continue
            draft = self._place_reading(reading, lead, made)
            made = draft or made
        self._seat_attendance(index, attendance.seated, made)

    def _seat_speaker(self, index: int, reading: Reading) -> None:
        """Seat who speaks in a session or ceremony, and who speaks first where nobody is seated yet."""
        primary = self._primary()
        if not primary:
            return
        draft = primary[-1]
        sentence = self.document.tokens.sentences[index]
        speaking = bool(self.document.cues("speaking_words", sentence.begin, sentence.end))
        if draft.type in ("conference", "ceremony") or not draft.seats or (speaking and len(primary) == 1):
            for mention in reading.subjects:
                if mention.kind == "person" and mention.entity is not None and mention.entity.introduced:
                    draft.seat(mention, "other", "speaker", reading.subjects)

    def _seat_attendance(self, index: int, seated: list[tuple[list[Mention], str]], made: Draft | None) -> None:
        if not seated:
            return
        primary = self._primary()
        targets = [made] if made is not None else primary[-1:]
        for mentions, rule in seated:
            if rule == "accompanying" and made is None and len(primary) > 1:
                targets = primary
            for draft in targets:
                self._seat_all([draft], mentions, "other", rule)
                if index not in draft.sentences:
                    draft.sentences.append(index)

    def _seat_all(self, drafts: Iterable[Draft], mentions: list[Mention], side: str, rule: str) -> None:
        for draft in drafts:
            for mention in mentions:
                draft.seat(mention, side, rule, mentions)

    def _named(self, mentions: list[Mention]) -> list[Person]:
        found: list[Person] = []
        for mention in mentions:
            if mention.entity is not None and mention.entity not in found:
                found.append(mention.entity)
        return found

    def _place_reading(self, reading: Reading, lead: bool, made: Draft | None) -> Draft | None:
        subjects, objects = self._named(reading.subjects), self._named(reading.objects)
        named = subjects + [person for person in objects if person not in subjects]
        primary = self._primary()
        if made is not None:
            if reading.type in _TALKS and objects and made.type == "visit" and any(p not in made.people for p in objects):
                return self._add_draft(reading, made)
            if not reading.noun or set(map(id, named)) & set(made.seats):
                self._merge(made, reading)
                return made
        if reading.type == "appointment" and primary and primary[-1].type == "appointment":
            self._merge(primary[-1], reading)
            return primary[-1]
        visit = self.visit
        if visit is not None and reading.tense == "planned" and visit.status == "planned" and reading.type in _TALKS:
            self._merge(visit, reading)
            return visit
        for draft in reversed(primary[-RECENT:]):
            if self._same_event(draft, reading, named):
                self._merge(draft, reading)
                return draft
        if len(self.drafts) >= MOST_EVENTS or not self._is_complete(reading, subjects, objects):
            return None
        if primary and (reading.type not in _TALKS or not (objects or reading.noun)):
            return None
        if primary and not lead and reading.noun and len(named) < 2:
            return None
        if reading.tense == "planned" and primary:
            return self._add_draft(reading, None, "referenced")
        if reading.type == "appointment" and reading.rule == "appointed" and not reading.objects and reading.subjects and not lead:
            return None
        if not primary and not lead and reading.type != "meeting" and not named:
            return None
        return self._add_draft(reading, visit if reading.type in _TALKS else None)

    def _is_complete(self, reading: Reading, subjects: list[Person], objects: list[Person]) -> bool:
        others = [mention for mention in reading.objects if mention.kind in ("group", "role", "state", "body") ]
        leading = not self._primary() and reading.sentence in self.body_sentences[:3]
        if leading and (reading.noun or reading.rule == "presided") and (reading.subjects or reading.tense == "past"):
            return reading.type in _LEADING
        if leading and reading.subjects and reading.type not in _TALKS and reading.type != "appointment":
            return True
        if reading.type in _TALKS:
            if reading.noun:
                return bool(subjects) and (len(subjects) > 1 or bool(objects) or bool(others) or len(reading.subjects) > 1)
            return bool(subjects and (objects or others)) or len(subjects) > 1 and not reading.objects or bool(objects and reading.subjects)
        if reading.type == "appointment":
            return bool(reading.objects) or bool(subjects and reading.begin > reading.subjects[0].end - 1)
        if reading.type == "message":
            return bool(subjects) or bool(objects)
        return bool(subjects) or bool(reading.subjects and objects)

    def _same_event(self, draft: Draft, reading: Reading, named: list[Person]) -> bool:
        if not named:
            return draft is self._primary()[-1]
        inside = [person for person in named if id(person) in draft.seats]
        if len(inside) == len(named):
            return True
        if len(inside) >= 2 and reading.type == draft.type:
            return True
        return len(draft.seats) <= 1 and bool(inside) and draft.type == reading.type and not draft.parties

    def _merge(self, draft: Draft, reading: Reading) -> None:
        self._seat_reading(draft, reading)
        draft.told.append(reading)
        if reading.sentence not in draft.sentences:
            draft.sentences.append(reading.sentence)

    def _seat_reading(self, draft: Draft, reading: Reading) -> None:
        if reading.type == "appointment" and len(subjects := self._named(reading.subjects)) == 1 and not subjects[0].positions:
            for mention in reading.objects:
                if mention.kind == "role" and mention.entity is None:
                    subjects[0].mentions[0].positions.extend(mention.positions)
                    for position in mention.positions:
                        subjects[0].add_position(position)
        for mention in reading.subjects:
            draft.seat(mention, reading.sides[0], reading.rule, reading.subjects)
        for mention in reading.objects:
            draft.seat(mention, reading.sides[1], reading.rule, reading.objects)

    def _add_draft(self, reading: Reading, part_of: Draft | None, mention: str = "primary") -> Draft:
        draft = Draft(reading.type, reading.rule, reading.sentence, reading.begin, reading.end, mention)
        draft.status = "planned" if reading.tense == "planned" else "held"
        draft.sentences.append(reading.sentence)
        draft.part_of = part_of
        self._seat_reading(draft, reading)
        self.drafts.append(draft)
        if mention == "primary":
            self.primary.append(draft)
            if draft.type == "visit" and self.visit is None:
                self.visit = draft
        return draft

    def _add_round(self, reading: Reading) -> bool:
        """Add "during meetings with A and B" as a meeting of the trip that the release reports."""
        visit = self.visit
        if visit is None or not visit.seats or not reading.noun or reading.type not in _TALKS or reading.dated:
            return False
        parties = [mention for mention in reading.subjects if mention.entity is not None]
        if not parties or any(id(mention.entity) in draft.seats for draft in self.primary[-RECENT:] for mention in parties[:RECENT]):
            return False
        draft = self._add_draft(reading, visit)
        first = next(iter(visit.seats.values()))
        draft.seats = {id(first.person): first, **draft.seats}
        return True

    def _note_background(self, reading: Reading) -> None:
        """Keep an engagement told as background where the text says which: when, where, or between whom."""
        if not reading.noun or reading.type not in ("meeting", "conference", "visit", "call") or len(self.drafts) >= MOST_EVENTS:
            return
        parties = [mention for mention in (*reading.subjects, *reading.objects) if mention.kind in ("state", "body", "group")]
        if not reading.dated and len(parties) < 2:
            return
        draft = Draft(reading.type, "background", reading.sentence, reading.begin, reading.end, "referenced")
        draft.status = "planned" if reading.future else "held"
        draft.sentences.append(reading.sentence)
        draft.parties.extend(parties)
        self.drafts.append(draft)

    def _seat_list_line(self, draft: Draft, index: int) -> bool:
        sentence = self.document.tokens.sentences[index]
        people = [mention for mention in self.mentions[index] if mention.kind == "person" and mention.entity is not None]
        if not people:
            return sentence.bullet
        if not sentence.bullet and people[0].begin - sentence.begin > 2:
            return False
        if not sentence.bullet and sum(m.end - m.begin for m in people) * 2 < sentence.end - sentence.begin:
            return False
        draft.seat(people[0], "other", "list", [])
        for chain in self.chains[index]:
            if people[0] in chain.mentions:
                for mention in chain.mentions:
                    draft.seat(mention, "other", "list", [])
        draft.listed = True
        if index not in draft.sentences:
            draft.sentences.append(index)
        return True


def _draft_order(draft: Draft) -> tuple[int, int]:
    return draft.sentence, draft.begin
