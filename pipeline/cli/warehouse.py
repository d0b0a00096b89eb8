"""Commands that read the published file: query, problems, changes."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.app import FormatOption, app, settings
from pipeline.cli.printing import Format, out, print_json, print_table


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


@app.command(
    epilog="Examples:\n\n`readout changes --since 120`\n\n`readout changes --since 120 --format jsonl --limit 1000`"
)
def changes(
    since: Annotated[int, typer.Option(min=0, metavar="SEQ", help="The last seq that you have read; 0 for all.")] = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many rows.")] = None,
    format: FormatOption = Format.table,
) -> None:
    """Print what came, went or changed since a place in the stream, in order, every change exactly once.

    Remember the last seq that you read and give it the next time. A seq that the stream has not come to is refused: the warehouse
    was then begun anew, and its stream with it.
    """
    from pipeline import steps

    columns, rows = steps.read_changes(settings(), since, limit)
    if format is Format.table:
        print_table(columns, rows)
        last = rows[-1][0] if rows else since
        out.print(f"{len(rows)} change{'' if len(rows) == 1 else 's'}; go on with --since {last}")
    else:
        print_json((dict(zip(columns, row, strict=True)) for row in rows), format)
