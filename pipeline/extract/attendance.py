"""Sentences that say who else was there: "in the presence of A", "A and B attended the meeting"."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from pipeline.extract.chains import Chain
from pipeline.extract.document import Document, Mention
from pipeline.extract.tags import COUNTRY, DEMONYM

AFTER_REACH = 12
CLOSING_REACH = 6
NEAREST = 12
_SOURCES = frozenset(("group", "role", "body"))


@dataclass(slots=True)
class Attendance:
    """Who a sentence seats beyond its frames, and the token ranges of the cues that say so."""

    seated: list[tuple[list[Mention], str]] = field(default_factory=list)
    cues: list[tuple[int, int]] = field(default_factory=list)
    chaired: tuple[int, int] | None = None

    def covers(self, at: int) -> bool:
        """Say whether the token belongs to an attendance cue."""
        return any(begin <= at < end for begin, end in self.cues)


def read_attendance(document: Document, index: int, chains: list[Chain]) -> Attendance:
    """Return who one sentence seats through attendance cues."""
    sentence = document.tokens.sentences[index]
    found = Attendance()
    ends = [chain.end for chain in chains]
    absences = document.cues("absences", sentence.begin, sentence.end)
    chairing = document.cues("chairing", sentence.begin, sentence.end)
    accompanying = document.lexicon.words["accompanying"]
    for begin, end, _ in document.cues("attendance_after", sentence.begin, sentence.end):
        mentions = _mentions_after(document, chains, end)
        if not mentions or any(start <= begin < stop for start, stop, _ in absences):
            continue
        if any(start == begin for start, _, _ in chairing):
            found.chaired = (begin, end)
        words = set(document.tokens.lower[max(sentence.begin, begin - 4) : end])
        rule = "accompanying" if words & accompanying else "attendance"
        if rule == "accompanying":
            _with_leader(chains, mentions, begin)
        found.seated.append((_with_state(document, chains, mentions, sentence.begin, begin), rule))
        found.cues.append((begin, end))
    for begin, end, _ in document.cues("attendance_openers", sentence.begin, min(sentence.end, sentence.begin + 4)):
        if begin == sentence.begin and not found.seated:
            copula = next(
                (
                    at
                    for at in range(end, sentence.end)
                    if document.tokens.lower[at] in document.lexicon.words["copulas"]
                ),
                None,
            )
            mentions = _mentions_after(document, chains, copula + 1) if copula is not None else []
            if mentions:
                found.seated.append((_with_state(document, chains, mentions, sentence.begin, begin), "attendance"))
                found.cues.append((sentence.begin, mentions[0].begin))
    for kind in ("attendance_before", "attendance_open"):
        for begin, end, _ in document.cues(kind, sentence.begin, sentence.end):
            if found.covers(begin) or not (kind == "attendance_open" or _closes(document, end, sentence.end)):
                continue
            last = bisect_left(ends, begin + 1)
            near = [chain for chain in chains[max(0, last - NEAREST) : last] if _is_nominative(chain)]
            mentions = [mention for chain in near for mention in chain.mentions]
            if mentions:
                rule = "accompanying" if document.tokens.lower[end - 1] in accompanying else "attendance"
                found.seated.append((mentions, rule))
                found.cues.append((begin, min(sentence.end, end + CLOSING_REACH)))
    return found


def _is_nominative(chain: Chain) -> bool:
    return not (chain.preposition or chain.absent or chain.possessed)


def _mentions_after(document: Document, chains: list[Chain], end: int) -> list[Mention]:
    """Return the list that follows a cue, without what the list's words joined to it from before the cue."""
    first = bisect_left(chains, end + 1, key=_chain_end)
    for chain in chains[first : first + 1]:
        mentions = [mention for mention in chain.mentions if mention.begin >= end]
        if mentions:
            light = mentions[0].begin - end <= AFTER_REACH and not (chain.absent and mentions[0] is chain.mentions[0])
            return mentions if light and _is_light(document, end, mentions[0].begin) else []
    return []


def _is_light(document: Document, begin: int, end: int) -> bool:
    lower, words = document.tokens.lower, document.lexicon.words
    return all(
        lower[at] in words["determiners"] or lower[at] in words["gap_words"] or not lower[at][0].isalpha()
        or document.tokens.capital[at] or document.tagged.tag[at] in "mx"
        for at in range(begin, end)
    )  # fmt: skip


def _with_state(
    document: Document, chains: list[Chain], mentions: list[Mention], begin: int, cue: int
) -> list[Mention]:
    """Give the people after "the X delegation included" the state or body of that delegation."""
    source = next(
        (
            mention
            for earlier in chains[:NEAREST]
            for mention in earlier.mentions[:NEAREST]
            if begin <= mention.begin <= cue
            and mention not in mentions
            and mention.kind in _SOURCES
        ),
        None,
    )
    if source is None:
        source = _side_before(document, begin, cue)
    if source is not None:
        body = (
            source.kind == "body"
            or any(position.international for position in source.positions)
            or any(noun is not None and noun.tag == "g" for noun in document.tagged.noun[source.begin : source.end])
        )
        for mention in mentions:
            if (
                mention.country is None
                and not mention.international
                and mention.entity is not None
                and mention.entity.country is None
            ):
                if source.country is not None:
                    mention.entity.country = mention.country = source.country
                elif body:
                    mention.entity.international = mention.international = True
    return mentions


def _with_leader(chains: list[Chain], mentions: list[Mention], cue: int) -> None:
    """Give those who accompany somebody that person's state."""
    before = chains[: bisect_left(chains, cue + 1, key=_chain_end)]
    leaders = (mention.entity for chain in reversed(before[-NEAREST:]) for mention in chain.mentions if mention.entity)
    leader = next(leaders, None)
    if leader is None or leader.country is None:
        return
    for mention in mentions:
        if mention.entity is not None and mention.entity.country is None and not mention.entity.international:
            mention.entity.country = leader.country


def _side_before(document: Document, begin: int, cue: int) -> Mention | None:
    """Return the state of "on the X side" before the cue."""
    for at in range(begin, cue):
        noun = document.tagged.noun[at]
        if (
            noun is not None
            and noun.tag in (DEMONYM, COUNTRY)
            and document.tokens.lower[document.tagged.noun_end[at]] in document.lexicon.words["side_words"]
        ):
            return Mention(
                "group", at, document.tagged.noun_end[at], document.tokens.sentence_of[at], country=noun.value
            )
    return None


def _closes(document: Document, end: int, limit: int) -> bool:
    """Say whether what follows "attended" is the event itself or nothing: "the meeting", "at the ceremony", a full stop."""
    words = document.lexicon.words
    lower = document.tokens.lower
    at = end
    for _ in range(CLOSING_REACH):
        if at >= limit or not lower[at][0].isalpha():
            return True
        if lower[at] in words["attendance_objects"]:
            return True
        if document.tokens.capital[at] and lower[at] not in words["determiners"]:
            return False
        at += 1
    return False


def _chain_end(chain: Chain) -> int:
    return chain.end
