"""Commands on saved files, no database: extract, parse, score."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import FilesArgument, FormatOption, app
from pipeline.cli.files import finish_files, named_files, parsed_file, stem
from pipeline.cli.printing import Format, out, print_extraction, print_json, print_release, print_table
from pipeline.records import Extraction, Release


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
