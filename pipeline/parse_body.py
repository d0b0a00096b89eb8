"""Blocks -> body: finds the element that holds the release and keeps its running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.parse_blocks import Block, Box, read_blocks
from pipeline.parse_dates import DateManner, is_other_date, may_hold_date, read_dates
from pipeline.parse_furniture import furniture_of, is_named_content
from pipeline.parse_title import Headline, likeness
from pipeline.parse_words import fold_line, load_words

SMALLEST_GAIN = 0.1
"""Share of the prose found so far that blocks beside it must add to be taken in."""
MOST_LEVELS = 20
"""How many elements around the one with most prose are looked at for more of it."""
PROSE = 60
"""Characters from which a block that ends like a sentence is prose. Scores count about one a word."""

_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।](?:\s?[\"'”’»)\]\d]{1,3})?$|[:;](?:\s?[\"'”’»)\]]{1,2})?$|[”\"»]$")
_DENSE_SCRIPT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LABELLED_LINK = re.compile(r"[^:：]{1,40}[:：]\s?")


@dataclass(frozen=True, slots=True)
class Body:
    """The release's blocks in order, and what else its element holds: blocks that are links, and all prose before trimming."""

    blocks: tuple[Block, ...]
    links: int = 0
    prose: int = 0
    linked_headings: int = 0

    @property
    def text(self) -> str:
        """Paragraphs parted by blank lines; list items and table rows on lines of their own."""
        lines: list[str] = []
        last = ""
        for block in self.blocks:
            joined = block.kind == last and block.kind in ("li", "tr")
            lines.append(("" if not lines else "\n" if joined else "\n\n") + _written(block))
            last = block.kind
        return "".join(lines)


def read_body(elements: Sequence[etree._Element], headline: Headline | None, *, whole: bool = False) -> Body:
    """Return the body of the page whose tree `elements` are, in document order; empty where there is no text.

    `whole` says that the tree is nothing but the body; furniture in it is left out all the same.
    """
    blocks, boxes = read_blocks(elements[0], furniture_of(elements))
    if not blocks:
        return Body(())
    scores = [_score(block) for block in blocks]
    first = 0 if whole else _below_headline(blocks, scores, headline)
    scores[:first] = [min(score, 0.0) for score in scores[:first]]
    begin, end = (0, len(blocks)) if whole else _choose_range(blocks, boxes, scores, first)
    region, values = blocks[begin:end], scores[begin:end]
    return Body(
        tuple(_trim(region, values, headline)),
        links=sum(_link_share(block) >= 0.8 for block in region),
        prose=sum(value >= PROSE / 6 for value in values),
        linked_headings=sum(block.kind == "h" and _link_share(block) >= 0.8 for block in region),
    )


def _score(block: Block) -> float:
    """Return how much the block looks like running text: about its words, negative for what does not."""
    size = len(block.text)
    if not block.text.isascii():
        size += 2 * len(_DENSE_SCRIPT.findall(block.text))  # a letter of these says as much as three of others
    plain = size - block.linked
    if block.linked * 2 > size:
        return -5.0 - min(block.linked, 200) / 10
    if block.kind == "h":
        return -1.0
    ended = _is_ended(block)
    if size >= PROSE and (ended or size >= 140):
        return plain / 6
    if ended and size >= 25:
        return 3.0
    if block.kind == "li" and size >= 40:
        return plain / 12
    return -1.0 if block.kind in ("p", "li", "tr") else -4.0


def _below_headline(blocks: list[Block], scores: list[float], headline: Headline | None) -> int:
    """Return the index of the first block below the headline, 0 where that is unknown or most prose stands above."""
    if headline is None:
        return 0
    wanted = fold_line(headline.text)
    for index, block in enumerate(blocks):
        if len(block.text) <= 2 * len(headline.text) + 20 and fold_line(block.text) == wanted:
            above, below = (sum(max(score, 0.0) for score in part) for part in (scores[:index], scores[index + 1 :]))
            return index + 1 if below > above / 2 else 0
    return 0


def _choose_range(blocks: list[Block], boxes: list[Box], scores: list[float], first: int) -> tuple[int, int]:
    """Return the range of the box that holds most prose close by, widened while the boxes around it add little else."""
    weights = [0.0] * len(boxes)
    for block, score in zip(blocks, scores, strict=True):
        if score > 0:
            box, share = block.box, score
            for _ in range(3):
                weights[box] += share
                if not box:
                    break
                box, share = boxes[box].parent, share / 2
    weighted = [(weight * _favour(boxes[index], first), -index) for index, weight in enumerate(weights) if weight > 0]
    core = -max(weighted, default=(0.0, 0))[1]
    begin, end = boxes[core].begin, boxes[core].end
    held = sum(score for score in scores[begin:end] if score > 0)
    for _ in range(MOST_LEVELS):
        core = boxes[core].parent
        outer = boxes[core]
        more, left = _extension(scores[max(outer.begin, first) : begin][::-1])
        yet_more, right = _extension(scores[end : outer.end])
        if more + yet_more > SMALLEST_GAIN * held:
            begin, end, held = begin - left, end + right, held + more + yet_more
    return max(begin, first if first < end else 0), end


def _extension(scores: Sequence[float]) -> tuple[float, int]:
    """Return what the first blocks of a run add at best, the bad counting double, and how many those are."""
    best, length, total = 0.0, 0, 0.0
    for index, score in enumerate(scores, 1):
        total += score if score > 0 else 2 * score
        if total > best:
            best, length = total, index
    return best, length


def _favour(box: Box, first: int) -> float:
    named = 1.4 if is_named_content(box.element) else 1.0
    return named * (1.5 if first and box.begin <= first + 8 and box.end > first else 1.0)


def _trim(blocks: list[Block], scores: list[float], headline: Headline | None) -> list[Block]:
    """Return the blocks that are text: no furniture lines, no links that stand alone, nothing behind a closing heading."""
    proud = [block for block, score in zip(blocks, scores, strict=True) if score >= PROSE / 6]
    homes = {block.box for block in proud}
    flows = {block.element for block in proud}
    end = _closing(blocks, scores)
    kept: list[Block] = []
    seen: set[str] = set()
    for block in blocks[:end]:
        if _is_text(block, homes) and not (len(block.text) > 30 and block.text in seen):
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


def _closing(blocks: list[Block], scores: list[float]) -> int:
    """Return the index of the first line that closes the release, if most prose stands above it."""
    words = load_words()
    total = sum(max(score, 0.0) for score in scores)
    above = 0.0
    for index, (block, score) in enumerate(zip(blocks, scores, strict=True)):
        if above > 0.5 * total and len(block.text) < 60:
            line = fold_line(block.text)
            closes = line in words.closing_headings or block.text.rstrip().lower() in words.end_marks
            labels = block.text.rstrip().endswith(":") or ":" in block.text[:30]
            if closes or (labels and fold_line(block.text.split(":")[0]) in words.closing_headings and block.linked):
                return index
        above += max(score, 0.0)
    return len(blocks)


def _is_text(block: Block, homes: set[int]) -> bool:
    share = _link_share(block)
    if share >= 0.9:
        return block.kind == "li" and block.box in homes
    if share >= 0.5:
        label = _LABELLED_LINK.match(block.text)
        if label is not None and block.linked >= len(block.text) - label.end() - 2:
            return False
    if len(block.text) < 40:
        if block.kind == "d" and block.box not in homes:
            return _is_ended(block)
        return block.kind == "tr" or fold_line(block.text) not in load_words().furniture_lines
    return True


def _may_stand_at_edge(block: Block, homes: set[int], flows: set[etree._Element], *, last: bool) -> bool:
    """Say whether the body may begin or end with the block: lines of the page around it, and its date, are no part of it."""
    if block.kind == "h":
        return not last and block.box in homes
    if len(block.text) >= PROSE or _is_ended(block):
        return True
    if _tells_date(block, last=last):
        return False
    return block.kind != "d" or block.element in flows


def _tells_date(block: Block, *, last: bool) -> bool:
    """Say whether a short line is the page's date: first thing in the line, or labelled; a dateline begins with a place."""
    if not may_hold_date(block.text):
        return False
    dated = read_dates(block.text, DateManner())
    if not dated.dates:
        return False
    label = dated.folded[: dated.dates[0].begin].strip(" :,-|")
    return is_other_date(label) or (not last and (not label or block.kind == "d"))


def _repeats(block: Block, headline: Headline | None) -> bool:
    if headline is None or len(block.text) > 2 * len(headline.text) + 20:
        return False
    wanted, line = fold_line(headline.text), fold_line(block.text)
    return line == wanted or (block.kind == "h" and likeness(wanted, line) >= 0.6)


def _is_ended(block: Block) -> bool:
    return _SENTENCE_END.search(block.text) is not None


def _link_share(block: Block) -> float:
    return block.linked / len(block.text)


def _written(block: Block) -> str:
    """Return the block as the body has it: a single line break stays one where a sentence or entry ends there."""
    text = block.text
    if "\n" in text and block.kind in ("p", "d", "li", "h"):
        lines = text.split("\n")
        text = lines[0]
        for line in lines[1:]:
            if not text or not line:
                text += line
            elif _SENTENCE_END.search(text):
                text += ("\n" if block.kind == "li" else "\n\n") + line
            else:
                text += (" " if line[0].islower() else "\n") + line
    return f"- {text}" if block.kind == "li" else text
