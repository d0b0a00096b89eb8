"""Commands on saved files, no database: extract, parse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.cli.app import FilesArgument, FormatOption, app
from pipeline.cli.files import finish_files, named_files, parsed_file, stem
from pipeline.cli.printing import Format, print_extraction, print_json, print_release
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
