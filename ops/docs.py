"""Build dbt's documentation of tables, models, columns, tests and lineage as one page: `make docs`."""

from __future__ import annotations

import sys

from pipeline import steps
from pipeline.errors import ReadoutError
from pipeline.settings import load_settings


def main() -> int:
    """Write the page and print where it lies."""
    try:
        print(f"documentation: {steps.build_docs(load_settings())}")
    except ReadoutError as error:
        print(f"make docs: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
