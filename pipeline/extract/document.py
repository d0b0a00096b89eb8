"""One release, prepared for reading: its normalised text, tokens, tags and cues."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import accumulate, compress
from operator import and_
from typing import TYPE_CHECKING, Any

from pipeline.extract.lexicon import Lexicon
from pipeline.extract.tagging import Tagger
from pipeline.extract.tags import HEAD_TAGS, NAME_TAGS, UNKNOWN, Tagged
from pipeline.extract.text import NormalText
from pipeline.extract.tokens import Sentence, Tokens

if TYPE_CHECKING:
    from pipeline.extract.coreference import Person


@dataclass(slots=True)
class Position:
    """A position phrase: tokens [begin, end), the range of its head, and the state or body that it names."""

    begin: int
    end: int
    head_begin: int
    head_end: int
    singular: str
    plural: bool = False
    country: str | None = None
    country_at: tuple[int, int] | None = None
    international: bool = False
    shared_countries: tuple[str, ...] = ()
    definite: bool = False
    joint: int | None = None
    private: bool = False


@dataclass(slots=True, eq=False)
class Mention:
    """A person, office, group or state as one sentence names it: tokens [begin, end) of the whole phrase.

    `alias` is the token of another name in brackets after it, `partner` whose husband, wife or child the words say it is.
    """

    kind: str
    begin: int
    end: int
    sentence: int
    name: tuple[int, int] | None = None
    positions: list[Position] = field(default_factory=list)
    country: str | None = None
    country_at: tuple[int, int] | None = None
    international: bool = False
    honoured: bool = False
    nameable: tuple[int, int] | None = None
    rule: str = ""
    entity: Person | None = None
    shared: Position | None = None
    alias: int | None = None
    partner: Mention | None = None

    @property
    def introduced(self) -> bool:
        """Whether a title, honorific or position marks the name as a person's."""
        return bool(self.positions) or self.honoured or self.shared is not None


@dataclass(slots=True)
class Document:
    """Everything later stages read; nothing here changes once the mentions are found."""

    normal: NormalText
    original: str
    tokens: Tokens
    tagged: Tagged
    lexicon: Lexicon
    next_office: list[int]
    name_run_end: list[int]
    title_end: int
    headings: list[bool]

    def cues(self, kind: str, begin: int, end: int) -> list[tuple[int, int, Any]]:
        """Return the cues of a kind that begin in [begin, end) and end there, in order."""
        entries = self.tagged.cue_kinds.get(kind)
        if not entries:
            return []
        at = bisect_left(entries, (begin,))
        found = []
        while at < len(entries) and entries[at][0] < end:
            if entries[at][1] <= end:
                found.append(entries[at])
            at += 1
        return found

    def original_range(self, begin: int, end: int) -> tuple[int, int]:
        """Return the range of the original text that tokens [begin, end) cover."""
        tokens = self.tokens
        return self.normal.original_range(tokens.begin[begin], tokens.end[end - 1])

    def original_text(self, begin: int, end: int) -> str:
        """Return the original words of tokens [begin, end), with single spaces and nothing invisible."""
        start, stop = self.original_range(begin, end)
        return " ".join(self.original[start:stop].translate(_INVISIBLE).split())

    def is_plain_word_in_name(self, at: int) -> bool:
        """Say whether an everyday word with a capital ends the name before it: not in a heading, nor a word of time."""
        following = at + 1
        if self.headings[self.tokens.sentence_of[at]] or self.tokens.lower[at] in self.lexicon.words["gap_words"]:
            return False
        return (
            following >= len(self.tokens) or not self.tokens.capital[following] or self.tagged.tag[following] == UNKNOWN
        )

    def token_at(self, original: int) -> int:
        """Return the number of tokens that begin before a character of the original text."""
        starts = self.normal.starts
        begin = bisect_left(starts, original) if starts else original
        return bisect_left(self.tokens.begin, begin)

    def sentence_at(self, token: int) -> Sentence:
        """Return the sentence that holds the token."""
        return self.tokens.sentences[self.tokens.sentence_of[token]]


_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))


def prepare_document(text: str, title_length: int, lexicon: Lexicon, normal: NormalText) -> Document:
    """Return the document of a text whose first `title_length` normalised characters are its title."""
    tokens = lexicon.tokenise(normal.text)
    tagged = Tagger(lexicon, tokens).tag()
    total = len(tokens)
    next_office: list[int] = []
    for index in compress(range(total), map(HEAD_TAGS.__contains__, tagged.tag)):
        next_office.extend([index] * (index + 1 - len(next_office)))
    next_office.extend([total] * (total + 1 - len(next_office)))
    run_end = list(range(total + 1))
    for index in reversed([*compress(range(total), map(NAME_TAGS.__contains__, tagged.tag))]):
        run_end[index] = max(index + 1, run_end[index + 1])
    title_end = next((i for i in range(total) if tokens.begin[i] >= title_length), total)
    return Document(normal, text, tokens, tagged, lexicon, next_office, run_end, title_end, _find_headings(tokens))


def _find_headings(tokens: Tokens) -> list[bool]:
    """Say of each sentence whether most of its longer words have capitals and no full stop ends it, as headings do."""
    long = [len(word) > 3 and word[0].isalpha() for word in tokens.word]
    longs = list(accumulate(long, initial=0))
    capitals = list(accumulate(map(and_, long, tokens.capital), initial=0))
    found = []
    for sentence in tokens.sentences:
        words = longs[sentence.end] - longs[sentence.begin]
        ended = tokens.word[sentence.end - 1] == "." and sentence.paragraph > 0
        found.append(not ended and words > 2 and capitals[sentence.end] - capitals[sentence.begin] > 0.6 * words)
    return found
