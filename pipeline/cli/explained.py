"""An explanation in the words of a person: pieces of text with the marks that cover them, and a line for each mention."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipeline.extract import Explanation, Mark, Verdict
from pipeline.extract.explain import REASONS
from pipeline.extract.standing import LIKELY
from pipeline.records import Attendee, Event, Release

KINDS = {
    "person": "person", "role": "office", "group": "group", "state": "state", "body": "organisation", "pronoun": "pronoun",
    "thing": "name of a thing", "byline": "byline", "event": "event", "date": "date", "place": "place", "topic": "topic",
}  # fmt: skip
"""What each kind of mark is called."""

_KEPT = frozenset("\n\u200c\u200d")
_UNSAFE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A half-open range of the text that the same marks cover, the widest first."""

    begin: int
    end: int
    marks: tuple[Mark, ...]


def inert(text: str) -> str:
    """Return the text with a space for every character that steers a terminal, a page or the direction of writing.

    Each stays one character, so that ranges hold; line breaks stay.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(
        " " if letter not in _KEPT and unicodedata.category(letter) in _UNSAFE else letter for letter in text
    )


def pieces(begin: int, end: int, marks: tuple[Mark, ...]) -> Iterator[Piece]:
    """Yield [begin, end), a paragraph, cut where any mark or a name within one begins or ends, in order.

    `marks` are in order of the text; none reaches over the end of its paragraph.
    """
    inside = marks[bisect_left(marks, begin, key=_begin) : bisect_left(marks, end, key=_begin)]
    cuts = {begin, end}
    for mark in inside:
        cuts.update((mark.begin_at, mark.end_at, *(mark.name or ())))
    places = sorted(cut for cut in cuts if begin <= cut <= end)
    open_marks: list[Mark] = []
    coming = 0
    for start, stop in pairwise(places):
        while coming < len(inside) and inside[coming].begin_at <= start:
            open_marks.append(inside[coming])
            coming += 1
        open_marks = [mark for mark in open_marks if mark.end_at > start]
        yield Piece(start, stop, tuple(sorted(open_marks, key=_width)))


def paragraphs(release: Release) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the title and of each paragraph of the body."""
    text = release.text
    yield 0, len(release.title)
    begin = len(release.title)
    while begin < len(text):
        end = text.find("\n\n", begin)
        end = len(text) if end < 0 else end
        if text[begin:end].strip():
            yield begin, end
        begin = end + 2


def is_seated(explanation: Explanation, person: int) -> bool:
    """Say whether the person took part in an event that is the release's news."""
    verdict = explanation.people[person]
    return bool(verdict.seats) and not verdict.reason


def tell_mark(explanation: Explanation, mark: Mark) -> str:
    """Return one line that says what a mark is, which rule read it, and why it seats somebody or does not."""
    what = f"{KINDS[mark.kind]}, rule {mark.rule}"
    if mark.event is not None:
        return f"{what}, e{mark.event + 1}"
    if mark.person is None:
        return f"{what}: {REASONS[mark.reason]}" if mark.reason else what
    verdict = explanation.people[mark.person]
    who = f" = {verdict.name}" if mark.kind in ("role", "pronoun") else ""
    here = [seat for seat in verdict.seats if seat.mention == (mark.begin_at, mark.end_at)]
    if here and not mark.reason:
        told = "; ".join(f"seated in e{seat.event + 1} as {seat.side} by {seat.rule}" for seat in here)
    elif is_seated(explanation, mark.person):
        told = "seated by another mention"
    else:
        told = REASONS.get(mark.reason or verdict.reason, "")
    return f"{what}{who}: {told}"


def tell_standing(verdict: Verdict) -> str:
    """Return what speaks for and against somebody whom no rule seats; nothing where that was not asked."""
    if verdict.chance is None:
        return ""
    points = ", ".join(f"{name} {value} {worth:+.2f}" for name, value, worth in verdict.points)
    return f"; standing {verdict.chance:.2f}, seated from {LIKELY:.2f} ({points})"


def tell_event(number: int, event: Event) -> tuple[str, str]:
    """Return an event's heading and its line of when and where."""
    when = event.start_date.isoformat() if event.start_date else "no date"
    where = ", ".join(filter(None, [event.place, event.country])) or "no place"
    part = f", part of e{event.part_of + 1}" if event.part_of is not None else ""
    return (
        f"e{number} {event.mention} {event.event_type}, {event.status}{part}",
        f"{when} ({event.date_basis}), {where}",
    )


def attendance_rule(attendee: Attendee) -> str:
    """Return the rule that seated a person; the rule of the mention for a group or state."""
    rules = {item.field: item.rule for item in reversed(attendee.evidence)}
    return rules.get("attendance") or rules.get("name") or ""


def _begin(mark: Mark) -> int:
    return mark.begin_at


def _width(mark: Mark) -> int:
    return mark.begin_at - mark.end_at
