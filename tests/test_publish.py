"""Publishing and reading what is published: checks, killed publications, dead readers, readers meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import PublishRefusedError, ReadoutError
from pipeline.rows import Tables
from pipeline.settings import Settings
from pipeline.warehouse import (
    Published,
    open_working,
    publish,
    query_published,
    read_manifest,
    record_build,
)
from tests.warehouse_samples import load_rows, make_rows, make_run, make_settings, make_vocabulary

ROOT = Path(__file__).resolve().parent.parent
NAMES = ["Ana Berro", "Bo Cillan", "Dana Effer"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


def load_and_publish(settings: Settings, *parts: Tables, allow_fewer: bool = False) -> Published:
    """Load, note a build that passed, and publish."""
    load_rows(settings, *parts)
    with open_working(settings) as con:
        record_build(con, 1, 1, [])
    return publish(settings, allow_fewer=allow_fewer)


def test_the_published_file_is_whole_read_only_and_described(settings: Settings) -> None:
    published = load_and_publish(settings, make_rows((1, NAMES)), make_vocabulary(), make_run())
    assert published.path == settings.published_file
    assert stat.S_IMODE(published.path.stat().st_mode) == 0o444
    manifest = json.loads((settings.warehouse / "readout.json").read_text(encoding="utf-8"))
    assert manifest == published.manifest == read_manifest(settings)
    assert manifest["sha256"] == hashlib.sha256(published.path.read_bytes()).hexdigest()
    assert manifest["counts"] == {
        "sources": 1,
        "releases": 1,
        "events": 2,
        "attendees": 4,
        "topics": 2,
        "people": 3,
        "problems": 0,
        "runs": 1,
    }
    assert manifest["rules_versions"] == {"rules-1": 1}
    assert manifest["coverage"][0]["complete"] == 1
    assert sorted(os.listdir(settings.warehouse)) == [
        "readout.duckdb",
        "readout.json",
        "working.duckdb",
        "working.lock",
    ]


def test_nothing_is_published_without_a_build_that_passed(settings: Settings) -> None:
    load_rows(settings, make_rows((1, NAMES)))
    with pytest.raises(PublishRefusedError, match="never built"):
        publish(settings)
    with open_working(settings) as con:
        record_build(con, 1, 2, ["unique_people: 2 rows"])
    with pytest.raises(PublishRefusedError, match=r"^the last build failed 1 check: unique_people: 2 rows$"):
        publish(settings)
    assert not settings.published_file.exists()


def test_many_rows_gone_are_refused_and_a_few_are_not(settings: Settings) -> None:
    load_and_publish(settings, make_rows(*((number, NAMES) for number in range(30))))
    before = settings.published_file.read_bytes()
    gone = make_rows(*((number, NAMES[:1]) for number in range(30)), version=1)
    with pytest.raises(PublishRefusedError, match=r"^many rows have gone [^\n]*: attendees 120 → 60$"):
        load_and_publish(settings, gone)
    assert settings.published_file.read_bytes() == before
    assert publish(settings, allow_fewer=True).manifest["counts"]["attendees"] == 60
    few = load_and_publish(settings, make_rows(*((number, []) for number in range(5)), version=2))
    assert few.manifest["counts"]["attendees"] == 55


def test_what_a_dead_reader_left_beside_the_file_does_not_leak_into_the_next(settings: Settings) -> None:
    load_and_publish(settings, make_rows((1, NAMES)))
    settings.published_file.chmod(0o644)
    code = (
        "import duckdb, os, sys; con = duckdb.connect(sys.argv[1]); con.execute(\"SET checkpoint_threshold = '1GB'\"); "
        "con.execute('CREATE TABLE leak AS SELECT 1'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, settings.published_file], check=False)
    wal = settings.published_file.with_name("readout.duckdb.wal")
    assert wal.exists()
    load_and_publish(settings, make_rows((2, NAMES)))
    assert not wal.exists()
    assert query_published(settings, "SELECT count(*) FROM releases")[1] == [(2,)]
    with pytest.raises(ReadoutError, match="leak"):
        query_published(settings, "FROM leak")


def test_what_a_killed_publication_left_is_replaced(settings: Settings) -> None:
    settings.warehouse.mkdir()
    (settings.warehouse / "readout.duckdb.new").write_bytes(b"half")
    (settings.warehouse / "readout.duckdb.new").chmod(0o444)
    (settings.warehouse / "readout.json").write_text('{"counts"')
    load_and_publish(settings, make_rows((1, NAMES)))
    assert query_published(settings, "SELECT count(*) FROM releases")[1] == [(1,)]
    assert not (settings.warehouse / "readout.duckdb.new").exists()


def test_a_disk_that_is_full_keeps_the_last_publication(settings: Settings) -> None:
    load_and_publish(settings, make_rows((1, NAMES)))
    before = settings.published_file.read_bytes()
    load_rows(settings, make_rows((2, NAMES)))
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from pipeline.errors import ReadoutError; from pipeline.warehouse import open_working, publish, record_build\n"
        "from tests.warehouse_samples import make_settings\n"
        "settings = make_settings(Path(sys.argv[1]))\n"
        "with open_working(settings) as con: record_build(con, 1, 1, [])\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))\n"
        "try: publish(settings)\n"
        "except ReadoutError as error: print(error)\n"
    )
    folder = str(settings.warehouse.parent)
    result = subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.startswith("nothing was published: ")
    assert result.stdout.count("\n") == 1
    assert settings.published_file.read_bytes() == before
    assert publish(settings).manifest["counts"]["releases"] == 2


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 1; SELECT 2", "one SQL statement is expected, not 2"),
        ("", "one SQL statement is expected, not 0"),
        ("SELEC 1", "syntax error"),
        ("FROM nowhere", "nowhere does not exist"),
        ("DELETE FROM events", "read-only"),
        ("COPY events TO 'events.csv'", "disabled by configuration"),
        ("FROM read_csv('/etc/hostname')", "disabled by configuration"),
        ("ATTACH 'other.duckdb'", "disabled by configuration"),
        ("SET enable_external_access = true", "locked"),
        ("SELECT '\ud800'", "surrogates not allowed"),
    ],
)
def test_a_statement_that_cannot_run_gets_one_line(tmp_path: Path, published: Settings, sql: str, message: str) -> None:
    with pytest.raises(ReadoutError, match=rf"^[^\n]*{message}[^\n]*$"):
        query_published(published, sql)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = make_settings(tmp_path_factory.mktemp("published"))
    load_and_publish(settings, make_rows((1, NAMES)))
    return settings


def test_a_query_gives_columns_and_rows(published: Settings) -> None:
    assert query_published(published, "SELECT name AS who, 1 AS one FROM people ORDER BY 1 LIMIT 1") == (
        ["who", "one"],
        [("Ana Berro", 1)],
    )


def test_queries_of_one_process_at_once_all_answer(published: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: query_published(published, "SELECT count(*) FROM people")[1], range(40)))
    assert answers == [[(3,)]] * 40


def test_a_query_before_the_first_publication_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(ReadoutError, match="nothing is published yet"):
        query_published(settings, "SELECT 1")
