"""The lists around a word of a sentence: who stands before it as its subject, who after it as its object."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from pipeline.extract.chains import Chain
from pipeline.extract.document import Document
from pipeline.extract.tags import DOMAIN, MODIFIER, OFFICE, PLACE

OBJECT_REACH = 45
GAP_REACH = 24
_GAP_TAGS = frozenset((MODIFIER, DOMAIN, OFFICE, PLACE))


class Clause:
    """One sentence as its lists of mentions, and the tense of its verbs."""

    def __init__(self, document: Document, index: int, chains: list[Chain]) -> None:
        self.document = document
        self.index = index
        self.sentence = document.tokens.sentences[index]
        self.chains = chains
        self.begins = [chain.begin for chain in chains]
        self.ends = [chain.end for chain in chains]
        self.lower = document.tokens.lower
        self.capital = document.tokens.capital
        self.words = document.lexicon.words

    def before(self, start: int) -> Iterator[Chain]:
        """Yield the chains that end by the token, the nearest first."""
        for index in range(bisect_right(self.ends, start) - 1, -1, -1):
            if start - self.ends[index] > OBJECT_REACH:
                return
            yield self.chains[index]

    def after(self, stop: int) -> Iterator[Chain]:
        """Yield the chains that begin at the token or later, the nearest first."""
        for index in range(bisect_left(self.begins, stop), len(self.chains)):
            if self.begins[index] - stop > OBJECT_REACH:
                return
            yield self.chains[index]

    def subject_before(self, start: int) -> Chain | None:
        """Return the nearest list before the token that can be its subject."""
        for chain in self.before(start):
            if not (chain.preposition or chain.absent or chain.possessed):
                return chain
        return None

    def actor_before(self, start: int) -> Chain | None:
        """Return the first list of named people before the token that acts in the sentence."""
        for chain in self.chains:
            if chain.end > start:
                return None
            if chain.named and not (chain.preposition or chain.absent or chain.possessed):
                return chain
        return None

    def subject_after(self, opening: Chain) -> Chain | None:
        """Return the list that acts after an opening phrase that ends with a list: B in "Receiving A, B said"."""
        for chain in self.after(opening.end):
            if not (chain.preposition or chain.absent or chain.possessed):
                return chain
        return None

    def direct_object(self, start: int, stop: int, prepositions: tuple[str, ...]) -> Chain | None:
        """Return the list after the token with only time and place between, joined by one of the prepositions."""
        for chain in self.after(stop):
            governed = bool(chain.preposition) and chain.preposition in prepositions and chain.preposition_at >= stop
            opens = chain.begin if chain.preposition_at < 0 else max(stop, chain.preposition_at + 1)
            if chain.is_absent_before(start) or not self._light_gap(stop, chain.preposition_at if governed else opens):
                return None
            joint = chain.governed_by(stop) if "" in prepositions else chain.preposition
            if joint in prepositions and not chain.possessed and not self._is_place(chain):
                return chain
        return None

    def fronted(self, start: int, preposition: str) -> Chain | None:
        """Return the list that the preposition governs at the head of the sentence: A in "With A he discussed B"."""
        for chain in self.chains[:1]:
            opens = chain.preposition_at == self.sentence.begin and chain.preposition == preposition
            if opens and chain.end <= start and not chain.absent and not chain.possessed:
                return chain
        return None

    def _is_place(self, chain: Chain) -> bool:
        return chain.preposition in self.words["place_prepositions"] and all(
            mention.kind == "state" for mention in chain.mentions
        )

    def object_after(self, start: int, stop: int, preposition: str) -> Chain | None:
        """Return the next list that the preposition governs."""
        for chain in self.after(stop):
            if chain.preposition == preposition and not chain.is_absent_before(start) and not chain.possessed:
                return chain
        return None

    def _light_gap(self, begin: int, end: int) -> bool:
        if end - begin > GAP_REACH:
            return False
        word = self.document.tokens.word
        gaps, adjectives, numerals = (self.words[kind] for kind in ("gap_words", "guest_adjectives", "numerals"))
        return all(
            self.lower[at] in gaps
            or self.lower[at] in adjectives
            or self.lower[at] in numerals
            or self.capital[at]
            or not word[at][0].isalpha()
            or self.document.tagged.tag[at] in _GAP_TAGS
            for at in range(begin, end)
        )

    def tense(self, start: int, stop: int, subject: Chain | None) -> tuple[str, bool]:
        """Return past, planned, background, negated or hypothetical for a verb, and whether it lies ahead."""
        left = max(self.sentence.begin, start - 10)
        if subject is not None:
            left = max(left, subject.end)
        near = max(left, start - 4)
        opening = self.sentence.begin
        negated = self.document.cues("negators", near, start) or self.document.cues("negators", opening, opening + 1)
        if negated or self.document.cues("denials", opening, start):
            return "negated", False
        if self.document.cues("planned", left, stop):
            return "planned", True
        if self.document.cues("looking_forward", left, start + 1):
            return "planned", True
        if self.document.cues("hypotheticals", left, start):
            return "hypothetical", False
        if self.document.cues("recalls", opening, min(start, opening + 4)):
            return "background", False
        if any(self.lower[at] in self.words["pluperfect"] for at in range(near, start)):
            return "background", False
        if start > self.sentence.begin and self.lower[start - 1] in self.words["infinitive_words"]:
            return "hypothetical", True
        return "past", False
