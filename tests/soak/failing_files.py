"""The failing file layer: a shim compiled with the machine's C compiler and preloaded into the campaign's processes."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

FAULTS = ("count", "error-once", "errors", "disk-full", "short-once", "short-then-full", "kill-before", "kill-torn")
"""In the order of the shim's own enumeration; `count` only counts."""

SOURCE = Path(__file__).with_suffix(".c")


def is_available() -> bool:
    """Say whether the machine has a C compiler."""
    return shutil.which("cc") is not None


def build(folder: Path) -> Path:
    """Compile the shim into a folder; return the library's path."""
    library = folder / "failing_files.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True, capture_output=True)
    return library


def arm(folder: Path, fault: str, nth: int) -> None:
    """Let this process's nth write below the folder fail in the named way. The shim has to be preloaded."""
    ctypes.CDLL(None).failing_files_arm(str(folder).encode(), FAULTS.index(fault), ctypes.c_long(nth))


def count() -> int:
    """Return how many writes were met since the shim was armed."""
    function = ctypes.CDLL(None).failing_files_count
    function.restype = ctypes.c_long
    return int(function())
