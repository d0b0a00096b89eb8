"""The CSS selectors that a source declares, applied to a page before it is read."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning

MARK = "data-readout-part"
"""Attribute of the elements that a selector found: `title`, `body`, `date` or `byline`."""


def apply_selectors(html: bytes, selectors: Mapping[str, str]) -> bytes:
    """Return the page, in UTF-8 as it came, without what `remove` selects; what the others find is marked.

    `body` marks all that it finds, the others their first find.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(html, "lxml", from_encoding="utf-8")
    for part, selector in sorted(selectors.items(), key=lambda item: item[0] != "remove"):
        for tag in soup.select(selector, limit=0 if part in ("remove", "body") else 1):
            _use(tag, part)
    return str(soup).encode("utf-8", "replace")


def _use(tag: Tag, part: str) -> None:
    if part == "remove":
        tag.extract()
    elif not any(parent.get(MARK) == part for parent in tag.parents):
        tag[MARK] = part
