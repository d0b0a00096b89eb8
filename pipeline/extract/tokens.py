"""Split a normalised text into tokens and sentences, once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate, compress, islice, repeat
from operator import eq, itemgetter, ne, not_

_LETTERS = r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*"
_TOKEN = re.compile(
    r"([a-z]++(?![^\s,.])"  # most words; what follows says that nothing else belongs to it
    r"|[^\W\d_a-z][^\W\d_A-Z]{0,2}\.(?=[^\W\d_a-z][^\W\d_A-Z]{2})"
    rf"|{_LETTERS}(?:(?:-|'(?![sS](?![^\W_]))){_LETTERS})*|'[sS](?![^\W_])|\d+(?:[.,:]\d+)*(?:st|nd|rd|th)?|\n|\S)"
)
_CLOSERS = frozenset("\"')]}")
_ENDERS = frozenset(".!?")
LONGEST_INITIALS = 16
_MAY_END = _CLOSERS | _ENDERS
_BULLETS = frozenset("\u2022*-\u2013")


@dataclass(slots=True)
class Sentence:
    """A half-open range of tokens, and the numbers of its line and paragraph; the title is paragraph 0."""

    begin: int
    end: int
    line: int
    paragraph: int
    bullet: bool = False
    first_of_line: bool = False
    last_of_line: bool = False


@dataclass(slots=True)
class Tokens:
    """Parallel lists: where each token stands in the normalised text, its words, and whether it begins like a name."""

    begin: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    word: list[str] = field(default_factory=list)
    lower: list[str] = field(default_factory=list)
    capital: list[bool] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    sentence_of: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.word)


def looks_capital(word: str) -> bool:
    """Say whether the word begins with a capital, also after a short particle ("al-Assad", "d'Affaires")."""
    if word[0].isupper():
        return True
    for mark in ("-", "'"):
        head, found, tail = word.partition(mark)
        if found and len(head) <= 3 and tail[:1].isupper():
            return True
    return False


def split_tokens(text: str, abbreviations: frozenset[str], openers: frozenset[str]) -> Tokens:
    """Return the tokens and sentences of a normalised text whose first line is its title.

    `abbreviations` are lower-case words that keep their full stop; `openers` words that begin a sentence after one.
    """
    pieces = _TOKEN.split(text)  # gap, token, gap, token ... gap
    places = list(accumulate(map(len, pieces)))
    begins, ends, words = places[:-1:2], places[1::2], pieces[1::2]
    ended = bytearray(map(eq, words, repeat("\n")))
    kept = bytearray(map(not_, ended))
    lines = list(accumulate(ended))
    joined = last = -1
    for index in compress(range(len(words)), map(eq, map(len, words), repeat(1))):
        if words[index] != "." and not words[index].isalpha():
            continue
        # `last` is the token that the ones before this belong to, `joined` the latest one that joined it
        last = last if joined == index - 1 else index - 1
        touching = index > 0 and ends[last] == begins[index] and words[last] != "\n"
        if touching and _belongs_to(text, ends[index], words[last], words[index], abbreviations):
            words[last] += words[index]
            ends[last] = ends[index]
            kept[index] = 0
            joined = index
    tokens = Tokens()
    tokens.begin = list(compress(begins, kept))
    tokens.end = list(compress(ends, kept))
    tokens.word = list(compress(words, kept))
    tokens.lower = list(map(str.lower, tokens.word))
    tokens.capital = list(map(str.isupper, map(itemgetter(0), tokens.word)))
    marked = {word for word in set(tokens.word) if "-" in word or "'" in word}
    for index in compress(range(len(tokens.word)), map(marked.__contains__, tokens.word)):
        tokens.capital[index] = looks_capital(tokens.word[index])
    _split_sentences(tokens, list(compress(lines, kept)), openers)
    return tokens


def _belongs_to(text: str, after: int, before: str, piece: str, abbreviations: frozenset[str]) -> bool:
    """Say whether a full stop or letter that touches the word before it is a part of it: "Dr.", "K.M.A.", "U.S."."""
    if piece == ".":
        return _keeps_stop(text, after, before, abbreviations)
    return len(piece) == 1 and piece.isalpha() and _is_initials(before) and text[after : after + 1] == "."


def _is_initials(word: str) -> bool:
    return (
        word[-1] == "."
        and 1 < len(word) <= LONGEST_INITIALS
        and word[-2].isalpha()
        and (len(word) == 2 or word[-3] == ".")
    )


def _keeps_stop(text: str, after: int, word: str, abbreviations: frozenset[str]) -> bool:
    """Say whether a full stop belongs to the word before it: an abbreviation, an initial, a letter within "a.m."."""
    if word.lower() in abbreviations:
        return True
    last = word if len(word) == 1 else word[-1] if word[-2] == "." else ""
    return last.isalpha() and (last.isupper() or len(word) > 1 or text[after : after + 1].isalpha())


def _split_sentences(tokens: Tokens, lines: list[int], openers: frozenset[str]) -> None:
    word, lower, capital = tokens.word, tokens.lower, tokens.capital
    total = len(word)
    start = 0
    paragraph = 0
    marked = compress(range(total), map(_MAY_END.__contains__, map(itemgetter(-1), word)))
    breaks = compress(range(total), map(ne, lines, islice(lines, 1, None)))
    for index in sorted({*marked, *breaks, total - 1} if total else ()):
        following = index + 1
        if following == total:
            close, broken = True, True
        elif lines[following] != lines[index]:
            broken = True
            soft = lines[following] == lines[index] + 1 and word[following][0].islower() and word[index] not in ".!?:;"
            close = not soft
        else:
            broken = False
            close = _ends_sentence(word, lower, capital, index, start, total, openers)
        if close:
            sentence = Sentence(start, following, lines[start], paragraph)
            sentence.first_of_line = start == 0 or lines[start] != lines[start - 1]
            sentence.last_of_line = broken
            if sentence.first_of_line:
                _strip_bullet(sentence, word)
            tokens.sentences.append(sentence)
            tokens.sentence_of.extend([len(tokens.sentences) - 1] * (following - start))
            if broken and following < total and lines[following] - lines[index] > 1:
                paragraph += 1
            start = following


def _ends_sentence(
    word: list[str], lower: list[str], capital: list[bool], index: int, start: int, total: int, openers: frozenset[str]
) -> bool:
    last = word[index]
    mark = index
    while last in _CLOSERS and mark > start:
        mark -= 1
        last = word[mark]
        if index - mark > 3:
            break
    follower = word[index + 1]
    if last in _ENDERS:
        if follower in _CLOSERS and not (index + 2 < total and capital[index + 2]):
            return False
        if mark - start == 1 and word[start].isdigit() and last == ".":
            return False
        return (
            follower[0].isupper() or follower[0].isdigit() or follower[0] in "\"'(\u2022" or not follower[0].isalnum()
        )
    if last[-1] == "." and len(last) > 1 and mark == index:
        return lower[index + 1] in openers and capital[index + 1]
    return False


def _strip_bullet(sentence: Sentence, word: list[str]) -> None:
    begin, end = sentence.begin, sentence.end
    if end - begin > 1 and word[begin] in _BULLETS:
        sentence.bullet = True
        while begin < end - 1 and word[begin] in _BULLETS:
            begin += 1
    elif end - begin > 2 and word[begin].isdigit() and len(word[begin]) < 4 and word[begin + 1] in ".)":
        sentence.bullet = True
        begin += 2
    elif end - begin > 3 and word[begin] == "(" and len(word[begin + 1]) < 4 and word[begin + 2] == ")":
        sentence.bullet = True
        begin += 3
    sentence.begin = begin
