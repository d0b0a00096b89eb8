"""An explanation as one HTML page that needs nothing else: no script, no font, no address is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from pipeline.cli.explained import (
    Piece,
    attendance_rule,
    inert,
    is_seated,
    paragraphs,
    pieces,
    tell_event,
    tell_mark,
    tell_standing,
)
from pipeline.extract import Explanation, Mark, Verdict
from pipeline.extract.explain import REASONS
from pipeline.records import Attendee, Event, Release

_MENTIONS = frozenset(("person", "role", "group", "state", "body", "pronoun", "thing", "byline"))
_LEGEND = (
    ("seated", "seated in an event"),
    ("unseated", "named, not seated"),
    ("party", "group, state or organisation"),
    ("event", "words that tell an event"),
    ("date", "date"),
    ("place", "place"),
    ("topic", "topic"),
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def explanation_page(release: Release, explanation: Explanation) -> str:
    """Return the page as HTML: the text with its marks, the events with who sits in them, and who was not seated and why.

    Everything from the release is escaped and loses its control characters, so hostile text stays text.
    """
    title = _text(release.title) or "Untitled release"
    published = release.published_date.isoformat() if release.published_date else "unknown"
    legend = "".join(f'<span class="key {name}">{label}</span>' for name, label in _LEGEND)
    style = Path(__file__).with_name("explained.css").read_text(encoding="utf-8")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<p class="brand">Readout explains</p>
<h1>{title}</h1>
<p class="meta">published {published} ({_text(release.date_basis)}) · language {_text(release.language or "unknown")}</p>
<p class="legend">{legend}</p>
</header>
<main>
<article dir="auto">
{"".join(_article(release, explanation))}</article>
<aside>
{"".join(_events(explanation))}{"".join(_unseated(release, explanation))}</aside>
</main>
<footer>Point at a mark to see the rule that read it. Ranges, rules and reasons are the extractor's own.</footer>
</body>
</html>
"""


def _article(release: Release, explanation: Explanation) -> Iterator[str]:
    text = inert(release.text)
    named: set[int] = set()
    for number, (begin, end) in enumerate(paragraphs(release)):
        inner = "".join(_piece(text, piece, explanation, named) for piece in pieces(begin, end, explanation.marks))
        tag = "h2" if number == 0 else "p"
        yield f"<{tag}>{inner.strip()}</{tag}>\n"


def _piece(text: str, piece: Piece, explanation: Explanation, named: set[int]) -> str:
    shown = escape(text[piece.begin : piece.end])
    if not piece.marks:
        return shown
    classes: list[str] = []
    mention = next((mark for mark in reversed(piece.marks) if mark.kind in _MENTIONS), None)
    anchor = ""
    if mention is not None:
        classes.extend(_mention_classes(mention, piece, explanation))
        if mention.person is not None and mention.person not in named and mention.name == (piece.begin, piece.end):
            named.add(mention.person)
            anchor = f' id="p{mention.person}"'
    classes.extend(dict.fromkeys(mark.kind for mark in piece.marks if mark.kind not in _MENTIONS))
    lines = dict.fromkeys(tell_mark(explanation, mark) for mark in piece.marks)
    return f'<span class="{" ".join(classes)}"{anchor} title="{"&#10;".join(map(_text, lines))}">{shown}</span>'


def _mention_classes(mark: Mark, piece: Piece, explanation: Explanation) -> Iterator[str]:
    yield "mention"
    if mark.kind in ("group", "state", "body"):
        yield "party"
    elif mark.person is not None:
        yield "seated" if is_seated(explanation, mark.person) else "unseated"
        if mark.kind in ("role", "pronoun"):
            yield "stands-for"
    else:
        yield "unknown"
    if mark.name is not None and mark.name[0] <= piece.begin < mark.name[1]:
        yield "name"
    if mark.begin_at == piece.begin:
        yield "first"
    if mark.end_at == piece.end:
        yield "last"


def _events(explanation: Explanation) -> Iterator[str]:
    people = {verdict.name: number for number, verdict in reversed(list(enumerate(explanation.people)))}
    for number, event in enumerate(explanation.extraction.events, 1):
        head, where = tell_event(number, event)
        yield f'<section class="card {_text(event.mention)}">\n<h3>{_text(head)}</h3>\n'
        yield f'<p class="line">{_text(event.name)}</p>\n<p class="where">{_text(where)}{_sure(event.confidence)}</p>\n'
        rule = next((item.rule for item in event.evidence if item.field == "event_type"), "")
        yield f'<p class="rule">told by rule <code>{_text(rule)}</code></p>\n'
        if event.attendees:
            rows = "".join(_attendee(attendee, people) for attendee in event.attendees)
            yield f'<ul class="people">\n{rows}</ul>\n'
        yield from _topics(event)
        yield "</section>\n"


def _attendee(attendee: Attendee, people: dict[str, int]) -> str:
    about = ", ".join(filter(None, [attendee.position, attendee.country]))
    name = f"<b>{_text(attendee.name)}</b>"
    if attendee.kind == "person" and attendee.name in people:
        name = f'<a href="#p{people[attendee.name]}">{name}</a>'
    kind = "" if attendee.kind == "person" else f" <i>{_text(attendee.kind)}</i>"
    side = f'<span class="side {_text(attendee.side)}">{_text(attendee.side)}</span>'
    rule = f"<code>{_text(attendance_rule(attendee))}</code>"
    return f"<li>{side}{name}{kind}{_sure(attendee.confidence)}<br><small>{_text(about)} {rule}</small></li>\n"


def _topics(event: Event) -> Iterator[str]:
    if event.topics:
        yield '<p class="topics">' + "".join(f"<span>{_text(topic.label)}</span>" for topic in event.topics) + "</p>\n"


def _unseated(release: Release, explanation: Explanation) -> Iterator[str]:
    rows = [
        _verdict(release, number, verdict)
        for number, verdict in enumerate(explanation.people)
        if not is_seated(explanation, number)
    ]
    if rows:
        yield f'<section class="card absent">\n<h3>Named, not seated</h3>\n<ul class="people">\n{"".join(rows)}</ul>\n</section>\n'


def _verdict(release: Release, number: int, verdict: Verdict) -> str:
    words = ""
    if verdict.shown_at is not None:
        words = f" <q>{_text(' '.join(release.text[slice(*verdict.shown_at)].split()))}</q>"
    name = f'<a href="#p{number}"><b>{_text(verdict.name)}</b></a>'
    return f"<li>{name}<br><small>{_text(REASONS[verdict.reason])}{words}{_text(tell_standing(verdict))}</small></li>\n"


def _sure(confidence: float) -> str:
    return f'<span class="sure" title="confidence">{confidence:.2f}</span>'


def _text(value: str) -> str:
    return escape(inert(value).replace("\n", " "))
