"""The long campaign: python -m tests.soak [--part kills|files|readers] [--kills 1000] [--seconds 300]

Writes benchmarks/results/soak.md and ends with 1 if anything was lost, doubled or torn. A part can be run by itself; `--add`
adds its kills to those of the last run, with another seed, so that a thousand can be run in pieces.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections import Counter
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from rich.progress import Progress

from tests.soak import failing_files, processes
from tests.soak.faults import can_mount, fail_each_write, fill_small_disks
from tests.soak.kills import kill_often
from tests.soak.readers import read_meanwhile

PARTS = ("kills", "files", "readers")
KEPT = processes.ROOT / ".readout" / "soak.json"
TABLE = processes.ROOT / "benchmarks" / "results" / "soak.md"
ENDS = ("lost", "doubled", "unopened")
KINDS = ("at a random moment", "at a named step", "at a write", "of a reader")


def main() -> int:
    """Run the parts asked for, write the table, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, action="append", help="one part alone; may be given again")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=300, help="how long the readers read")
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--disks", type=int, default=24, help="small disks to fill")
    parser.add_argument("--minutes", type=float, default=math.inf, help="when to stop killing")
    parser.add_argument("--add", action="store_true", help="add to the kills of the last run")
    parser.add_argument("--folder", type=Path, default=None, help="where to work")
    arguments = parser.parse_args()
    parts = arguments.part or PARTS
    kept: dict[str, Any] = json.loads(KEPT.read_text()) if KEPT.exists() and arguments.part else {}
    for part in parts:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as name, Progress(transient=True) as progress:
            result = _run(part, Path(name), arguments, progress)
        kept[part] = _add(kept[part], result) if arguments.add and part in kept else result
        kept[part] |= {"duckdb": duckdb.__version__, "on": str(date.today())}
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(kept, indent=1))
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(_table(kept), encoding="utf-8")
    print(_table(kept))
    wrong = [line for part in kept.values() for line in part.get("wrong", [])]
    wrong += ["readers failed or saw torn states"] * any(
        kept.get("readers", {}).get(name) for name in ("errors", "torn")
    )
    print("\n".join(wrong[:50]), file=sys.stderr)
    return int(bool(wrong))


def _run(part: str, folder: Path, arguments: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Run one part; return what came of it as plain values."""
    if part == "readers":
        progress.add_task(f"{arguments.readers} readers for {arguments.seconds:g} s", total=None)
        return vars_of(read_meanwhile(folder, arguments.readers, arguments.seconds))
    task = progress.add_task(part, total=arguments.kills if part == "kills" else None)
    if part == "kills":
        return vars_of(
            kill_often(
                arguments.kills,
                arguments.seed,
                folder,
                seconds=60 * arguments.minutes,
                on_kill=lambda: progress.advance(task),
            )
        )

    def show(tries: int) -> None:
        progress.update(task, total=tries, advance=1)

    results: dict[str, Any] = {"wrong": []}
    if failing_files.is_available():
        (folder / "writes").mkdir()
        results["writes"] = vars_of(fail_each_write(folder / "writes", on_try=show))
    if can_mount():
        (folder / "disks").mkdir()
        progress.reset(task)
        results["disks"] = vars_of(fill_small_disks(folder / "disks", arguments.disks, on_try=show))
    results["wrong"] = [line for found in results.values() if isinstance(found, dict) for line in found["wrong"]]
    return results


def vars_of(result: Any) -> dict[str, Any]:
    """Return the fields of a result, counters as plain dictionaries."""
    values = {field.name: getattr(result, field.name) for field in fields(result)}
    return {name: dict(value) if isinstance(value, Counter) else value for name, value in values.items()}


def _add(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Return the counts of two runs together."""
    whole = dict(now)
    for name, value in before.items():
        if isinstance(value, dict):
            whole[name] = dict(Counter(value) + Counter(now[name]))
        elif isinstance(value, list) or (isinstance(value, int) and name != "named_steps"):
            whole[name] = value + now[name]
    return whole


def _table(kept: dict[str, Any]) -> str:
    lines = ["# What the warehouse lived through", "", "Written by `make soak`.", ""]
    head = ["| what | how often | lost | doubled | published file did not open |", "|---|---:|---:|---:|---:|"]
    if kills := kept.get("kills"):
        counts = {kind: kills["kills"].get(kind, 0) for kind in KINDS}
        ends = f"{kills['lost']} | {kills['doubled']} | {kills['unopened']} |"
        whole = sum(counts.values()) - counts["of a reader"]
        lines += [f"## {whole:,} kills (-9) of loading and publishing", "", *head]
        lines += [f"| killed {kind} | {count:,} | | | |" for kind, count in counts.items()]
        lines += [f"| all, in {kills['warehouses']} warehouses | {sum(counts.values()):,} | {ends}", ""]
        lines += [
            f"Named steps: {len(kills['steps'])} of the {kills['named_steps']} that a load and a publication pass (each function "
            "of the warehouse at its start and end, each statement, commit, copy, flush and rename before and after). After every "
            "kill both files were opened and looked over; at its end each warehouse was compared, by the hashes of its tables, "
            f"with one left in peace. DuckDB {kills['duckdb']}, {kills['on']}.",
            "",
        ]
    if files := kept.get("files"):
        lines += ["## Failing files", ""]
        lines += ["| fault | tries | told in one line | no harm | ended by DuckDB | lost | doubled | did not open |"]
        lines += ["|---|---:|---:|---:|---:|---:|---:|---:|"]
        for found in (files[name] for name in ("writes", "disks") if name in files):
            for fault, tried in found["tried"].items():
                counts = [found[name].get(fault, 0) for name in ("told", "harmless", "aborted")]
                lines.append(f"| {fault} | {tried} | {' | '.join(map(str, counts))} | | | |")
        ends = [sum(files[part][name] for part in ("writes", "disks") if part in files) for name in ENDS]
        lines.append(f"| all | | | | | {' | '.join(map(str, ends))} |")
        lines += [
            "",
            f"Each of the {files.get('writes', {}).get('writes', 0)} writes, flushes, renames and removals of a load "
            "and a publication failed once in each way: an error once, errors from there on, a disk full from there on, a "
            "short write once, a short write and then a full disk; small disks are tmpfs of rising sizes. Afterwards both "
            "files were looked over, and the work done again gave the tables of one left in peace. Where DuckDB cannot "
            f"take back half a record it ends the process, which is as a kill. DuckDB {files['duckdb']}, {files['on']}.",
            "",
        ]
    if read := kept.get("readers"):
        lines += [f"## {read['readers']} readers against constant publishing", ""]
        lines += [
            "| seconds | publications | times opened | states that each reader saw, at least | errors | torn states |"
        ]
        lines += ["|---:|---:|---:|---:|---:|---:|"]
        lines += [
            f"| {read['seconds']:g} | {read['publications']:,} | {read['opened']:,} | {read['states']:,} | "
            f"{read['errors']} | {read['torn']} |",
            "",
            f"DuckDB {read['duckdb']}, {read['on']}.",
            "",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
