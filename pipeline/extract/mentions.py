"""People, offices, groups and states as each sentence names them."""

from __future__ import annotations

from dataclasses import replace

from pipeline.extract.appositions import AppositionReader
from pipeline.extract.document import Document, Mention, Position
from pipeline.extract.groups import GroupReader
from pipeline.extract.named_positions import NamedPositionReader
from pipeline.extract.names import NameFound, is_sound, read_name
from pipeline.extract.positions import PositionReader
from pipeline.extract.tag_reader import TagReader
from pipeline.extract.tags import (
    BEFORE_HEAD,
    COMMON,
    COUNTRY,
    DOMAIN,
    HEAD_TAGS,
    HONORIFIC,
    NAME_TAGS,
    OFFICE,
    ORGANISATION,
    PLAIN,
    SOFT,
    TITLE_TAGS,
    UNKNOWN,
)  # fmt: skip
from pipeline.extract.tokens import Sentence

_STARTS_POSITION = BEFORE_HEAD | HEAD_TAGS | {UNKNOWN, SOFT, COMMON}
_NAME_MARKS = frozenset((",", ":", "-", "\u2013", "\u2014"))
_ITEM_ENDS = frozenset(",;")
POSTED = "posted-name"
POSTED_REACH = 3
_STARTS_UNCAPPED = TITLE_TAGS | {OFFICE}


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
        fills = (
            sentence.first_of_line
            and sentence.last_of_line
            and sentence.end - sentence.begin - (person.end - person.begin) < 2
        )
        if (
            fills
            and not person.positions
            and line.last_of_line
            and line.end - role.end < 2
            and role.begin == line.begin
        ):
            person.positions.extend(role.positions)
            person.country, person.country_at = person.country or role.country, person.country_at or role.country_at
            person.international = person.international or role.international
            below.clear()
            if role.sentence + 1 < len(found):
                third = found[role.sentence + 1]
                if len(third) == 1 and third[0].kind == "body":
                    person.international = True


class MentionReader(TagReader):
    """The grammar of mentions over one document's tags."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.positions = PositionReader(document)
        self.named = NamedPositionReader(document, self.positions)
        self.appositions = AppositionReader(document, self.positions)
        self.groups = GroupReader(document)
        self.plain_words = document.lexicon.plain_words
        self.pronouns = document.lexicon.pronouns["subject"]
        self.possessives = document.lexicon.pronouns["possessive"]
        self.object_pronouns = document.lexicon.pronouns["object"]
        self.plain_starts = self.pronouns | self.object_pronouns | self.groups.heads | self.words["guest_words"]

    def read_sentence(self, index: int, sentence: Sentence) -> list[Mention]:
        """Return the mentions of one sentence, in order and without overlaps of names."""
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
        capital = self.capital[at] or self.capital[self.noun_end[at] - 1]  # "the UN" is one phrase
        if mark in _STARTS_POSITION and (capital or (mark in _STARTS_UNCAPPED and not self._is_verb(sentence, at))):
            position = self.positions.read(at, end)
            if position is not None:
                return self._read_with_position(index, sentence, position, end, found)
        if mark in NAME_TAGS and self.capital[at]:
            return self._read_bare(index, sentence, at, end, found)
        if (
            self.lower[at] in self.words["guest_words"]
            and at > sentence.begin
            and self.lower[at - 1] in self.possessives
        ):
            return Mention("pronoun", at, at + 1, index, rule="pronoun")
        if self.lower[at] in self.pronouns or (self.lower[at] in self.object_pronouns and self._is_object(at, end)):
            return Mention("pronoun", at, at + 1, index, rule="pronoun")
        if self.lower[at] in self.groups.heads and not self.capital[at]:
            return self.groups.read(index, at, end)
        if mark in (COUNTRY, ORGANISATION):
            posted = self._read_posted(index, at, end, found) if mark == COUNTRY else None
            if posted is not None:
                return posted
            noun = self.noun[at]
            following = self.noun_end[at]
            if self.is_bracketed_acronym(following, end):
                following += 3
            if following < end and self.lower[following] in self.groups.heads:
                return self.groups.read(index, following, end, at)
            following = self.noun_end[at]
            kind = "state" if mark == COUNTRY else "body"
            code = noun.value if noun is not None and mark == COUNTRY else None
            return Mention(kind, at, following, index, country=code, rule=kind)
        return None

    def _read_posted(self, index: int, at: int, end: int, found: list[Mention]) -> Mention | None:
        """Read "B - Y" and "B, Y" in "ambassadors of A - X, B - Y", "the Ambassadors of A, X; B, Y": another of an office."""
        last, noun, mark = (found[-1] if found else None), self.noun[at], self.noun_end[at]
        if last is None or last.kind != "person" or noun is None or mark + 1 >= end:
            return None
        source = last.shared or next((item for item in last.positions if item.plural), None)
        ends = at - 1 - (self.lower[at - 1] in self.joiners)
        before = self.word[ends] if self.word[ends] in _ITEM_ENDS else ","
        if source is None or source.shared_countries or self.word[mark] not in _NAME_MARKS:
            return None
        if self.word[mark] == before and ends == at - 1:
            return None
        if at - last.end > POSTED_REACH or not (source.country or last.rule == POSTED):
            return None
        name = read_name(self.document, mark + 1, end, introduced=True)
        if name is None or not (is_sound(name) or name.honoured):
            return None
        mention = Mention("person", at, name.end, index, (name.name_begin, name.name_end), rule=POSTED)
        mention.shared = replace(source, end=source.head_end, country=None, country_at=None)
        mention.honoured = name.honoured
        mention.country, mention.country_at = noun.value, (at, mark)
        return mention

    def _is_verb(self, sentence: Sentence, at: int) -> bool:
        """Say whether a participle that may describe an office is the sentence's verb: "has appointed Ambassador A"."""
        if at == sentence.begin or self.lower[at - 1] not in self.words["perfect_words"]:
            return False
        return any(cue.kind == "frame" for _, cue in self.document.tagged.cues.get(at, ()))

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
        start = self.skip_determiners(after, end)
        if start < end and self.tag[start] in _STARTS_POSITION:
            position = self.positions.read(start, end)
            if position is not None and self.tag[start] not in NAME_TAGS:
                position.begin = start
                mention = self._read_with_position(index, sentence, position, end, found)
                mention.begin = at
                mention.honoured = True
                return mention
        name = read_name(self.document, at, end)
        if name is None:
            return None
        return self._finish(index, sentence, name, [], end, found, "honorific")

    def _read_with_position(
        self, index: int, sentence: Sentence, position: Position, end: int, found: list[Mention]
    ) -> Mention:
        position.definite = position.begin > sentence.begin and self.lower[position.begin - 1] in self.determiners
        name, rule = self.named.read(position, sentence, end, found)
        if name is not None:
            return self._finish(index, sentence, name, [position], end, found, rule)
        if position.plural and not self.capital[position.head_begin]:
            group = self.groups.read(index, position.head_end - 1, end, position.begin)
            group.positions.append(position)
            return group
        holder = self._read_holder_before(index, sentence, position, end, found)
        if holder is not None:
            return holder
        mention = Mention("role", position.begin, position.end, index, positions=[position], rule="office")
        mention.country, mention.country_at = position.country, position.country_at
        mention.international = position.international
        return mention

    def _read_holder_before(
        self, index: int, sentence: Sentence, position: Position, end: int, found: list[Mention]
    ) -> Mention | None:
        """Read "appointed A B Minister of Trade": a name whose position follows without a comma."""
        at = position.begin
        while at < position.head_begin and not self.capital[at]:
            at += 1
        stop = at
        while stop < position.head_begin and self.tag[stop] in NAME_TAGS and self.capital[stop]:
            stop += 1
        name = read_name(self.document, at, stop) if stop - at > 1 else None
        own = self.positions.read(stop, end) if name is not None and self.capital[stop] else None
        if name is None or own is None or not is_sound(name):
            return None
        mention = self._finish(index, sentence, name, [], stop, found, "name-position")
        mention.positions.append(own)
        mention.end = own.end
        mention.country, mention.country_at = own.country, own.country_at
        mention.international = own.international
        return mention

    def _read_bare(self, index: int, sentence: Sentence, at: int, end: int, found: list[Mention]) -> Mention | None:
        name = read_name(self.document, at, end)
        if name is None:
            return None
        before, after = at - 1, name.end
        followed = after < end and self.tag[after] in (DOMAIN, ORGANISATION) and self.capital[after]
        led = before >= sentence.begin and (
            self.lower[before] in self.words["articles"]
            or (
                self.capital[before]
                and self.tag[before] in (DOMAIN, COMMON)
                and self.lower[before] not in self.words["gap_words"]
            )
        )
        if followed or led:
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
        self.appositions.read(mention, sentence, end, found)
        return mention
