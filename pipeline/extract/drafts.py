"""An event while it is being put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extract.coreference import Person
from pipeline.extract.document import Mention
from pipeline.extract.readings import Reading

TALKS = frozenset(("meeting", "call"))
ABSENT = "absent"
"""The side of who takes no part: the dismissed, say."""
_PARTIES = frozenset(("group", "state", "body"))


@dataclass(slots=True)
class Seat:
    """One person's part in an event: the mention that seats them, their side, the rule, and their list."""

    person: Person
    mention: Mention
    side: str
    rule: str
    siblings: list[Mention] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Draft:
    """An event being put together.

    `seats` are keyed by the identity of the person. `sentences` are those that tell it; `sentence` is its anchor,
    [begin, end) the tokens of its frame and `list_side` the side of its object. `barred` are people who take no part,
    whatever they do later; `told` are readings merged into it, `place_from` the draft it was split from.
    """

    type: str
    rule: str
    sentence: int
    begin: int
    end: int
    mention: str = "primary"
    status: str = "held"
    weak: bool = False
    list_side: str = "other"
    seats: dict[int, Seat] = field(default_factory=dict)
    barred: set[int] = field(default_factory=set)
    parties: list[Mention] = field(default_factory=list)
    party_sides: dict[int, str] = field(default_factory=dict)
    sentences: list[int] = field(default_factory=list)
    told: list[Reading] = field(default_factory=list)
    part_of: Draft | None = None
    place_from: Draft | None = None
    place: str | None = None
    place_at: tuple[int, int] | None = None
    country: str | None = None
    country_at: tuple[int, int] | None = None

    @property
    def first_seat(self) -> Seat | None:
        """Return the seat of the person seated first."""
        return next(iter(self.seats.values()), None)

    def seat(self, mention: Mention, side: str, rule: str, siblings: list[Mention] | None = None) -> None:
        """Seat the mention's person, or note the group or state as a party. The first seat of a person stands."""
        person = mention.entity
        if person is not None and (side == ABSENT or id(person) in self.barred):
            self.barred.add(id(person))
            return
        if side == ABSENT:
            return
        if person is None:
            plural = mention.kind == "role" and any(position.plural for position in mention.positions)
            if mention.kind in _PARTIES or plural:
                self.parties.append(mention)
                self.party_sides[id(mention)] = side
        elif id(person) not in self.seats:
            self.seats[id(person)] = Seat(person, mention, side, rule, siblings or [])

    def tell(self, index: int) -> None:
        """Note that the sentence tells of the event."""
        if index not in self.sentences[-8:]:
            self.sentences.append(index)
