"""Processes under supervision: each in a session of its own, so that nothing it started outlives it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PATIENCE_S = 10.0
"""How long a part may take to end before it is killed."""
PR_SET_PDEATHSIG = 1


@dataclass
class Part:
    """One process under supervision, its output in a log file of its own."""

    name: str
    command: list[str]
    log: Path
    env: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def start(self) -> None:
        """Start the process, to be ended by the kernel if this supervisor is killed."""
        self.starts += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.env},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )

    @property
    def ended_with(self) -> int | None:
        """The exit code of a process that has ended, None while it runs."""
        return self.process.poll() if self.process is not None else None


def stop_parts(parts: Sequence[Part], patience_s: float = PATIENCE_S) -> None:
    """Ask all parts to end, wait for them within one bound, then kill what is left of their sessions."""
    started = [part.process for part in parts if part.process is not None]
    for process in started:
        process.terminate()  # the leader alone: a scheduler whose workers went first waits for them in vain
    deadline = time.monotonic() + patience_s
    for process in started:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    while left := [pid for process in started for pid in session_members(process.pid)]:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in started:
            process.poll()
        time.sleep(0.05)


def session_members(session: int) -> list[int]:
    """Return the living processes of a session: tasks have process groups of their own, but stay in it."""
    members = []
    for process in psutil.process_iter(["pid", "status"]):
        with suppress(OSError):
            if process.info["status"] != psutil.STATUS_ZOMBIE and os.getsid(process.info["pid"]) == session:
                members.append(process.info["pid"])
    return members


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
