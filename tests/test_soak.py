"""A sample of the long campaign that `make soak` runs: kills, readers against constant publishing, failing files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import failing_files
from tests.soak.faults import can_mount, fail_each_write, fill_small_disks
from tests.soak.kills import kill_often
from tests.soak.readers import read_meanwhile


def test_thirty_kills_lose_nothing_double_nothing_and_the_published_file_opens(tmp_path: Path) -> None:
    result = kill_often(30, seed=20260301, folder=tmp_path, batches=4)
    assert result.wrong == []
    assert (result.lost, result.doubled, result.unopened) == (0, 0, 0)
    assert sum(result.kills.values()) - result.kills["of a reader"] == 30
    assert len(result.kills) >= 3


def test_readers_never_fail_and_see_whole_states_that_only_grow(tmp_path: Path) -> None:
    result = read_meanwhile(tmp_path, readers=3, seconds=20)
    assert (result.errors, result.torn) == (0, 0)
    assert result.publications >= 4
    assert result.states >= 2


@pytest.mark.skipif(not failing_files.is_available(), reason="no C compiler for the failing file layer")
def test_writes_that_fail_are_told_and_lose_nothing(tmp_path: Path) -> None:
    result = fail_each_write(tmp_path, step=24)
    assert result.wrong == []
    assert sum(result.tried.values()) >= 10
    assert sum(result.told.values()) > 3


@pytest.mark.skipif(not can_mount(), reason="mounting a small file system needs root")
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    result = fill_small_disks(tmp_path, steps=2)
    assert result.wrong == []
    assert result.told["small disk"] >= 1
