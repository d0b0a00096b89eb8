"""The working file: its lock, its migrations, and the dictionary made from its comments."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import ConfigurationError, ReadoutError, WarehouseBusyError, WarehouseVersionError
from pipeline.settings import Settings
from pipeline.warehouse import hash_tables, hold_lock, open_working
from pipeline.warehouse.blocks import BLOCK, HEADERS, keep_blocks, kept_file
from pipeline.warehouse.file import connection_config, migrate_schema, schema_folder
from tests.warehouse_samples import load_rows, make_problem, make_rows, make_run, make_settings, make_vocabulary

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, lock_wait_s=0.2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations, to add to and to edit."""
    return Path(shutil.copytree(schema_folder(), tmp_path / "schema"))


def hold_elsewhere(settings: Settings, code: str) -> subprocess.Popen[str]:
    """Run code in another process and wait until it says that it holds the working file."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(settings.working_file), str(settings.warehouse.parent)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


HOLD = """
import sys, time
from pathlib import Path
from pipeline.warehouse import open_working
from tests.warehouse_samples import make_settings
with open_working(make_settings(Path(sys.argv[2]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_opening_waits_a_bounded_time_and_names_the_holder(settings: Settings) -> None:
    holder = hold_elsewhere(settings, HOLD)
    started = time.monotonic()
    with (
        pytest.raises(
            WarehouseBusyError, match=rf"^process {holder.pid} \(-c [^\n]*\) works on the warehouse; gave up"
        ),
        open_working(settings),
    ):
        pass
    assert time.monotonic() - started >= 0.2
    holder.kill()
    holder.wait()
    with open_working(settings) as con:
        assert con.execute("SELECT count(*) FROM releases").fetchone() == (0,)


def test_an_opening_goes_on_as_soon_as_the_holder_is_done(settings: Settings) -> None:
    holder = hold_elsewhere(settings, HOLD.replace("sleep(60)", "sleep(0.5)"))
    with open_working(replace(settings, lock_wait_s=30)) as con:
        assert con.execute("SELECT count(*) FROM releases").fetchone() == (0,)
    assert holder.wait() == 0


def test_a_person_with_the_working_file_open_is_named_too(settings: Settings) -> None:
    with open_working(settings):
        pass
    code = "import duckdb, sys, time; con = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(60)"
    holder = hold_elsewhere(settings, code)
    with (
        pytest.raises(WarehouseBusyError, match=rf"^process {holder.pid} has [^\n]*working.duckdb open; gave up"),
        open_working(settings),
    ):
        pass
    holder.kill()
    holder.wait()


def test_a_child_that_was_given_the_lock_keeps_it(settings: Settings) -> None:
    with hold_lock(settings) as lock:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[lock.descriptor], text=True
        )
        lock.name_holder(child.pid, "a child")
    with pytest.raises(WarehouseBusyError, match=rf"^process {child.pid} \(a child\)"), hold_lock(settings):
        pass
    child.communicate("\n")
    with hold_lock(settings):
        pass


def test_a_file_that_is_no_database_is_told_in_one_line(settings: Settings) -> None:
    settings.warehouse.mkdir(parents=True)
    settings.working_file.write_bytes(b"no database " * 1000)
    with (
        pytest.raises(ReadoutError, match=r"^[^\n]*working\.duckdb: [^\n]*not a valid DuckDB[^\n]*$"),
        open_working(settings),
    ):
        pass


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "warehouse").write_text("a file")
    with pytest.raises(ReadoutError, match=r"^[^\n]*working\.lock: [^\n]+$"), open_working(make_settings(tmp_path)):
        pass


def test_the_file_has_the_format_that_both_versions_of_duckdb_read(settings: Settings) -> None:
    with open_working(settings) as con:
        tags = con.execute("SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'working'")
        assert str(tags.fetchone()).startswith("('v1.5.0")


def next_migration(folder: Path, sql: str) -> Path:
    """Add a migration after the last one of the folder."""
    path = folder / f"{len(list(folder.iterdir())) + 1:04}_more.sql"
    path.write_text(sql)
    return path


def test_every_file_has_all_migrations_of_the_project(settings: Settings) -> None:
    with open_working(settings) as con:
        applied = con.execute("SELECT name FROM schema_migrations ORDER BY number").fetchall()
    assert [name for (name,) in applied] == sorted(path.name for path in schema_folder().glob("*.sql"))


def test_migrations_are_applied_once_each_and_in_order(settings: Settings, folder: Path) -> None:
    with open_working(settings) as con:
        known = len(list(folder.iterdir()))
        assert migrate_schema(con, folder) == []
        more = next_migration(folder, "CREATE TABLE more (a INTEGER); INSERT INTO more VALUES (1);")
        still_more = next_migration(folder, "ALTER TABLE more ADD COLUMN b INTEGER DEFAULT 2;")
        assert migrate_schema(con, folder) == [more.name, still_more.name]
        assert migrate_schema(con, folder) == []
        assert con.execute("FROM more").fetchall() == [(1, 2)]
        numbers = con.execute("SELECT number FROM schema_migrations").fetchall()
        assert numbers == [(number,) for number in range(1, known + 3)]


def test_an_older_file_is_brought_up_with_its_rows(settings: Settings, folder: Path) -> None:
    load_rows(settings, make_rows((1, ["Ana Berro"])))
    next_migration(folder, "ALTER TABLE readings ADD COLUMN note VARCHAR DEFAULT 'none';")
    with open_working(settings) as con:
        migrate_schema(con, folder)
        assert con.execute("SELECT note FROM readings").fetchall() == [("none",)]
        assert con.execute("SELECT title FROM releases").fetchall() == [("Talks number 1",)]


def test_a_file_of_any_earlier_version_becomes_as_a_new_one_with_all_its_rows(tmp_path: Path, folder: Path) -> None:
    new = make_settings(tmp_path / "new")
    load_rows(new, make_rows((1, ["Ana Berro", "Bo Cillan"]), (2, [])), make_vocabulary(), make_run(), make_problem(3))
    with open_working(new) as con:
        expected, shape = hash_tables(con), con.execute(SHAPE).fetchall()
    for number, migration in enumerate(sorted(folder.glob("*.sql"))[:-1], 1):
        old = make_settings(tmp_path / str(number))
        old.warehouse.mkdir(parents=True)
        earlier = tmp_path / f"schema-{number}"
        earlier.mkdir()
        for path in sorted(folder.glob("*.sql"))[:number]:
            shutil.copy(path, earlier)
        with duckdb.connect(str(old.working_file), config=connection_config(old)) as con:
            assert migrate_schema(con, earlier)[-1] == migration.name
            con.execute(f"ATTACH '{new.working_file}' AS new (READ_ONLY)")
            tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'working'").fetchall()
            for (table,) in tables:
                if table != "schema_migrations":
                    columns = ", ".join(f'"{name}"' for name, *_ in con.execute(f"DESCRIBE {table}").fetchall())
                    con.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM new.{table}")
        with open_working(old) as con:
            assert hash_tables(con) == expected
            assert con.execute(SHAPE).fetchall() == shape


SHAPE = """
SELECT table_name, column_index, column_name, data_type, is_nullable, comment FROM duckdb_columns() WHERE NOT internal
UNION ALL
SELECT function_name, 0, macro_definition, array_to_string(parameters, ','), true, comment
FROM duckdb_functions() WHERE NOT internal
ORDER BY ALL
"""


def test_a_migration_that_fails_leaves_nothing_of_itself(settings: Settings, folder: Path) -> None:
    bad = next_migration(folder, "CREATE TABLE half (a INTEGER); CREATE TABLE events (a INTEGER);")
    with open_working(settings) as con:
        with pytest.raises(ReadoutError, match=rf"^migration {bad.name}: [^\n]*events[^\n]*$"):
            migrate_schema(con, folder)
        with pytest.raises(duckdb.CatalogException):
            con.execute("FROM half")
        bad.write_text("CREATE TABLE half (a INTEGER);")
        assert migrate_schema(con, folder) == [bad.name]


def test_a_newer_file_is_refused_in_one_line(settings: Settings, folder: Path) -> None:
    with open_working(settings) as con:
        newer = next_migration(folder, "CREATE TABLE more (a INTEGER);")
        migrate_schema(con, folder)
    with (
        pytest.raises(
            WarehouseVersionError, match=rf"^a newer Readout made the warehouse \(migration {newer.name}; [^\n]*$"
        ),
        open_working(settings),
    ):
        pass


def test_an_edited_migration_is_refused_in_one_line(settings: Settings, folder: Path) -> None:
    first = next(folder.glob("0001_*.sql"))
    first.write_text(first.read_text() + "\n-- edited\n")
    with (
        open_working(settings) as con,
        pytest.raises(WarehouseVersionError, match=rf"^migration {first.name} was edited[^\n]*$"),
    ):
        migrate_schema(con, folder)


@pytest.mark.parametrize("name", ["{gap:04}_gap.sql", "{next:04}-dash.sql", "{next}_short.sql"])
def test_migrations_that_are_not_numbered_in_order_are_refused(settings: Settings, folder: Path, name: str) -> None:
    number = len(list(folder.iterdir())) + 1
    (folder / name.format(next=number, gap=number + 1)).write_text("SELECT 1;")
    with open_working(settings) as con, pytest.raises(ConfigurationError, match=rf"expected {number:04}_name\.sql"):
        migrate_schema(con, folder)


def test_every_column_of_the_tables_is_commented(settings: Settings) -> None:
    with open_working(settings) as con:
        bare = "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal"
        assert con.execute(bare).fetchall() == []


def test_nothing_lies_beside_the_files_that_are_meant(settings: Settings) -> None:
    load_rows(replace(settings, lock_wait_s=5), make_rows((1, ["Ana Berro"])))
    assert sorted(os.listdir(settings.warehouse)) == ["working.duckdb", "working.lock"]


def test_a_checkpoint_ended_in_the_midst_of_a_block_is_undone(settings: Settings) -> None:
    path, log, kept = settings.working_file, Path(f"{settings.working_file}.wal"), kept_file(settings.working_file)
    load_rows(settings, make_rows((1, ["Ana Berro", "Bo Cillan"])), make_vocabulary())
    load_rows(settings, make_rows((2, ["Ana Berro", "Bo Cillan"])))
    before = path.read_bytes()
    with open_working(settings) as con:
        con.execute("INSERT INTO withdrawals VALUES ('r', '2026-01-01', 'gone')")
        keep_blocks(con, path)
        copies, entries = kept.read_bytes(), log.read_bytes()
    after = path.read_bytes()
    written_over = [
        at
        for at in range(HEADERS, len(before), BLOCK)
        if before[at : at + BLOCK] != after[at : at + BLOCK] and struct.pack("<q", (at - HEADERS) // BLOCK) in copies
    ]
    assert written_over
    torn = bytearray(before)
    for at in written_over:
        torn[at : at + 4096] = after[at : at + 4096]
    path.write_bytes(torn)
    log.write_bytes(entries)
    with pytest.raises(duckdb.Error, match="checksum"), duckdb.connect(str(path)):
        pass
    kept.write_bytes(copies)
    with open_working(settings) as con:
        assert con.execute("SELECT count(*) FROM releases").fetchone() == (2,)
        assert con.execute("SELECT release_id FROM withdrawals").fetchall() == [("r",)]
    assert not kept.exists()


def test_blocks_kept_for_an_earlier_state_of_the_file_are_not_put_back(settings: Settings) -> None:
    load_rows(settings, make_rows((1, ["Ana Berro", "Bo Cillan"])), make_vocabulary())
    with open_working(settings) as con:
        keep_blocks(con, settings.working_file)
        copies = kept_file(settings.working_file).read_bytes()
        con.execute("INSERT INTO withdrawals VALUES ('r', '2026-01-01', 'gone')")
    kept_file(settings.working_file).write_bytes(copies)
    with open_working(settings) as con:
        assert con.execute("SELECT release_id FROM withdrawals").fetchall() == [("r",)]
