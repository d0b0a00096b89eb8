"""The archive: every answer and every file that was read, in WARC files that are written once and can be read by any
tool.

A task writes one WARC under a temporary name (`*.warc.gz.open`), which it holds locked; when it is done the file is
synced and renamed. What a killed task leaves is found by the next one that opens the archive: since its lock is gone,
its complete records are kept under the final name and only the torn end of the last one is cut off. References stay
valid throughout. The same payload is stored once: a later visit that brings it again becomes a revisit record.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from warcio.exceptions import ArchiveLoadFailed

from pipeline.archive.facts import (
    GZIP,
    decode_record,
    entry_fields,
    exchange_entry,
    file_entry,
    file_type,
    indexed_record,
)
from pipeline.archive.files import OPEN, SUFFIX, begin_file, finish_file, recover_files, whole_length
from pipeline.archive.index import ArchiveIndex, IndexedVisit, split_ref
from pipeline.archive.warc import (
    Original,
    WarcRecord,
    exchange_records,
    info_record,
    loaded_record,
    payload_digest,
    read_record,
    resource_records,
    scan_records,
)
from pipeline.content_coding import ContentCodingError, TooLargeError
from pipeline.errors import ReadoutError
from pipeline.records import Address, ArchiveEntry, Exchange, Page, utc_now

INDEX = "index.sqlite"


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
        self._is_torn = False
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
            path, final = self.folder / (self._name + OPEN), self.folder / self._name
            if self._is_torn:  # interrupted between writing and indexing
                self._warc.truncate(whole_length(path))
            finish_file(self._warc, path, final)
            self._warc = None
            if self._is_torn:
                index_file(final, self._index)
            else:
                self._index.add((), complete=self._name)
        self._index.close()

    def store(self, exchange: Exchange, address: Address, role: str) -> str:
        """Store an exchange made for an address and return its reference; role is release, listing, robots or redirect.

        A 304 is stored as a revisit of the newest visit that brought the page. Raises ArchiveError.
        """
        try:
            holder, entry = self._original(exchange, exchange_entry(exchange, address, role))
        except (ContentCodingError, TooLargeError) as error:
            raise ArchiveError(f"{exchange.url}: {error}") from None
        records, begin = exchange_records(exchange, entry_fields(entry), _as_original(holder))
        digest = holder.payload_digest if holder else payload_digest(exchange.body)
        return self._append(records, begin, entry, "revisit" if holder else "response", digest)

    def store_file(self, address: Address, body: bytes, fetched_at: datetime | None = None) -> str:
        """Store a file of a folder and return its reference; that of the newest visit where the file is the same still.

        Raises ArchiveError.
        """
        digest = payload_digest(body)
        entry = file_entry(address, body, fetched_at or datetime.now(UTC))
        newest, holder = self._index.latest(address.url, address.source_id), self._holder(digest, entry.sha256)
        if newest is not None and newest.payload_digest == digest and holder is not None:
            return newest.entry.archive_ref
        original = _as_original(holder)
        fields, moment = entry_fields(entry), entry.fetched_at
        records, begin = resource_records(address.url, body, entry.content_type, moment, fields, original)
        return self._append(records, begin, entry, "revisit" if original else "resource", digest)

    def note_loaded(self, refs: Iterable[str]) -> None:
        """Note in the archive that these visits went into the warehouse, so that a rebuild knows which to take. Once each."""
        new = [ref for ref in dict.fromkeys(refs) if not self._index.is_loaded(ref)]
        if new:
            self._write_records(loaded_record(new, utc_now()))
            self._index.add((), loaded=((ref, self._name) for ref in new))
            self._is_torn = False

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
            body = decode_record(holder)
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
            kind = file_type(entry.url.removesuffix(".gz"))
        status = 200 if entry.status == 304 else entry.status
        fetched_at = entry.fetched_at.replace(microsecond=0)
        return Page(entry.address, entry.url, status, kind, archived.body, entry.sha256, fetched_at, entry.archive_ref)

    def latest(self, url: str, source_id: str | None = None, *, good: bool = False) -> ArchiveEntry | None:
        """Return the newest visit to an address, with `good` the newest that brought the page or found it unchanged."""
        visit = self._index.latest(url, source_id, good=good)
        return visit.entry if visit else None

    def entries(
        self,
        source_id: str | None = None,
        role: str | None = None,
        url: str | None = None,
        *,
        loaded: bool = False,
    ) -> Iterator[ArchiveEntry]:
        """Yield visits in the order in which they were made, with `loaded` those alone that went into the warehouse."""
        return self._index.entries(source_id, role, url, loaded=loaded)

    def is_known(self, url: str, source_id: str) -> bool:
        """Say whether a release of this address went into the warehouse."""
        return self._index.is_known(url, source_id)

    def read_earlier(self, archive_ref: str) -> list[Page]:
        """Return the pages that stood under a visit's address, or had its issuer's id, before that visit, oldest first.

        Pages with the visit's own bytes are left out. Raises ArchiveError.
        """
        visit = self._visit(archive_ref)
        own = visit.entry.address.url, visit.entry.sha256
        earlier = (one.entry for one in self._index.before(visit))
        return [self.read_page(one.archive_ref) for one in earlier if (one.address.url, one.sha256) != own]

    def known_releases(self, source_id: str, begin: datetime, end: datetime) -> list[ArchiveEntry]:
        """Return the newest visit to each release in the warehouse that was listed with a time in [begin, end).

        Undated ones count by the time of a visit.
        """
        return [visit.entry for visit in self._index.between(source_id, begin, end)]

    def _original(self, exchange: Exchange, entry: ArchiveEntry) -> tuple[IndexedVisit | None, ArchiveEntry]:
        """Return the visit whose record the exchange repeats, if any, and the entry with what a 304 leaves out."""
        if exchange.status != 304:
            return self._holder(payload_digest(exchange.body), entry.sha256) if exchange.body else None, entry
        known = self._index.latest(entry.address.url, entry.address.source_id, good=True)
        holder = self._holder(known.payload_digest, known.entry.sha256) if known else None
        if known is None or holder is None:
            return None, entry
        entry = replace(
            entry,
            content_type=known.entry.content_type,
            sha256=known.entry.sha256,
            etag=entry.etag or known.entry.etag,
            last_modified=entry.last_modified or known.entry.last_modified,
        )
        return holder, entry

    def _holder(self, digest: str, sha256: str) -> IndexedVisit | None:
        """Return the oldest record with this payload whose file is still there."""
        for visit in self._index.originals(digest, sha256):
            path = self.folder / visit.warc
            if path.exists() or path.with_name(path.name + OPEN).exists() or path.exists():
                return visit
        return None

    def _append(self, records: bytes, begin: int, entry: ArchiveEntry, kind: str, digest: str) -> str:
        """Write records to the task's WARC file, then index the visit; a failed write leaves the file as it was."""
        at = self._write_records(records)
        entry = replace(entry, archive_ref=f"{self._name}:{at + begin}")
        self._index.add((IndexedVisit(entry, kind, digest),))
        self._is_torn = False
        return entry.archive_ref

    def _write_records(self, records: bytes) -> int:
        """Write records at the end of the task's WARC file and return where they begin; `_is_torn` until they are indexed."""
        warc = self._warc or self._begin_file()
        at = warc.seek(0, os.SEEK_END)
        self._is_torn = True
        self._write(warc, records)
        return at

    def _begin_file(self) -> BinaryIO:
        stamp = utc_now().strftime("%Y%m%d%H%M%S")
        self._name = f"{self._label}-{stamp}-{secrets.token_hex(4)}{SUFFIX}"
        self._warc = begin_file(self.folder / (self._name + OPEN))
        self._write(self._warc, info_record(self._name, self._label))
        return self._warc

    def _write(self, warc: BinaryIO, data: bytes) -> None:
        at = warc.seek(0, os.SEEK_END)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[warc.write(rest) :]
        except OSError as error:
            with suppress(OSError):
                warc.truncate(at)
            raise ArchiveError(f"{self.folder / self._name}: {error.strerror or error}") from None

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
        for path in (self.folder / name, self.folder / (name + OPEN), self.folder / name):
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
        visits, loaded = [], []
        for record in scan_records(path):
            if record.kind == "loaded":
                loaded += [(ref, path.name) for ref in record.payload.decode().split()]
            else:
                visits.append(indexed_record(path.name, record))
        index.add(visits, loaded=loaded, complete=path.name)
    except (ArchiveLoadFailed, OSError, EOFError, ContentCodingError, TooLargeError) as error:
        raise ArchiveError(f"{path}: {' '.join(str(error).split())}") from None


def _as_original(holder: IndexedVisit | None) -> Original | None:
    if holder is None:
        return None
    return Original(holder.entry.url, holder.entry.fetched_at, holder.payload_digest)
