"""Sentences that say who else was there: "in the presence of A", "A and B attended the meeting"."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extract.chains import Chain
from pipeline.extract.document import Document, Mention

AFTER_REACH = 12


@dataclass(slots=True)
class Attendance:
    """Who a sentence seats beyond its frames, and the token ranges of the cues that say so."""

    seated: list[tuple[list[Mention], str]] = field(default_factory=list)
    cues: list[tuple[int, int]] = field(default_factory=list)

    def covers(self, at: int) -> bool:
        """Say whether the token belongs to an attendance cue."""
        return any(begin <= at < end for begin, end in self.cues)


def read_attendance(document: Document, index: int, chains: list[Chain]) -> Attendance:
    """Return who one sentence seats through attendance cues."""
    sentence = document.tokens.sentences[index]
    found = Attendance()
    accompanying = document.lexicon.words["accompanying"]
    for begin, end, _ in document.cues("attendance_after", sentence.begin, sentence.end):
        chain = _chain_after(document, chains, end)
        if chain is None:
            continue
        words = set(document.tokens.lower[max(sentence.begin, begin - 4) : end])
        rule = "accompanying" if words & accompanying else "attendance"
        found.seated.append((_with_state(document, chains, chain, sentence.begin, begin), rule))
        found.cues.append((begin, end))
    for begin, end, _ in document.cues("attendance_before", sentence.begin, sentence.end):
        if any(start <= begin < stop for start, stop in found.cues) or not _closes(document, end, sentence.end):
            continue
        mentions = [
            mention
            for chain in chains
            if chain.end <= begin and not chain.preposition and not chain.absent and not chain.possessed
            for mention in chain.mentions
        ]
        if mentions:
            found.seated.append((mentions, "attendance"))
            found.cues.append((begin, end))
    return found


def _chain_after(document: Document, chains: list[Chain], end: int) -> Chain | None:
    for chain in chains:
        if chain.begin < end:
            continue
        gap = chain.begin - end
        if gap > AFTER_REACH or chain.absent:
            return None
        lower = document.tokens.lower
        words = document.lexicon.words
        if all(
            lower[at] in words["determiners"] or lower[at] in words["gap_words"] or not lower[at][0].isalpha()
            or document.tokens.capital[at] or document.tagged.tag[at] in "mx"
            for at in range(end, chain.begin)
        ):  # fmt: skip
            return chain
        return None
    return None


def _with_state(document: Document, chains: list[Chain], chain: Chain, begin: int, cue: int) -> list[Mention]:
    """Give the people after "the X delegation included" the state or body of that delegation."""
    source = next(
        (mention for earlier in chains for mention in earlier.mentions if mention.begin >= begin and mention.end <= cue and mention.kind in ("group", "role", "body", "state")),
        None,
    )
    if source is not None:
        body = source.kind == "body" or any(position.international for position in source.positions) or any(
            noun is not None and noun.tag == "g" for noun in document.tagged.noun[source.begin : source.end]
        )
        for mention in chain.mentions:
            if mention.country is None and not mention.international and mention.entity is not None and mention.entity.country is None:
                if source.country is not None:
                    mention.entity.country = mention.country = source.country
                elif body:
                    mention.entity.international = mention.international = True
    return chain.mentions


def _closes(document: Document, end: int, limit: int) -> bool:
    """Say whether what follows "attended" is the event itself or nothing: "the meeting", "at the ceremony", a full stop."""
    words = document.lexicon.words
    lower = document.tokens.lower
    at = end
    for _ in range(6):
        if at >= limit or not lower[at][0].isalpha():
            return True
        if lower[at] in words["attendance_objects"]:
            return True
        if document.tokens.capital[at] and lower[at] not in words["determiners"]:
            return False
        at += 1
    return False
