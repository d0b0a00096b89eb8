"""Versions of releases: which is current, what each read, and what changed from one to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from pipeline.warehouse.file import Connection, pushing_filters


@dataclass(frozen=True, slots=True)
class Revision:
    """What one version of a release has that the one before had not, and the other way round, in order of the text."""

    what_changed: str
    text_added: tuple[str, ...]
    text_removed: tuple[str, ...]
    people_added: tuple[str, ...]
    people_removed: tuple[str, ...]


def update_versions(con: Connection) -> None:
    """Bring release_versions up to the batch; leave the tables `decided`, a row a version, and `verdicts`, a row a release.

    A verdict's `what` is added, changed or unchanged, its reading_id the one that the release shows from now on.
    """
    con.execute(_STAGE)
    with pushing_filters(con, on=True):
        con.execute(_DECIDE)
        if con.execute("SELECT 1 FROM known LIMIT 1").fetchone():
            con.execute(_DELETE_REREAD)
            con.execute(_UPDATE_KNOWN)
    con.execute(_INSERT)


def describe_versions(con: Connection) -> None:
    """Write down what changed from version to version of the batch's releases that have several."""
    with pushing_filters(con, on=True):
        con.execute(_SEVERAL)
        rows = con.execute(_TEXTS).fetchall()
    if not rows:
        return
    found: list[dict[str, Any]] = []
    for before, (place, release_id, _, text, people) in zip([None, *rows], rows, strict=False):
        found.append({"place": place})
        if before is not None and before[1] == release_id:
            revision = compare_versions(before[3], text, before[4], people)
            found[-1] |= {"previous_version_id": before[2], **asdict(revision)}
    con.register("in_revisions", pa.Table.from_pylist(found, _REVISIONS))
    con.execute("CREATE OR REPLACE TEMP TABLE revisions AS FROM in_revisions")
    con.unregister("in_revisions")
    with pushing_filters(con, on=True):
        con.execute(_UPDATE_REVISIONS)


def compare_versions(old_text: str, new_text: str, old_people: Sequence[str], new_people: Sequence[str]) -> Revision:
    """Return what changed between two texts, by title and paragraph, and between the people seated in them."""
    added, removed = _only_in(new_text, old_text), _only_in(old_text, new_text)
    came = tuple(name for name in new_people if name not in set(old_people))
    went = tuple(name for name in old_people if name not in set(new_people))
    said = []
    if old_text.split("\n\n", 1)[0] != new_text.split("\n\n", 1)[0]:
        said.append("title changed")
    for what, paragraphs in (("added or reworded", added), ("gone or reworded", removed)):
        if paragraphs:
            said.append(f"{len(paragraphs)} paragraph{'s' * (len(paragraphs) > 1)} {what}")
    for what, names in (("now named as attending", came), ("no longer named as attending", went)):
        if names:
            said.append(f"{what}: {', '.join(names)}")
    return Revision("; ".join(said) or "paragraphs in another order", added, removed, came, went)


def _only_in(text: str, other: str) -> tuple[str, ...]:
    left = Counter(other.split("\n\n")[1:])
    found = []
    for paragraph in text.split("\n\n")[1:]:
        if left[paragraph]:
            left[paragraph] -= 1
        else:
            found.append(paragraph)
    return tuple(found)


_STAGE = """
CREATE OR REPLACE TEMP TABLE batch AS
SELECT
    release_id, version_id, reading_id, rules_version, fetched_at, page_sha256, archive_ref, row,
    min(fetched_at) OVER (PARTITION BY release_id, version_id) AS first_seen
FROM in_releases
QUALIFY row_number() OVER (
    PARTITION BY release_id, version_id ORDER BY fetched_at DESC, reading_id DESC, archive_ref DESC, row
) = 1
"""

_DECIDE = """
CREATE OR REPLACE TEMP TABLE places AS
SELECT rowid AS place
FROM readings
WHERE release_hash IN (SELECT md5_number_lower(release_id) FROM batch);

CREATE OR REPLACE TEMP TABLE known AS
SELECT
    rowid AS place, release_id, version_id, reading_id, rules_version, fetched_at, archive_ref, first_seen, last_seen, is_current
FROM readings
WHERE rowid IN (SELECT place FROM places);

DELETE FROM known WHERE release_id NOT IN (SELECT release_id FROM batch);

CREATE OR REPLACE TEMP TABLE decided AS
SELECT
    *,
    row_number() OVER (PARTITION BY release_id ORDER BY last_seen DESC, version_id DESC) = 1 AS is_current,
    min(first_seen) OVER (PARTITION BY release_id) AS release_first_seen
FROM (
    SELECT
        release_id,
        version_id,
        least(b.first_seen, k.first_seen) AS first_seen,
        greatest(b.fetched_at, k.last_seen) AS last_seen,
        b.version_id IS NOT NULL AND (
            k.version_id IS NULL
            OR b.rules_version <> k.rules_version
            OR (b.fetched_at, b.reading_id, b.archive_ref) > (k.fetched_at, k.reading_id, k.archive_ref)
        ) AS takes_over,
        CASE WHEN takes_over THEN b.reading_id ELSE k.reading_id END AS reading_id,
        k.reading_id AS old_reading_id,
        k.is_current AS was_current,
        k.place,
        b.row, b.rules_version, b.fetched_at, b.page_sha256, b.archive_ref
    FROM batch AS b
    FULL JOIN known AS k USING (release_id, version_id)
);

CREATE OR REPLACE TEMP TABLE verdicts AS
SELECT
    release_id,
    any_value(reading_id) FILTER (WHERE is_current) AS reading_id,
    CASE any_value(old_reading_id) FILTER (WHERE was_current)
        WHEN any_value(reading_id) FILTER (WHERE is_current) THEN 'unchanged'
        ELSE CASE WHEN bool_or(was_current) THEN 'changed' ELSE 'added' END
    END AS what
FROM decided
GROUP BY release_id;
"""

_DELETE_REREAD = """
DELETE FROM readings WHERE rowid IN (SELECT place FROM decided WHERE reading_id <> old_reading_id)
"""

_UPDATE_KNOWN = """
UPDATE readings AS v
SET
    first_seen = d.first_seen,
    last_seen = d.last_seen,
    release_first_seen = d.release_first_seen,
    is_current = d.is_current,
    fetched_at = CASE WHEN d.takes_over THEN d.fetched_at ELSE v.fetched_at END,
    page_sha256 = CASE WHEN d.takes_over THEN d.page_sha256 ELSE v.page_sha256 END,
    archive_ref = CASE WHEN d.takes_over THEN d.archive_ref ELSE v.archive_ref END,
    rules_version = CASE WHEN d.takes_over THEN d.rules_version ELSE v.rules_version END
FROM decided AS d
WHERE v.rowid = d.place
    AND (
        d.takes_over
        OR (v.first_seen, v.last_seen, v.release_first_seen, v.is_current)
            <> (d.first_seen, d.last_seen, d.release_first_seen, d.is_current)
    )
"""

_INSERT = """
INSERT INTO readings BY NAME
SELECT
    r.* EXCLUDE row, d.first_seen, d.last_seen, d.release_first_seen, d.is_current,
    md5_number_lower(r.release_id) AS release_hash
FROM in_releases AS r
JOIN decided AS d USING (row)
WHERE d.reading_id IS DISTINCT FROM d.old_reading_id
"""

_SEVERAL = """
CREATE OR REPLACE TEMP TABLE several AS
SELECT rowid AS place
FROM readings
WHERE release_hash IN (SELECT md5_number_lower(release_id) FROM decided GROUP BY release_id HAVING count(*) > 1);
"""

_TEXTS = """
SELECT rowid, release_id, version_id, text, attending
FROM readings
WHERE rowid IN (SELECT place FROM several)
ORDER BY release_id, first_seen, version_id
"""

_REVISIONS = pa.schema(
    [
        ("place", pa.int64()),
        ("previous_version_id", pa.string()),
        ("what_changed", pa.string()),
        *((name, pa.list_(pa.string())) for name in Revision.__slots__[1:]),
    ]
)

_UPDATE_REVISIONS = """
UPDATE readings AS v
SET
    previous_version_id = r.previous_version_id,
    what_changed = r.what_changed,
    text_added = r.text_added,
    text_removed = r.text_removed,
    people_added = r.people_added,
    people_removed = r.people_removed
FROM revisions AS r
WHERE v.rowid = r.place
"""
