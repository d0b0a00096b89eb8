"""What name matching keeps and costs, and how long blocks take. Run: python -m benchmarks.bench_people

The pairs are public spellings of office holders. Rules were set on the part `first`; `second` then showed what
was missing; `fresh` was written after that, so its figures are the nearest to those of names not seen before.
"""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from pipeline.people import Mention, block_key, resolve_people, same_name
from pipeline.people.similarity import SAME

PAIRS = Path(__file__).parents[1] / "tests" / "name_pairs.csv"


def print_ranking(pairs: Sequence[dict[str, str]], label: str) -> None:
    """Print AUC, recall and precision at the threshold, and the share of spellings that meet in one block."""
    same = [pair for pair in pairs if pair["same"] == "1"]
    alike = [same_name(pair["left"], pair["right"]) for pair in same]
    unlike = [same_name(pair["left"], pair["right"]) for pair in pairs if pair["same"] == "0"]
    wins = sum((a > b) + (a == b) / 2 for a in alike for b in unlike)
    taken, wrong = sum(score >= SAME for score in alike), sum(score >= SAME for score in unlike)
    met = sum(block_key(pair["left"]) == block_key(pair["right"]) for pair in same)
    print(
        f"{label:8}{len(alike):6} same{len(unlike):6} different   AUC {wins / len(alike) / len(unlike):.3f}"
        f"   recall {taken / len(alike):.3f}"
        f"   precision {taken / (taken + wrong):.3f}   one block {met / len(same):.3f}"
    )


def make_block(size: int, people: int, offices: int, chance: random.Random) -> list[Mention]:
    """Return mentions of one block: so many people of a few states, each with offices, some by surname alone."""
    given = ["".join(chance.choice("bdfgklmnrst") + chance.choice("aiou") for _ in range(3)) for _ in range(people)]
    portfolios = [
        "".join(chance.choice("bdfgklmnrst") + chance.choice("aeiou") for _ in range(4)) for _ in range(offices)
    ]
    return [
        Mention(
            f"m{at}",
            "Mansur" if chance.random() < 0.2 else f"{given[who].title()} {chance.choice(['al-Mansur', 'Mansour'])}",
            position=None
            if chance.random() < 0.2
            else f"Minister of {portfolios[(who + chance.randrange(3)) % offices]}",
            country="XA" if who % 3 else "XB",
            date=date(2015, 1, 1) + timedelta(days=chance.randrange(3000)),
            release_id=f"r{at // 3}",
            order=at % 3,
            event_id=f"e{at}",
        )
        for at, who in enumerate(chance.randrange(people) for _ in range(size))
    ]


def print_times() -> None:
    """Print the time that blocks of several shapes take."""
    chance = random.Random(7)
    for size, people, offices in (
        (100, 10, 10),
        (1000, 5, 10),
        (1000, 100, 50),
        (1000, 1000, 1000),
        (10000, 20, 30),
        (10000, 1000, 300),
    ):
        block = make_block(size, people, offices, chance)
        begun = time.perf_counter()
        found = len(resolve_people(block))
        took = time.perf_counter() - begun
        print(f"{size:6} mentions of {people:5} people, {offices:4} offices: {took:6.2f} s, {found} found")


if __name__ == "__main__":
    rows = list(csv.DictReader(PAIRS.read_text(encoding="utf-8").splitlines()))
    for part in dict.fromkeys(row["part"] for row in rows):
        print_ranking([row for row in rows if row["part"] == part], part)
    print_ranking(rows, "all")
    print_times()
