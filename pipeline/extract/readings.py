"""What each sentence says happened: who did what with whom, as frames with their subjects and objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pipeline.extract.chains import Chain
from pipeline.extract.clauses import Clause
from pipeline.extract.document import Document, Mention
from pipeline.extract.tags import COUNTRY, NEAR, PLACE, Frame

REMOTE_REACH = 28
NOUN_REACH = 40
BODY_REACH = 14
LIGHT_REACH = 4
_SPOKEN = "statement"
_HELD = "discussed-with"
_OTHER_NEWS = frozenset(("visit", "statement", "signing", "message"))
_WHERE = frozenset((PLACE, COUNTRY))
_CONVENED = frozenset(("group", "person", "role"))
_SESSIONS = frozenset(("conference", "ceremony", "signing", "call"))
Value = TypeVar("Value")


@dataclass(slots=True)
class Reading:
    """One frame found in a sentence. `tense` is past, planned, background, negated or hypothetical.

    `direct` says that its verb takes somebody as its direct object, `governs` that its last word is the preposition before
    whom it is with. `actors` are who acts in a sentence that tells talks by
    the way: A in "during his meeting with B, A said".
    """

    rule: str
    type: str
    sentence: int
    begin: int
    end: int
    subjects: list[Mention] = field(default_factory=list)
    objects: list[Mention] = field(default_factory=list)
    sides: tuple[str, str] = ("other", "other")
    tense: str = "past"
    noun: bool = False
    future: bool = False
    dated: bool = False
    convenes: bool = False
    weak: bool = False
    direct: bool = False
    governs: bool = False
    actors: list[Mention] = field(default_factory=list)


class FrameReader:
    """Reads the verb frames of one sentence."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        self.document: Document = clause.document
        self.nouns: list[tuple[int, int, str]] = longest(
            clause.document.cues("event_noun", clause.sentence.begin, clause.sentence.end)
        )

    def read(self) -> list[Reading]:
        """Return the readings of the sentence's verbs, in order of appearance."""
        sentence, tagged = self.clause.sentence, self.document.tagged
        found: list[Reading] = []
        frames: list[tuple[int, int, Frame]] = longest(self.document.cues("frame", sentence.begin, sentence.end))
        for start, stop, frame in frames:
            if tagged.noun[start] is not None and tagged.noun_end[start] - tagged.noun_begin[start] > 1:
                continue
            joined = start == sentence.begin or self.clause.lower[start] in self.clause.words["joining_words"]
            if (frame.opens and not joined) or (frame.to_place and not self._goes_to_place(stop)):
                continue
            if start > sentence.begin and self.clause.lower[start - 1] in self.clause.words["participle_words"]:
                continue
            reading = self._read_frame(start, stop, frame)
            if reading is not None:
                if found and self._goes_on(found[-1], reading):
                    reading.subjects = found[-1].subjects
                found.append(reading)
        return found

    def _goes_on(self, last: Reading, reading: Reading) -> bool:
        """Say whether the verb has the subject of the one before it: "A received B and then met with C"."""
        at = reading.begin - 1
        while at > last.end and self.clause.lower[at] in self.clause.words["further_words"]:
            at -= 1
        joined = self.clause.lower[at] in self.document.lexicon.joiners
        return joined and bool(last.subjects) and bool(last.objects) and reading.subjects == last.objects

    def _read_frame(self, start: int, stop: int, frame: Frame) -> Reading | None:
        clause = self.clause
        reading = Reading(frame.rule, frame.type, clause.index, start, stop, sides=frame.sides)
        reading.convenes, reading.weak, reading.direct = frame.convenes, frame.weak, "" in frame.object
        reading.governs = clause.lower[stop - 1] in clause.words["party_prepositions"] and stop - start > 1
        subject = clause.subject_before(start)
        if start > clause.sentence.begin and clause.lower[start - 1] in clause.words["relative_words"]:
            subject = next(clause.before(start), subject)  # "a delegation led by A, who called on B"
        if frame.type == "appointment" and (subject is None or not subject.named):
            leading = (
                chain for chain in clause.chains[:3] if chain.named and not chain.preposition and chain.end <= start
            )
            subject = next(leading, subject)
        chain = self._read_object(start, stop, frame)
        light = clause.lower[start] in clause.words["light_verbs"] and (frame.rule == _HELD or chain is None)
        if frame.type == "meeting" and light and self._is_of_noun(stop, chain):
            return None
        aside = frame.opens and start > clause.sentence.begin
        if aside:
            subject = clause.actor_before(start)  # "A said while receiving B"
        elif frame.opens and chain is not None:
            subject = clause.subject_after(chain)
        reading.subjects = list(subject.mentions) if subject else []
        reading.objects = list(chain.mentions) if chain else []
        if frame.type == "ceremony" and frame.sides == ("guest", "host") and self._are_heads(reading.subjects):
            reading.sides = ("host", "guest")  # "the President presented credentials to his ambassadors"
        if clause.lower[start] in clause.words["infinitive_words"]:
            heads_line = subject is not None and subject.named and subject.begin == clause.sentence.begin
            if not heads_line or not reading.objects:
                return None
        if frame.type == "conference":
            reading.type = self._session_type(stop)
            joined = None if frame.convenes else clause.direct_object(start, stop, ("",))
            if joined is not None and joined.named:  # "A joined B in his meeting with C"
                reading.objects = list(joined.mentions)
                reading.type = self._noun_type(stop) or reading.type
            if reading.type == "other" and frame.convenes:
                convened = clause.direct_object(start, stop, ("",))
                if convened is not None and all(mention.kind in _CONVENED for mention in convened.mentions):
                    reading.type, reading.objects = "meeting", list(convened.mentions)
            if reading.type == "other" and any(
                start <= begin < stop and kind == _SPOKEN for begin, _, kind in self.nouns
            ):
                reading.type = _SPOKEN  # "delivered a speech to the guests"
        if frame.type == "meeting":
            if self._is_remote(start, stop):
                reading.type = "call"
            elif chain is None and "" in frame.object and self._is_session_of_body(start, subject):
                reading.type, reading.subjects, reading.convenes = "conference", [], True
        reading.tense, reading.future = clause.tense(start, stop, subject)
        if aside and reading.tense == "hypothetical":
            reading.tense = "past"  # what was hoped for was said while they met
        relative = not clause.words["relative_words"].isdisjoint(
            clause.lower[max(clause.sentence.begin, start - 2) : start]
        )
        if relative and frame.type == "visit" and reading.tense == "past":
            reading.tense = "background"  # "A, who returned yesterday, received B"
        return reading

    def _read_object(self, start: int, stop: int, frame: Frame) -> Chain | None:
        """Return the object joined in one of the frame's ways.

        "" is right after it, "near-x" right after it by the preposition x, a plain x anywhere in the sentence by x.
        """
        near = tuple(way.removeprefix(NEAR) for way in frame.object if not way or way.startswith(NEAR))
        chain = self.clause.direct_object(start, stop, near) if near else None
        for way in frame.object:
            if chain is None and way and not way.startswith(NEAR):
                chain = self.clause.object_after(start, stop, way) or self.clause.fronted(start, way)
        return chain

    def _is_of_noun(self, stop: int, chain: Chain | None) -> bool:
        """Say whether a light verb leads to an event that is no talks: "concluded a visit with many meetings with A"."""
        end = chain.begin if chain is not None else stop + LIGHT_REACH
        first = next((kind for begin, _, kind in self.nouns if stop <= begin < end), None)
        return first in _OTHER_NEWS

    def _goes_to_place(self, stop: int) -> bool:
        """Say whether a place or a state is named right after a verb of travel: "left Borvania"."""
        end = self.clause.sentence.end
        while stop < end and self.clause.lower[stop] in self.clause.words["determiners"]:
            stop += 1
        noun = self.document.tagged.noun[stop] if stop < end else None
        return noun is not None and noun.tag in _WHERE

    def _are_heads(self, mentions: list[Mention]) -> bool:
        heads = self.document.lexicon.offices["heading"]
        return any(mention.entity is not None and mention.entity.heads & heads for mention in mentions)

    def _is_remote(self, start: int, stop: int) -> bool:
        """Say whether a word such as "virtual" or "telephone" stands beside the frame."""
        reach = min(self.clause.sentence.end, stop + REMOTE_REACH)
        return not self.clause.words["remote_words"].isdisjoint(self.clause.lower[start:reach])

    def _is_session_of_body(self, start: int, subject: Chain | None) -> bool:
        """Say whether the sentence begins with the name of a body that meets: "The Council of Ministers met"."""
        begin = self.clause.sentence.begin
        if start - begin > BODY_REACH or (subject is not None and subject.named):
            return False
        return names_body(self.document, begin, start)

    def _noun_type(self, stop: int) -> str | None:
        """Return the type of the first event noun after a verb, as it is."""
        return next((kind for begin, _, kind in self.nouns if stop <= begin < stop + NOUN_REACH), None)

    def _session_type(self, stop: int) -> str:
        """Return the type of the event noun that a verb such as "attended" is followed by."""
        for begin, _, kind in self.nouns:
            if stop <= begin < stop + NOUN_REACH:
                if kind == "meeting":
                    return "conference"
                if kind in _SESSIONS:
                    return kind
        return "other"


def names_body(document: Document, begin: int, end: int) -> bool:
    """Say whether the name of a body stands among the tokens, and not only that of a place ("the White House")."""
    heads, tokens = document.lexicon.words["organisation_heads"], document.tokens
    return any(
        tokens.capital[at] and tokens.lower[at] in heads and document.tagged.tag[at] != PLACE
        for at in range(begin, end)
    )


def longest(cues: Sequence[tuple[int, int, Value]]) -> list[tuple[int, int, Value]]:
    """Return the cues that no longer one overlaps, nor an earlier one of their length, in order."""
    found: list[tuple[int, int, Value]] = []
    for cue in cues:
        while found and found[-1][1] > cue[0] and cue[1] - cue[0] > found[-1][1] - found[-1][0]:
            found.pop()
        if not found or found[-1][1] <= cue[0]:
            found.append(cue)
    return found
