"""Processes of the campaign: forked from one that has imported everything, so that a thousand cost little."""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import os
import tempfile
from collections.abc import Callable
from functools import cache
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from tests.soak import failing_files

Answer = TypeVar("Answer")
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 900
"""How long any process may take: long enough for a machine that others keep busy."""


@cache
def _context() -> Any:
    """Start the server that forks, with the failing file layer preloaded where it can be compiled."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.soak.worker"])
    added = {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}
    if failing_files.is_available():
        added["LD_PRELOAD"] = str(failing_files.build(Path(tempfile.mkdtemp(prefix="readout-soak-"))))
    before = {name: os.environ.get(name) for name in added}
    os.environ.update(added)
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    return context


def start(function: Callable[..., object], *arguments: object) -> BaseProcess:
    """Call a function in a process of its own."""
    process: BaseProcess = _context().Process(target=function, args=arguments, daemon=True)
    process.start()
    # Whoever starts a process asks all known ones whether they have ended, and takes the exit code from the thread that waits.
    multiprocessing.process._children.discard(process)  # type: ignore[attr-defined]
    return process


def _answer(pipe: Any, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    pipe.send(function(*arguments))


def ask(function: Callable[..., Answer], *arguments: object, seconds: float = PATIENCE_S) -> Answer:
    """Return what a function gives in a process of its own. Raises RuntimeError if that process dies or is late."""
    ours, theirs = _context().Pipe(duplex=False)
    process = start(_answer, theirs, function, arguments)
    theirs.close()
    try:
        if not ours.poll(seconds):
            raise RuntimeError(f"{function.__name__} gave no answer in {seconds:g} s")
        answer: Answer = ours.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"{function.__name__} ended with {process.exitcode}") from None
    finally:
        process.kill()
        process.join()
        ours.close()
    return answer
