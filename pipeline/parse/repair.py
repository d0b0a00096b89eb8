"""Text that was UTF-8, was read as another encoding and encoded again: found, and turned back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, partial

MOST_ROUNDS = 3
"""How many times over a text may have been encoded again."""
_TWICE = ("cp1252", "cp1251", "cp1256")
"""Encodings as which UTF-8 is commonly misread before it is encoded again."""


_LOST_QUOTE = ("â€\ufffd", "”")
"""A closing quotation mark whose third byte, undefined in windows-1252, was lost on the way."""


def repair_text(text: str) -> str:
    """Return the text with what was UTF-8, read as another encoding and encoded again, as it was meant.

    Left as it is where the tell-tale pairs are not the rule among the letters beyond ASCII.
    """
    for _ in range(MOST_ROUNDS):
        found = next((misreading for misreading in _MISREADINGS if _is_rule(misreading, text)), None)
        if found is None:
            break
        text = found.runs.sub(partial(_undo, found.encoding), text.replace(*_LOST_QUOTE))
    return text


def was_encoded_twice(letters: str) -> bool:
    """Say whether a text looks encoded twice; its characters beyond ASCII suffice."""
    return any(_is_rule(misreading, letters) for misreading in _MISREADINGS)


def _is_rule(misreading: _Misreading, text: str) -> bool:
    """Say whether the pairs and triples outnumber all other letters beyond ASCII; a triple is the surer sign."""
    if misreading.leads.isdisjoint(text):
        return False
    hits = misreading.pattern.findall(text)
    strength = sum(2 if len(hit) > 2 else 1 for hit in hits)
    if strength < 2:
        return False
    others = sum(1 for letter in misreading.pattern.sub("", text) if letter > "\x7f" and letter.isalpha())
    return strength > 2 * others


def _read_as(byte: int, encoding: str) -> str:
    """Return the letter that a byte is shown as; undefined bytes are shown as the control character of that number."""
    return bytes([byte]).decode(encoding, "ignore") or chr(byte)


@dataclass(frozen=True)
class _Misreading:
    """What a character of two to four bytes of UTF-8 looks like in an encoding, runs of such, and how they may begin."""

    encoding: str
    pattern: re.Pattern[str]
    runs: re.Pattern[str]
    leads: frozenset[str]


def _misread_as(encoding: str) -> _Misreading:
    letters = [_read_as(byte, encoding) for byte in range(256)]

    def some(begin: int, end: int) -> str:
        return "[" + re.escape("".join(letters[begin:end])) + "]"

    follow = some(0x80, 0xC0)
    pattern = f"{some(0xC2, 0xE0)}{follow}|{some(0xE0, 0xF0)}{follow}{{2}}|{some(0xF0, 0xF5)}{follow}{{3}}"
    return _Misreading(encoding, re.compile(pattern), re.compile(f"(?:{pattern})+"), frozenset(letters[0xC2:0xF5]))


def _undo(encoding: str, run: re.Match[str]) -> str:
    try:
        return run[0].translate(_undefined(encoding)).encode(encoding, "surrogateescape").decode("utf-8")
    except UnicodeDecodeError:
        return run[0]


@cache
def _undefined(encoding: str) -> dict[int, int]:
    """Return the control characters that stand for a byte the encoding leaves undefined, as surrogates of that byte."""
    undefined = [byte for byte in range(0x80, 0x100) if not bytes([byte]).decode(encoding, "ignore")]
    return {byte: 0xDC00 + byte for byte in undefined}


_MISREADINGS = tuple(map(_misread_as, _TWICE))
