"""Body F1 and time a page of the parser, beside trafilatura's where that is installed; title, date and byline on families.

usage: python -m benchmarks.bench_parse [FOLDER] [--detail]

FOLDER holds pages (`ID.html` or `ID.html.gz`) and `truth.json`, which maps an id to {"url": ..., "body": ...}; without it
the pages are those of the project's own families (`tests/families`), whose titles, dates and bylines are judged in any
case. `make bench-parse PAGES=FOLDER` installs trafilatura in an environment of its own, runs this in it, and so writes
benchmarks/results/parse.md.

The measure is that of public benchmarks of article extraction: precision and recall of the multiset of four-word shingles,
the mean of each over the pages, and the F1 of those means. The parsers read each page in turn, so that a busy machine
slows both alike; a page's time is the processor's, its best of three, since a short one suffers less where others wait.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from rich.progress import track

from benchmarks.parse_results import keep_results
from pipeline.errors import StepProblem
from pipeline.parse import parse_page
from pipeline.parse.files import read_file
from pipeline.records import Page
from tests.page_families import Verdict, judge, read_samples

ROUNDS = 3
SHINGLE = 4
PARTS = ("title", "date", "byline")
Item = TypeVar("Item")
Parser = Callable[[Page], str]


@dataclass
class Result:
    """What one parser did, page by page."""

    precision: dict[str, float] = field(default_factory=dict)
    recall: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def f1(self) -> tuple[float, float, float]:
        """Return mean precision, over pages with any text, mean recall, and the F1 of both."""
        precision = statistics.fmean(self.precision.values()) if self.precision else 0.0
        recall = statistics.fmean(self.recall.values())
        return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(
        description="Body F1 and time a page, beside trafilatura where it is installed."
    )
    arguments.add_argument("folder", type=Path, nargs="?", help="pages with a truth.json; the project's own without it")
    arguments.add_argument("--detail", action="store_true", help="the ten pages that went worst")
    given = arguments.parse_args()
    verdicts = [judge(sample) for sample in progress(list(read_samples()), "families")]
    if given.folder is None:
        pages, bodies = own_pages(verdicts)
    else:
        pages, bodies = load_pages(given.folder)
    parsers = {"readout": parse_with_readout, **peers()}
    results = {name: Result() for name in parsers}
    for name in progress(list(pages), "pages"):
        for parser, parse in parsers.items():
            measure(results[parser], name, pages[name], parse, bodies[name])
    figures = table_of(results)
    print_table(figures, len(pages))
    print_families(verdicts, detail=given.detail)
    right = {part: statistics.fmean(v.right[part] for v in verdicts) for part in PARTS}
    families = len({v.sample.family for v in verdicts})
    shown = {"pages": len(pages), "parsers": figures, "samples": len(verdicts), "families": families, "right": right}
    if given.folder is not None and len(figures) > 1:
        keep_results("bench", shown)
    if given.detail:
        print_worst(results["readout"])


def progress(items: list[Item], told: str) -> Iterable[Item]:
    """Return the items, with a bar on a terminal."""
    return track(items, told, disable=not sys.stderr.isatty(), transient=True)


def load_pages(folder: Path) -> tuple[dict[str, Page], dict[str, str]]:
    """Return the pages that the folder's truth names, at their addresses, in the order of their ids, and their bodies."""
    try:
        truth: dict[str, dict[str, str]] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sys.exit(f"{folder / 'truth.json'}: {error}")
    pages = {}
    for name in sorted(truth):
        path = next((p for p in (folder / f"{name}.html.gz", folder / f"{name}.html") if p.exists()), None)
        if path is None:
            sys.exit(f"{folder}: no page {name}.html or {name}.html.gz")
        page = read_file(path)
        pages[name] = replace(page, address=replace(page.address, url=truth[name].get("url") or page.address.url))
    return pages, {name: truth[name]["body"] for name in pages}


def own_pages(verdicts: list[Verdict]) -> tuple[dict[str, Page], dict[str, str]]:
    """Return the families' pages and bodies in languages that part words by spaces, as the measure asks."""
    samples = [v.sample for v in verdicts if v.sample.hints.language not in ("zh", "ja", "th")]
    names = [f"{sample.family}/{sample.number}" for sample in samples]
    return (
        {name: sample.page for name, sample in zip(names, samples, strict=True)},
        {name: "\n".join(sample.body) for name, sample in zip(names, samples, strict=True)},
    )


def parse_with_readout(page: Page) -> str:
    """Return the body as the product reads it, empty where it refuses the page."""
    try:
        return parse_page(page).body
    except StepProblem:
        return ""


def peers() -> dict[str, Parser]:
    """Return the other parsers that are installed: trafilatura as it comes, and told to leave comments out."""
    try:
        extract = importlib.import_module("trafilatura").extract
    except ImportError:
        print("trafilatura is not installed (pip install trafilatura): no comparison", file=sys.stderr)
        return {}
    name = f"trafilatura {importlib.metadata.version('trafilatura')}"
    return {
        name: lambda page: extract(page.body) or "",
        f"{name}, no comments": lambda page: extract(page.body, include_comments=False) or "",
    }


def measure(result: Result, name: str, page: Page, parse: Parser, truth: str) -> None:
    """Note how well and how fast the page was read."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.thread_time()
        body = parse(page)
        best = min(best, time.thread_time() - begin)
    wanted, found = shingles(truth), shingles(body)
    common = sum((wanted & found).values())
    if found:
        result.precision[name] = common / sum(found.values())
    result.recall[name] = common / sum(wanted.values()) if wanted else 1.0
    result.seconds[name] = best


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return how often each run of four words stands in the text."""
    words = re.findall(r"\w+", text)
    if len(words) < SHINGLE:
        return Counter([tuple(words)]) if words else Counter()
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def table_of(results: dict[str, Result]) -> dict[str, dict[str, Any]]:
    """Return each parser's figures; the ratio is that of median times, to trafilatura as it comes."""
    medians = {name: 1000 * statistics.median(result.seconds.values()) for name, result in results.items()}
    reference = next((median for name, median in medians.items() if name.startswith("trafilatura")), None)
    table = {}
    for name, result in results.items():
        precision, recall, f1 = result.f1()
        ratio = f"{medians[name] / reference:.3f}" if reference is not None else ""
        table[name] = {"precision": precision, "recall": recall, "f1": f1, "ms": medians[name], "ratio": ratio}
    return table


def print_table(figures: dict[str, dict[str, Any]], pages: int) -> None:
    """Print one line a parser."""
    print(f"{pages} pages\n{'':30}{'precision':>10}{'recall':>8}{'F1':>8}{'median ms':>11}{'ratio':>8}")
    for name, row in figures.items():
        print(
            f"{name:30}{row['precision']:10.4f}{row['recall']:8.4f}{row['f1']:8.4f}{row['ms']:11.2f}{row['ratio']:>8}"
        )


def print_families(verdicts: list[Verdict], *, detail: bool) -> None:
    """Print how often title, date and byline are right on the project's own page families."""
    families = len({v.sample.family for v in verdicts})
    print(f"\n{len(verdicts)} pages of {families} families of our own")
    for part in PARTS:
        wrong = [f"{v.sample.family}/{v.sample.number}" for v in verdicts if not v.right[part]]
        print(
            f"{part + ' right':30}{1 - len(wrong) / len(verdicts):10.4f}"
            + (f"  wrong: {', '.join(wrong)}" if detail and wrong else "")
        )
    print(f"{'body precision, recall':30}{statistics.fmean(v.precision for v in verdicts):10.4f}", end="")
    print(f"{statistics.fmean(v.recall for v in verdicts):8.4f}")


def print_worst(result: Result) -> None:
    """Print the ten pages with the least precision and recall."""
    worst = sorted(result.recall, key=lambda name: result.recall[name] + result.precision.get(name, 0.0))[:10]
    for name in worst:
        print(f"{name}  precision {result.precision.get(name, 0.0):.3f}  recall {result.recall[name]:.3f}")


if __name__ == "__main__":
    main()
