"""The headline: where the page shows it, what the page calls itself, and the site's name cut off."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from pipeline.parse.metadata import Metadata
from pipeline.parse.words import fold_line, load_words

LONGEST = 500
_SEPARATORS = re.compile(r"\s+[|\-–—»«·•:/\\>]+\s+|\s*\|\s*|:\s+|\s+::\s+")
_TITLE_NAME = re.compile(
    r"(?:^|[\s_-])(?:title|headline|heading|tittle\w*|titre|titulo|baslik)(?=$|[\s_-])|artical|header-c"
)


@dataclass(frozen=True, slots=True)
class Headline:
    """A title, and the element that shows it where one does."""

    text: str
    element: etree._Element | None = None


def read_headline(
    elements: Sequence[etree._Element], metadata: Metadata, url: str, listed: str | None = None
) -> Headline | None:
    """Return the page's headline, None where nothing on the page is one.

    `elements` is the page's body in document order, `listed` the title that a listing gave the page. An `h1` that one
    of the declared titles knows comes first, then a smaller heading or line that shows one of them, then any `h1`,
    then og:title and the title element without the site's name. Headings that name a part of the site are none.
    """
    declared = [
        cut_site_name(title, metadata.site_name, url)
        for title in (listed, metadata.meta.get("og:title"), metadata.linked("headline"), metadata.title)
        if title
    ]
    names = {fold_line(name) for name in (metadata.site_name, _host(url)) if name} | load_words().section_names
    declared = [title for title in declared if fold_line(title) not in names]
    shown = [Headline(text, element) for element in elements[0].iter("h1") if (text := element_text(element))]
    shown = [item for item in shown if fold_line(item.text) not in names]
    best = max(
        shown, key=lambda item: max((likeness(item.text, title) for title in declared), default=0.0), default=None
    )
    if best is not None and (not declared or _known(best.text, declared)):
        return best
    alone = best is None and "og:title" not in metadata.meta
    lower = _lower_heading(elements, declared, names, alone=alone) or _title_line(elements, metadata.title)
    if lower is not None:
        return lower
    if best is not None and not _is_label(best.text, declared):
        return best
    return Headline(declared[0]) if declared else best


def element_text(element: etree._Element) -> str:
    """Return an element's visible text on one line, empty where it is longer than a headline."""
    parts: list[str] = []
    size = 0
    for piece in element.iter():
        parts.append(" " if piece.tag == "br" else piece.text or "")
        size += len(parts[-1].strip())
        if piece is not element and piece.tail:
            parts.append(piece.tail)
            size += len(piece.tail.strip())
        if size > LONGEST:
            return ""
    return " ".join("".join(parts).split())


def cut_site_name(title: str, site_name: str | None, url: str) -> str:
    """Return a declared title without the site's name at either end."""
    title = " ".join(title.split())
    names = {_letters(name) for name in (site_name, _host(url)) if name} - {""}
    site = _letters(site_name or "")
    parts = [(match.start(), match.end()) for match in _SEPARATORS.finditer(title)]
    for begin, end in reversed(parts):
        tail = _letters(title[end:])
        named = tail in names or (len(site) > 3 and (site in tail or (len(tail) > 3 and tail in site)))
        by_host = ":" not in title[begin:end] and len(title[end:].split()) <= 6 and any(name in tail for name in names)
        if begin and (named or by_host):
            return cut_site_name(title[:begin], site_name, url)
    for begin, end in parts:
        if _letters(title[:begin]) in names and end < len(title):
            return title[end:]
    strong = [(begin, end) for begin, end in parts if title[begin:end].strip() in ("|", "»", "::", "–", "—", "-")]
    if strong and not site_name:
        begin, end = strong[-1]
        if len(title[end:].split()) <= 5 and len(title[:begin]) > 1.5 * len(title[end:]):
            return title[:begin]
    return title


def likeness(one: str, other: str) -> float:
    """Return how many of the words of the shorter title stand in the other, 0 to 1."""
    first, second = set(fold_line(one).split()), set(fold_line(other).split())
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def _known(text: str, declared: Sequence[str]) -> bool:
    return any(likeness(text, title) >= 0.6 and len(text) * 3 > len(title) for title in declared)


def _is_label(text: str, declared: Sequence[str]) -> bool:
    """Say whether a heading names a kind of page (`Press releases`) while the page calls itself something longer."""
    words = len(text.split())
    return words <= 2 and any(len(title.split()) >= words + 3 and likeness(text, title) < 1 for title in declared)


def _lower_heading(
    elements: Sequence[etree._Element], declared: Sequence[str], names: Collection[str], *, alone: bool
) -> Headline | None:
    """Return the first smaller heading, or element named a title, that shows a declared title.

    Where none does and `alone` says that only the title element declares one (many sites put the same into each page),
    the first that is named a title and holds no link.
    """
    named = None
    for element in elements:
        tag = element.tag
        if tag in ("html", "body", "h1"):
            continue
        if tag not in ("h2", "h3", "h4"):
            marks = f"{element.get('class') or ''} {element.get('id') or ''}"
            if marks == " " or len(element) > 4 or _TITLE_NAME.search(marks.lower()) is None:
                continue
        text = element_text(element)
        if len(text) < 8 or fold_line(text) in names:
            continue
        if any(likeness(text, title) >= 0.8 and len(text) * 2 > len(title) for title in declared):
            return Headline(text, element)
        is_heading = tag in ("h2", "h3", "h4")
        if named is None and alone and not (is_heading and declared) and element.find(".//a") is None:
            named = Headline(text, element)
    return named


def _title_line(elements: Sequence[etree._Element], title: str | None) -> Headline | None:
    """Return the line of the page that is the title element's first part, so that the rest of it is the site's name."""
    title = " ".join((title or "").split())
    parts = {fold_line(title[: match.start()]) for match in _SEPARATORS.finditer(title)}
    parts = {part for part in parts if len(part) >= 12}
    shown = []
    for element in elements if parts else ():
        text = element.text
        if text and 12 <= len(text) <= 2 * len(title) and fold_line(text) in parts:
            shown.append(Headline(" ".join(text.split()), element))
    return max(shown, key=lambda item: len(item.text), default=None)


def _host(url: str) -> str:
    """Return the label of a host name that names the site, empty where it is short."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    labels = [label for label in host.split(".") if label not in ("www", "com", "org", "gov", "net", "int", "co")]
    return labels[0] if labels and len(labels[0]) > 3 else ""


def _letters(text: str) -> str:
    return fold_line(text).replace(" ", "")
