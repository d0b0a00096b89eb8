"""Speed of the extractor: releases of 3 KB a second on one core, and how time grows with the length of a text.

usage: python -m benchmarks.bench_extract [FOLDER] [--pattern '*.txt'] [--longest 1000000]

FOLDER holds releases as text files, tests/gold where none is given. Start-up (reading the language, building its automata) is
left out. A release of 3 KB is 3,000 characters of whatever the folder holds: the whole folder is read ROUNDS times, and the best
and the middle round are told. Then texts of 1 KB, doubled up to --longest, are read: for each doubling the ratio of the times,
for ordinary text (the folder's own, one release after another) and for hostile text.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

from pipeline.errors import StepProblem
from pipeline.extract import extract_release
from pipeline.records import Release
from pipeline.steps import parse_file

OWN = Path(__file__).resolve().parent.parent / "tests" / "gold"
ROUNDS = 5
SMALL = 1_000
"""Length from which texts are doubled; below TELLING seconds a ratio says nothing and is left out of the worst one."""
TELLING = 0.02
HOSTILE: dict[str, Callable[[int], str]] = {
    "commas": lambda size: "," * size,
    "nested brackets": lambda size: "(" * (size // 2) + ")" * (size // 2),
    "capitals": lambda size: "PRESIDENT ROE MET MINISTER VASTAR OF BORVANIA. " * (size // 48),
    "one endless sentence": lambda size: "President Ada Korvin met Minister Milo Vastar and talked of trade and " * (size // 70),
    "no spaces": lambda size: "A" * size,
    "one list of names": lambda size: "Minister Milo Vastar, Ada Korvin of Borvania, " * (size // 47),
    "lines": lambda size: "* Ada Korvin, Minister\n" * (size // 23),
    "full stops": lambda size: "a." * (size // 2),
}  # fmt: skip


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description="Releases a second, and time against length.")
    arguments.add_argument("folder", type=Path, nargs="?", default=OWN)
    arguments.add_argument("--pattern", default="*.txt")
    arguments.add_argument("--longest", type=int, default=1_000_000)
    given = arguments.parse_args()
    releases = read_folder(given.folder, given.pattern)
    if not releases:
        sys.exit(f"{given.folder}: no {given.pattern} that holds a release")
    extract_release(releases[0])
    gc.collect()
    gc.freeze()  # what start-up built is not searched for garbage again and again
    print_speed(releases)
    ordinary = "\n\n".join(release.body for release in releases)
    texts = {"ordinary": lambda size: (ordinary * (size // len(ordinary) + 1))[:size], **HOSTILE}
    print(f"\n{'text':22}{'1 KB':>9}{'longest':>10}{'worst doubling':>17}")
    for name, make in texts.items():
        print_growth(name, make, given.longest)


def read_folder(folder: Path, pattern: str) -> list[Release]:
    """Return the releases in the folder's files that hold one."""
    found = []
    for path in sorted(folder.glob(pattern)):
        try:
            found.append(parse_file(path))
        except StepProblem as error:
            print(f"{path}: {error}", file=sys.stderr)
    return found


def print_speed(releases: list[Release]) -> None:
    """Print releases of 3 KB a second: the best round and the middle one."""
    characters = sum(len(release.text) for release in releases)
    rounds = [seconds(lambda: [extract_release(release) for release in releases]) for _ in range(ROUNDS)]
    print(f"{len(releases)} releases, {characters / len(releases):,.0f} characters each on average")
    for name, took in (("best", min(rounds)), ("middle", statistics.median(rounds))):
        print(f"{name:7} {characters / 3000 / took:6.0f} releases of 3 KB a second")


def print_growth(name: str, make: Callable[[int], str], longest: int) -> None:
    """Print the time of 1 KB and of the longest text, and the worst ratio that a doubling cost."""
    times: list[tuple[int, float]] = []
    size = SMALL
    while size <= longest:
        release = Release("bench", "https://example.org/1", "News", make(size), published_date=date(2026, 5, 15))
        times.append((size, min(seconds(lambda release=release: extract_release(release)) for _ in range(2))))
        size *= 2
    ratios = [(after / before, long) for (_, before), (long, after) in pairwise(times) if before >= TELLING]
    worst = max(ratios, default=(0.0, 0))
    told = f"{worst[0]:.2f} to {worst[1] // 1000} KB" if ratios else "too quick to tell"
    print(f"{name:22}{times[0][1] * 1000:>7.1f}ms{times[-1][1]:>9.2f}s{told:>20}", flush=True)


def seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds of a call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
