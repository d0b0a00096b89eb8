"""Run the queries that README shows on the published file and write their answers below them: `make readme`.

A query is a ```sql block; the block after it holds what it answered on the example newsroom. The tests compare the two.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from pipeline import steps
from pipeline.cli.printing import shown_table
from pipeline.settings import CHECKOUT, load_settings

README = CHECKOUT / "README.md"
BLOCK = re.compile(r"```sql\n(?P<sql>.*?)\n```\n\n```\n(?P<answer>.*?)```", re.DOTALL)


Query = Callable[[str], tuple[list[str], list[tuple[object, ...]]]]
"""Runs a statement; returns columns and rows."""


def answer_queries(text: str, query: Query) -> str:
    """Return the text with what `query` answers below each query."""

    def answer(block: re.Match[str]) -> str:
        columns, rows = query(block["sql"])
        return f"```sql\n{block['sql']}\n```\n\n```\n{shown_table(columns, rows)}```"

    return BLOCK.sub(answer, text)


def main(path: Path = README) -> int:
    """Write the answers into README."""
    path.write_text(
        answer_queries(path.read_text(encoding="utf-8"), lambda sql: steps.query(sql, load_settings())),
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
