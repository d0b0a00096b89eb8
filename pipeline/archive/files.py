"""The life of a WARC file: made locked under a temporary name, finished under its final one, recovered after a crash."""

from __future__ import annotations

import fcntl
import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

SUFFIX = ".warc.gz"
OPEN = ".open"
"""Added to a file's name as long as its task may write to it."""
_READ = 1 << 20


def begin_file(path: Path) -> BinaryIO:
    """Create a file and return it locked, so that nobody takes it for one that a killed task left."""
    while True:
        stream = path.open("xb", buffering=0)
        fcntl.flock(stream, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if path.stat().st_ino == os.fstat(stream.fileno()).st_ino:
                return stream
        stream.close()  # another task recovered the empty file between its making and its lock


def finish_file(stream: BinaryIO, path: Path, final: Path) -> None:
    """Sync a file, give it its final name and let it go."""
    os.fsync(stream.fileno())
    path.replace(final)
    _sync_folder(final.parent)
    stream.close()


def recover_files(folder: Path) -> None:
    """Give the files that killed tasks left their final names, the torn end of the last record cut off."""
    for path in folder.glob("*" + SUFFIX + OPEN):
        with suppress(FileNotFoundError, BlockingIOError), path.open("r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not path.exists():
                continue
            whole = whole_length(path)
            if whole == 0:
                path.unlink()
                continue
            stream.truncate(whole)
            finish_file(stream, path, path.with_name(path.name.removesuffix(OPEN)))


def whole_length(path: Path) -> int:
    """Return how many bytes at the file's beginning are complete gzip members; what follows was cut off by a crash."""
    whole = at = 0
    with path.open("rb") as stream:
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while chunk := stream.read(_READ):
            while chunk:
                try:
                    inflater.decompress(chunk)
                except zlib.error:
                    return whole
                if not inflater.eof:
                    at += len(chunk)
                    break
                at += len(chunk) - len(inflater.unused_data)
                whole, chunk = at, inflater.unused_data
                inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    return whole


def _sync_folder(folder: Path) -> None:
    """Make a rename in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
