"""Plain text -> its parts: title, publication date, body."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

_HEAD = re.compile(r"published:\s*(\d{4}-\d{2}-\d{2}|unknown)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextRelease:
    """The parts of a plain text; `published` is None where the text does not say it."""

    title: str
    body: str
    published: date | None


def read_text(text: str) -> TextRelease:
    """Return the parts of a plain text; paragraphs are parted by blank lines, spaces within lines are single.

    The second line may be `published: YYYY-MM-DD` or `published: unknown`. Line breaks of the body stay, but where no
    line is blank and lines are long, each is a paragraph.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    while lines and not lines[0]:
        lines.pop(0)
    if not lines:
        return TextRelease("", "", None)
    title, rest = lines[0], lines[1:]
    head = _HEAD.fullmatch(rest[0]) if rest else None
    published = None
    if head is not None:
        with suppress(ValueError):  # unknown, or no day of the calendar
            published = date.fromisoformat(head[1])
        rest = rest[1:]
    return TextRelease(title, _paragraphs(rest), published)


def _paragraphs(lines: list[str]) -> str:
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    filled = [line for line in lines if line]
    if "" not in lines and len(filled) > 1 and sum(map(len, filled)) > 90 * len(filled):
        return "\n\n".join(filled)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
