"""What each sentence says happened: who did what with whom, as frames with their subjects and objects."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.extract.chains import Chain
from pipeline.extract.document import Document, Mention
from pipeline.extract.lexicon import Frame
from pipeline.extract.tokens import Sentence

OBJECT_REACH = 45
GAP_REACH = 24


@dataclass(slots=True)
class Reading:
    """One frame found in a sentence. `tense` is past, planned, background, negated or hypothetical."""

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


class SentenceReader:
    """Reads the frames of one sentence."""

    def __init__(self, document: Document, index: int, chains: list[Chain]) -> None:
        self.document = document
        self.index = index
        self.sentence: Sentence = document.tokens.sentences[index]
        self.chains = chains
        self.begins = [chain.begin for chain in chains]
        self.ends = [chain.end for chain in chains]
        self.lower = document.tokens.lower
        self.capital = document.tokens.capital
        words = document.lexicon.words
        self.gap_words = words["gap_words"]
        self.prepositions = words["prepositions"]
        self.remote = words["remote_words"]
        self.light = words["light_verbs"]

    def read(self) -> list[Reading]:
        """Return the readings in order of appearance."""
        begin, end = self.sentence.begin, self.sentence.end
        frames = _longest(self.document.cues("frame", begin, end))
        nouns = _longest(self.document.cues("event_noun", begin, end))
        taken: set[int] = set()
        found: list[Reading] = []
        tagged = self.document.tagged
        for start, stop, frame in frames:
            noun = tagged.noun[start]
            if noun is not None and tagged.noun_end[start] - tagged.noun_begin[start] > 1:
                continue
            reading = self._read_frame(start, stop, frame, nouns)
            if reading is not None:
                found.append(reading)
                taken.update(range(start, stop))
        for start, stop, kind in nouns:
            if start in taken:
                continue
            reading = self._read_noun(start, stop, kind)
            if reading is not None:
                found.append(reading)
        found.sort(key=lambda reading: reading.begin)
        return found

    def _read_frame(self, start: int, stop: int, frame: Frame, nouns: list[tuple[int, int, str]]) -> Reading | None:
        reading = Reading(frame.rule, frame.type, self.index, start, stop, sides=frame.sides)
        subject = self._subject_before(start)
        if frame.type == "appointment" and (subject is None or not subject.named):
            subject = next((chain for chain in self.chains[:3] if chain.named and not chain.preposition and chain.end <= start), subject)
        reading.subjects = list(subject.mentions) if subject else []
        for way in frame.object:
            if way == "direct":
                chain = self._direct_object(stop, ("", "with"))
            elif way.startswith("near-"):
                chain = self._direct_object(stop, (way[5:],))
            else:
                chain = None if way == "none" else self._object_after(stop, way)
            if chain is not None:
                reading.objects = list(chain.mentions)
                break
        if self.lower[start] in self.document.lexicon.words["infinitive_words"]:
            heads_line = subject is not None and subject.named and subject.begin == self.sentence.begin
            if not heads_line or not reading.objects:
                return None
        if "none" in frame.object:
            reading.type = self._type_of_noun(frame, stop, nouns)
            if reading.type == "other" and frame.rule == "presided":
                convened = self._direct_object(stop, ("",))
                if convened is not None and all(mention.kind in ("group", "person", "role") for mention in convened.mentions):
                    reading.type, reading.objects = "meeting", list(convened.mentions)
        if frame.type == "meeting" and self._is_remote(start, stop):
            reading.type = "call"
        reading.tense, reading.future = self._tense(start, stop, subject)
        return reading

    def _is_remote(self, start: int, stop: int) -> bool:
        """Say whether a word such as "virtual" or "telephone" stands beside the frame."""
        reach = min(self.sentence.end, stop + 28)
        return any(self.lower[at] in self.remote for at in range(start, reach))

    def _type_of_noun(self, frame: Frame, stop: int, nouns: list[tuple[int, int, str]]) -> str:
        if frame.type != "conference":
            return frame.type
        for begin, _, kind in nouns:
            if stop <= begin < stop + 40:
                if kind in ("conference", "ceremony", "meeting", "signing", "call"):
                    return "conference" if kind == "meeting" else kind
        return "other"

    def _before(self, start: int) -> Iterator[Chain]:
        """Yield the chains that end by the token, the nearest first."""
        for index in range(bisect_right(self.ends, start) - 1, -1, -1):
            if start - self.ends[index] > OBJECT_REACH:
                return
            yield self.chains[index]

    def _after(self, stop: int) -> Iterator[Chain]:
        """Yield the chains that begin at the token or later, the nearest first."""
        for index in range(bisect_left(self.begins, stop), len(self.chains)):
            if self.begins[index] - stop > OBJECT_REACH:
                return
            yield self.chains[index]

    def _subject_before(self, start: int) -> Chain | None:
        for chain in self._before(start):
            if chain.preposition or chain.absent or chain.possessed or not chain.of_parties:
                continue
            if start - chain.end > OBJECT_REACH:
                return None
            return chain
        return None

    def _direct_object(self, stop: int, prepositions: tuple[str, ...]) -> Chain | None:
        for chain in self._after(stop):
            if chain.absent or not self._light_gap(stop, chain.begin):
                return None
            joint = chain.preposition if prepositions[0] else chain.governed_by(stop)
            if joint in prepositions and not chain.possessed and not self._is_place(chain):
                return chain
        return None

    def _is_place(self, chain: Chain) -> bool:
        return chain.preposition in ("in", "at") and all(mention.kind == "state" for mention in chain.mentions)

    def _object_after(self, stop: int, preposition: str) -> Chain | None:
        for chain in self._after(stop):
            if chain.begin - stop > OBJECT_REACH:
                return None
            if chain.preposition == preposition and not chain.absent and not chain.possessed:
                return chain
        return None

    def _light_gap(self, begin: int, end: int) -> bool:
        if end - begin > GAP_REACH:
            return False
        word = self.document.tokens.word
        return all(
            self.lower[at] in self.gap_words or self.capital[at] or not word[at][0].isalpha() or self.document.tagged.tag[at] in "mxol"
            for at in range(begin, end)
        )

    def _tense(self, start: int, stop: int, subject: Chain | None) -> tuple[str, bool]:
        left = max(self.sentence.begin, start - 6)
        if subject is not None:
            left = max(left, subject.end)
        near = max(self.sentence.begin, start - 4, subject.end if subject else 0)
        if self.document.cues("negators", near, start):
            return "negated", False
        if self.document.cues("planned", left, stop):
            return "planned", True
        if self.document.cues("looking_forward", left, start + 1):
            return "planned", True
        if self.document.cues("hypotheticals", left, start):
            return "hypothetical", False
        if any(self.lower[at] == "had" for at in range(near, start)):
            return "background", False
        if self.lower[start - 1] == "to" if start > self.sentence.begin else False:
            return "hypothetical", True
        return "past", False

    def _read_noun(self, start: int, stop: int, kind: str) -> Reading | None:
        if kind == "meeting" and any(self.lower[at] in self.remote for at in range(max(self.sentence.begin, start - 4), start)):
            kind = "call"
        reading = Reading(f"{kind}-noun", kind, self.index, start, stop, noun=True)
        left = self._possessor_before(start)
        verb = self._light_verb_before(start)
        held = any(begin - stop <= 40 for begin, _, _ in self.document.cues("passive_held", stop, min(self.sentence.end, stop + 44)))
        parties = self._parties_after(stop)
        if kind == "meeting" and self._is_session(stop):
            reading.type = "conference"
        if left is not None:
            reading.subjects = list(left.mentions)
            reading.objects = parties
        elif verb is not None:
            subject = self._subject_before(verb)
            if subject is not None:
                reading.subjects = list(subject.mentions)
                reading.objects = parties
            else:
                reading.subjects = parties
            reading.tense, reading.future = self._tense(verb, start, subject)
        else:
            reading.subjects = parties
        if left is None and verb is None and not held:
            reading.tense = "background"
        if held and self.document.cues("planned", max(self.sentence.begin, start - 8), self.sentence.end) and verb is None:
            reading.tense, reading.future = "planned", True
        if not parties and left is None and verb is None and not held:
            reading.tense = "background"
        window = max(self.sentence.begin, start - 6)
        if held and not self.document.cues("future_background", window, start):
            pass
        elif self.document.cues("past_background", window, start) or self.document.cues("future_background", window, start):
            reading.tense = "background"
            reading.future = bool(self.document.cues("future_background", window, start))
            reading.dated = True
        return reading

    def _possessor_before(self, start: int) -> Chain | None:
        word = self.document.tokens.word
        for chain in self._before(start):
            if chain.possessed and start - chain.end <= 5 and chain.named and not chain.absent and word[chain.end] in self.document.lexicon.possessive:
                return chain
            return None
        return None

    def _light_verb_before(self, start: int) -> int | None:
        rounds = self.document.lexicon.words["round_words"]
        for at in range(start - 1, max(self.sentence.begin, start - 14) - 1, -1):
            if self.lower[at] in self.light:
                return at
            if self.lower[at - 1] in rounds:
                continue
            if self.document.tokens.word[at] in ",;.:" or self.lower[at] in ("of", "between", "during", "after", "before", "at", "in", "on"):
                return None
        return None

    def _is_session(self, stop: int) -> bool:
        """Say whether "meeting" is a body's own session: "meeting of the Security Council"."""
        if stop >= self.sentence.end or self.lower[stop] not in self.document.lexicon.words["sending_prepositions"]:
            return False
        heads = self.document.lexicon.words["organisation_heads"]
        reach = min(self.sentence.end, stop + 9)
        return any(self.capital[at] and self.lower[at] in heads for at in range(stop + 1, reach))

    def _parties_after(self, stop: int) -> list[Mention]:
        found: list[Mention] = []
        position = stop
        for chain in self._after(stop):
            if chain.begin - position > 14:
                break
            if chain.preposition in ("between", "with", "among") and not chain.absent:
                found.extend(chain.mentions)
                position = chain.end
            elif chain.preposition == "of" and chain.begin - stop <= 3 and chain.named:
                found.extend(chain.mentions)
                position = chain.end
            elif found:
                break
        return found


def _longest(cues: list[tuple[int, int, object]]) -> list[tuple[int, int, object]]:
    found: list[tuple[int, int, object]] = []
    reach = -1
    for begin, end, value in cues:
        if begin >= reach:
            found.append((begin, end, value))
            reach = end
    return found
