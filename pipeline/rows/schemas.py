"""The Arrow schemas of the rows that a load takes: columns as the warehouse names them, and what a load needs beside."""

from __future__ import annotations

import pyarrow as pa

_ID = pa.string()
_CODE = pa.string()
_TEXTS = pa.list_(pa.string())
_TIME = pa.timestamp("us")
_EVIDENCE = pa.list_(
    pa.struct([("field", _CODE), ("begin_at", pa.int32()), ("end_at", pa.int32()), ("rule", _CODE)]),
)
_MENTION = pa.struct(
    [
        ("told_on", pa.date32()),
        ("release_id", _ID),
        ("nth", pa.int32()),
        ("mention_id", _ID),
        ("event_id", _ID),
        ("seen_on", pa.date32()),
    ]
)

SCHEMAS: dict[str, pa.Schema] = {
    "releases": pa.schema(
        [
            ("release_id", _ID),
            ("version_id", _ID),
            ("source_id", _ID),
            ("url", pa.string()),
            ("issuer_id", pa.string()),
            ("title", pa.string()),
            ("published_at", _TIME),
            ("published_date", pa.date32()),
            ("date_basis", _CODE),
            ("language", _CODE),
            ("country", _CODE),
            ("byline", _TEXTS),
            ("mentioned", _TEXTS),
            ("text", pa.string()),
            ("fetched_at", _TIME),
            ("page_sha256", pa.string()),
            ("archive_ref", pa.string()),
            ("rules_version", _CODE),
            ("reading_id", _ID),
            ("attending", _TEXTS),
        ]
    ),
    "events": pa.schema(
        [
            ("event_id", _ID),
            ("release_id", _ID),
            ("version_id", _ID),
            ("part_of_event_id", _ID),
            ("event_type", _CODE),
            ("mention", _CODE),
            ("status", _CODE),
            ("start_date", pa.date32()),
            ("end_date", pa.date32()),
            ("date_precision", _CODE),
            ("date_basis", _CODE),
            ("place", pa.string()),
            ("country", _CODE),
            ("name", pa.string()),
            ("plover_code", _CODE),
            ("plover_mode", _CODE),
            ("confidence", pa.float64()),
            ("anchor_begin_at", pa.int32()),
            ("anchor_end_at", pa.int32()),
            ("evidence", _EVIDENCE),
            ("reading_id", _ID),
        ]
    ),
    "attendees": pa.schema(
        [
            ("mention_id", _ID),
            ("event_id", _ID),
            ("release_id", _ID),
            ("version_id", _ID),
            ("kind", _CODE),
            ("name", pa.string()),
            ("written_as", _TEXTS),
            ("position", pa.string()),
            ("organization", pa.string()),
            ("country", _CODE),
            ("side", _CODE),
            ("confidence", pa.float64()),
            ("seen_on", pa.date32()),
            ("nth", pa.int32()),
            ("name_key", _CODE),
            ("profile_id", pa.int64()),
            ("evidence", _EVIDENCE),
            ("reading_id", _ID),
        ]
    ),
    "topics": pa.schema(
        [
            ("event_id", _ID),
            ("release_id", _ID),
            ("version_id", _ID),
            ("topic_id", _CODE),
            ("label", pa.string()),
            ("iptc_code", _CODE),
            ("kind", _CODE),
            ("confidence", pa.float64()),
            ("evidence", _EVIDENCE),
            ("reading_id", _ID),
        ]
    ),
    "profiles": pa.schema(
        [
            ("profile_id", pa.int64()),
            ("name_key", _CODE),
            ("name", pa.string()),
            ("written_as", _TEXTS),
            ("position", pa.string()),
            ("organization", pa.string()),
            ("country", _CODE),
            ("mention", _MENTION),
            ("reading_id", _ID),
        ]
    ),
    "problems": pa.schema(
        [
            ("problem_id", _ID),
            ("stage", _CODE),
            ("source_id", _ID),
            ("address", pa.string()),
            ("release_id", _ID),
            ("reason", _CODE),
            ("detail", pa.string()),
            ("seen_at", _TIME),
        ]
    ),
    "runs": pa.schema(
        [
            ("run_id", _ID),
            ("source_id", _ID),
            ("interval_start", _TIME),
            ("interval_end", _TIME),
            ("trigger", _CODE),
            ("found", pa.int32()),
            ("fetched", pa.int32()),
            ("loaded", pa.int32()),
            ("unchanged", pa.int32()),
            ("failed", pa.int32()),
            ("coverage", _CODE),
            ("coverage_reason", pa.string()),
            ("rules_version", _CODE),
            ("started_at", _TIME),
            ("ended_at", _TIME),
        ]
    ),
    "withdrawals": pa.schema([("release_id", _ID), ("withdrawn_at", _TIME), ("detail", pa.string())]),
    "sources": pa.schema(
        [
            ("source_id", _ID),
            ("name", pa.string()),
            ("issuer", pa.string()),
            ("country", _CODE),
            ("language", _CODE),
            ("timezone", _CODE),
            ("url", pa.string()),
            ("licence", pa.string()),
            ("enabled", pa.bool_()),
            ("verified", pa.date32()),
        ]
    ),
    "event_types": pa.schema(
        [
            ("event_type", _ID),
            ("label", pa.string()),
            ("definition", pa.string()),
            ("plover_code", _CODE),
            ("plover_mode", _CODE),
            ("planned_plover_code", _CODE),
            ("cameo_code", _CODE),
            ("planned_cameo_code", _CODE),
            ("ocd_classification", _CODE),
            ("ocd_status", pa.map_(pa.string(), pa.string())),
        ]
    ),
    "topic_vocabulary": pa.schema(
        [
            ("topic_id", _ID),
            ("label", pa.string()),
            ("definition", pa.string()),
            ("iptc_code", _CODE),
            ("iptc_label", pa.string()),
        ]
    ),
    "countries": pa.schema(
        [
            ("country", _CODE),
            ("alpha3", _CODE),
            ("name", pa.string()),
            ("capital", pa.string()),
            ("invented", pa.bool_()),
        ]
    ),
}
