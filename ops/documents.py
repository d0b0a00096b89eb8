"""Renew what the documents say of the example newsroom's published file: `make readme`, after `make run`.

A query is a ```sql block; the block after it holds what it answered. WAREHOUSE.md holds the data dictionary, between two marks,
made from the comments in the file. The tests compare both with the file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from pipeline import steps
from pipeline.cli.printing import shown_table
from pipeline.errors import ReadoutError
from pipeline.settings import CHECKOUT, load_settings

QUERIES = (CHECKOUT / "README.md", CHECKOUT / "COOKBOOK.md")
"""The documents with queries and their answers."""

DICTIONARY = CHECKOUT / "WAREHOUSE.md"
BLOCK = re.compile(r"```sql\n(?P<sql>.*?)\n```\n\n```\n(?P<answer>.*?)```", re.DOTALL)
BEGIN, END = "<!-- tables -->\n", "\n<!-- end of tables -->"

Query = Callable[[str], tuple[list[str], list[tuple[object, ...]]]]
"""Runs a statement; returns columns and rows."""


def answer_queries(text: str, query: Query) -> str:
    """Return the text with what `query` answers below each query."""

    def answer(block: re.Match[str]) -> str:
        columns, rows = query(block["sql"])
        return f"```sql\n{block['sql']}\n```\n\n```\n{shown_table(columns, rows)}```"

    return BLOCK.sub(answer, text)


def insert_dictionary(text: str, tables: str) -> str:
    """Return the text with the description of the tables between the marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables.strip()}\n{END}{after}"


def main() -> int:
    """Renew all documents."""
    settings = load_settings()
    for path in QUERIES:
        text = path.read_text(encoding="utf-8")
        path.write_text(answer_queries(text, lambda sql: steps.query(sql, settings)), encoding="utf-8")
    text = DICTIONARY.read_text(encoding="utf-8")
    DICTIONARY.write_text(insert_dictionary(text, steps.describe_warehouse(settings)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ReadoutError as error:
        sys.exit(f"make readme: {error}")
