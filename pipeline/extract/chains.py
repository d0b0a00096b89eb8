"""Lists of mentions that share one role in their sentence, and how each list is joined to the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extract.document import Document, Mention

_STATES = frozenset(("state", "body"))
_DATELINE_ENDS = frozenset(":-\u2013\u2014")
_PHRASES = frozenset(("group", "role"))


@dataclass(slots=True)
class Chain:
    """Mentions joined by commas and words like "and", and the preposition before them."""

    mentions: list[Mention] = field(default_factory=list)
    preposition: str = ""
    absent_from: int = -1
    preposition_at: int = -1
    possessed: bool = False

    @property
    def absent(self) -> bool:
        """Whether the words before only talk about those listed."""
        return self.absent_from >= 0

    def is_absent_before(self, start: int) -> bool:
        """Say whether words that begin before the token, and so are none of its own, only talk about those listed."""
        return 0 <= self.absent_from < start

    def governed_by(self, stop: int) -> str:
        """Return the preposition before the chain, "" where it belongs to a phrase that ends at `stop`."""
        return "" if self.preposition_at < stop else self.preposition

    @property
    def begin(self) -> int:
        """Return the first token of the first mention."""
        return self.mentions[0].begin

    @property
    def end(self) -> int:
        """Return the token after the last mention."""
        return self.mentions[-1].end

    @property
    def named(self) -> bool:
        """Whether any mention stands for a known person."""
        return any(mention.entity is not None for mention in self.mentions)


def build_chains(document: Document, mentions: list[Mention]) -> list[Chain]:
    """Return the chains of one sentence, in order. What is no party, and names that stand for nobody, are left out."""
    chains: list[Chain] = []
    for mention in mentions:
        if mention.kind == "thing" or (mention.kind == "person" and mention.entity is None):
            continue
        last = chains[-1] if chains else None
        if last is not None and mention.begin < last.end and (mention.kind in _PHRASES or mention.end <= last.end):
            continue
        if last is not None and _continues(document, last, mention):
            last.mentions.append(mention)
        else:
            chains.append(Chain([mention], *_context_before(document, mention)))
    for chain in chains:
        after = chain.end
        chain.possessed = after < len(document.tokens) and document.tokens.word[after] in document.lexicon.possessive
    return chains


def _continues(document: Document, chain: Chain, mention: Mention) -> bool:
    before = chain.mentions[-1]
    if chain.end == mention.begin:
        return before.kind == "group" and mention.kind == "person"
    if not _is_joined(document, chain.end, mention.begin) or begins_clause(document, chain, mention):
        return False
    if _is_source(document, chain, mention):
        return False
    return before.kind not in _STATES or mention.kind in _STATES or mention.kind == "group"


def _is_source(document: Document, chain: Chain, mention: Mention) -> bool:
    """Say whether the mention is whose words the sentence gives: C in "A appointed B, C said"."""
    tokens = document.tokens
    begin = tokens.sentences[mention.sentence].begin
    if tokens.word[chain.end] != "," or mention.begin - chain.end > 2 or chain.begin - begin <= 1:
        return False
    cues = document.tagged.cues.get(mention.end, ())
    return any(cue.kind == "frame" and cue.value.type == "statement" for _, cue in cues)


def begins_clause(document: Document, chain: Chain, mention: Mention) -> bool:
    """Say whether the mention is the subject after a fronted phrase: "After talks with A and B, C said"."""
    tokens = document.tokens
    sentence = tokens.sentences[mention.sentence]
    opened = any(cue.kind == "frame" and cue.value.opens for _, cue in document.tagged.cues.get(sentence.begin, ()))
    opened = opened or 0 <= chain.absent_from <= sentence.begin  # "Representing A, B received C"
    if (
        not (chain.preposition or opened)
        or mention.begin - chain.end > 2
        or tokens.word[chain.end] != ","
        or mention.end >= sentence.end
    ):
        return False
    determiners, prepositions = document.lexicon.words["determiners"], document.lexicon.words["prepositions"]
    at = chain.preposition_at
    fronted = at > sentence.begin and tokens.word[at - 1] in _DATELINE_ENDS  # "CITY: Before A, B and C took the oath"
    leads = opened or tokens.lower[sentence.begin] in prepositions
    if not fronted and (not leads or chain.begin - sentence.begin > 8):
        return False
    if any(tokens.lower[at] not in determiners for at in range(chain.end + 1, mention.begin)):
        return False
    at = mention.end + (tokens.word[mention.end] == "," and mention.end + 1 < sentence.end)
    after, words = tokens.lower[at], document.lexicon.words
    if not after.isalpha() or tokens.capital[at] or after in document.lexicon.joiners or after in words["prepositions"]:
        return False
    return at == mention.end or after not in words["relative_words"]


def _is_joined(document: Document, begin: int, end: int) -> bool:
    if end <= begin or end - begin > 12:
        return False
    lower, words = document.tokens.lower, document.lexicon.words
    determiners, kin_words = words["determiners"], words["kin_words"]
    at = begin
    while at < end:
        kin = lower[at] in kin_words or (lower[at] == "," and lower[at - 1] in kin_words)  # "and his wife, B"
        if at > begin and (kin or lower[at] in determiners):
            at += 1
            continue
        reach = 0
        for stop, cue in document.tagged.cues.get(at, ()):
            if cue.kind in ("connectors", "list_openers") and stop <= end:
                reach = max(reach, stop)
        if not reach:
            return False
        at = reach
    return True


def _context_before(document: Document, mention: Mention) -> tuple[str, int, int]:
    """Return the preposition before the mention, where words that only talk about it begin, and its own place."""
    lower = document.tokens.lower
    skipped = document.lexicon.words["determiners"] | document.lexicon.words["numerals"]
    sentence = document.tokens.sentences[mention.sentence]
    at = mention.begin
    while at > sentence.begin and (lower[at - 1] in skipped or lower[at - 1].isdigit()):
        at -= 1
    if at - 2 > sentence.begin and lower[at - 2] in document.lexicon.words["quantities"]:
        at -= 2  # "a number of ambassadors" are ambassadors
        while at > sentence.begin and (lower[at - 1] in skipped or lower[at - 1].isdigit()):
            at -= 1
    if at == sentence.begin:
        return "", -1, -1
    if lower[mention.begin] in document.lexicon.words["deceased_words"]:
        return "", mention.begin, -1
    cues = document.cues("absent_before", max(sentence.begin, at - 7), mention.begin)
    absent_from = next((begin for begin, end, _ in cues if end in (at, mention.begin)), -1)
    before = lower[at - 1]
    return (before if before in document.lexicon.words["prepositions"] else ""), absent_from, at - 1
