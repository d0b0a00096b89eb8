"""The command `readout` itself: its exit codes, its error lines, and the arguments that commands share."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pipeline.cli.printing import Format, err, out
from pipeline.errors import ReadoutError
from pipeline.records import Interval
from pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from pipeline.sources import Source

app = typer.Typer(
    name="readout",
    help="Official press releases as data: events, attendees and topics, each cell citing its words.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

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


def source_of(source_id: str) -> Source:
    """Return the source of that id; an unknown one is a wrong argument."""
    from pipeline.sources import load_source

    if not (settings().sources / f"{source_id}.yml").exists():
        raise typer.BadParameter(f"no source {source_id!r}; `readout sources` lists them", param_hint="SOURCE")
    return load_source(source_id, settings().sources)


def interval_of(first: str | None, last: str | None) -> Interval:
    """Return the interval between two days, the second of which lies outside; an empty one is a wrong argument."""
    interval = Interval(day(first, "--from"), day(last, "--to"))
    if interval.start and interval.end and interval.start >= interval.end:
        raise typer.BadParameter(f"{last} is not after {first}", param_hint="--to")
    return interval


def day(text: str | None, option: str) -> datetime | None:
    """Return the first moment in UTC of a day written YYYY-MM-DD; anything else ends in one line and exit 2."""
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day (write 2026-03-01)", param_hint=option) from None
