"""What many tests need: the command line as a person calls it, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

Readout = Callable[..., subprocess.CompletedProcess[str]]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment in which Readout keeps all its state under `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("READOUT_", "AIRFLOW"))}
    return {
        **kept,
        "READOUT_HOME": str(folder / "home"),
        "READOUT_WAREHOUSE": str(folder / "warehouse"),
        "COLUMNS": "200",
        "NO_COLOR": "1",
        **more,
    }


@pytest.fixture
def readout(tmp_path: Path) -> Readout:
    """Call `readout ARGUMENTS...` in a process of its own, its state under tmp_path."""

    def call(
        *arguments: str | Path, stdin: str = "", timeout: float = 120, **env: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *map(str, arguments)],
            cwd=ROOT,
            env=environment(tmp_path, **env),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return call
