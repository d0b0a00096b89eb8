"""Dates that readers see: beside the headline, in `time` elements, in the dateline or the last line of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from lxml import etree

from pipeline.parse.blocks import Block
from pipeline.parse.dates import DatedText, DateManner, WrittenDate, is_other_date, may_hold_date, read_dates
from pipeline.parse.words import fold

ABOVE_HEADLINE, NO_HEADLINE, BELOW_BODY = 14, 90, 40
"""Elements before the headline, before the body where there is none, and after the body, among which a date may be."""
MOST_ELEMENTS = 500
LONGEST = 120
"""Characters of a line that tells a date and little else."""

MOST_BEFORE_DATELINE = 5
"""Words before the date of a dateline."""

_DATE_NAME = re.compile(r"date|time|publi|posted|created|fecha|datum|tarih|dato", re.IGNORECASE)
_NOT_NAMED = re.compile(r"update|modif|deadline|expire", re.IGNORECASE)
_BREAKS = frozenset({"br", "hr", "h1", "h2", "h3", "h4", "img", "div", "p"})
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
    fetched: date,
) -> list[VisibleDate]:
    """Return what the page shows of its date. `elements` is the whole tree in document order, `blocks` the body.

    A date above the headline that is the day of fetching may be the site's clock: it is trusted little, and only right
    beside the headline.
    """
    begin = _place(elements, blocks[0].element) if blocks else len(elements)
    end = _place(elements, blocks[-1].element) if blocks else len(elements)
    middle = begin if headline is None else min(begin, _place(elements, headline))
    start = max(0, middle - (NO_HEADLINE if headline is None else ABOVE_HEADLINE))
    above = _lines(elements[start:middle], manner, 3.1)
    beside = _lines(elements[middle : min(begin + 1, middle + MOST_ELEMENTS)], manner, 3.1)
    beside += [item for item in above if abs((item.dates[0].days[0] - fetched).days) > 1]
    if not beside:
        near = _around(headline)
        clocks = _lines([element for element in elements[start:middle] if element in near], manner, 3.1)
        beside = [replace(item, weight=0.5) for item in clocks]
        beside += _lines(_between(elements, begin, end, blocks), manner, 2.5, alone_only=True)
        beside += _lines(elements[end + 1 : end + BELOW_BODY], manner, 1.5, named_only=True)
    machine = _machine_dates(elements, start, end + BELOW_BODY)
    return [*machine, *beside, *_told_in_text(blocks, title, manner)]


def _around(headline: etree._Element | None) -> frozenset[etree._Element]:
    """Return what stands in the same small part of the page as the headline."""
    above = [] if headline is None else list(islice(headline.iterancestors(), 2))
    parts = [element for element in above if element.tag not in ("body", "html")]
    return frozenset(parts[-1].iter()) if parts else frozenset()


def _told_in_text(blocks: Sequence[Block], title: str, manner: DateManner) -> list[VisibleDate]:
    """Return the dates of the dateline, of the last line's end, and of the title."""
    told = [(1.2, _dateline(block.text[:LONGEST], manner)) for block in blocks[:2]]
    if blocks:
        closing = read_dates(blocks[-1].text[-LONGEST:], manner)
        dates = tuple(item for item in closing.dates if item.end >= len(closing.folded) - 3)
        told.append((2.0 if dates and dates[0].clock else 1.2, dates))
    told.append((1.0, read_dates(title, manner).dates[:1]))
    return [VisibleDate("text", weight, dates) for weight, dates in told if dates]


def _dateline(text: str, manner: DateManner) -> tuple[WrittenDate, ...]:
    """Return the date with which a text opens, behind a place or a few words at most."""
    dated = read_dates(text, manner)
    return tuple(
        item for item in _fitting(dated)[:1] if len(_WORDS.findall(dated.folded[: item.begin])) <= MOST_BEFORE_DATELINE
    )


def _between(elements: Sequence[etree._Element], begin: int, end: int, blocks: Sequence[Block]) -> list[etree._Element]:
    """Return the elements among the first of the body that are no part of it: a lead often stands above the date."""
    held = {block.element for block in blocks}
    among = elements[begin + 1 : min(end, begin + BELOW_BODY)]
    return [element for element in among if held.isdisjoint((element, *islice(element.iterancestors(), 3)))]


def read_marked_date(element: etree._Element, manner: DateManner) -> list[VisibleDate]:
    """Return the date in the element that a source's selector found: of basis selector, trusted most."""
    value = element.get("datetime") or element.get("content")
    dates = read_dates(" ".join("".join(element.itertext()).split())[:LONGEST], manner).dates[:1]
    return [VisibleDate("selector", 10.0, dates, value)] if dates or value else []


def _place(elements: Sequence[etree._Element], element: etree._Element) -> int:
    """Return where the element stands, 0 for one that was put into the tree since."""
    try:
        return elements.index(element)
    except ValueError:
        return 0


def _machine_dates(elements: Sequence[etree._Element], begin: int, end: int) -> list[VisibleDate]:
    """Return what is marked datePublished, in a `time` or `meta` or beside the release; else the first `time` there."""
    beside = elements[begin:end]
    for element in (*elements[0].iter("time", "meta"), *beside):
        if element.get("itemprop") in ("datePublished", "dateCreated"):
            value = element.get("datetime") or element.get("content")
            if value:
                return [VisibleDate("time", 3.0, machine=value)]
    for element in beside:
        value = element.tag == "time" and element.get("datetime")
        if value and not _NOT_NAMED.search(element.get("class") or ""):
            return [VisibleDate("time", 3.2 if element.get("pubdate") is not None else 2.5, machine=value)]
    return []


def _lines(
    elements: Sequence[etree._Element],
    manner: DateManner,
    weight: float,
    *,
    named_only: bool = False,
    alone_only: bool = False,
) -> list[VisibleDate]:
    """Return the dates of short lines, at most two different days; those of elements named for dates come first."""
    found: list[tuple[float, VisibleDate]] = []
    read: dict[str, DatedText] = {}
    for line, label, names in _lines_with_digits(elements):
        named = _DATE_NAME.search(names) is not None
        if (named_only and not named) or _NOT_NAMED.search(names):
            continue
        dated = read.get(line) or read.setdefault(line, read_dates(line, manner))
        dates = _fitting(dated)[:1]
        if not dates or (len(label) < 40 and is_other_date(fold(label))):
            continue
        alone = len(_WORDS.findall(dated.folded[: dates[0].begin] + " " + dated.folded[dates[0].end :])) <= 4
        if alone_only and not alone:
            continue
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


def _lines_with_digits(elements: Sequence[etree._Element]) -> Iterator[tuple[str, str, str]]:
    """Yield short lines that may hold a date, what stood before each, and the names of its element.

    A line may also stand bare behind a heading or a break.
    """
    lines = _short_lines(elements)
    for index, element in enumerate(elements):
        line, tag = lines.get(element), element.tag
        if line and tag != "h1" and may_hold_date(line):
            label = next(filter(None, ((above.text or "").strip() for above in reversed(elements[:index]))), "")
            yield (line, label, f"{tag} {element.get('class')} {element.get('id')} {element.get('itemprop')}")
        if tag in _BREAKS and (tail := element.tail) and len(tail) <= 2 * LONGEST and may_hold_date(tail):
            yield (" ".join(tail.split())[:LONGEST], "", "")


def _short_lines(elements: Sequence[etree._Element]) -> dict[etree._Element, str]:
    """Return the text within each element whose text, and that of all it holds, is no more than a line."""
    lines: dict[etree._Element, str] = {}
    for element in reversed(elements):
        if len(element) > 8:
            continue
        parts = [element.text or ""]
        for child in element:
            if child not in lines:
                break
            parts += [" ", lines[child], " ", child.tail or ""]
        else:
            line = "".join(parts)
            if len(line) <= 4 * LONGEST:
                line = " ".join(line.split())
                if len(line) <= LONGEST:
                    lines[element] = line
    return lines


def _fitting(dated: DatedText) -> tuple[WrittenDate, ...]:
    """Return the dates before which no label says that they are those of something else."""
    kept, last = [], 0
    for item in dated.dates:
        if not is_other_date(dated.folded[last : item.begin]):
            kept.append(item)
        last = item.end
    return tuple(kept)
