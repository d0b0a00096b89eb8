"""One release's events as the JSON of the codebook."""

from __future__ import annotations

from typing import Any

from pipeline.records import Attendee, Event, Evidence, Extraction, Release


def to_annotation(release: Release, extraction: Extraction, *, id: str) -> dict[str, Any]:
    """Return the release's annotation, ready for `json.dumps`: events in order of appearance, ids e1, e2 and so on."""
    return {
        "id": id,
        "title": release.title,
        "published": release.published_date.isoformat() if release.published_date else None,
        "language": release.language,
        "authors": list(extraction.authors),
        "events": [_event(number, event) for number, event in enumerate(extraction.events, 1)],
        "mentioned_not_attending": list(extraction.mentioned),
    }


def _event(number: int, event: Event) -> dict[str, Any]:
    return {
        "id": f"e{number}",
        "type": event.event_type,
        "mention": event.mention,
        "status": event.status,
        "name": event.name,
        "date": event.start_date.isoformat() if event.start_date and event.date_precision == "day" else None,
        "end_date": event.end_date.isoformat() if event.end_date else None,
        "date_precision": event.date_precision,
        "date_basis": event.date_basis,
        "place": event.place,
        "country": event.country,
        "part_of": None if event.part_of is None else f"e{event.part_of + 1}",
        "attendees": [_person(attendee) for attendee in event.attendees if attendee.kind == "person"],
        "groups": [_group(attendee) for attendee in event.attendees if attendee.kind != "person"],
        "topics": [topic.topic_id for topic in event.topics if topic.topic_id is not None],
        "named_topics": [topic.label for topic in event.topics if topic.kind == "named"],
        "topic_codes": {topic.topic_id: topic.iptc_code for topic in event.topics if topic.topic_id is not None},
        "plover": {"code": event.plover_code, "mode": event.plover_mode},
        "confidence": event.confidence,
        "evidence": [_evidence(item) for item in event.evidence],
    }


def _person(attendee: Attendee) -> dict[str, Any]:
    return {
        "name": attendee.name,
        "written_as": list(attendee.written_as),
        "title": attendee.position,
        "organization": attendee.organization,
        "country": attendee.country,
        "side": attendee.side,
        "confidence": attendee.confidence,
        "evidence": [_evidence(item) for item in attendee.evidence],
    }


def _group(attendee: Attendee) -> dict[str, Any]:
    return {
        "name": attendee.name,
        "country": attendee.country,
        "kind": attendee.kind,
        "confidence": attendee.confidence,
    }


def _evidence(item: Evidence) -> dict[str, Any]:
    return {"field": item.field, "begin": item.begin_at, "end": item.end_at, "rule": item.rule}
