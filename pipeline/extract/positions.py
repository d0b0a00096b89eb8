"""Where a position phrase begins and which word heads it."""

from __future__ import annotations

from pipeline.extract.complements import ComplementReader
from pipeline.extract.document import Document, Position
from pipeline.extract.tag_reader import TagReader
from pipeline.extract.tags import (
    BEFORE_HEAD,
    COMMON,
    COUNTRY,
    DEMONYM,
    DOMAIN,
    HEAD_TAGS,
    NAME_TAGS,
    OFFICE,
    ORGANISATION,
    PLACE,
    TITLE_TAGS,
)  # fmt: skip

REACH = 14
DEEPEST = 2
_OWNERS = frozenset((COUNTRY, DEMONYM, ORGANISATION, PLACE, DOMAIN))


class PositionReader(TagReader):
    """Reads position phrases of one document."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.complements = ComplementReader(document, self)

    def read(self, start: int, limit: int, depth: int = 0) -> Position | None:
        """Return the position phrase that starts at the token, or None."""
        head = self._find_head(start, limit)
        if head is None:
            return None
        head, end = self._last_head(head, limit)
        entry = self.noun[head]
        position = Position(start, end, head, end, entry.value if entry else "", bool(entry and entry.plural))
        self.complements.note_states(position, start, head)
        if end < limit and self.word[end] in self.possessive and depth < DEEPEST:
            inner = self.read(end + 1, limit, depth + 1)
            if inner is not None:
                inner.begin = start
                inner.country = position.country or inner.country
                inner.country_at = position.country_at or inner.country_at
                inner.international = position.international or inner.international
                return inner
        self.complements.read(position, limit, depth)
        return position

    def _last_head(self, head: int, limit: int) -> tuple[int, int]:
        """Return the last of several heads in a row ("Chief of Staff Major General") and its end."""
        end = self.noun_end[head]
        while end < limit:
            step = end
            while (
                step < min(limit, end + 4)
                and self.capital[step]
                and (self.tag[step] in TITLE_TAGS or self.is_acronym(step))
            ):
                step += 1
            if step >= limit or self.tag[step] not in HEAD_TAGS or self.capital[step] != self.capital[head]:
                break
            head, end = step, self.noun_end[step]
        return head, end

    def _find_head(self, start: int, limit: int) -> int | None:
        reach = min(limit, start + REACH)
        if self.document.next_office[start] >= reach:
            return None
        at = start
        while at < reach:
            mark = self.tag[at]
            if mark in HEAD_TAGS:
                return at if mark == OFFICE or self.capital[at] else None
            step = self._step_before_head(at, start, reach)
            if step == at:
                return None
            at = step
        return None

    def _step_before_head(self, at: int, start: int, reach: int) -> int:
        """Return the token after what may stand before a head here, `at` itself where nothing does."""
        mark = self.tag[at]
        if mark == COUNTRY and at > start and self.tag[at - 1] == PLACE:
            return at  # "at the palace of A B's Minister": the place belongs to the words before
        if mark in BEFORE_HEAD or (mark == COMMON and self.capital[at] and not self._is_apart(at)):
            return self.noun_end[at]
        if mark in NAME_TAGS:
            return at + 1 if self._is_body_name(at, start, reach) else at
        if at == start:
            return at
        if self.word[at] in self.possessive:
            return at + 1 if self.tag[at - 1] in _OWNERS else at
        if self.is_bracketed_acronym(at, reach - 1):
            return at + 3
        if self.is_domain(at - 1) and (self.lower[at] in self.joiners or self.word[at] == ","):
            step = at + 1
            if self.word[at] == "," and step < reach and self.lower[step] in self.joiners:
                step += 1
            return step if step < reach and self.is_domain(step) else at
        return at

    def _is_apart(self, at: int) -> bool:
        """Say whether a word is no part of an office: a day or month, the verb of "President A Receives President B"."""
        if self.lower[at] in self.words["gap_words"]:
            return True
        heading = self.document.headings[self.document.tokens.sentence_of[at]]
        return heading and self.lower[at] in self.words["headline_verbs"]

    def is_domain(self, at: int) -> bool:
        """Say whether the word is one that positions are about."""
        return self.tag[at] in TITLE_TAGS or (self.tag[at] == COMMON and self.capital[at])

    def _is_body_name(self, at: int, start: int, reach: int) -> bool:
        """Say whether an unknown capitalised word is the name of a body before an office ("Mossad Director")."""
        if at > start and self.tag[at - 1] in NAME_TAGS and at - start > 2:
            return False
        step = at + 1
        plain = step + 1 < len(self.tag) and self.tag[step] == OFFICE and not self.capital[step] and at == start
        if plain and self.capital[step + 1] and self.tag[step + 1] in NAME_TAGS:
            return True  # "Movement leader A B"
        while step < reach and self.tag[step] in TITLE_TAGS and self.capital[step]:
            step += 1
        if (
            step < reach
            and self.tag[step] in HEAD_TAGS
            and (self.capital[step] or (self.word[at].isupper() and len(self.word[at]) > 1))
        ):
            return True
        if step >= reach or not self.capital[step]:
            return False
        return (
            step == at + 1
            and self.tag[step] in NAME_TAGS
            and step + 1 < reach
            and self.tag[step + 1] in HEAD_TAGS | TITLE_TAGS
            and self.capital[step + 1]
        )
