"""A saved page or text on disk -> Page, as if it had been fetched."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from pipeline.content_coding import ContentCodingError, TooLargeError, gunzip
from pipeline.errors import StepProblem
from pipeline.parse import MOST_BYTES
from pipeline.records import Address, Page, Problem

SOURCE_ID = "files"
_TYPES = {".txt": "text/plain", ".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml"}


def read_file(path: Path) -> Page:
    """Return the file as a page; `.gz` is unpacked. Its time of fetching is that of the file's last change.

    Raises StepProblem for a file that cannot be read (unreadable) or holds more than MOST_BYTES unpacked (too-large).
    """
    address = Address(source_id=SOURCE_ID, url=path.absolute().as_uri())
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
        packed = path.suffix.lower() == ".gz"
        body = gunzip(raw, MOST_BYTES) if packed else raw
    except OSError as error:
        raise _problem(address, "unreadable", f"cannot read the file: {error.strerror or error}") from None
    except ContentCodingError as error:
        raise _problem(address, "unreadable", f"cannot unpack the file: {error}") from None
    except TooLargeError:
        raise _problem(address, "too-large", f"the file holds more than {MOST_BYTES:,} bytes") from None
    name = Path(path.stem) if packed else path
    return Page(
        address=address,
        final_url=address.url,
        status=200,
        content_type=_TYPES.get(name.suffix.lower(), "text/html"),
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        fetched_at=changed,
        archive_ref="",
    )


def _problem(address: Address, reason: str, detail: str) -> StepProblem:
    return StepProblem(
        Problem(stage="parse", reason=reason, detail=detail, source_id=address.source_id, address=address.url)
    )
