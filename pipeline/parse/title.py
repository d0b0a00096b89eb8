"""The headline: where the page shows it, what the page calls itself, and the site's name cut off."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from urllib.parse import urlsplit

from lxml import etree

from pipeline.parse.dates import DateManner, may_hold_date, read_dates
from pipeline.parse.furniture import is_named_furniture
from pipeline.parse.metadata import Metadata
from pipeline.parse.words import fold_line, load_words

LONGEST = 500
LONGEST_DECLARED = 2000
"""Characters of a declared title that are looked at: one that is never closed holds the page."""
LONG_TEXT = 100
"""Characters of a run of text below which no headline is looked for."""
_HOME = re.compile(
    r"(?:https?://[^/]+)?\.?/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home)(?:\.\w+)*/?)?", re.IGNORECASE
)
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
    site, host = metadata.site_name or "", _host(url)
    titles = (listed, metadata.meta.get("og:title"), metadata.linked("headline"), metadata.title)
    declared = [_cut_names(title, site, host) for title in dict.fromkeys(titles) if title]
    names = {fold_line(name) for name in (site, host) if name}
    ranked = [Headline(text, element) for element in elements[0].iter("h1") if (text := heading_text(element))]
    names |= {fold_line(item.text) for item in ranked if item.element is not None and _leads_home(item.element)}
    names |= load_words().section_names
    declared = [title for title in declared if fold_line(title) not in names]
    shown = [item for item in ranked if fold_line(item.text) not in names]
    best = max(
        shown, key=lambda item: max((likeness(item.text, title) for title in declared), default=0.0), default=None
    )
    if best is not None and (not declared or _known(best.text, declared)):
        repeats_title = fold_line(best.text) == fold_line(metadata.title or "")
        return (_title_line(elements, metadata.title, ("h2", "h3", "h4")) if repeats_title else None) or best
    alone = best is None and "og:title" not in metadata.meta
    lower = _lower_heading(elements, declared, names, alone=alone) or _title_line(elements, metadata.title)
    if lower is not None:
        return lower
    if best is not None and not _is_label(best.text, declared):
        return best
    if best is None and "og:title" not in metadata.meta and _is_general(metadata.title or ""):
        opening = takewhile(lambda element: len(element.text or "") < LONG_TEXT, elements)
        only = next((item for item in map(_plain_heading, opening) if item and fold_line(item.text) not in names), None)
        if only is not None:
            return only
    return Headline(declared[0]) if declared else best


def heading_text(element: etree._Element) -> str:
    """Return a heading's text without the parts of it that only name the section or the day."""
    parts = [child for child in element if child.tag != "br" and _is_beside_title(child)]
    text = element_text(element)
    for child in parts:
        aside = element_text(child)
        rest = text.removeprefix(aside) if text.startswith(aside) else text.removesuffix(aside)
        text = rest.strip(" |–—-:•·") or text
    return text


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


def _cut_names(title: str, site_name: str, host: str) -> str:
    """Return a declared title without the site's name, or what its host is called, at either end."""
    title = " ".join(title[:LONGEST_DECLARED].split())
    site = _letters(site_name)
    names = {site, _letters(host)} - {""}
    parts = [(match.start(), match.end()) for match in _SEPARATORS.finditer(title)]
    for begin, end in reversed(parts):
        tail = _letters(title[end:])
        named = tail in names or (len(site) > 3 and (site in tail or (len(tail) > 3 and tail in site)))
        by_host = ":" not in title[begin:end] and len(title[end:].split()) <= 6 and any(name in tail for name in names)
        if begin and (named or by_host):
            return _cut_names(title[:begin], site_name, host)
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
    the first above the text that is named a title and holds no link.
    """
    named = None
    for element in elements:
        tag = element.tag
        alone = alone and len(element.text or "") < LONG_TEXT
        if tag in ("html", "body", "h1"):
            continue
        if tag not in ("h2", "h3", "h4"):
            marks = f"{element.get('class') or ''} {element.get('id') or ''}"
            if marks == " " or len(element) > 4 or _TITLE_NAME.search(marks.lower()) is None:
                continue
            if any(element.find(f".//{heading}") is not None for heading in ("h1", "h2", "h3", "h4")):
                continue
        text = heading_text(element)
        if len(text) < 8 or fold_line(text) in names:
            continue
        if any(likeness(text, title) >= 0.8 and len(text) * 2 > len(title) for title in declared):
            return Headline(text, element)
        is_heading = tag in ("h2", "h3", "h4")
        if named is None and alone and not (is_heading and declared) and element.find(".//a") is None:
            named = Headline(text, element)
    return named


def _title_line(elements: Sequence[etree._Element], title: str | None, tags: Collection[str] = ()) -> Headline | None:
    """Return the line of the page that is the title element's first part, so that the rest of it is the site's name.

    `tags` are those that may hold it, all where it is empty.
    """
    title = " ".join((title or "").split())
    parts = {fold_line(title[: match.start()]) for match in _SEPARATORS.finditer(title)}
    parts = {part for part in parts if len(part) >= 12}
    shown = []
    for element in elements if parts else ():
        text = element_text(element) if element.tag in tags else None if tags else element.text
        if text and 12 <= len(text) <= 2 * len(title) and fold_line(text) in parts:
            shown.append(Headline(" ".join(text.split()), element))
    return max(shown, key=lambda item: len(item.text), default=None)


def _is_beside_title(element: etree._Element) -> bool:
    text = element_text(element)
    if not text or len(text) > 60:
        return False
    if fold_line(text) in load_words().section_names:
        return True
    if not may_hold_date(text):
        return False
    dated = read_dates(text, DateManner())
    return bool(dated.dates) and not re.search(r"[^\W\d_]{3}", dated.folded[: dated.dates[0].begin])


def _leads_home(element: etree._Element) -> bool:
    """Say whether a heading is the site's logo: a link to its first page."""
    link = element.find(".//a")
    if link is None:
        link = next((above for above in islice(element.iterancestors(), 2) if above.tag == "a"), None)
    return link is not None and _HOME.fullmatch((link.get("href") or "x").strip()) is not None


def _is_general(title: str) -> bool:
    """Say whether a title may stand on each page of a site: it is short, or names a section."""
    parts = [fold_line(part) for part in _SEPARATORS.split(title)]
    return len(title.split()) <= 6 or any(part in load_words().section_names for part in parts)


def _plain_heading(element: etree._Element) -> Headline | None:
    """Return what a heading of the second or third rank shows, where it is no link and no furniture's."""
    if element.tag not in ("h2", "h3") or element.find(".//a") is not None:
        return None
    text = heading_text(element)
    words = load_words()
    if len(text) < 8 or fold_line(text) in words.closing_headings | words.furniture_lines:
        return None
    if any(above.tag == "a" or is_named_furniture(above) for above in element.iterancestors()):
        return None
    return Headline(text, element)


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
