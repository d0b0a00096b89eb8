"""What can be taken out of the published file: any table or query as Arrow batches, and who met whom as a graph."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from pipeline.errors import ReadoutError
from pipeline.settings import Settings
from pipeline.warehouse.file import Connection
from pipeline.warehouse.read import open_published

BATCH = 50_000
"""Rows that are in memory at once."""

NODES = """
SELECT person_id AS id, name, country, position, first_seen::VARCHAR AS first_seen, last_seen::VARCHAR AS last_seen, engagements
FROM summary.person_activity
WHERE person_id IN (SELECT unnest([person_a_id, person_b_id]) FROM summary.who_meets_whom)
ORDER BY id
"""
EDGES = """
SELECT
    person_a_id AS source, person_b_id AS target, meetings AS weight, meetings, facing,
    first_met::VARCHAR AS first_met, last_met::VARCHAR AS last_met, topics
FROM summary.who_meets_whom
ORDER BY source, target
"""
"""The graph of co-attendance: people, and an edge for each two who took part in an engagement together."""


def list_tables(settings: Settings) -> list[str]:
    """Return the names of all tables and views of the published file, those of summaries with their schema, in order."""
    with open_published(settings) as con:
        rows = con.execute(
            "SELECT CASE table_schema WHEN 'main' THEN table_name ELSE table_schema || '.' || table_name END AS name "
            "FROM information_schema.tables ORDER BY name"
        ).fetchall()
        return [name for (name,) in rows]


@contextmanager
def read_batches(settings: Settings, *queries: str) -> Iterator[list[pa.RecordBatchReader]]:
    """Read the rows of queries on the published file batch by batch. Raises ReadoutError in one line."""
    with open_published(settings) as con:
        readers = []
        for sql in queries:
            # each query on a cursor of its own, since a connection holds one open result
            readers.append(_reader(con.cursor(), sql))
        yield readers


def _reader(con: Connection, sql: str) -> pa.RecordBatchReader:
    statements = con.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise ReadoutError("one SELECT statement is expected")
    return con.execute(statements[0]).fetch_record_batch(BATCH)
