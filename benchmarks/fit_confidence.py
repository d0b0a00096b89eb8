"""Fit the points of `pipeline/vocabulary/confidence.yml` on annotated releases, and say how far they can be trusted.

usage: python -m benchmarks.fit_confidence FOLDER [FOLDER ...] [--write] [--folds 10] [--shrink 12]

Each FOLDER holds texts (`ID.txt`) and their annotations (`ID.json`). The table printed is a cross-validation: the releases are
dealt into folds, and the rows of each fold have the confidence of points that were fitted on all other folds. `--write` then fits
on all of them and writes the file.

The fit is a logistic regression over the features of `pipeline.extract.confidence`, each value's points drawn to nought, so that
a value seen seldom says little; with two rows of doubt added for each sort, one right and one wrong. Fit them on releases
that nobody wrote rules for: others are read better than the next ones will be.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.logistic import Row, factor_lines, fit, fold_of_release, read_annotated, read_arguments
from pipeline.calibration import Judged, calibrate, judge_release
from pipeline.cli.printing import shown_table
from pipeline.cli.scoring import calibration_table
from pipeline.extract.confidence import FILE, event_features, seat_features
from pipeline.extract.factors import Factors
from pipeline.extract.standing import StandingReader

FIXED = {"group": 0.7, "referenced": 0.6}
"""Groups and referenced events: no annotation is scored for them, so these two are set by hand."""


def main() -> None:
    """Fit, print the cross-validation, and write where asked."""
    given = read_arguments("Fit the points of confidences on annotated releases.", FILE, shrink=12.0)
    rows = [row for folder in given.folders for row in read_rows(folder)]
    if not rows:
        sys.exit("no annotated releases (ID.txt with ID.json) in these folders")
    judged = cross_validate(rows, given.folds, given.shrink)
    columns, table = calibration_table(calibrate(judged))
    releases = len({row.release for row in rows})
    print(f"cross-validated on {releases} releases, {given.folds} folds\n")
    print(shown_table(columns, table), end="")
    if given.write:
        fitted = {sort: fit([row for row in rows if row.row == sort], given.shrink) for sort in ("attendee", "event")}
        FILE.write_text(as_yaml(fitted, rows, releases), encoding="utf-8")
        print(f"\nwrote {FILE}")


def read_rows(folder: Path) -> list[Row]:
    """Return the rows that the extractor reads from a folder's releases, each judged by its annotation."""
    rows: list[Row] = []
    for told in read_annotated(folder):
        reader = StandingReader(told.stages.story, told.primary)
        features: list[Mapping[str, str]] = []
        for draft in told.primary:
            features.append(event_features(told.stages.document, draft))
            features.extend(seat_features(reader, draft, seat, told.primary) for seat in draft.seats.values())
        judged = judge_release(told.annotation, told.predicted)
        rows.extend(Row(item.row, told.name, known, item.right) for item, known in zip(judged, features, strict=True))
    return rows


def cross_validate(rows: Sequence[Row], folds: int, shrink: float) -> list[Judged]:
    """Return every row with the confidence of points that were fitted on the releases of the other folds."""
    fold_of = fold_of_release(rows, folds)
    judged: list[Judged] = []
    for fold in range(folds):
        for sort in ("attendee", "event"):
            ours = [row for row in rows if row.row == sort]
            factors = fit([row for row in ours if fold_of[row.release] != fold], shrink)
            tried = [row for row in ours if fold_of[row.release] == fold]
            judged.extend(Judged(sort, factors.chance(row.features), row.right) for row in tried)
    return judged


def as_yaml(fitted: Mapping[str, Factors], rows: Sequence[Row], releases: int) -> str:
    """Return the text of the file: points of each value of each feature, and what they were fitted on."""
    counts = {sort: [row.right for row in rows if row.row == sort] for sort in fitted}
    lines = [
        "# What each way of being read is worth for the chance that a row is right: the chance is the logistic function of `start`",
        "# and the points of the row's features. Written by `python -m benchmarks.fit_confidence --write`; see CODEBOOK.md.",
        "fixed:",
        *(f"  {name}: {value}" for name, value in FIXED.items()),
    ]
    for sort, factors in fitted.items():
        lines += [
            "",
            f"# {len(counts[sort])} rows of {releases} releases, {sum(counts[sort])} of them right.",
            f"{sort}:",
            *(f"  {line}" for line in factor_lines(factors)),
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
