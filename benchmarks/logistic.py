"""Points for features by logistic regression: what the fits of this folder share."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any

from pipeline.extract.annotation import to_annotation
from pipeline.extract.drafts import Draft
from pipeline.extract.factors import Factors
from pipeline.extract.lexicon import lexicon_of
from pipeline.extract.stages import Stages, run_stages
from pipeline.languages import load_language
from pipeline.steps import parse_file

SWEEPS = 60
LEAST_SEEN = 3
"""A value seen in fewer rows gets no points of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is right or not: its sort, its release, its features."""

    row: str
    release: str
    features: Mapping[str, str]
    right: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A release as it is read, its primary drafts, and its annotation; `name` is its path without an ending."""

    name: str
    annotation: dict[str, Any]
    predicted: dict[str, Any]
    stages: Stages
    primary: list[Draft]


def read_arguments(description: str, file: Path, shrink: float) -> argparse.Namespace:
    """Return the folders and settings that a fit is called with."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("folders", type=Path, nargs="+")
    arguments.add_argument("--write", action="store_true", help=f"write {file.name}")
    arguments.add_argument("--folds", type=int, default=10)
    arguments.add_argument("--shrink", type=float, default=shrink, help="how strongly points are drawn to nought")
    return arguments.parse_args()


def read_annotated(folder: Path) -> Iterator[Told]:
    """Yield the releases of a folder (`ID.txt`) that have an annotation (`ID.json`), as the extractor reads them."""
    for path in sorted(folder.glob("*.json")):
        annotation = json.loads(path.read_text(encoding="utf-8"))
        if "events" not in annotation:
            continue
        release = parse_file(path.with_suffix(".txt"))
        stages = run_stages(release, lexicon_of(load_language(release.language or "en")))
        if stages is not None:
            primary = [draft for draft in stages.drafts if draft.mention == "primary"]
            predicted = to_annotation(release, stages.extraction, id=path.stem)
            yield Told(f"{folder.resolve()}/{path.stem}", annotation, predicted, stages, primary)


def fold_of_release(rows: Sequence[Row], folds: int) -> dict[str, int]:
    """Deal the releases into folds, in the order of their rows."""
    return {release: at % folds for at, release in enumerate(dict.fromkeys(row.release for row in rows))}


def fit(rows: Sequence[Row], shrink: float) -> Factors:
    """Return the points of a logistic regression with ridge, fitted one value after the other by Newton's steps.

    `shrink` draws points to nought.
    """
    seen = Counter(item for row in rows for item in row.features.items())
    columns: dict[tuple[str, str], list[int]] = {item: [] for item, count in seen.items() if count >= LEAST_SEEN}
    for number, row in enumerate(rows):
        for item in row.features.items():
            if item in columns:
                columns[item].append(number)
    right = [float(row.right) for row in rows]
    total = [0.0] * len(rows)
    start = 0.0
    points = dict.fromkeys(columns, 0.0)

    def step(numbers: Sequence[int], pull: float, prior: float) -> float:
        gradient, curve = pull, prior
        for number in numbers:
            chance = 1 / (1 + exp(-total[number]))
            gradient += right[number] - chance
            curve += chance * (1 - chance)
        return gradient / curve

    everything = range(len(rows))
    for _ in range(SWEEPS):
        doubt = 1 / (1 + exp(-start))
        change = step(everything, 1 - 2 * doubt, 2 * doubt * (1 - doubt))
        start += change
        total = [value + change for value in total]
        for item, numbers in columns.items():
            change = step(numbers, -shrink * points[item], shrink)
            points[item] += change
            for number in numbers:
                total[number] += change
    grouped: dict[str, dict[str, float]] = {}
    for (name, value), worth in sorted(points.items()):
        if abs(worth) >= 0.05:
            grouped.setdefault(name, {})[value] = round(worth, 2)
    return Factors(round(start, 2), grouped)


def factor_lines(factors: Factors) -> Iterator[str]:
    """Yield the lines of a YAML section that holds the factors."""
    yield f"start: {factors.start}"
    yield "points:" if factors.points else "points: {}"
    for name, values in factors.points.items():
        listed = ", ".join(f"{_quoted(value)}: {worth}" for value, worth in values.items())
        yield f"  {name}: {{{listed}}}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
