"""People, offices, groups and states as each sentence names them."""

from __future__ import annotations

from pipeline.extract.document import Document, Mention, Position
from pipeline.extract.lexicon import (
    COUNTRY, DEMONYM, DOMAIN, HONORIFIC, MODIFIER, OFFICE, ORGANISATION, PLACE, PLAIN, RANK, SOFT, UNKNOWN,
)  # fmt: skip
from pipeline.extract.names import NameFound, read_name
from pipeline.extract.positions import PositionReader
from pipeline.extract.tokens import Sentence

_STARTS_POSITION = frozenset((OFFICE, RANK, MODIFIER, DOMAIN, COUNTRY, DEMONYM, ORGANISATION, PLACE, UNKNOWN, SOFT, "k"))
_GROUP_TAGS = frozenset((MODIFIER, DOMAIN, COUNTRY, DEMONYM, ORGANISATION, PLACE))
_CLOSERS = frozenset(")]")


def find_mentions(document: Document) -> list[list[Mention]]:
    """Return the mentions of each sentence, in order of appearance."""
    reader = MentionReader(document)
    found = [reader.read_sentence(index, sentence) for index, sentence in enumerate(document.tokens.sentences)]
    _join_lines(document, found)
    return found


def _join_lines(document: Document, found: list[list[Mention]]) -> None:
    """Give a name that fills its line the position that fills the next one, as in the head of a letter."""
    for (sentence, above), below in zip(zip(document.tokens.sentences, found, strict=True), found[1:], strict=False):
        if len(above) != 1 or len(below) != 1 or above[0].kind != "person" or below[0].kind != "role":
            continue
        person, role = above[0], below[0]
        line = document.tokens.sentences[role.sentence]
        fills = sentence.first_of_line and sentence.last_of_line and sentence.end - sentence.begin - (person.end - person.begin) < 2
        if fills and not person.positions and line.last_of_line and line.end - role.end < 2 and role.begin == line.begin:
            person.positions.extend(role.positions)
            person.country, person.country_at = person.country or role.country, person.country_at or role.country_at
            person.international = person.international or role.international
            below.clear()
            if role.sentence + 1 < len(found):
                third = found[role.sentence + 1]
                if len(third) == 1 and third[0].kind == "body":
                    person.international = True


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
        self.accompanying = words["accompanying"]
        self.plain_words = words["prepositions"] | words["sentence_openers"] | words["light_verbs"] | words["gap_words"]
        self.sending = words["sending_prepositions"]
        self.object_pronouns = words["object_pronouns"]
        self.pronouns = document.lexicon.pronouns["subject"]
        self.plain_starts = self.pronouns | self.object_pronouns | self.groups
        self.joiners = document.lexicon.joiners

    def read_sentence(self, index: int, sentence: Sentence) -> list[Mention]:
        found: list[Mention] = []
        at, end = sentence.begin, sentence.end
        while at < end:
            if self.tag[at] == PLAIN and self.lower[at] not in self.plain_starts:
                at += 1
                continue
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
        if self.lower[at] in self.pronouns or (self.lower[at] in self.object_pronouns and self._is_object(at, end)):
            return Mention("pronoun", at, at + 1, index, rule="pronoun")
        if mark in (COUNTRY, ORGANISATION):
            noun = self.noun[at]
            following = self.noun_end[at]
            if following + 2 < end and self.word[following] == "(" and self.word[following + 2] == ")":
                following += 3
            if following < end and self.lower[following] in self.groups:
                return self._read_group(index, following, end, at)
            following = self.noun_end[at]
            kind = "state" if mark == COUNTRY else "body"
            code = noun.value if noun is not None and mark == COUNTRY else None
            return Mention(kind, at, following, index, country=code, rule=kind)
        return None

    def _is_object(self, at: int, end: int) -> bool:
        """Say whether "her" stands alone, and not before a noun of hers."""
        following = at + 1
        return following >= end or not self.word[following][0].isalpha() or self.lower[following] in self.plain_words

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
        listed = position.plural and not self.capital[position.head_begin]
        if name is None and column is None and not listed and at < end and self.word[at] == "," and not self._appositive_of(position, found):
            name = read_name(self.document, at + 1, end)
            if name is not None and not self._sound_name(name):
                name = None
            rule = "position-comma-name"
            if name is None:
                name = self._read_second_position(position, end)
        if name is None and column is None and not position.plural and not position.definite:
            name = self._read_position_list(position, end)
        if name is None and position.plural and position.country is not None:
            name = self._read_respective(position, end)
            rule = "position-respectively"
        if name is None and position.plural and not self.capital[position.head_begin]:
            return self._read_group(index, position.head_end - 1, end, position.begin)
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

    def _read_position_list(self, position: Position, end: int) -> NameFound | None:
        """Read "Member of the Bureau, Director of the Office, and Foreign Minister A": several positions of one person."""
        at = position.end
        commas = 0
        while at < end and commas < 4:
            if self.word[at] != ",":
                return None
            commas += 1
            at += 1
            last = at < end and self.lower[at] in self.joiners
            at += last
            following = self.positions.read(at, end) if at < end and self.capital[at] else None
            if following is None or following.plural:
                return None
            at = following.end
            if last:
                name = read_name(self.document, at, end, introduced=True)
                if name is not None:
                    position.end = following.end
                return name
        return None

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
        self._repeat_position(mention, found)
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

    def _repeat_position(self, mention: Mention, found: list[Mention]) -> None:
        """Read "Ambassadors A of X and B of Y" also where the position is in the singular."""
        if mention.introduced and (mention.positions or mention.shared) or not found or mention.country_at is None:
            return
        last = found[-1]
        if last.name is None or last.country_at is None or not self._joined(last.end, mention.begin):
            return
        if last.country_at[0] >= last.name[1] and mention.name is not None and mention.country_at[0] >= mention.name[1]:
            mention.shared = last.shared or (last.positions[0] if last.positions else None)

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
        if own and (position.plural or (step > at + 1 and len(mention.positions) > 1)):
            return
        self._extend_to_separator(position, sentence, end)
        self._add_position(mention, position)
        mention.end = position.end

    def _extend_to_separator(self, position: Position, sentence: Sentence, end: int) -> None:
        """Take a position up to the semicolon or line end that closes its list item, unless another name comes first."""
        at = position.end
        if at >= end or self.word[at] != ",":
            return
        stop = next((step for step in range(at, min(end, at + 24)) if self.word[step] == ";"), None)
        if stop is None:
            if end - at > 24 or not (sentence.first_of_line and sentence.last_of_line) or self.word[end - 1] == ".":
                return
            stop = end
        if any(self.tag[step] == HONORIFIC or self.word[step] in ":." for step in range(at, stop)):
            return
        if not any(self.tag[step] in (UNKNOWN, SOFT) for step in range(at, stop)) and self.document.next_office[at] < stop:
            return
        position.private = not any(self.tag[step] in (OFFICE, ORGANISATION, COUNTRY, DEMONYM) for step in range(at, stop)) and any(
            self.tag[step] == UNKNOWN for step in range(at, stop)
        )
        position.end = stop

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
        listed = self.word[at - 1] == ","
        name = read_name(self.document, at, end, introduced=not listed)
        return name is not None and (self._sound_name(name) or not listed)

    def _read_group(self, index: int, at: int, end: int, first: int | None = None) -> Mention:
        """Return the group whose head noun stands at `at`, with the state or body it belongs to."""
        floor = max(self.document.tokens.sentences[index].begin, at - 8)
        begin = at if first is None else first
        while begin > floor and self._belongs_to_group(begin - 1):
            begin = self.document.tagged.noun_begin[begin - 1]
        if begin - 1 > floor and self._describes_group(begin - 1):
            begin -= 1
        stop = at + 1
        if stop + 1 < end and self.lower[stop] in self.sending:
            step = self._skip_determiner(stop + 1, end)
            reach = min(end, step + 7)
            while step < reach and (self.tag[step] in _GROUP_TAGS or (step == stop + 1 and self._describes_group(step))):
                step = self.noun_end[step]
                if self.tag[step - 1] in _GROUP_TAGS:
                    stop = step
            if step < reach and self.lower[step] in self.groups:
                stop = step + 1
        country = None
        for step in range(begin, stop):
            noun = self.noun[step]
            if noun is not None and noun.tag in (COUNTRY, DEMONYM):
                country = noun.value
                break
        return Mention("group", begin, stop, index, country=country, rule="group")

    def _describes_group(self, at: int) -> bool:
        lower = self.lower[at]
        if self.capital[at] or not lower.replace("-", "").isalpha() or lower in self.plain_words or lower in self.joiners:
            return False
        return not any(cue.kind != "background" for _, cue in self.document.tagged.cues.get(at, ()))

    def _belongs_to_group(self, at: int) -> bool:
        return self.tag[at] in _GROUP_TAGS or self.lower[at] in self.determiners or self.lower[at] in self.accompanying
