"""`make bench-airflow`: how long from `make up` to the first loaded row, and what memory the idle stack takes.

Memory is the proportional set size (PSS): pages that processes share are counted once.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

from tests.airflow_stack import Stack
from tests.test_make_run import processes_of

IDLE_S = 30


def main() -> None:
    """Measure once and print."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench-") as name, Stack(Path(name)) as stack:
        print(f"make up on an empty home, until the UI answers: {time.monotonic() - began:.0f} s")
        stack.unpause("ingest_example")
        stack.backfill("ingest_example", "2026-03-01", "2026-03-01")
        stack.wait_for(lambda: has_loaded(stack), 300, "a run has loaded")
        print(f"make up until the first loaded rows: {time.monotonic() - began:.0f} s")
        stack.wait_until_quiet(300)
        print(f"make up until they are published: {time.monotonic() - began:.0f} s")
        stack.stop()
        print(f"make up on a home that was used: {stack.start():.0f} s")
        time.sleep(IDLE_S)
        parts: Counter[str] = Counter()
        for pid in processes_of(Path(name)):
            with suppress(psutil.Error):
                process = psutil.Process(pid)
                parts[part_of(process)] += process.memory_full_info().pss
        for part, size in parts.most_common():
            print(f"  {part:<16} {size / 2**20:6.0f} MiB")
        print(f"idle stack: {sum(parts.values()) / 2**20:.0f} MiB (PSS)")


def has_loaded(stack: Stack) -> bool:
    """Say whether any load has succeeded."""
    path = "/dags/ingest_example/dagRuns/~/taskInstances?task_id=load&state=success&limit=1"
    return int(stack.api("GET", path)["total_entries"]) > 0


def part_of(process: psutil.Process) -> str:
    """Return which part of the stack a process belongs to, by its own name or that of one above it."""
    for one in (process, *process.parents()):
        words = " ".join(one.cmdline()).replace("_", "-")
        for part in ("api-server", "scheduler", "dag-processor", "triggerer", "postgres", "ops.up"):
            if part in words:
                return {"ops.up": "supervisor"}.get(part, part)
    return "other"


if __name__ == "__main__":
    main()
