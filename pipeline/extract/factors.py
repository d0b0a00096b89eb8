"""Points for features, and the chance that their sum stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Any

LEAST, MOST = 0.02, 0.99
"""Nothing is certain, and nothing is found for nothing."""

Features = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Factors:
    """The points of one sort of row: where it starts, and what each value of each feature adds (none where unknown)."""

    start: float
    points: Mapping[str, Mapping[str, float]]

    def chance(self, features: Features) -> float:
        """Return the logistic function of the features' points, to two decimals."""
        total = self.start + sum(self.points.get(name, {}).get(value, 0.0) for name, value in features.items())
        return round(min(MOST, max(LEAST, 1 / (1 + exp(-total)))), 2)


def factors_from(data: Mapping[str, Any]) -> Factors:
    """Return the factors of a file's section. Raises KeyError, TypeError, ValueError or AttributeError for a wrong one."""
    points = {name: {value: float(worth) for value, worth in values.items()} for name, values in data["points"].items()}
    return Factors(float(data["start"]), points)


def size_of(count: int) -> str:
    """Return a count as a feature's value."""
    return str(count) if count < 3 else "3 to 5" if count < 6 else "6 and more"
