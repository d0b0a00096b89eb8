"""The command line: arguments in, words and tables out. What it does lies in `pipeline.steps` and `pipeline.runs`."""

from pipeline.cli import (  # noqa: F401  (each registers its commands)
    citing,
    correcting,
    explaining,
    exporting,
    reading,
    rebuilding,
    running,
    scoring,
    sources,
    warehouse,
)
from pipeline.cli.app import main

__all__ = ["main"]
