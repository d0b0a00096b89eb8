"""Fit the points of `pipeline/languages/en/standing.yml` on annotated releases, and say how far they can be trusted.

usage: python -m benchmarks.fit_standing FOLDER [FOLDER ...] [--write] [--folds 10] [--shrink 4]

Each FOLDER holds texts (`ID.txt`) and their annotations (`ID.json`): best of issuers that nobody had in view when the rules were
written, as rules leave other people without a seat there than in texts they were made for. The table printed is a
cross-validation; `--write` then fits on all of the releases and writes the file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.logistic import Row, factor_lines, fit, fold_of_release, read_annotated, read_arguments
from pipeline.cli.printing import shown_table
from pipeline.extract.factors import Factors
from pipeline.extract.standing import LIKELY
from pipeline.extract.wording import name_of
from pipeline.languages import FOLDER
from pipeline.scoring import pair_events, pair_people, primary_events

FILE = FOLDER / "en" / "standing.yml"
TRIED = (0.4, 0.5, LIKELY, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Asked:
    """A person whom no rule seats: the row, and whether the annotation says that they are only mentioned."""

    row: Row
    absent: bool


def main() -> None:
    """Fit, print the cross-validation, and write where asked."""
    given = read_arguments("Fit the points that seat people whom no rule seats.", FILE, shrink=4.0)
    asked = [one for folder in given.folders for one in read_asked(folder)]
    if not asked:
        sys.exit("no annotated releases (ID.txt with ID.json) in these folders")
    rows = [one.row for one in asked]
    releases, right = len({row.release for row in rows}), sum(row.right for row in rows)
    print(f"{len(rows)} people without a seat in {releases} releases, {right} of them took part; {given.folds} folds\n")
    print(shown_table(("chance from", "seated", "right", "only mentioned"), cross_validate(asked, given)), end="")
    if given.write:
        FILE.write_text(as_yaml(fit(rows, given.shrink), len(rows), right, releases), encoding="utf-8")
        print(f"\nwrote {FILE}")


def read_asked(folder: Path) -> Iterator[Asked]:
    """Yield the people whom no rule seats in a folder's releases, each judged by its annotation."""
    for told in read_annotated(folder):
        found = primary_events(told.predicted)
        theirs = {id(mine): event for mine, event in pair_events(found, primary_events(told.annotation))}
        absent = [{"name": name} for name in told.annotation.get("mentioned_not_attending", [])]
        for candidate in told.stages.candidates:
            if candidate.draft not in told.primary or candidate.mention.entity is None:
                continue
            person = [{"name": name_of(told.stages.document, candidate.mention.entity)}]
            event = theirs.get(id(found[told.primary.index(candidate.draft)]))
            right = event is not None and bool(pair_people(person, event["attendees"]))
            yield Asked(Row("attendee", told.name, candidate.features, right), bool(pair_people(person, absent)))


def cross_validate(asked: Sequence[Asked], given: argparse.Namespace) -> list[tuple[str, int, str, int]]:
    """Return, for each chance tried: how many would be seated, the share that is right, how many were only mentioned."""
    fold_of = fold_of_release([one.row for one in asked], given.folds)
    chances: list[tuple[float, Asked]] = []
    for fold in range(given.folds):
        factors = fit([one.row for one in asked if fold_of[one.row.release] != fold], given.shrink)
        chances += [(factors.chance(one.row.features), one) for one in asked if fold_of[one.row.release] == fold]
    table = []
    for least in TRIED:
        seated = [one for chance, one in chances if chance >= least]
        share = sum(one.row.right for one in seated) / len(seated) if seated else 0.0
        table.append((f"{least:.2f}", len(seated), f"{share:.3f}", sum(one.absent for one in seated)))
    return table


def as_yaml(factors: Factors, people: int, right: int, releases: int) -> str:
    """Return the text of the file."""
    lines = [
        "# What each way of standing in the text is worth for the chance that somebody whom no rule seats took part. Written by",
        "# `python -m benchmarks.fit_standing --write`; see CODEBOOK.md.",
        f"# {people} people without a seat in {releases} releases; {right} of them took part.",
        *factor_lines(factors),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
