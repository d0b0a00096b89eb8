"""The index beside the WARC files: which address was visited when, what came back, and in which record it lies.

A SQLite file, so that several processes can add to it, a killed one leaves it whole, and one address is found among
millions at once. It holds nothing that the WARC files do not: it can be deleted at any time and is then made again
from them.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.records import Address, ArchiveEntry

SCHEMA_VERSION = 3
BUSY_S = 60.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS visits (
    warc TEXT NOT NULL, offset INTEGER NOT NULL, kind TEXT NOT NULL, source_id TEXT NOT NULL, address TEXT NOT NULL,
    role TEXT NOT NULL, url TEXT NOT NULL, status INTEGER NOT NULL, content_type TEXT NOT NULL, sha256 TEXT NOT NULL,
    payload_digest TEXT NOT NULL, fetched_at TEXT NOT NULL, etag TEXT, last_modified TEXT, location TEXT,
    published TEXT, date_only INTEGER NOT NULL, title TEXT, issuer_id TEXT, found_in TEXT, updated TEXT, again TEXT,
    PRIMARY KEY (warc, offset)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS visits_by_address ON visits (address, source_id, fetched_at);
CREATE INDEX IF NOT EXISTS visits_by_payload ON visits (payload_digest);
CREATE INDEX IF NOT EXISTS visits_by_day ON visits (source_id, role, coalesce(published, fetched_at));
CREATE INDEX IF NOT EXISTS visits_by_issuer_id ON visits (source_id, issuer_id) WHERE issuer_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS loaded (
    warc TEXT NOT NULL, offset INTEGER NOT NULL, noted_in TEXT NOT NULL, PRIMARY KEY (warc, offset)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS warcs (name TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_COLUMNS = (
    "warc",
    "offset",
    "kind",
    "source_id",
    "address",
    "role",
    "url",
    "status",
    "content_type",
    "sha256",
    "payload_digest",
    "fetched_at",
    "etag",
    "last_modified",
    "location",
    "published",
    "date_only",
    "title",
    "issuer_id",
    "found_in",
    "updated",
    "again",
)
_GOOD = "(status IN (200, 203) OR (status = 304 AND kind = 'revisit'))"
_LOADED = "EXISTS (SELECT 1 FROM loaded AS l WHERE l.warc = visits.warc AND l.offset = visits.offset)"
_NEWEST = "ORDER BY fetched_at DESC, warc DESC, offset DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class IndexedVisit:
    """One visit as the index keeps it: what readers see of it, which kind of record it is and its payload's digest."""

    entry: ArchiveEntry
    kind: str
    payload_digest: str

    @property
    def warc(self) -> str:
        """The WARC file's name."""
        return split_ref(self.entry.archive_ref)[0]


def split_ref(archive_ref: str) -> tuple[str, int]:
    """Return the WARC file's name and the offset that a reference names. Raises ValueError for what is none."""
    name, _, offset = archive_ref.rpartition(":")
    if not name or "/" in name or not offset.isdigit():
        raise ValueError(f"{archive_ref!r} is no reference into the archive")
    return name, int(offset)


class ArchiveIndex:
    """The index of one archive folder. Opening makes a new one where there is none, or none that can be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._connection = self._open()
        except _UnreadableError:
            self._set_aside()
            self._connection = self._open()

    def close(self) -> None:
        """Close the file. Nothing is lost without it."""
        self._connection.close()

    def add(
        self, visits: Iterable[IndexedVisit], *, loaded: Iterable[tuple[str, str]] = (), complete: str | None = None
    ) -> None:
        """Add visits, those already known once more without harm; `complete` is a WARC that is then wholly indexed.

        `loaded` are references of visits that were loaded, each with the name of the WARC that says so.
        """
        marks = ", ".join("?" * len(_COLUMNS))
        with self._connection:
            self._connection.executemany(
                f"INSERT OR REPLACE INTO visits ({', '.join(_COLUMNS)}) VALUES ({marks})", map(_values, visits)
            )
            self._connection.executemany(
                "INSERT OR IGNORE INTO loaded VALUES (?, ?, ?)", ((*split_ref(ref), warc) for ref, warc in loaded)
            )
            if complete is not None:
                self._connection.execute("INSERT OR IGNORE INTO warcs VALUES (?)", (complete,))

    def known_warcs(self) -> set[str]:
        """Return the names of the WARC files that are wholly indexed."""
        return {name for (name,) in self._connection.execute("SELECT name FROM warcs")}

    def forget(self, warc: str) -> None:
        """Drop what is known of one WARC file."""
        with self._connection:
            self._connection.execute("DELETE FROM visits WHERE warc = ?", (warc,))
            self._connection.execute("DELETE FROM loaded WHERE noted_in = ?", (warc,))
            self._connection.execute("DELETE FROM warcs WHERE name = ?", (warc,))

    def visit(self, archive_ref: str) -> IndexedVisit | None:
        """Return the visit that a reference names."""
        return self._one("warc = ? AND offset = ?", *split_ref(archive_ref))

    def latest(self, address: str, source_id: str | None = None, *, good: bool = False) -> IndexedVisit | None:
        """Return the newest visit to an address, with `good` the newest that brought the page or found it unchanged."""
        values = [address] if source_id is None else [address, source_id]
        where = "address = ?" + " AND source_id = ?" * (len(values) - 1) + f" AND {_GOOD}" * good
        return self._one(where, *values)

    def originals(self, payload_digest: str, sha256: str) -> list[IndexedVisit]:
        """Return the records that hold this payload, with the content coding that makes it this body, oldest first."""
        where = "payload_digest = ? AND sha256 = ? AND kind <> 'revisit'"
        rows = self._select(where, payload_digest, sha256, order="ORDER BY fetched_at, warc, offset")
        return [_visit(row) for row in rows]

    def is_loaded(self, archive_ref: str) -> bool:
        """Say whether a visit is noted as loaded."""
        found = self._connection.execute("SELECT 1 FROM loaded WHERE warc = ? AND offset = ?", split_ref(archive_ref))
        return found.fetchone() is not None

    def is_known(self, address: str, source_id: str) -> bool:
        """Say whether any visit to the address is noted as loaded."""
        where = f"address = ? AND source_id = ? AND {_LOADED}"
        return self._one(where, address, source_id) is not None

    def before(self, visit: IndexedVisit) -> list[IndexedVisit]:
        """Return the visits that brought other bytes under the same address or issuer's id before, each once, oldest first."""
        address = visit.entry.address
        rows = self._select(
            f"source_id = ? AND role = 'release' AND (address = ? OR issuer_id = ?) AND fetched_at < ? AND {_GOOD}",
            address.source_id,
            address.url,
            address.issuer_id,
            visit.entry.fetched_at.isoformat(),
            order="ORDER BY fetched_at, warc, offset",
        )
        return list(
            {(one.entry.address.url, one.entry.sha256): one for one in reversed([_visit(row) for row in rows])}.values()
        )[::-1]

    def between(self, source_id: str, begin: datetime, end: datetime) -> list[IndexedVisit]:
        """Return the newest visit to each loaded release listed with a time in [begin, end), undated ones by their visit."""
        where = f"""
            (address, source_id) IN (
                SELECT address, source_id FROM visits
                WHERE source_id = ? AND role = 'release' AND coalesce(published, fetched_at) >= ?
                    AND coalesce(published, fetched_at) < ? AND {_LOADED}
            )
        """
        rows = self._select(
            where, source_id, begin.isoformat(), end.isoformat(), order="ORDER BY fetched_at, warc, offset"
        )
        newest = {visit.entry.address.url: visit for visit in map(_visit, rows) if visit.entry.role == "release"}
        return list(newest.values())

    def entries(
        self, source_id: str | None, role: str | None, address: str | None, *, loaded: bool = False
    ) -> Iterator[ArchiveEntry]:
        """Yield visits in the order in which they were made, with `loaded` those alone that are noted as loaded."""
        wanted = {"source_id": source_id, "role": role, "address": address}
        named = {name: value for name, value in wanted.items() if value is not None}
        where = " AND ".join([*(f"{name} = ?" for name in named), *([_LOADED] if loaded else [])]) or "TRUE"
        for row in self._select(where, *named.values(), order="ORDER BY fetched_at, warc, offset"):
            yield _visit(row).entry

    def _one(self, where: str, *values: object) -> IndexedVisit | None:
        row = self._select(where, *values, order=_NEWEST).fetchone()
        return _visit(row) if row else None

    def _select(self, where: str, *values: object, order: str) -> sqlite3.Cursor:
        return self._connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM visits WHERE {where} {order}", values)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=BUSY_S)
        try:
            _use_write_ahead_log(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            [version] = connection.execute("PRAGMA user_version").fetchone()
            if version not in (0, SCHEMA_VERSION):
                raise _UnreadableError
            if version == 0:
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
            connection.execute("SELECT 1 FROM visits, warcs, loaded LIMIT 1").fetchone()
        except sqlite3.DatabaseError as error:
            connection.close()
            if error.sqlite_errorcode in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
                raise _UnreadableError from None
            raise
        except _UnreadableError:
            connection.close()
            raise
        return connection

    def _set_aside(self) -> None:
        """Move an unreadable index away; who still writes to it loses nothing, since WARC files are read again."""
        for path in (self._path, *(self._path.with_name(self._path.name + suffix) for suffix in ("-wal", "-shm"))):
            with suppress(FileNotFoundError):
                path.replace(path.with_name(path.name + ".unreadable"))


class _UnreadableError(Exception):
    """The file is no index of this version."""


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work at once. Changing the mode does not wait for other processes by itself."""
    give_up = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def _values(visit: IndexedVisit) -> tuple[object, ...]:
    entry, address = visit.entry, visit.entry.address
    return (
        *split_ref(entry.archive_ref),
        visit.kind,
        address.source_id,
        address.url,
        entry.role,
        entry.url,
        entry.status,
        entry.content_type,
        entry.sha256,
        visit.payload_digest,
        entry.fetched_at.isoformat(),
        entry.etag,
        entry.last_modified,
        entry.location,
        address.published and address.published.isoformat(),
        address.date_only,
        address.title,
        address.issuer_id,
        address.found_in,
        address.updated and address.updated.isoformat(),
        address.again,
    )


def _visit(row: tuple[str, ...]) -> IndexedVisit:
    cell = dict(zip(_COLUMNS, row, strict=True))
    address = Address(
        cell["source_id"],
        cell["address"],
        _moment(cell["published"]),
        bool(cell["date_only"]),
        cell["title"],
        cell["issuer_id"],
        cell["found_in"],
        _moment(cell["updated"]),
        cell["again"],
    )
    entry = ArchiveEntry(
        f"{cell['warc']}:{cell['offset']}",
        address,
        cell["url"],
        cell["role"],
        int(cell["status"]),
        cell["content_type"],
        cell["sha256"],
        datetime.fromisoformat(cell["fetched_at"]),
        cell["etag"],
        cell["last_modified"],
        cell["location"],
    )
    return IndexedVisit(entry, cell["kind"], cell["payload_digest"])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
