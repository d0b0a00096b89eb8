"""Indexes of archived copies (CDX): the JSON and text answers of index servers, CDXJ and classic CDX lines. Bytes in,
addresses out. Pure.

A copy stands for the address it was made of, so that a release keeps its id wherever it is read. Of several copies of an
address the newest is taken; the oldest says by when the release was out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from pipeline.records import Page
from pipeline.sources.listed import CopiesCollector, Listed, refuse_page
from pipeline.sources.model import Source
from pipeline.sources.ways import Cdx

CLASSIC = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
"""Fields of a text answer without a legend, as index servers give it."""
LETTERS = {"N": "urlkey", "b": "timestamp", "a": "original", "m": "mimetype", "s": "statuscode", "k": "digest"}
"""Fields by the letters of the legend ` CDX N b a m s k ...`."""
NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}
"""Names of the same fields in CDXJ."""


def read_cdx(page: Page, source: Source, way: Cdx) -> Listed:
    """Return the addresses of which an index has a good HTML copy. Raises StepProblem `not-a-cdx` for what is no index."""
    collector = CopiesCollector(source, way, page, "cdx")
    try:
        rows = list(_rows(page.body.decode("utf-8", "replace")))
    except ValueError as error:
        raise refuse_page(page, source, "not-a-cdx", f"answers no index of copies: {error}") from None
    for row in rows:
        taken = read_timestamp(row.get("timestamp", ""))
        if taken is None or row.get("statuscode", "200") not in ("200", "-"):
            continue
        if row.get("mimetype", "text/html") in ("text/html", "application/xhtml+xml", "unk", "-"):
            url = row.get("original", "")
            replay = way.replay.format(timestamp=row["timestamp"], url=quote(url, safe="/:?&=%#,;@+~!*'()-._[]|$"))
            collector.add_copy(url, replay, taken)
    return collector.listed(nothing=not rows)


def read_timestamp(text: str) -> datetime | None:
    """Return the moment that 14 digits (or the first 4 to 12 of them) name in UTC; None for others."""
    if not (text.isascii() and text.isdigit() and 4 <= len(text) <= 14):
        return None
    try:
        return datetime.strptime(text + "00000101000000"[len(text) :], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _rows(text: str) -> Iterator[dict[str, str]]:
    text = text.strip()
    if text.startswith("["):
        table = json.loads(text)
        if not all(isinstance(row, list) for row in table):
            raise ValueError("a list of something else than rows")
        names = table[0] if table else []
        yield from (_named(dict(zip(names, row, strict=False))) for row in table[1:])
        return
    legend: tuple[str, ...] = CLASSIC
    for line in text.splitlines():
        key, _, rest = line.partition(" ")
        if line.lstrip().startswith("CDX "):
            legend = tuple(LETTERS.get(letter, letter) for letter in line.split()[1:])
        elif line.startswith("{"):
            yield _named(json.loads(line))
        elif "{" in rest:
            taken, _, fields = rest.partition(" ")
            yield _named({"urlkey": key, "timestamp": taken, **json.loads(fields)})
        elif line.strip():
            row = dict(zip(legend, line.split(), strict=False))
            if read_timestamp(row.get("timestamp", "")) is None:
                raise ValueError(f"a line that names no time: {line[:80]!r}")
            yield row


def _named(row: dict[str, Any]) -> dict[str, str]:
    return {NAMES.get(name, name): str(value) for name, value in row.items()}
