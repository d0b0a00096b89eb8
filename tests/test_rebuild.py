"""The warehouse made again from the archive: the same nine tables, whatever happened to the working file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from examples.newsroom.server import HOST, serve_newsroom
from pipeline import rebuilding, runs
from pipeline.errors import ReadoutError
from pipeline.settings import Settings, load_settings
from pipeline.warehouse import hash_tables, open_working
from tests.conftest import environment

DAYS = ("2025-09-01T00:00Z", "2026-01-01T00:00Z", "2026-05-01T00:00Z", "2026-08-01T00:00Z", "2026-11-01T00:00Z")
HISTORY = ("runs", "problems", "changes", "loads")


@dataclass
class Line:
    """A warehouse that was filled from the newsroom in several runs."""

    settings: Settings
    tables: dict[str, tuple[int, int]]
    history: dict[str, tuple[int, int]]


def hashes(settings: Settings) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    with open_working(settings) as con:
        return hash_tables(con), hash_tables(con, HISTORY)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("rebuild")
    with serve_newsroom() as newsroom, pytest.MonkeyPatch.context() as patch:
        for name, value in environment(folder, READOUT_CONNECT=f"{HOST}=127.0.0.1:{newsroom.port}").items():
            patch.setenv(name, value)
        settings = load_settings()
        for number, (start, end) in enumerate(pairwise(DAYS)):
            newsroom.as_of = datetime.fromisoformat(end)
            for batch in runs.discover_run("example", f"test/{number}", start, end, "manual", settings):
                runs.read_batch(runs.fetch_batch(batch, settings), settings)
            runs.load_run(f"test/{number}", settings)
        yield Line(settings, *hashes(settings))


@pytest.fixture
def copied(line: Line, tmp_path: Path) -> Settings:
    """The same warehouse in a folder of its own."""
    shutil.copytree(line.settings.warehouse, tmp_path / "warehouse")
    return replace(line.settings, warehouse=tmp_path / "warehouse", home=tmp_path / "home")


def test_whatever_became_of_the_rows_they_come_out_as_they_were(line: Line, copied: Settings) -> None:
    with open_working(copied) as con:
        con.execute("DELETE FROM attendees WHERE nth = 0; UPDATE readings SET title = 'Wrong'; DELETE FROM profiles")
    done = rebuilding.rebuild(copied)
    tables, history = hashes(copied)
    assert tables == line.tables
    assert line.tables["releases"][0] == done.releases == 31
    assert done.changed > 20  # told as changes, since somebody may have read the wrong rows
    assert {name for name in HISTORY if history[name] != line.history[name]} == {"changes"}


def test_pages_that_no_run_loaded_stay_out_and_the_history_stays(copied: Settings) -> None:
    """The listing gives a run of March a page of the first of March there, which is February in UTC."""
    with serve_newsroom() as newsroom:
        settings = replace(copied, connect=((HOST, f"127.0.0.1:{newsroom.port}"),))
        shutil.rmtree(settings.warehouse)
        start, end = "2026-03-01T00:00Z", "2026-04-01T00:00Z"
        for batch in runs.discover_run("example", "march", start, end, "cli", settings):
            runs.read_batch(runs.fetch_batch(batch, settings), settings)
        assert runs.load_run("march", settings)["found"] == 3
    before = hashes(settings)
    assert before[0]["releases"][0] == 2
    done = rebuilding.rebuild(settings)
    assert hashes(settings) == before
    assert (done.changed, done.problems) == (0, 0)


def test_from_the_archive_alone_stopped_in_the_middle_and_gone_on_with(line: Line, copied: Settings) -> None:
    for path in [*copied.warehouse.glob("working*"), *copied.archive.glob("index*")]:
        path.unlink()

    def stop(*move: object) -> None:
        if move[1] == 8:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rebuilding, "PAGES", 4)
        with pytest.raises(KeyboardInterrupt):
            rebuilding.rebuild(copied, stop, workers=1)
        assert not copied.working_file.exists()
        done = rebuilding.rebuild(copied, workers=2)
    assert 2 <= done.kept < 8
    assert hashes(copied)[0] == line.tables
    assert not (copied.handover / "rebuild").exists()


def test_without_an_archive_it_says_so(tmp_path: Path) -> None:
    settings = replace(load_settings(), warehouse=tmp_path, home=tmp_path)
    with pytest.raises(ReadoutError, match="no release that was ever loaded"):
        rebuilding.rebuild(settings)
