"""The archive: every answer and every file that was read, in WARC files that are written once and can be read by any
tool.

A task writes one WARC under a temporary name (`*.warc.gz.open`), which it holds locked; when it is done the file is
synced and renamed. What a killed task leaves is found by the next one that opens the archive: since its lock is gone,
its complete records are kept under the final name and only the torn end of the last one is cut off. References stay
valid throughout. The same payload is stored once: a later visit that brings it again becomes a revisit record.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Self

from warcio.exceptions import ArchiveLoadFailed

from pipeline.archive_index import ArchiveIndex, IndexedVisit, split_ref
from pipeline.archive_warc import (
    Original,
    WarcRecord,
    exchange_records,
    info_record,
    payload_digest,
    read_record,
    resource_records,
    scan_records,
    sync_folder,
    whole_length,
)
from pipeline.content_coding import ContentCodingError, TooLargeError, decode_content, gunzip
from pipeline.errors import ReadoutError
from pipeline.records import Address, ArchiveEntry, Exchange, Page, utc_now

SUFFIX = ".warc.gz"
OPEN_SUFFIX = SUFFIX + ".open"
INDEX = "index.sqlite"
LARGEST_BODY = 64 * 1024 * 1024
GZIP = "application/gzip"
FILE_TYPES = {
    ".gz": GZIP,
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain",
}


class ArchiveError(ReadoutError):
    """A record cannot be read or written; the text names the file."""


@dataclass(frozen=True, slots=True)
class Archived:
    """One visit read back: `payload` as it came, `body` without content coding; a revisit has its original's."""

    entry: ArchiveEntry
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    body: bytes


class Archive:
    """The archive in one folder, for one task at a time: reading, and writing into a WARC file of its own."""

    def __init__(self, folder: Path, label: str = "readout") -> None:
        """Open the archive, making the folder if need be; `label` (a source's id) begins the names of its files."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._label = label
        self._index = ArchiveIndex(folder / INDEX)
        self._warc: BinaryIO | None = None
        self._name = ""
        recover_files(folder)
        self._index_new_files()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file that was written its final name. Closing twice is once."""
        if self._warc is not None:
            finish_file(self._warc, self.folder / (self._name + ".open"), self.folder / self._name)
            self._index.add((), complete=self._name)
            self._warc = None
        self._index.close()

    def store(self, exchange: Exchange, address: Address, role: str) -> str:
        """Store one exchange made for an address, and return its reference; role is release, listing, robots or
        redirect.

        A 304 is stored as a revisit of the newest visit that brought the page. Raises ArchiveError.
        """
        original, entry = self._original(exchange, address, role)
        fields = _fields(entry)
        records, begin = exchange_records(exchange, fields, original)
        digest = original.payload_digest if original else payload_digest(exchange.body)
        return self._append(records, begin, entry, "revisit" if original else "response", digest)

    def store_file(self, address: Address, body: bytes, fetched_at: datetime | None = None) -> str:
        """Store a file of a folder and return its reference; that of the newest visit where the file is the same still.

        Raises ArchiveError.
        """
        digest = payload_digest(body)
        newest = self._index.latest(address.url, address.source_id)
        if newest is not None and newest.payload_digest == digest:
            return newest.entry.archive_ref
        moment = fetched_at or datetime.now(UTC)
        kind = _file_type(address.url)
        sha256 = hashlib.sha256(_decoded_file(body)).hexdigest()
        entry = ArchiveEntry("", address, address.url, "release", 200, kind, sha256, moment)
        holder = self._holder(digest, sha256)
        original = _as_original(holder) if holder else None
        records, begin = resource_records(address.url, body, kind, moment, _fields(entry), original)
        return self._append(records, begin, entry, "revisit" if original else "resource", digest)

    def read(self, archive_ref: str) -> Archived:
        """Return what a reference names. Raises ArchiveError for one that the archive does not have."""
        visit = self._visit(archive_ref)
        if visit.entry.status == 304 and visit.kind != "revisit":
            raise ArchiveError(f"{archive_ref}: unchanged since a visit that the archive does not have")
        record = self._record(archive_ref)
        holder = record
        if visit.kind == "revisit":
            original = self._holder(visit.payload_digest, visit.entry.sha256)
            if original is None:
                raise ArchiveError(f"{archive_ref}: the archive has lost the record that this visit repeats")
            holder = self._record(original.entry.archive_ref)
        try:
            body = _decoded(holder)
        except (ContentCodingError, TooLargeError) as error:
            raise ArchiveError(f"{archive_ref}: {error}") from None
        return Archived(visit.entry, record.headers or holder.headers, holder.payload, body)

    def read_page(self, archive_ref: str) -> Page:
        """Return a visit as the page that the fetch step gave, with the address as it was listed then.

        Raises ArchiveError.
        """
        archived = self.read(archive_ref)
        entry = archived.entry
        kind = entry.content_type
        if kind == GZIP:
            kind = _file_type(entry.url.removesuffix(".gz"))
        status = 200 if entry.status == 304 else entry.status
        fetched_at = entry.fetched_at.replace(microsecond=0)
        return Page(entry.address, entry.url, status, kind, archived.body, entry.sha256, fetched_at, entry.archive_ref)

    def latest(self, url: str, source_id: str | None = None, *, good: bool = False) -> ArchiveEntry | None:
        """Return the newest visit to an address, with `good` the newest that brought the page or found it unchanged."""
        visit = self._index.latest(url, source_id, good=good)
        return visit.entry if visit else None

    def entries(
        self, source_id: str | None = None, role: str | None = None, url: str | None = None
    ) -> Iterator[ArchiveEntry]:
        """Yield visits in the order in which they were made."""
        return self._index.entries(source_id, role, url)

    def _original(self, exchange: Exchange, address: Address, role: str) -> tuple[Original | None, ArchiveEntry]:
        """Return the record that the exchange repeats, if any, and what the index is to say of the exchange."""
        headers = {name.lower(): " ".join(value.split()) for name, value in reversed(exchange.headers)}
        entry = ArchiveEntry(
            "",
            address,
            exchange.url,
            role,
            exchange.status,
            headers.get("content-type", ""),
            "",
            exchange.fetched_at,
            headers.get("etag") or None,
            headers.get("last-modified") or None,
            headers.get("location") or None,
        )
        if exchange.status == 304:
            known = self._index.latest(address.url, address.source_id, good=True)
            holder = self._holder(known.payload_digest, known.entry.sha256) if known else None
            if known is not None and holder is not None:
                entry = replace(
                    entry,
                    content_type=known.entry.content_type,
                    sha256=known.entry.sha256,
                    etag=entry.etag or known.entry.etag,
                    last_modified=entry.last_modified or known.entry.last_modified,
                )
                return _as_original(holder), entry
        content = decode_content(exchange.body, headers.get("content-encoding", ""), LARGEST_BODY)
        entry = replace(entry, sha256=hashlib.sha256(content).hexdigest())
        holder = self._holder(payload_digest(exchange.body), entry.sha256) if exchange.body else None
        return _as_original(holder) if holder else None, entry

    def _holder(self, digest: str, sha256: str) -> IndexedVisit | None:
        """Return the oldest record with this payload whose file is still there."""
        for visit in self._index.originals(digest, sha256):
            path = self.folder / visit.warc
            if path.exists() or path.with_name(path.name + ".open").exists() or path.exists():
                return visit
        return None

    def _append(self, records: bytes, begin: int, entry: ArchiveEntry, kind: str, digest: str) -> str:
        """Write records to the task's WARC file, then index the visit; a failed write leaves the file as it was."""
        warc = self._warc or self._begin_file()
        at = warc.seek(0, os.SEEK_END)
        try:
            warc.write(records)
            warc.flush()
        except OSError as error:
            with suppress(OSError):
                warc.truncate(at)
            raise ArchiveError(f"{self.folder / self._name}: {error.strerror or error}") from None
        entry = replace(entry, archive_ref=f"{self._name}:{at + begin}")
        self._index.add((IndexedVisit(entry, kind, digest),))
        return entry.archive_ref

    def _begin_file(self) -> BinaryIO:
        stamp = utc_now().strftime("%Y%m%d%H%M%S")
        self._name = f"{self._label}-{stamp}-{secrets.token_hex(4)}{SUFFIX}"
        self._warc = begin_file(self.folder / (self._name + ".open"))
        self._warc.write(info_record(self._name, self._label))
        return self._warc

    def _visit(self, archive_ref: str) -> IndexedVisit:
        try:
            visit = self._index.visit(archive_ref)
        except ValueError as error:
            raise ArchiveError(str(error)) from None
        if visit is None:
            raise ArchiveError(f"{archive_ref}: the archive has no such record")
        return visit

    def _record(self, archive_ref: str) -> WarcRecord:
        name, offset = split_ref(archive_ref)
        for path in (self.folder / name, self.folder / (name + ".open"), self.folder / name):
            try:  # a task that ends meanwhile renames the file
                return read_record(path, offset)
            except FileNotFoundError:
                continue
            except (ArchiveLoadFailed, OSError, EOFError) as error:
                raise ArchiveError(f"{path}: {' '.join(str(error).split())}") from None
        raise ArchiveError(f"{self.folder / name}: the file is gone")

    def _index_new_files(self) -> None:
        known = self._index.known_warcs()
        for path in sorted(self.folder.glob("*" + SUFFIX)):
            if path.name not in known:
                index_file(path, self._index)


def rebuild_index(folder: Path, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Make the index again from the WARC files alone and return how many files it knows.

    Files that are being written at the same time are indexed when they are complete. Calls `on_progress` with the
    number of files read and the number of all. Raises ArchiveError for a file that is no WARC.
    """
    folder.mkdir(parents=True, exist_ok=True)
    recover_files(folder)
    index = ArchiveIndex(folder / INDEX)
    try:
        paths = sorted(folder.glob("*" + SUFFIX))
        for gone in index.known_warcs() - {path.name for path in paths}:
            index.forget(gone)
        for number, path in enumerate(paths, 1):
            index.forget(path.name)
            index_file(path, index)
            if on_progress:
                on_progress(number, len(paths))
        return len(paths)
    finally:
        index.close()


def index_file(path: Path, index: ArchiveIndex) -> None:
    """Add all visits of a complete WARC file to the index. Raises ArchiveError for a file that is no WARC."""
    try:
        index.add([_indexed(path.name, record) for record in scan_records(path)], complete=path.name)
    except (ArchiveLoadFailed, OSError, EOFError, ContentCodingError, TooLargeError) as error:
        raise ArchiveError(f"{path}: {' '.join(str(error).split())}") from None


def begin_file(path: Path) -> BinaryIO:
    """Create a file and return it locked, so that nobody takes it for one that a killed task left."""
    while True:
        stream = path.open("xb")
        fcntl.flock(stream, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if path.stat().st_ino == os.fstat(stream.fileno()).st_ino:
                return stream
        stream.close()  # another task recovered the empty file between its making and its lock


def finish_file(stream: BinaryIO, path: Path, final: Path) -> None:
    """Sync a file, give it its final name and let it go."""
    stream.flush()
    os.fsync(stream.fileno())
    path.replace(final)
    sync_folder(final.parent)
    stream.close()


def recover_files(folder: Path) -> None:
    """Give the files that killed tasks left their final names, the torn end of the last record cut off."""
    for path in folder.glob("*" + OPEN_SUFFIX):
        with suppress(FileNotFoundError, BlockingIOError), path.open("r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not path.exists():
                continue
            whole = whole_length(path)
            if whole == 0:
                path.unlink()
                continue
            stream.truncate(whole)
            finish_file(stream, path, path.with_name(path.name.removesuffix(".open")))


def _indexed(name: str, record: WarcRecord) -> IndexedVisit:
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
    )
    entry = ArchiveEntry(
        f"{name}:{record.offset}",
        address,
        record.url,
        fields.get("role", "release"),
        record.status,
        fields.get("content-type", record.content_type),
        fields.get("sha256") or hashlib.sha256(_decoded(record)).hexdigest(),
        record.fetched_at,
        fields.get("etag") or record.header("ETag") or None,
        fields.get("last-modified") or record.header("Last-Modified") or None,
        fields.get("location") or record.header("Location") or None,
    )
    return IndexedVisit(entry, record.kind, record.payload_digest)


def _as_original(holder: IndexedVisit) -> Original:
    return Original(holder.entry.url, holder.entry.fetched_at, holder.payload_digest)


def _file_type(name: str) -> str:
    return FILE_TYPES.get(PurePosixPath(name.lower()).suffix, "text/plain")


def _fields(entry: ArchiveEntry) -> dict[str, str]:
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
        "sha256": entry.sha256,
        "content-type": entry.content_type,
        "etag": entry.etag,
        "last-modified": entry.last_modified,
        "location": entry.location,
    }
    return {name: value for name, value in fields.items() if value}


def _decoded(record: WarcRecord) -> bytes:
    if record.kind == "resource":
        return _decoded_file(record.payload)
    return decode_content(record.payload, record.header("Content-Encoding") or "", LARGEST_BODY)


def _decoded_file(body: bytes) -> bytes:
    """Return a file's content; one that is no whole gzip file after all is its own content."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return gunzip(body, LARGEST_BODY)
    except (ContentCodingError, TooLargeError):
        return body


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
