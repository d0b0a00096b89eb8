"""Rows written out in the formats that other tools read: Parquet, CSV, JSON Lines, GraphML. Pure, apart from the one file each.

A file is written under a temporary name and renamed once it is whole.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import pyarrow as pa
import pyarrow.parquet as pq

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins a cell that a spreadsheet would run: such text gets an apostrophe in front, which spreadsheets do not show."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_parquet(path: Path, rows: pa.RecordBatchReader) -> int:
    """Write rows as Parquet, every type kept; return their number."""
    count = 0
    with _whole(path) as draft, pq.ParquetWriter(draft, rows.schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def write_csv(path: Path, rows: pa.RecordBatchReader) -> int:
    """Write rows as CSV in UTF-8 with a heading, lists and structs as JSON; return their number.

    No cell begins as a formula would, and NUL, at which some readers stop, becomes U+FFFD. An empty cell is null or empty.
    """

    def cell(value: Any) -> Any:
        if isinstance(value, list | dict | tuple):
            value = json.dumps(value, ensure_ascii=False, default=str)
        if not isinstance(value, str):
            return value
        value = value.replace("\0", "\ufffd")
        return "'" + value if value.lstrip(" ").startswith(FORMULA) else value

    with _whole(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([cell(name) for name in rows.schema.names])
        return _each(rows, lambda row: writer.writerow([cell(value) for value in row.values()]))


def write_jsonl(path: Path, rows: pa.RecordBatchReader) -> int:
    """Write rows as JSON Lines in UTF-8, one object a row, times and dates in ISO 8601; return their number."""
    with _whole(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:

        def write(row: dict[str, Any]) -> None:
            text = json.dumps(row, ensure_ascii=False, default=_iso)
            # Line separators of Unicode, at which some readers break lines, stay escaped.
            file.write(text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085") + "\n")

        return _each(rows, write)


def write_graphml(path: Path, nodes: pa.RecordBatchReader, edges: pa.RecordBatchReader) -> int:
    """Write an undirected graph as GraphML; return the number of its edges.

    The first column of `nodes` is the node's id, the first two of `edges` those of the nodes it connects; the other columns are
    attributes, lists joined by commas. Characters that XML cannot hold become U+FFFD.
    """
    types = {"long": pa.types.is_integer, "double": pa.types.is_floating, "boolean": pa.types.is_boolean}

    with _whole(path) as draft, draft.open("w", encoding="utf-8") as file:
        xml = XMLGenerator(file, "utf-8", short_empty_elements=True)
        xml.startDocument()
        xml.startElement("graphml", AttributesImpl({"xmlns": "http://graphml.graphdrawing.org/xmlns"}))
        for kind, skipped, rows in (("node", 1, nodes), ("edge", 2, edges)):
            for field in list(rows.schema)[skipped:]:
                known = next((name for name, is_it in types.items() if is_it(field.type)), "string")
                about = {"id": f"{kind}.{field.name}", "for": kind, "attr.name": field.name, "attr.type": known}
                xml.startElement("key", AttributesImpl(about))
                xml.endElement("key")
        xml.startElement("graph", AttributesImpl({"edgedefault": "undirected"}))

        def write(kind: str, names: tuple[str, ...]) -> Callable[[dict[str, Any]], None]:
            def element(row: dict[str, Any]) -> None:
                values = list(row.items())
                about = {name: _xml(row[column]) for name, (column, _) in zip(names, values, strict=False)}
                xml.startElement(kind, AttributesImpl(about))
                for column, value in values[len(names) :]:
                    if value is not None:
                        xml.startElement("data", AttributesImpl({"key": f"{kind}.{column}"}))
                        xml.characters(_xml(value))
                        xml.endElement("data")
                xml.endElement(kind)
                xml.ignorableWhitespace("\n")

            return element

        _each(nodes, write("node", ("id",)))
        count = _each(edges, write("edge", ("source", "target")))
        xml.endElement("graph")
        xml.endElement("graphml")
        xml.endDocument()
        return count


WRITERS: dict[str, Callable[[Path, pa.RecordBatchReader], int]] = {
    "parquet": write_parquet,
    "csv": write_csv,
    "jsonl": write_jsonl,
}
"""What writes the rows of one table, by the name of the format, which is the files' ending, too."""


def _each(rows: Iterable[pa.RecordBatch], write: Callable[[dict[str, Any]], object]) -> int:
    count = 0
    for batch in rows:
        for row in batch.to_pylist():
            write(row)
            count += 1
    return count


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield draft
        os.replace(draft, path)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def _iso(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _xml(value: Any) -> str:
    if isinstance(value, bool):
        value = str(value).lower()
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return _NOT_XML.sub("\ufffd", text)
