"""Rows made from records, and the files in which they are handed on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.people import block_key
from pipeline.records import Attendee, Event, Extraction, Problem
from pipeline.rows import join_rows, problem_rows, read_rows, release_rows, write_rows
from pipeline.rows.schemas import SCHEMAS
from tests.warehouse_samples import DAY, make_problem, make_release, make_rows, make_run, make_vocabulary, read_release


def rows_of(*items, rules: str = "rules-1"):
    return release_rows(items, rules_version=rules, name_key=block_key, seen_at=DAY)


def test_every_row_names_its_release_version_and_event() -> None:
    release = make_release(1, ["Ana Berro", "Bo Cillan"])
    tables = rows_of((release, read_release(release, ["Ana Berro", "Bo Cillan"])))
    assert {name: table.num_rows for name, table in tables.items()} == {
        "releases": 1,
        "events": 2,
        "attendees": 3,
        "topics": 2,
        "profiles": 2,
    }
    events = tables["events"]["event_id"].to_pylist()
    for name in ("events", "attendees", "topics"):
        assert set(tables[name]["release_id"].to_pylist()) == {release.release_id}
        assert set(tables[name]["version_id"].to_pylist()) == {release.version_id}
        assert set(tables[name]["event_id"].to_pylist()) <= set(events)
    assert tables["releases"]["text"][0].as_py() == release.text


def test_evidence_cuts_the_words_from_the_stored_text() -> None:
    tables = make_rows((1, ["Ana Berro"]))
    text = tables["releases"]["text"][0].as_py()
    for row in tables["attendees"].to_pylist():
        for entry in row["evidence"]:
            assert text[entry["begin_at"] : entry["end_at"]] == row["name"]


def test_two_events_with_one_anchor_and_number_get_two_ids_that_stay() -> None:
    release = make_release(1)
    event = Event("call", "primary", "held", (0, 5))
    first, again = (rows_of((release, Extraction(events=(event, event)))) for _ in range(2))
    ids = first["events"]["event_id"].to_pylist()
    assert len(set(ids)) == 2
    assert again["events"]["event_id"].to_pylist() == ids


def test_a_part_names_its_whole() -> None:
    release = make_release(1)
    visit, talks = (Event(kind, "primary", "held", (0, 5), nth=nth) for nth, kind in enumerate(["visit", "meeting"]))
    tables = rows_of((release, Extraction(events=(visit, replace(talks, part_of=0)))))
    ids = tables["events"]["event_id"].to_pylist()
    assert tables["events"]["part_of_event_id"].to_pylist() == [None, ids[0]]


def test_a_reading_is_known_by_what_was_read_and_not_by_when_or_by_which_rules() -> None:
    release = make_release(1, ["Ana Berro"])
    read = read_release(release, ["Ana Berro"])
    later = replace(release, fetched_at=DAY, page_sha256="other", archive_ref="other")
    same = [rows_of((release, read)), rows_of((later, read)), rows_of((release, read), rules="rules-2")]
    assert len({tables["releases"]["reading_id"][0] for tables in same}) == 1
    other = rows_of((release, replace(read, events=read.events[:1])))
    assert other["releases"]["reading_id"][0] != same[0]["releases"]["reading_id"][0]


def test_one_version_fetched_twice_is_two_releases_rows_and_one_reading() -> None:
    release = make_release(1, ["Ana Berro"])
    item = (release, read_release(release, ["Ana Berro"]))
    tables = rows_of(item, (replace(release, fetched_at=DAY), item[1]))
    assert (tables["releases"].num_rows, tables["events"].num_rows) == (2, 2)


def test_joined_parts_hold_each_reading_once() -> None:
    one, two = make_rows((1, ["Ana Berro"]), (2, [])), make_rows((2, []), (3, ["Bo Cillan"]))
    joined = join_rows([one, make_problem(9), two])
    assert joined["releases"].num_rows == 4
    assert sorted(joined["events"]["event_id"].to_pylist()) == sorted(
        make_rows((1, ["Ana Berro"]), (2, []), (3, ["Bo Cillan"]))["events"]["event_id"].to_pylist()
    )
    assert joined["problems"].num_rows == 1


def test_two_of_one_name_in_one_event_have_two_profiles() -> None:
    release = make_release(1)
    twins = tuple(Attendee("person", "Ana Berro", country="XA") for _ in range(2))
    tables = rows_of((release, Extraction(events=(Event("call", "primary", "held", (0, 5), attendees=twins),))))
    assert len(set(tables["attendees"]["profile_id"].to_pylist())) == 2


def test_people_told_alike_in_two_releases_share_a_profile_and_bare_names_do_not() -> None:
    tables = make_rows((1, ["Ana Berro"]), (2, ["Ana Berro"]))
    assert len(set(tables["profiles"]["profile_id"].to_pylist())) == 1
    bare = Extraction(events=(Event("call", "primary", "held", (0, 5), attendees=(Attendee("person", "Ana Berro"),)),))
    tables = rows_of((make_release(1), bare), (make_release(2), bare))
    assert len(set(tables["profiles"]["profile_id"].to_pylist())) == 2


def test_groups_and_states_have_no_name_key_and_no_profile() -> None:
    rows = make_rows((1, ["Ana Berro"]))["attendees"].to_pylist()
    assert [(row["kind"], row["name_key"] is None, row["profile_id"] is None) for row in rows] == [
        ("person", False, False),
        ("group", True, True),
    ]


def test_a_problem_met_twice_in_a_batch_is_one_row() -> None:
    problem = make_problem(1)["problems"].to_pylist()[0]
    twice = [Problem("fetch", "timeout", detail, "example", "https://press.example/1") for detail in ("a", "b")]
    rows = problem_rows(twice, seen_at=DAY)["problems"].to_pylist()
    assert [row["detail"] for row in rows] == ["b"]
    assert rows[0]["problem_id"] == problem["problem_id"]


@given(st.text(st.characters(codec=None, categories=None), max_size=60))
def test_any_text_is_stored_character_by_character(text: str) -> None:
    release = replace(make_release(1), title=text)
    tables = rows_of((release, Extraction()))
    stored = tables["releases"]["title"][0].as_py()
    assert len(stored) == len(text)
    assert all(a == b or "\ud800" <= b <= "\udfff" for a, b in zip(stored, text, strict=True))


def test_written_rows_are_read_back_as_they_were(tmp_path: Path) -> None:
    tables = {**make_rows((1, ["Ana Berro"]), (2, [])), **make_run(), **make_problem(1), **make_vocabulary()}
    write_rows(tmp_path / "rows-1", tables)
    back = read_rows(tmp_path / "rows-1")
    assert set(back) == set(tables)
    for name, table in tables.items():
        assert back[name].equals(table), name


def test_writing_replaces_a_folder_whole_and_leaves_nothing_else(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows", make_rows((1, [])))
    write_rows(tmp_path / "rows", make_problem(1))
    assert [path.name for path in tmp_path.rglob("*")] == ["rows", "problems.parquet"]


def test_what_a_killed_writer_left_is_not_read(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows", make_problem(1))
    pq.write_table(pa.table({"x": [1]}), tmp_path / "rows" / "releases.parquet.tmp")
    assert list(read_rows(tmp_path / "rows")) == ["problems"]
    with pytest.raises(FileNotFoundError):
        read_rows(tmp_path / "other")


def test_every_vocabulary_fits_its_schema() -> None:
    for name, table in make_vocabulary().items():
        assert table.schema == SCHEMAS[name]
        assert table.num_rows > 0
