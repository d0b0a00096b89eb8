"""Blocks -> body: finds the element that holds the release and keeps its running text."""

from __future__ import annotations

import re
from itertools import accumulate

from lxml import etree

from pipeline.parse_blocks import Block, Box, read_blocks
from pipeline.parse_furniture import furniture_of, is_named_content

_SENTENCE_END = re.compile(r"[.!?:;…。！？؟۔।\"'”’»)\]]$")


def read_body(root: etree._Element, title: str = "") -> list[Block]:
    blocks, boxes = read_blocks(root, furniture_of(list(root.iter())))
    if not blocks:
        return []
    scores = [_score(block) for block in blocks]
    begin, end = _choose(blocks, boxes, scores)
    return _trim(blocks[begin:end], scores[begin:end], title)


def _choose(blocks: list[Block], boxes: list[Box], scores: list[float]) -> tuple[int, int]:
    weights = [0.0] * len(boxes)
    for block, score in zip(blocks, scores, strict=True):
        if score > 0:
            box, share = block.box, 1.0
            while True:
                weights[box] += score * share
                share /= 2
                if not box or share < 0.2:
                    break
                box = boxes[box].parent
    core = max(range(len(boxes)), key=lambda i: weights[i] * _favour(boxes[i].element))
    good = [0.0, *accumulate(max(score, 0.0) for score in scores)]
    bad = [0.0, *accumulate(max(-score, 0.0) for score in scores)]
    box = boxes[core]
    above = core
    while above:
        above = boxes[above].parent
        outer = boxes[above]
        gain = good[outer.end] - good[outer.begin] - good[box.end] + good[box.begin]
        loss = bad[outer.end] - bad[outer.begin] - bad[box.end] + bad[box.begin]
        if gain > 2 * loss and gain > 0.1 * (good[box.end] - good[box.begin]):
            box = outer
    return box.begin, box.end


def _favour(element: etree._Element) -> float:
    return 1.4 if is_named_content(element) else 1.0


def _trim(blocks: list[Block], scores: list[float], title: str) -> list[Block]:
    proud = {block.box for block, score in zip(blocks, scores, strict=True) if score >= 5}
    kept = [i for i, block in enumerate(blocks) if _is_text(block, proud)]
    while kept and not _may_end(blocks[kept[-1]], proud):
        kept.pop()
    while kept and not _may_begin(blocks[kept[0]], proud):
        kept.pop(0)
    return [blocks[i] for i in kept]


def _is_text(block: Block, proud: set[int]) -> bool:
    share = block.linked / len(block.text)
    if share >= 0.9:
        return block.kind == "li" and block.box in proud
    if block.kind == "d" and block.box not in proud and len(block.text) < 40:
        return _SENTENCE_END.search(block.text) is not None
    return True


def _may_end(block: Block, proud: set[int]) -> bool:
    if block.kind == "h":
        return False
    return block.kind != "d" or len(block.text) >= 60 or _SENTENCE_END.search(block.text) is not None


def _may_begin(block: Block, proud: set[int]) -> bool:
    if block.kind == "h":
        return block.box in proud
    return block.kind != "d" or len(block.text) >= 60 or _SENTENCE_END.search(block.text) is not None


def _score(block: Block) -> float:
    text = block.text
    size = len(text)
    plain = size - block.linked
    if block.linked * 2 > size:
        return -5.0 - min(block.linked, 200) / 10
    if block.kind == "h":
        return -1.0
    ended = _SENTENCE_END.search(text) is not None
    if size >= 60 and (ended or size >= 140):
        return plain / 6
    if ended and size >= 25:
        return 3.0
    if block.kind == "li" and size >= 40:
        return plain / 12
    return -1.0 if block.kind in ("p", "li", "tr") else -4.0


def body_text(blocks: list[Block]) -> str:
    return "\n\n".join(("- " + b.text) if b.kind == "li" else b.text for b in blocks)
