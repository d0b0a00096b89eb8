"""What the title adds: the event's type, the speaker of a statement, the parties of a letter, or the event itself."""

from __future__ import annotations

from pipeline.extract.document import Mention
from pipeline.extract.drafts import TALKS, Draft
from pipeline.extract.events import EventAssembler, is_arrival, status_of
from pipeline.extract.readings import Reading, names_body
from pipeline.extract.tokens import Sentence

_TWO_SIDED = TALKS | {"appointment"}
OPENING_SENTENCES = 3
OBJECT_REACH = 2
_NAMED = frozenset(("meeting", "call", "visit", "conference", "ceremony", "signing"))
_ONE_SIDED = frozenset(("statement", "message", "appointment"))
_SPECIFIC = frozenset(("ceremony", "signing", "appointment", "message", "call", "conference", "visit"))


def _is_told(draft: Draft) -> bool:
    """Say whether the body tells who received whom, so that a title about a part of it does not outweigh it."""
    return len(draft.seats) > 1 and any(seat.side in ("host", "guest") for seat in draft.seats.values())


class HeadlineReader:
    """Settles the primary events of a release from its title where the body leaves them open."""

    def __init__(self, assembler: EventAssembler) -> None:
        self.assembler = assembler
        self.story = assembler.story
        self.document = document = self.story.document
        self.tokens = document.tokens
        self.first = assembler.story.body[0] if assembler.story.body else 0

    def settle(self) -> list[Draft]:
        """Return the drafts with at least one primary event, where the release has any words."""
        drafts = self.assembler.drafts
        primary = [draft for draft in drafts if draft.mention == "primary"]
        speakers = [mention for mention in self._title_speakers() if not self._is_spokesperson(mention)]
        if speakers and (not primary or self._is_first_person()):
            for draft in primary:
                draft.mention = "referenced"
            return [self._statement(speakers, "title-speaker"), *drafts]
        if (briefing := self._press_event()) is not None:
            return [briefing, *drafts]
        letter = self._read_letter()
        if letter is not None and not primary:
            return [letter, *drafts]
        late = bool(primary) and not self.story.is_lead(primary[0].sentence) and primary[0].type not in TALKS
        if late and (told := self._from_title()) is not None and told.type in TALKS:
            for draft in primary:
                draft.mention = "referenced"
            return [told, *drafts]
        if primary:
            self._retype(primary[0])
            visit = self._visit_of_meetings(primary)
            return [visit, *drafts] if visit is not None else drafts
        found = self._from_title()
        if found is None and (seed := self._from_definite_noun()) is not None:
            drafts = self.assembler.assemble(seed)
            if any(draft.seats for draft in drafts if draft.mention == "primary"):
                return drafts
        found = found or self._from_speaker() or self._other()
        if found is None:
            return drafts
        if found.type not in _ONE_SIDED:
            self.assembler.seat_waiting([found])
        return [found, *drafts]

    def _visit_of_meetings(self, primary: list[Draft]) -> Draft | None:
        """Return the visit that the title tells where the body tells its meetings alone, each then a part of it."""
        if len(primary) < 2 or any(draft.type not in TALKS or draft.part_of is not None for draft in primary):
            return None
        for index in self.story.title:
            for reading in self.story.readings[index]:
                people = [mention for mention in reading.subjects if mention.entity is not None]
                if reading.noun and not people and not any(not each.noun for each in self.story.readings[index]):
                    people = [mention for mention in self.story.mentions[index] if mention.entity is not None][:1]
                told = reading.tense in ("past", "planned") or reading.noun
                if reading.type != "visit" or not told or reading.dated or not people:
                    continue
                if not all(id(people[0].entity) in draft.seats for draft in primary):
                    continue
                visit = Draft("visit", reading.rule, index, reading.begin, reading.end)
                visit.status = status_of(self.story, reading)
                visit.sentences.append(index)
                for mention in people:
                    visit.seat(mention, reading.sides[0], reading.rule, people)
                for draft in primary:
                    draft.part_of = visit
                return visit
        return None

    def _title_speakers(self) -> list[Mention]:
        for index in self.story.title:
            sentence = self.tokens.sentences[index]
            for begin, end, _ in self.document.cues("title_speaker", sentence.begin, sentence.end):
                told = any(not reading.noun and reading.begin < begin for reading in self.story.readings[index])
                if begin > sentence.begin + 5 or told:
                    continue
                prepositions = self.document.lexicon.words["speaker_prepositions"]
                addressing = self.document.lexicon.words["address_prepositions"]
                for chain in self.story.chains[index]:
                    near = chain.begin <= end + 2 and chain.preposition not in addressing
                    near = near or chain.preposition in prepositions
                    if end <= chain.begin <= end + 6 and near:
                        return [mention for mention in chain.mentions if mention.entity is not None]
            for mention in self.story.mentions[index]:
                if (
                    mention.entity is not None
                    and mention.begin == sentence.begin
                    and mention.end < sentence.end
                    and self.tokens.word[mention.end] == ":"
                ):
                    return [mention]
            if self.document.cues("statement_titles", sentence.begin, min(sentence.end, sentence.begin + 4)):
                for chain in self.story.chains[index]:
                    if chain.preposition in self.document.lexicon.words["speaker_prepositions"] and chain.named:
                        return [mention for mention in chain.mentions if mention.entity is not None]
        return []

    def _press_event(self) -> Draft | None:
        """Return the press conference that the title names, beside what it dealt with; its speakers by the title."""
        prepositions = self.document.lexicon.words["press_prepositions"]
        for index in self.story.title:
            sentence = self.tokens.sentences[index]
            found = self.document.cues("press_titles", sentence.begin, sentence.end)
            if not found or any(not reading.noun for reading in self.story.readings[index]):
                continue
            named = (
                chain.mentions
                for chain in self.story.chains[index]
                if chain.preposition in prepositions and chain.named and chain.begin >= found[0][1]
            )
            titled = [mention for mention in next(named, []) if mention.entity is not None]
            return self._statement([*titled, *self._line_speakers()], "press-title")
        return None

    def _line_speakers(self) -> list[Mention]:
        """Return those whom a transcript names before what they say: "Minister A: Good morning"."""
        found: list[Mention] = []
        for index in self.story.body:
            sentence = self.tokens.sentences[index]
            for mention in self.story.mentions[index][:1] if sentence.first_of_line else ():
                near = mention.begin - sentence.begin <= 1 and mention.end < sentence.end
                if near and mention.entity is not None and self.tokens.word[mention.end] == ":":
                    found.append(mention)
        return found

    def _is_spokesperson(self, mention: Mention) -> bool:
        heads = mention.entity.heads if mention.entity is not None else set()
        return bool(heads & self.document.lexicon.offices["spokes"]) and any(
            d.mention == "primary" for d in self.assembler.drafts
        )

    def _is_first_person(self) -> bool:
        words = self.document.lexicon.pronouns["first_person"]
        count = 0
        quoted = False  # a quotation may run over several sentences
        for index in self.story.body[:8]:
            sentence = self.tokens.sentences[index]
            for at in range(sentence.begin, sentence.end):
                if self.tokens.word[at] == '"':
                    quoted = not quoted
                elif not quoted and self.tokens.lower[at] in words:
                    count += 1
        return count >= 2

    def _statement(self, speakers: list[Mention], rule: str) -> Draft:
        index = self.story.title[0] if self.story.title else self.first
        sentence = self.tokens.sentences[index]
        draft = Draft("statement", rule, index, sentence.begin, sentence.end)
        draft.sentences.extend([index, *self.story.body[:3]])
        for mention in speakers:
            draft.seat(mention, "other", rule, speakers)
        return draft

    def _read_letter(self) -> Draft | None:
        titles = [
            index for index in self.story.title
            if self.document.cues("letter_titles", self.tokens.sentences[index].begin, self.tokens.sentences[index].end)
        ]  # fmt: skip
        total = len(self.tokens)
        opened = self.document.cues("letter_openings", self.document.title_end, total)
        closed = self.document.cues("letter_closings", self.document.title_end, total)
        if not titles or not (opened or closed):
            return None
        index = titles[0]
        sentence = self.tokens.sentences[index]
        draft = Draft("message", "letter", index, sentence.begin, sentence.end)
        draft.sentences.extend([index, *self.story.body[:6]])
        for line in reversed(self.story.body[-3:]):
            for mention in self.story.mentions[line]:
                self._seat_writer(draft, mention)
        for mention in self.story.mentions[index]:
            draft.seat(mention, "other", "letter-addressee")
        return draft if draft.seats else None

    def _seat_writer(self, draft: Draft, mention: Mention) -> None:
        sentence = self.tokens.sentences[mention.sentence]
        if mention.kind != "person" or sentence.end - sentence.begin > mention.end - mention.begin + 2:
            return
        if mention.entity is None:
            self.story.people.add(mention, create=True)
        draft.seat(mention, "other", "letter-signature")

    def _retype(self, draft: Draft) -> None:
        for index in self.story.title:
            for reading in self.story.readings[index]:
                if reading.tense == "background" or (reading.type in TALKS and not (reading.objects or reading.noun)):
                    continue
                named = [mention for mention in (*reading.subjects, *reading.objects) if mention.entity is not None]
                if is_arrival(self.story, reading):
                    return
                travels = reading.type == "visit" and not reading.noun and not self._has_object(reading)
                if travels and draft.type == "meeting" and self._is_alone(draft):
                    draft.type = "visit"
                    return
                goes = draft.status == "planned" and draft.type == "visit"
                if (
                    draft.type == "visit"
                    and reading.type == "meeting"
                    and not reading.noun
                    and reading.objects
                    and not goes
                ):
                    draft.type = "meeting"
                    draft.sentences.append(index)
                    for side, mentions in zip(reading.sides, (reading.subjects, reading.objects), strict=True):
                        for mention in mentions:
                            draft.seat(mention, side, reading.rule, mentions)
                    return
                if not draft.seats and named and draft.type == reading.type:
                    for mention in named:
                        draft.seat(mention, "other", reading.rule, named)
                if reading.type in _SPECIFIC and draft.type in ("meeting", "other") and draft.type != reading.type:
                    if draft.type == "meeting" and (reading.type in ("visit", "conference") or _is_told(draft)):
                        continue
                    draft.type = reading.type
                    return
                if draft.weak and reading.type == "meeting":
                    draft.type = "meeting"
                    return
                if reading.type != "statement":
                    return

    def _has_object(self, reading: Reading) -> bool:
        """Say whether somebody stands right after the verb: "visits his counterpart"."""
        near = (
            chain for chain in self.story.chains[reading.sentence] if 0 <= chain.begin - reading.end <= OBJECT_REACH
        )
        return any(
            mention.kind in ("person", "role") for chain in near for mention in chain.mentions if not chain.preposition
        )

    def _is_alone(self, draft: Draft) -> bool:
        """Say whether the draft is the only event that is the release's news."""
        return all(other is draft for other in self.assembler.drafts if other.mention == "primary")

    def _from_title(self) -> Draft | None:
        for index in self.story.title:
            if any(reading.tense == "negated" for reading in self.story.readings[index]):
                continue
            for reading in self.story.readings[index]:
                named = [m for m in (*reading.subjects, *reading.objects) if m.entity is not None]
                if (
                    reading.type in ("statement", "attendance")
                    or reading.tense in ("negated", "hypothetical")
                    or not named
                ):
                    continue
                if reading.type in _TWO_SIDED and not (reading.objects or reading.noun):
                    continue
                draft = Draft(reading.type, reading.rule, index, reading.begin, reading.end)
                draft.status = status_of(self.story, reading)
                draft.sentences.extend([index, *self.story.body[:3]])
                for mention in reading.subjects:
                    draft.seat(mention, reading.sides[0], reading.rule, reading.subjects)
                for mention in reading.objects:
                    draft.seat(mention, reading.sides[1], reading.rule, reading.objects)
                return draft
        return None

    def _from_definite_noun(self) -> Draft | None:
        """Return the event that the body only ever calls "the ceremony", "the conference"."""
        body = self.story.body
        if not body:
            return None
        determiners = self.document.lexicon.words["determiners"]
        for begin, end, kind in self.document.cues(
            "event_noun", self.tokens.sentences[body[0]].begin, len(self.tokens)
        ):
            if kind in ("ceremony", "conference") and begin and self.tokens.lower[begin - 1] in determiners:
                draft = Draft(kind, "definite-noun", body[0], begin, end)
                draft.sentences.append(body[0])
                return draft
        return None

    def _from_speaker(self) -> Draft | None:
        reading = self.assembler.speaker
        if reading is None:
            return None
        draft = Draft("statement", reading.rule, reading.sentence, reading.begin, reading.end)
        draft.sentences.append(reading.sentence)
        for mention in reading.subjects:
            draft.seat(mention, "other", reading.rule, reading.subjects)
        return draft

    def _named_in_title(self, title: Sentence) -> str | None:
        """Return the type of the event that the title names and does not tell: "Courtesy Call", "Cabinet Meeting"."""
        for begin, _, kind in self.document.cues("event_noun", title.begin, title.end):
            if kind in _NAMED:
                session = kind == "meeting" and names_body(self.document, title.begin, begin)
                return "conference" if session else str(kind)
        return None

    def _other(self) -> Draft | None:
        if not len(self.tokens):
            return None
        sentence = self.tokens.sentences[self.first]
        kind = "other"
        if self.story.title:
            title = self.tokens.sentences[self.story.title[0]]
            if self.document.cues("statement_titles", title.begin, title.end):
                kind = "statement"
            else:
                kind = self._named_in_title(title) or kind
        opening = (*self.story.title, *self.story.body[:OPENING_SENTENCES])
        if kind == "other" and any(
            reading.type == "statement" and reading.subjects
            for index in opening
            for reading in self.story.readings[index]
        ):
            kind = "statement"
        draft = Draft(kind, "no-frame", self.first, sentence.begin, sentence.end)
        draft.sentences.extend(self.story.body[:2] or [self.first])
        for chain in self.story.chains[self.first][:1]:
            if not chain.preposition and not chain.absent and not chain.possessed:
                for mention in chain.mentions:
                    draft.seat(mention, "other", "first-subject", chain.mentions)
        return draft
