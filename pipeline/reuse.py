"""Telling a corrected release from another one under the same address or the same issuer's id. Pure.

An address names its release, and an issuer's id does so across addresses; but offices post this week's statement where last
week's stood, and templates give two items one id. What tells them apart is the text: a correction keeps most of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.records import Release, normal_text

RUN = 4
"""Words in a row that two texts have to share; releases of one office share single words and phrases anyway."""
SHARED = 0.15
"""Share of the shorter text's runs of words below which two texts are not one."""


def is_another(old: Release, new: Release) -> bool:
    """Say whether `new` is another release than `old`, which stood in its place: titled otherwise, with hardly a common phrase,
    and, under one and the same address, dated later.
    """
    if normal_text(old.title).casefold() == normal_text(new.title).casefold():
        return False
    if old.url == new.url:
        before, after = old.published_date, new.published_date
        if before is None or after is None or after <= before:
            return False
    one, other = _runs(old.body), _runs(new.body)
    return len(one & other) < SHARED * min(len(one), len(other))


def settle_release(earlier: Sequence[Release], release: Release) -> Release:
    """Return the release with the id that is its own, given what stood under its address or issuer's id before, oldest first.

    The first to stand there has the plain id; another one has the id of its address and, under the same address, its day.
    """
    settled: list[Release] = []
    for one in (*earlier, release):
        same = next((before for before in reversed(settled) if not is_another(before, one)), None)
        if same is not None:
            one = replace(one, issuer_id=same.issuer_id or (one.issuer_id if same.url != one.url else None))
        elif any(before.url == one.url for before in settled):
            one = replace(one, issuer_id=f"{one.url} of {one.published_date}")
        elif settled:
            one = replace(one, issuer_id=None)
        settled.append(one)
    return settled[-1]


def _runs(body: str) -> set[tuple[str, ...]]:
    words = normal_text(body).casefold().split()
    return {tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))}
