"""People, offices, groups and states as each sentence names them."""

from __future__ import annotations

from pipeline.extract.document import Document, Mention, Position
from pipeline.extract.lexicon import (
    COUNTRY, DEMONYM, DOMAIN, HONORIFIC, MODIFIER, OFFICE, ORGANISATION, PLACE, RANK, SOFT, UNKNOWN,
)  # fmt: skip
from pipeline.extract.names import NameFound, read_name
from pipeline.extract.positions import PositionReader
from pipeline.extract.tokens import Sentence

_STARTS_POSITION = frozenset((OFFICE, RANK, MODIFIER, DOMAIN, COUNTRY, DEMONYM, ORGANISATION, PLACE, UNKNOWN, SOFT, "k"))
_CLOSERS = frozenset(")]")


def find_mentions(document: Document) -> list[list[Mention]]:
    """Return the mentions of each sentence, in order of appearance."""
    reader = MentionReader(document)
    return [reader.read_sentence(index, sentence) for index, sentence in enumerate(document.tokens.sentences)]


class MentionReader:
    """The grammar of person mentions over one document's tags."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.positions = PositionReader(document)
        self.tag = document.tagged.tag
        self.noun = document.tagged.noun
        self.noun_end = document.tagged.noun_end
        self.word = document.tokens.word
        self.lower = document.tokens.lower
        self.capital = document.tokens.capital
        words = document.lexicon.words
        self.determiners = words["determiners"]
        self.groups = words["group_nouns"]
        self.prepositions = words["prepositions"]
        self.sending = words["sending_prepositions"]
        self.pronouns = document.lexicon.pronouns["subject"]
        self.joiners = document.lexicon.joiners

    def read_sentence(self, index: int, sentence: Sentence) -> list[Mention]:
        found: list[Mention] = []
        at, end = sentence.begin, sentence.end
        while at < end:
            mention = self._read_at(index, sentence, at, end, found)
            if mention is None:
                at = self.noun_end[at] if self.noun[at] is not None and self.tag[at] != OFFICE else at + 1
            else:
                found.append(mention)
                at = max(mention.end, at + 1)
        return found

    def _read_at(self, index: int, sentence: Sentence, at: int, end: int, found: list[Mention]) -> Mention | None:
        mark = self.tag[at]
        if mark == HONORIFIC:
            return self._read_honoured(index, sentence, at, end, found)
        if mark in _STARTS_POSITION and (self.capital[at] or mark in (OFFICE, MODIFIER, DOMAIN)):
            position = self.positions.read(at, end)
            if position is not None:
                return self._read_with_position(index, sentence, position, end, found)
        if mark in (UNKNOWN, SOFT, "I") and self.capital[at]:
            return self._read_bare(index, sentence, at, end, found)
        if self.lower[at] in self.groups and not self.capital[at]:
            return self._read_group(index, at, end)
        if self.lower[at] in self.pronouns:
            return Mention("pronoun", at, at + 1, index, rule="pronoun")
        if mark in (COUNTRY, ORGANISATION):
            noun = self.noun[at]
            following = self.noun_end[at]
            if following < end and (self.lower[following] in self.groups and not self.capital[following] or self.lower[following] in ("delegation",)):
                return self._read_group(index, following, end)
            kind = "state" if mark == COUNTRY else "body"
            code = noun.value if noun is not None and mark == COUNTRY else None
            return Mention(kind, at, following, index, country=code, rule=kind)
        return None

    def _read_honoured(self, index: int, sentence: Sentence, at: int, end: int, found: list[Mention]) -> Mention | None:
        after = at
        while after < end and self.tag[after] == HONORIFIC:
            after = self.noun_end[after]
        if after < end and self.word[after] == ",":
            after += 1
            while after < end and self.tag[after] == HONORIFIC:
                after = self.noun_end[after]
        if after < end and self.tag[after] in _STARTS_POSITION:
            start = after + 1 if self.lower[after] in self.determiners else after
            position = self.positions.read(start, end)
            if position is not None and self._is_title_not_name(after, position):
                position.begin = start
                mention = self._read_with_position(index, sentence, position, end, found)
                mention.begin = at
                mention.honoured = True
                return mention
        name = read_name(self.document, at, end)
        if name is None:
            return None
        return self._finish(index, sentence, name, [], end, found, "honorific")

    def _is_title_not_name(self, after: int, position: Position) -> bool:
        return self.tag[after] not in (UNKNOWN, SOFT, "I")

    def _read_with_position(
        self, index: int, sentence: Sentence, position: Position, end: int, found: list[Mention]
    ) -> Mention:
        at = position.end
        position.definite = position.begin > sentence.begin and self.lower[position.begin - 1] in self.determiners
        column = self._read_column(position, sentence, at, end)
        name = read_name(self.document, column or at, end, introduced=True)
        rule = "position-name" if column is None else "position-column-name"
        if name is None and column is None and at < end and self.word[at] == "," and not self._appositive_of(position, found):
            name = read_name(self.document, at + 1, end)
            if name is not None and not self._sound_name(name):
                name = None
            rule = "position-comma-name"
            if name is None:
                name = self._read_second_position(position, end)
        if name is None and position.plural and position.country is not None:
            name = self._read_respective(position, end)
            rule = "position-respectively"
        if name is None:
            return Mention(
                "role", position.begin, position.end, index, None, [position], position.country, position.country_at,
                position.international, rule="office",
            )  # fmt: skip
        return self._finish(index, sentence, name, [position], end, found, rule)

    def _read_second_position(self, position: Position, end: int) -> NameFound | None:
        """Read "Assistant Governor, Secretary to the Board, Dr X": two positions of the one named after them."""
        second = self.positions.read(position.end + 1, end)
        if second is None or second.end >= end or self.word[second.end] != "," or not self.capital[second.begin]:
            return None
        name = read_name(self.document, second.end + 1, end)
        if name is None or not name.honoured:
            return None
        position.end = second.end
        return name

    def _sound_name(self, name: NameFound) -> bool:
        return name.honoured or name.rank is not None or name.name_end - name.name_begin > 1

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
        if step < end and self.word[step] in (":", "\u2013", "-") and step + 1 < end:
            line_item = sentence.bullet or sentence.first_of_line or self.word[step] == ":"
            if line_item and self.tag[step + 1] in (UNKNOWN, "I", SOFT, HONORIFIC, RANK):
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
            while step < end and (self.word[step] == "," or self.lower[step] in self.joiners or self.lower[step] in self.determiners):
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
        if name is None or not self._sound_name(name):
            return None
        position.end = at
        position.shared_countries = tuple(codes)
        return name

    def _read_bare(self, index: int, sentence: Sentence, at: int, end: int, found: list[Mention]) -> Mention | None:
        name = read_name(self.document, at, end)
        if name is None:
            return None
        before = at - 1
        after = name.end
        if after < end and self.tag[after] in (DOMAIN, ORGANISATION) and self.capital[after]:
            return Mention("thing", at, after, index, rule="proper-name")
        if before >= sentence.begin and (self.lower[before] in ("the",) or (self.capital[before] and self.tag[before] in (DOMAIN, "k"))):
            return Mention("thing", at, after, index, rule="proper-name")
        return self._finish(index, sentence, name, [], end, found, "bare-name")

    def _finish(
        self, index: int, sentence: Sentence, name: NameFound, positions: list[Position], end: int,
        found: list[Mention], rule: str,
    ) -> Mention:  # fmt: skip
        begin = positions[0].begin if positions else name.begin
        mention = Mention("person", begin, name.end, index, (name.name_begin, name.name_end), positions, rule=rule)
        mention.honoured = name.honoured or name.rank is not None
        if name.rank is not None:
            rank = name.rank
            if positions and positions[0].end == rank[0]:
                positions[0].end = rank[1]
            elif not positions:
                noun = self.noun[rank[0]]
                mention.positions.append(Position(rank[0], rank[1], rank[0], rank[1], noun.value if noun else ""))
        if positions:
            mention.country, mention.country_at = positions[0].country, positions[0].country_at
            mention.international = positions[0].international
        self._share_position(mention, found)
        self._read_after_name(mention, sentence, end, found)
        return mention

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

    def _joined(self, begin: int, end: int) -> bool:
        return end - begin <= 3 and all(self.word[at] in ",;" or self.lower[at] in self.joiners for at in range(begin, end))

    def _read_after_name(self, mention: Mention, sentence: Sentence, end: int, found: list[Mention]) -> None:
        for _ in range(3):
            at = mention.end
            if at >= end:
                return
            before = at
            if self.word[at] == "(":
                self._read_brackets(mention, at, end)
            elif self.lower[at] in self.sending:
                self._read_of_state(mention, at, end)
            elif self.word[at] == ",":
                self._read_apposition(mention, sentence, at, end, found)
            elif self.word[at] in "\u2013-:" and (sentence.bullet or sentence.first_of_line) and not mention.positions:
                self._read_line_position(mention, at, end)
            if mention.end == before:
                return

    def _read_brackets(self, mention: Mention, at: int, end: int) -> None:
        close = next((step for step in range(at + 1, min(end, at + 16)) if self.word[step] in _CLOSERS), None)
        if close is None:
            return
        position = self.positions.read(self._skip_determiner(at + 1, close), close)
        noun = self.noun[at + 1]
        if position is not None and position.end >= close - 1:
            self._add_position(mention, position)
        elif noun is not None and noun.tag == COUNTRY:
            self._note_state(mention, noun.value, (at + 1, self.noun_end[at + 1]))
        mention.end = close + 1

    def _skip_determiner(self, at: int, end: int) -> int:
        while at < end and self.lower[at] in self.determiners:
            at += 1
        return at

    def _read_of_state(self, mention: Mention, at: int, end: int) -> None:
        step = self._skip_determiner(at + 1, end)
        noun = self.noun[step] if step < end else None
        if noun is None or noun.tag not in (COUNTRY, ORGANISATION):
            return
        if noun.tag == COUNTRY:
            self._note_state(mention, noun.value, (step, self.noun_end[step]))
        elif mention.country is None:
            mention.international = True
        mention.end = self.noun_end[step]

    def _note_state(self, mention: Mention, code: str, at: tuple[int, int]) -> None:
        if mention.country is None or mention.country_at is None:
            mention.country, mention.country_at = code, at

    def _read_line_position(self, mention: Mention, at: int, end: int) -> None:
        step = self._skip_determiner(at + 1, end)
        position = self.positions.read(step, end) if step < end else None
        if position is not None:
            self._add_position(mention, position)
            mention.end = position.end

    def _add_position(self, mention: Mention, position: Position) -> None:
        mention.positions.append(position)
        if mention.country is None and position.country is not None:
            mention.country, mention.country_at = position.country, position.country_at
        mention.international = mention.international or position.international

    def _read_apposition(self, mention: Mention, sentence: Sentence, at: int, end: int, found: list[Mention]) -> None:
        step = self._skip_determiner(at + 1, end)
        if step >= end:
            return
        noun = self.noun[step]
        if noun is not None and noun.tag in (COUNTRY, ORGANISATION) and mention.positions and mention.country is None:
            after = self.noun_end[step]
            if after >= end or (after + 1 >= end and not self.word[after][0].isalnum()) or (self.word[after] in ",;" and sentence.bullet):
                if noun.tag == COUNTRY:
                    self._note_state(mention, noun.value, (step, after))
                else:
                    mention.international = True
                mention.end = after
                return
        position = self.positions.read(step, end)
        if position is None:
            return
        after = position.end
        if self._starts_name(after, end):
            if position.joint is None:
                return
            after = position.end = position.joint
            position.joint = None
        own = bool(mention.positions) or mention.shared is not None
        if own and self._leads_to_name(after, end):
            return
        if own and position.plural:
            return
        self._add_position(mention, position)
        mention.end = after

    def _leads_to_name(self, at: int, end: int) -> bool:
        """Say whether a comma, and perhaps one more position, leads from here to a name."""
        if at >= end or self.word[at] != ",":
            return False
        if self._starts_name(at + 1, end):
            return True
        second = self.positions.read(at + 1, end)
        return second is not None and second.end < end and self.word[second.end] == "," and self._starts_name(second.end + 1, end)

    def _starts_name(self, at: int, end: int) -> bool:
        if at >= end:
            return False
        name = read_name(self.document, at, end)
        return name is not None and (self._sound_name(name) or not self.word[at - 1] == ",")

    def _read_group(self, index: int, at: int, end: int) -> Mention:
        begin = at
        floor = max(self.document.tokens.sentences[index].begin, at - 8)
        country: str | None = None
        while begin > floor:
            step = begin - 1
            noun = self.noun[step]
            if noun is not None and noun.tag in (COUNTRY, DEMONYM):
                country = country or noun.value
                begin = self.document.tagged.noun_begin[step]
            elif noun is not None and noun.tag == ORGANISATION or self.tag[step] in (MODIFIER, DOMAIN) or self.lower[step] in self.determiners or self.lower[step] == "accompanying":
                begin = self.document.tagged.noun_begin[step]
            else:
                break
        stop = at + 1
        if stop + 1 < end and self.lower[stop] in self.sending:
            step = self._skip_determiner(stop + 1, end)
            if step < end and self.lower[step] in self.groups | {"delegation"}:
                stop = step + 1
            elif step < end and self.noun[step] is not None and self.tag[step] in (COUNTRY, ORGANISATION):
                noun = self.noun[step]
                if noun is not None and noun.tag == COUNTRY:
                    country = noun.value
                stop = self.noun_end[step]
        return Mention("group", begin, stop, index, country=country, rule="group")
