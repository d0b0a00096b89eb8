"""Where an event took place."""

from __future__ import annotations

from functools import cache

from pipeline.extract.document import Document
from pipeline.extract.drafts import Draft
from pipeline.extract.tags import COUNTRY, DEMONYM, HEAD_TAGS, MODIFIER, PLACE
from pipeline.extract.tokens import Sentence
from pipeline.languages import Language

_REMOTE = frozenset(("call", "message", "statement"))
_UNPLACED = frozenset(("call", "message"))
_TITLE_PLACED = frozenset(("call", "message", "statement", "visit"))
_AT_HOME = frozenset(("meeting", "ceremony", "signing"))
_AT_DATELINE = frozenset(("meeting", "ceremony", "signing", "conference"))
DATELINE_LINES = 3
DATELINE_TOKENS = 16
DATELINE_HEAD = 7
"""In which lines of the body a dateline is looked for, how far from its city its end, in how many first words its city."""
DATELINE_MARKS = frozenset("-–—:/(")


def locate_event(document: Document, draft: Draft, covered: bytearray, titled: bool = False) -> None:
    """Set the draft's place and country from the sentences that tell it, the title where it is the `titled` event.

    `covered` marks tokens of people.
    """
    source = draft.place_from
    if (
        draft.part_of is not None
        and draft.type not in _REMOTE
        and draft.part_of.place is None
        and draft.country is None
    ):
        source = source or draft.part_of
    sentence = document.tokens.sentences[draft.sentence]
    if draft.mention == "referenced":
        begin, end = max(sentence.begin, draft.begin - 4), min(sentence.end, draft.end + 8)
    else:
        begin, end = sentence.begin, sentence.end
    if draft.type not in _UNPLACED or draft.mention == "primary":
        _locate_in(document, draft, begin, end, covered)
    for index in draft.sentences[1:4]:
        if draft.place is None and draft.mention == "primary" and draft.type not in _TITLE_PLACED:
            _locate_in(
                document,
                draft,
                document.tokens.sentences[index].begin,
                document.tokens.sentences[index].end,
                covered,
                True,
            )
    if titled and draft.place is None and draft.type not in _TITLE_PLACED:
        for title in document.tokens.sentences:
            if title.begin < document.title_end:
                _locate_in(document, draft, title.begin, title.end, covered)
    if draft.mention == "primary" and draft.place is None and draft.country is None and source is not None:
        if source.place is None:
            locate_event(document, source, covered)
        draft.place, draft.place_at, draft.country, draft.country_at = (
            source.place,
            source.place_at,
            source.country,
            source.country_at,
        )


def inherit_country(draft: Draft, first: Draft | None) -> None:
    """Give a meeting without a place the country in which the release's first event is said to have been."""
    if first is None or draft is first or draft.mention != "primary" or draft.country is not None:
        return
    if draft.type == "meeting" and first.country_at is not None and first.type in _AT_HOME:
        draft.country = first.country


def default_country(draft: Draft, home: str | None) -> None:
    """Give an event without a place the country of its host, else of the issuer, where its type has a place."""
    if draft.mention != "primary" or draft.country is not None or draft.type in _REMOTE:
        return
    if draft.type not in _AT_HOME and draft.place is None:
        return
    hosts = [seat.person for seat in draft.seats.values() if seat.side == "host"]
    draft.country = hosts[0].country if hosts else home


def find_dateline(document: Document) -> tuple[str, str, tuple[int, int]] | None:
    """Return the city of the first dateline, its country and its tokens.

    A dateline is a line near the body's begin: a city, at most some words, and a dash, colon, slash or bracket; or a
    city and a date alone.
    """
    tokens, tagged = document.tokens, document.tagged
    opened = [
        sentence for sentence in tokens.sentences if sentence.begin >= document.title_end and sentence.first_of_line
    ]
    for sentence in opened[:DATELINE_LINES]:
        at = _first_city(document, sentence)
        if at is None or tagged.noun_end[at] >= len(tokens):
            continue
        noun, stop = tagged.noun[at], tagged.noun_end[at]
        assert noun is not None
        follows = tokens.word[stop]
        words = tokens.word[stop + 1 : stop + DATELINE_TOKENS]
        alone = sentence.last_of_line and sentence.end - stop <= DATELINE_TOKENS // 2
        ended = alone or any(word in DATELINE_MARKS or _is_agency(word) for word in words)
        if alone and (stop == sentence.end or tokens.word[at - 1] == "(" or (bool(words) and words[0].isdigit())):
            follows = ":"
        if follows in DATELINE_MARKS or (follows == "," and ended) or (follows == "." and words and words[0].isupper()):
            written = document.original_text(at, stop)
            return _as_listed(document.lexicon.language).get(written, written), noun.value, (at, stop)
    return None


def _first_city(document: Document, sentence: Sentence) -> int | None:
    """Return the token where a line's first city begins, behind none but capitalised words: "The Herald (X)"."""
    tokens, tagged = document.tokens, document.tagged
    at = sentence.begin
    while at < min(sentence.end, sentence.begin + DATELINE_HEAD):
        noun = tagged.noun[at]
        if noun is not None and noun.tag == PLACE and noun.kind == "city":
            return at
        if tokens.word[at][0].islower() or tagged.tag[at] in HEAD_TAGS:
            return None
        at = tagged.noun_end[at]
    return None


@cache
def _as_listed(language: Language) -> dict[str, str]:
    """Return the usual form of each city by its form in capitals."""
    return {name.upper(): name for name, place in language.places.items() if place.kind == "city"}


def _is_agency(word: str) -> bool:
    """Say whether the word begins with an agency in capitals, as in "SANA-President"."""
    head, dash, _ = word.partition("-")
    return bool(dash) and len(head) > 2 and head.isupper()


def place_by_dateline(document: Document, draft: Draft, dateline: tuple[str, str, tuple[int, int]] | None) -> None:
    """Give an event in person that has no city the dateline's, where its country is that of the dateline or unknown."""
    if dateline is None:
        return
    city, country, at = dateline
    if draft.mention != "primary" or draft.type not in _AT_DATELINE or draft.country not in (None, country):
        return
    if draft.place_at is not None and any(
        noun is not None and noun.tag == PLACE and noun.kind != "venue"
        for noun in document.tagged.noun[slice(*draft.place_at)]
    ):
        return
    draft.place, draft.place_at, draft.country = city, at, country
    draft.country_at = draft.country_at or at


def _locate_in(
    document: Document, draft: Draft, begin: int, end: int, covered: bytearray, venue_only: bool = False
) -> None:
    tagged, lower, capital = document.tagged, document.tokens.lower, document.tokens.capital
    prepositions = document.lexicon.words["place_prepositions"]
    venues = document.lexicon.words["venue_nouns"]
    rank = 0
    at = begin
    while at < end:
        noun, stop = tagged.noun[at], tagged.noun_end[at]
        found = 0
        if covered[at]:
            pass
        elif noun is not None and noun.tag == PLACE:
            found = 2 if noun.kind == "venue" else 3
        elif noun is not None and noun.tag == COUNTRY:
            found = 1
        elif lower[at] in venues and capital[at]:
            found = 2
        if found:
            start = at
            while (
                start > begin
                and at - start < 6
                and capital[start - 1]
                and tagged.noun[start - 1] is None
                and not covered[start - 1]
                and lower[start - 1] not in prepositions
            ):
                start -= 1
            step = _before_place(document, begin, start)
            governed = step >= begin and lower[step] in prepositions
            adjacent = draft.mention == "referenced" and found == 3 and stop <= draft.begin
            after_venue = found == 3 and draft.place_at is not None and rank == 2 and draft.place_at[1] == at - 1
            governed = governed or (after_venue and document.tokens.word[at - 1] == ",")
            talked_about = step > begin and lower[step - 1] in document.lexicon.words["talked_about"]
            if governed and (
                talked_about or (draft.mention == "primary" and _is_elsewhere(document, draft, begin, start))
            ):
                governed = False
            behind = found == 3 and rank == 2 and draft.place_at is not None and draft.place_at[1] >= at - 2
            if venue_only and not (governed and (found == 2 or behind)):
                governed = adjacent = False
            if governed or adjacent:
                value = noun.value if noun is not None and noun.tag in (PLACE, COUNTRY) else ""
                if found == 1:
                    if draft.country is None and draft.type not in _REMOTE:
                        draft.country, draft.country_at = value, (at, stop)
                elif found > rank:
                    rank = found
                    begin_at = start if found == 2 else at
                    draft.place, draft.place_at = document.original_text(begin_at, stop), (begin_at, stop)
                    if value:
                        draft.country, draft.country_at = value, (at, stop)
        at = stop


def _before_place(document: Document, begin: int, at: int) -> int:
    """Return the token before a place's name and what only says what it is: "in the capital X", "in the city of X"."""
    lower, words = document.tokens.lower, document.lexicon.words
    step = at - 1
    while step > begin:
        numbered = lower[step] == "," and lower[step - 1].isdigit()  # "at 10, X Street"
        if not (numbered or lower[step].isdigit() or lower[step] in words["determiners"]):
            break
        step -= 1
    kind = step - 1 if step > begin and lower[step] in words["kind_prepositions"] else step
    if kind < begin or lower[kind] not in words["place_kinds"]:
        return step
    while kind >= begin and (
        lower[kind] in words["place_kinds"]
        or lower[kind] in words["determiners"]
        or document.tagged.tag[kind] in (COUNTRY, DEMONYM, MODIFIER)
        or document.tokens.word[kind] in document.lexicon.possessive
    ):
        kind -= 1
    return kind


def _is_elsewhere(document: Document, draft: Draft, begin: int, at: int) -> bool:
    """Say whether the place before `at` is that of another event, as in "days before the conference in Geneva"."""
    elsewhere = document.lexicon.words["elsewhere_words"]
    lower = document.tokens.lower
    for start, _, _ in document.cues("event_noun", max(begin, at - 12), at):
        if start <= draft.end + 1:
            continue
        step = start - 1
        while step > begin and (
            document.tokens.capital[step]
            or document.tagged.tag[step] in "mxgk"
            or lower[step] in document.lexicon.words["determiners"]
        ):
            step -= 1
        if lower[step] in elsewhere:
            return True
    return False
