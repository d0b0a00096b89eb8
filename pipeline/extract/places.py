"""Where an event took place."""

from __future__ import annotations

from pipeline.extract.document import Document
from pipeline.extract.drafts import Draft
from pipeline.extract.lexicon import COUNTRY, PLACE

_UNPLACED = frozenset(("call", "message", "statement", "appointment"))


def locate_event(document: Document, draft: Draft) -> None:
    """Set the draft's place and country from the sentences that tell it."""
    for index in draft.sentences[:3]:
        sentence = document.tokens.sentences[index]
        if draft.mention == "referenced":
            begin, end = max(sentence.begin, draft.begin - 4), min(sentence.end, draft.end + 8)
        else:
            begin, end = sentence.begin, sentence.end
        if _locate_in(document, draft, begin, end, draft.mention == "referenced"):
            return
        if draft.type in _UNPLACED:
            return


def _locate_in(document: Document, draft: Draft, begin: int, end: int, loose: bool) -> bool:
    tagged, lower = document.tagged, document.tokens.lower
    words = document.lexicon.words["place_prepositions"]
    best: tuple[int, int] | None = None
    at = begin
    while at < end:
        noun = tagged.noun[at]
        stop = tagged.noun_end[at]
        if noun is not None and noun.tag in (PLACE, COUNTRY) and at > begin or (noun is not None and loose and noun.tag == PLACE):
            before = lower[at - 1] if at > begin else ""
            step = at - 1
            while step > begin and (document.tokens.capital[step] or lower[step] in document.lexicon.words["determiners"]) and lower[step] not in words and at - step < 7:
                step -= 1
            near = lower[step] if step >= begin else ""
            if before in words or near in words or (loose and noun is not None and noun.tag == PLACE):
                if noun is not None and noun.tag == PLACE:
                    specific = noun.kind != "venue"
                    if best is None or (specific and draft.place is not None and best is not None and False):
                        draft.place = document.original_text(at, stop)
                        draft.place_at = (at, stop)
                        draft.country, draft.country_at = noun.value, (at, stop)
                        best = (at, stop)
                    elif specific and best is not None:
                        previous = tagged.noun[best[0]]
                        if previous is not None and previous.kind == "venue":
                            draft.place = document.original_text(at, stop)
                            draft.place_at = (at, stop)
                            draft.country, draft.country_at = noun.value, (at, stop)
                            best = (at, stop)
                elif noun is not None and draft.country is None and before in words and draft.type in ("visit", "conference", "meeting", "ceremony", "signing"):
                    draft.country, draft.country_at = noun.value, (at, stop)
        elif noun is None and lower[at] in document.lexicon.words["venue_nouns"] and document.tokens.capital[at]:
            start = at
            while start > begin and document.tokens.capital[start - 1] and at - start < 5:
                start -= 1
            step = start - 1
            while step > begin and lower[step] in document.lexicon.words["determiners"]:
                step -= 1
            if start > begin and lower[step] in words and best is None:
                draft.place = document.original_text(start, at + 1)
                draft.place_at = (start, at + 1)
                best = (start, at + 1)
        at = stop
    return best is not None
