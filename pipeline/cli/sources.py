"""Commands about sources: sources, sources check, plan."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from pipeline.cli.app import FormatOption, app, interval_of, settings, source_of
from pipeline.cli.printing import Format, err, out, print_json, print_table, progress_bar

sources_app = typer.Typer(no_args_is_help=False, rich_markup_mode="markdown")
app.add_typer(sources_app, name="sources")

SourceArgument = Annotated[str, typer.Argument(help="The source's id; `readout sources` lists them.")]


@sources_app.callback(
    invoke_without_command=True, epilog="Examples:\n\n`readout sources`\n\n`readout sources check kremlin_en`"
)
def sources(context: typer.Context, format: FormatOption = Format.table) -> None:
    """List the sources: issuer, country, language, schedule, whether enabled and when last verified live."""
    if context.invoked_subcommand is not None:
        return
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


@sources_app.command(
    epilog="Examples:\n\n`readout sources check kremlin_en`\n\n`readout sources check my_source --pages 10 --format jsonl`"
)
def check(
    source: SourceArgument,
    pages: Annotated[int, typer.Option(min=0, max=50, help="How many of the newest releases to read.")] = 3,
    format: FormatOption = Format.table,
) -> None:
    """Try a source live: is it allowed, what does it list, what do its newest pages hold. Loads nothing.

    Asks for robots.txt, two pages of each listing and the newest releases, at the source's own pace. Ends with 1 if anything
    failed. Set `verified` in the source's YAML to the day on which nothing did.
    """
    from pipeline.checking import check_source

    described = source_of(source)
    with progress_bar() as on_progress:
        findings = list(check_source(described, settings(), pages, on_progress))
    if format is Format.table:
        part = None
        for finding in findings:
            if finding.part != part:
                out.print(f"\n{finding.part}", style="bold", markup=False)
            part = finding.part
            color = {"ok": "green", "look": "yellow", "failed": "red"}[finding.state]
            out.print(f"  [{color}]{finding.state:<6}[/{color}]  {finding.field:<16}  ", end="")
            out.print(finding.found, markup=False)
    else:
        print_json((asdict(finding) for finding in findings), format)
    failed = sum(finding.state == "failed" for finding in findings)
    looks = sum(finding.state == "look" for finding in findings)
    err.print(f"\n{len(findings)} things looked at: {failed} failed, {looks} worth a look", markup=False)
    if failed:
        sys.exit(1)


@app.command(epilog="Examples:\n\n`readout plan example --from 2026-03-01 --to 2026-04-01`")
def plan(
    source: SourceArgument,
    from_: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day, in UTC.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Day after the last, in UTC.")] = None,
    format: FormatOption = Format.table,
) -> None:
    """Show what a run over [from, to) would ask for and what is there already, without asking anybody."""
    from pipeline.planning import plan_run

    interval, described = interval_of(from_, to), source_of(source)
    planned = plan_run(described, interval, settings())
    if format is not Format.table:
        print_json(iter([asdict(planned)]), format)
        return
    out.print(f"{described.name}: {described.history or 'does not say how far back it lists'}", markup=False)
    out.print("\nA run would look first at", style="bold")
    for asked in planned.places:
        last = f"last asked {asked.last_asked:%Y-%m-%d %H:%M} UTC" if asked.last_asked else "never asked"
        out.print(f"  {asked.kind:<8} {asked.place} ({last})", markup=False)
    for place in planned.unreached:
        out.print(f"  not {place}, which lists other times", markup=False)
    polite = described.politeness
    out.print(
        f"  with {polite.delay_s:g} s between requests and at most {polite.max_pages} listing pages each", markup=False
    )
    known = planned.known
    out.print("\nThere already", style="bold")
    out.print(f"  in the archive: {known.archived} releases; {known.due_again} of them due to be looked at again, "
              f"{known.failed} more failed and would be tried again", markup=False)  # fmt: skip
    told = f"{known.published} releases, {known.withdrawn} of them withdrawn"
    out.print(f"  in the published file: {'nothing yet' if known.published is None else told}", markup=False)
    for line in known.coverage or ("  no run has asked for it",):
        out.print(f"  {line.strip()}", markup=False)
