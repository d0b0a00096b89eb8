"""What a text shows of each state it names: whether the issuer speaks of it as its own or as another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from pipeline.extract.coreference import People, Person
from pipeline.extract.document import Document
from pipeline.extract.readings import Reading
from pipeline.extract.tags import COUNTRY, DEMONYM, OFFICE, PLACE

FIRST_MENTIONS = 4
LIMIT = 3.0
"""More of a sign than seven add nothing: log2(1 + 7)."""
_GUESTS = frozenset(("visit", "ceremony"))
Signs = Counter[str]


def collect_signs(document: Document, people: People, readings: list[list[Reading]]) -> dict[str, Signs]:
    """Return how often each sign stands for each state, by ISO code.

    named: the state or its people, outside the offices of its officials; title, subject, pair, whose, theirs, with, among,
    from, in, to, posted, topic: how it is named; place, opening, dateline: its cities; seat: its seats of government and its
    institutions; official, prefixed: its officials are introduced with it; principal: who acts first;
    visited, receives, passed, host, guest: who travels to it, and on which side its officials are.
    """
    return SignCollector(document, people, readings).collect()


class SignCollector:
    """Collects the signs of one document."""

    def __init__(self, document: Document, people: People, readings: list[list[Reading]]) -> None:
        self.document = document
        self.people = people
        self.readings = readings
        self.signs: dict[str, Signs] = defaultdict(Counter)

    def collect(self) -> dict[str, Signs]:
        """Return the signs of each state."""
        inside = self._read_officials()
        self._read_nouns(inside)
        for state in {code for _, _, code in self.document.tagged.cue_kinds.get("seat", ())}:
            self._note(state, "seat" if state in self.signs else "seat_alone")
        for state, sign in (*self._travels(), *self._sides()):
            self._note(state, sign)
        for state in self._pairs():
            self._note(state, "pair")
        self._read_heading()
        return self.signs

    def _note(self, state: str, sign: str) -> None:
        self.signs[state][sign] += 1

    def _read_officials(self) -> set[int]:
        """Note the states that officials are introduced with; return the tokens that name those states."""
        inside: set[int] = set()
        offices = self.document.lexicon.offices["state"]
        principal = self._principal()
        for person in self.people.people:
            official, prefixed = bool(person.heads & offices), _is_prefixed(person)
            if person.country is not None:
                if person is principal:
                    self._note(person.country, "principal")
                elif official:
                    self._note(person.country, "official")
                elif prefixed:
                    self._note(person.country, "prefixed")
            for mention in person.mentions if official or prefixed else ():
                if mention.country_at is not None:
                    inside.update(range(*mention.country_at))
        return inside

    def _read_nouns(self, inside: set[int]) -> None:
        tagged, total, at = self.document.tagged, len(self.document.tokens), 0
        while at < total:
            noun, end = tagged.noun[at], tagged.noun_end[at]
            if noun is not None and noun.value and noun.tag in (COUNTRY, DEMONYM, PLACE):
                if noun.tag == PLACE:
                    self._note(noun.value, "place")
                    if self._opens_body(at, end):
                        self._note(noun.value, "opening")
                elif at not in inside:
                    self._note(noun.value, "named")
                    for sign in self._standing(at, end):
                        self._note(noun.value, sign)
            at = end

    def _standing(self, begin: int, end: int) -> Iterator[str]:
        """Yield how a state is named here, by the words around it."""
        tokens, words = self.document.tokens, self.document.lexicon.words
        lower = tokens.lower
        sentence = self.document.sentence_at(begin)
        before = begin - 1
        if before > sentence.begin and lower[before] in self.document.lexicon.pronouns["possessive"]:
            yield "theirs"  # "his X counterpart"
        if before > sentence.begin and lower[before] in words["determiners"]:
            before -= 1
        if begin < self.document.title_end:
            if not words["topic_prepositions"].isdisjoint(lower[sentence.begin : begin]):
                yield "title_object"
            elif before < sentence.begin:
                yield "title_first"
            else:
                yield "title"
        elif before < sentence.begin and end < sentence.end and tokens.word[end][0].islower():
            yield "subject"
        if before < sentence.begin:
            return
        if end < sentence.end and tokens.word[end] in self.document.lexicon.possessive:
            yield "whose"
        word = lower[before]
        if before > sentence.begin and lower[before - 1] in words["talked_about"]:
            yield "topic"  # "the war in X"
            return
        for kind in ("from", "with", "in"):
            if word in words[f"home_{kind}"]:
                yield kind
        if word in words["home_among"] and end < sentence.end and lower[end] in self.document.lexicon.joiners:
            yield "among"  # "between X and Y", not "between X, Y and Z"
        if word in words["home_to"]:
            noun = self.document.tagged.noun[before - 1] if before > sentence.begin else None
            yield "posted" if noun is not None and noun.tag in (OFFICE, COUNTRY, DEMONYM) else "to"

    def _opens_body(self, begin: int, end: int) -> bool:
        """Say whether a place opens a sentence of the body, as a dateline does."""
        if begin < self.document.title_end or self.document.sentence_at(begin).begin != begin:
            return False
        city = "-".join(self.document.tokens.lower[begin:end])
        return city not in self.document.lexicon.words["conference_cities"]

    def _read_heading(self) -> None:
        """Note "X:" before the title, and the city or state that the first line of the body begins with."""
        tokens, tagged = self.document.tokens, self.document.tagged
        heading, after = tagged.noun[0], tagged.noun_end[0]
        if heading is not None and heading.tag == COUNTRY and after < len(tokens) and tokens.word[after] == ":":
            self._note(heading.value, "headed")
        first = next((s for s in tokens.sentences if s.begin >= self.document.title_end), None)
        if first is None:
            return
        noun, after = tagged.noun[first.begin], tagged.noun_end[first.begin]
        if noun is None or noun.tag != PLACE or not self._opens_body(first.begin, after) or after >= first.end:
            return
        sign = tokens.word[after][0]
        if sign in ",\u2013\u2014-(:" or sign.isdigit():
            self._note(noun.value, "dateline")

    def _principal(self) -> Person | None:
        """Return the first person who acts in the body, unless they travel, and so may be a guest of the issuer."""
        for index, sentence in enumerate(self.document.tokens.sentences):
            if sentence.begin < self.document.title_end:
                continue
            for reading in self.readings[index]:
                for mention in reading.subjects:
                    if mention.entity is not None:
                        heads = self.document.lexicon.offices["heading"] & mention.entity.heads
                        return mention.entity if heads or reading.type not in _GUESTS else None
        return None

    def _travels(self) -> set[tuple[str, str]]:
        """Return each state that somebody travels to: `visited`, or `receives` where a state's official does so."""
        found: set[tuple[str, str]] = set()
        for reading in (reading for sentence in self.readings for reading in sentence if reading.type == "visit"):
            foreign = any(
                mention.entity is not None and mention.entity.country is not None for mention in reading.subjects
            )
            limit = min(self.document.tokens.sentences[reading.sentence].end, reading.end + 12)
            for at in range(reading.end, limit):
                noun = self.document.tagged.noun[at]
                if noun is not None and noun.tag in (COUNTRY, PLACE) and noun.value:
                    found.add((noun.value, ("receives" if foreign else "visited") if self._is_goal(at) else "passed"))
        return found

    def _is_goal(self, at: int) -> bool:
        """Say whether a preposition makes the place the goal of a trip."""
        lower, words = self.document.tokens.lower, self.document.lexicon.words
        before = at - 1
        while before > 0 and lower[before] in words["determiners"]:
            before -= 1
        return lower[before] in words["place_prepositions"]

    def _sides(self) -> set[tuple[str, str]]:
        """Return each state that only hosts or only guests are introduced with."""
        found: set[tuple[str, str]] = set()
        for reading in (reading for sentence in self.readings for reading in sentence):
            if reading.type == "visit" or set(reading.sides) != {"host", "guest"}:
                continue
            for side, mentions in zip(reading.sides, (reading.subjects, reading.objects), strict=True):
                for mention in mentions:
                    state = mention.country or (mention.entity.country if mention.entity is not None else None)
                    if state is not None:
                        found.add((state, side))
        both = {state for state, _ in found if {(state, "host"), (state, "guest")} <= found}
        return {(state, side) for state, side in found if state not in both}

    def _pairs(self) -> set[str]:
        """Return the states that stand in pairs: "between X and Y", "X and Y", "X-Y relations"."""
        tagged, tokens, states = self.document.tagged, self.document.tokens, self.document.lexicon.states
        found: set[str] = set()
        for at in range(self.document.title_end, len(tokens)):
            noun = tagged.noun[at]
            if noun is None:
                parts = tokens.lower[at].split("-") if "-" in tokens.lower[at] and tokens.capital[at] else []
                if len(parts) == 2 and all(part in states for part in parts):
                    found.update(states[part] for part in parts)
                continue
            if noun.tag not in (COUNTRY, DEMONYM) or tagged.noun_begin[at] != at or tokens.word[at - 1] == ",":
                continue
            step = tagged.noun_end[at]
            if step >= len(tokens) or tokens.lower[step] not in self.document.lexicon.joiners:
                continue
            step += 1
            while step < len(tokens) - 1 and tokens.lower[step] in self.document.lexicon.words["determiners"]:
                step += 1
            other = tagged.noun[step] if step < len(tokens) else None
            if other is not None and other.tag == noun.tag and noun.value and other.value and other.value != noun.value:
                found.update((noun.value, other.value))
        return found


def _is_prefixed(person: Person) -> bool:
    """Say whether the person's state stands before their office or after their name, as one's own seldom does."""
    for position in person.positions[:FIRST_MENTIONS]:
        if position.country_at is not None and position.country_at[0] == position.begin < position.head_begin:
            return True
    return any(
        mention.country_at is not None and mention.name is not None and mention.country_at[0] >= mention.name[1]
        for mention in person.mentions[:FIRST_MENTIONS]
    )
