"""Events told by a noun: "held talks with A", "A's meeting with B", "a meeting between A and B took place"."""

from __future__ import annotations

from pipeline.extract.chains import Chain
from pipeline.extract.clauses import Clause
from pipeline.extract.document import Document, Mention
from pipeline.extract.readings import BODY_REACH, FrameReader, Reading, names_body

VERB_REACH = 14
HELD_REACH = 44
PARTY_REACH = 14
MODIFIER_REACH = 6
WITHIN_REACH = 5
_TALKS = frozenset(("meeting", "call"))


def read_sentence(document: Document, index: int, chains: list[Chain]) -> list[Reading]:
    """Return what one sentence says happened, in order of appearance."""
    clause = Clause(document, index, chains)
    frames = FrameReader(clause)
    found = frames.read()
    taken = {at for reading in found for at in range(reading.begin, reading.end)}
    nouns = NounReader(clause)
    found.extend(nouns.read(start, stop, kind) for start, stop, kind in frames.nouns if start not in taken)
    found.sort(key=_first_token)
    return found


class NounReader:
    """Reads the event nouns of one sentence."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        self.document = clause.document
        self.sentence = clause.sentence
        self.lower = clause.lower
        self.words = clause.words

    def read(self, start: int, stop: int, kind: str) -> Reading:
        """Return the reading of the event noun at the tokens; background where no verb or owner makes it an event."""
        reading = Reading(f"{kind}-noun", self._type(start, stop, kind), self.clause.index, start, stop, noun=True)
        owner = self._possessor_before(start)
        verb = self._light_verb_before(start)
        held = self._is_held(stop)
        personal = self.lower[stop - 1] in self.words["personal_ceremonies"]
        parties = self._parties_after(stop, owned=kind != "ceremony" or personal)
        subject = owner
        if owner is None and verb is not None:
            subject = self.clause.subject_before(verb)
            reading.tense, reading.future = self.clause.tense(verb, start, subject)
        if owner is None and verb is None and not parties:
            subject = self._owners_of(start)
            owner = subject
        if kind == "meeting" and verb is not None and not parties and self._is_body_before(verb, subject):
            reading.type, subject = "conference", None  # "The Council held an emergency meeting"
        reading.subjects = list(subject.mentions) if subject is not None else parties
        reading.objects = parties if subject is not None else []
        if owner is None and verb is None:
            opens = start - self.sentence.begin <= 2 and self.words["prepositions"].isdisjoint(
                self.lower[self.sentence.begin : start]
            )
            told = held or (bool(parties) and opens and kind in _TALKS)
            reading.tense = "past" if told else "background"
            if held and self.document.cues("planned", max(self.sentence.begin, start - 8), self.sentence.end):
                reading.tense, reading.future = "planned", True
        self._note_background(reading, held)
        if reading.tense == "background" and not reading.dated and kind in _TALKS and self._is_within(start):
            after = next((chain for chain in self.clause.after(stop) if self._acts(chain)), None)
            actor = self.clause.actor_before(start) or after
            reading.actors = list(actor.mentions) if actor is not None else []
        return reading

    def _acts(self, chain: Chain) -> bool:
        return chain.named and not (chain.preposition or chain.absent or chain.possessed)

    def _is_within(self, start: int) -> bool:
        """Say whether something happens within the talks: "during", "at", "following" with few words before the noun."""
        for at in range(start - 1, max(self.sentence.begin, start - WITHIN_REACH) - 1, -1):
            if self.lower[at] in self.words["within_words"]:
                return True
            if not self.lower[at][0].isalpha() or self.clause.capital[at]:
                return False
        return False

    def _is_held(self, stop: int) -> bool:
        """Say whether the sentence says of this noun that it took place, and not of one after a comma."""
        held = self.document.cues("passive_held", stop, min(self.sentence.end, stop + HELD_REACH))
        if not held:
            return False
        word = self.document.tokens.word
        nouns = self.document.cues("event_noun", stop, held[0][0])
        return not any("," in word[stop:begin] for begin, _, _ in nouns)

    def _type(self, start: int, stop: int, kind: str) -> str:
        if kind != "meeting":
            return kind
        before = self.lower[max(self.sentence.begin, start - 4) : start]
        if not self.words["remote_words"].isdisjoint(before):
            return "call"
        return "conference" if self._is_session(stop) else kind

    def _note_background(self, reading: Reading, held: bool) -> None:
        """Mark "last month's meeting", "the upcoming summit" as background."""
        window = max(self.sentence.begin, reading.begin - MODIFIER_REACH)
        ahead = bool(self.document.cues("future_background", window, reading.begin))
        told = held and (reading.subjects or reading.objects)
        behind = not told and bool(self.document.cues("past_background", window, reading.begin))
        if ahead or behind:
            reading.tense, reading.future, reading.dated = "background", ahead, True

    def _possessor_before(self, start: int) -> Chain | None:
        """Return the owner in "A's meeting", the nearest list before the noun."""
        for chain in self.clause.before(start):
            owns = chain.possessed and start - chain.end <= 5 and chain.named and not chain.absent
            return chain if owns else None
        return None

    def _is_body_before(self, verb: int, subject: Chain | None) -> bool:
        """Say whether the sentence begins with the name of a body, and nobody else is the verb's subject."""
        begin = self.sentence.begin
        if verb - begin > BODY_REACH or (subject is not None and subject.named):
            return False
        return names_body(self.document, begin, verb)

    def _owners_of(self, start: int) -> Chain | None:
        """Return whose talks they are in "A and B expressed satisfaction during their talks": the sentence's pair."""
        before = self.lower[max(self.sentence.begin, start - 3) : start]
        if self.words["plural_owners"].isdisjoint(before):
            return None
        for chain in self.clause.chains[:2]:
            people = [mention for mention in chain.mentions if mention.entity is not None]
            if len(people) > 1 and not (chain.preposition or chain.absent or chain.possessed):
                return chain
        return None

    def _light_verb_before(self, start: int) -> int | None:
        """Return the verb in "held a second round of talks"."""
        word = self.document.tokens.word
        for at in range(start - 1, max(self.sentence.begin, start - VERB_REACH) - 1, -1):
            if self.lower[at] in self.words["light_verbs"] and not self._is_auxiliary(at):
                return at
            if at > self.sentence.begin and self.lower[at - 1] in self.words["round_words"]:
                continue
            timed = at + 1 < start and self.clause.capital[at + 1]
            if word[at] in ",;.:" or (self.lower[at] in self.words["noun_breaks"] and not timed):
                return None
        return None

    def _is_auxiliary(self, at: int) -> bool:
        """Say whether the verb only helps the next one: "has said"."""
        if self.lower[at] not in self.words["auxiliaries"]:
            return False
        frames = self.document.cues("frame", at + 1, min(self.sentence.end, at + 8))
        return any(begin == at + 1 for begin, _, _ in frames)

    def _is_session(self, stop: int) -> bool:
        """Say whether "meeting" is a body's own session: "meeting of the Security Council"."""
        if stop >= self.sentence.end or self.lower[stop] not in self.words["sending_prepositions"]:
            return False
        heads = self.words["organisation_heads"]
        reach = min(self.sentence.end, stop + 9)
        return any(self.clause.capital[at] and self.lower[at] in heads for at in range(stop + 1, reach))

    def _parties_after(self, stop: int, *, owned: bool) -> list[Mention]:
        """Return who stands after "between", "with", or, of what is `owned`, right after "of"."""
        found: list[Mention] = []
        position = stop
        for chain in self.clause.after(stop):
            if chain.begin - position > PARTY_REACH:
                break
            joined = chain.preposition in self.words["party_prepositions"] and not chain.absent
            owning = chain.preposition in self.words["sending_prepositions"] and chain.begin - stop <= 3 and chain.named
            owning = owning and owned and not chain.absent
            if joined or owning:
                found.extend(chain.mentions)
                position = chain.end
            elif found:
                break
        return found


def _first_token(reading: Reading) -> int:
    return reading.begin
