"""The command line: arguments in, words and tables out. What it does lies in `pipeline.steps` and `pipeline.runs`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from pipeline.errors import ReadoutError, StepProblem
from pipeline.records import Extraction, Interval, Release
from pipeline.settings import Settings, load_settings

app = typer.Typer(
    name="readout",
    help="Official press releases as data: events, attendees and topics, each cell citing its words.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Format(StrEnum):
    """How a command prints: a table for people, one JSON document, or one JSON object a line."""

    table = "table"
    json = "json"
    jsonl = "jsonl"


FilesArgument = Annotated[list[Path], typer.Argument(help="Files; a lone `-` reads their names from standard input.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print.")]


def main() -> NoReturn:
    """Run the command line; what a person can mend ends as one line on standard error and exit 1 (2: wrong arguments)."""
    try:
        code = app(standalone_mode=False)
    except typer.exceptions.TyperException as error:
        wrong_argument(error)
    except ReadoutError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("stopped", code=130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone, which is its right
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


def wrong_argument(error: typer.exceptions.TyperException) -> NoReturn:
    """Print what is wrong with the arguments in one line (the whole help where there were none) and exit 2."""
    context = getattr(error, "ctx", None)
    if context is not None and not context.args and type(error).__name__ == "NoArgsIsHelpError":
        out.print(error.format_message(), markup=False)
        sys.exit(2)
    command = context.command_path if context is not None else "readout"
    fail(f"{error.format_message()} (see {command} --help)", code=2)


def fail(message: str, code: int = 1) -> NoReturn:
    """Print one line on standard error and exit."""
    err.print("readout: " + " ".join(message.split()), markup=False)
    sys.exit(code)


def settings() -> Settings:
    """Return the settings, a malformed environment variable ending in one line and exit 2."""
    try:
        return load_settings()
    except ValueError as error:
        fail(str(error), code=2)


def day(text: str | None, option: str) -> datetime | None:
    """Return the first moment in UTC of a day written YYYY-MM-DD; anything else ends in one line and exit 2."""
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day (write 2026-03-01)", param_hint=option) from None


@app.command(
    epilog="Examples:\n\n`readout run example`\n\n`readout run example --from 2026-03-01 --to 2026-04-01`",
)
def run(
    source: Annotated[str, typer.Argument(help="The source's id; `readout sources` lists them.")],
    from_: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day, in UTC.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Day after the last, in UTC.")] = None,
) -> None:
    """Fetch, read and load what a source published in [from, to), rebuild the summaries and publish."""
    from pipeline import runs

    interval = Interval(day(from_, "--from"), day(to, "--to"))
    if interval.start and interval.end and interval.start >= interval.end:
        raise typer.BadParameter(f"{to} is not after {from_}", param_hint="--to")
    if not (settings().sources / f"{source}.yml").exists():
        raise typer.BadParameter(f"no source {source!r}; `readout sources` lists them", param_hint="SOURCE")
    with progress_bar() as on_progress:
        result = runs.run_line(source, interval, settings(), on_progress)
    out.print(runs.describe_run(result), markup=False)
    out.print(f"published: {settings().published_file}", markup=False)


@app.command(
    epilog="Examples:\n\n`readout extract release.txt`\n\n`readout extract --format jsonl *.txt > rows.jsonl`\n\n"
    "`find texts -name '*.txt' | readout extract --format jsonl -`",
)
def extract(files: FilesArgument, format: FormatOption = Format.table) -> None:
    """Print the events, attendees and topics of saved releases (`.txt`, `.html`, `.html.gz`), touching no database."""
    from pipeline import steps
    from pipeline.extract.annotation import to_annotation

    def rows() -> Iterator[tuple[Release, Extraction, dict[str, object]]]:
        for path in named_files(files):
            release = parsed_file(path)
            if release is not None:
                extraction = steps.extract(release)
                yield release, extraction, to_annotation(release, extraction, id=stem(path))

    if format is Format.table:
        for release, extraction, _ in rows():
            print_extraction(release, extraction)
    else:
        print_json((annotation for _, _, annotation in rows()), format)
    finish_files()


@app.command(
    epilog="Examples:\n\n`readout parse page.html`\n\n`readout parse --format jsonl pages/*.html.gz`",
)
def parse(files: FilesArgument, format: FormatOption = Format.table) -> None:
    """Print what the parser reads from saved pages: title, publication time, byline, language and body."""

    def rows() -> Iterator[tuple[Path, Release]]:
        for path in named_files(files):
            release = parsed_file(path)
            if release is not None:
                yield path, release

    if format is Format.table:
        for _, release in rows():
            print_release(release)
    else:
        print_json(
            (
                {
                    "id": stem(path),
                    "title": release.title,
                    "published": release.published_date and release.published_date.isoformat(),
                    "published_at": release.published_at and release.published_at.isoformat(),
                    "date_basis": release.date_basis,
                    "authors": list(release.byline),
                    "language": release.language,
                    "body": release.body,
                }
                for path, release in rows()
            ),
            format,
        )
    finish_files()


@app.command(
    epilog='Examples:\n\n`readout query "FROM summary.events_by_month"`\n\n'
    "`readout query --format jsonl \"SELECT name, position FROM attendees WHERE country = 'XB'\"`",
)
def query(sql: Annotated[str, typer.Argument(help="One SQL statement.")], format: FormatOption = Format.table) -> None:
    """Run one SQL statement on the published file, which it can only read."""
    from pipeline import steps

    columns, rows = steps.query(sql, settings())
    if format is Format.table:
        print_table(columns, rows)
        out.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")
    else:
        print_json((dict(zip(columns, row, strict=True)) for row in rows), format)


@app.command(epilog="Example:\n\n`readout sources`")
def sources(format: FormatOption = Format.table) -> None:
    """List the sources: issuer, country, language, schedule, whether enabled and when last verified live."""
    from pipeline import steps

    known, wrong = steps.list_sources(settings())
    rows: list[dict[str, object]] = [
        {
            "source": source.id,
            "issuer": source.issuer,
            "country": source.country,
            "language": source.language,
            "schedule": source.schedule,
            "enabled": source.enabled,
            "verified": source.verified,
            "url": source.url,
        }
        for source in known
    ]
    if format is Format.table:
        print_table(list(rows[0]) if rows else ["source"], [tuple(row.values()) for row in rows])
    else:
        print_json(iter(rows), format)
    for error in wrong:
        err.print(str(error), markup=False)
    if wrong:
        sys.exit(1)


@app.command(epilog="Examples:\n\n`readout problems`\n\n`readout problems --all --format jsonl`")
def problems(
    all_: Annotated[bool, typer.Option("--all", help="Those resolved since, too.")] = False,
    format: FormatOption = Format.table,
) -> None:
    """List what could not be fetched, parsed, extracted or loaded, and is still open."""
    from pipeline import steps

    columns, rows = steps.query(
        "SELECT source_id, stage, reason, coalesce(address, release_id) AS what, detail, tries, last_seen, resolved_at "
        f"FROM problems {'' if all_ else 'WHERE resolved_at IS NULL'} ORDER BY last_seen DESC, source_id, what",
        settings(),
    )
    if format is Format.table:
        print_table(columns, rows)
        out.print(f"{len(rows)} problem{'' if len(rows) == 1 else 's'}")
    else:
        print_json((dict(zip(columns, row, strict=True)) for row in rows), format)


@app.command(epilog="Example:\n\n`readout publish`")
def publish() -> None:
    """Build and check the summary models, then publish the working file as the one that people open."""
    from pipeline import runs

    with err.status("building the summary models"):
        line = runs.summarise_warehouse(settings())
    out.print(line, markup=False)
    out.print(f"published: {runs.publish_warehouse(settings())}", markup=False)


@app.command(epilog="Examples:\n\n`readout score my-annotations`\n\n`readout score my-annotations --detail`")
def score(
    folder: Annotated[Path, typer.Argument(help="Folder of texts (`ID.txt`) and their annotations (`ID.json`).")],
    detail: Annotated[bool, typer.Option("--detail", help="What differs, release by release.")] = False,
    format: FormatOption = Format.table,
) -> None:
    """Extract every annotated text of a folder and print how well the answers agree with the annotations."""
    from pipeline import steps
    from pipeline.extract.annotation import to_annotation
    from pipeline.scoring import score_releases

    annotations = sorted(folder.glob("*.json"))
    if not annotations:
        raise typer.BadParameter(f"no annotations (*.json) in {folder}", param_hint="FOLDER")
    gold, predicted = {}, {}
    for path in named_files(annotations):
        gold[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        release = parsed_file(path.with_suffix(".txt"))
        if release is not None:
            predicted[path.stem] = to_annotation(release, steps.extract(release), id=path.stem)
    counts, notes = score_releases(gold, predicted)
    if detail:
        for release_id, lines in notes.items():
            out.print(release_id, *(f"    {line}" for line in lines), sep="\n", markup=False)
    rows: list[tuple[object, ...]] = []
    for measure in ("event", "attendee", "topic"):
        rows.append((f"{measure} F1", *(f"{value:.3f}" for value in counts.f1(measure)), counts.asked[measure]))
    for measure in ("absent", "title", "country", "side", "date"):
        share = counts.share(measure)
        shown = "" if share is None else f"{share:.3f}"
        name = "absent seated" if measure == "absent" else measure
        rows.append((name, "", "", shown, counts.asked[measure]))
    columns = ["measure", "precision", "recall", "value", "n"]
    if format is Format.table:
        print_table(columns, rows)
    else:
        print_json((dict(zip(columns, row, strict=True)) for row in rows), format)
    finish_files()


_failures: list[str] = []


def named_files(files: list[Path]) -> Iterator[Path]:
    """Yield the files to read, those named on standard input where `-` stands alone; with a bar for many on a terminal."""
    names = [Path(line.strip()) for line in sys.stdin if line.strip()] if files == [Path("-")] else files
    if len(names) < 20 or not err.is_terminal:
        yield from names
        return
    with progress_bar() as on_progress:
        for number, path in enumerate(names):
            on_progress("reading", number, len(names))
            yield path
        on_progress("reading", len(names), len(names))


def parsed_file(path: Path) -> Release | None:
    """Return the release in a file; one that cannot be read is told in one line and counted for the exit code."""
    from pipeline import steps

    try:
        return steps.parse_file(path)
    except StepProblem as error:
        _failures.append(str(path))
        err.print(f"{path}: {' '.join(error.problem.detail.split())} ({error.problem.reason})", markup=False)
        return None


def finish_files() -> None:
    """Exit 1 if any file could not be read."""
    if _failures:
        sys.exit(1)


def stem(path: Path) -> str:
    """Return the file's name without `.gz` and its ending."""
    return Path(path.name.removesuffix(".gz")).stem


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


if __name__ == "__main__":
    main()
