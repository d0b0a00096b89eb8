"""Points for features by logistic regression: what the fits of this folder share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from pipeline.extract.factors import Factors

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
