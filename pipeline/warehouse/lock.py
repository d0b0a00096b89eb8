"""The one lock around every opening of the working file: the operating system's, so that it goes with its last holder."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ReadoutError, WarehouseBusyError
from pipeline.settings import Settings

POLL_S = 0.05
"""Seconds between two tries to get the lock."""


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock while it is held. A child process that is given `descriptor` holds it, too, until it ends."""

    descriptor: int

    def name_holder(self, pid: int, command: str) -> None:
        """Write down who works on the file, for the message that others get; on a full disk it goes without the name."""
        with suppress(OSError):
            os.ftruncate(self.descriptor, 0)
            os.pwrite(self.descriptor, f"{pid} {' '.join(command.split())[:200]}\n".encode(errors="replace"), 0)


@contextmanager
def hold_lock(settings: Settings) -> Iterator[Lock]:
    """Hold the working file's lock. Raises WarehouseBusyError, naming the holder, after `settings.lock_wait_s`."""
    path = settings.warehouse / "working.lock"
    try:
        settings.warehouse.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ReadoutError(f"{path}: {error.strerror}") from error
    try:
        _wait(path, descriptor, settings.lock_wait_s)
        lock = Lock(descriptor)
        lock.name_holder(os.getpid(), " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]))
        yield lock
    finally:
        os.close(descriptor)  # and no unlocking: a child that was given the lock keeps it


def _wait(path: Path, descriptor: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                pid, _, command = path.read_text(errors="replace").strip().partition(" ")
                raise WarehouseBusyError(
                    f"process {pid or '(starting)'} ({command or 'unknown'}) works on the warehouse; "
                    f"gave up after waiting {seconds:g} s"
                ) from None
            time.sleep(POLL_S)
