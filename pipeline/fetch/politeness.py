"""Asking a host politely: one request at a time, a pause after each, and none before the time that it asked us to
wait for.

The state is one small file a host, held locked for as long as a request lasts, so that all processes on the machine
share it and a killed one lets go at once.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

LONGEST_QUEUE_S = 600.0
"""Whoever waits longer for others to be done with a host gives up; one of them must hang."""
LONGEST_RETRY_AFTER_S = 86_400.0
"""What a host asks for beyond a day is taken for a day."""


class HostBusyError(Exception):
    """The host asked us to wait for longer than we do, or other tasks do not let it go; the text says which."""


class HostTurns:
    """The turns of all hosts, kept in one folder."""

    def __init__(self, folder: Path, sleep: Callable[[float], None] = time.sleep) -> None:
        """Keep the turns in that folder, making it if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._sleep = sleep

    @contextmanager
    def take_turn(self, host: str, delay_s: float, longest_wait_s: float) -> Iterator[HostTurn]:
        """Wait until the host is free and `delay_s` seconds have passed since its last answer, and hold it meanwhile.

        Raises HostBusyError at once where the host asked us to wait for more than `longest_wait_s`, and after ten minutes of
        waiting for others.
        """
        name = re.sub(r"[^a-z0-9.-]", "_", host.lower())[:200] or "_"
        handle = os.open(self._folder / f"{name}.json", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(handle, host)
            last, not_before = _read_state(handle)
            now = time.time()
            asked = not_before - now
            if longest_wait_s < asked <= LONGEST_RETRY_AFTER_S:
                raise HostBusyError(f"{host} asked to be left alone for another {asked:.0f} s")
            pause = last + delay_s - now
            if pause > delay_s:  # the clock was set back
                pause = delay_s
            self._sleep(max(0.0, pause, asked if asked <= longest_wait_s else 0.0))
            turn = HostTurn(not_before)
            try:
                yield turn
            finally:
                _write_state(handle, time.time(), turn.not_before)
        finally:
            os.close(handle)


class HostTurn:
    """One turn: what the host says of the next one."""

    def __init__(self, not_before: float) -> None:
        """Begin with what the host asked for earlier."""
        self.not_before = not_before

    def ask_again_after(self, seconds: float) -> None:
        """Let nobody ask the host again before the seconds have passed."""
        self.not_before = max(self.not_before, time.time() + min(seconds, LONGEST_RETRY_AFTER_S))


def read_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return how many seconds a Retry-After header asks for (seconds or a date); None for none or nonsense."""
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch(r"\d{1,9}", value, re.ASCII):
        return min(float(value), LONGEST_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - (now or datetime.now(UTC))).total_seconds()), LONGEST_RETRY_AFTER_S)


def _lock(handle: int, host: str) -> None:
    give_up = time.monotonic() + LONGEST_QUEUE_S
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                raise HostBusyError(f"other tasks have kept {host} busy for {LONGEST_QUEUE_S:.0f} s") from None
            time.sleep(0.02)


def _read_state(handle: int) -> tuple[float, float]:
    try:
        state = json.loads(os.pread(handle, 4096, 0))
        return float(state["last"]), float(state["not_before"])
    except (ValueError, KeyError, TypeError):  # new, or torn by a crash
        return 0.0, 0.0


def _write_state(handle: int, last: float, not_before: float) -> None:
    state = json.dumps({"last": last, "not_before": not_before}).encode()
    os.pwrite(handle, state, 0)
    os.ftruncate(handle, len(state))
