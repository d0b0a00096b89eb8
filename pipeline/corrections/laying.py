"""Corrections laid over the rows of a batch, before they are loaded. Pure.

A row that is corrected cites the words that the correction refers to, under the rule `correction`. Ids stay as they are. The
rules_version of a corrected reading ends with a mark for each correction laid over it, `rules+mark+mark`, so that the reading
takes the place of the uncorrected one, and gives it back once the correction is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.corrections.reading import Correction
from pipeline.records import mention_ids
from pipeline.rows import Tables, make_table
from pipeline.rows.release import CHILDREN, Row, complete_children, name_reading
from pipeline.vocabulary import load_event_types, load_topics

EVENT_CELLS = frozenset({"event_type", "mention", "status", "start_date", "end_date", "place", "country", "name"})
ATTENDEE_CELLS = frozenset({"name", "position", "organization", "country", "side"})
"""What can be set in a row of events and of attendees."""

RULE = "correction"
_DAYS = frozenset({"start_date", "end_date"})


def lay_corrections(tables: Tables, corrections: Sequence[Correction], name_key: Callable[[str], str]) -> Tables:
    """Return the tables with the corrections laid over the readings that they concern; the others are passed on as they are.

    A correction whose id or words are not there changes nothing. `name_key` is that of `pipeline.rows`.
    """
    concerned = _concerned(tables, corrections)
    if not concerned:
        return tables
    made: dict[str, list[Row]] = {name: [] for name in ("releases", *CHILDREN)}
    for reading_id in concerned:
        rows = {name: _rows_of(tables[name], reading_id) for name in made}
        laid = _lay(rows, corrections)
        if laid:
            _finish(rows, laid, name_key)
        for name in made:
            made[name] += rows[name]
    keep = {name: tables[name].filter(pc.invert(_is_in(tables[name], "reading_id", concerned))) for name in made}
    return {**tables, **{name: pa.concat_tables([keep[name], make_table(name, made[name])]) for name in made}}


def laid_on(rules_version: str) -> list[str]:
    """Return the marks of the corrections that were laid over a reading."""
    return rules_version.split("+")[1:]


def find_words(text: str, words: str, near: int = 0) -> tuple[int, int] | None:
    """Return where the text has the words, whatever the white space between them; at or after `near` if it does there."""
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())))
    found = pattern.search(text, near) or pattern.search(text)
    return found.span() if found else None


def _concerned(tables: Tables, corrections: Iterable[Correction]) -> list[str]:
    """Return the readings that have a row which a correction names."""
    ids = sorted({correction.id.split("/")[0] for correction in corrections})
    if not ids or "events" not in tables:
        return []
    found: set[str] = set()
    for name, key in (("events", "event_id"), ("attendees", "mention_id")):
        found |= set(tables[name].filter(_is_in(tables[name], key, ids))["reading_id"].to_pylist())
    return sorted(found)


def _is_in(table: pa.Table, column: str, values: Iterable[str]) -> Any:
    return pc.is_in(table[column].cast(pa.string()), value_set=pa.array(list(values), pa.string()))


def _rows_of(table: pa.Table, reading_id: str) -> list[Row]:
    rows: list[Row] = table.filter(_is_in(table, "reading_id", [reading_id])).to_pylist()
    return rows


def _lay(rows: dict[str, list[Row]], corrections: Iterable[Correction]) -> list[str]:
    """Change the rows of one reading; return the marks of the corrections that could be laid, sorted.

    What is added comes first, so that it can be set; what is removed goes last.
    """
    text = rows["releases"][0]["text"]
    laid = set()
    for what, lay in (("add", _add), ("set", _set), ("remove", _remove)):
        for correction in corrections:
            if correction.what == what and lay(rows, correction, text):
                laid.add(correction.mark)
    return sorted(laid)


def _event(rows: dict[str, list[Row]], event_id: str) -> Row | None:
    return next((event for event in rows["events"] if event["event_id"] == event_id), None)


def _add(rows: dict[str, list[Row]], correction: Correction, text: str) -> bool:
    event = _event(rows, correction.id)
    span = find_words(text, correction.words, event["anchor_begin_at"]) if event else None
    if event is None or span is None:
        return False
    of_event = {name: event[name] for name in ("event_id", "release_id", "version_id")}
    if correction.field == "topic":
        if any(topic["topic_id"] == correction.value for topic in rows["topics"] if topic["event_id"] == correction.id):
            return False
        topic = load_topics()[correction.value]
        said = {"topic_id": correction.value, "label": topic.label, "iptc_code": topic.iptc_code, "kind": "subject"}
        rows["topics"].append({**of_event, **said, "confidence": 1.0, "evidence": [_cite("topic_id", span)]})
        return True
    name = find_words(text, correction.value, span[0])
    names = [seat["name"] for seat in rows["attendees"] if seat["event_id"] == correction.id]
    rows["attendees"].append(
        {
            "mention_id": mention_ids(correction.id, [*names, correction.value])[-1],
            **of_event,
            "kind": "person",
            "name": correction.value,
            "written_as": [correction.value],
            **dict.fromkeys(("position", "organization", "country")),
            "side": "other",
            "confidence": 1.0,
            "evidence": [_cite("name", name if name and name[1] <= span[1] else span)],
        }
    )
    return True


def _set(rows: dict[str, list[Row]], correction: Correction, text: str) -> bool:
    event = _event(rows, correction.id)
    row = event or next((seat for seat in rows["attendees"] if seat["mention_id"] == correction.id), None)
    if row is None or correction.field not in (EVENT_CELLS if event else ATTENDEE_CELLS):
        return False
    seated_at = event or _event(rows, row["event_id"])
    span = find_words(text, correction.words, seated_at["anchor_begin_at"] if seated_at else 0)
    if span is None:
        return False
    value: object = correction.value or None
    if correction.field in _DAYS and correction.value:
        value = date.fromisoformat(correction.value)
    row[correction.field] = value
    if event and correction.field == "start_date":
        row["date_precision"], row["date_basis"] = ("day", "explicit") if value else ("none", "none")
        if row["end_date"] and (not value or row["end_date"] < value):
            row["end_date"] = None
    if event and correction.field in ("event_type", "status"):
        kind = load_event_types()[row["event_type"]]
        row["plover_code"], row["plover_mode"] = kind.plover(row["status"], row["plover_mode"])
    row["evidence"] = [cited for cited in row["evidence"] if cited["field"] != correction.field]
    row["evidence"].append(_cite(correction.field, span))
    return True


def _remove(rows: dict[str, list[Row]], correction: Correction, text: str) -> bool:
    if find_words(text, correction.words) is None:
        return False
    event_id, _, topic = correction.id.partition("/")
    before = sum(len(rows[name]) for name in CHILDREN)
    if topic:
        rows["topics"] = [
            row for row in rows["topics"] if row["event_id"] != event_id or topic not in (row["topic_id"], row["label"])
        ]
    else:
        for name in ("events", "attendees", "topics"):
            rows[name] = [row for row in rows[name] if event_id not in (row["event_id"], row.get("mention_id"))]
        for event in rows["events"]:
            if event["part_of_event_id"] == event_id:
                event["part_of_event_id"] = None
    return sum(len(rows[name]) for name in CHILDREN) < before


def _finish(rows: dict[str, list[Row]], laid: list[str], name_key: Callable[[str], str]) -> None:
    """Bring up what follows from the rows: profiles, who attends, and what names the reading."""
    release = rows["releases"][0]
    children = {name: rows[name] for name in CHILDREN}
    attending = complete_children(children, release["release_id"], release["published_date"], name_key)
    reading_id = name_reading({**release, "attending": attending}, children)
    for row in rows["releases"]:
        row["attending"], row["reading_id"] = attending, reading_id
        row["rules_version"] = "+".join([row["rules_version"].split("+")[0], *laid])
    for name in CHILDREN:
        rows[name] = [{**row, "reading_id": reading_id} for row in children[name]]


def _cite(field: str, span: tuple[int, int]) -> Row:
    return {"field": field, "begin_at": span[0], "end_at": span[1], "rule": RULE}
