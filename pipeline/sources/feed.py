"""Feeds: RSS 2.0, RSS 1.0 and Atom, well-formed or nearly. Bytes in, addresses and the next page out. Pure."""

from __future__ import annotations

from urllib.parse import urljoin

from lxml import etree

from pipeline.records import Page
from pipeline.sources.listed import ItemCollector, Listed, refuse_page
from pipeline.sources.model import Source
from pipeline.sources.ways import Feed
from pipeline.sources.xml import XmlRefusedError, child_text, local_name, read_xml

_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ROOTS = {"rss": "rss", "rdf": "rss", "feed": "atom"}


def read_feed(page: Page, source: Source, way: Feed) -> Listed:
    """Return a feed's items in its order, with the address of its next page where it names one (RFC 5005).

    Raises StepProblem `not-a-feed`, `xml-with-dtd` or `malformed-xml`.
    """
    try:
        root = read_xml(page.body)
    except XmlRefusedError as error:
        reason = "not-a-feed" if error.reason == "not-xml" else error.reason
        raise refuse_page(page, source, reason, str(error)) from None
    kind = _ROOTS.get(local_name(root))
    if kind is None:
        raise refuse_page(page, source, "not-a-feed", f"the document is a <{local_name(root)}>, no feed")
    if way.kind not in ("auto", kind):
        raise refuse_page(page, source, "not-a-feed", f"the feed is {kind}, the source says {way.kind}")
    collector = ItemCollector(source, way, page, "feed")
    for element in root.iter():
        name = local_name(element)
        if name == ("entry" if kind == "atom" else "item"):
            _add_item(collector, element, way, kind)
    channel = root if kind == "atom" else next((child for child in root if local_name(child) == "channel"), root)
    return collector.listed(tuple(_links(channel, "next")))


def _add_item(collector: ItemCollector, item: etree._Element, way: Feed, kind: str) -> None:
    guid = child_text(item, "guid", "id")
    updated = child_text(item, "updated", "modified")
    published = child_text(item, "pubdate", "published", "issued", "date") or (updated if kind == "atom" else None)
    is_address = guid is not None and guid.startswith(("http://", "https://"))
    collector.add(
        _item_link(item) or (guid if is_address else None),
        base=_base(item, collector.page.final_url),
        title=child_text(item, "title"),
        listed=published,
        updated=updated,
        issuer_id=guid if way.guid == "stable" and not is_address else None,
    )


def _item_link(item: etree._Element) -> str | None:
    """Return the item's own page: before a counting redirect, the link of RSS, then Atom's alternate one."""
    return child_text(item, "origlink") or child_text(item, "link") or next(iter(_links(item, "alternate")), None)


def _links(element: etree._Element, relation: str) -> list[str]:
    """Return the targets of an element's Atom links of that relation, HTML ones first."""
    found = [child for child in element if local_name(child) == "link" and child.get("href")]
    wanted = [link for link in found if (link.get("rel") or "alternate").strip().lower() == relation]
    wanted.sort(key=lambda link: "html" not in (link.get("type") or "html"))
    return [link.get("href", "").strip() for link in wanted]


def _base(element: etree._Element, page_url: str) -> str:
    """Return what relative links in the element refer to: the xml:base around it, or the page's address."""
    bases = [node.get(_BASE) for node in (element, *element.iterancestors()) if node.get(_BASE)]
    for base in reversed(bases):
        page_url = urljoin(page_url, base)
    return page_url
