"""What was read from one release as rows of plain values: the release, its events, attendees, topics and profiles. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from pipeline.records import Event, Evidence, Extraction, Release, mention_ids, stable_id

Row = dict[str, Any]
CHILDREN = ("events", "attendees", "topics", "profiles")
"""The tables of what a release tells; their rows name the reading they are of."""

NEVER = date(9999, 12, 31)
"""Stands for the date of an undated release where rows are put in order: undated ones come last."""

_NOT_READ = frozenset({"page_sha256", "archive_ref", "fetched_at", "rules_version", "reading_id"})
"""Columns that tell where, when and by what a release was read, not what was read."""

_SAID = ("name", "written_as", "position", "organization", "country")
"""What a release says of a person: what makes a profile."""


def read_release(
    release: Release, extraction: Extraction, name_key: Callable[[str], str]
) -> tuple[Row, dict[str, list[Row]]]:
    """Return the row of a release, apart from what names this reading of it, and the rows of its events by table.

    `name_key` gives the key that names of one person share. Events that would share an id get the next number instead.
    """
    ids = {"release_id": release.release_id, "version_id": release.version_id}
    events = _distinct_events(release, extraction.events)
    event_ids = [event.event_id(release) for event in events]
    children: dict[str, list[Row]] = {name: [] for name in CHILDREN}
    for event, event_id in zip(events, event_ids, strict=True):
        whole = None if event.part_of is None else event_ids[event.part_of]
        children["events"].append({"event_id": event_id, **ids, "part_of_event_id": whole, **_event_row(event)})
        of_event = {"event_id": event_id, **ids}
        children["attendees"] += _attendee_rows(event, of_event)
        children["topics"] += _topic_rows(event, of_event)
    attending = complete_children(children, ids["release_id"], release.published_date, name_key)
    row = {
        **ids,
        "source_id": release.source_id,
        "url": release.url,
        "issuer_id": release.issuer_id,
        "title": release.title,
        "published_at": in_utc(release.published_at),
        "published_date": release.published_date,
        "date_basis": release.date_basis,
        "language": release.language,
        "country": release.country,
        "byline": list(dict.fromkeys([*release.byline, *extraction.authors])),
        "mentioned": list(extraction.mentioned),
        "text": release.text,
        "page_sha256": release.page_sha256,
        "archive_ref": release.archive_ref,
        "attending": attending,
    }
    return row, children


def complete_children(
    children: dict[str, list[Row]], release_id: str, published: date | None, name_key: Callable[[str], str]
) -> list[str]:
    """Fill in what follows from a release's events and attendees: places, days, name keys, profiles; return who attends."""
    seen_on = {event["event_id"]: event["start_date"] or published for event in children["events"]}
    for nth, attendee in enumerate(children["attendees"]):
        is_person = attendee["kind"] == "person"
        attendee["nth"] = nth
        attendee["seen_on"] = seen_on[attendee["event_id"]]
        attendee["name_key"] = name_key(attendee["name"]) if is_person else None
        attendee["profile_id"] = None
    children["profiles"] = _profile_rows(children["attendees"], release_id, published)
    return sorted({a["name"] for a in children["attendees"] if a["kind"] == "person"})


def name_reading(row: Row, children: Mapping[str, Sequence[Row]]) -> str:
    """Return the id of what was read from a version: made from the release's own cells and all rows of its children."""
    said = {key: value for key, value in row.items() if key not in _NOT_READ}
    rows = {
        name: [{k: v for k, v in child.items() if k not in _NOT_READ} for child in children[name]] for name in children
    }
    return stable_id(json.dumps([said, rows], default=str, sort_keys=True))


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


def _event_row(event: Event) -> Row:
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


def _attendee_rows(event: Event, of_event: Mapping[str, str]) -> list[Row]:
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
            "evidence": _evidence(attendee.evidence),
        }
        for mention_id, attendee in zip(mention_ids(of_event["event_id"], names), event.attendees, strict=True)
    ]


def _topic_rows(event: Event, of_event: Mapping[str, str]) -> list[Row]:
    rows: dict[str, Row] = {}
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


def _profile_rows(attendees: Sequence[Row], release_id: str, published: date | None) -> list[Row]:
    """Return the profile of each person in a release, and note its id in their row.

    Those of one name_key are one whole, so that two who stand in one event never share a profile, and so that the first
    release with a profile has all who were told beside it.
    """
    namesakes: dict[str, list[Row]] = defaultdict(list)
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


def _evidence(entries: Iterable[Evidence]) -> list[Row]:
    return [{"field": e.field, "begin_at": e.begin_at, "end_at": e.end_at, "rule": e.rule} for e in entries]


def in_utc(moment: datetime | None) -> datetime | None:
    """Return a time in UTC without its zone, as every timestamp column has it."""
    return moment and moment.astimezone(UTC).replace(tzinfo=None)
