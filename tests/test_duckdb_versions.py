"""One warehouse written by turns by DuckDB 1.5 and 2: both open it, both read the same tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipeline.warehouse import hash_tables, open_working, query_published
from tests.soak.worker import load_and_publish
from tests.warehouse_samples import make_settings

ROOT = Path(__file__).resolve().parent.parent
OTHER = ROOT / ".venv" / "duckdb-2"

LOAD_ELSEWHERE = """
import json, sys
from pathlib import Path
import duckdb
from pipeline.warehouse import hash_tables, open_working, query_published
from tests.soak.worker import load_and_publish
from tests.warehouse_samples import make_settings
settings = make_settings(Path(sys.argv[1]))
load_and_publish(settings, int(sys.argv[2]))
with open_working(settings) as con:
    hashes = hash_tables(con)
print(json.dumps([duckdb.__version__, hashes, query_published(settings, "SELECT count(*) FROM releases")[1]]))
"""


@pytest.mark.skipif(not OTHER.is_dir(), reason="DuckDB 2 is not here: make duckdb-2")
def test_a_file_goes_from_one_version_to_the_other_and_back(tmp_path: Path) -> None:
    mixed, alone = make_settings(tmp_path / "mixed"), make_settings(tmp_path / "alone")
    seen = []
    for number in range(4):
        load_and_publish(alone, number)
        with open_working(alone) as con:
            expected = {name: list(found) for name, found in hash_tables(con).items()}
        if number % 2:
            load_and_publish(mixed, number)
            with open_working(mixed) as con:
                hashes = {name: list(found) for name, found in hash_tables(con).items()}
            releases = [list(row) for row in query_published(mixed, "SELECT count(*) FROM releases")[1]]
            seen.append(duckdb.__version__)
        else:
            process = subprocess.run(
                [sys.executable, "-c", LOAD_ELSEWHERE, str(tmp_path / "mixed"), str(number)],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(OTHER)},
                capture_output=True,
                text=True,
                check=True,
            )
            version, hashes, releases = json.loads(process.stdout)
            seen.append(version)
        assert hashes == expected
        assert releases == [[2 * number + 2]]
    assert {version.split(".")[0] for version in seen} == {"1", "2"}
