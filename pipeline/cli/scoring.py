"""The command score: how well the extractor agrees with annotations, and how far its confidences can be trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.app import FormatOption, app
from pipeline.cli.files import finish_files, named_files, parsed_file, report_file
from pipeline.cli.printing import Format, out, print_json, print_table

Rows = list[tuple[object, ...]]


@app.command(
    epilog="Examples:\n\n`readout score my-annotations`\n\n`readout score my-annotations --detail`\n\n"
    "`readout score my-annotations --calibration`",
)
def score(
    folder: Annotated[Path, typer.Argument(help="Folder of texts (`ID.txt`) and their annotations (`ID.json`).")],
    detail: Annotated[bool, typer.Option("--detail", help="What differs, release by release.")] = False,
    calibration: Annotated[
        bool,
        typer.Option("--calibration", help="How often rows of each confidence are right, instead of the measures."),
    ] = False,
    format: FormatOption = Format.table,
) -> None:
    """Extract every annotated text of a folder and print how well the answers agree with the annotations."""
    from pipeline.calibration import calibrate, judge_releases
    from pipeline.scoring import score_releases

    gold, predicted = _read_folder(folder)
    if calibration:
        columns, rows = calibration_table(calibrate(judge_releases(gold, predicted)))
    else:
        counts, notes = score_releases(gold, predicted)
        if detail:
            for release_id, lines in notes.items():
                out.print(release_id, *(f"    {line}" for line in lines), sep="\n", markup=False)
        columns, rows = _score_table(counts)
    if format is Format.table:
        print_table(columns, rows)
    else:
        print_json((dict(zip(columns, row, strict=True)) for row in rows), format)
    finish_files()


def _read_folder(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return annotations and predictions by the file's stem; JSON files without events are no annotations."""
    from pipeline import steps
    from pipeline.extract.annotation import to_annotation
    from pipeline.scoring import annotation_fault

    gold, predicted = {}, {}
    for path in named_files(sorted(folder.glob("*.json"))):
        try:
            annotation = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            report_file(path, f"no annotation: {error}")
            continue
        if not isinstance(annotation, dict) or "events" not in annotation:
            continue
        fault = annotation_fault(annotation)
        if fault is not None:
            report_file(path, f"no annotation: {fault}")
            continue
        gold[path.stem] = annotation
        release = parsed_file(path.with_suffix(".txt"))
        if release is not None:
            predicted[path.stem] = to_annotation(release, steps.extract(release), id=path.stem)
    if not gold:
        raise typer.BadParameter(f"no annotations (*.json) in {folder}", param_hint="FOLDER")
    return gold, predicted


def _score_table(counts: Any) -> tuple[list[str], Rows]:
    rows: Rows = []
    for measure in ("event", "attendee", "topic"):
        rows.append((f"{measure} F1", *(f"{value:.3f}" for value in counts.f1(measure)), counts.asked[measure]))
    for measure in ("absent", "title", "country", "side", "date"):
        share = counts.share(measure)
        shown = "" if share is None else f"{share:.3f}"
        name = "absent seated" if measure == "absent" else measure
        rows.append((name, "", "", shown, counts.asked[measure]))
    return ["measure", "precision", "recall", "value", "n"], rows


def calibration_table(bands: list[Any]) -> tuple[list[str], Rows]:
    """Return the columns and rows that show bands of `pipeline.calibration`."""
    totals = {row: sum(band.rows for band in bands if band.row == row) for row in ("attendee", "event")}
    rows: Rows = []
    for band in bands:
        high = f"below {band.high:.2f}" if band.high <= 1 else "and more"
        share, right = (
            (f"{band.rows / totals[band.row]:.3f}", f"{band.right / band.rows:.3f}") if band.rows else ("", "")
        )
        mean = f"{band.mean:.3f}" if band.rows else ""
        rows.append((band.row, f"{band.low:.2f} {high}", band.rows, share, band.right, right, mean))
    return ["row", "confidence", "rows", "share of rows", "right", "share right", "mean confidence"], rows
