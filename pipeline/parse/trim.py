"""What of a body's blocks is the release's own text, and how a block is written down."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from lxml import etree

from pipeline.parse.blocks import Block
from pipeline.parse.dates import DateManner, is_other_date, may_hold_date, read_dates
from pipeline.parse.title import Headline, likeness
from pipeline.parse.words import fold_line, load_words

SHORT_LINE, SHORT_PARAGRAPH = 40, 60
"""Characters below which a line may be furniture, and a paragraph a heading, a date or a label."""

_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।](?:\s?[\"'”’»)\]\d]{1,3})?$|[:;](?:\s?[\"'”’»)\]]{1,2})?$|[”\"»]$")
NARROWEST_LINE, WIDEST_LINE = 40, 120
"""Characters of a line to whose width a preformatted text may have been broken."""
MOST_BESIDE_DATE = 4
"""Words behind a date at the beginning of a line that is no dateline of the text."""

_OMISSION = re.compile(r"…|\.\.\.|\. \. \.")
_DENSE_SCRIPT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LABELLED_LINK = re.compile(r"[^:：]{1,40}[:：]\s?")


def weigh_text(text: str) -> int:
    """Return a text's length; a letter of scripts without spaces says as much as three of others."""
    return len(text) if text.isascii() else len(text) + 2 * len(_DENSE_SCRIPT.findall(text))


def ends_sentence(text: str) -> bool:
    """Say whether a text ends as sentences do, be it with a quotation mark, a bracket or the number of a footnote."""
    return _SENTENCE_END.search(text[-8:]) is not None


def trim_blocks(blocks: Sequence[Block], prose: Sequence[Block], headline: Headline | None) -> list[Block]:
    """Return those of the blocks that are text, in order; `prose` are those that certainly are.

    Left out are furniture lines, links that stand alone, repetitions, the headline, and the page's lines around the
    text: its date, its labels, and all behind a closing heading or end mark.
    """
    homes = {block.home for block in prose}
    flows = {block.element for block in prose}
    kept: list[Block] = []
    seen: set[str] = set()
    for block in blocks[: _closing_index(blocks, prose)]:
        if _is_text(block, homes) and not (len(block.text) > SHORT_LINE and block.text in seen):
            kept.append(block)
            seen.add(block.text)
    while kept and not _may_stand_at_edge(kept[-1], homes, flows, last=True):
        kept.pop()
    begin = 0
    while begin < len(kept) and (
        _repeats(kept[begin], headline) or not _may_stand_at_edge(kept[begin], homes, flows, last=False)
    ):
        begin += 1
    return kept[begin:]


def write_block(block: Block) -> str:
    """Return the block as the body has it: a single line break stays one unless a sentence ends there or goes on.

    Where a preformatted text was broken only to fit a width, its lines are joined.
    """
    text = block.text
    if "\n" in text and block.kind == "pre":
        width = min(max(map(len, text.split("\n"))), WIDEST_LINE)
        return "\n\n".join(_unwrap(part, width) for part in re.split(r"\n{2,}", text))
    if "\n" in text and block.kind in ("p", "d", "li", "h"):
        parts: list[str] = []
        for line in filter(None, text.split("\n")):
            if parts and ends_sentence(parts[-1]):
                parts.append("\n" if block.kind == "li" else "\n\n")
            elif parts:
                parts.append(" " if line[0].islower() else "\n")
            parts.append(line)
        text = "".join(parts)
    return f"- {text}" if block.kind == "li" else text


def _unwrap(paragraph: str, width: int) -> str:
    """Join the lines after which the next word would not have fitted."""
    lines = paragraph.strip("\n").split("\n")
    text = lines[0]
    for last, line in pairwise(lines):
        word = line.split(" ", 1)[0]
        wrapped = width >= NARROWEST_LINE and len(last) + 1 + len(word) > 0.85 * width
        text += (" " if wrapped else "\n") + line
    return text


def _closing_index(blocks: Sequence[Block], prose: Sequence[Block]) -> int:
    """Return the index of the first line that closes the release.

    One with little prose above it closes nothing, nor does a link to related news with prose of the same text below.
    """
    total = sum(len(block.text) for block in prose)
    certain = set(map(id, prose))
    above = 0

    def later(index: int) -> set[int]:
        return {block.home for block in blocks[index + 1 :] if id(block) in certain}

    for index, block in enumerate(blocks):
        if 2 * above > total and _closes(block) and not (block.linked and block.home in later(index)):
            return index
        if id(block) in certain:
            above += len(block.text)
    return len(blocks)


def _closes(block: Block) -> bool:
    if len(block.text) >= SHORT_PARAGRAPH and not block.linked:
        return False
    words = load_words()
    if block.text.lower() in words.end_marks or fold_line(block.text) in words.closing_headings:
        return True
    label, colon, _ = block.text.partition(":")
    return bool(colon and block.linked) and fold_line(label) in words.closing_headings


def _is_text(block: Block, homes: Collection[int]) -> bool:
    if block.link_share >= 0.9:
        return block.kind == "li" and block.home in homes
    if block.link_share >= 0.5:
        label = _LABELLED_LINK.match(block.text)
        if label is not None and block.linked >= len(block.text) - label.end() - 2:
            return False
    if len(block.text) >= SHORT_LINE or block.kind == "tr":
        return True
    if block.kind == "d" and block.home not in homes and not ends_sentence(block.text):
        return False
    return fold_line(block.text) not in load_words().furniture_lines


def _may_stand_at_edge(block: Block, homes: Collection[int], flows: Collection[etree._Element], *, last: bool) -> bool:
    """Say whether the body may begin or end with the block."""
    if block.kind == "h":
        return not last and block.home in homes and not is_date_line(block, last=last)
    if not any(map(str.isalnum, block.text)):  # stars or a rule; dots say that something was left out
        return _OMISSION.search(block.text) is not None and block.home in homes
    if not last and fold_line(block.text) in load_words().section_names:
        return False
    if _is_meta_line(block.text):
        return False
    if not last and len(block.text) < SHORT_PARAGRAPH and is_date_line(block, last=False):
        return False
    long_enough = SHORT_LINE if block.kind == "li" else SHORT_PARAGRAPH
    if len(block.text) >= long_enough or ends_sentence(block.text):
        return True
    belongs = block.element in flows if block.kind == "d" else block.home in homes
    return belongs and not is_date_line(block, last=last)


def is_date_line(block: Block, *, last: bool) -> bool:
    """Say whether a short line is the page's date, labelled or first in the line; a dateline begins with a place."""
    if not may_hold_date(block.text):
        return False
    dated = read_dates(block.text, DateManner())
    if not dated.dates:
        return False
    label = dated.folded[: dated.dates[0].begin].strip(" :.,-|")
    if is_other_date(label):
        return True
    if last or len(dated.folded[dated.dates[0].end :].split()) > MOST_BESIDE_DATE:
        return False
    return not label or block.kind == "d" or fold_line(label) in load_words().own_dates


def _is_meta_line(text: str) -> bool:
    """Say whether a line is what a theme prints of a post: several parts between bars, a date among them."""
    parts = text.split(" | ")
    return len(parts) > 2 and any(map(may_hold_date, parts)) and not ends_sentence(text)


def _repeats(block: Block, headline: Headline | None) -> bool:
    if headline is None or len(block.text) > 2 * len(headline.text) + 20:
        return False
    wanted, line = fold_line(headline.text), fold_line(block.text)
    return line == wanted or (block.kind == "h" and likeness(wanted, line) >= 0.6)
