"""Libraries that tasks need, imported once in the scheduler, whose workers it forks: a task then starts in half the time.

Libraries alone: our own modules may change while Airflow runs, and a task has to read them as they are.
"""

from __future__ import annotations

import importlib
import os

SETTING = "READOUT_PRELOAD"
LIBRARIES = (
    "airflow.dag_processing.dagbag",
    "airflow.providers.standard.decorators.python",
    "airflow.sdk.definitions.decorators",
    "airflow.sdk.execution_time.task_runner",
    "ahocorasick",
    "anyascii",
    "bs4",
    "croniter",
    "duckdb",
    "lxml.html",
    "protego",
    "py3langid",
    "pyarrow.parquet",
    "pydantic",
    "requests",
    "warcio",
    "yaml",
)


def preload() -> None:
    """Import the libraries where the environment asks for it; a missing one is the task's business."""
    if os.environ.get(SETTING):
        for library in LIBRARIES:
            try:
                importlib.import_module(library)
            except ImportError:
                continue
