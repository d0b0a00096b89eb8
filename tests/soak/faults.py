"""Failing files: each write of a load and a publication in turn fails, or the disk is full; all is told, nothing is torn."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.soak import processes
from tests.soak.worker import Plan, State, look_over, work

FAULTS = ("error-once", "errors", "disk-full", "short-once", "short-then-full")
BEFORE = 2
"""Batches loaded and published before the one that meets the fault."""

ROOM = 64 << 20


@dataclass
class FaultResult:
    """How often each fault was tried, how the process took it, and everything that was wrong afterwards."""

    tried: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    harmless: Counter[str] = field(default_factory=Counter)
    aborted: Counter[str] = field(default_factory=Counter)
    writes: int = 0
    lost: int = 0
    doubled: int = 0
    unopened: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, fault: str, at: object, code: int | None, told: str, states: list[State], expected: State) -> None:
        """Judge one try: what the process said of its fault, what stood after it, and after the work was done again."""
        self.tried[fault] += 1
        lines = told.split("\n")
        errors = [line for line in lines if line.startswith("error ")]
        wrong = [line for line in lines if line.startswith("crash ")]
        if code == -signal.SIGABRT:  # DuckDB's way where it cannot take back half a record: as good as a kill
            self.aborted[fault] += 1
        elif code:
            wrong.append(f"ended with {code}")
        elif errors:
            self.told[fault] += 1
        elif f"published {BEFORE}" in lines:
            self.harmless[fault] += 1
        elif not wrong:
            wrong.append("neither done nor told")
        found = [line for state in states for line in state.wrong]
        if f"loaded {BEFORE}" in lines and BEFORE not in states[0].batches:
            found.append("a batch told as loaded is lost")
        if states[-1].tables != expected.tables:
            found.append("lost or doubled: the tables differ after the work was done again")
        self.lost += sum("lost" in line for line in found)
        self.doubled += sum("doubled" in line for line in found)
        self.unopened += sum("does not open" in line for line in found)
        self.wrong += [f"{fault} at {at}: {line}" for line in wrong + found]


def fail_each_write(folder: Path, step: int = 1, lanes: int = 2, on_try: Callable[[int], object] = str) -> FaultResult:
    """Fail every `step`-th write of a load and a publication in each way; `on_try` is told how many tries there are."""
    base, expected, writes = _prepare(folder)
    tries = [(fault, nth) for nth in range(1, writes + 1, step) for fault in FAULTS]
    result = FaultResult(writes=writes)
    with ThreadPoolExecutor(lanes) as pool:
        for answer in pool.map(partial(_try_fault, folder, base), tries):
            result.note(*answer, expected)
            on_try(len(tries))
    return result


def fill_small_disks(folder: Path, steps: int = 24, on_try: Callable[[int], object] = str) -> FaultResult:
    """Load and publish on small file systems (tmpfs) that are full at some point, then with room; needs the right to mount."""
    base, expected, _ = _prepare(folder)
    used = sum(path.stat().st_size for path in base.rglob("*") if path.is_file())
    result = FaultResult()
    mount = folder / "small"
    mount.mkdir()
    for number in range(steps):
        size = used + (number + 1) * (12 << 20) // steps
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(mount)], check=True)
        try:
            shutil.copytree(base, mount / "home")
            told = folder / f"small-{number}.told"
            process = _run(mount / "home", BEFORE, Plan(), told)
            copied = folder / f"small-{number}"
            shutil.copytree(mount / "home", copied)
            states = [processes.ask(look_over, copied)]
            subprocess.run(["mount", "-o", f"remount,size={ROOM}", str(mount)], check=True)
            _run(mount / "home", BEFORE, Plan(), folder / "again.told")
            states.append(processes.ask(look_over, mount / "home"))
            shutil.rmtree(copied)
        finally:
            subprocess.run(["umount", "-l", str(mount)], check=True)
        result.note("small disk", f"{size} bytes", process.exitcode, told.read_text(), states, expected)
        on_try(steps)
    return result


def can_mount() -> bool:
    """Say whether this process may mount a tmpfs."""
    return os.geteuid() == 0 and shutil.which("mount") is not None and _try_mount()


def _try_mount() -> bool:
    with tempfile.TemporaryDirectory() as name:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", name], capture_output=True).returncode:
            return False
        return subprocess.run(["umount", name], capture_output=True).returncode == 0


def _prepare(folder: Path) -> tuple[Path, State, int]:
    """Return a warehouse with some batches, what stands after one more, and how many writes that one takes."""
    base, quiet = folder / "base", folder / "quiet"
    _run(base, 0, Plan(), folder / "base.told", end=BEFORE)
    shutil.copytree(base, quiet)
    _run(quiet, BEFORE, Plan(fault="count", nth=1), folder / "quiet.told")
    writes = int((folder / "quiet.told").read_text().split("count ")[1])
    _run(quiet, BEFORE, Plan(), folder / "quiet.told")
    return base, processes.ask(look_over, quiet), writes


def _try_fault(folder: Path, base: Path, fault_at: tuple[str, int]) -> tuple[str, int, int | None, str, list[State]]:
    fault, nth = fault_at
    home = Path(tempfile.mkdtemp(dir=folder)) / "home"
    shutil.copytree(base, home)
    told = home.parent / "told"
    process = _run(home, BEFORE, Plan(fault=fault, nth=nth), told)
    said = told.read_text(encoding="utf-8")
    states = [_look(home)]
    _run(home, BEFORE, Plan(), home.parent / "again")
    states.append(_look(home))
    shutil.rmtree(home.parent)
    return fault, nth, process.exitcode, said, states


def _run(home: Path, begin: int, plan: Plan, told: Path, end: int = BEFORE + 1) -> Any:
    process = processes.start(work, home, begin, end, plan, told)
    process.join(processes.PATIENCE_S)
    return process


def _look(home: Path) -> State:
    try:
        return processes.ask(look_over, home)
    except RuntimeError as error:
        return State(wrong=[f"does not open: {error}"])
