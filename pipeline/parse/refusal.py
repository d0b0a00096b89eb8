"""Pages that are no release: soft 404s, refusals, listings, galleries, forms. A release of two sentences passes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from pipeline.parse.body import Body
from pipeline.parse.furniture import is_named_furniture
from pipeline.parse.metadata import Metadata
from pipeline.parse.words import fold_line, load_words

SHORTEST_RELEASE = 60
"""Characters of running text: one sentence. Less stands on galleries, forms and empty templates."""
SHORT_RELEASE = 600
"""Characters from which a page speaks for itself, whatever its title."""
SHORT_BESIDE_FORM = 300
"""Characters from which a page is more than the words around a form."""
SITE_NAME = 60
"""Characters that a site's name may add behind its pages' titles."""
LEAST_FIELDS, LEAST_LINKS, LEAST_TEASERS = 3, 8, 3

_PARTS = re.compile(r"\s+[-–—]\s+|[|:!»•]")
_FIELD_KINDS = ("text", "email", "tel", "date", "number", "password")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a page is no release: a slug (soft-404, not-a-release, no-text) and one line for a person."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Form:
    """How many fields of a page readers are to fill in, and whether one is for a password."""

    fields: int
    password: bool


def refuse_page(title: str, body: Body, metadata: Metadata, form: Form) -> Refusal | None:
    """Return why the page is no release, None where it may be one.

    `title` is the page's own headline, empty where it has none.
    """
    size = sum(len(block.text) for block in body.blocks)
    if size < SHORT_RELEASE:
        missing = _named_missing([title, metadata.title or "", *(block.text for block in body.blocks[:2])])
        if missing is not None:
            return missing
    if size == 0 and body.links >= LEAST_LINKS:
        return Refusal("not-a-release", f"the page lists {body.links} links and has no running text")
    if size == 0 or _only_repeats(title, body):
        return Refusal("no-text", "the page has no running text")
    if body.size < SHORTEST_RELEASE:
        return Refusal("not-a-release", f"the page has {size} characters of running text")
    if metadata.says_article:
        return None
    if body.size < SHORT_BESIDE_FORM and (form.password or form.fields >= LEAST_FIELDS):
        return Refusal("not-a-release", "the page is a form with little running text")
    if body.opens_with_teaser and body.teasers >= LEAST_TEASERS and 2 * body.teasers > body.prose:
        return Refusal("not-a-release", f"the page lists {body.teasers} linked headings, each with a teaser")
    if body.prose == 0 and body.links >= LEAST_LINKS:
        return Refusal("not-a-release", f"the page lists {body.links} links and has no running text")
    return None


def _only_repeats(title: str, body: Body) -> bool:
    """Say whether all there is is the title again, as on a page cut off in its head."""
    folded = fold_line(title)
    if len(body.blocks) != 1 or not folded:
        return False
    only = fold_line(body.blocks[0].text)
    return only.startswith(folded) and len(only) <= len(folded) + SITE_NAME


def _named_missing(lines: Sequence[str]) -> Refusal | None:
    words = load_words()
    for line in filter(None, lines):
        folded = fold_line(line)
        parts = {folded, *(fold_line(part) for part in _PARTS.split(line))}
        told = f"{' '.join(line.split())[:80]!r} stands where a release should"
        if parts & words.missing_page_titles or any(phrase in folded for phrase in words.missing_page_phrases):
            return Refusal("soft-404", told)
        if parts & words.refused_page_titles or any(phrase in folded for phrase in words.refused_page_phrases):
            return Refusal("not-a-release", told)
    return None


def read_form(root: etree._Element) -> Form:
    """Return what readers are to fill in; to be asked before unseen elements are taken out of the tree.

    Searching, subscribing and agreeing to cookies, which any page may offer, do not count.
    """
    fields, password = 0, False
    for element in root.iter("textarea", "input"):
        kind = (element.get("type") or "text").lower() if element.tag == "input" else "text"
        if kind not in _FIELD_KINDS or any(is_named_furniture(above) for above in islice(element.iterancestors(), 8)):
            continue
        fields += 1
        password = password or kind == "password"
        if fields > LEAST_FIELDS:
            break
    return Form(fields, password)
