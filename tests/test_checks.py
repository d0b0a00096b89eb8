"""Each check of the summary models and tables fails by itself: one thing broken, and just the check that is about it finds it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.settings import Settings
from pipeline.summaries import build_summaries
from tests.warehouse_samples import load_rows, make_problem, make_rows, make_run, make_settings, make_vocabulary

BROKEN = {
    # A repeated attendee would sit twice in its event, and a repeated person be two: what is no person repeats alone.
    "unique attendees": "INSERT INTO attendees FROM attendees WHERE kind = 'group' LIMIT 1",
    "unique releases": "INSERT INTO withdrawals SELECT release_id, TIMESTAMP '2020-01-01', '' "
    "FROM (FROM releases LIMIT 1), range(2)",
    "unique release_versions": "INSERT INTO readings SELECT * REPLACE (false AS is_current) FROM readings LIMIT 1",
    "unique joined_events": "INSERT INTO joined_events SELECT event_id, event_id FROM (FROM events LIMIT 1), range(2)",
    "releases_have_one_current_version": "INSERT INTO readings SELECT * REPLACE ('r' AS release_id, 'v' AS version_id, "
    "false AS is_current) FROM readings LIMIT 1",
    "accepted_values attendees.kind": "UPDATE attendees SET kind = 'crowd' WHERE kind = 'group'",
    "accepted_values topics.kind": "UPDATE topics SET kind = 'other' WHERE kind = 'named'",
    "not_blank people.name": "UPDATE profiles SET person_name = ' ' WHERE person_id = (SELECT min(person_id) FROM profiles)",
    "only_people_are_people": "UPDATE attendees SET kind = 'state' WHERE mention_id = (SELECT max(mention_id) FROM attendees "
    "WHERE kind = 'person')",
    "names_are_cited": "UPDATE attendees SET evidence = [] WHERE kind = 'person'",
    "people_sit_once": "INSERT INTO attendees SELECT * REPLACE ('m' AS mention_id) FROM attendees WHERE kind = 'person' LIMIT 1",
    "people_have_one_name": "INSERT INTO profiles SELECT * REPLACE (1 AS profile_id, 'Other' AS person_name) FROM profiles LIMIT 1",
    "subjects_are_of_the_vocabulary": "UPDATE topics SET iptc_code = '20000000' WHERE kind = 'named'",
    "dates_are_in_order": "UPDATE events SET end_date = start_date - 1 WHERE start_date IS NOT NULL",
    "dates_say_how_exact_they_are": "UPDATE events SET date_precision = 'none' WHERE start_date IS NOT NULL",
    "parts_are_of_their_release": "UPDATE events SET part_of_event_id = event_id WHERE rowid = 0",
    "joined_events_are_kept": "UPDATE events SET engagement_id = (SELECT max(event_id) FROM events) "
    "WHERE event_id = (SELECT min(event_id) FROM events)",
    "relationships events.engagement_id": "UPDATE events SET engagement_id = '~' WHERE rowid = 0; "
    "INSERT INTO joined_events SELECT event_id, event_id FROM events WHERE rowid = 0",
    "changes_are_numbered": "DELETE FROM changes WHERE seq = 2",
    "evidence_in_text events": "UPDATE events SET evidence = [{'field': 'place', 'begin_at': 4, 'end_at': 4, 'rule': 'test'}]",
    "evidence_in_text attendees": "UPDATE attendees SET evidence = list_transform(evidence, lambda c: "
    "struct_pack(field := c.field, begin_at := c.begin_at, end_at := 1000000, rule := c.rule))",
    "evidence_in_text topics": "UPDATE topics SET evidence = [{'field': 'label', 'begin_at': -1, 'end_at': 4, 'rule': 'test'}]",
    "of_current_version events": "UPDATE events SET version_id = 'gone' WHERE rowid = 0",
    "of_current_version attendees": "UPDATE attendees SET version_id = 'gone' WHERE rowid = 0",
    "of_current_version topics": "UPDATE topics SET version_id = 'gone' WHERE rowid = 0",
}
"""What breaks the checks whose own breakage does not follow from what they are about."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small warehouse with its models built and all checks passed."""
    settings = make_settings(tmp_path_factory.mktemp("checks"))
    rows = make_rows(
        (1, ["Ana Berro", "Bo Cillan"]), (2, ["Dana Effer", "Bo Cillan"]), (40, ["Ana Berro", "Bo Cillan"])
    )
    load_rows(settings, rows, make_vocabulary(), make_run(), make_problem(90))
    build_summaries(settings)
    return settings


def read_checks(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return dbt's nodes of all checks, with the SQL that dbt ran, by what they are about: `unique events.event_id`."""
    target = settings.home / "dbt" / "target"
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    checks = {}
    for result in results:
        node = nodes["nodes"].get(result["unique_id"], {})
        if node.get("resource_type") != "test":
            continue
        about = node.get("test_metadata")
        if about is None:
            checks[node["name"]] = {"sql": result["compiled_code"]}
            continue
        [table] = [nodes["sources"].get(name) or nodes["nodes"][name] for name in [_about(node)]]
        kwargs = about["kwargs"]
        columns = [kwargs["column_name"]] if kwargs.get("column_name") else kwargs.get("columns", [])
        columns = [column.strip('"') for column in columns]
        name = f"{about['name']} {table['name']}" + (f".{columns[0]}" if kwargs.get("column_name") else "")
        relation = f"{table['schema']}.{table['name']}"
        checks[name] = {"sql": result["compiled_code"], "kind": about["name"], "table": relation, "columns": columns}
    return checks


def _about(node: dict[str, Any]) -> str:
    """Return the id of the table that a generic check is about, not of the one that it refers to."""
    wanted = node["test_metadata"]["kwargs"]["model"]
    return next(name for name in node["depends_on"]["nodes"] if f"'{name.split('.')[-1]}'" in wanted)


def breakage(con: duckdb.DuckDBPyConnection, name: str, check: dict[str, Any]) -> str:
    """Return SQL that breaks what one check is about, in one row, and nothing else."""
    for known in (name, name.split(".")[0]):
        if known in BROKEN:
            return BROKEN[known]
    table, columns = check["table"], check["columns"]
    before = ""
    if con.execute(f"SELECT 1 FROM duckdb_views() WHERE schema_name || '.' || view_name = '{table}'").fetchall():
        before = f"CREATE TABLE main.broken AS FROM {table}; CREATE OR REPLACE VIEW {table} AS FROM main.broken; "
        row, table = f"FROM {table}", "main.broken"
    else:
        row = f"FROM {table}"
    if not con.execute(f"{row} LIMIT 1").fetchall():
        types = con.execute(f"DESCRIBE {row}").fetchall()
        values = ", ".join(_some(kind) + f'::{kind} AS "{column}"' for column, kind, *_ in types)
        before += f"INSERT INTO {table} BY NAME SELECT {values}; "
    if check["kind"] in ("unique", "one_row_each"):
        return f"{before}INSERT INTO {table} FROM {table} LIMIT 1"
    value = {"not_null": "NULL", "not_blank": "' '"}.get(check["kind"], "'~'")
    return f'{before}UPDATE {table} SET "{columns[0]}" = {value} WHERE rowid = (SELECT min(rowid) FROM {table})'


def _some(kind: str) -> str:
    if kind.endswith("[]"):
        return "[]"
    return "'2026-01-01'" if kind.startswith(("DATE", "TIMESTAMP")) else "'x'" if kind == "VARCHAR" else "1"


def test_one_thing_broken_fails_just_the_check_that_is_about_it(built: Settings, tmp_path: Path) -> None:
    checks = read_checks(built)
    assert len(checks) >= 65
    shutil.copy(built.working_file, tmp_path / "broken.duckdb")
    found: dict[str, list[str]] = {}
    with duckdb.connect(str(tmp_path / "broken.duckdb")) as con:
        con.execute("SET threads = 1")
        for name, check in checks.items():
            con.begin()
            con.execute(breakage(con, name, check))
            found[name] = [
                other for other, its in checks.items() if con.execute(f"FROM ({its['sql']}) LIMIT 1").fetchall()
            ]
            con.rollback()
    assert {name: others for name, others in found.items() if others != [name]} == {}
