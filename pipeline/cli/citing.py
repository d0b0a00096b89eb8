"""The command cite."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import FormatOption, app, settings
from pipeline.cli.printing import Format, cell, err, out, print_json

if TYPE_CHECKING:
    from pipeline.citing import Citation


@app.command(
    epilog="Examples:\n\n`readout cite 315e0a43132ed80635cb1a74`\n\n`readout cite 315e0a43132ed80635cb1a74/energy`\n\n"
    "`readout cite 315e0a43132ed80635cb1a74 --field start_date --format jsonl`",
)
def cite(
    id: Annotated[str, typer.Argument(help="event_id, mention_id, event_id/topic or release_id.")],
    field: Annotated[str | None, typer.Option(help="One column only, such as position or start_date.")] = None,
    check: Annotated[bool, typer.Option(help="Cut the words from the archived page again.")] = True,
    format: FormatOption = Format.table,
) -> None:
    """Show the words that cells were read from: address, archive record, hash of the page, character range, rule.

    Exit 1 if the archived page has other words there than the published file.
    """
    from pipeline import citing

    found = citing.cite(settings(), id, field, check=check)
    if format is Format.table:
        for _, cited in groupby(found, lambda citation: citation.cells["release_id"]):
            rows = list(cited)
            _print_release(rows[0].cells)
            for citation in rows:
                _print_cell(citation)
    else:
        print_json(({**citation.cells, "check": citation.check} for citation in found), format)
    wrong = [citation for citation in found if citation.check not in (None, "ok")]
    if wrong:
        err.print(f"{len(wrong)} of {len(found)} citations could not be found again in the archive", markup=False)
        sys.exit(1)
    if check and format is Format.table:
        out.print(f"{len(found)} citation{'s' * (len(found) > 1)}, each found again in the archived page")


def _print_release(cells: dict[str, object]) -> None:
    out.print(cell(cells["title"]), style="bold", markup=False)
    for name, value in (
        ("address", cells["url"]),
        ("published", f"{cells['published_at'] or 'unknown'} UTC"),
        ("archive", f"{cells['archive_ref']}, fetched {cells['fetched_at']} UTC"),
        ("sha-256", cells["page_sha256"]),
    ):
        out.print(f"  {name:<9} {cell(value)}", markup=False)


def _print_cell(citation: Citation) -> None:
    cells, check = citation.cells, citation.check
    out.print(f"\n  {cells['kind']} {cells['id']}", style="dim", markup=False)
    out.print(f"  {cells['field']} = {cell(cells['value'])}", markup=False)
    place = f"[{cells['begin_at']}, {cells['end_at']})"
    by = f"corrected by {cells['author']}: {cells['reason']}" if cells["author"] else cells["rule"] or "the sentence"
    out.print(f"    “{cell(cells['words'])}” {place} {cell(by)}", markup=False)
    if check not in (None, "ok"):
        out.print(f"    {cell(check)}", style="red", markup=False)
