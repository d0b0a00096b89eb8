"""The state whose issuer wrote the release, inferred from its words when the source does not say."""

from __future__ import annotations

from collections import Counter

from pipeline.extract.coreference import People
from pipeline.extract.document import Document
from pipeline.extract.lexicon import COUNTRY, DEMONYM, PLACE

_SEAT, _DATELINE, _MENTION, _FOREIGN, _SUBJECT, _TITLE_OBJECT = 6.0, 8.0, 1.0, -4.0, 1.5, -2.0


def infer_home(document: Document, people: People) -> str | None:
    """Return the ISO code of the issuer's state, or None where the text speaks for none."""
    weights: Counter[str] = Counter()
    tagged = document.tagged
    qualified: Counter[str] = Counter()
    inside: set[int] = set()
    offices = document.lexicon.state_offices
    for person in people.people:
        if person.country is not None and person.heads & offices:
            qualified[person.country] += 1
        for mention in person.mentions:
            if mention.country_at is not None:
                inside.update(range(*mention.country_at))
    at = 0
    total = len(document.tokens)
    while at < total:
        noun = tagged.noun[at]
        if noun is not None and noun.value and at not in inside:
            if noun.tag in (COUNTRY, DEMONYM):
                weights[noun.value] += _MENTION + _emphasis(document, at, tagged.noun_end[at])
            elif noun.tag == PLACE:
                weights[noun.value] += _MENTION / 2
        at = tagged.noun_end[at]
    for _, _, code in document.tagged.cue_kinds.get("seat", ()):
        weights[code] += _SEAT
    first = next((s for s in document.tokens.sentences if s.begin >= document.title_end), None)
    if first is not None:
        noun = tagged.noun[first.begin]
        after = tagged.noun_end[first.begin]
        if noun is not None and noun.tag == PLACE and after < first.end and document.tokens.word[after] in ",\u2013-(:" :
            weights[noun.value] += _DATELINE
    for code, count in qualified.items():
        weights[code] += _FOREIGN * count
    best = weights.most_common(2)
    if not best or best[0][1] <= 0:
        return None
    return best[0][0]


def _emphasis(document: Document, begin: int, end: int) -> float:
    """Weigh where a country stands: a sentence's subject speaks for the issuer, what a title is about against."""
    sentence = document.sentence_at(begin)
    lower = document.tokens.lower
    if begin < document.title_end:
        return _TITLE_OBJECT if begin > sentence.begin and lower[begin - 1] in document.lexicon.words["prepositions"] else 0.0
    first = begin - 1 if begin > sentence.begin and lower[begin - 1] in document.lexicon.words["determiners"] else begin
    if first == sentence.begin and end < sentence.end and document.tokens.word[end][0].islower():
        return _SUBJECT
    return 0.0
