"""Which state each attendee acts for, and who received whom."""

from __future__ import annotations

from pipeline.extract.coreference import Person
from pipeline.extract.document import Document
from pipeline.extract.drafts import Draft, Seat
from pipeline.extract.tags import RANK

_ATTENDING = frozenset(("attendance", "accompanying", "list", "speaker", "actor"))
_HOSTED = frozenset(("meeting", "signing"))
_SIDELESS = frozenset(("call", "message", "statement", "appointment", "other"))


def settle_countries(document: Document, drafts: list[Draft], home: str | None) -> None:
    """Set the state of each seated person who has none: from their list, else from the event."""
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
        _share_with_kin(draft)
        _spread_over_lists(draft, document.lexicon.offices["state"])


def _share_with_kin(draft: Draft) -> None:
    """Give a husband, wife or child without an office the state of whom they are named with."""
    for seat in draft.seats.values():
        partner = next((mention.partner for mention in seat.person.mentions if mention.partner is not None), None)
        state = partner.entity.country if partner is not None and partner.entity is not None else None
        if state is not None and not seat.person.positions:
            seat.person.country = state


def _spread_over_lists(draft: Draft, offices: frozenset[str]) -> None:
    """Give who attended without a state or an office of one the state of the one named before them."""
    before: str | None = None
    for seat in draft.seats.values():
        person = seat.person
        if seat.rule not in _ATTENDING or person.international:
            before = None
        elif person.country is not None:
            before = person.country
        elif not person.heads & offices and not any(position.private for position in person.positions):
            person.country = before


def _state_from_list(seat: Seat) -> str | None:
    """Return the state of the person named before in the same list, where that one's position began with a state."""
    for index, mention in enumerate(seat.siblings):
        if mention.entity is seat.person:
            for earlier in reversed(seat.siblings[:index]):
                if (
                    earlier.country is not None
                    and earlier.country_at is not None
                    and earlier.country_at[0] <= earlier.begin + 2
                ):
                    return earlier.country
                if earlier.country is not None and earlier.kind == "group":
                    return earlier.country
            return None
    return None


def _state_from_event(document: Document, draft: Draft, seat: Seat, home: str | None, abroad: str | None) -> str | None:
    person = seat.person
    if draft.type == "appointment":
        return home
    if seat.rule in ("letter-signature", "title-speaker") or (
        seat is next(iter(draft.seats.values())) and seat.side != "guest"
    ):
        own = person.heads & document.lexicon.offices["state"] or seat.side == "host" or _has_rank(document, person)
        return home if own or not person.heads & document.lexicon.offices["private"] else None
    if abroad is not None and seat.rule in _ATTENDING and _is_list_of(seat, abroad, home):
        return abroad
    if seat.rule == "accompanying":
        return next(iter(draft.seats.values())).person.country
    if (
        abroad is not None
        and seat.rule not in _ATTENDING
        and seat.side != "guest"
        and draft.type == "meeting"
        and _is_counterpart(draft, seat)
    ):
        return abroad
    if any(position.private for position in person.positions):
        return None
    if person.positions and (not person.heads <= document.lexicon.offices["private"] or _has_rank(document, person)):
        return home
    if not person.positions and (seat.side == "guest" or not person.introduced):
        return None
    if seat.side == "other" and not person.positions:
        return None
    return home if person.positions and not person.heads <= document.lexicon.offices["private"] else None


def _is_list_of(seat: Seat, abroad: str, home: str | None) -> bool:
    """Say whether the list names officials of the state where the event was and none of the issuer's."""
    states = {mention.country or (mention.entity and mention.entity.country) for mention in seat.siblings}
    return abroad in states and home not in states


def _has_rank(document: Document, person: Person) -> bool:
    """Say whether a military rank is part of how the person is introduced."""
    return any(RANK in document.tagged.tag[position.begin : position.end] for position in person.positions)


def _is_counterpart(draft: Draft, seat: Seat) -> bool:
    first = next(iter(draft.seats.values()))
    return seat is not first and bool(seat.siblings) and first.mention not in seat.siblings


def settle_sides(draft: Draft, home: str | None, heading: frozenset[str]) -> dict[int, str]:
    """Return host, guest or other for each seated person, by the identity of the person.

    Among people of one state a head of state or government (an office of `heading`) is the host of whom they meet; else
    nobody is, unless the words say so. A trip within one's own state has no host.
    """
    seats = list(draft.seats.values())
    if draft.type in _SIDELESS or not seats:
        return {id(seat.person): "other" for seat in seats}
    states = {seat.person.country for seat in seats}
    framed = {seat.side for seat in seats} - {"other"}
    if len(states) == 1 and draft.type != "visit" and not draft.parties and not framed:
        received = draft.type == "meeting" and len(seats) > 1 and bool(seats[0].person.heads & heading)
        if not received or any(seat.person.heads & heading for seat in seats[1:]):
            return {id(seat.person): "other" for seat in seats}
        return {id(seat.person): "host" if seat is seats[0] else "guest" for seat in seats}
    if draft.type == "visit" and len(states) == 1 and not draft.parties and draft.country in states - {None}:
        return {id(seat.person): "other" for seat in seats}
    hosts = {seat.person.country for seat in seats if seat.side == "host"}
    guests = {seat.person.country for seat in seats if seat.side == "guest"}
    place = next(iter(hosts)) if len(hosts) == 1 and framed else draft.country or home
    sides: dict[int, str] = {}
    offices: set[str] = set()  # "received the governors", who may be named later
    listed: set[str | None] = set()  # states of the groups that were received, whose members may be listed later
    if "guest" not in framed:
        parties = [party for party in draft.parties if draft.party_sides.get(id(party)) == "guest"]
        offices = {position.singular for party in parties for position in party.positions if position.plural}
        listed = {party.country for party in parties} - {None} - hosts
    for seat in seats:
        state = seat.person.country
        if seat.side != "other":
            side = seat.side
        elif not offices.isdisjoint(seat.person.heads) or (seat.rule == "attendance" and state in listed):
            side = "guest"
        elif (
            state in hosts - guests
            or (state in hosts and seat.rule == "attendance")
            or (state == place and state is not None and state not in guests)
        ):
            side = "host"
        else:
            side = "guest"
        sides[id(seat.person)] = side
    if draft.type in _HOSTED and "host" not in sides.values() and draft.country != home:
        return dict.fromkeys(sides, "other")
    return sides
