"""The table of what the parser was measured by (`benchmarks/results/parse.md`), written by the commands that measure.

Each command keeps its figures in `.readout/parse.json` and writes the whole table anew.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".readout" / "parse.json"
TABLE = ROOT / "benchmarks" / "results" / "parse.md"


def load_results() -> dict[str, Any]:
    """Return the figures of earlier runs by command: `bench` and `mutations`."""
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def keep_results(command: str, figures: dict[str, Any]) -> None:
    """Keep a command's figures in place of its earlier ones and write the table."""
    kept = load_results() | {command: figures | {"on": str(date.today())}}
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8")
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("\n".join(write_table(kept)), encoding="utf-8")


def write_table(kept: dict[str, Any]) -> list[str]:
    """Return the lines of the table."""
    lines = ["# What the parser was measured by", ""]
    if bench := kept.get("bench"):
        lines += [
            f"## `make bench-parse`: {bench['pages']} pages with a known body",
            "",
            "Precision, recall and F1 of runs of four words; a page's time is the processor's, its best of three; the ratio",
            "is that of medians.",
            "",
            "| parser | precision | recall | body F1 | median time a page, ms | ratio |",
            "|---|---:|---:|---:|---:|---:|",
            *(
                f"| {name} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} "
                f"| {row['ms']:.1f} | {row['ratio']} |"
                for name, row in bench["parsers"].items()
            ),
            "",
            f"Of {bench['samples']} pages of {bench['families']} families of our own, right are: "
            + ", ".join(f"{part} {share:.4f}" for part, share in bench["right"].items())
            + f". {bench['on']}.",
            "",
        ]
    if mutations := kept.get("mutations"):
        outcomes = sorted(mutations["outcomes"].items(), key=lambda item: -item[1])
        lines += [
            "## `make soak-parse`: mutated pages and feeds",
            "",
            "| tried | crashes, hangs and broken promises | over two seconds | slowest, s | slowest case |",
            "|---:|---:|---:|---:|---|",
            f"| {mutations['tried']:,} | {mutations['broken']} | {mutations['slow']} | {mutations['slowest']:.2f} "
            f"| {mutations['slowest_case']} |",
            "",
            "What came of them: "
            + ", ".join(f"{name} {times:,}" for name, times in outcomes)
            + f". {mutations['on']}.",
            "",
        ]
    return lines
