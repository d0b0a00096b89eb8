"""Named steps of loading and publishing: each function of the warehouse at its start and end, and each commit and file call.

The list is what a run passes, not one kept by hand, so a step that is added is killed, too.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

PACKAGE = "pipeline.warehouse."
CALLS = (
    "begin",
    "commit",
    "execute",
    "flock",
    "fsync",
    "fchmod",
    "open",
    "replace",
    "sendfile",
    "unlink",
    "ftruncate",
    "pwrite",
)
"""Built-in functions around which a warehouse function can be killed."""


def record(run: Callable[[], object]) -> list[str]:
    """Return the names of the steps that a run passes, each once, in order."""
    passed: dict[str, None] = {}
    sys.setprofile(lambda frame, event, argument: passed.setdefault(_name(frame, event, argument)))
    try:
        run()
    finally:
        sys.setprofile(None)
    return [name for name in passed if name]


def kill_at(step: str, nth: int) -> None:
    """Let this process be killed when it passes the step for the nth time."""
    passed: Counter[str] = Counter()

    def look(frame: FrameType, event: str, argument: Any) -> None:
        name = _name(frame, event, argument)
        if name == step:
            passed[name] += 1
            if passed[name] == nth:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)


def _name(frame: FrameType, event: str, argument: Any) -> str:
    """Return the name of the step that an event of the interpreter is, empty for none."""
    if event.startswith("c_"):
        called = getattr(argument, "__name__", "")
        if called not in CALLS:
            return ""
        owner = _owner(frame)
        return f"{owner}: {'before' if event == 'c_call' else 'after'} {called}" if owner else ""
    module = frame.f_globals.get("__name__", "")
    if not module.startswith(PACKAGE) or frame.f_code.co_name.startswith("<"):
        return ""
    return f"{module.removeprefix(PACKAGE)}.{frame.f_code.co_name}: {'start' if event == 'call' else 'end'}"


def _owner(frame: FrameType | None) -> str:
    """Return the warehouse function that makes a call, itself or through the standard library."""
    for _ in range(4):
        if frame is None:
            return ""
        module = frame.f_globals.get("__name__", "")
        if module.startswith(PACKAGE):
            return f"{module.removeprefix(PACKAGE)}.{frame.f_code.co_name}"
        frame = frame.f_back
    return ""
