"""The summary models on real files: what they say, that each is documented and tested, and that each check can fail."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ops.documents import insert_dictionary
from pipeline.errors import PublishRefusedError, ReadoutError, WarehouseBusyError
from pipeline.settings import Settings
from pipeline.summaries import SummaryResult, build_docs, build_summaries, publish_built
from pipeline.warehouse import describe_tables, open_working, publish, query_published
from tests.warehouse_samples import load_rows, make_problem, make_rows, make_run, make_settings, make_vocabulary

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, SummaryResult]:
    """A small warehouse with its models built and published."""
    settings = make_settings(tmp_path_factory.mktemp("models"))
    rows = [
        make_rows((1, ["Ana Berro", "Bo Cillan"]), (2, ["Dana Effer", "Bo Cillan"]), (40, ["Ana Berro", "Bo Cillan"])),
        make_rows((2, ["Dana Effer", "Bo Cillan", "Gil Hassen"]), version=1),
    ]
    load_rows(settings, *rows, make_vocabulary(), make_run(), make_problem(90))
    result = build_summaries(settings, unit_tests=True)
    publish(settings)
    return settings, result


@pytest.fixture
def manifest(built: tuple[Settings, SummaryResult]) -> dict:
    return json.loads((built[0].home / "dbt" / "target" / "manifest.json").read_text(encoding="utf-8"))


def copy_of(settings: Settings, folder: Path) -> Settings:
    """Return settings with a copy of the working file, and dbt's state with it, so that a run of dbt starts fast."""
    shutil.copytree(settings.home / "dbt", folder / "home" / "dbt")
    (folder / "warehouse").mkdir()
    shutil.copy(settings.working_file, folder / "warehouse")
    return make_settings(folder)


def test_every_model_is_built_and_every_check_passes(built: tuple[Settings, SummaryResult], manifest: dict) -> None:
    _, result = built
    kinds = [unique_id.split(".")[0] for unique_id in [*manifest["nodes"], *manifest["unit_tests"]]]
    assert result == SummaryResult(kinds.count("model"), kinds.count("test") + kinds.count("unit_test"))
    assert result.models >= 13


def test_every_model_has_a_contract_a_unit_test_and_words_for_each_column(manifest: dict) -> None:
    tested = {test["model"] for test in manifest["unit_tests"].values()}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            assert node["contract"]["enforced"], node["name"]
            assert node["name"] in tested
            assert node["description"]
            assert all(column["description"] and column["data_type"] for column in node["columns"].values())


def test_every_table_view_and_column_of_the_published_file_is_commented(built: tuple[Settings, SummaryResult]) -> None:
    _, rows = query_published(
        built[0],
        "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal "
        "UNION ALL SELECT table_name, '' FROM duckdb_tables() WHERE comment IS NULL AND NOT internal "
        "UNION ALL SELECT view_name, '' FROM duckdb_views() WHERE comment IS NULL AND NOT internal",
    )
    assert rows == []


def test_every_table_and_view_answers_renamed_and_attached(
    built: tuple[Settings, SummaryResult], tmp_path: Path
) -> None:
    shutil.copy(built[0].published_file, tmp_path / "mine.duckdb")
    names = "SELECT schema_name || '.' || table_name FROM duckdb_tables() UNION ALL " + (
        "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal"
    )
    _, rows = query_published(built[0], names)
    assert len(rows) >= 34
    with duckdb.connect(str(tmp_path / "mine.duckdb"), read_only=True) as con:
        direct = {name: con.execute(f"SELECT count(*) FROM {name}").fetchone() for (name,) in rows}
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{tmp_path / 'mine.duckdb'}' AS elsewhere (READ_ONLY)")
        attached = {name: con.execute(f"SELECT count(*) FROM elsewhere.{name}").fetchone() for (name,) in rows}
    assert attached == direct


def test_meetings_are_counted_by_engagement_held(built: tuple[Settings, SummaryResult]) -> None:
    _, rows = query_published(
        built[0], "SELECT person_a, person_b, meetings, facing, last_met::VARCHAR FROM summary.who_meets_whom"
    )
    pairs = {frozenset(row[:2]): row[2:] for row in rows}
    assert pairs == {
        frozenset(["Ana Berro", "Bo Cillan"]): (2, 2, "2026-04-10"),
        frozenset(["Dana Effer", "Bo Cillan"]): (1, 0, "2026-03-03"),
        frozenset(["Dana Effer", "Gil Hassen"]): (1, 1, "2026-03-03"),
        frozenset(["Bo Cillan", "Gil Hassen"]): (1, 1, "2026-03-03"),
    }
    _, rows = query_published(built[0], "SELECT month::VARCHAR, held, planned FROM summary.events_by_month ORDER BY 1")
    assert rows == [("2026-03-01", 2, 0), ("2026-04-01", 1, 0)]


def test_the_documentation_is_one_page_that_names_every_model(
    built: tuple[Settings, SummaryResult], manifest: dict, tmp_path: Path
) -> None:
    page = Path(build_docs(copy_of(built[0], tmp_path))).read_text(encoding="utf-8")
    for node in manifest["nodes"].values():
        assert node["resource_type"] != "model" or node["description"][:40] in page


def test_the_data_dictionary_is_the_one_in_the_file(built: tuple[Settings, SummaryResult]) -> None:
    with duckdb.connect(str(built[0].published_file), read_only=True) as con:
        described = describe_tables(con)
    text = (ROOT / "WAREHOUSE.md").read_text(encoding="utf-8")
    assert insert_dictionary(text, described) == text  # else: make run readme


def read_models(settings: Settings) -> dict[str, list[tuple]]:
    with open_working(replace(settings, lock_wait_s=60)) as con:
        names = con.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'summary'"
        ).fetchall()
        return {name: con.execute(f"FROM summary.{name} ORDER BY ALL").fetchall() for (name,) in names}


def test_a_failing_check_is_told_in_one_line_with_its_rows_and_keeps_the_last_publication(
    built: tuple[Settings, SummaryResult], tmp_path: Path
) -> None:
    settings = copy_of(built[0], tmp_path)
    publish(settings)
    before = settings.published_file.read_bytes()
    with open_working(settings) as con:
        con.execute("UPDATE attendees SET kind = 'crowd' WHERE kind = 'group'")
    found = r"\w*attendees_kind\w*: 1 row, such as \([^\n]*crowd[^\n]*$"
    with pytest.raises(PublishRefusedError, match="^1 check failed: " + found):
        build_summaries(settings)
    with pytest.raises(PublishRefusedError, match="^the last build failed 1 check: " + found):
        publish(settings)
    assert settings.published_file.read_bytes() == before


def test_rows_loaded_since_the_build_are_built_before_they_are_published(
    built: tuple[Settings, SummaryResult], tmp_path: Path
) -> None:
    settings = copy_of(built[0], tmp_path)
    load_rows(settings, make_rows((50, ["Ina Jurek"])))
    with pytest.raises(PublishRefusedError, match="older than the tables"):
        publish(settings)
    publish_built(settings)
    _, rows = query_published(settings, "SELECT engagements FROM summary.person_activity WHERE name = 'Ina Jurek'")
    assert rows == [(1,)]


def test_dbt_that_cannot_run_is_told_in_one_line(tmp_path: Path) -> None:
    settings = replace(make_settings(tmp_path), sql=tmp_path / "nowhere")
    with pytest.raises(ReadoutError, match=r"^dbt could not run: [^\n]*nowhere[^\n]*$"):
        build_summaries(settings)


def test_a_killed_builder_leaves_the_lock_to_its_dbt_which_builds_the_same_models(
    built: tuple[Settings, SummaryResult], tmp_path: Path
) -> None:
    settings = copy_of(built[0], tmp_path)
    before = read_models(settings)
    code = (
        "import sys; from pathlib import Path; from tests.warehouse_samples import make_settings; "
        "from pipeline.summaries import build_summaries; build_summaries(make_settings(Path(sys.argv[1])))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT)
    lock_file = settings.warehouse / "working.lock"
    deadline = time.monotonic() + 30
    while "dbt build" not in (lock_file.read_text() if lock_file.exists() else "") and time.monotonic() < deadline:
        time.sleep(0.02)
    child = int(lock_file.read_text().split()[0])
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    with (
        pytest.raises(WarehouseBusyError, match=rf"^process {child} \(dbt build\) works on the warehouse"),
        open_working(replace(settings, lock_wait_s=0.1)),
    ):
        pass
    assert read_models(settings) == before
