"""What became of people's corrections: which releases have to be read again, and which corrections match nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from pipeline.records import Problem, utc_now
from pipeline.rows import problem_rows
from pipeline.warehouse.file import Connection
from pipeline.warehouse.history import merge_problems

NO_ROW = "no event, attendee or topic has the id any more"
NO_WORDS = "the release does not have the words any more"
NO_EFFECT = "it changes nothing in the row that has the id"


class Correction(Protocol):
    """What is asked of a correction: the fields of `pipeline.corrections.Correction`."""

    @property
    def correction_id(self) -> str: ...
    @property
    def mark(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def what(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def made_on(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Stale:
    """A visit to a page of a release whose rows were loaded under other corrections than those of today."""

    source_id: str
    archive_ref: str


def find_stale(con: Connection, corrections: Sequence[Correction]) -> list[Stale]:
    """Return the pages to read again: every version of a release over which other corrections lie than should."""
    laid = _laid(con)
    marks = {correction.mark for correction in corrections}
    expected = {release_id: found & marks for release_id, found in laid.items()}
    for correction, (release_id, has_words) in zip(corrections, _targets(con, corrections), strict=True):
        if release_id and has_words and correction.what in ("set", "add", "remove"):
            expected.setdefault(release_id, set()).add(correction.mark)
    stale = sorted(release_id for release_id, found in expected.items() if found != laid.get(release_id, set()))
    rows = con.execute(
        "SELECT source_id, archive_ref FROM readings WHERE release_id IN (SELECT unnest(?::VARCHAR[])) "
        "AND archive_ref IS NOT NULL ORDER BY fetched_at, archive_ref",
        [stale],
    ).fetchall()
    return [Stale(*row) for row in rows]


def note_corrections(
    con: Connection, corrections: Sequence[Correction], wrong: Sequence[str], path: str, moment: datetime | None = None
) -> list[str]:
    """Write down what became of each correction; return a line on each that is wrong or matches nothing.

    Each of these is a problem until it is mended, matches again, or is taken out of the file.
    """
    laid_on = {mark: release_id for release_id, marks in _laid(con).items() for mark in marks}
    rows: list[dict[str, Any]] = []
    problems = [Problem("correct", "correction-wrong", line, address=f"{path}: {line}") for line in wrong]
    for correction, (release_id, has_words) in zip(corrections, _targets(con, corrections), strict=True):
        why = None
        if correction.mark in laid_on:
            release_id = laid_on[correction.mark]
        elif release_id is None:
            why = NO_ROW
        elif not has_words:
            why = NO_WORDS
        elif correction.what not in ("same", "different"):
            why = NO_EFFECT
        if why:
            detail = f"{path} line {correction.line}: {correction.what} {correction.id}: {why}"
            address = f"{path}: {correction.correction_id}"
            problems.append(Problem("correct", "correction-unmatched", detail, address=address))
        rows.append(_row(correction, release_id, why))
    con.register("in_corrections", pa.Table.from_pylist(rows, _SCHEMA))
    con.begin()
    try:
        con.execute("DELETE FROM corrections; INSERT INTO corrections BY NAME SELECT * FROM in_corrections")
        merge_problems(con, problem_rows(problems, seen_at=moment or utc_now())["problems"], resolve_stage="correct")
        con.commit()
    except BaseException:
        con.rollback()
        raise
    finally:
        con.unregister("in_corrections")
    return [problem.detail for problem in problems]


def decided_pairs(con: Connection, what: str) -> list[tuple[str, str]]:
    """Return the pairs of event ids that people said are the same engagement, or different ones."""
    sql = "SELECT id, value FROM corrections WHERE what = ? AND state = 'applied' ORDER BY ALL"
    return [(one, other) for one, other in con.execute(sql, [what]).fetchall()]


def _laid(con: Connection) -> dict[str, set[str]]:
    """Return the marks that lie over the current version of each release that has any."""
    rows = con.execute(
        "SELECT release_id, rules_version FROM readings WHERE is_current AND contains(rules_version, '+')"
    ).fetchall()
    return {release_id: set(rules.split("+")[1:]) for release_id, rules in rows}


def _targets(con: Connection, corrections: Sequence[Correction]) -> list[tuple[str | None, bool]]:
    """Return for each correction the release that has the row it names, and whether that release has its words."""
    if not corrections:
        return []
    keys: dict[str, list[str]] = defaultdict(list)
    for correction in corrections:
        keys["id"].append(correction.id)
        keys["row"].append(correction.id.partition("/")[0])
        keys["other"].append(correction.value if correction.what in ("same", "different") else "")
    con.register("in_keys", pa.table(keys))
    con.execute("CREATE OR REPLACE TEMP TABLE correction_keys AS SELECT DISTINCT * FROM in_keys")
    con.unregister("in_keys")
    found = con.execute(_FIND).fetchall()
    texts = {(id_, other): (release_id, " ".join(text.split())) for id_, other, release_id, text in found}
    targets = []
    for correction, other in zip(corrections, keys["other"], strict=True):
        release_id, text = texts.get((correction.id, other), (None, ""))
        targets.append((release_id, " ".join(correction.words.split()) in text))
    return targets


_FIND = """
SELECT k.id, k.other, v.release_id, v.text
FROM correction_keys AS k
JOIN (
    SELECT event_id AS row, release_id FROM events WHERE event_id IN (SELECT row FROM correction_keys)
    UNION
    SELECT mention_id, release_id FROM attendees WHERE mention_id IN (SELECT row FROM correction_keys)
) AS r ON r.row = k.row
JOIN readings AS v ON v.release_id = r.release_id AND v.is_current
WHERE (k.other = '' OR k.other IN (SELECT event_id FROM events))
    AND (NOT contains(k.id, '/') OR k.id IN (
        SELECT event_id || '/' || unnest([topic_id, label]) FROM topics
        WHERE event_id IN (SELECT row FROM correction_keys)
    ))
"""


def _row(correction: Correction, release_id: str | None, why: str | None) -> dict[str, Any]:
    return {
        "correction_id": correction.correction_id,
        "line": correction.line,
        "what": correction.what,
        "id": correction.id,
        "field": correction.field or None,
        "value": correction.value or None,
        "words": correction.words,
        "author": correction.author,
        "reason": correction.reason,
        "made_on": correction.made_on,
        "release_id": release_id,
        "state": "unmatched" if why else "applied",
        "why": why,
    }


_SCHEMA = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("correction_id", "what", "id", "field", "value", "words", "author", "reason")
        ),
        ("line", pa.int32()),
        ("made_on", pa.date32()),
        *((name, pa.string()) for name in ("release_id", "state", "why")),
    ]
)
