"""Where a position phrase begins and ends, and which state or body it names."""

from __future__ import annotations

from pipeline.extract.document import Document, Position
from pipeline.extract.lexicon import (
    COMMON, COUNTRY, DEMONYM, DOMAIN, HONORIFIC, INITIAL, MODIFIER, OFFICE, ORGANISATION, PLACE, RANK, SOFT, UNKNOWN,
)  # fmt: skip

REACH = 14
_TITLE_TAGS = frozenset((MODIFIER, DOMAIN))
_BEFORE_HEAD = frozenset((MODIFIER, DOMAIN, COUNTRY, DEMONYM, ORGANISATION, PLACE))
_NAME_TAGS = frozenset((UNKNOWN, INITIAL, SOFT))
_HEADS = frozenset((OFFICE, RANK))


class PositionReader:
    """Reads position phrases of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.tag = document.tagged.tag
        self.noun = document.tagged.noun
        self.noun_end = document.tagged.noun_end
        self.word = document.tokens.word
        self.lower = document.tokens.lower
        self.capital = document.tokens.capital
        lexicon = document.lexicon
        self.determiners = lexicon.words["determiners"]
        self.prepositions = lexicon.words["position_prepositions"]
        self.sending = lexicon.words["sending_prepositions"]
        self.possessive = lexicon.possessive
        self.bodies = lexicon.words["organisation_heads"]
        self.domains = lexicon.words["domain_words"]
        self.joiners = lexicon.joiners

    def read(self, start: int, limit: int, depth: int = 0) -> Position | None:
        """Return the position phrase that starts at the token, or None."""
        head = self._find_head(start, limit)
        if head is None:
            return None
        end = self.noun_end[head]
        while end < limit:
            step = end
            while step < limit and step - end < 4 and self.capital[step] and (self.tag[step] in _TITLE_TAGS or self._is_acronym(step)):
                step += 1
            if step < limit and self.tag[step] in _HEADS and (self.capital[step] or self.tag[step] == OFFICE) and self._same_case(head, step):
                head, end = step, self.noun_end[step]
            else:
                break
        entry = self.noun[head]
        position = Position(start, end, head, end, entry.value if entry else "", bool(entry and entry.plural))
        self._note_states(position, start, head)
        if end < limit and self.word[end] in self.possessive and depth < 2:
            inner = self.read(end + 1, limit, depth + 1)
            if inner is not None:
                inner.begin = start
                inner.country = position.country or inner.country
                inner.country_at = position.country_at or inner.country_at
                inner.international = position.international or inner.international
                return inner
        self._read_complements(position, limit, depth)
        return position

    def _is_acronym(self, at: int) -> bool:
        return self.tag[at] == UNKNOWN and self.word[at].isupper() and 1 < len(self.word[at]) <= 6

    def _same_case(self, head: int, step: int) -> bool:
        return self.capital[head] == self.capital[step]

    def _find_head(self, start: int, limit: int) -> int | None:
        reach = min(limit, start + REACH)
        if self.document.next_office[start] >= reach:
            return None
        at = start
        while at < reach:
            mark = self.tag[at]
            if mark in _HEADS:
                return at if mark == OFFICE or self.capital[at] else None
            if mark in _BEFORE_HEAD or (mark == COMMON and self.capital[at]):
                at = self.noun_end[at]
            elif self.word[at] in self.possessive and at > start and self.tag[at - 1] in (COUNTRY, DEMONYM, ORGANISATION, PLACE, DOMAIN):
                at += 1
            elif (
                at > start
                and (self.lower[at] in self.joiners or self.word[at] == ",")
                and at + 1 < reach
                and self._is_domain(at - 1)
                and self._is_domain(at + 1)
            ):
                at += 1
            elif self.word[at] == "," and at > start and at + 2 < reach and self._is_domain(at - 1) and self.lower[at + 1] in self.joiners and self._is_domain(at + 2):
                at += 2
            elif self.word[at] == "(" and at > start and at + 3 < reach and self.word[at + 2] == ")" and self.word[at + 1].isupper():
                at += 3
            elif mark in _NAME_TAGS and self._is_body_name(at, start, reach):
                at += 1
            else:
                return None
        return None

    def _is_domain(self, at: int) -> bool:
        return self.tag[at] in _TITLE_TAGS or (self.tag[at] == COMMON and self.capital[at])

    def _is_body_name(self, at: int, start: int, reach: int) -> bool:
        """Say whether an unknown capitalised word is the name of a body before an office ("Mossad Director")."""
        if at > start and self.tag[at - 1] in _NAME_TAGS and at - start > 2:
            return False
        step = at + 1
        while step < reach and self.tag[step] in _TITLE_TAGS and self.capital[step]:
            step += 1
        if step < reach and self.tag[step] in _HEADS and (self.capital[step] or (self.word[at].isupper() and len(self.word[at]) > 1)):
            return True
        if step >= reach or not self.capital[step]:
            return False
        return step == at + 1 and self.tag[step] in _NAME_TAGS and step + 1 < reach and self.tag[step + 1] in _HEADS | _TITLE_TAGS and self.capital[step + 1]

    def _note_states(self, position: Position, begin: int, end: int) -> None:
        if position.country is not None or position.international:
            return
        at = begin
        while at < end:
            entry = self.noun[at]
            if entry is not None and entry.tag in (COUNTRY, DEMONYM):
                position.country, position.country_at = entry.value, (at, self.noun_end[at])
                return
            if entry is not None and entry.tag == ORGANISATION:
                position.international = True
                return
            at = self.noun_end[at]

    def _read_complements(self, position: Position, limit: int, depth: int) -> None:
        at = position.end
        for _ in range(12):
            if at >= limit:
                break
            word, lower = self.word[at], self.lower[at]
            if lower in self.prepositions:
                step = at + 1
                while step < limit and self.lower[step] in self.determiners and step - at < 3:
                    step += 1
                if step == at + 1 and self._is_titled_name(step, limit):
                    break
                done = self._read_noun_phrase(step, limit, True)
                if done == step:
                    break
                if lower in self.sending or position.country is None:
                    if lower in self.sending or any(self.tag[inner] == OFFICE for inner in range(step, done)):
                        self._note_states(position, step, done)
                    elif position.country is None and any(
                        entry is not None and entry.tag == ORGANISATION for entry in self.noun[step:done]
                    ) and lower != "to":
                        position.international = True
            elif lower in self.joiners:
                done = self._read_joined(position, at, limit, depth)
                if done == at:
                    break
            elif word == ",":
                done = self._read_comma(position, at, limit)
                if done == at:
                    break
            elif word in "-\u2013" and at + 1 < limit and self._starts_body(at + 1):
                done = self._read_noun_phrase(at + 1, limit, False)
                self._note_states(position, at + 1, done)
            elif word == "(" and at + 2 < limit and self.word[at + 2] == ")" and self.word[at + 1].isupper():
                done = at + 3
                position.end = at if position.end == at else position.end
                at = done
                position.end = done
                continue
            elif self.word[at] in self.possessive and depth < 2:
                inner = self.read(at + 1, limit, depth + 1)
                if inner is None:
                    break
                position.head_begin, position.head_end, position.singular, position.plural = (
                    inner.head_begin, inner.head_end, inner.singular, inner.plural,
                )  # fmt: skip
                done = inner.end
            elif self._starts_body(at) and self.capital[at]:
                done = self._read_noun_phrase(at, limit, False)
                self._note_states(position, at, done)
            elif self.tag[at] == DOMAIN and self.capital[at] and self.capital[position.head_begin]:
                done = self._read_noun_phrase(at, limit, False)
            else:
                break
            if done == at:
                break
            at = position.end = done

    def _is_titled_name(self, at: int, limit: int) -> bool:
        """Say whether an office without an article and right before a name stands here: the next person, no complement."""
        if at >= limit or self.tag[at] not in _HEADS or not self.capital[at] or self.lower[at] in self.domains:
            return False
        after = self.noun_end[at]
        return after < limit and (self.tag[after] in _NAME_TAGS or self.tag[after] == HONORIFIC)

    def _starts_body(self, at: int) -> bool:
        """Say whether the name of a body (a ministry, a central bank) starts at the token."""
        if self.tag[at] == ORGANISATION:
            return True
        if not self.capital[at] or self.tag[at] in _HEADS or self.tag[at] == HONORIFIC:
            return False
        reach = min(at + 5, len(self.tag))
        for step in range(at, reach):
            if not self.capital[step] or self.tag[step] in _HEADS or self.tag[step] in (HONORIFIC, INITIAL):
                return False
            if self.lower[step] in self.bodies:
                return True
        return False

    def _read_joined(self, position: Position, at: int, limit: int, depth: int) -> int:
        step = at + 1
        if step < limit and self.lower[step] in self.determiners:
            return at
        if step >= limit:
            return at
        cased = self.capital[position.head_begin]
        ahead = self.read(step, limit, depth + 1) if depth < 2 and self.capital[step] == cased else None
        if ahead is not None:
            if position.plural or ahead.plural != position.plural:
                return at
            if ahead.country is not None and position.country is not None and ahead.country != position.country:
                return at
            if position.country is None and not position.international:
                position.country, position.country_at = ahead.country, ahead.country_at
                position.international = ahead.international
            position.joint = at
            return ahead.end
        if (self.tag[step] in _TITLE_TAGS or self.tag[step] in (PLACE, ORGANISATION) or self.tag[step] == COMMON) and (
            self.capital[step] == cased or not cased
        ) and self.capital[step] == self.capital[at - 1]:
            return self._read_noun_phrase(step, limit, False)
        return at

    def _read_comma(self, position: Position, at: int, limit: int) -> int:
        """Read ", Foreign Employment, and Tourism" or ", Ministry of Trade" as parts of the position before."""
        step = at + 1
        if step >= limit or not self.capital[step]:
            return at
        if self._starts_body(step) and self.document.next_office[step] - step > 3:
            return self._read_noun_phrase(step, limit, True)
        items = 0
        while step < limit and items < 8:
            begin = step
            while step < limit and self._is_domain(step) and self.capital[step]:
                step += 1
            if step == begin or (step < limit and self.tag[step] in _HEADS):
                return at
            items += 1
            if step < limit and self.word[step] == ",":
                step += 1
                if step < limit and self.lower[step] in self.joiners:
                    step += 1
                    closing = True
                else:
                    closing = False
            elif step < limit and self.lower[step] in self.joiners:
                step += 1
                closing = True
            else:
                return at
            if closing:
                begin = step
                while step < limit and self._is_domain(step) and self.capital[step]:
                    step += 1
                if step == begin or (step < limit and self.tag[step] in _HEADS):
                    return at
                return step
        return at

    def _read_noun_phrase(self, start: int, limit: int, after_preposition: bool) -> int:
        """Return where the capitalised (or official lower-case) words from `start` end, leaving a following name out."""
        at = start
        offices = 0
        while at < limit:
            mark = self.tag[at]
            if mark in _HEADS:
                if offices or (mark == RANK and self.capital[at] and at > start):
                    break
                if at > start and self.tag[at - 1] not in (MODIFIER, DEMONYM, COUNTRY, DOMAIN, ORGANISATION) :
                    break
                offices += 1
                at = self.noun_end[at]
            elif mark in _BEFORE_HEAD:
                if mark == PLACE and at > start and self.capital[at] and self._run(at + 1, limit) and self.noun_end[at] == at + 1 and self._run(at + 1, limit) == 1:
                    break
                at = self.noun_end[at]
            elif mark == HONORIFIC:
                break
            elif mark == COMMON and self.capital[at]:
                at += 1
            elif mark in _NAME_TAGS:
                done = self._read_unknown(at, limit, at == start and after_preposition)
                if done == at:
                    break
                at = done
            elif self.word[at] in self.possessive and at + 1 < limit and self.capital[at + 1] and self.tag[at + 1] in _TITLE_TAGS | _HEADS and at > start:
                at += 1
            else:
                break
        return at

    def _run(self, at: int, limit: int) -> int:
        return min(self.document.name_run_end[at], limit) - at if at < limit else 0

    def _read_unknown(self, at: int, limit: int, must: bool) -> int:
        run = self._run(at, limit)
        after = at + run
        if after < limit and self.tag[after] in (DOMAIN, ORGANISATION, COMMON) and self.capital[after] and run <= 3:
            return after
        if not must:
            return at
        if run <= 2:
            return after
        return at + 1 if run == 3 else at + 2
