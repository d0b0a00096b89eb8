"""What follows the head of a position: "of Foreign Affairs and Trade", "at the Ministry of Health"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.document import Document, Position
from pipeline.extract.tag_reader import TagReader
from pipeline.extract.tags import (
    BEFORE_HEAD,
    COMMON,
    COUNTRY,
    DEMONYM,
    DOMAIN,
    HEAD_TAGS,
    HONORIFIC,
    INITIAL,
    MODIFIER,
    NAME_TAGS,
    OFFICE,
    ORGANISATION,
    PLACE,
    RANK,
    TITLE_TAGS,
)  # fmt: skip

if TYPE_CHECKING:
    from pipeline.extract.positions import PositionReader

DEEPEST = 2
SOVEREIGN = "sovereign"
"""The kind of honorifics that stand for a ruler also without a name: "Adviser to His Majesty"."""
MOST_COMPLEMENTS = 12
MOST_ITEMS = 8
BODY_REACH = 5
_BEFORE_INNER_OFFICE = frozenset((MODIFIER, DEMONYM, COUNTRY, DOMAIN, ORGANISATION))


class ComplementReader(TagReader):
    """Extends a position over what follows its head, and notes the state or body it names."""

    def __init__(self, document: Document, positions: PositionReader) -> None:
        super().__init__(document)
        self.positions = positions
        self.prepositions = self.words["position_prepositions"]
        self.bodies = self.words["organisation_heads"]
        self.offices_as_domains = self.words["domain_words"]

    def note_states(self, position: Position, begin: int, end: int) -> None:
        """Note the first state or body of many states among the tokens, unless the position has one."""
        if position.country is not None or position.international:
            return
        at = begin
        place: int | None = None
        while at < end:
            entry = self.noun[at]
            if entry is not None and entry.tag in (COUNTRY, DEMONYM) and entry.value:
                position.country, position.country_at = entry.value, (at, self.noun_end[at])
                return
            if entry is not None and entry.tag == PLACE and entry.value and place is None:
                place = at  # "Mayor of A", "Chairman of the A Port Authority": where no state is named, the place's
            if entry is not None and entry.tag == ORGANISATION:
                position.international = True
                return
            at = self.noun_end[at]
        named = self.noun[place] if place is not None else None
        if place is not None and named is not None:
            position.country, position.country_at = named.value, (place, self.noun_end[place])

    def read(self, position: Position, limit: int, depth: int) -> None:
        """Move the position's end over its complements, leaving a name that follows out."""
        for _ in range(MOST_COMPLEMENTS):
            at = position.end
            if at >= limit:
                return
            done = self._read_one(position, at, limit, depth)
            if done == at:
                return
            position.end = done

    def _read_one(self, position: Position, at: int, limit: int, depth: int) -> int:
        word, lower = self.word[at], self.lower[at]
        if lower in self.prepositions:
            return self._read_governed(position, at, limit)
        if lower in self.joiners:
            return self._read_joined(position, at, limit, depth)
        if word == ",":
            return self._read_comma(position, at, limit)
        if self.is_bracketed_acronym(at, limit):
            return at + 3
        if word == "(":
            return self._read_bracketed(at, limit)
        if word in self.possessive:
            return self._read_owned(position, at, limit, depth)
        if lower in self.words["domain_prepositions"] and self.tag[at - 1] == DOMAIN and self.capital[at - 1]:
            return self._read_domain(at, limit)
        body = at + 1 if word in "-\u2013" and at + 1 < limit else at
        if self._starts_body(body):
            done = self._read_noun_phrase(body, limit, False)
            self.note_states(position, body, done)
            return done
        if self.tag[at] == DOMAIN and self.capital[at] and self.capital[position.head_begin]:
            return self._read_noun_phrase(at, limit, False)
        return at

    def _read_domain(self, at: int, limit: int) -> int:
        """Read "with States" after "Secretary for Relations": title words in capitals, and nobody's name or state."""
        step = self.skip_determiners(at + 1, limit)
        done = step
        while done < limit and self.capital[done] and self.tag[done] in (DOMAIN, MODIFIER, COMMON, ORGANISATION):
            done += 1
        return done if done > step else at

    def _read_bracketed(self, at: int, limit: int) -> int:
        """Read "(Defence Production)" after "Secretary": title words alone in brackets."""
        step = at + 1
        while step < limit and (self.tag[step] in TITLE_TAGS or self.tag[step] == OFFICE) and self.capital[step]:
            step += 1
        return step + 1 if at + 1 < step < limit and self.word[step] == ")" else at

    def _read_governed(self, position: Position, at: int, limit: int) -> int:
        """Read "of the Republic", "to the President": a preposition, articles and the words they govern."""
        lower = self.lower[at]
        ruler = self._ruler_end(at + 1, limit)
        if ruler:
            return ruler
        step = self.skip_determiners(at + 1, min(limit, at + 4))
        if step == at + 1 and self._is_titled_name(step, limit):
            return at
        done = self._read_noun_phrase(step, limit, True)
        if done == step:
            return at
        if lower in self.sending or any(self.tag[inner] == OFFICE for inner in range(step, done)):
            self.note_states(position, step, done)
        elif position.country is None and lower not in self.words["address_prepositions"]:
            named = (entry is not None and entry.tag == ORGANISATION for entry in self.noun[step:done])
            position.international = position.international or any(named)
        return done

    def _ruler_end(self, at: int, limit: int) -> int:
        """Return the end of "His Majesty" before another's name, of "His Majesty the King"; 0 where neither stands there."""
        noun = self.noun[at] if at < limit else None
        if noun is None or noun.value != SOVEREIGN:
            return 0
        end = self.noun_end[at]
        if end < limit and self.tag[end] in NAME_TAGS:
            return end
        office = self.skip_determiners(end, limit)
        if office >= limit or office == end or self.tag[office] != OFFICE or not self.capital[office]:
            return 0
        return self.noun_end[office]

    def _read_owned(self, position: Position, at: int, limit: int, depth: int) -> int:
        """Read "the Minister's Adviser": the position that another one owns."""
        inner = self.positions.read(at + 1, limit, depth + 1) if depth < DEEPEST else None
        if inner is None:
            return at
        position.head_begin, position.head_end = inner.head_begin, inner.head_end
        position.singular, position.plural = inner.singular, inner.plural
        return inner.end

    def _is_titled_name(self, at: int, limit: int) -> bool:
        """Say whether an office without an article stands right before a name: the next person, no complement."""
        if (
            at >= limit
            or self.tag[at] not in HEAD_TAGS
            or not self.capital[at]
            or self.lower[at] in self.offices_as_domains
        ):
            return False
        after = self.noun_end[at]
        return after < limit and (self.tag[after] in NAME_TAGS or self.tag[after] == HONORIFIC)

    def _starts_body(self, at: int) -> bool:
        """Say whether the name of a body (a ministry, a central bank) starts at the token."""
        if self.tag[at] == ORGANISATION:
            return True
        for step in range(at, min(at + BODY_REACH, len(self.tag))):
            if not self.capital[step] or self.tag[step] in HEAD_TAGS or self.tag[step] in (HONORIFIC, INITIAL):
                return False
            if self.lower[step] in self.bodies:
                return True
        return False

    def _read_joined(self, position: Position, at: int, limit: int, depth: int) -> int:
        """Read "and Trade", "and Minister of Trade" as parts of the position before."""
        step = at + 1
        if step < limit and self.lower[step] in self.prepositions:
            return self._read_governed(position, step, limit)
        if step >= limit or self.lower[step] in self.determiners:
            return at
        cased = self.capital[position.head_begin]
        alike = self.capital[step] or not cased
        ahead = self.positions.read(step, limit, depth + 1) if depth < DEEPEST and alike else None
        if ahead is not None:
            if position.plural or ahead.plural or _differ(position.country, ahead.country):
                return at
            if position.country is None and not position.international:
                position.country, position.country_at = ahead.country, ahead.country_at
                position.international = ahead.international
            position.joint = at
            return ahead.end
        listed = self.tag[step] in TITLE_TAGS or self.tag[step] in (PLACE, ORGANISATION, COMMON)
        if not listed and self.tag[step] in NAME_TAGS and step + 1 < limit and self.capital[step + 1]:
            listed = self.tag[step + 1] == DOMAIN  # "and Inland Waterways"
        if listed and (self.capital[step] or not cased) and self.capital[step] == self.capital[at - 1]:
            return self._read_noun_phrase(step, limit, False)
        return at

    def _read_comma(self, position: Position, at: int, limit: int) -> int:
        """Read ", Foreign Employment, and Tourism" or ", Ministry of Trade" as parts of the position before."""
        step = at + 1
        if step >= limit or not self.capital[step]:
            return at
        if self._starts_body(step) and self.document.next_office[step] - step > 3:
            done = self._read_noun_phrase(step, limit, True)
            self.note_states(position, step, done)
            return done
        for _ in range(MOST_ITEMS):
            item = self._read_item(step, limit)
            if item == step:
                return at
            step = item
            closing = step < limit and self.lower[step] in self.joiners
            comma = step < limit and self.word[step] == ","
            if comma and step + 1 < limit and self.lower[step + 1] in self.joiners:
                step, closing = step + 1, True
            if closing:
                done = self._read_item(step + 1, limit)
                return done if done > step + 1 else at
            if not comma:
                return at
            step += 1
        return at

    def _read_item(self, start: int, limit: int) -> int:
        """Return the end of a list's item of capitalised title words, `start` where it is none."""
        step = start
        while step < limit and self.positions.is_domain(step) and self.capital[step]:
            step += 1
        return start if step < limit and self.tag[step] in HEAD_TAGS else step

    def _read_noun_phrase(self, start: int, limit: int, after_preposition: bool) -> int:
        """Return where the capitalised or official words from `start` end, leaving a following name out."""
        at = start
        inner_office = False
        while at < limit:
            mark = self.tag[at]
            if mark in HEAD_TAGS:
                first = at == start
                if inner_office or (not first and (mark == RANK or self.tag[at - 1] not in _BEFORE_INNER_OFFICE)):
                    break
                inner_office = True
                at = self.noun_end[at]
            elif mark in BEFORE_HEAD:
                if mark == PLACE and at > start and self._is_first_name(at, limit):
                    break
                at = self.noun_end[at]
            elif mark == COMMON and self.capital[at]:
                at += 1
            elif mark in NAME_TAGS:
                done = self._read_unknown(at, limit, at == start and after_preposition)
                if done == at and self._is_described(start, at, limit):
                    done = at + 1
                if done == at:
                    break
                at = done
            elif at > start and self.word[at] in self.possessive and self._is_title(at + 1, limit):
                at += 1
            else:
                break
        return at

    def _is_described(self, start: int, at: int, limit: int) -> bool:
        """Say whether the one unknown word is what an article and adjectives stand before: "the Royal Diwan"."""
        if at == start or self._run(at, limit) != 1 or self.lower[start - 1] not in self.words["articles"]:
            return False
        return all(self.tag[step] in (MODIFIER, COMMON) for step in range(start, at))

    def _is_title(self, at: int, limit: int) -> bool:
        if at >= limit or not self.capital[at]:
            return False
        if self.tag[at] == COMMON and at + 1 < limit:
            at += 1  # "Sudan's Sovereign Council"
        return self.capital[at] and (self.tag[at] in TITLE_TAGS or self.tag[at] in HEAD_TAGS)

    def _is_first_name(self, at: int, limit: int) -> bool:
        """Say whether a word that is also a place begins a name of two parts here."""
        return self.noun_end[at] == at + 1 and self._run(at + 1, limit) == 1

    def _run(self, at: int, limit: int) -> int:
        return min(self.document.name_run_end[at], limit) - at if at < limit else 0

    def _read_unknown(self, at: int, limit: int, must: bool) -> int:
        """Return how far unknown words belong to the complement: of those that end it the last two are a name."""
        run = self._run(at, limit)
        after = at + run
        if after < limit and self.tag[after] in (DOMAIN, ORGANISATION, COMMON) and self.capital[after] and run <= 3:
            return after
        if not must:
            listed = run == 1 and after + 1 < limit and self.lower[after] in self.joiners and self.capital[after + 1]
            return after if listed and self.tag[after + 1] in (DOMAIN, COMMON) else at
        if run <= 2:
            return after
        return at + 1 if run == 3 else at + 2


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other
