"""The data dictionary, made from the comments in the database itself."""

from __future__ import annotations

from pipeline.warehouse.file import Connection


def describe_tables(con: Connection) -> str:
    """Return every table and view with its columns, types and comments as Markdown: by name, summary models last, then macros.

    Columns stand in the order of `SELECT *`.
    """
    parts = []
    for schema, table, kind, comment in con.execute(_TABLES).fetchall():
        name = table if schema == "main" else f"{schema}.{table}"
        columns = con.execute(_COLUMNS, [schema, table]).fetchall()
        rows = [f"| `{column}` | {_cell(kind_)} | {_cell(said)} |" for column, kind_, said in columns]
        head = ["| column | type | what it says |", "|---|---|---|"]
        parts.append("\n".join([f"### {name}", "", f"{comment or ''}{kind}", "", *head, *rows]))
    macros = [f"| `{name}({', '.join(arguments)})` | {_cell(said)} |" for name, arguments, said in _read_macros(con)]
    parts.append("\n".join(["### Macros", "", "| macro | what it gives |", "|---|---|", *macros]))
    return "\n\n".join(parts) + "\n"


def _read_macros(con: Connection) -> list[tuple[str, list[str], str]]:
    rows: list[tuple[str, list[str], str]] = con.execute(_MACROS).fetchall()
    return rows


_TABLES = """
SELECT schema_name, table_name, '' AS kind, comment FROM duckdb_tables() WHERE NOT internal AND NOT temporary
UNION ALL
SELECT schema_name, view_name, ' (A view.)', comment FROM duckdb_views() WHERE NOT internal AND NOT temporary
ORDER BY schema_name, table_name
"""

_COLUMNS = """
SELECT column_name, data_type, comment FROM duckdb_columns()
WHERE schema_name = ? AND table_name = ? AND NOT internal ORDER BY column_index
"""

_MACROS = """
SELECT function_name, parameters, comment FROM duckdb_functions()
WHERE function_type IN ('macro', 'table_macro') AND NOT internal ORDER BY function_name
"""


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")
