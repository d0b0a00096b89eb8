"""Readers against constant publishing: none fails, none sees a torn state."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.soak import processes
from tests.soak.worker import Plan, publish_on, read, work


@dataclass(frozen=True)
class ReaderResult:
    """What the readers of one campaign did, and what the publisher did meanwhile. `states` is the fewest that one saw."""

    readers: int
    seconds: float
    publications: int
    opened: int
    states: int
    errors: int
    torn: int


def read_meanwhile(folder: Path, readers: int, seconds: float) -> ReaderResult:
    """Let readers open the published file again and again for so long, while one process publishes without pause."""
    home = folder / "home"
    processes.start(work, home, 0, 1, Plan(), folder / "first").join()
    told = [folder / f"reader-{number}" for number in range(readers)]
    done = folder / "publisher"
    running = [processes.start(publish_on, home, seconds, done)]
    running += [processes.start(read, home, seconds, number, path, done) for number, path in enumerate(told)]
    for process in running:
        process.join(seconds + processes.PATIENCE_S)
    answers = [[int(part) for part in path.read_text().split()] if path.exists() else [0, 0, 1, 0] for path in told]
    opened, states, errors, torn = zip(*answers, strict=True)
    publications = int(done.read_text()) if done.exists() else 0
    return ReaderResult(readers, seconds, publications, sum(opened), min(states), sum(errors), sum(torn))
