"""Commands that fill the warehouse: run, publish."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.app import app, interval_of, settings, source_of
from pipeline.cli.printing import err, out, progress_bar


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

    interval = interval_of(from_, to)
    source_of(source)
    with progress_bar() as on_progress:
        result = runs.run_line(source, interval, settings(), on_progress)
    out.print(runs.describe_run(result), markup=False)
    out.print(f"published: {settings().published_file}", markup=False)


@app.command(epilog="Example:\n\n`readout publish`")
def publish() -> None:
    """Build and check the summary models, then publish the working file as the one that people open."""
    from pipeline import runs

    with err.status("building the summary models"):
        line = runs.summarise_warehouse(settings())
    out.print(line, markup=False)
    out.print(f"published: {runs.publish_warehouse(settings())}", markup=False)
