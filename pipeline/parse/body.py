"""Blocks -> body: finds the element that holds the release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.parse.blocks import Block, Box, read_blocks
from pipeline.parse.furniture import furniture_of, is_named_content
from pipeline.parse.title import Headline
from pipeline.parse.trim import ends_sentence, trim_blocks, weigh_text, write_block
from pipeline.parse.words import fold_line

PROSE = 60
"""Characters from which a block that ends like a sentence is prose."""
SHORT_SENTENCE = 15
"""Characters from which a line that ends like a sentence may be one."""
LONG_PROSE = 140
"""Characters from which it is prose whatever it ends with."""
PROSE_SCORE = PROSE / 6
"""What such a block scores at least: about one a word."""
SMALLEST_GAIN = 0.1
"""Share of the prose found so far that blocks beside it must add to be taken in."""
MOST_LEVELS = 20
"""How many elements around the one with most prose are looked at for more of it."""
NEAR_HEADLINE = 8
"""Blocks below the headline within which the body should begin."""
NAMED_CONTENT = 1.4
"""How much likelier a box holds the body whose names say so."""
LINKED = 0.8
"""Share of a block's characters in links from which the block is a link."""


@dataclass(frozen=True, slots=True)
class Body:
    """The release's blocks in order.

    Of all blocks that stood in its element, `links` are links and `prose` is running text; `teasers` counts the prose
    right below a link. `opens_with_teaser` says that the first prose is one.
    """

    blocks: tuple[Block, ...]
    links: int = 0
    prose: int = 0
    teasers: int = 0
    opens_with_teaser: bool = False

    @property
    def size(self) -> int:
        """Characters of running text; those of scripts without spaces count three times."""
        return sum(weigh_text(block.text) for block in self.blocks)

    @property
    def text(self) -> str:
        """Paragraphs parted by blank lines; list items and table rows on lines of their own."""
        lines: list[str] = []
        last = ""
        for block in self.blocks:
            joined = block.kind == last and block.kind in ("li", "tr")
            lines.append(("" if not lines else "\n" if joined else "\n\n") + write_block(block))
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
    _pass_over_teasers(blocks, scores)
    begin, end = (0, len(blocks)) if whole else _choose_range(blocks, boxes, scores, headline)
    region, values = blocks[begin:end], scores[begin:end]
    prose = [index for index, value in enumerate(values) if value >= PROSE_SCORE]
    teasers = [index for index in prose if index and region[index - 1].link_share >= LINKED]
    return Body(
        tuple(trim_blocks(region, [region[index] for index in prose], headline)),
        links=sum(block.link_share >= LINKED for block in region),
        prose=len(prose),
        teasers=len(teasers),
        opens_with_teaser=bool(teasers) and teasers[0] == prose[0],
    )


def _score(block: Block) -> float:
    """Return how much the block looks like running text: about its words, negative for what does not."""
    size = weigh_text(block.text)
    plain = size - block.linked
    if block.linked * 2 > size:
        return -5.0 - min(block.linked, 200) / 10
    if block.kind == "h":
        return -1.0
    ended = ends_sentence(block.text)
    if size >= PROSE and (ended or size >= LONG_PROSE):
        return plain / 6
    if ended and size >= SHORT_SENTENCE:
        return 3.0
    if block.kind == "li" and size >= 40:
        return plain / 12
    return -1.0 if block.kind in ("p", "li", "tr") else -4.0


def _pass_over_teasers(blocks: list[Block], scores: list[float]) -> None:
    """Let what stands right below a linked heading count for nothing, unless the page has no other prose."""
    teasers = [index for index in range(1, len(blocks)) if scores[index] > 0 and _is_teaser(blocks, index)]
    if teasers and any(score >= PROSE_SCORE for index, score in enumerate(scores) if index not in teasers):
        for index in teasers:
            scores[index] = 0.0


def _is_teaser(blocks: list[Block], index: int) -> bool:
    """Say whether right above the block, or above a short line such as a date, stands a linked heading."""
    for above in reversed(blocks[max(0, index - 2) : index]):
        if above.kind == "h":
            return above.link_share >= LINKED
        if len(above.text) >= PROSE:
            return False
    return False


def _choose_range(
    blocks: list[Block], boxes: list[Box], scores: list[float], headline: Headline | None
) -> tuple[int, int]:
    """Return the range of the box with most prose close by, widened while the blocks around it add more good than bad.

    Scores above the headline count for nothing where most prose stands below it.
    """
    first = _below_headline(blocks, scores, headline)
    scores[:first] = [min(score, 0.0) for score in scores[:first]]
    core = _densest_box(blocks, boxes, scores, first)
    begin, end = boxes[core].begin, boxes[core].end
    held = sum(score for score in scores[begin:end] if score > 0)
    for _ in range(MOST_LEVELS):
        if boxes[core].element.tag == "article" and boxes[core].element.find(".//h1") is not None:
            break
        core = boxes[core].parent
        outer = boxes[core]
        more, left = _extension(scores[max(outer.begin, first) : begin][::-1])
        yet_more, right = _extension(scores[end : outer.end])
        if more + yet_more > SMALLEST_GAIN * held:
            begin, end, held = begin - left, end + right, held + more + yet_more
        elif not core:
            break
    while end < len(blocks) and _goes_on(blocks[end - 1], blocks[end]):
        end += 1
    return max(begin, first if first < end else 0), end


def _goes_on(last: Block, block: Block) -> bool:
    """Say whether a line goes with the one before it: a paragraph of the same element, however short."""
    return block.kind in ("p", "li", "tr") and block.home == last.home and block.link_share < LINKED


def _below_headline(blocks: list[Block], scores: list[float], headline: Headline | None) -> int:
    """Return the index of the first block below the headline.

    0 where that is unknown, or where no prose follows soon and most stands above.
    """
    if headline is None:
        return 0
    shown = frozenset() if headline.element is None else frozenset(headline.element.iter())
    wanted = fold_line(headline.text)
    by_element = [index for index, block in enumerate(blocks) if block.element in shown]
    for index in by_element[:1] or range(len(blocks)):
        text = blocks[index].text
        if by_element or (len(text) <= 2 * len(headline.text) + 20 and fold_line(text) == wanted):
            if max(scores[index + 1 : index + 1 + NEAR_HEADLINE], default=0.0) >= PROSE_SCORE:
                return index + 1
            above, below = (sum(max(score, 0.0) for score in part) for part in (scores[:index], scores[index + 1 :]))
            return index + 1 if below > above / 2 else 0
    return 0


def _densest_box(blocks: list[Block], boxes: list[Box], scores: list[float], first: int) -> int:
    """Return the index of the box with most prose in it and, counting half and a quarter, in boxes right within.

    The first prose right below the headline counts threefold, so that a short release outweighs the page's furniture.
    """
    weights = [0.0] * len(boxes)
    held = [
        boxes[box.parent].whole if _is_paragraph(blocks, index, box) else box.whole for index, box in enumerate(boxes)
    ]
    opening = next(
        (at for at in range(first, min(first + NEAR_HEADLINE, len(scores))) if scores[at] >= PROSE_SCORE), -1
    )
    for index, (block, score) in enumerate(zip(blocks, scores, strict=True)):
        if score > 0:
            box, share = held[block.box], 3 * score if first and index == opening else score
            for _ in range(3):
                weights[box] += share
                if not box:
                    break
                box, share = boxes[box].parent, share / 2
    favoured = [
        (weight * (NAMED_CONTENT if is_named_content(boxes[index].element) else 1.0), -index)
        for index, weight in enumerate(weights)
        if weight > 0
    ]
    return -max(favoured, default=(0.0, 0))[1]


def _is_paragraph(blocks: list[Block], index: int, box: Box) -> bool:
    """Say whether the box is a paragraph, whatever its element: it holds one block and no other box with text."""
    return box.end - box.begin == 1 and blocks[box.begin].box == index


def _extension(scores: Sequence[float]) -> tuple[float, int]:
    """Return what the first blocks of a run add at best, the bad counting double, and how many those are."""
    best, length, total = 0.0, 0, 0.0
    for index, score in enumerate(scores, 1):
        total += score if score > 0 else 2 * score
        if total > best:
            best, length = total, index
    return best, length
