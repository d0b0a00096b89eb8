"""The command line: arguments in, words and tables out. What it does lies in `pipeline.steps` and `pipeline.runs`."""

from pipeline.cli import reading, rebuilding, running, sources, warehouse  # noqa: F401  (each registers its commands)
from pipeline.cli.app import main

__all__ = ["main"]
