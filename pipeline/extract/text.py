"""Normalise a text once, keeping for every character where it stood in the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_SAME = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02bb\u02b9\u2032\u00b4`\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u2039\u203a\uff02", '"'),
    **dict.fromkeys("\u2010\u2011\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2012\u2013\u2014\u2015\u2212", "\u2013"),
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "
    ),
    **dict.fromkeys("\r\u0085\u2028\u2029\u000b\u000c", "\n"),
    **dict.fromkeys("\u2022\u2023\u2043\u25aa\u25ab\u25cf\u25e6\u2219\u00b7\uf0b7\u25a0\u25ba\u27a2\u2756", "\u2022"),
}
_GONE = dict.fromkeys(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", None
)
_KEPT = re.compile(f"[^{''.join(_GONE)}]+")
_TABLE = str.maketrans({**_SAME, **_GONE})
_OTHER = re.compile(f"[{''.join(_SAME)}{''.join(_GONE)}]")


@dataclass(frozen=True, slots=True)
class NormalText:
    """A normalised text, and for each of its characters the original range it came from (empty: nothing moved)."""

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def original_range(self, begin: int, end: int) -> tuple[int, int]:
        """Return the half-open range of the original that gave [begin, end) of this text, which must not be empty."""
        if not self.starts:
            return begin, end
        return self.starts[begin], self.ends[end - 1]


def normalise_text(original: str) -> NormalText:
    """Return the text with one sort of quote, dash, bullet and space, composed (NFC), without invisible characters."""
    composed = unicodedata.is_normalized("NFC", original)
    text = _OTHER.sub(_replace, original)  # few characters differ, so this is quicker than translating each
    if composed and len(text) == len(original):
        return NormalText(text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    if composed:
        for match in _KEPT.finditer(original):
            begin, end = match.span()
            pieces.append(original[begin:end].translate(_TABLE))
            starts.extend(range(begin, end))
            ends.extend(range(begin + 1, end + 1))
        return NormalText("".join(pieces), tuple(starts), tuple(ends))
    for begin, end in _cluster_ranges(original):
        piece = unicodedata.normalize("NFC", original[begin:end]).translate(_TABLE)
        pieces.append(piece)
        starts.extend([begin] * len(piece))
        ends.extend([end] * len(piece))
    return NormalText("".join(pieces), tuple(starts), tuple(ends))


def _replace(found: re.Match[str]) -> str:
    return _SAME.get(found.group(), "")


def _cluster_ranges(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not unicodedata.combining(text[index]):
            if index > begin:
                yield begin, index
            begin = index
