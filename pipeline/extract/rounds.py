"""A meeting that later paragraphs tell as one meeting for each counterpart."""

from __future__ import annotations

from pipeline.extract.drafts import TALKS, Draft
from pipeline.extract.readings import Reading
from pipeline.extract.story import named_people


def split_talks(draft: Draft) -> list[Draft]:
    """Return the meetings that the draft's later paragraphs tell apart, and the draft itself while guests remain in it.

    Whoever accompanied the principal takes part in each. A meeting told once is returned alone, as it was.
    """
    if draft.type not in TALKS or not draft.seats:
        return [draft]
    principal = next(iter(draft.seats.values())).person
    rounds: dict[int, list[Reading]] = {}
    for reading in draft.told:
        named = named_people([*reading.subjects, *reading.objects])
        others = [person for person in named if person is not principal]
        if principal in named and len(others) == 1 and reading.type in TALKS:
            rounds.setdefault(id(others[0]), []).append(reading)
    if len(rounds) < 2:
        return [draft]
    rest = [seat for key, seat in draft.seats.items() if key not in rounds and seat.person is not principal]
    guests = [seat for seat in rest if seat.rule == draft.rule]
    made = [_make_round(draft, id(principal), key, readings) for key, readings in rounds.items()]
    for part in made:
        part.seats.update({id(seat.person): seat for seat in rest if seat not in guests})
    if guests:
        for key in rounds:
            del draft.seats[key]
        return [draft, *made]
    first = made[0]
    first.sentences.insert(0, draft.sentence)
    first.sentence, first.begin, first.end = draft.sentence, draft.begin, draft.end
    return made


def _make_round(draft: Draft, principal: int, counterpart: int, readings: list[Reading]) -> Draft:
    first = readings[0]
    part = Draft(first.type, first.rule, first.sentence, first.begin, first.end)
    part.sentences.extend(reading.sentence for reading in readings)
    part.place_from, part.part_of = draft, draft.part_of
    part.seats[principal] = draft.seats[principal]
    part.seats[counterpart] = draft.seats[counterpart]
    return part
