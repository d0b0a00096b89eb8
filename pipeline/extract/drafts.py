"""An event while it is being put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extract.coreference import Person
from pipeline.extract.document import Mention
from pipeline.extract.readings import Reading


@dataclass(slots=True)
class Seat:
    """One person's part in an event: the mention that seats them, the side their frame gives, and the rule."""

    person: Person
    mention: Mention
    side: str
    rule: str
    siblings: list[Mention] = field(default_factory=list)
    state: str | None = None
    body: bool = False


@dataclass(slots=True, eq=False)
class Draft:
    """An event being put together. `sentences` are those that tell it, in order; the first is its anchor."""

    type: str
    rule: str
    sentence: int
    begin: int
    end: int
    mention: str = "primary"
    status: str = "held"
    seats: dict[int, Seat] = field(default_factory=dict)
    parties: list[Mention] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    part_of: Draft | None = None
    place_from: Draft | None = None
    told: list[Reading] = field(default_factory=list)
    listed: bool = False
    place: str | None = None
    place_at: tuple[int, int] | None = None
    country: str | None = None
    country_at: tuple[int, int] | None = None

    def seat(self, mention: Mention, side: str, rule: str, siblings: list[Mention] | None = None) -> None:
        """Seat the mention's person, or note the group or state as a party. The first seat of a person stands."""
        person = mention.entity
        if person is None:
            if mention.kind in ("group", "state", "body"):
                self.parties.append(mention)
            return
        if id(person) not in self.seats:
            self.seats[id(person)] = Seat(person, mention, side, rule, siblings or [])

    @property
    def people(self) -> list[Person]:
        """Return the seated people in order."""
        return [seat.person for seat in self.seats.values()]
