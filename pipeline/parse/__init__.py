"""Page -> Release: title, publication time, byline, paragraphs, language. Pure: bytes in, a record out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time

from lxml import etree

from pipeline.errors import StepProblem
from pipeline.parse.body import Body, read_body
from pipeline.parse.byline import clean_names, read_byline, trailing_byline
from pipeline.parse.bytes import NoTextError, clean_text, read_utf8
from pipeline.parse.dates import DateManner
from pipeline.parse.hints import ParseHints
from pipeline.parse.language import normal_language, read_language
from pipeline.parse.metadata import Metadata, read_metadata
from pipeline.parse.published import Published, read_published
from pipeline.parse.refusal import read_form, refuse_page
from pipeline.parse.selectors import MARK, apply_selectors
from pipeline.parse.text import read_text
from pipeline.parse.title import Headline, element_text, read_headline
from pipeline.parse.tree import TreeTooLargeError, list_seen, read_tree
from pipeline.parse.trim import SHORT_PARAGRAPH, ends_sentence, is_date_line
from pipeline.parse.visible import VisibleDate, find_visible_dates, read_marked_date
from pipeline.records import Page, Problem, Release

__all__ = ["MOST_BYTES", "ParseHints", "parse_page", "parse_text"]

MOST_BYTES = 5_000_000
"""Bytes of a page that are read: a release of this size would be a book."""
LONGEST_TITLE = 200
"""Characters of a title that is taken from the text itself."""

_TEXTLESS_TYPES = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip")


def parse_page(page: Page, hints: ParseHints | None = None) -> Release:
    """Return the release that a page holds; a page of type `text/plain` is read as `parse_text` does.

    Raises StepProblem, stage parse, with reason empty, too-large, unreadable, no-text, soft-404 or not-a-release. A
    release without a date has `published_at` None and `date_basis` none.
    """
    hints = hints or ParseHints()
    opening = page.body[:200].lstrip().lower()
    if _type_of(page) == "text/plain" and not opening.startswith((b"<!doctype html", b"<html")):
        return parse_text(page, hints)
    return _release_from_html(page, _read_bytes(page, hints), hints)


def parse_text(page: Page, hints: ParseHints | None = None) -> Release:
    """Return the release in a plain text: its title, a line `published: YYYY-MM-DD|unknown`, a blank line, its body.

    Where the second line is no such line, the first is the title all the same. Raises StepProblem as `parse_page` does.
    """
    hints = hints or ParseHints()
    return _release_from_text(page, _read_bytes(page, hints), hints)


def _read_bytes(page: Page, hints: ParseHints) -> bytes:
    if len(page.body) > MOST_BYTES:
        raise _problem(page, "too-large", f"the page has {len(page.body):,} bytes; {MOST_BYTES:,} are read at most")
    if not page.body.strip():
        raise _problem(page, "empty", "the page is empty")
    kind = _type_of(page)
    if kind.startswith(_TEXTLESS_TYPES):
        raise _problem(page, "unreadable", f"the page is of type {kind}, neither HTML nor text")
    try:
        return read_utf8(page.body, page.content_type, hints.language)
    except NoTextError:
        raise _problem(page, "unreadable", "the page is a binary file, neither HTML nor text") from None


def _release_from_text(page: Page, text: bytes, hints: ParseHints) -> Release:
    parts = read_text(text.decode("utf-8"))
    if not parts.body:
        raise _problem(page, "no-text", "the text has no body below its title")
    if parts.published is not None:
        midnight = datetime.combine(parts.published, time(), hints.zone or UTC)
        published = Published(midnight.astimezone(UTC), parts.published, "head")
    else:
        published = read_published(Metadata({}), list, page.address, DateManner(), hints.zone, page.fetched_at)
    byline = trailing_byline(parts.body.split("\n\n")[-1:])
    return _release(page, hints, parts.title, parts.body, published, byline, read_language(parts.body, hints.language))


def _release_from_html(page: Page, html: bytes, hints: ParseHints) -> Release:
    try:
        root = read_tree(apply_selectors(html, hints.selectors) if hints.selectors else html)
    except TreeTooLargeError as error:
        raise _problem(page, "too-large", f"the page has {error}") from None
    if root is None:
        raise _problem(page, "no-text", "the page has no running text")
    metadata, form = read_metadata(root), read_form(root)
    marked = _marked(root) if hints.selectors else {}
    elements = list_seen(root)
    headline = _marked_headline(marked) or read_headline(elements, metadata, page.address.url, page.address.title)
    body = _find_body(elements, headline, metadata, marked.get("body"))
    title, body = _title_for(headline, page, body)
    refusal = refuse_page(headline.text if headline else "", body, metadata, form)
    if refusal is not None:
        raise _problem(page, refusal.reason, refusal.detail)
    text = body.text
    language = read_language(text, hints.language, metadata.language, metadata.meta.get("og:locale"))
    manner = DateManner(language, hints.country, hints.day_first)
    shown = headline.element if headline is not None else None

    def find_visible() -> list[VisibleDate]:
        return find_visible_dates(elements, shown, body.blocks, title, manner, page.fetched_at.date())

    chosen = read_marked_date(marked["date"], manner) if "date" in marked else []
    published = read_published(metadata, find_visible, page.address, manner, hints.zone, page.fetched_at, marked=chosen)
    byline = clean_names(element_text(marked["byline"])) if "byline" in marked else ()
    byline = byline or read_byline(elements, metadata, shown, body.blocks)
    return _release(page, hints, title, text, published, byline, language)


def _marked(root: etree._Element) -> dict[str, etree._Element]:
    """Return what the selectors found; several bodies are put into one element, where the first stood."""
    found: dict[str, list[etree._Element]] = {}
    for element in root.iter():
        part = element.get(MARK)
        if part:
            found.setdefault(part, []).append(element)
    bodies = found.get("body", [])
    if len(bodies) > 1:
        whole = etree.Element("div")
        bodies[0].addprevious(whole)
        for element in bodies:
            element.tail = None
            whole.append(element)
        found["body"] = [whole]
    return {part: elements[0] for part, elements in found.items()}


def _marked_headline(marked: dict[str, etree._Element]) -> Headline | None:
    element = marked.get("title")
    text = element_text(element) if element is not None else ""
    return Headline(text, element) if text else None


def _find_body(
    elements: list[etree._Element], headline: Headline | None, metadata: Metadata, marked: etree._Element | None
) -> Body:
    """Return the body that a selector found, else what looks most like one, else the one in the page's JSON-LD."""
    if marked is not None:
        body = read_body(list(marked.iter()), headline, whole=True)
        if body.blocks:
            return body
    body = read_body(elements, headline)
    declared = metadata.linked("articleBody")
    if declared and len(declared) > 2 * len(body.text) + 100:
        lines = "".join(f"<p>{line}" for line in declared.split("\n"))
        root = read_tree(f"<html><body>{lines}".encode("utf-8", "replace"))
        hidden = read_body(list_seen(root), headline, whole=True) if root is not None else Body(())
        if hidden.blocks:
            return hidden
    return body


def _title_for(headline: Headline | None, page: Page, body: Body) -> tuple[str, Body]:
    """Return the title and the body below it: the page's, else the listing's, else the text's first line."""
    if headline is not None:
        return headline.text, body
    if page.address.title:
        return " ".join(page.address.title.split()), body
    if not body.blocks:
        return "", body
    first = body.blocks[0].text.split("\n")[0]
    if len(first) <= LONGEST_TITLE and len(body.blocks) > 1 and not ends_sentence(first):
        below = body.blocks[1:]
        if len(below) > 1 and len(below[0].text) < SHORT_PARAGRAPH and is_date_line(below[0], last=False):
            below = below[1:]
        return first, replace(body, blocks=below)
    sentence = re.split(r"(?<=[.!?。؟।])\s", first, maxsplit=1)[0]
    if len(sentence) > LONGEST_TITLE:
        sentence = sentence[:LONGEST_TITLE].rpartition(" ")[0] or sentence[:LONGEST_TITLE]
    return sentence, body


def _release(
    page: Page,
    hints: ParseHints,
    title: str,
    body: str,
    published: Published,
    byline: tuple[str, ...],
    language: str | None,
) -> Release:
    return Release(
        source_id=page.address.source_id,
        url=page.address.url,
        title=" ".join(clean_text(title).split()),
        body=clean_text(body).strip(),
        published_at=published.moment,
        published_date=published.day,
        date_basis=published.basis,
        language=language or normal_language(hints.language),
        byline=tuple(clean_text(name) for name in byline),
        country=hints.country,
        issuer_id=page.address.issuer_id,
        page_sha256=page.sha256,
        archive_ref=page.archive_ref,
        fetched_at=page.fetched_at,
    )


def _type_of(page: Page) -> str:
    return page.content_type.partition(";")[0].strip().lower()


def _problem(page: Page, reason: str, detail: str) -> StepProblem:
    address = page.address
    return StepProblem(
        Problem(stage="parse", reason=reason, detail=detail, source_id=address.source_id, address=address.url)
    )
