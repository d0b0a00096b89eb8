"""Which mentions of one release name the same person."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.extract.document import Document, Mention, Position
from pipeline.extract.tags import HONORIFIC

_CONSONANTS = str.maketrans(
    {"q": "k", "c": "k", "z": "s", "y": "", "w": "", "h": "", "x": "ks", **dict.fromkeys("aeiou", "")}
)


PRINCIPALS = 8
"""How many of the people named first "the leader" may stand for."""


@dataclass(slots=True, eq=False)
class Person:
    """A person of one release with every mention of them, in order of appearance."""

    parts: tuple[str, ...]
    mentions: list[Mention] = field(default_factory=list)
    country: str | None = None
    country_at: tuple[int, int] | None = None
    international: bool = False

    positions: list[Position] = field(default_factory=list)
    heads: set[str] = field(default_factory=set)
    fathers: set[str] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)
    introduced: bool = False

    def add_mention(self, mention: Mention) -> None:
        """Attach a mention, with the positions and the state it gives."""
        mention.entity = self
        self.mentions.append(mention)
        self.introduced = self.introduced or mention.introduced
        self.international = self.international or mention.international
        if self.country is None and mention.country is not None:
            self.country, self.country_at = mention.country, mention.country_at
        for position in (*mention.positions, mention.shared):
            if position is not None:
                self.add_position(position)

    def add_position(self, position: Position) -> None:
        """Note one more position of the person."""
        self.positions.append(position)
        self.heads.add(position.singular)
        self.introduced = True


@lru_cache(maxsize=4096)
def fold_part(word: str) -> str:
    """Return a name part for comparison: no case, no marks, no article in front ("al-")."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).casefold()
    plain = plain.replace("'", "").replace(".", "")
    head, dash, tail = plain.partition("-")
    if dash and len(head) == 2 and head[0] in "ae" and tail:
        plain = tail
    return plain


def _split_initials(word: str) -> list[str]:
    """Return the folded part that the word is, or each initial of "A.M." by itself."""
    letters = word.split(".")
    initials = len(letters) > 2 and all(len(letter) == 1 for letter in letters[:-1]) and not letters[-1]
    return [letter.casefold() for letter in letters[:-1]] if initials else [fold_part(word)]


@lru_cache(maxsize=4096)
def skeleton_of(part: str) -> str:
    """Return the consonants of a folded part, doubled ones once: spelling variants of one name share it."""
    bare = part.translate(_CONSONANTS)
    return "".join(letter for index, letter in enumerate(bare) if index == 0 or bare[index - 1] != letter)


class People:
    """The people of one release, filled mention by mention."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.people: list[Person] = []
        self._by_part: dict[str, list[Person]] = {}
        self._by_head: dict[str, Person] = {}
        self._first_of_head: dict[str, Person] = {}
        suffixes = document.lexicon.suffixes
        self._dropped = {fold_part(word) for word in suffixes} | document.lexicon.words["particles"]

    def add(self, mention: Mention, create: bool) -> Person | None:
        """Attach the mention to its person, a new one where `create` allows; None where it stays unresolved."""
        if mention.name is None:
            return None
        parts = self._parts_of(mention)
        if not parts:
            return None
        person = self._find(parts, mention)
        if person is None:
            if not create:
                return None
            person = Person(parts)
            self.people.append(person)
        elif len([p for p in parts if len(p) > 1]) > len([p for p in person.parts if len(p) > 1]):
            person.parts = parts
        self._attach(person, mention, parts)
        return person

    def resolve_role(self, mention: Mention) -> Person | None:
        """Return the person whom an office alone ("the President") stands for: the latest one named who holds it."""
        if not mention.positions or mention.positions[0].plural:
            return None
        position = mention.positions[0]
        if position.singular in self.document.lexicon.offices["relational"] and mention.country is not None:
            fellows = [person for person in reversed(self.people[-200:]) if person.country == mention.country]
            return fellows[0] if fellows else None
        person = self._by_head.get(position.singular)
        if mention.country is None and position.singular in self.document.lexicon.offices["heading"]:
            person = self._first_of_head.get(position.singular, person)
        if person is None and position.singular in self.document.lexicon.offices["principal"]:
            return self._principal(mention.country)
        if person is None:
            last = position.singular.rsplit(" ", 1)[-1]
            matches = [
                self._by_head[head]
                for head in self._by_head
                if (head.rsplit(" ", 1)[-1] == last and last != position.singular)
                or head.rsplit(" ", 1)[-1] == position.singular
            ]
            if len(set(map(id, matches))) != 1:
                return None
            person = matches[0]
        if mention.country is not None and person.country is not None and mention.country != person.country:
            for other in reversed(self.people[-200:]):
                if position.singular in other.heads and other.country == mention.country:
                    return other
            return None
        if mention.country is not None and person.country is None:
            return None
        if mention.international and not person.international:
            return None
        return person

    def _principal(self, country: str | None) -> Person | None:
        """Return whom "the Vietnamese leader", "the Head of State" stands for: the first who heads a state or government."""
        offices = self.document.lexicon.offices
        for person in self.people[:PRINCIPALS]:
            if person.heads & offices["heading"] and (country is None or person.country in (None, country)):
                return person
        return None

    def _attach(self, person: Person, mention: Mention, parts: tuple[str, ...]) -> None:
        person.add_mention(mention)
        person.fathers |= self._fathers_of(mention)
        if mention.alias is not None:
            alias = fold_part(self.document.tokens.word[mention.alias])
            person.aliases.add(alias)
            self._by_part.setdefault(alias, []).append(person)
        for part in parts:
            people = self._by_part.setdefault(part, [])
            if person not in people[-8:]:
                people.append(person)
        for position in mention.positions:
            self._by_head[position.singular] = person
            self._first_of_head.setdefault(position.singular, person)

    def _parts_of(self, mention: Mention) -> tuple[str, ...]:
        if mention.name is None:
            return ()
        word, tag = self.document.tokens.word, self.document.tagged.tag
        parts = [part for at in range(*mention.name) if tag[at] != HONORIFIC for part in _split_initials(word[at])]
        return tuple(part for part in parts if part and part[0].isalnum() and part not in self._dropped) or tuple(
            p for p in parts if p and p[0].isalnum()
        )

    def _find(self, parts: tuple[str, ...], mention: Mention) -> Person | None:
        candidates: list[Person] = []
        for part in parts:
            for person in self._by_part.get(part, ())[-8:]:
                if person not in candidates and self._compatible(parts, person, mention):
                    candidates.append(person)
        if not candidates and mention.introduced:
            candidates = [person for person in self.people[-24:] if self._spelling_variant(parts, person, mention)]
        if not candidates:
            return None
        heads = {position.singular for position in mention.positions}
        return max(
            candidates,
            key=lambda person: (
                bool(heads & person.heads),
                mention.country is not None and person.country == mention.country,
                person.mentions[-1].begin,
            ),
        )

    def _compatible(self, parts: tuple[str, ...], person: Person, mention: Mention) -> bool:
        if mention.country and person.country and mention.country != person.country and mention.country_at:
            return False
        long = {part for part in parts if len(part) > 1} or set(parts)
        known = {part for part in person.parts if len(part) > 1} or set(person.parts)
        if long <= person.aliases:
            return True
        if (long <= known or known <= long) and not self._is_child(parts, person, mention):
            return True
        if parts[-1] != person.parts[-1] or len(parts) < 2 or len(person.parts) < 2:
            return False
        shared_office = {position.singular for position in mention.positions} & person.heads
        if self._differs_by_father(parts, person, mention):
            return False
        return bool(shared_office) and parts[0][0] == person.parts[0][0] and not long <= known

    def _is_child(self, parts: tuple[str, ...], person: Person, mention: Mention) -> bool:
        """Say whether one name holds the other only as that of a parent: B in "A bin B"."""
        if parts[0] == person.parts[0]:
            return False
        own, fathers = parts, person.fathers
        if len(parts) > len(person.parts):
            own, fathers = person.parts, self._fathers_of(mention)
        heads = {position.singular for position in mention.positions}
        other = bool(heads and person.heads) and heads.isdisjoint(person.heads)  # "King B" is not "Prince A bin B"
        return own[0] in fathers and (len(own) > 1 or other)

    def _differs_by_father(self, parts: tuple[str, ...], person: Person, mention: Mention) -> bool:
        """Say whether two names in the way "A bin B" differ in A, or in B: two people, whatever the rest and the office."""
        fathers = self._fathers_of(mention)
        if not fathers or not person.fathers:
            return False
        pairs = zip(parts[:2], person.parts[:2], strict=False)
        return any(skeleton_of(one) != skeleton_of(other) for one, other in pairs)

    def _fathers_of(self, mention: Mention) -> set[str]:
        if mention.name is None:
            return set()
        lower, particles = self.document.tokens.lower, self.document.lexicon.words["patronymic_particles"]
        word = self.document.tokens.word
        return {fold_part(word[at]) for at in range(mention.name[0] + 1, mention.name[1]) if lower[at - 1] in particles}

    def _spelling_variant(self, parts: tuple[str, ...], person: Person, mention: Mention) -> bool:
        if not {position.singular for position in mention.positions} & person.heads:
            return False
        if mention.country and person.country and mention.country != person.country:
            return False
        if len(skeleton_of(parts[-1])) < 2 or skeleton_of(parts[-1]) != skeleton_of(person.parts[-1]):
            return False
        if self._differs_by_father(parts, person, mention):
            return False
        shorter, longer = sorted((parts, person.parts), key=len)
        return {skeleton_of(part) for part in shorter} <= {skeleton_of(part) for part in longer}


def resolve_mentions(document: Document, sentences: list[list[Mention]]) -> People:
    """Return the people of the release; every mention that names one has its `entity` set. The title is read last."""
    people = People(document)
    body = [mention for mentions in sentences for mention in mentions if mention.begin >= document.title_end]
    title = [mention for mentions in sentences for mention in mentions if mention.begin < document.title_end]
    for mention in body:
        _resolve(people, mention, headline=False)
    for mention in title:
        _resolve(people, mention, headline=True)
    for mention in body:
        if mention.entity is None and mention.kind in ("person", "role"):
            _resolve(people, mention, headline=True)
    _link_office(people, body)
    return people


def _link_office(people: People, body: list[Mention]) -> None:
    """Link "the President" with the only one named without a position, where no other holder of the office is named."""
    state = people.document.lexicon.offices["state"]
    roles = [
        mention for mention in body if mention.kind == "role" and mention.entity is None and mention.country is None
    ]
    roles = [role for role in roles if _is_plain_office(role.positions[0]) and role.positions[0].singular in state]
    unplaced = [
        person
        for person in people.people
        if not person.introduced and len(person.mentions) > 1 and len(person.parts) > 1
    ]
    if not roles or len(unplaced) != 1:
        return
    head = roles[0].positions[0].singular
    for mention in roles:
        if mention.positions[0].singular == head:
            mention.entity = unplaced[0]
    unplaced[0].mentions[0].shared = roles[0].positions[0]
    unplaced[0].add_position(roles[0].positions[0])


def _resolve(people: People, mention: Mention, headline: bool) -> None:
    if mention.kind == "person" and mention.name is not None:
        long = mention.name[1] - mention.name[0] > 1
        create = mention.introduced or (long and not headline)
        people.add(mention, create)
    elif mention.kind == "role":
        mention.entity = people.resolve_role(mention)


def _is_plain_office(position: Position) -> bool:
    return position.definite and not position.plural
