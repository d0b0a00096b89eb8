"""Dates that readers see: beside the headline, in `time` elements, in the dateline or the last line of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.parse_blocks import Block
from pipeline.parse_dates import DatedText, DateManner, WrittenDate, read_dates
from pipeline.parse_tree import UNSEEN_TAGS
from pipeline.parse_words import load_words

ABOVE_HEADLINE, BELOW_BODY = 14, 40
"""Elements before the headline, and after the body, among which a date is looked for."""
MOST_ELEMENTS = 500
LONGEST = 120
"""Characters of a line that tells a date and little else."""

_DATE_NAME = re.compile(r"date|time|publi|posted|created|fecha|datum|tarih|dato", re.IGNORECASE)
_NOT_NAMED = re.compile(r"update|modif|deadline|expire|event", re.IGNORECASE)
_YEAR = re.compile(r"\d{2}")
_WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class VisibleDate:
    """Dates of one line and how far they are trusted; `machine` is a `datetime` or `content` attribute's value."""

    basis: str
    weight: float
    dates: tuple[WrittenDate, ...] = ()
    machine: str | None = None


def find_visible_dates(
    elements: Sequence[etree._Element],
    headline: etree._Element | None,
    blocks: Sequence[Block],
    title: str,
    manner: DateManner,
) -> list[VisibleDate]:
    """Return what the page shows of its date, most trusted first. `elements` is the whole tree in document order."""
    order = {element: index for index, element in enumerate(elements)}
    top = order.get(headline) if headline is not None else None
    begin = order[blocks[0].element] if blocks else len(elements)
    end = order[blocks[-1].element] if blocks else len(elements)
    start = max(0, (min(top, begin) if top is not None else begin - 2 * BELOW_BODY) - ABOVE_HEADLINE)
    found = [
        *_marked(elements, start, end + BELOW_BODY),
        *_lines(elements[start : min(begin + 1, start + MOST_ELEMENTS)], manner, 3.1),
        *_lines(elements[end + 1 : end + BELOW_BODY], manner, 1.5, named_only=True),
    ]
    for block in blocks[:2]:
        found += [VisibleDate("text", 1.2, dates) for dates in [_fitting(read_dates(block.text[:LONGEST], manner))[:1]] if dates]
    if blocks:
        closing = read_dates(blocks[-1].text[-LONGEST:], manner)
        dates = tuple(item for item in closing.dates if item.end >= len(closing.folded) - 3)
        found += [VisibleDate("text", 2.0 if dates[0].clock else 1.2, dates)] if dates else []
    in_title = read_dates(title, manner).dates[:1]
    return [*found, *([VisibleDate("text", 1.0, in_title)] if in_title else [])]


def _marked(elements: Sequence[etree._Element], begin: int, end: int) -> list[VisibleDate]:
    """Return `time` elements and values marked datePublished, the first of each kind, marked ones wherever they stand."""
    found: list[VisibleDate] = []
    first_time = None
    for index, element in enumerate(elements):
        marked = element.get("itemprop") in ("datePublished", "dateCreated")
        if not marked and (element.tag != "time" or not begin <= index <= end or first_time is not None):
            continue
        value = element.get("datetime") or element.get("content") or ""
        names = " ".join((element.get("class") or "", element.get("itemprop") or ""))
        if not value or (_NOT_NAMED.search(names) and not marked):
            continue
        if marked:
            return [VisibleDate("time", 3.0, machine=value)]
        first_time = VisibleDate("time", 3.2 if element.get("pubdate") is not None else 2.5, machine=value)
    if first_time is not None:
        found.append(first_time)
    return found


def _lines(
    elements: Sequence[etree._Element], manner: DateManner, weight: float, *, named_only: bool = False
) -> list[VisibleDate]:
    """Return the dates of short lines, at most two different days; those of elements named for dates come first."""
    found: list[tuple[float, VisibleDate]] = []
    before = ""
    for element in elements:
        if element.tag in UNSEEN_TAGS or element.tag in ("option", "h1"):
            continue
        line = _short_text(element)
        label, before = before, (element.text or "").strip() or before
        names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
        if line is None or not _YEAR.search(line) or _NOT_NAMED.search(names):
            continue
        named = element.tag == "time" or _DATE_NAME.search(names) is not None
        if named_only and not named:
            continue
        dated = read_dates(line, manner)
        if len(label) < 40 and _is_other_date(" " + read_dates(label, manner).folded):
            continue
        dates = _fitting(dated)[:1]
        if dates:
            alone = len(_WORDS.findall(dated.folded[: dates[0].begin] + " " + dated.folded[dates[0].end :])) <= 4
            found.append((weight + 0.1 * named - (0 if alone else 0.6), VisibleDate("text", 0, dates)))
    found.sort(key=lambda pair: -pair[0])
    kept: dict[object, VisibleDate] = {}
    for trust, item in found:
        earlier = kept.get(item.dates[0].days)
        if earlier is None and len(kept) < 2:
            kept[item.dates[0].days] = VisibleDate("text", trust if not kept else trust - 1.0, item.dates)
        elif earlier is not None and earlier.dates[0].clock is None and item.dates[0].clock is not None:
            kept[item.dates[0].days] = VisibleDate("text", earlier.weight, item.dates)
    return list(kept.values())


def _short_text(element: etree._Element) -> str | None:
    """Return the text within the element, and right after it, on one line; None where it is more than a line."""
    if len(element) > 8:
        return None
    parts: list[str] = []
    size = 0
    for number, piece in enumerate(element.iter()):
        if piece.tag not in UNSEEN_TAGS and piece.text:
            parts.append(piece.text)
        if piece is not element and piece.tail:
            parts.append(piece.tail)
        size += sum(map(len, parts[-2:]))
        if size > 4 * LONGEST or number > 24:
            return None
    line = " ".join(" ".join(parts).split())
    return line if len(line) <= LONGEST else None


def _fitting(dated: DatedText) -> tuple[WrittenDate, ...]:
    """Return the dates before which no label says that they are those of something else."""
    kept, last = [], 0
    for item in dated.dates:
        if not _is_other_date(" " + dated.folded[last : item.begin]):
            kept.append(item)
        last = item.end
    return tuple(kept)


def _is_other_date(text: str) -> bool:
    text = text.rstrip(" :：,-–|")
    return any(text.endswith(" " + label) or text.endswith(f" {label} on") for label in load_words().other_dates)
