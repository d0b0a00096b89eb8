"""Pages that are no release: soft 404s, refusals, listings, galleries, forms. Judged by structure; a short release passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.parse_body import Body
from pipeline.parse_metadata import Metadata
from pipeline.parse_words import fold_line, load_words

SHORTEST_RELEASE = 60
"""Characters of running text: one sentence. Less stands on galleries, forms and empty templates."""
SHORT_RELEASE = 600
"""Characters from which a page speaks for itself, whatever its title."""


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
    """Return why the page is no release, None where it may be one."""
    size = sum(len(block.text) for block in body.blocks)
    if size < SHORT_RELEASE:
        missing = _named_missing([title, metadata.title or "", *(block.text for block in body.blocks[:2])])
        if missing is not None:
            return missing
    if size == 0:
        return Refusal("no-text", "the page has no running text")
    if metadata.says_article and size >= SHORTEST_RELEASE:
        return None
    if size < SHORT_RELEASE and (form.password or form.fields >= 4):
        return Refusal("not-a-release", "the page is a form with little running text")
    if body.linked_headings >= 3 and body.linked_headings * 2 > body.prose:
        return Refusal("not-a-release", f"the page lists {body.linked_headings} linked headings, each with a teaser")
    if body.links >= 8 and body.links > 2 * body.prose:
        return Refusal("not-a-release", f"the page lists {body.links} links and has little running text")
    if size < SHORTEST_RELEASE:
        return Refusal("not-a-release", f"the page has {size} characters of running text")
    return None


def _named_missing(lines: Sequence[str]) -> Refusal | None:
    words = load_words()
    for line in lines:
        folded = fold_line(line)
        for reason, names in (("soft-404", words.missing_page_titles), ("not-a-release", words.refused_page_titles)):
            for name in names:
                if folded == name or (len(folded) < 80 and _begins_or_ends(folded, name) and _is_cut(line, name)):
                    told = "says that there is none" if reason == "soft-404" else "refuses or checks the reader"
                    return Refusal(reason, f"instead of a release the page {told}: {' '.join(line.split())[:80]}")
    return None


def _begins_or_ends(line: str, name: str) -> bool:
    return line.startswith(name + " ") or line.endswith(" " + name)


def _is_cut(line: str, name: str) -> bool:
    """Say whether the name stands apart in the line (`Page not found | Ministry`) or is longer than one word."""
    return " " in name or any(fold_line(part) == name for part in line.replace("–", "|").replace("-", "|").split("|"))


def read_form(root: etree._Element) -> Form:
    """Return what readers are to fill in; to be asked before unseen elements are taken out of the tree."""
    fields, password = 0, False
    for element in root.iter("textarea", "select", "input"):
        kind = (element.get("type") or "text").lower() if element.tag == "input" else "text"
        fields += kind in ("text", "email", "tel", "date", "number", "checkbox", "radio")
        password = password or kind == "password"
    return Form(fields, password)
