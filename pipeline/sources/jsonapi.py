"""Listings that answer JSON. Bytes in, addresses and the next page out. Pure."""

from __future__ import annotations

import json
import string
from typing import Any
from urllib.parse import quote

from pipeline.records import Page
from pipeline.sources.listed import ItemCollector, Listed, refuse_page
from pipeline.sources.model import Source
from pipeline.sources.ways import JsonApi
from pipeline.sources.xml import looks_like_html


def read_json(page: Page, source: Source, way: JsonApi) -> Listed:
    """Return the items of a JSON answer in its order, with the next page's address where the answer names it.

    An empty list where the items belong states that nothing matches. Raises StepProblem `not-json` for what is none,
    and `no-items` where the answer has no list at the declared place.
    """
    try:
        answer = json.loads(page.body)
    except (ValueError, RecursionError):
        what = "an HTML page" if looks_like_html(page.body) else "something that is no JSON"
        raise refuse_page(page, source, "not-json", f"answers {what}") from None
    items = _at(answer, way.items)
    if not isinstance(items, list):
        raise refuse_page(page, source, "no-items", f"has no list at {way.items or 'its top'}")
    collector = ItemCollector(source, way, page, "json")
    for item in items:
        collector.add(
            _link(item, way.link),
            title=_text(_at(item, way.title)) if way.title else None,
            listed=_text(_at(item, way.date)) if way.date else None,
            updated=_text(_at(item, way.updated)) if way.updated else None,
            issuer_id=_text(_at(item, way.id)) if way.id else None,
        )
    following = _text(_at(answer, way.next)) if way.next else None
    return collector.listed((following,) if following else (), nothing=not items)


def _at(value: Any, path: str) -> Any:
    """Return what lies at a dotted path of names and list positions, None where the path leads nowhere."""
    for part in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _text(value: Any) -> str | None:
    """Return a JSON string or number as text; a number's fraction goes, since only epoch seconds have one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _link(item: Any, link: str) -> str | None:
    """Return an item's address: at the path, or in the pattern with the paths in braces filled in."""
    if "{" not in link:
        return _text(_at(item, link))
    parts = []
    for literal, path, _, _ in string.Formatter().parse(link):
        parts.append(literal)
        if path is not None:
            value = _text(_at(item, path))
            if not value:
                return None
            parts.append(quote(value, safe="/:?&=%#,;@+~!*'()-._"))
    return "".join(parts)
