"""Commands about sources: sources."""

from __future__ import annotations

import sys

from pipeline.cli.app import FormatOption, app, settings
from pipeline.cli.printing import Format, err, print_json, print_table


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
