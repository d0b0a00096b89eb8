"""Addresses that could not be fetched for now, kept for the next run of their source: a host that was down, or that asked to be
left alone for longer than a run waits. One small file a source under Readout's home.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.records import Address, Interval

PASSING = frozenset({"connection", "timeout", "server-error", "rate-limited"})
"""Reasons of failures that may pass by themselves. Who turns us away is not asked again."""
MOST_RUNS = 12
LONGEST = timedelta(days=14)
"""An address that failed in so many runs, or for so long, is left; its problem stays open."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """An address to be tried again, the interval of the run that looked for it, since when and in how many runs it failed."""

    address: Address
    interval: Interval
    since: datetime
    runs: int = 1


class DeferredAddresses:
    """The deferred addresses of one source."""

    def __init__(self, home: Path, source_id: str) -> None:
        """Keep them under that folder."""
        self._path = home / "deferred" / f"{source_id}.json"

    def read(self) -> list[Deferred]:
        """Return what is to be tried again; nothing from a file that cannot be read, since it only saves asking twice."""
        try:
            return list(_KIND.validate_json(self._path.read_bytes()))
        except (FileNotFoundError, ValidationError):
            return []

    def update(self, failed: Iterable[Deferred], done: Collection[str], now: datetime) -> None:
        """Keep the addresses that failed, once more or for the first time, and forget those that are done."""
        with self._locked():
            known = {one.address.url: one for one in self.read()}
            before = dict(known)
            for url in done:
                known.pop(url, None)
            for one in failed:
                old = known.get(one.address.url)
                known[one.address.url] = replace(old, runs=old.runs + 1) if old else one
            kept = {url: one for url, one in known.items() if one.runs <= MOST_RUNS and now - one.since <= LONGEST}
            if kept != before:
                draft = self._path.with_suffix(".part")
                draft.write_bytes(_KIND.dump_json(tuple(kept.values())))
                draft.replace(self._path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


_KIND: TypeAdapter[tuple[Deferred, ...]] = TypeAdapter(tuple[Deferred, ...])
