"""HTML in UTF-8 -> lxml tree, without the elements whose text no reader sees, in time linear to its size."""

from __future__ import annotations

import re

from lxml import etree

MOST_TAGS = 100_000
"""A release has a few thousand tags. Every further one costs time and can hold no more text that matters."""
DEEPEST = 2_000
"""libxml2 drops what lies deeper than 2,048 elements, and all that follows."""
LONGEST_TAG = 60_000
"""libxml2's time grows with the square of a tag's attributes; honest tags of this length have few and long ones."""
LONGEST_LOOKED_AT = 5 * LONGEST_TAG
"""Bytes of a page up to which a look at a few of its points is quicker than a search for such tags."""

UNSEEN_TAGS = (
    *("script", "style", "noscript", "template", "svg", "math", "canvas", "iframe", "frame", "frameset", "object"),
    *("embed", "applet", "audio", "video", "map", "select", "textarea", "button", "input", "datalist", "dialog"),
    *("progress", "meter", "nav", "menu", "title"),
)
"""Elements whose text is not the page's own, or only leads elsewhere."""
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# After its name, up to its `>`: a quote opens a value only behind `=`, elsewhere it is part of a name.
_REST_OF_TAG = rb"""(?:[^>=]*+=(?:"[^"]*+"|\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+))*+[^>=]*+"""
_TAG = re.compile(rb"<[a-zA-Z]" + _REST_OF_TAG + rb">?")
_WITHIN_TAG = tuple(re.compile(value + _REST_OF_TAG + rb"\Z") for value in (b"", b"""[^"]*+\"""", b"[^']*+'"))
"""What may follow within a tag: outside its values, in one of double quotes, in one of single quotes."""
_TAG_NAME = re.compile(rb"[a-zA-Z][a-zA-Z0-9:_-]*")
_NESTING_TAG = re.compile(rb"<(/?)([a-zA-Z][^\s/<>]*+)[^<>]*+>")
_FLAT_TAGS = frozenset(
    {b"html", b"head", b"body", b"title", b"meta", b"script", b"style", b"p", b"br", b"a", b"li", b"td"}
    | {b"h%d" % n for n in range(1, 7)}
)


class TreeTooLargeError(ValueError):
    """The page has more tags than any release."""


def read_tree(html: bytes) -> etree._Element | None:
    """Return the root of the page's tree, comments left out; None where there is no element at all.

    Scripts are kept, since JSON-LD stands in them. Raises TreeTooLargeError for more than MOST_TAGS tags.
    """
    if len(html) > 3 * MOST_TAGS and html.count(b"<") > MOST_TAGS:
        raise TreeTooLargeError(f"more than {MOST_TAGS} tags")
    if len(html) > LONGEST_TAG and (len(html) > LONGEST_LOOKED_AT or _may_hold_long_tag(html)):
        html = _TAG.sub(_shorten_tag, html)
    root = _parse(html)
    if root is not None and _is_cut_off(root):
        root = _parse(_NESTING_TAG.sub(_flatten_tag, html))
    return root


def list_seen(root: etree._Element) -> list[etree._Element]:
    """Return the page's elements in document order, the head and those that no reader sees taken out of the tree."""
    etree.strip_elements(root, "head", *UNSEEN_TAGS, with_tail=False)
    return list(root.iter())


def is_hidden(element: etree._Element) -> bool:
    """Say whether the element's own attributes hide it from readers."""
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _UNSEEN_STYLE.search(style) is not None)


def _parse(html: bytes) -> etree._Element | None:
    options = {"huge_tree": True, "remove_comments": True, "remove_pis": True, "collect_ids": False}
    try:
        return etree.fromstring(html, etree.HTMLParser(encoding="utf-8", **options))
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing in it but white space or comments
        return None


def _may_hold_long_tag(html: bytes) -> bool:
    """Say whether a half of such a tag may lie between two of the points at which the page is looked at."""
    half = LONGEST_TAG // 2
    points = range(0, len(html) - half, half)
    return any(within.match(html, point, point + half) for point in points for within in _WITHIN_TAG)


def _is_cut_off(root: etree._Element) -> bool:
    last = root
    while len(last):
        last = last[-1]
    return sum(1 for _ in last.iterancestors()) > DEEPEST


def _shorten_tag(match: re.Match[bytes]) -> bytes:
    tag = match[0]
    if len(tag) <= LONGEST_TAG:
        return tag
    name = _TAG_NAME.match(tag, 1)
    return b"<" + (name[0] if name else b"span") + b">"


def _flatten_tag(match: re.Match[bytes]) -> bytes:
    """Keep tags that cannot nest; others become breaks, as most of them begin a line."""
    return match[0] if match[2].lower() in _FLAT_TAGS else b" <br><br> "
