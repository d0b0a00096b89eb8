"""Who wrote a release: what metadata, byline elements and a news agency's last line say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from lxml import etree

from pipeline.parse.blocks import Block
from pipeline.parse.metadata import Metadata
from pipeline.parse.title import element_text
from pipeline.parse.words import fold_line, load_words

MOST_NAMES, LONGEST_NAME, MOST_WORDS = 6, 60, 6
MOST_BESIDE = 60
"""Elements below the headline among which a line may name the writer."""

_META_NAMES = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl")
_ELEMENT_NAME = re.compile(r"(?:^|[\s_-])(?:bylines?|authors?|author-?name|writer|reporter)(?=$|[\s_-])", re.IGNORECASE)
_NO_NAME = re.compile(
    r"[@\d:;!?#|<>{}\[\]_=]|https?|www\.|(?-i:[a-z0-9-]\.[a-z]{2,})|\bposted\b|\bpublished\b", re.IGNORECASE
)
_INITIALS = re.compile(r"(?:[A-Z][a-z]?\.\s?){1,3}(?:[A-Z][a-z]{0,2}\.?)?")
_PARTICLE = re.compile(
    r"(?:al|el|ad|an|ar|as|at|az|bin|bint|ibn|abu|de|da|del|della|di|du|van|von|der|den|la|le|y|e)(?=[- ]|$)"
)
_NAME_END = re.compile(r"\w$|(?<!\w)\w\.$")
_JOINT = re.compile(r"\s*(?:[,،、/&;+|•·]|\n)\s*")


def read_byline(
    elements: Sequence[etree._Element],
    metadata: Metadata,
    headline: etree._Element | None,
    blocks: Sequence[Block],
) -> tuple[str, ...]:
    """Return the names of the writers as written, in order, without labels; empty where none is named.

    Issuers, offices and accounts are no writers. `elements` is the whole tree in document order, `blocks` the body: a
    last line of it that is a name or initials counts, and stays in it. A line below the headline needs a label.
    """
    publishers = {fold_line(name) for name in _publishers(metadata)}
    names = _cleaned(_linked_names(metadata.article), publishers) or _cleaned(_meta_names(metadata), publishers)
    names = names or _cleaned(_element_names(elements), publishers)
    names = names or _labelled_line(elements, headline, blocks)
    if names and not all(map(_INITIALS.fullmatch, names)):
        return names
    return trailing_byline([block.text for block in blocks[-1:] if block.kind in ("p", "d")]) or names


def _labelled_line(
    elements: Sequence[etree._Element], headline: etree._Element | None, blocks: Sequence[Block]
) -> tuple[str, ...]:
    """Return the names in a line between headline and body that begins with a label such as `By`."""
    if headline is None or not blocks or headline not in elements or blocks[0].element not in elements:
        return ()
    begin, end = elements.index(headline) + 1, elements.index(blocks[0].element)
    for element in elements[begin : min(end, begin + MOST_BESIDE)]:
        line = element_text(element) if len(element) <= 4 else ""
        if not 4 < len(line) <= LONGEST_NAME or not fold_line(line).startswith(load_words().byline_labels):
            continue
        names = clean_names(line)
        if names and names != (line,) and all(map(_looks_like_name, names)):
            return names
    return ()


def trailing_byline(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """Return the names in the last paragraph where it is nothing but names or initials, as news agencies sign."""
    last = paragraphs[-1].strip() if paragraphs else ""
    words = load_words()
    if not 1 < len(last) <= LONGEST_NAME or fold_line(last) in words.end_marks | words.furniture_lines:
        return ()
    for line in last.split("\n"):
        label, colon, told = line.partition(":")
        if colon and fold_line(label) in words.byline_labels:
            return clean_names(told)
    names = [part for part in _JOINT.split(last) if part]
    if names and all(map(_INITIALS.fullmatch, names)):
        return (last,)
    signed = len(names) > 1 and "/" in last  # what tells names from words where letters have no case
    if "," in last or not all(_looks_like_name(name, signed=signed) or _INITIALS.fullmatch(name) for name in names):
        return ()
    return tuple(names)


def clean_names(text: str) -> tuple[str, ...]:
    """Return the names that a byline's text lists, its label dropped; those that are no person's left out."""
    return _cleaned([text], set())


def _cleaned(texts: Iterable[str], publishers: set[str]) -> tuple[str, ...]:
    words = load_words()
    names: dict[str, None] = {}
    for text in texts:
        rest = " ".join(text.split()).strip(" -–—|·•,;")
        if fold_line(rest).startswith(words.byline_labels):
            for label in words.byline_labels:
                if fold_line(rest[: len(label) + 1]).startswith(label) and re.match(
                    r"\W", rest[len(label) : len(label) + 1] or "x"
                ):
                    rest = rest[len(label) :].lstrip(" :：-–—")
                    break
        for part in _joints().split(rest):
            name = part.strip(" .,-–—")
            if name and fold_line(name) not in publishers and _is_person(name):
                names.setdefault(name)
    return tuple(names)[:MOST_NAMES]


@cache
def _joints() -> re.Pattern[str]:
    words = "|".join(re.escape(joint) for joint in sorted(load_words().byline_joints))
    return re.compile(rf"{_JOINT.pattern}|\s+(?:{words})\s+")


def _is_person(name: str) -> bool:
    words = fold_line(name).split()
    if not 1 <= len(words) <= MOST_WORDS or len(name) > LONGEST_NAME or _NO_NAME.search(name):
        return False
    return not any(word in load_words().no_writers for word in words) and not (len(words) == 1 and name.islower())


def _looks_like_name(name: str, *, signed: bool = False) -> bool:
    """Say whether a line is two to four words with capitals, particles aside; initials may end it.

    `signed` says that one word or letters without case will do.
    """
    words = name.split()
    if not (1 if signed else 2) <= len(words) <= 4 or not _is_person(name) or not _NAME_END.search(name):
        return False
    if name.isupper() and not 4 < len(name) <= 24:
        return False
    letters = [word[0] for word in words if not _PARTICLE.match(word)]
    has_case = any(letter.lower() != letter.upper() for letter in letters)
    return bool(letters) and (all(letter.isupper() for letter in letters) if has_case else signed)


def _publishers(metadata: Metadata) -> Iterable[str]:
    yield from (name for name in (metadata.site_name, metadata.meta.get("og:site_name")) if name)
    publisher = metadata.article.get("publisher")
    for item in publisher if isinstance(publisher, list) else [publisher]:
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, str):
            yield name


def _linked_names(article: Mapping[str, Any]) -> list[str]:
    authors = article.get("author") or article.get("creator")
    names = []
    for author in authors if isinstance(authors, list) else [authors]:
        if isinstance(author, dict):
            kind = str(author.get("@type", "Person"))
            name = author.get("name")
            if "Person" in kind and isinstance(name, str):
                names.append(name)
        elif isinstance(author, str):
            names.append(author)
    return names


def _meta_names(metadata: Metadata) -> list[str]:
    return [value for name in _META_NAMES if (value := metadata.meta.get(name)) and "/" not in value]


def _element_names(elements: Sequence[etree._Element]) -> list[str]:
    for element in elements:
        if not _names_writer(element) or element.tag in ("body", "meta", "link"):
            continue
        text = element_text(element)
        if text and len(text) <= 3 * LONGEST_NAME:
            return [text, *_further_names(element)]
    return []


def _further_names(element: etree._Element) -> list[str]:
    """Return the texts of the elements beside the first writer's that are marked as it is."""
    parent = element.getparent()
    above = parent if parent is None or len(parent) > 1 else parent.getparent()
    if above is None or above.tag in ("body", "html"):
        return []
    alike = (other for other in above.iter(element.tag) if other.get("class") == element.get("class"))
    return [element_text(other) for other in islice(alike, 1, MOST_NAMES)]


def _names_writer(element: etree._Element) -> bool:
    if element.get("rel") == "author" or element.get("itemprop") == "author":
        return True
    names = element.get("class")
    return names is not None and _are_writers(names)


@lru_cache(maxsize=10_000)
def _are_writers(names: str) -> bool:
    """Say whether one of an element's class names says that it holds a byline."""
    return _ELEMENT_NAME.search(names) is not None
