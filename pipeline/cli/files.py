"""Files named on the command line: their names, the release in each, and the exit code when one cannot be read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.cli.printing import err, progress_bar
from pipeline.errors import StepProblem
from pipeline.records import Release

_failures: list[str] = []


def named_files(files: list[Path]) -> Iterator[Path]:
    """Yield the files to read, those named on standard input where `-` stands alone; with a bar for many on a terminal."""
    names = [Path(line.strip()) for line in sys.stdin if line.strip()] if files == [Path("-")] else files
    if len(names) < 20 or not err.is_terminal:
        yield from names
        return
    with progress_bar() as on_progress:
        for number, path in enumerate(names):
            on_progress("reading", number, len(names))
            yield path
        on_progress("reading", len(names), len(names))


def parsed_file(path: Path) -> Release | None:
    """Return the release in a file; one that cannot be read is told in one line and counted for the exit code."""
    from pipeline import steps

    try:
        return steps.parse_file(path)
    except StepProblem as error:
        report_file(path, f"{error.problem.detail} ({error.problem.reason})")
        return None


def report_file(path: Path, detail: str) -> None:
    """Tell in one line what is wrong with a file, and count it for the exit code."""
    _failures.append(str(path))
    err.print(f"{path}: {' '.join(detail.split())}", markup=False)


def finish_files() -> None:
    """Exit 1 if any file could not be read."""
    if _failures:
        sys.exit(1)


def stem(path: Path) -> str:
    """Return the file's name without `.gz` and its ending."""
    return Path(path.name.removesuffix(".gz")).stem
