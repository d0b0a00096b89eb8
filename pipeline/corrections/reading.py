"""The file of corrections: one a line, each with the words it refers to, its author and its reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.records import stable_id
from pipeline.vocabulary import STATUSES, load_countries, load_event_types, load_topics

HEADER = ("what", "id", "field", "value", "words", "author", "reason", "made_on")
"""The columns, in the order in which they are written; any order is read."""

KINDS = ("set", "add", "remove", "same", "different")
"""What a correction can do: set a cell, add or remove a row, say that two events are one engagement or two."""

_ID = re.compile(r"[0-9a-f]{24}(/.+)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction. `line` is where it stands in the file; the id is made from what it says, not from where or by whom.

    `value` is text as written; an empty one stands for no value. `made_on` is when its author made it.
    """

    line: int
    what: str
    id: str
    field: str
    value: str
    words: str
    author: str
    reason: str
    made_on: date | None = None

    @property
    def correction_id(self) -> str:
        """Made from what is corrected to what, by which words."""
        return stable_id(self.what, self.id, self.field, self.value, self.words)

    @property
    def mark(self) -> str:
        """The begin of the id, which stands in the rules_version of the reading that it is laid over."""
        return self.correction_id[:12]


def read_corrections(path: Path) -> tuple[list[Correction], list[str]]:
    """Return the corrections of a file in its order, and one line on each that is wrong, naming file and line.

    A file that is not there has none. A wrong correction keeps none of the others from being read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return [], []
    except (OSError, UnicodeDecodeError) as unread:
        return [], [f"{path.name}: {getattr(unread, 'strerror', None) or 'is not UTF-8 text'}"]
    lines = csv.reader(text.replace("\0", "\ufffd").splitlines(keepends=True), strict=True)
    found: dict[str, Correction] = {}
    wrong: list[str] = []
    try:
        header = next(lines, [])
        if sorted(header) != sorted(HEADER):
            return [], [f"{path.name} line 1: the columns are {', '.join(HEADER)}"]
        begins = lines.line_num + 1
        for cells in lines:
            if any(cell.strip() for cell in cells):
                try:
                    correction = _read_line(header, cells, begins)
                    known = found.setdefault(correction.correction_id, correction)
                    if known is not correction:
                        raise ValueError(f"says the same as line {known.line}")
                except ValueError as error:
                    wrong.append(f"{path.name} line {begins}: {error}")
            begins = lines.line_num + 1
    except csv.Error as broken:
        wrong.append(f"{path.name} line {lines.line_num}: {broken}")
    return list(found.values()), wrong


def _read_line(header: list[str], cells: list[str], line: int) -> Correction:
    """Return the correction of one line. Raises ValueError with what is wrong."""
    if len(cells) != len(header):
        raise ValueError(f"{len(header)} cells are expected, not {len(cells)}")
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    for name in ("what", "id", "words", "author", "reason"):
        if not row[name]:
            raise ValueError(f"{name} is empty")
    made_on = row.pop("made_on")
    if not _is_day(made_on):
        raise ValueError(f"made_on is a day, written 2026-03-01, not {made_on!r}")
    correction = Correction(line=line, made_on=date.fromisoformat(made_on) if made_on else None, **row)
    error = _check(correction)
    if error:
        raise ValueError(error)
    return correction


def _is_day(text: str) -> bool:
    """Say whether a text is a day of the calendar, or empty."""
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check(correction: Correction) -> str:
    """Return what is wrong with a correction; nothing if it can be laid."""
    what, field, value = correction.what, correction.field, correction.value
    if what not in KINDS:
        return f"what is one of {', '.join(KINDS)}, not {what!r}"
    if not _ID.fullmatch(correction.id):
        return f"{correction.id!r} is no id: an event_id, a mention_id, or event_id/topic"
    if what in ("same", "different"):
        if field:
            return f"{what} takes no field"
        if not _ID.fullmatch(value) or value == correction.id:
            return "value is the event_id of the other event"
        return ""
    if what == "remove":
        return "remove takes neither field nor value" if field or value else ""
    if what == "add":
        if field not in ("attendee", "topic"):
            return f"field is attendee or topic, not {field!r}"
        if field == "topic" and value not in load_topics():
            return f"no topic {value!r} in the vocabulary"
        return "" if value else "value is the name of the attendee"
    checks = _checks()
    if field not in checks:
        return f"field is one of {', '.join(checks)}, not {field!r}"
    return checks[field](value)


def _checks() -> Mapping[str, Callable[[str], str]]:
    """Return, for each cell that can be set, what says whether a value is wrong."""

    def one_of(values: object, *, empty: bool = False) -> Callable[[str], str]:
        known = list(values)  # type: ignore[call-overload]
        shown = ", ".join(known) if len(known) < 20 else "a code of ISO 3166-1 alpha-2"
        return lambda value: "" if value in known or (empty and not value) else f"value is {shown}, not {value!r}"

    def anything(value: str) -> str:  # noqa: ARG001
        return ""

    def something(value: str) -> str:
        return "" if value else "value is empty"

    def day(value: str) -> str:
        return "" if _is_day(value) else f"value is a day, written 2026-03-01, not {value!r}"

    return {
        "event_type": one_of(load_event_types()),
        "mention": one_of(("primary", "referenced")),
        "status": one_of(STATUSES),
        "start_date": day,
        "end_date": day,
        "place": anything,
        "country": one_of(load_countries(), empty=True),
        "name": something,
        "position": anything,
        "organization": anything,
        "side": one_of(("host", "guest", "other")),
    }
