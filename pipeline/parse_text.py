"""Plain text -> Release: with the three-line head (title, `published:`, blank line), or a first line that is the title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_HEAD = re.compile(r"published:\s*(\d{4}-\d{2}-\d{2}|unknown)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextRelease:
    """The parts of a plain text. `has_head` says that a `published:` line was there, `published` is None for unknown."""

    title: str
    body: str
    published: date | None
    has_head: bool


def read_text(text: str) -> TextRelease:
    """Return the parts of a plain text; paragraphs are parted by blank lines, spaces within lines are single.

    Without a head every line break of the text stays one, unless no line is blank and lines are long: then each line is a
    paragraph. Raises ValueError for a head whose date is none.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    while lines and not lines[0]:
        lines.pop(0)
    if not lines:
        return TextRelease("", "", None, False)
    title, rest = lines[0], lines[1:]
    head = _HEAD.fullmatch(rest[0]) if rest else None
    published = None
    if head is not None:
        if head[1].lower() != "unknown":
            published = date.fromisoformat(head[1])
        rest = rest[1:]
    return TextRelease(title, _paragraphs(rest), published, head is not None)


def _paragraphs(lines: list[str]) -> str:
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    filled = [line for line in lines if line]
    if "" not in lines and len(filled) > 1 and sum(map(len, filled)) > 90 * len(filled):
        return "\n\n".join(filled)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
