"""Blocks that a checkpoint writes over, kept aside meanwhile: a process killed while it writes one leaves a file that opens.

DuckDB writes to free places and then turns the header to what it wrote; but several pieces of metadata share a block, and one of
which some pieces are free is written over with new pieces beside the old (1.5.5). Ended in the midst of that, the block no longer
has the checksum that it names, and the file does not open. So these blocks are copied first. As long as the header is what it was
then, it is the old pieces that count, and the copies hold them.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

HEADERS = 3 * 4096
"""Bytes before the first block: the file's header and two of the database, of which the later one counts."""

BLOCK = 262_144
"""Bytes of a block, DuckDB's default."""


def kept_file(path: Path) -> Path:
    """Return the path of the copies of a database's blocks."""
    return path.with_name(path.name + ".blocks")


@contextmanager
def keeping_blocks(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Keep the blocks of a database that one checkpoint, made inside, may write over. Raises OSError if they cannot be kept.

    DuckDB tells nobody of a checkpoint that failed as a connection closed; the header and the log do, and the blocks are kept on.
    """
    keep_blocks(con, path)
    yield
    if not (path.with_name(path.name + ".wal").exists() and _is_of_this_state(path)):
        kept_file(path).unlink(missing_ok=True)


def keep_blocks(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Copy the blocks of a database that its next checkpoint may write over, whoever makes it. Raises OSError."""
    if _is_of_this_state(path):
        return  # a checkpoint failed since: only the copies are whole
    numbers = con.execute("SELECT block_id FROM pragma_metadata_info() ORDER BY block_id").fetchall()
    draft = path.with_name(path.name + ".blocks.new")
    with path.open("rb") as database, draft.open("wb") as copies:
        copies.write(database.read(HEADERS))
        for (number,) in numbers:
            database.seek(HEADERS + number * BLOCK)
            block = database.read(BLOCK)
            if len(block) == BLOCK:  # else it is new, and not in the file yet
                copies.write(struct.pack("<q", number) + block)
        copies.flush()
        os.fsync(copies.fileno())
    draft.replace(kept_file(path))


def _is_of_this_state(path: Path) -> bool:
    """Say whether blocks are kept and the header is what it was then."""
    try:
        with kept_file(path).open("rb") as copies, path.open("rb") as database:
            return copies.read(HEADERS) == database.read(HEADERS)
    except FileNotFoundError:
        return False


def put_blocks_back(path: Path) -> None:
    """Undo a checkpoint that was ended in its midst; to be called before the file is opened. One that somebody has open is left."""
    kept = kept_file(path)
    if not kept.exists():
        return
    with kept.open("rb") as copies, path.open("r+b") as database:
        try:
            fcntl.lockf(database, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the lock that DuckDB takes
        except OSError:
            return
        if copies.read(HEADERS) == database.read(HEADERS):
            while number := copies.read(8):
                database.seek(HEADERS + struct.unpack("<q", number)[0] * BLOCK)
                database.write(copies.read(BLOCK))
            database.flush()
            os.fsync(database.fileno())
    kept.unlink()
