"""Records as Arrow tables, one for each table of the warehouse, and the Parquet files in which stages hand them on.

Pure, apart from reading and writing those files. Times become UTC timestamps without a zone. Lone surrogates, which no
database stores, become U+FFFD: a character stays a character, so ranges hold.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.records import Event, Evidence, Extraction, Problem, Release, Run, mention_ids, stable_id
from pipeline.rows_schemas import SCHEMAS

Tables = dict[str, pa.Table]
"""Rows by table: any of the names in SCHEMAS."""

CHILDREN = ("events", "attendees", "topics", "profiles")
"""The tables of what a release tells; their rows name the reading they are of."""

NEVER = date(9999, 12, 31)
"""Stands for the date of an undated release where rows are put in order: undated ones come last."""

_SAID = ("name", "written_as", "position", "organization", "country")
"""What a release says of a person: what makes a profile."""

_FETCH = frozenset({"page_sha256", "archive_ref"})
"""Columns of a release that tell where it was read, not what was read."""

_NAMED_OTHERWISE = {("sources", "source_id"): "id", ("countries", "country"): "code"}
_SURROGATES = re.compile("[\ud800-\udfff]")


def release_rows(
    items: Iterable[tuple[Release, Extraction]],
    *,
    rules_version: str,
    name_key: Callable[[str], str],
    seen_at: datetime,
) -> Tables:
    """Return releases, events, attendees, topics and profiles of what was read from releases, in their order.

    `name_key` gives the key that names of one person share. `seen_at` stands for the time of fetching where a release has
    none. The extractions' problems are the caller's to tell. A release may come in several versions, each in several fetches.
    """
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in ("releases", *CHILDREN)}
    known: set[str] = set()
    for release, extraction in items:
        row, children = _read_release(release, extraction, name_key)
        what_was_read = {key: value for key, value in row.items() if key not in _FETCH}
        row["reading_id"] = stable_id(json.dumps([what_was_read, children], default=str, sort_keys=True))
        row["rules_version"] = rules_version
        row["fetched_at"] = _utc(release.fetched_at or seen_at)
        lists["releases"].append(row)
        if row["reading_id"] not in known:
            known.add(row["reading_id"])
            for name, rows in children.items():
                lists[name] += ({**child, "reading_id": row["reading_id"]} for child in rows)
    return {name: _table(name, rows) for name, rows in lists.items()}


def problem_rows(problems: Iterable[Problem], *, seen_at: datetime) -> Tables:
    """Return the problems, each once with its last detail, met at `seen_at`."""
    rows = {
        problem.problem_id: {
            "problem_id": problem.problem_id,
            "stage": problem.stage,
            "source_id": problem.source_id,
            "address": problem.address,
            "release_id": problem.release_id,
            "reason": problem.reason,
            "detail": problem.detail,
            "seen_at": _utc(seen_at),
        }
        for problem in problems
    }
    return {"problems": _table("problems", list(rows.values()))}


def run_rows(runs: Iterable[Run]) -> Tables:
    """Return the runs."""
    rows = [
        {
            "run_id": run.run_id,
            "source_id": run.source_id,
            "interval_start": _utc(run.interval.start),
            "interval_end": _utc(run.interval.end),
            "trigger": run.trigger,
            "found": run.found,
            "fetched": run.fetched,
            "loaded": run.loaded,
            "unchanged": run.unchanged,
            "failed": run.failed,
            "coverage": run.coverage.state,
            "coverage_reason": run.coverage.reason,
            "rules_version": run.rules_version,
            "started_at": _utc(run.started_at),
            "ended_at": _utc(run.ended_at),
        }
        for run in runs
    ]
    return {"runs": _table("runs", rows)}


def withdrawal_rows(gone: Iterable[tuple[str, datetime, str]]) -> Tables:
    """Return the releases found withdrawn: release_id, when that was seen, and how the issuer said so."""
    rows = [{"release_id": i, "withdrawn_at": _utc(when), "detail": how} for i, when, how in gone]
    return {"withdrawals": _table("withdrawals", rows)}


def vocabulary_rows(name: str, entries: Iterable[object]) -> Tables:
    """Return a vocabulary (sources, event_types, topic_vocabulary or countries) from the objects that its loader gives."""
    attributes = {field: _NAMED_OTHERWISE.get((name, field), field) for field in SCHEMAS[name].names}
    rows = [{field: getattr(entry, attribute) for field, attribute in attributes.items()} for entry in entries]
    for field in SCHEMAS[name]:
        if pa.types.is_map(field.type):
            for row in rows:
                row[field.name] = list(row[field.name].items())
    return {name: _table(name, rows)}


def join_rows(parts: Iterable[Tables]) -> Tables:
    """Return the rows of several parts as one; what two parts both read alike stands there once."""
    joined: dict[str, list[pa.Table]] = defaultdict(list)
    known: pa.Array = pa.array([], pa.string())
    for part in parts:
        for name, table in part.items():
            if name in CHILDREN:
                ids = table["reading_id"].cast(pa.string())
                table = table.filter(pc.invert(pc.is_in(ids, value_set=known)))
            joined[name].append(table)
        if "releases" in part:
            known = pa.concat_arrays([known, part["releases"]["reading_id"].cast(pa.string()).combine_chunks()])
    return {name: pa.concat_tables(tables) for name, tables in joined.items()}


def write_rows(folder: Path, tables: Tables) -> None:
    """Write the tables as Parquet files of a folder that is there whole or not at all; one of that name is replaced."""
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, table in tables.items():
        pq.write_table(table, draft / f"{name}.parquet", compression="zstd")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(draft, folder)


def read_rows(folder: Path) -> Tables:
    """Return the tables that were written to a folder. Raises FileNotFoundError if it is not there."""
    return {
        path.stem: pq.read_table(path).select(SCHEMAS[path.stem].names).cast(SCHEMAS[path.stem])
        for path in sorted(folder.iterdir())
        if path.suffix == ".parquet"
    }


def _read_release(
    release: Release, extraction: Extraction, name_key: Callable[[str], str]
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Return the row of a release, apart from what names this reading of it, and the rows of its events."""
    ids = {"release_id": release.release_id, "version_id": release.version_id}
    events = _distinct_events(release, extraction.events)
    event_ids = [event.event_id(release) for event in events]
    children: dict[str, list[dict[str, Any]]] = {name: [] for name in CHILDREN}
    for event, event_id in zip(events, event_ids, strict=True):
        whole = None if event.part_of is None else event_ids[event.part_of]
        children["events"].append({"event_id": event_id, **ids, "part_of_event_id": whole, **_event_row(event)})
        of_event = {"event_id": event_id, **ids}
        children["attendees"] += _attendee_rows(event, of_event, release.published_date, name_key)
        children["topics"] += _topic_rows(event, of_event)
    for nth, attendee in enumerate(children["attendees"]):
        attendee["nth"] = nth
    children["profiles"] = _profile_rows(children["attendees"], ids["release_id"], release.published_date)
    row = {
        **ids,
        "source_id": release.source_id,
        "url": release.url,
        "issuer_id": release.issuer_id,
        "title": release.title,
        "published_at": _utc(release.published_at),
        "published_date": release.published_date,
        "date_basis": release.date_basis,
        "language": release.language,
        "country": release.country,
        "byline": list(dict.fromkeys([*release.byline, *extraction.authors])),
        "mentioned": list(extraction.mentioned),
        "text": release.text,
        "page_sha256": release.page_sha256,
        "archive_ref": release.archive_ref,
        "attending": sorted({a["name"] for a in children["attendees"] if a["kind"] == "person"}),
    }
    return row, children


def _distinct_events(release: Release, events: Sequence[Event]) -> list[Event]:
    """Return the events with their number in the sentence raised where two would share an id."""
    seen: set[str] = set()
    distinct = []
    for event in events:
        while (event_id := event.event_id(release)) in seen:
            event = replace(event, nth=event.nth + 1)
        seen.add(event_id)
        distinct.append(event)
    return distinct


def _event_row(event: Event) -> dict[str, Any]:
    return {
        "event_type": event.event_type,
        "mention": event.mention,
        "status": event.status,
        "start_date": event.start_date,
        "end_date": event.end_date,
        "date_precision": event.date_precision,
        "date_basis": event.date_basis,
        "place": event.place,
        "country": event.country,
        "name": event.name,
        "plover_code": event.plover_code,
        "plover_mode": event.plover_mode,
        "confidence": event.confidence,
        "anchor_begin_at": event.anchor[0],
        "anchor_end_at": event.anchor[1],
        "evidence": _evidence(event.evidence),
    }


def _attendee_rows(
    event: Event, of_event: Mapping[str, str], published: date | None, name_key: Callable[[str], str]
) -> list[dict[str, Any]]:
    names = [attendee.name for attendee in event.attendees]
    return [
        {
            "mention_id": mention_id,
            **of_event,
            "kind": attendee.kind,
            "name": attendee.name,
            "written_as": list(attendee.written_as),
            "position": attendee.position,
            "organization": attendee.organization,
            "country": attendee.country,
            "side": attendee.side,
            "confidence": attendee.confidence,
            "seen_on": event.start_date or published,
            "name_key": name_key(attendee.name) if attendee.kind == "person" else None,
            "profile_id": None,
            "evidence": _evidence(attendee.evidence),
        }
        for mention_id, attendee in zip(mention_ids(of_event["event_id"], names), event.attendees, strict=True)
    ]


def _topic_rows(event: Event, of_event: Mapping[str, str]) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for topic in event.topics:
        row = {
            **of_event,
            "topic_id": topic.topic_id,
            "label": topic.label,
            "iptc_code": topic.iptc_code,
            "kind": topic.kind,
            "confidence": topic.confidence,
            "evidence": _evidence(topic.evidence),
        }
        rows.setdefault(topic.topic_id or topic.label, row)
    return list(rows.values())


def _profile_rows(attendees: Sequence[dict[str, Any]], release_id: str, published: date | None) -> list[dict[str, Any]]:
    """Return the profile of each person in a release, and note its id in their row.

    Those of one name_key are one whole, so that two who stand in one event never share a profile, and so that the first
    release with a profile has all who were told beside it.
    """
    namesakes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for attendee in attendees:
        if attendee["name_key"] is not None:
            namesakes[attendee["name_key"]].append(attendee)
    rows = []
    for key, people in namesakes.items():
        events = list(dict.fromkeys(person["event_id"] for person in people))
        said = [{name: person[name] for name in _SAID} for person in people]
        together = [[events.index(person["event_id"]), one] for person, one in zip(people, said, strict=True)]
        bare = all(one["position"] is one["organization"] is one["country"] is None for one in said)
        whole = json.dumps([key, together, release_id if bare else None], sort_keys=True)
        for nth, (person, one) in enumerate(zip(people, said, strict=True)):
            person["profile_id"] = int(stable_id(whole, nth)[:15], 16)
            mention = {name: person[name] for name in ("nth", "mention_id", "event_id", "seen_on")}
            rows.append(
                {
                    "profile_id": person["profile_id"],
                    "name_key": key,
                    **one,
                    "mention": {"told_on": published or NEVER, "release_id": release_id, **mention},
                }
            )
    return rows


def _evidence(entries: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [{"field": e.field, "begin_at": e.begin_at, "end_at": e.end_at, "rule": e.rule} for e in entries]


def _utc(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(UTC).replace(tzinfo=None)


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([_storable(row) for row in rows], SCHEMAS[name])


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value) if not value.isascii() else value
    if isinstance(value, dict):
        return {key: _storable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_storable(part) for part in value)
    return value
