"""The command corrections."""

from __future__ import annotations

import sys

from pipeline.cli.app import FormatOption, app, settings
from pipeline.cli.printing import Format, cell, err, out, print_json, print_table, progress_bar


@app.command(epilog="Examples:\n\n`readout corrections`\n\n`readout corrections --format jsonl`")
def corrections(format: FormatOption = Format.table) -> None:
    """Check `warehouse/corrections.csv`, lay it over what was read, and list what became of each line.

    Exit 1 if a line is wrong or matches nothing. `readout publish` shows the outcome to those who read the published file.
    """
    from pipeline import steps

    with progress_bar() as on_progress:
        done = steps.apply_corrections(settings(), on_progress)
    columns, rows = steps.list_corrections(settings())
    if format is Format.table:
        print_table(columns, rows)
        out.print(f"{len(rows)} correction{'' if len(rows) == 1 else 's'}, {done.read_again} pages read again")
    else:
        print_json((dict(zip(columns, row, strict=True)) for row in rows), format)
    for line in done.problems:
        err.print(cell(line), markup=False)
    if done.problems:
        sys.exit(1)
