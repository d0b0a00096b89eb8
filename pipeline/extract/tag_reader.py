"""The base of the grammars that read one document's tags."""

from __future__ import annotations

from pipeline.extract.document import Document
from pipeline.extract.tags import UNKNOWN


class TagReader:
    """Short names for a document's tokens, tags and word lists."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.tag = document.tagged.tag
        self.noun = document.tagged.noun
        self.noun_end = document.tagged.noun_end
        self.word = document.tokens.word
        self.lower = document.tokens.lower
        self.capital = document.tokens.capital
        self.words = document.lexicon.words
        self.determiners = self.words["determiners"]
        self.sending = self.words["sending_prepositions"]
        self.joiners = document.lexicon.joiners
        self.possessive = document.lexicon.possessive

    def skip_determiners(self, at: int, end: int) -> int:
        """Return the first token from `at` that is no article or the like."""
        while at < end and self.lower[at] in self.determiners:
            at += 1
        return at

    def is_acronym(self, at: int) -> bool:
        """Say whether an unknown word is short and in capitals."""
        return self.tag[at] == UNKNOWN and self.word[at].isupper() and 1 < len(self.word[at]) <= 6

    def is_bracketed_acronym(self, at: int, end: int) -> bool:
        """Say whether "(ABC)" stands at the token."""
        return at + 2 < end and self.word[at] == "(" and self.word[at + 2] == ")" and self.word[at + 1].isupper()
