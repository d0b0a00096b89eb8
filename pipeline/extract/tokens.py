"""Split a normalised text into tokens and sentences, once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"(?P<abbreviation>(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![\w.]))?)"
    r"|(?P<possessive>'[sS](?![^\W_]))"
    r"|(?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*(?:(?:'(?![sS](?![^\W_]))|-(?=[^\W\d_]))(?:[^\W\d_]|[\u0300-\u036f])+)*)"
    r"|(?P<number>\d+(?:[.,:]\d+)*(?:st|nd|rd|th)?(?![^\W\d_]))"
    r"|(?P<newline>\n)"
    r"|(?P<other>[^\s])"
)
_CLOSERS = frozenset("\"')]}")
_ENDERS = frozenset(".!?")
_BULLETS = frozenset("\u2022*-\u2013")


@dataclass(slots=True)
class Sentence:
    """A half-open range of tokens. `line` numbers the line it began on, `paragraph` the paragraph; the title is paragraph 0."""

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
    if word[0].isupper() or word[0].istitle():
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
    tokens = Tokens()
    lines: list[int] = []
    begin, end, word, lower, capital = tokens.begin, tokens.end, tokens.word, tokens.lower, tokens.capital
    line = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "newline":
            line += 1
            continue
        piece = match.group()
        if (
            piece == "."
            and end
            and end[-1] == match.start()
            and lines[-1] == line
            and _keeps_stop(word[-1], lower[-1], abbreviations)
        ):
            word[-1] += "."
            lower[-1] += "."
            end[-1] += 1
            continue
        begin.append(match.start())
        end.append(match.end())
        word.append(piece)
        lower.append(piece.lower())
        capital.append(kind in ("word", "abbreviation") and looks_capital(piece))
        lines.append(line)
    _split_sentences(tokens, lines, openers)
    return tokens


def _keeps_stop(word: str, lower: str, abbreviations: frozenset[str]) -> bool:
    return lower in abbreviations or (len(word) == 1 and word.isupper())


def _split_sentences(tokens: Tokens, lines: list[int], openers: frozenset[str]) -> None:
    word, lower, capital = tokens.word, tokens.lower, tokens.capital
    total = len(word)
    start = 0
    paragraph = 0
    index = 0
    while index < total:
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
        index = following


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
