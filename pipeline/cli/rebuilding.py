"""The command rebuild."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.app import app, settings
from pipeline.cli.printing import err, out, progress_bar


@app.command(epilog="Examples:\n\n`readout rebuild`\n\n`readout rebuild --workers 2`")
def rebuild(
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that read; as many as cores by default.")
    ] = None,
) -> None:
    """Make the warehouse again from the archive alone, with today's rules, asking no issuer, and publish it.

    Sources, releases and their versions, events, attendees, topics and people come from the archive; runs, problems, changes
    and corrections are kept. Stopped in the middle, the next call goes on from there and nothing has changed meanwhile.
    """
    from pipeline import rebuilding, runs

    with progress_bar() as on_progress:
        done = rebuilding.rebuild(settings(), on_progress, workers)
    kept = f", {done.kept} batches of them kept from a rebuild that was stopped" if done.kept else ""
    out.print(f"{done.visits} archived pages read{kept}; {done.releases} releases", markup=False)
    out.print(f"{done.changed} rows differ from before; {done.problems} pages hold no release any more", markup=False)
    with err.status("building the summary models"):
        out.print(runs.summarise_warehouse(settings()), markup=False)
    out.print(f"published: {runs.publish_warehouse(settings())}", markup=False)
