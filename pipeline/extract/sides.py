"""Which state each attendee acts for, and who received whom."""

from __future__ import annotations

from pipeline.extract.coreference import Person
from pipeline.extract.document import Document
from pipeline.extract.drafts import Draft, Seat

_SIDELESS = frozenset(("call", "message", "statement", "appointment", "other"))


def settle_countries(document: Document, drafts: list[Draft], home: str | None) -> None:
    """Set the state of each seated person who has none: from the list they stand in, else from where the others come from."""
    for draft in drafts:
        for seat in draft.seats.values():
            person = seat.person
            if person.country is None and not person.international:
                person.country = _state_from_list(seat)
    for draft in drafts:
        if draft.mention != "primary":
            continue
        abroad = draft.country if draft.country != home else None
        for seat in draft.seats.values():
            person = seat.person
            if person.country is None and not person.international:
                person.country = _state_from_event(document, draft, seat, home, abroad)


def _state_from_list(seat: Seat) -> str | None:
    """Return the state of the person named before in the same list, where that one's position began with a state."""
    for index, mention in enumerate(seat.siblings):
        if mention.entity is seat.person:
            for earlier in reversed(seat.siblings[:index]):
                if earlier.country is not None and earlier.country_at is not None and earlier.country_at[0] <= earlier.begin + 2:
                    return earlier.country
                if earlier.country is not None and earlier.kind == "group":
                    return earlier.country
            return None
    return None


def _state_from_event(document: Document, draft: Draft, seat: Seat, home: str | None, abroad: str | None) -> str | None:
    person = seat.person
    if abroad is not None and seat.side == "other" and draft.type == "meeting" and _is_counterpart(draft, seat):
        return abroad
    if person.positions and not person.heads & document.lexicon.private_offices:
        return home
    if not person.positions and (seat.side == "guest" or not person.introduced):
        return None
    if seat.side == "other" and not person.positions:
        return None
    return home if person.positions and not person.heads <= document.lexicon.private_offices else None


def _is_counterpart(draft: Draft, seat: Seat) -> bool:
    first = next(iter(draft.seats.values()))
    return seat is not first and bool(seat.siblings) and first.mention not in seat.siblings


def settle_sides(draft: Draft, home: str | None) -> dict[int, str]:
    """Return host, guest or other for each seated person, by the identity of the person."""
    seats = list(draft.seats.values())
    if draft.type in _SIDELESS or not seats:
        return {id(seat.person): "other" for seat in seats}
    states = {state_of(seat.person) for seat in seats}
    host_state = _host_state(draft, seats, home)
    sides: dict[int, str] = {}
    for seat in seats:
        side = seat.side
        if host_state is not None and (len(states) > 1 or draft.type == "visit" or draft.parties):
            side = "host" if state_of(seat.person) == host_state else "guest"
        sides[id(seat.person)] = side
    if len(states) == 1 and draft.type != "visit" and not draft.parties:
        return dict.fromkeys(sides, "other")
    if draft.type in ("meeting", "ceremony", "signing", "conference") and "host" not in sides.values() and draft.country != home:
        if draft.type != "conference":
            return dict.fromkeys(sides, "other")
    return sides


def state_of(person: Person) -> str | None:
    """Return the state the person acts for; None for bodies of many states and where it is unknown."""
    return person.country


def _host_state(draft: Draft, seats: list[Seat], home: str | None) -> str | None:
    hosts = [seat for seat in seats if seat.side == "host"]
    guests = [seat for seat in seats if seat.side == "guest"]
    if draft.country is not None:
        return draft.country
    if hosts and hosts[0].person.country is not None:
        return hosts[0].person.country
    if guests and home is not None and guests[0].person.country not in (None, home):
        return home
    return home
