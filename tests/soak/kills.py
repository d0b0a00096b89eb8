"""Kills: at random moments, at each named step of load and publish, at each write; the warehouse looked over after each."""

from __future__ import annotations

import math
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.soak import failing_files, processes
from tests.soak.worker import Plan, State, die_reading, list_points, look_over, work

BATCHES = 10
"""Batches that a warehouse of the campaign gets; then all of them again, until its share of kills is used up."""

PER_WAREHOUSE = 40
"""Kills that one warehouse lives through, its making among them."""

MAKING = "file.migrate_schema"
"""The function that makes a warehouse, as the names of its steps begin."""

MOMENT_S = 1.2
"""The longest wait before a kill at a random moment: some batches long."""


@dataclass
class KillResult:
    """What the kills did: how many of which kind, at which steps, and everything that was wrong afterwards."""

    kills: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    named_steps: int = 0
    warehouses: int = 0
    lost: int = 0
    doubled: int = 0
    unopened: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: KillResult) -> None:
        """Add what another part of the campaign did."""
        self.kills += other.kills
        self.steps += other.steps
        for name in ("warehouses", "lost", "doubled", "unopened"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.wrong += other.wrong


def kill_often(
    kills: int,
    seed: int,
    folder: Path,
    batches: int = BATCHES,
    lanes: int = 2,
    seconds: float = math.inf,
    on_kill: Callable[[], object] = lambda: None,
) -> KillResult:
    """Kill loading and publishing so often, or until so many seconds are over, in warehouses below the folder."""
    deadline = time.monotonic() + seconds
    chance = random.Random(seed)
    quiet = folder / "quiet"
    told = folder / "points"
    processes.ask(list_points, folder / "listed", told)
    steps = told.read_text(encoding="utf-8").split("\n")
    processes.ask(work, quiet, 0, batches, Plan(), folder / "quiet.told")
    expected = processes.ask(look_over, quiet)
    assert not expected.wrong, expected.wrong
    plans = [_plan(number, steps, chance) for number in range(kills)]
    chance.shuffle(plans)
    shares = [sorted(plans[at : at + PER_WAREHOUSE], key=_turn_of) for at in range(0, kills, PER_WAREHOUSE)]
    whole = KillResult(named_steps=len(steps))
    with ThreadPoolExecutor(lanes) as pool:
        live = partial(
            _live_through, folder=folder, batches=batches, expected=expected, deadline=deadline, on_kill=on_kill
        )
        for result in pool.map(live, shares, [seed * 1000 + number for number in range(len(shares))]):
            whole.add(result)
    return whole


def _plan(number: int, steps: Sequence[str], chance: random.Random) -> Plan:
    """Return the way of one kill: four of ten at a random moment, as many at the steps in turn, the rest at a write.

    In the first round over the steps each is that of its first passing, as some are passed once.
    """
    kind = number % 10
    if kind < 4:
        return Plan()
    if kind < 8 or not failing_files.is_available():
        turn = number // 10 * 4 + kind - 4
        return Plan(step=steps[turn % len(steps)], nth=chance.choice([1, 1, 2, 3]) if turn >= len(steps) else 1)
    return Plan(fault=("kill-before", "kill-torn")[kind % 2], nth=chance.randint(1, 150))


def _turn_of(plan: Plan) -> int:
    """Return when in a warehouse's life a kill comes: at its making, at steps that only some batches pass, at any time."""
    return 0 if plan.step.startswith(MAKING) else 1 if plan.step else 2


def _live_through(
    plans: Sequence[Plan],
    seed: int,
    *,
    folder: Path,
    batches: int,
    expected: State,
    deadline: float,
    on_kill: Callable[[], object],
) -> KillResult:
    """Let one warehouse live through its kills, then finish its work; compare it with one that was left in peace."""
    chance = random.Random(seed)
    if time.monotonic() > deadline:
        return KillResult()
    home = Path(tempfile.mkdtemp(dir=folder))
    told = folder / f"{home.name}.told"
    result = KillResult(warehouses=1)
    begin, done, published = 0, -1, -1
    for plan in plans:
        if time.monotonic() > deadline:
            break
        while True:
            told.unlink(missing_ok=True)
            killed = _kill(home, begin, batches, plan, told, chance)
            lines = told.read_text(encoding="utf-8").split("\n") if told.exists() else []
            result.wrong += [line for line in lines if line.startswith(("error ", "crash "))]
            loaded = [int(line.split()[1]) for line in lines if line.startswith("loaded ")]
            done = max([done, *loaded])
            state = _look(home, result)
            lost = set(range(done + 1)) - state.batches
            if lost or state.published < published:
                result.lost += len(lost) or 1
                result.wrong.append(
                    f"lost after {plan}: batches {sorted(lost)}, published {state.published} < {published}"
                )
            done, published = max([done, *state.batches]), state.published
            begin = max([begin, *(number + 1 for number in loaded)])
            if begin >= batches:
                begin = 0  # all of it again: what is loaded already changes nothing
            if killed:
                break
            plan = Plan()  # its step was not passed: any moment will do
        result.kills["at a named step" if plan.step else "at a write" if plan.fault else "at a random moment"] += 1
        if plan.step:
            result.steps[plan.step] += 1
        on_kill()
        if published > 0 and chance.random() < 0.2:
            processes.start(die_reading, home, chance.random() < 0.5).join()
            result.kills["of a reader"] += 1
    processes.ask(work, home, 0, batches, Plan(), told)
    state = _look(home, result)
    if state.tables != expected.tables or state.published != expected.published:
        result.lost += 1
        result.wrong.append(f"the tables differ from those of a warehouse left in peace: {state.tables}")
    if not result.wrong:
        shutil.rmtree(home)
    return result


def _kill(home: Path, begin: int, batches: int, plan: Plan, told: Path, chance: random.Random) -> bool:
    """Work on until the plan, or a random moment, kills; say whether it did before the work was done."""
    process: Any = processes.start(work, home, begin, batches, plan, told)
    if not (plan.step or plan.fault):
        time.sleep(chance.uniform(0.0, MOMENT_S))
        process.kill()
    process.join(processes.PATIENCE_S)
    return bool(process.exitcode == -signal.SIGKILL)


def _look(home: Path, result: KillResult) -> State:
    try:
        state = processes.ask(look_over, home)
    except RuntimeError as error:
        state = State(wrong=[f"does not open: {error}"])
    result.doubled += sum("doubled" in line for line in state.wrong)
    result.unopened += sum("does not open" in line for line in state.wrong)
    result.lost += sum("lost" in line for line in state.wrong)
    result.wrong += state.wrong
    return state
