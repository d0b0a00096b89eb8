"""Folders of WARC files as a source: the pages that somebody's crawl brought, read where they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from pipeline.errors import StepProblem
from pipeline.records import Address, Problem
from pipeline.sources.addresses import canonical_url
from pipeline.sources.folder import folder_url
from pipeline.sources.listed import Listed, copy_cause
from pipeline.sources.model import Source
from pipeline.sources.ways import Warcs

SCHEME = "warc:"
SUFFIXES = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True)
class Copy:
    """A page as a WARC file keeps it, content coding undone."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    taken_at: datetime


class UnreadableCopyError(ValueError):
    """The WARC file or the record in it cannot be read; the text says why in one line."""


def list_warcs(source: Source, way: Warcs) -> Listed:
    """Return the addresses whose HTML the folder's WARC files hold, in order, each with its newest copy, undated.

    `updated` is the time of the oldest copy: by then it was out. A file that cannot be read is a problem and keeps none of
    the others back. Raises StepProblem `no-folder`.
    """
    if not way.path.is_dir():
        detail = f"{way.path} is no folder"
        raise StepProblem(Problem("discover", "no-folder", detail, source.id, folder_url(str(way.path))))
    found: dict[str, tuple[datetime, Address]] = {}
    problems = []
    items = 0
    for path in sorted(path for path in way.path.glob(way.pattern) if path.name.lower().endswith(SUFFIXES)):
        try:
            for offset, record in _pages(path):
                items += 1
                url = canonical_url(
                    record.rec_headers.get_header("WARC-Target-URI") or "", None, source.drop_parameters
                )
                if url is not None and way.wants(url):
                    place = path.relative_to(way.path).as_posix()
                    taken = _taken(record)
                    address = Address(
                        source.id,
                        url,
                        found_in=f"warc {place}",
                        updated=taken,
                        again=copy_cause(taken),
                        copy=f"{SCHEME}{quote(place)}#{offset}",
                    )
                    known = found.get(url)
                    first = min(taken, known[1].updated or taken) if known else taken
                    newest = known[1] if known and known[0] > taken else address
                    found[url] = max(taken, known[0]) if known else taken, replace(newest, updated=first)
        except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
            detail = f"{path}: {' '.join(str(error).split()) or type(error).__name__}"
            problems.append(Problem("discover", "unreadable-warc", detail, source.id, folder_url(path.name)))
    return Listed(tuple(address for _, address in found.values()), (), items, problems=tuple(problems))


def read_copy(source: Source, place: str, limit: int) -> Copy:
    """Return the page at a place that `list_warcs` named. Raises UnreadableCopyError, also for one of more than `limit` bytes."""
    name, _, offset = place.removeprefix(SCHEME).rpartition("#")
    roots = [one.warc.path.resolve() for one in source.discovery if one.warc is not None]
    paths = [
        path for root in roots if (path := (root / unquote(name)).resolve()).is_relative_to(root) and path.is_file()
    ]
    if not paths or not offset.isdigit():
        raise UnreadableCopyError(f"{place} names no record of the source's WARC files")
    try:
        with paths[0].open("rb") as stream:
            stream.seek(int(offset))
            return _copy(next(iter(ArchiveIterator(stream))), limit)
    except (ArchiveLoadFailed, OSError, EOFError, StopIteration, AttributeError, ValueError) as error:
        raise UnreadableCopyError(f"{paths[0]}: {' '.join(str(error).split()) or 'no record of a page'}") from None


def _copy(record: ArcWarcRecord, limit: int) -> Copy:
    body = record.content_stream().read(limit + 1)
    if len(body) > limit:
        raise ValueError(f"the page has more than {limit} bytes")
    dropped = ("content-encoding", "transfer-encoding", "content-length")
    headers = tuple((key, value) for key, value in record.http_headers.headers if key.lower() not in dropped)
    status, _, reason = record.http_headers.statusline.partition(" ")
    return Copy(int(status), reason, headers, body, _taken(record))


def _pages(path: Path) -> Iterator[tuple[int, ArcWarcRecord]]:
    """Yield where each page with status 200 and HTML begins, with its record."""
    with path.open("rb") as stream:
        records = ArchiveIterator(stream)
        for record in records:
            http = record.http_headers
            if record.rec_type != "response" or http is None or http.get_statuscode() != "200":
                continue
            if re.search(r"html|text/plain", http.get_header("Content-Type") or "text/html"):
                yield records.get_record_offset(), record


def _taken(record: ArcWarcRecord) -> datetime:
    return datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")).astimezone(UTC).replace(microsecond=0)
