"""Reading: one statement at a time on the published file, which can neither write nor touch any other file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb

from pipeline.errors import ReadoutError
from pipeline.settings import Settings
from pipeline.warehouse.file import Connection, first_line

READ_ONLY = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}
"""A statement that somebody was given to try can read tables and nothing else of this machine."""


@contextmanager
def open_published(settings: Settings) -> Iterator[Connection]:
    """Open the published file to read; a statement on it can touch no other file.

    Raises ReadoutError, in one line, if nothing is published yet, or for what is wrong with a statement.
    """
    path = settings.published_file
    if not path.exists():
        raise ReadoutError(f"nothing is published yet at {path}; load a source, then publish")
    try:
        with duckdb.connect(str(path), read_only=True, config=READ_ONLY) as con:
            yield con
    except (duckdb.Error, UnicodeEncodeError) as error:
        raise ReadoutError(first_line(error)) from error


def query_published(
    settings: Settings, sql: str, parameters: Mapping[str, object] | None = None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the columns' names and the rows of one SQL statement on the published file. Raises as `open_published`."""
    with open_published(settings) as con:
        sql.encode()
        statements = con.extract_statements(sql)
        if len(statements) != 1:
            raise ReadoutError(f"one SQL statement is expected, not {len(statements)}")
        result = con.execute(statements[0], dict(parameters)) if parameters else con.execute(statements[0])
        return [column[0] for column in result.description or []], result.fetchall()


def sample_rows(con: Connection, sql: str, most: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the columns' names and the first rows of a query, none if it cannot run."""
    try:
        result = con.execute(sql)
        return [column[0] for column in result.description or []], result.fetchmany(most)
    except duckdb.Error:
        return [], []
