"""What follows a name: positions in commas, brackets and columns, "of" a state, positions that a list shares."""

from __future__ import annotations

from pipeline.extract.document import Document, Mention, Position
from pipeline.extract.named_positions import leads_names
from pipeline.extract.names import is_sound, read_name
from pipeline.extract.positions import PositionReader
from pipeline.extract.tag_reader import TagReader
from pipeline.extract.tags import COUNTRY, DEMONYM, HONORIFIC, MODIFIER, NAME_TAGS, OFFICE, ORGANISATION, RANK, UNKNOWN
from pipeline.extract.tokens import Sentence

_CLOSERS = frozenset(")]")
_STOPS = frozenset(",;.:()")
_LINE_MARKS = frozenset("\u2013-:")
BRACKET_REACH = 16
ITEM_REACH = 24
BODY_REACH = 6
KIN_REACH = 5
ROLE_REACH = 5


class AppositionReader(TagReader):
    """Reads on after a name; what belongs to the person goes into the mention."""

    def __init__(self, document: Document, positions: PositionReader) -> None:
        super().__init__(document)
        self.positions = positions
        self.found: list[Mention] = []

    def read(self, mention: Mention, sentence: Sentence, end: int, found: list[Mention]) -> None:
        """Complete the mention with what stands after its name and what the mention before shares with it."""
        self.found = found
        self._note_partner(mention, found)
        self._share_position(mention, found)
        self._read_owner(mention, sentence)
        self._read_after_name(mention, sentence, end)
        self._repeat_position(mention, found)

    def _share_position(self, mention: Mention, found: list[Mention]) -> None:
        """Give the plural position before "A and B" to B too, and each of several states to its own name."""
        if mention.positions or not found:
            return
        last = found[-1]
        source = last.shared or next((item for item in last.positions if item.plural), None)
        if source is None or last.kind != "person" or not self._joined(last.end, mention.begin):
            return
        mention.shared = source
        if source.shared_countries:
            rank = 1
            for earlier in reversed(found):
                if earlier.shared is source:
                    rank += 1
                else:
                    break
            if rank < len(source.shared_countries):
                mention.country = source.shared_countries[rank]
        else:
            mention.country, mention.country_at = source.country, source.country_at
            mention.international = source.international

    def _note_partner(self, mention: Mention, found: list[Mention]) -> None:
        """Note whose wife, husband or child the words before the name say that the person is: "A and his wife, B"."""
        if not found or found[-1].kind != "person" or mention.begin - found[-1].end > KIN_REACH:
            return
        gap = self.lower[found[-1].end : mention.begin]
        if not self.words["kin_words"].isdisjoint(gap) and not self.determiners.isdisjoint(gap):
            mention.partner = found[-1]

    def _read_owner(self, mention: Mention, sentence: Sentence) -> None:
        """Note the state of "X's Mr A"."""
        at = mention.begin - 2
        if at >= sentence.begin and self.word[at + 1] in self.possessive and self.tag[at] == COUNTRY:
            noun = self.noun[at]
            if noun is not None and mention.country is None:
                self._note_state(mention, noun.value, (self.document.tagged.noun_begin[at], at + 1))

    def _repeat_position(self, mention: Mention, found: list[Mention]) -> None:
        """Read "Ambassadors A of X and B of Y" also where the position is in the singular."""
        if (mention.introduced and (mention.positions or mention.shared)) or not found or mention.country_at is None:
            return
        last = found[-1]
        if last.name is None or last.country_at is None or not self._joined(last.end, mention.begin):
            return
        if last.country_at[0] >= last.name[1] and mention.name is not None and mention.country_at[0] >= mention.name[1]:
            mention.shared = last.shared or (last.positions[0] if last.positions else None)

    def _joined(self, begin: int, end: int) -> bool:
        return end - begin <= 3 and all(
            self.word[at] in ",;" or self.lower[at] in self.joiners for at in range(begin, end)
        )

    def _read_after_name(self, mention: Mention, sentence: Sentence, end: int) -> None:
        for _ in range(3):
            at = mention.end
            if at >= end:
                return
            before = at
            if self.word[at] == "(":
                self._read_brackets(mention, at, end)
            elif self.lower[at] in self.sending:
                self._read_of_state(mention, at, end)
            elif self.lower[at] in self.words["origin_words"] and mention.introduced:
                self._read_sender(mention, at, end)
            elif self.lower[at] in self.words["role_words"]:
                self._read_line_position(mention, at, end)
            elif self.word[at] == ",":
                self._read_apposition(mention, sentence, at, end)
            elif self.capital[at] and not mention.positions and not self.document.headings[mention.sentence]:
                self._read_following(mention, at, end)
            elif self.word[at] in _LINE_MARKS and (sentence.bullet or sentence.first_of_line) and not mention.positions:
                self._read_line_position(mention, at, end)
            if mention.end == before:
                return

    def _read_following(self, mention: Mention, at: int, end: int) -> None:
        """Read "A B Vice Prime Minister and Minister of Trade": a position that follows its holder without a comma."""
        if self.tag[at] in NAME_TAGS:
            return
        position = self.positions.read(at, end)
        if position is not None and not position.plural and not self._starts_name(position.end, end):
            self._add_position(mention, position)
            mention.end = position.end

    def _read_brackets(self, mention: Mention, at: int, end: int) -> None:
        close = next(
            (step for step in range(at + 1, min(end, at + BRACKET_REACH)) if self.word[step] in _CLOSERS), None
        )
        if close is None:
            return
        position = self.positions.read(self.skip_determiners(at + 1, close), close)
        noun = self.noun[at + 1]
        if position is not None and self._fills_brackets(position, close):
            self._add_position(mention, position)
        elif close == at + 2 and self.tag[at + 1] in NAME_TAGS and not self.word[at + 1].isupper():
            mention.alias = at + 1
        elif noun is not None and noun.tag == COUNTRY:
            self._note_state(mention, noun.value, (at + 1, self.noun_end[at + 1]))
        mention.end = close + 1

    def _fills_brackets(self, position: Position, close: int) -> bool:
        """Say whether the position, perhaps with ", Country" after it, is all that the brackets hold."""
        at = position.end
        if at + 1 < close and self.word[at] == ",":
            noun = self.noun[at + 1]
            if noun is not None and noun.tag == COUNTRY and self.noun_end[at + 1] == close:
                if position.country is None:
                    position.country, position.country_at = noun.value, (at + 1, close)
                return True
        return at >= close - 1

    def _read_of_state(self, mention: Mention, at: int, end: int) -> None:
        step = self.skip_determiners(at + 1, end)
        kind = step + 2 < end and self.lower[step] in self.words["state_kinds"] and self.lower[step + 1] in self.sending
        if kind and self.tag[self.skip_determiners(step + 2, end - 1)] == COUNTRY:
            step = self.skip_determiners(step + 2, end - 1)  # "the Kingdom of Netherlands", no name of its own
        noun = self.noun[step] if step < end else None
        if noun is None or noun.tag not in (COUNTRY, ORGANISATION):
            if step < end and mention.introduced:
                mention.end = max(mention.end, self._body_end(step, end))
            return
        if noun.tag == COUNTRY:
            self._note_state(mention, noun.value, (step, self.noun_end[step]))
        elif mention.country is None:
            mention.international = True
        mention.end = self.noun_end[step]

    def _read_sender(self, mention: Mention, at: int, end: int) -> None:
        """Note the state of "Mr A from X", "Ambassador A represents X"."""
        step = self.skip_determiners(at + 1, end)
        noun = self.noun[step] if step < end else None
        if noun is not None and noun.tag == COUNTRY:
            self._note_state(mention, noun.value, (step, self.noun_end[step]))

    def _read_origin(self, mention: Mention, at: int, end: int) -> bool:
        """Read "A, from X;" and "B, of Y," in a list of names: the state that each acts for, or is sent to."""
        at += self.lower[at] in self.words["origin_participles"]
        step = self.skip_determiners(at + 1, end)
        noun = self.noun[step] if step < end else None
        unknown = step < end and noun is None and self.tag[step] == UNKNOWN
        if not unknown and (noun is None or noun.tag not in (COUNTRY, ORGANISATION)):
            return False
        after = self.noun_end[step]
        if after < end and self.word[after] not in ",;." and self.lower[after] not in self.joiners:
            return False
        if noun is not None and noun.tag == COUNTRY and self.lower[at] not in self.words["place_prepositions"]:
            self._note_state(mention, noun.value, (step, after))
        mention.end = after
        return True

    def _body_end(self, start: int, end: int) -> int:
        """Return the end of the body in "Professor A of the University of B", `start` - 1 where none stands there."""
        at = start
        while at < min(end, start + BODY_REACH) and self.capital[at] and self.tag[at] not in (HONORIFIC, OFFICE):
            if self.lower[at] in self.words["organisation_heads"]:
                stop = at + 1
                while stop < end and self.capital[stop] and self.tag[stop] not in (HONORIFIC, OFFICE, RANK):
                    stop += 1
                if stop + 1 < end and self.lower[stop] in self.sending and self.capital[stop + 1]:
                    stop += 2
                return stop
            at += 1
        return start - 1

    def _note_state(self, mention: Mention, code: str, at: tuple[int, int]) -> None:
        shared = (
            mention.shared is not None and not mention.positions
        )  # one's own state outweighs that of a list's office
        if mention.country is None or mention.country_at is None or shared:
            mention.country, mention.country_at = code, at

    def _read_line_position(self, mention: Mention, at: int, end: int) -> None:
        step = self.skip_determiners(at + 1, end)
        if self.lower[at] in self.words["role_words"]:
            office = min(self.document.next_office[at + 1], end, step + ROLE_REACH)
            while step < office and not self.capital[step] and self.word[step] not in _STOPS:
                step += 1  # "as the country's next Minister of Trade"
        position = (self.positions.read(step, end) or self._read_described(step, end)) if step < end else None
        if position is not None:
            self._add_position(mention, position)
            mention.end = position.end

    def _add_position(self, mention: Mention, position: Position) -> None:
        mention.positions.append(position)
        if mention.country is None and position.country is not None:
            mention.country, mention.country_at = position.country, position.country_at
        mention.international = mention.international or position.international

    def _read_apposition(self, mention: Mention, sentence: Sentence, at: int, end: int) -> None:
        start = at + 1
        if start < end and self.lower[start] in self.joiners and mention.positions:
            start += 1  # "A, Minister of X, Minister of Y, and Member of Z"
        step = self.skip_determiners(start, end)
        if step >= end:
            return
        origin = self.words["origin_prepositions"] | self.words["origin_participles"]
        if self.lower[step] in origin and self._read_origin(mention, step, end):
            return
        noun = self.noun[step]
        if noun is not None and noun.tag in (COUNTRY, ORGANISATION) and mention.introduced and mention.country is None:
            after = self.noun_end[step]
            if (
                after >= end
                or (after + 1 >= end and not self.word[after][0].isalnum())
                or (self.word[after] in ",;" and sentence.bullet)
            ):
                if noun.tag == COUNTRY:
                    self._note_state(mention, noun.value, (step, after))
                else:
                    mention.international = True
                mention.end = after
                return
        position = self.positions.read(step, end) or self._read_described(step, end)
        if position is None:
            return
        after = position.end
        if self._starts_name(after, end):
            if position.joint is None:
                return
            after = position.end = position.joint
            position.joint = None
        if sentence.paragraph == 0 and after < end and self.word[after][0].isalpha() and not self._closes(after):
            return  # "A, X ambassador discuss trade": a heading's comma joins two people
        # a rank before the name is none: "Gen. A, Minister of X, B, Minister of Y"
        own = mention.shared is not None or any(self._is_office(item) for item in mention.positions)
        if not own and self._read_respective(mention, position, step, end):
            return
        if not own and leads_names(self.document, self.positions, position.end, end):
            return
        if own and self._leads_to_name(after, end):
            return
        if own and (position.plural or (step > start and len(mention.positions) > 1)):
            return
        if own and self._leads_on(after, end):
            return
        self._extend_over_second(position, end)
        self._extend_to_separator(position, sentence, end)
        self._add_position(mention, position)
        mention.end = position.end

    def _is_office(self, position: Position) -> bool:
        noun = self.noun[position.head_begin]
        return noun is None or noun.tag != RANK

    def _closes(self, at: int) -> bool:
        """Say whether the word goes on with what an office is of, or joins it to the next."""
        return self.lower[at] in self.words["prepositions"] or self.lower[at] in self.joiners

    def _leads_on(self, at: int, end: int) -> bool:
        """Say whether words in brackets, or one like "Retired", and a rank or honorific lead to a name: the next item's."""
        step = at
        if step < end and self.word[step] == "(":
            stops = (close for close in range(step, min(end, step + BRACKET_REACH)) if self.word[close] in _CLOSERS)
            step = next(stops, step) + 1
        while step < end and self.tag[step] == MODIFIER and self.capital[step]:
            step += 1
        return at < step < end and self.tag[step] in (RANK, HONORIFIC) and self._starts_name(step, end)

    def _read_respective(self, mention: Mention, position: Position, begin: int, end: int) -> bool:
        """Read "A and B, Chairman of X and Chairwoman of Y respectively": each of two names has its own position."""
        at = position.end + (position.end < end and self.word[position.end] == ",")
        before = self.found[-1] if self.found else None
        if position.joint is None or before is None or before.positions or not self._joined(before.end, mention.begin):
            return False
        if at >= end or self.lower[at] not in self.words["respective_words"]:
            return False
        first, second = self.positions.read(begin, position.joint), self.positions.read(position.joint + 1, end)
        if first is None or second is None:
            return False
        self._add_position(before, first)
        self._add_position(mention, second)
        mention.end = at + 1
        return True

    def _read_described(self, at: int, end: int) -> Position | None:
        """Read "academic coordinator of the Institute": a position that an everyday word describes."""
        if self.capital[at] or not self.lower[at].isalpha() or self.lower[at] in self.document.lexicon.plain_words:
            return None
        if self.document.tagged.cues.get(at):
            return None
        position = self.positions.read(at + 1, end) if at + 1 < end and not self.capital[at + 1] else None
        if position is not None:
            position.begin = at
        return position

    def _extend_over_second(self, position: Position, end: int) -> None:
        """Take "and its Permanent Representative", "and a member of the House" into the position, unless a name follows."""
        at = position.end
        if at + 2 >= end or self.lower[at] not in self.joiners or self.lower[at + 1] not in self.determiners:
            return
        second = self.positions.read(self.skip_determiners(at + 1, end), end)
        if (
            second is None
            or second.plural
            or self._starts_name(second.end, end)
            or self._leads_to_name(second.end, end)
        ):
            return
        closes = second.end >= end or not self.word[second.end][0].isalnum()
        if closes:
            position.end = second.end
            if position.country is None and not position.international:
                position.country, position.country_at = second.country, second.country_at
                position.international = second.international

    def _extend_to_separator(self, position: Position, sentence: Sentence, end: int) -> None:
        """Take a position up to the semicolon or line end that closes its item, unless a name comes first."""
        at = position.end
        if at >= end or self.word[at] != ",":
            return
        stop = next((step for step in range(at, min(end, at + ITEM_REACH)) if self.word[step] == ";"), None)
        if stop is None:
            if (
                end - at > ITEM_REACH
                or not (sentence.first_of_line and sentence.last_of_line)
                or self.word[end - 1] == "."
            ):
                return
            stop = end
        if any(self.tag[step] == HONORIFIC or self.word[step] in ":." for step in range(at, stop)):
            return
        if not any(self.tag[step] in NAME_TAGS for step in range(at, stop)) and self.document.next_office[at] < stop:
            return
        position.private = not any(
            self.tag[step] in (OFFICE, ORGANISATION, COUNTRY, DEMONYM) for step in range(at, stop)
        ) and any(self.tag[step] == UNKNOWN for step in range(at, stop))
        position.end = stop

    def _leads_to_name(self, at: int, end: int) -> bool:
        """Say whether a comma, and perhaps one more position, leads from here to a name."""
        if at >= end or self.word[at] != ",":
            return False
        if self._starts_name(at + 1, end):
            return True
        second = self.positions.read(at + 1, end)
        return (
            second is not None
            and second.end < end
            and self.word[second.end] == ","
            and self._starts_name(second.end + 1, end)
        )

    def _starts_name(self, at: int, end: int) -> bool:
        if at >= end:
            return False
        listed = self.word[at - 1] == ","
        name = read_name(self.document, at, end, introduced=not listed)
        return name is not None and (is_sound(name) or not listed)
