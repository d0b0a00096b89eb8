"""When a page that the archive has is asked for again, and the limits of asking. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.records import Address, ArchiveEntry

REVISIT_GAP = timedelta(hours=6)
"""A young release is not asked for again sooner than this after the last visit, nor before its age has doubled since then."""
ROBOTS_FRESH = timedelta(hours=1)
"""For so long all tasks go by a robots.txt that one of them has fetched."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Limits of fetching one address; times in seconds, sizes in bytes before and after decompression.

    `deadline_s` bounds all requests for one hop together, without the waiting for the host's turn; None takes the
    source's. A host that fails `give_up_after` times in a row is not asked again by the same fetcher. Waits that a
    host asks for are honoured up to `longest_wait_s`; for longer ones the address fails at once.
    """

    connect_s: float = 10.0
    read_s: float = 30.0
    deadline_s: float | None = None
    tries: int = 3
    backoff_s: float = 1.0
    longest_wait_s: float = 60.0
    max_bytes: int = 20 * 1024 * 1024
    max_redirects: int = 5
    give_up_after: int = 5


def wants_revisit(address: Address, known: ArchiveEntry, revisit_days: int, now: datetime) -> bool:
    """Say whether there is cause to ask again for a page that the archive has.

    Cause is: one that the address names and that was not yet asked for; the listing says it changed since the last visit, or
    dates it later than it did then; or it is due for being young (see `is_due`).
    """
    if address.again is not None and address.again != known.address.again:
        return True
    if address.updated is not None and address.updated > known.fetched_at:
        return True
    before = known.address.published
    if address.published is None:
        return False
    if before is not None:  # a time of the same day is only more exact than the day was
        margin = timedelta(days=1) if address.date_only or known.address.date_only else timedelta(0)
        if address.published > before + margin:
            return True
    return is_due(address.published, known.fetched_at, revisit_days, now)


def stays_gone(address: Address, newest: ArchiveEntry, now: datetime) -> bool:
    """Say whether a page that was found taken away counts as gone without asking again: for six hours, but for a new cause."""
    is_new = address.again is not None and address.again != newest.address.again
    return newest.status in (404, 410) and not is_new and now - newest.fetched_at < REVISIT_GAP


def is_due(published: datetime, visited: datetime, revisit_days: int, now: datetime) -> bool:
    """Say whether a release of that age is to be looked at again, since issuers correct what is young.

    It is at most `revisit_days` old, its age has doubled since the last visit, and that was six hours ago at least.
    """
    young = now - published <= timedelta(days=revisit_days)
    return young and now - visited >= max(REVISIT_GAP, visited - published)
