"""Tree -> blocks: the page's text as paragraphs, headings, list items and table rows, in page order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from pipeline.parse.words import word_set

INLINE_TAGS = word_set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q rp rt ruby s samp "
    "small span strike strong sub sup time tt u var wbr"
)
HEADING_TAGS = word_set("h1 h2 h3 h4 h5 h6")
BOXLESS_TAGS = HEADING_TAGS | word_set("p tr thead tbody tfoot hr dt colgroup col")
PARTS = word_set("ul ol li dl dd blockquote table")
"""Elements that are part of a text and never the whole."""
WIDEST_CELL = 160
"""Mean characters of a cell beyond which a table lays out the page instead of showing data."""

# Characters that stand for no text, so that they mark places within it; `clean_text` leaves none in a page.
BREAK, CELL, LINK_ON, LINK_OFF = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_LINKED = re.compile(f"{LINK_ON}([^{LINK_OFF}]*)")
_BLANK = f" \t\n\r\f\xa0{LINK_ON}{LINK_OFF}"


@dataclass(slots=True)
class Box:
    """An element that may hold the body, its parent box's index, and its half-open range of blocks.

    `whole` is the index of the innermost box, this one or around it, that is no mere part of a text, as a list is.
    """

    element: etree._Element
    parent: int
    whole: int
    begin: int
    end: int = -1


@dataclass(slots=True)
class Block:
    """One piece of running text: `kind` is p, h, li, tr or pre after its element, d for text that stands in any other.

    `linked` counts the characters of `text` within links. `box` is the index of the innermost box around it,
    `element` is the element that began last before it. A newline in `text` was a single line break.
    """

    kind: str
    text: str
    linked: int
    box: int
    home: int
    element: etree._Element

    @property
    def link_share(self) -> float:
        """Return the share of the text within links, 0 to 1."""
        return self.linked / len(self.text)


def read_blocks(root: etree._Element, skip: Callable[[etree._Element], bool]) -> tuple[list[Block], list[Box]]:
    """Return the blocks of the tree in page order, and the boxes around them, the whole tree's first.

    Elements for which `skip` is true are left out with all they hold.
    """
    reader = _Reader(root)
    parts = reader.parts
    walk = etree.iterwalk(root, events=("start", "end"))
    skipped = None
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if element is not root and skip(element):
                skipped = element
                walk.skip_subtree()
                continue
            if tag not in INLINE_TAGS:
                reader.start(element, tag)
            elif tag == "a" and element.get("href") is not None:
                reader.links += 1
                parts.append(LINK_ON)
            text = element.text
        else:
            if tag not in INLINE_TAGS:
                reader.end(element, tag, left_out=element is skipped)
            elif tag == "a" and element is not skipped and element.get("href") is not None:
                reader.links -= 1
                parts.append(LINK_OFF)
            skipped = None
            text = element.tail if element is not root else None
        if text and (parts or not text.isspace()):
            parts.append(text)
    reader.flush()
    reader.boxes[0].end = len(reader.blocks)
    return reader.blocks, reader.boxes


class _Reader:
    """Gathers text until a block ends. Its methods are called in document order, for elements that are not inline."""

    def __init__(self, root: etree._Element) -> None:
        self.blocks: list[Block] = []
        self.boxes = [Box(root, 0, 0, 0)]
        self.box = 0
        self.parts: list[str] = []
        self.kind = "d"
        self.links = 0
        self.table: etree._Element | None = None
        self.element = root

    def start(self, element: etree._Element, tag: str) -> None:
        if tag == "br":
            self.parts.append(BREAK)
        elif self.table is None:
            if self.parts:
                self.flush()
            self.element = element
            self._open(element, tag)
        else:
            self.parts.append(CELL if tag in ("td", "th") else " ")
            if tag == "tr":
                self.flush()
                self.kind = "tr"

    def end(self, element: etree._Element, tag: str, *, left_out: bool) -> None:
        if tag == "br":
            return
        if self.table is None or element is self.table:
            if self.parts:
                self.flush()
            if not left_out:
                self._close(tag)
        elif tag == "tr":
            self.flush()
        else:
            self.parts.append(" ")

    def _open(self, element: etree._Element, tag: str) -> None:
        if tag in HEADING_TAGS:
            self.kind = "h"
        elif tag == "li":
            self.kind = "li"
        elif tag in ("p", "pre"):
            self.kind = tag if self.kind != "li" else "li"
        elif tag == "table" and _shows_data(element):
            self.table = element
        if tag not in BOXLESS_TAGS:
            index = len(self.boxes)
            whole = self.boxes[self.box].whole if tag in PARTS else index
            self.boxes.append(Box(element, self.box, whole, len(self.blocks)))
            self.box = index

    def _close(self, tag: str) -> None:
        self.kind = "d"
        if tag == "table":
            self.table = None
        if tag not in BOXLESS_TAGS and self.box:
            box = self.boxes[self.box]
            box.end = len(self.blocks)
            self.box = box.parent

    def flush(self) -> None:
        """Make what was gathered a block, or several where empty lines part it."""
        if not self.parts:
            return
        text = "".join(self.parts)
        self.parts[:] = [LINK_ON] * self.links
        if text.isspace() or text == LINK_ON:
            return
        kind = self.kind
        for group in _paragraphs(text, kind):
            linked = 0
            if LINK_ON in group:
                linked = sum(len(" ".join(run.split())) for run in _LINKED.findall(group))
                group = group.replace(LINK_ON, "").replace(LINK_OFF, "")
            shown = _shown(group, kind)
            if shown:
                self.blocks.append(Block(kind, shown, linked, self.box, self.boxes[self.box].whole, self.element))
                if self.kind in ("li", "h"):
                    self.kind = "d"


def _shown(text: str, kind: str) -> str:
    """Return the text as a browser shows it: runs of white space one space, breaks newlines, cells parted by bars."""
    if kind == "tr":
        cells = [" ".join(cell.replace(BREAK, " ").split()) for cell in text.split(CELL)]
        return " | ".join(cell for cell in cells if cell)
    mark = "\n" if kind == "pre" else BREAK
    if mark not in text:
        return " ".join(text.split())
    return "\n".join(" ".join(line.split()) for line in text.split(mark)).strip()


def _paragraphs(text: str, kind: str) -> list[str]:
    """Part the text where a line between two breaks is empty."""
    if BREAK not in text or kind == "tr":
        return [text]
    groups: list[list[str]] = [[]]
    for line in text.split(BREAK):
        if line.strip(_BLANK):
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [BREAK.join(group) for group in groups if group]


def _shows_data(table: etree._Element) -> bool:
    """Say whether a table has rows of several short cells, and nothing that a page's layout would put into one."""
    inner = table.iter("table", "h1", "h2", "article", "section", "form")
    next(inner)  # the table itself
    if next(inner, None) is not None:
        return False
    cells = list(table.iter("td", "th"))
    rows = sum(1 for _ in table.iter("tr"))
    if rows < 2 or len(cells) < 2 * rows:
        return False
    return sum(len(cell.xpath("string()")) for cell in cells) <= WIDEST_CELL * len(cells)
