"""Paginated HTML listings, read with BeautifulSoup by the selectors of the source. Pure."""

from __future__ import annotations

import codecs
import warnings
from urllib.parse import urljoin

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from bs4.element import Tag

from pipeline.records import Page
from pipeline.sources.listed import ItemCollector, Listed, refuse_page
from pipeline.sources.model import Source
from pipeline.sources.ways import Listing

LONGEST_LINE = 2_000
"""Characters of a title or date after which no more of its element is read."""

_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0C, 0x0D})


def read_listing(page: Page, source: Source, way: Listing) -> Listed:
    """Return a listing page's items in the order shown, with the address of the following page where it links to one.

    An item that is a link itself needs no inner one. Raises StepProblem `not-a-listing` for a page that is no HTML.
    """
    if b"<" not in page.body or page.body.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff")):
        raise refuse_page(page, source, "not-a-listing", f"answers {page.content_type or 'something'}, no HTML page")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        try:
            soup = BeautifulSoup(page.body, "lxml", from_encoding=_charset(page.content_type))
        except ValueError:  # control characters in the encoding that the page declares
            soup = BeautifulSoup(page.body.translate(None, _CONTROLS), "lxml", from_encoding="utf-8")
    head = soup.select_one("base[href]")
    base = _attribute(head, "href") if head else None
    collector = ItemCollector(source, way, page, "listing")
    for item in soup.select(way.item):
        link = item if item.name == "a" and item.get("href") else item.select_one(way.link)
        named = item.select_one(way.title) if way.title else link
        dated = item.select_one(way.date) if way.date else None
        changed = item.select_one(way.updated) if way.updated else None
        collector.add(
            _attribute(link, "href") if link else None,
            base=urljoin(page.final_url, base) if base else None,
            title=_line(named) if named else None,
            listed=_date_text(dated, way) if dated else None,
            updated=_date_text(changed, way) if changed else None,
        )
    nothing = way.nothing is not None and soup.select_one(way.nothing) is not None
    return collector.listed(tuple(_next_links(soup, way)), nothing=nothing)


def _next_links(soup: BeautifulSoup, way: Listing) -> list[str]:
    selector = way.next or ('link[rel~="next"][href], a[rel~="next"][href]' if way.pages is None else None)
    link = soup.select_one(selector) if selector else None
    target = _attribute(link, "href") if link else None
    return [target] if target and not target.startswith(("#", "javascript:")) else []


def _date_text(dated: Tag, way: Listing) -> str | None:
    if way.date_attribute:
        return _attribute(dated, way.date_attribute)
    text = _line(dated)
    return _attribute(dated, "datetime") or _attribute(dated, "content") or text or None


def _line(tag: Tag) -> str:
    """Return the text in an element on one line; of one that is never closed, and so holds the rest, the beginning."""
    parts: list[str] = []
    size = 0
    for text in tag.stripped_strings:
        parts.append(text)
        size += len(text)
        if size > LONGEST_LINE:
            break
    return " ".join(parts)


def _attribute(tag: Tag, name: str) -> str | None:
    value = tag.get(name)
    return " ".join(value) if isinstance(value, list) else value


def _charset(content_type: str) -> str | None:
    """Return the charset that the Content-Type header names, if Python knows it."""
    _, _, rest = content_type.lower().partition("charset=")
    name = rest.split(";")[0].strip(" \"'")
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None
