"""The command explain: why one release was read as it was, on the terminal or as a page."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from pipeline.cli.app import FormatOption, app, fail
from pipeline.cli.explained import (
    KINDS,
    attendance_rule,
    inert,
    is_seated,
    paragraphs,
    pieces,
    tell_event,
    tell_mark,
    tell_standing,
)
from pipeline.cli.files import finish_files, parsed_file
from pipeline.cli.printing import Format, cell, out, print_json
from pipeline.extract import Explanation, Mark
from pipeline.extract.explain import REASONS
from pipeline.records import Release

_STYLES = {
    "event": "bold blue", "date": "cyan", "place": "magenta", "topic": "underline", "group": "bright_magenta",
    "state": "bright_magenta", "body": "bright_magenta", "thing": "dim",
}  # fmt: skip
_SEATED, _UNSEATED, _UNKNOWN = "green", "yellow", "dim"


@app.command(
    epilog="Examples:\n\n`readout explain release.txt`\n\n`readout explain release.txt --html release-explained.html`\n\n"
    "`readout explain page.html.gz --format json`",
)
def explain(
    file: Annotated[Path, typer.Argument(help="A saved release (`.txt`, `.html`, `.html.gz`).")],
    html: Annotated[Path | None, typer.Option("--html", help="Write a page to this file instead of printing.")] = None,
    format: FormatOption = Format.table,
) -> None:
    """Show a release with every mention in it, the rule that read each, and why each person was or wasn't seated.

    Green people sit in an event, yellow ones in none; the number after a mention leads to its line below the text.
    """
    from pipeline import steps

    release = parsed_file(file)
    if release is None:
        finish_files()
        return
    explanation = steps.explain(release)
    if html is not None:
        _write_page(html, release, explanation)
    elif format is Format.table:
        _print_explanation(release, explanation)
    else:
        print_json(iter([asdict(explanation)]), format)


def _write_page(path: Path, release: Release, explanation: Explanation) -> None:
    from pipeline.cli.explained_page import explanation_page

    try:
        path.write_text(explanation_page(release, explanation), encoding="utf-8", errors="replace")
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror or error}")
    out.print(f"wrote {path}", markup=False)


def _print_explanation(release: Release, explanation: Explanation) -> None:
    numbers = {mark: n for n, mark in enumerate((m for m in explanation.marks if m.event is None), 1)}
    text = inert(release.text)
    for begin, end in paragraphs(release):
        shown = Text()
        for piece in pieces(begin, end, explanation.marks):
            shown.append(text[piece.begin : piece.end], _style(explanation, piece.marks))
            for mark in piece.marks:
                if mark.end_at == piece.end and mark in numbers:
                    shown.append(f"[{numbers[mark]}]", "dim")
        shown.rstrip()
        out.print(Text("\n") + shown if begin else shown)
    for problem in explanation.extraction.problems:
        out.print(f"{problem.detail} ({problem.reason})", markup=False)
    _print_events(explanation)
    _print_unseated(release, explanation)
    out.print("\nmentions", style="bold")
    for mark, number in numbers.items():
        words = cell(" ".join(release.text[mark.begin_at : mark.end_at].split()))
        line = Text(f"  [{number}] ", "dim")
        line.append(words, _mark_style(explanation, mark)).append(f"  {cell(tell_mark(explanation, mark))}")
        out.print(line)


def _print_events(explanation: Explanation) -> None:
    for number, event in enumerate(explanation.extraction.events, 1):
        head, where = tell_event(number, event)
        out.print(Text(f"\n{head}", "bold blue").append(f"  {cell(event.name)}", "default"))
        rule = next((item.rule for item in event.evidence if item.field == "event_type"), "")
        out.print(Text(f"  {where}; told by {rule}; confidence {event.confidence:.2f}"))
        for attendee in event.attendees:
            style = _SEATED if attendee.kind == "person" else _STYLES["group"]
            about = ", ".join(filter(None, [attendee.position, attendee.country]))
            line = Text(f"  {attendee.side:<6}").append(cell(attendee.name), style)
            line.append(f"  {cell(about)}  by {attendance_rule(attendee)}, confidence {attendee.confidence:.2f}")
            out.print(line)
        if event.topics:
            out.print(Text("  topics: " + ", ".join(cell(topic.label) for topic in event.topics)))


def _print_unseated(release: Release, explanation: Explanation) -> None:
    absent = [v for number, v in enumerate(explanation.people) if not is_seated(explanation, number)]
    if absent:
        out.print("\nnamed, not seated", style="bold")
    for verdict in absent:
        words = " ".join(release.text[slice(*verdict.shown_at)].split()) if verdict.shown_at else ""
        line = Text("  ").append(cell(verdict.name), _UNSEATED).append(f"  {REASONS[verdict.reason]}")
        out.print(line.append(f": {cell(words)}" if words else "").append(tell_standing(verdict)))


def _style(explanation: Explanation, marks: tuple[Mark, ...]) -> str:
    """Return the style of a piece: that of its narrowest mention, and what the words of events add to it."""
    styles = dict.fromkeys(_mark_style(explanation, mark) for mark in marks)
    return " ".join(styles)


def _mark_style(explanation: Explanation, mark: Mark) -> str:
    if mark.kind in _STYLES:
        return _STYLES[mark.kind]
    if mark.person is None:
        return _UNKNOWN
    style = _SEATED if is_seated(explanation, mark.person) else _UNSEATED
    return f"bold {style}" if KINDS[mark.kind] == "person" else style
