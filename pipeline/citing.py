"""Citing a cell: its words, where they stand and where the page is kept, checked by cutting the archived bytes again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline import steps
from pipeline.archive import Archive, ArchiveError
from pipeline.errors import ReadoutError, StepProblem
from pipeline.settings import Settings
from pipeline.sources import load_valid_sources
from pipeline.sources.model import Source

CITED = """
SELECT c.*, k.author, k.reason
FROM citations AS c
LEFT JOIN corrections AS k
    ON c.rule = 'correction' AND k.id = c.id AND k.field = c.field AND k.what = 'set' AND k.state = 'applied'
WHERE (c.id = $id OR c.event_id = $id OR c.release_id = $id) AND ($field IS NULL OR c.field = $field)
ORDER BY c.published_at, c.release_id, c.begin_at, c.kind DESC, c.id, c.end_at, c.field
"""


@dataclass(frozen=True, slots=True)
class Citation:
    """One cited cell: the columns of the view `citations`, who corrected it and why, and what the check found.

    `check` is `ok`, or says in a few words what the archive has otherwise; None if it was not asked for.
    """

    cells: dict[str, Any]
    check: str | None = None


def cite(settings: Settings, id: str, field: str | None = None, *, check: bool = True) -> list[Citation]:
    """Return the citations of an event with all of its rows, of one row by its own id, or of a whole release.

    Raises ReadoutError if nothing has the id.
    """
    columns, rows = steps.query(CITED, settings, {"id": id, "field": field})
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    if not found:
        raise ReadoutError(f"nothing is cited under {id!r}{f' for {field}' if field else ''}; give an event_id, a mention_id, "
                           "event_id/topic or a release_id")  # fmt: skip
    if not check:
        return [Citation(cells) for cells in found]
    return list(_check_all(settings, found))


def _check_all(settings: Settings, found: list[dict[str, Any]]) -> Iterator[Citation]:
    """Yield the citations with what the archive says of each; a page is read once."""
    sources = {source.id: source for source in load_valid_sources(settings.sources)[0]}
    known: dict[str, tuple[str | None, str]] = {}
    with Archive(settings.archive) as archive:
        for cells in found:
            ref = cells["archive_ref"]
            if ref not in known:
                known[ref] = _read_again(archive, ref, cells["page_sha256"], sources.get(cells["source_id"]))
            text, trouble = known[ref]
            if text is not None and text[cells["begin_at"] : cells["end_at"]] != cells["words"]:
                trouble = "the page, read by today's rules, has other words there"
            yield Citation(cells, trouble or "ok")


def _read_again(archive: Archive, ref: str | None, sha256: str, source: Source | None) -> tuple[str | None, str]:
    """Return the text of an archived page, or what is wrong with it."""
    if not ref:
        return None, "the row does not say where its page is kept"
    try:
        page = archive.read_page(ref)
        if hashlib.sha256(page.body).hexdigest() != sha256:
            return None, "the archive has other bytes"
        return steps.parse(page, source).text, ""
    except ArchiveError as error:
        return None, str(error)
    except StepProblem as error:
        return None, f"the page cannot be read by today's rules: {error}"
