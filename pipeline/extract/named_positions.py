"""The name that follows a position: right after it, after a comma or colon, after a list of positions or of states."""

from __future__ import annotations

from pipeline.extract.document import Document, Mention, Position
from pipeline.extract.names import NameFound, is_sound, read_name
from pipeline.extract.positions import PositionReader
from pipeline.extract.tag_reader import TagReader
from pipeline.extract.tags import COUNTRY, HONORIFIC, NAME_TAGS, OFFICE, ORGANISATION, RANK
from pipeline.extract.tokens import Sentence

_COLUMN_MARKS = frozenset(":\u2013-")
MOST_POSITIONS = 4
MOST_ITEMS = 40
"""Items of a list that are looked at for how it ends."""


def leads_names(document: Document, positions: PositionReader, at: int, end: int) -> bool:
    """Say whether positions stand before their names in the list that goes on here: ", A, Minister of Y, B, and Chief of Z, C".

    What tells is the end of the list: a word like "and", a position, a comma, a name.
    """
    tokens, joiners, determiners = document.tokens, document.lexicon.joiners, document.lexicon.words["determiners"]
    for _ in range(MOST_ITEMS):
        if at + 1 >= end or tokens.word[at] != ",":
            return False
        closes = tokens.lower[at + 1] in joiners
        at += 1 + closes
        name = read_name(document, at, end) if at < end else None
        if name is not None and is_sound(name):
            at = name.end
            continue
        while at < end and tokens.lower[at] in determiners:
            at += 1
        position = positions.read(at, end) if at < end else None
        if position is None:
            return False
        titled = read_name(document, position.end, end, introduced=True)
        if closes:
            after = position.end + 1
            name = read_name(document, after, end) if titled is None and after < end else None
            return name is not None and is_sound(name) and tokens.word[position.end] == ","
        at = titled.end if titled is not None else position.end
    return False


class NamedPositionReader(TagReader):
    """Finds the name of a position's holder; what it takes from the text it notes in the position."""

    def __init__(self, document: Document, positions: PositionReader) -> None:
        super().__init__(document)
        self.positions = positions

    def read(
        self, position: Position, sentence: Sentence, end: int, found: list[Mention]
    ) -> tuple[NameFound | None, str]:
        """Return the name and the rule that found it."""
        at = position.end
        column = self._read_column(position, sentence, at, end)
        if column is not None:
            return read_name(self.document, column, end, introduced=True), "position-column-name"
        name = read_name(self.document, at, end, introduced=True)
        owned = name is not None and name.end < end and self.word[name.end] in self.possessive
        if name is not None and not (owned and position.plural):  # "leaders of the A B's Union" names nobody
            return name, "position-name"
        if self._takes_comma(position, at, end, found):
            name = read_name(self.document, at + 1, end)
            if name is not None and is_sound(name):
                return name, "position-comma-name"
            name = self._read_second_position(position, end)
            if name is not None:
                return name, "position-comma-name"
        if position.singular in self.document.lexicon.offices["relational"]:
            return self._read_position_list(position, end), "position-list-name"
        if position.plural:
            return (self._read_respective(position, end) if position.country else None), "position-respectively"
        name = self._read_titled(position, end) if position.definite else self._read_position_list(position, end)
        return name, "position-list-name"

    def _takes_comma(self, position: Position, at: int, end: int, found: list[Mention]) -> bool:
        if at >= end or self.word[at] != ",":
            return False
        if position.plural and not self.capital[position.head_begin] and not self._lists_names(at + 1, end):
            return False
        return not self._appositive_of(position, found) or leads_names(self.document, self.positions, at, end)

    def _lists_names(self, at: int, end: int) -> bool:
        """Say whether two names of more than one part follow, parted by a comma, a word like "and" or "; State,"."""
        first = read_name(self.document, at, end)
        if first is None or not is_sound(first) or first.end + 1 >= end:
            return False
        if self.word[first.end] == ";" and self.tag[first.end + 1] == COUNTRY:
            return True
        joined = self.word[first.end] == "," or self.lower[first.end] in self.joiners
        second = read_name(self.document, first.end + 1, end) if joined else None
        return second is not None and is_sound(second)

    def _read_second_position(self, position: Position, end: int) -> NameFound | None:
        """Read "Assistant Governor, Secretary to the Board, Dr X": two positions of the one named after them."""
        second = self.positions.read(position.end + 1, end)
        if second is None or second.end >= end or self.word[second.end] != "," or not self.capital[second.begin]:
            return None
        name = read_name(self.document, second.end + 1, end)
        if name is None or second.plural or not (name.honoured or is_sound(name)):
            return None
        position.end = second.end
        return name

    def _read_position_list(self, position: Position, end: int) -> NameFound | None:
        """Read "Member of the Bureau, Director of the Office, and Foreign Minister A": positions of one person."""
        at = position.end
        for _ in range(MOST_POSITIONS):
            if at + 1 >= end or self.word[at] != ",":
                return None
            at += 1
            last = self.lower[at] in self.joiners
            at += last
            following = self.positions.read(at, end) if at < end and self.capital[at] else None
            if following is None or following.plural:
                return None
            at = following.end
            name = read_name(self.document, at, end, introduced=True)
            if name is not None:
                self._take_position(position, following)
            if name is not None or last:
                return name
        return None

    def _read_titled(self, position: Position, end: int) -> NameFound | None:
        """Read "the Permanent Representative to the body, Ambassador A": a position whose holder has a title."""
        at = position.end + 1
        if at >= end or self.word[at - 1] != "," or self.tag[at] not in (OFFICE, RANK) or not self.capital[at]:
            return None
        name = read_name(self.document, self.noun_end[at], end, introduced=True)
        if name is None or position.plural:
            return None
        position.end = self.noun_end[at]
        return name

    def _take_position(self, position: Position, following: Position) -> None:
        """Extend the position over the one that follows; "his counterpart, Foreign Minister A" is the latter alone."""
        if position.singular in self.document.lexicon.offices["relational"]:
            position.begin, position.singular = following.begin, following.singular
            position.head_begin, position.head_end = following.head_begin, following.head_end
        position.end = following.end

    def _appositive_of(self, position: Position, found: list[Mention]) -> bool:
        """Say whether the position stands right after a name and a comma, and so may belong to that name."""
        if not found or found[-1].name is None or found[-1].positions:
            return False
        gap = range(found[-1].end, position.begin)
        return len(gap) <= 2 and any(self.word[at] == "," for at in gap)

    def _read_column(self, position: Position, sentence: Sentence, at: int, end: int) -> int | None:
        """Return where the name begins in "Position, Country: Name" and "Position - Name" lines."""
        step = at
        if step + 1 < end and self.word[step] == "," and self.tag[step + 1] in (COUNTRY, ORGANISATION):
            step = self.noun_end[step + 1]
        if step < end and self.word[step] in _COLUMN_MARKS and step + 1 < end:
            line_item = sentence.bullet or sentence.first_of_line or self.word[step] == ":"
            if line_item and (self.tag[step + 1] in NAME_TAGS or self.tag[step + 1] in (HONORIFIC, RANK)):
                if step > at:
                    noun = self.noun[at + 1]
                    if noun is not None and noun.tag == COUNTRY and position.country is None:
                        position.country, position.country_at = noun.value, (at + 1, self.noun_end[at + 1])
                    elif noun is not None and noun.tag == ORGANISATION:
                        position.international = True
                return step + 1
        return None

    def _read_respective(self, position: Position, end: int) -> NameFound | None:
        """Read "Presidents of A, B and C, X, Y and Z": note the states and return the first name."""
        codes = [position.country or ""]
        at = position.end
        while at < end:
            step = at
            while step < end and (
                self.word[step] == "," or self.lower[step] in self.joiners or self.lower[step] in self.determiners
            ):
                step += 1
            if step > at and step < end and self.tag[step] == COUNTRY:
                noun = self.noun[step]
                codes.append(noun.value if noun else "")
                at = self.noun_end[step]
            else:
                break
        if len(codes) < 2:
            return None
        step = at + 1 if at < end and self.word[at] == "," else at
        name = read_name(self.document, step, end)
        if name is None or not is_sound(name):
            return None
        position.end = at
        position.shared_countries = tuple(codes)
        return name
