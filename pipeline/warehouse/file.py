"""The working file: opening it under its lock, brought up to the newest migration."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import duckdb

from pipeline.errors import ConfigurationError, ReadoutError, WarehouseBusyError, WarehouseVersionError
from pipeline.records import utc_now
from pipeline.settings import CHECKOUT, Settings
from pipeline.warehouse.blocks import keep_blocks, keeping_blocks, put_blocks_back
from pipeline.warehouse.lock import POLL_S, Lock, hold_lock

STORAGE_VERSION = "v1.5.0"
"""The file format: DuckDB 1.5 and 2.0 both read and write it; 2.0's own default would shut 1.5 out."""

Connection: TypeAlias = duckdb.DuckDBPyConnection


@contextmanager
def open_working(settings: Settings, lock: Lock | None = None) -> Iterator[Connection]:
    """Open the working file to write, made and migrated where it has to be, under its lock or one that is held already.

    Raises WarehouseBusyError, WarehouseVersionError, or ReadoutError for a file that is no database and for what the database
    could not do meanwhile, such as write to a full disk.
    """
    if lock is None:
        with hold_lock(settings) as lock, open_working(settings, lock) as con:
            yield con
        return
    con = _connect(settings)
    try:
        migrate_schema(con, schema_folder())
        yield con
    except duckdb.Error as error:
        raise ReadoutError(f"{settings.working_file}: {first_line(error)}") from error
    finally:
        _close(con, settings.working_file)


def checkpoint(con: Connection, path: Path) -> None:
    """Bring all that was committed from the log into the file. Raises ReadoutError where it has no room."""
    try:
        with keeping_blocks(con, path):
            con.execute("CHECKPOINT")
    except OSError as error:
        raise ReadoutError(f"{error.filename or path}: {error.strerror}") from error


def guard_file(settings: Settings, lock: Lock) -> None:
    """Keep what another process under our lock, which makes one checkpoint at its end, may write over in the working file."""
    with open_working(settings, lock) as con:
        try:
            keep_blocks(con, settings.working_file)
        except OSError as error:
            raise ReadoutError(f"{error.filename or settings.working_file}: {error.strerror}") from error


def schema_folder() -> Path:
    """Return the folder of the numbered migrations, in a checkout or in an installed package."""
    checkout = CHECKOUT / "warehouse" / "schema"
    return checkout if checkout.is_dir() else Path(__file__).resolve().parents[1] / "_data" / "schema"


def migrate_schema(con: Connection, folder: Path) -> list[str]:
    """Apply the migrations that the file lacks, each in a transaction of its own; return their names, in order.

    Raises WarehouseVersionError if the file knows a migration that the folder does not, or knows it otherwise.
    """
    if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'schema_migrations'").fetchall():
        con.execute(_LEDGER)
    known = _read_migrations(folder)
    applied = con.execute("SELECT number, name, checksum FROM schema_migrations ORDER BY number").fetchall()
    for number, name, checksum in applied:
        if number not in known:
            raise WarehouseVersionError(
                f"a newer Readout made the warehouse (migration {name}; this one knows {len(known)}): update Readout"
            )
        if known[number][2] != checksum:
            raise WarehouseVersionError(
                f"migration {known[number][0]} was edited after the warehouse had it; put it back and add a new one"
            )
    missing = [number for number in known if number > len(applied)]
    for number in missing:
        name, sql, checksum = known[number]
        con.begin()
        try:
            con.execute(sql)
            applied_at = utc_now().replace(tzinfo=None)
            con.execute("INSERT INTO schema_migrations VALUES (?, ?, ?, ?)", [number, name, checksum, applied_at])
            con.commit()
        except duckdb.Error as error:
            con.rollback()
            raise ReadoutError(f"migration {name}: {first_line(error)}") from error
    return [known[number][0] for number in missing]


def first_line(error: BaseException) -> str:
    """Return the one line of a database error that says what is wrong."""
    return " ".join(str(error).strip().split("\n\n")[0].split())


@contextmanager
def pushing_filters(con: Connection, *, on: bool) -> Iterator[None]:
    """Let the filters of joins reach into scans, or not.

    A scan of a large table then reads the few rows that match. A scan of an Arrow table refuses such a filter in DuckDB 1.5.
    """
    con.execute("RESET disabled_optimizers" if on else "SET disabled_optimizers = 'join_filter_pushdown'")
    try:
        yield
    finally:
        with suppress(duckdb.Error):  # a connection that broke has nothing to tidy
            con.execute("SET disabled_optimizers = 'join_filter_pushdown'" if on else "RESET disabled_optimizers")


def connection_config(settings: Settings) -> dict[str, str]:
    """Return what every connection that writes is set to: no extension is fetched, large work spills under home."""
    return {
        "storage_compatibility_version": STORAGE_VERSION,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": str(settings.home / "spill"),
        # The only checkpoint of a connection is that of its end, or one asked for: see `blocks`.
        "wal_autocheckpoint": "1TB",
        "auto_checkpoint_skip_wal_threshold": str(2**60),
    }


_LEDGER = """
BEGIN;
CREATE TABLE schema_migrations (
    number INTEGER NOT NULL, name VARCHAR NOT NULL, checksum VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE schema_migrations IS 'Which numbered migrations this file has.';
COMMENT ON COLUMN schema_migrations.number IS 'Number of the migration.';
COMMENT ON COLUMN schema_migrations.name IS 'Name of its file.';
COMMENT ON COLUMN schema_migrations.checksum IS 'SHA-256 of its file: a migration is never edited.';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was applied, UTC.';
COMMIT;
"""


def _read_migrations(folder: Path) -> dict[int, tuple[str, str, str]]:
    """Return name, SQL and checksum of each migration by number, in order, from 1 without gaps."""
    found: dict[int, tuple[str, str, str]] = {}
    for path in sorted(folder.glob("*.sql")):
        number = re.match(r"(\d{4})_[a-z0-9_]+\.sql$", path.name)
        if not number or int(number[1]) != len(found) + 1:
            raise ConfigurationError(f"{path}: expected {len(found) + 1:04d}_name.sql")
        raw = path.read_bytes()
        found[int(number[1])] = (path.name, raw.decode(), hashlib.sha256(raw).hexdigest())
    if not found:
        raise ConfigurationError(f"{folder}: no migrations")
    return found


def _close(con: Connection, path: Path) -> None:
    """Close a connection, which checkpoints if something was committed."""
    if not path.with_name(path.name + ".wal").exists():
        con.close()
        return
    try:
        with suppress(duckdb.Error):
            con.rollback()  # what an error left open
        with keeping_blocks(con, path):
            con.close()
    except (OSError, duckdb.Error):
        # What cannot be kept must not be written over: all that was committed stays in the log for the next connection.
        with suppress(duckdb.Error):
            con.execute("PRAGMA disable_checkpoint_on_shutdown")
        con.close()


def _connect(settings: Settings) -> Connection:
    """Connect; a person's own connection to the working file, which knows no lock of ours, is waited for, too."""
    deadline = time.monotonic() + settings.lock_wait_s
    while True:
        try:
            put_blocks_back(settings.working_file)
            return duckdb.connect(str(settings.working_file), config=connection_config(settings))
        except OSError as error:
            raise ReadoutError(f"{error.filename or settings.working_file}: {error.strerror}") from error
        except duckdb.Error as error:
            if "Could not set lock" not in str(error):
                raise ReadoutError(f"{settings.working_file}: {first_line(error)}") from error
            if time.monotonic() >= deadline:
                pid = re.search(r"PID (\d+)", str(error))
                raise WarehouseBusyError(
                    f"process {pid[1] if pid else '(unknown)'} has {settings.working_file} open; "
                    f"gave up after waiting {settings.lock_wait_s:g} s"
                ) from error
            time.sleep(POLL_S)
