"""WARC 1.1 records as bytes, written and read with warcio. Knows files and records, no index.

A visit is a group of gzip members: a `metadata` record (the listing's facts, as warc-fields), the `request`, and last
the `response`, `revisit` or `resource`. So a visit whose last record is complete is complete as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from pipeline.archive.files import whole_length
from pipeline.records import Exchange

WARC_VERSION = "WARC/1.1"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
VISITS = ("response", "revisit", "resource")
LOADED = "urn:readout:loaded"
"""Target of the metadata records that say which visits were loaded into the warehouse, one reference a line."""


@dataclass(frozen=True, slots=True)
class Original:
    """The record whose payload a revisit repeats."""

    url: str
    fetched_at: datetime
    payload_digest: str


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One visit as it lies in a WARC file; `fields` are of its metadata record, a revisit has no `payload`."""

    offset: int
    kind: str
    url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    content_type: str
    payload_digest: str
    payload: bytes
    fields: dict[str, str]

    def header(self, name: str) -> str | None:
        """Return the first HTTP header of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def payload_digest(payload: bytes) -> str:
    """Return a payload's digest as WARC headers write it: `sha256:` and base 32."""
    digester = Digester("sha256")
    digester.update(payload)
    return str(digester)


def info_record(name: str, source_id: str) -> bytes:
    """Return the warcinfo record that begins a file."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version=WARC_VERSION)
    info = {"software": "Readout", "format": "WARC File Format 1.1", "isPartOf": source_id}
    writer.write_record(writer.create_warcinfo_record(name, info))
    return out.getvalue()


def exchange_records(exchange: Exchange, fields: dict[str, str], original: Original | None) -> tuple[bytes, int]:
    """Return an exchange's records and where among them the response begins.

    With an original it is a revisit, and the payload is not written again.
    """
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version=WARC_VERSION)
    main_id = StatusAndHeadersParser.make_warc_id()
    date = warc_date(exchange.fetched_at)
    _write_metadata(writer, exchange.url, date, main_id, fields)
    path = exchange.url.split("/", 3)[3] if exchange.url.count("/") > 2 else ""
    request = StatusAndHeaders(f"GET /{path} HTTP/1.1", _clean(exchange.request_headers), is_http_request=True)
    headers = {"WARC-Date": date, "WARC-Concurrent-To": main_id}
    if exchange.request_headers:  # a copy out of somebody's WARC file was asked for by somebody else
        writer.write_record(writer.create_warc_record(exchange.url, "request", None, None, "", headers, None, request))
    begin = out.tell()
    answer = StatusAndHeaders(f"{exchange.status} {exchange.reason}".strip(), _clean(exchange.headers), "HTTP/1.1")
    headers = {"WARC-Record-ID": main_id, "WARC-Date": date}
    if exchange.peer:
        headers["WARC-IP-Address"] = exchange.peer
    if original is None:
        headers["WARC-Payload-Digest"] = payload_digest(exchange.body)
        record = writer.create_warc_record(
            exchange.url,
            "response",
            payload=BytesIO(exchange.body),
            length=len(exchange.body),
            warc_headers_dict=headers,
            http_headers=answer,
        )
    else:
        record = writer.create_revisit_record(
            exchange.url, original.payload_digest, original.url, warc_date(original.fetched_at), answer, headers
        )
        if exchange.status == 304:
            record.rec_headers.replace_header("WARC-Profile", NOT_MODIFIED)
    writer.write_record(record)
    return out.getvalue(), begin


def resource_records(
    url: str, body: bytes, content_type: str, fetched_at: datetime, fields: dict[str, str], original: Original | None
) -> tuple[bytes, int]:
    """Return the records of a file that was read from a folder, and where among them the resource begins.

    With an original it is a revisit, and the file's bytes are not written again.
    """
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version=WARC_VERSION)
    main_id, date = StatusAndHeadersParser.make_warc_id(), warc_date(fetched_at)
    _write_metadata(writer, url, date, main_id, fields)
    begin = out.tell()
    headers = {"WARC-Record-ID": main_id, "WARC-Date": date}
    if original is None:
        headers["WARC-Payload-Digest"] = payload_digest(body)
        record = writer.create_warc_record(
            url, "resource", BytesIO(body), len(body), warc_content_type=content_type, warc_headers_dict=headers
        )
    else:
        record = writer.create_revisit_record(
            url, original.payload_digest, original.url, warc_date(original.fetched_at), warc_headers_dict=headers
        )
    writer.write_record(record)
    return out.getvalue(), begin


def loaded_record(refs: Iterable[str], moment: datetime) -> bytes:
    """Return the metadata record which notes that these visits were loaded."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version=WARC_VERSION)
    body = "".join(f"{ref}\r\n" for ref in refs).encode()
    headers = {"WARC-Date": warc_date(moment)}
    writer.write_record(writer.create_warc_record(LOADED, "metadata", BytesIO(body), len(body), "text/plain", headers))
    return out.getvalue()


def read_record(path: Path, offset: int) -> WarcRecord:
    """Return the visit whose last record begins at that offset, without its metadata fields.

    Raises ArchiveLoadFailed or OSError where there is none.
    """
    with path.open("rb") as stream:
        stream.seek(offset)
        for record in ArchiveIterator(stream):
            if record.rec_type in VISITS:
                return _visit(record, offset, {})
            break
    raise ArchiveLoadFailed(f"{path} has no record of a visit at {offset}")


def scan_records(path: Path) -> Iterator[WarcRecord]:
    """Yield all visits of a WARC file in order, each with its metadata fields. A file cut off in the middle ends there.

    A record of kind `loaded` has the references of loaded visits as its payload.

    Raises ArchiveLoadFailed for a file that is no WARC.
    """
    whole = whole_length(path)
    about: dict[str, dict[str, str]] = {}
    with path.open("rb") as stream:
        records = ArchiveIterator(_Head(stream, whole))
        for record in records:
            kind = record.rec_type
            if kind == "metadata" and record.rec_headers.get_header("WARC-Target-URI") == LOADED:
                payload = record.raw_stream.read()
                yield WarcRecord(0, "loaded", LOADED, datetime.min.replace(tzinfo=UTC), 0, (), "", "", payload, {})
            elif kind == "metadata":
                refers_to = record.rec_headers.get_header("WARC-Refers-To")
                about[refers_to] = _parse_fields(record.raw_stream.read())
            elif kind in VISITS:
                fields = about.pop(record.rec_headers.get_header("WARC-Record-ID"), {})
                visit = _visit(record, 0, fields)
                yield replace(visit, offset=records.get_record_offset())


def warc_date(moment: datetime) -> str:
    """Return a moment as WARC-Date writes it, in UTC to the microsecond, so that two visits in a second keep their order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_warc_date(text: str) -> datetime:
    """Return the moment that a WARC-Date names, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


class _Head:
    """The first bytes of a file, as a stream that warcio can read."""

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._stream, self._length = stream, length

    def read(self, size: int = -1) -> bytes:
        rest = self._length - self._stream.tell()
        return self._stream.read(rest if size < 0 else min(size, rest))

    def tell(self) -> int:
        return self._stream.tell()


def _visit(record: ArcWarcRecord, offset: int, fields: dict[str, str]) -> WarcRecord:
    head = record.rec_headers
    http = record.http_headers
    payload = record.raw_stream.read() if record.rec_type != "revisit" else b""
    return WarcRecord(
        offset,
        record.rec_type,
        head.get_header("WARC-Target-URI") or "",
        read_warc_date(head.get_header("WARC-Date")),
        int(http.get_statuscode()) if http and http.get_statuscode().isdigit() else 200,
        tuple(http.headers) if http else (),
        (http.get_header("Content-Type") if http else head.get_header("Content-Type")) or "",
        head.get_header("WARC-Payload-Digest") or payload_digest(payload),
        payload,
        fields,
    )


def _write_metadata(writer: WARCWriter, url: str, date: str, main_id: str, fields: dict[str, str]) -> None:
    body = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items()).encode("utf-8")
    headers = {"WARC-Date": date, "WARC-Refers-To": main_id}
    writer.write_record(
        writer.create_warc_record(url, "metadata", BytesIO(body), len(body), "application/warc-fields", headers)
    )


def _parse_fields(body: bytes) -> dict[str, str]:
    lines = (line.partition(": ") for line in body.decode("utf-8", "replace").splitlines())
    return {name: value for name, separator, value in lines if separator}


def _clean(headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Return headers of one line each; that of the chunks, which the payload no longer has, gets another name."""
    names = {"transfer-encoding": "X-Archive-Orig-Transfer-Encoding"}
    return [(names.get(name.lower(), name), " ".join(value.split())) for name, value in headers]
