"""Sitemaps and indexes of them, plain or gzipped. Bytes in, addresses and further sitemaps out. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from pipeline.content_coding import ContentCodingError, TooLargeError, gunzip
from pipeline.records import Page
from pipeline.sources.dates import day_ends, read_date
from pipeline.sources.listed import ItemCollector, Listed, refuse_page
from pipeline.sources.model import Source
from pipeline.sources.ways import Sitemap
from pipeline.sources.xml import XmlRefusedError, child_text, local_name, read_xml

LARGEST = 52_428_800
"""Bytes of one sitemap, unpacked, as the protocol allows."""


def read_sitemap(page: Page, source: Source, way: Sitemap, changed_since: datetime | None = None) -> Listed:
    """Return a sitemap's addresses, or the sitemaps that an index names, newest change first.

    Sitemaps that the index says were last changed before `changed_since` are left out. Raises StepProblem
    `not-a-sitemap`, `xml-with-dtd`, `malformed-xml` or `too-large`.
    """
    try:
        body = gunzip(page.body, LARGEST) if page.body.startswith(b"\x1f\x8b") else page.body
        root = read_xml(body)
    except TooLargeError as error:
        raise refuse_page(page, source, "too-large", str(error)) from None
    except ContentCodingError as error:
        raise refuse_page(page, source, "not-a-sitemap", str(error)) from None
    except XmlRefusedError as error:
        reason = "not-a-sitemap" if error.reason == "not-xml" else error.reason
        raise refuse_page(page, source, reason, str(error)) from None
    collector = ItemCollector(source, way, page, "sitemap")
    if local_name(root) == "sitemapindex":
        further: list[tuple[str, str]] = []
        for entry in root:
            place, changed = child_text(entry, "loc"), child_text(entry, "lastmod") or ""
            if local_name(entry) == "sitemap" and place and _is_wanted(place, changed, source, way, changed_since):
                further.append((changed, place))
        further.sort(key=lambda pair: pair[0], reverse=True)
        listed = collector.listed(tuple(place for _, place in further))
        return Listed(listed.addresses, listed.more, len(further), problems=listed.problems)
    if local_name(root) != "urlset":
        raise refuse_page(page, source, "not-a-sitemap", f"the document is a <{local_name(root)}>, no sitemap")
    for entry in root:
        if local_name(entry) == "url":
            news = next((child for child in entry if local_name(child) == "news"), entry)
            collector.add(
                child_text(entry, "loc"),
                title=child_text(news, "title"),
                listed=child_text(news, "publication_date") or child_text(entry, "lastmod"),
            )
    return collector.listed()


def _is_wanted(place: str, changed: str, source: Source, way: Sitemap, since: datetime | None) -> bool:
    if way.sitemaps is not None and re.search(way.sitemaps, place) is None:
        return False
    read = read_date(changed, source.manner(way)) if since else None
    if since is None or read is None:
        return True
    return (day_ends(read.moment, source.zone) if read.date_only else read.moment) >= since
