"""What a page says of itself for machines: meta elements and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from pipeline.parse.words import word_set

MOST_NODES = 2_000
"""Nodes of JSON-LD that are looked at: pages describe themselves in a few."""
LONGEST_VALUE = 2_000
"""Characters of a meta value or title that are kept."""

_ARTICLE_TYPES = word_set(
    "article newsarticle reportagenewsarticle analysisnewsarticle blogposting pressrelease report speech "
    "governmentannouncement specialannouncement advertisercontentarticle socialmediaposting"
)
_PAGE_TYPES = word_set("webpage itempage creativework")
_WRAPPERS = re.compile(r"^\s*(?:<!--|<!\[CDATA\[|//\s*<!\[CDATA\[)|(?:-->|(?://\s*)?\]\]>)\s*;?\s*$")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Meta values by lower-case name, the first of each name, and the JSON-LD node that describes the release."""

    meta: Mapping[str, str]
    article: Mapping[str, Any] = field(default_factory=dict)
    site_name: str | None = None
    language: str | None = None
    title: str | None = None

    def linked(self, name: str) -> str | None:
        """Return a text value of the JSON-LD node."""
        value = self.article.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("@value") or value.get("name")
        return value.strip() or None if isinstance(value, str) else None

    @property
    def says_article(self) -> bool:
        """Say whether the page calls itself an article."""
        return self.meta.get("og:type", "").lower() == "article" or bool(_types(self.article) & _ARTICLE_TYPES)


def read_metadata(root: etree._Element) -> Metadata:
    """Return what the page says of itself."""
    meta: dict[str, str] = {}
    scripts: list[etree._Element] = []
    title = None
    for element in root.iter("meta", "script", "title"):
        if element.tag == "script":
            scripts.append(element)
            continue
        if element.tag == "title":
            title = title or " ".join("".join(element.itertext())[:LONGEST_VALUE].split()) or None
            continue
        given = dict(element.items())
        value = given.get("content")
        if not value or value.isspace():
            continue
        for name in (given.get("property"), given.get("name"), *given.get("itemprop", "").split()):
            if name:
                meta.setdefault(name.strip().lower(), value[:LONGEST_VALUE].strip())
    nodes = list(_nodes(scripts))
    return Metadata(
        meta=meta,
        article=_main_node(nodes),
        site_name=meta.get("og:site_name") or meta.get("application-name") or _site_name(nodes),
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        title=title,
    )


def _unwrap(text: str) -> str:
    """Return a script's text without the comments and marks that old pages put around it."""
    text = text.strip().rstrip(";")
    return text if text[:1] in ("{", "[") and text[-1:] in ("}", "]") else _WRAPPERS.sub("", text).strip().rstrip(";")


def _main_node(nodes: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    for types in (_ARTICLE_TYPES, _PAGE_TYPES):
        fitting = [node for node in nodes if _types(node) & types]
        if fitting:
            return max(fitting, key=lambda node: ("datePublished" in node, "articleBody" in node))
    return next((node for node in nodes if "datePublished" in node and "itemReviewed" not in node), {})


def _site_name(nodes: list[Mapping[str, Any]]) -> str | None:
    for node in nodes:
        if _types(node) & {"website", "organization", "newsmediaorganization", "governmentorganization"}:
            name = node.get("name")
            if isinstance(name, str) and name.strip():
                return name.strip()
    return None


def _types(node: Mapping[str, Any]) -> set[str]:
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return {item.rsplit("/", 1)[-1].lower() for item in values if isinstance(item, str)}


def _nodes(scripts: Iterable[etree._Element]) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of all JSON-LD scripts, outer ones first; what is no JSON is passed over."""
    queue: list[Any] = []
    for script in scripts:
        kind = script.get("type")
        if kind and "ld+json" in kind.lower() and script.text:
            try:
                queue.append(json.loads(_unwrap(script.text), strict=False))
            except (ValueError, RecursionError):
                continue
    seen = 0
    while queue and seen < MOST_NODES:
        item = queue.pop(0)
        seen += 1
        if isinstance(item, dict):
            yield item
            queue.extend(value for key, value in item.items() if key in ("@graph", "mainEntity", "mainEntityOfPage"))
        elif isinstance(item, list):
            queue.extend(item[:MOST_NODES])
