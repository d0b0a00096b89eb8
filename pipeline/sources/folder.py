"""Folders of saved releases as a source: `.html`, `.htm`, `.html.gz` and `.txt` files. Lists names, reads no file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from pipeline.errors import StepProblem
from pipeline.records import Address, Problem
from pipeline.sources.listed import Listed
from pipeline.sources.model import Source
from pipeline.sources.ways import Folder

SCHEME = "folder:"
SUFFIXES = (".html", ".htm", ".xhtml", ".txt", ".html.gz", ".htm.gz", ".txt.gz")


def list_folder(source: Source, way: Folder) -> Listed:
    """Return a folder's files as addresses `folder:<path within it>`, in order of their paths, without dates.

    Hidden files, links that lead out of the folder and everything that is no plain file are left out. Raises
    StepProblem `no-folder`.
    """
    if not way.path.is_dir():
        detail = f"{way.path} is no folder"
        raise StepProblem(Problem("discover", "no-folder", detail, source.id, folder_url(str(way.path))))
    names = sorted({path.relative_to(way.path).as_posix() for path in _files(way)})
    found_in = f"folder {way.path.name}"
    return Listed(tuple(Address(source.id, folder_url(name), found_in=found_in) for name in names), (), len(names))


def folder_url(name: str) -> str:
    """Return the address of a file by its path within the folder."""
    return SCHEME + quote(os.fsencode(name), safe="/!$&'()*+,;=:@~-._")


def folder_path(root: Path, url: str) -> Path | None:
    """Return the file that a folder address names; None where that is no plain file within the folder."""
    if not url.startswith(SCHEME):
        return None
    try:
        path = (root / os.fsdecode(unquote_to_bytes(url.removeprefix(SCHEME)))).resolve()
        return path if path.is_relative_to(root.resolve()) and path.is_file() else None
    except (OSError, ValueError):
        return None


def _files(way: Folder) -> Iterator[Path]:
    root = way.path.resolve()
    for path in way.path.glob(way.pattern):
        hidden = any(part.startswith(".") for part in path.relative_to(way.path).parts)
        if (
            not hidden
            and path.name.lower().endswith(SUFFIXES)
            and path.is_file()
            and path.resolve().is_relative_to(root)
        ):
            yield path
