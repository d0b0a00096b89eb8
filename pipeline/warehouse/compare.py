"""Comparing warehouses: one number a table, the same for the same rows in whatever order."""

from __future__ import annotations

from pipeline.warehouse.file import Connection

REBUILT = (
    "sources",
    "releases",
    "release_versions",
    "events",
    "attendees",
    "topics",
    "people",
    "person_names",
    "positions",
)
"""The tables that the archive and the rules alone determine. Runs, problems and changes are history."""


def hash_tables(con: Connection, tables: tuple[str, ...] = REBUILT) -> dict[str, tuple[int, int]]:
    """Return the number of rows of each table and the sum of their hashes."""
    found = {}
    for table in tables:
        row = con.execute(
            f"SELECT count(*), coalesce(sum(md5_number_lower(t::VARCHAR)), 0) FROM {table} AS t"
        ).fetchone()
        assert row is not None
        found[table] = (int(row[0]), int(row[1]))
    return found
