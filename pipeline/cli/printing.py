"""How commands print: tables, JSON, one release, what was read from it, and progress bars."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from pipeline.records import Extraction, Release

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Format(StrEnum):
    """How a command prints: a table for people, one JSON document, or one JSON object a line."""

    table = "table"
    json = "json"
    jsonl = "jsonl"


def print_json(rows: Iterator[dict[str, object]], format: Format) -> None:
    """Print rows as JSON Lines, each as soon as it is there, or as one JSON list."""
    if format is Format.jsonl:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False, default=str), flush=True)
    else:
        print(json.dumps(list(rows), ensure_ascii=False, indent=1, default=str))


def print_table(columns: list[str], rows: list[tuple[object, ...]]) -> None:
    """Print rows as a table that shows every value whole; on a terminal that is too narrow, each row as lines."""
    text = shown_table(columns, rows)
    if not sys.stdout.isatty() or max(map(len, text.splitlines())) <= out.width:
        out.print(text, end="", markup=False)
        return
    label = max(map(len, columns))
    for number, row in enumerate(rows, 1):
        out.print(f"[bold]row {number}[/bold]")
        for column, value in zip(columns, row, strict=True):
            out.print(f"  {column:<{label}}  {cell(value)}", markup=False)


def shown_table(columns: list[str], rows: list[tuple[object, ...]]) -> str:
    """Return rows as lines of aligned columns under a heading, every value whole."""
    cells = [columns, *([cell(value) for value in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(set_cell_size(text, width) for text, width in zip(line, widths, strict=True)) for line in cells)
    return "".join(line.rstrip() + "\n" for line in lines)


def cell(value: object) -> str:
    """Return a value as a table shows it, control characters made inert."""
    text = "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return "".join(letter if letter.isprintable() else " " for letter in text)


def print_release(release: Release) -> None:
    """Print one release for a person."""
    out.print(cell(release.title), style="bold", markup=False)
    published = release.published_at.isoformat() if release.published_at else "unknown"
    out.print(f"published {published} ({release.date_basis}), language {release.language or 'unknown'}", markup=False)
    if release.byline:
        out.print("by " + ", ".join(release.byline), markup=False)
    out.print("\n" + release.body + "\n", markup=False)


def print_extraction(release: Release, extraction: Extraction) -> None:
    """Print what was read from one release for a person."""
    out.print("\n" + cell(release.title), style="bold", markup=False)
    for problem in extraction.problems:
        out.print(f"  {problem.detail} ({problem.reason})", markup=False)
    for event in extraction.events:
        when = event.start_date.isoformat() if event.start_date else "no date"
        where = ", ".join(filter(None, [event.place, event.country])) or "no place"
        head = f"{event.mention} {event.event_type}, {event.status}: {event.name}"
        out.print(f"\n  {cell(head)}", style="cyan", markup=False)
        out.print(f"  {when} ({event.date_basis}), {where}", markup=False)
        for attendee in event.attendees:
            name = attendee.name if attendee.kind == "person" else f"({attendee.kind}) {attendee.name}"
            about = ", ".join(filter(None, [attendee.position, attendee.country, attendee.side]))
            out.print(f"    {cell(name)}: {cell(about)}", markup=False)
        subjects = [topic.label for topic in event.topics]
        if subjects:
            out.print("    topics: " + ", ".join(subjects), markup=False)
    if extraction.mentioned:
        out.print("\n  mentioned, not attending: " + ", ".join(extraction.mentioned), markup=False)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int | None], None]]:
    """Show bars on standard error, one a stage, and none where it is no terminal; yield what moves them."""
    bars = Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        disable=not err.is_terminal,
    )
    stages: dict[str, TaskID] = {}

    def move(stage: str, done: int, total: int | None) -> None:
        if stage not in stages:
            stages[stage] = bars.add_task(stage, total=total)
        bars.update(stages[stage], completed=done, total=total)

    with bars:
        yield move
