"""The command export."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import app, settings
from pipeline.cli.printing import err, out


class ExportFormat(StrEnum):
    """How rows are written."""

    parquet = "parquet"
    csv = "csv"
    jsonl = "jsonl"
    graphml = "graphml"


@app.command(
    epilog="Examples:\n\n`readout export attendees.parquet`\n\n`readout export pairs.csv --table summary.who_meets_whom`\n\n"
    "`readout export calls.jsonl --query \"FROM events WHERE event_type = 'call'\"`\n\n"
    "`readout export network.graphml`\n\n`readout export everything --format csv`",
)
def export(
    target: Annotated[
        Path, typer.Argument(help="File to write; its ending says how. Without one: a folder, all tables.")
    ],
    table: Annotated[str | None, typer.Option(help="Table or view to export; the file's name by default.")] = None,
    query: Annotated[str | None, typer.Option(help="A SELECT statement to export the rows of.")] = None,
    format: Annotated[ExportFormat | None, typer.Option("--format", "-f", help="How to write.")] = None,
) -> None:
    """Write tables of the published file, or the answer to a query, as Parquet, CSV, JSON Lines or GraphML.

    CSV is safe to open in a spreadsheet: no cell is taken for a formula. GraphML holds the network of people who took part in
    engagements together. A file of that name is replaced.
    """
    from pipeline import steps

    if table and query:
        raise typer.BadParameter("give --table or --query, not both", param_hint="--query")
    ending = target.suffix.removeprefix(".").lower()
    if not format and ending and ending not in ExportFormat.__members__:
        known = ", ".join(f".{name}" for name in ExportFormat)
        raise typer.BadParameter(
            f"{target.name!r} ends in none of {known}; name one with --format", param_hint="TARGET"
        )
    kind = format or ExportFormat(ending or "parquet")
    if kind is ExportFormat.graphml and (table or query):
        raise typer.BadParameter(
            "GraphML holds the network of people and takes no table or query", param_hint="--format"
        )
    with err.status("exporting"):
        for path, count in steps.export(settings(), target, kind.value, table=table, query=query):
            out.print(f"{path}: {count} {'edges' if kind is ExportFormat.graphml else 'rows'}", markup=False)
