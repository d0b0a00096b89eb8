"""What the index says of a visit, from what was fetched or from the records of a WARC file; both ways the same. Pure."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import PurePosixPath

from pipeline.archive.index import IndexedVisit
from pipeline.archive.warc import WarcRecord
from pipeline.content_coding import ContentCodingError, TooLargeError, decode_content, gunzip
from pipeline.records import Address, ArchiveEntry, Exchange

LARGEST_BODY = 64 * 1024 * 1024
GZIP = "application/gzip"
FILE_TYPES = {
    ".gz": GZIP,
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain",
}


def exchange_entry(exchange: Exchange, address: Address, role: str) -> ArchiveEntry:
    """Return what the index is to say of an exchange, its reference aside.

    Raises ContentCodingError or TooLargeError for a body that cannot be decoded.
    """
    headers = {name.lower(): " ".join(value.split()) for name, value in reversed(exchange.headers)}
    content = decode_content(exchange.body, headers.get("content-encoding", ""), LARGEST_BODY)
    return ArchiveEntry(
        "",
        address,
        exchange.url,
        role,
        exchange.status,
        headers.get("content-type", ""),
        hashlib.sha256(content).hexdigest(),
        exchange.fetched_at,
        headers.get("etag") or None,
        headers.get("last-modified") or None,
        headers.get("location") or None,
    )


def file_entry(address: Address, body: bytes, fetched_at: datetime) -> ArchiveEntry:
    """Return what the index is to say of a file of a folder, its reference aside."""
    sha256 = hashlib.sha256(decode_file(body)).hexdigest()
    return ArchiveEntry("", address, address.url, "release", 200, file_type(address.url), sha256, fetched_at)


def indexed_record(name: str, record: WarcRecord) -> IndexedVisit:
    fields = record.fields
    address = Address(
        fields.get("source", ""),
        fields.get("address", record.url),
        _moment(fields.get("published")),
        fields.get("date-only") == "true",
        fields.get("title"),
        fields.get("issuer-id"),
        fields.get("via"),
        _moment(fields.get("updated")),
        fields.get("again"),
    )
    entry = ArchiveEntry(
        f"{name}:{record.offset}",
        address,
        record.url,
        fields.get("role", "release"),
        record.status,
        fields.get("content-type", record.content_type),
        fields.get("sha256") or hashlib.sha256(decode_record(record)).hexdigest(),
        record.fetched_at,
        fields.get("etag") or record.header("ETag") or None,
        fields.get("last-modified") or record.header("Last-Modified") or None,
        fields.get("location") or record.header("Location") or None,
    )
    return IndexedVisit(entry, record.kind, record.payload_digest)


def entry_fields(entry: ArchiveEntry) -> dict[str, str]:
    """Return what the metadata record keeps: the listing's facts, and what the index says of the answer."""
    address = entry.address
    fields = {
        "source": address.source_id,
        "role": entry.role,
        "address": address.url,
        "published": address.published and address.published.isoformat(),
        "date-only": "true" if address.date_only else None,
        "updated": address.updated and address.updated.isoformat(),
        "title": address.title,
        "issuer-id": address.issuer_id,
        "via": address.found_in,
        "again": address.again,
        "sha256": entry.sha256,
        "content-type": entry.content_type,
        "etag": entry.etag,
        "last-modified": entry.last_modified,
        "location": entry.location,
    }
    return {name: value for name, value in fields.items() if value}


def decode_record(record: WarcRecord) -> bytes:
    if record.kind == "resource":
        return decode_file(record.payload)
    return decode_content(record.payload, record.header("Content-Encoding") or "", LARGEST_BODY)


def decode_file(body: bytes) -> bytes:
    """Return a file's content; one that is no whole gzip file after all is its own content."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return gunzip(body, LARGEST_BODY)
    except (ContentCodingError, TooLargeError):
        return body


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def file_type(name: str) -> str:
    return FILE_TYPES.get(PurePosixPath(name.lower()).suffix, "text/plain")
