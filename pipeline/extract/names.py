"""Where a person's name begins and ends."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.extract.document import Document
from pipeline.extract.tags import COMMON, COUNTRY, DEMONYM, DOMAIN, HONORIFIC, INITIAL, NAME_TAGS, PLACE, RANK, UNKNOWN

MAXIMUM_PARTS = 10
LONGEST_STYLE = 12
_OPENERS = {'"': '"', "'": "'", "(": ")"}
_PLACE_TAGS = frozenset((COUNTRY, PLACE, DEMONYM, COMMON))


@dataclass(frozen=True, slots=True)
class NameFound:
    """A name: honorifics begin at `begin`, the name is [name_begin, name_end), post-nominals end at `end`."""

    begin: int
    name_begin: int
    name_end: int
    end: int
    honoured: bool
    rank: tuple[int, int] | None


def _is_post_nominal(word: str, after_comma: bool) -> bool:
    return sum(letter.isupper() for letter in word) > 1 or (after_comma and word.islower() and len(word) == 3)


def is_sound(name: NameFound) -> bool:
    """Say whether a name stands for itself: an honorific, a rank or more than one part."""
    return name.honoured or name.rank is not None or name.name_end - name.name_begin > 1


def read_name(document: Document, start: int, limit: int, introduced: bool = False) -> NameFound | None:
    """Return the name that starts at the token, after honorifics and ranks; None when none does.

    `introduced` says that a position stands right before it, so that a place or a particle may begin it.
    """
    tag, noun_end, noun = document.tagged.tag, document.tagged.noun_end, document.tagged.noun
    at = start
    rank: tuple[int, int] | None = None
    honoured = False
    nameable = -1
    while at < limit:
        if tag[at] == HONORIFIC:
            honoured = True
            entry = noun[at]
            nameable = at if entry is not None and entry.value == "nameable" else -1
        elif tag[at] == RANK and document.tokens.capital[at]:
            rank = (rank[0] if rank else at, noun_end[at])
        else:
            break
        at = noun_end[at]
        if (
            rank is not None
            and at + 2 < limit
            and document.tokens.word[at] == "("
            and document.tokens.word[at + 2] == ")"
        ):
            at += 3
    known = introduced or honoured or rank is not None
    if honoured:
        at = _skip_style(document, start, at, limit)
    begin, end = at, _read_parts(document, at, limit, known)
    if end == begin:
        return None
    if end - begin == 1 and begin > 0 and _is_acronym(document, begin):
        return None
    if nameable >= 0 and end - begin == 1:
        begin = nameable
    if all(tag[index] == INITIAL and len(document.tokens.word[index]) < 3 for index in range(begin, end)):
        return None
    name_end, after = _read_suffixes(document, end, limit)
    return NameFound(start, begin, name_end, after, honoured, rank)


def _skip_style(document: Document, start: int, at: int, limit: int) -> int:
    """Return where the name begins after a style in several words, whose last honorific may stand far on."""
    tag, noun, capital = document.tagged.tag, document.tagged.noun, document.tokens.capital
    if not any(entry is not None and entry.value == "style" for entry in noun[start:at]):
        return at
    last, step = at, at
    while step < min(limit, at + LONGEST_STYLE) and capital[step]:
        step = document.tagged.noun_end[step]
        if tag[step - 1] == HONORIFIC:
            last = step
    return last if last < limit and tag[last] in NAME_TAGS else at


def _read_parts(document: Document, at: int, limit: int, known: bool) -> int:
    tag, lower, capital = document.tagged.tag, document.tokens.lower, document.tokens.capital
    particles = document.lexicon.words["particles"]
    noun_end = document.tagged.noun_end
    begin = at
    end = at
    last = min(limit, begin + MAXIMUM_PARTS)
    while at < last:
        mark = tag[at]
        if mark in NAME_TAGS or (capital[at] and lower[at] in particles and at > begin):
            at += 1
            end = at
        elif lower[at] in particles and (at > begin or known):
            ahead = at + 1
            while ahead < last and lower[ahead] in particles and not capital[ahead]:
                ahead += 1
            if lower[at] in document.lexicon.words["patronymic_particles"] and at > begin:
                while ahead < last and tag[ahead] == HONORIFIC and capital[ahead]:  # "bin Haji X": the father's
                    ahead += 1
            if ahead < last and (tag[ahead] in NAME_TAGS or (tag[ahead] in _PLACE_TAGS and capital[ahead])):
                at = end = ahead + 1
            else:
                break
        elif (
            mark == HONORIFIC
            and at > begin
            and noun_end[at] == at + 1
            and at + 1 < last
            and tag[at + 1] in NAME_TAGS
            and lower[at][-1] != "."
        ):
            at += 1
        elif (mark == COMMON and at > begin and known and document.is_plain_word_in_name(at)) or (
            mark == DOMAIN and at == begin + 1 == end and known and _ends_name(document, at, limit)
        ):
            at += 1
            end = at
        elif at > begin and _is_nickname(document, at, last):
            at = end = at + 4
        elif at > begin + 1 and _is_last_nickname(document, at, limit):
            return at + 3
        elif mark in _PLACE_TAGS and capital[at] and known and _is_name_part(document, begin, at, limit):
            at += 1
            end = at
        else:
            break
    return end


def _ends_name(document: Document, at: int, limit: int) -> bool:
    """Say whether a word that offices are made of is a surname here: with a capital, and nothing of an office after it."""
    following = at + 1
    if not document.tokens.capital[at] or document.headings[document.tokens.sentence_of[at]]:
        return False
    sending = document.lexicon.words["sending_prepositions"]
    return following >= limit or not (document.tokens.capital[following] or document.tokens.lower[following] in sending)


def _is_acronym(document: Document, at: int) -> bool:
    """Say whether a short word in capitals stands among words that are not."""
    word = document.tokens.word
    neighbours = [
        word[step]
        for step in (at - 1, at - 2, at + 1)
        if 0 <= step < len(word) and word[step][0].isalpha() and len(word[step]) > 2
    ]
    return 1 < len(word[at]) <= 5 and word[at].isupper() and any(not neighbour.isupper() for neighbour in neighbours)


def _is_nickname(document: Document, at: int, last: int) -> bool:
    """Say whether a quoted or bracketed nickname and one more part follow: James "Sandy" Roe."""
    word = document.tokens.word
    if at + 3 >= last or word[at] not in _OPENERS or word[at + 2] not in _OPENERS[word[at]]:
        return False
    return document.tokens.capital[at + 1] and not word[at + 1].isupper() and document.tagged.tag[at + 3] in NAME_TAGS


def _is_last_nickname(document: Document, at: int, limit: int) -> bool:
    """Say whether a quoted nickname ends the name: John Jay Roe "Sandy"."""
    word = document.tokens.word
    if at + 2 >= limit or word[at] != '"' or word[at + 2] != '"':
        return False
    return document.tagged.tag[at + 1] == UNKNOWN and document.tokens.capital[at + 1]


def _is_name_part(document: Document, begin: int, at: int, limit: int) -> bool:
    """Say whether a word that is also a place is a part of the name here, as a first name or a last."""
    tagged = document.tagged
    if tagged.noun_end[at] - tagged.noun_begin[at] > 1:
        return False
    following = at + 1
    heading = document.headings[document.tokens.sentence_of[at]]
    if heading and document.tokens.lower[at] in document.lexicon.words["headline_verbs"]:
        return False  # "President Receives Sheikhs"
    if at == begin:
        return following < limit and tagged.tag[following] in NAME_TAGS and tagged.tag[at] != DEMONYM
    if tagged.tag[at] == PLACE and following < limit and tagged.tag[following] in NAME_TAGS:
        return True
    return tagged.tag[at] in (PLACE, COUNTRY) and (following >= limit or not document.tokens.capital[following])


def _read_suffixes(document: Document, end: int, limit: int) -> tuple[int, int]:
    word, lower = document.tokens.word, document.tokens.lower
    suffixes, post_nominals = document.lexicon.suffixes, document.lexicon.words["post_nominals"]
    name_end = end
    at = end
    for _ in range(4):
        step = at + 1 if at < limit and word[at] == "," else at
        if step < limit and lower[step] in suffixes and document.tokens.capital[step]:
            name_end = at = step + 1
        elif step < limit and (
            (lower[step] in post_nominals and _is_post_nominal(word[step], step > at))
            or (
                step > at
                and word[step].isupper()
                and word[step].count(".") > 1
                and document.tagged.tag[step] != COUNTRY
            )
        ):
            at = step + 1
        else:
            break
    return name_end, max(at, name_end)
