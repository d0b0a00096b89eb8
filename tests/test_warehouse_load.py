"""Loading: what is new, changed and known; order, repetition and splitting of batches; the stream of changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline.errors import ReadoutError
from pipeline.people import block_key
from pipeline.records import Coverage, Extraction, Problem
from pipeline.rows import Tables, join_rows, problem_rows, release_rows, withdrawal_rows
from pipeline.settings import Settings
from pipeline.warehouse import Connection, hash_tables, open_working
from tests.warehouse_samples import (
    DAY,
    load_rows,
    make_problem,
    make_release,
    make_rows,
    make_run,
    make_settings,
    make_vocabulary,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@contextmanager
def opened(settings: Settings) -> Iterator[Connection]:
    with open_working(settings) as con:
        yield con


def ask(settings: Settings, sql: str) -> list[tuple]:
    with opened(settings) as con:
        return con.execute(sql).fetchall()


def hashes(settings: Settings) -> dict[str, tuple[int, int]]:
    with opened(settings) as con:
        return hash_tables(con)


def test_new_releases_come_in_with_all_their_rows(settings: Settings) -> None:
    result = load_rows(settings, make_rows((1, ["Ana Berro", "Bo Cillan"]), (2, [])), make_vocabulary(), make_run())
    assert (result.added, result.changed, result.unchanged) == (2, 0, 0)
    assert {name: rows for name, (rows, _) in hashes(settings).items()} == {
        "sources": 1,
        "releases": 2,
        "release_versions": 2,
        "events": 4,
        "attendees": 4,
        "topics": 4,
        "people": 2,
        "person_names": 2,
        "positions": 2,
    }
    assert ask(settings, "SELECT loaded, unchanged, found FROM runs") == [(2, 0, 3)]


def test_stored_columns_are_what_was_read(settings: Settings) -> None:
    rows = make_rows((1, ["Ana Berro"]))
    load_rows(settings, rows)
    for table in ("events", "attendees", "topics"):
        given = rows[table].drop_columns("reading_id")
        with opened(settings) as con:
            stored = con.execute(f"SELECT {', '.join(given.column_names)} FROM {table}").to_arrow_table()
        assert stored.to_pylist() == given.to_pylist()
    [(text, body, title)] = ask(settings, "SELECT text, body, title FROM releases")
    assert text == f"{title}\n\n{body}" == make_release(1, ["Ana Berro"]).text


def test_evidence_cuts_the_words_in_sql(settings: Settings) -> None:
    load_rows(settings, make_rows((1, ["Ana Berro"]), (2, ["Bo Cillan", "Dana Effer"])))
    cut = ask(
        settings,
        "SELECT name, cut_text(text, e.begin_at, e.end_at) FROM releases JOIN "
        "(SELECT release_id, name, unnest(evidence) AS e FROM attendees) USING (release_id)",
    )
    assert len(cut) == 3
    assert all(name == words for name, words in cut)


def test_a_known_release_changes_nothing_but_when_it_was_last_seen(settings: Settings) -> None:
    rows = make_rows((1, ["Ana Berro"]))
    load_rows(settings, rows)
    before, changes = hashes(settings), ask(settings, "FROM changes")
    again = make_rows((1, ["Ana Berro"]))
    moment = make_release(1).fetched_at
    assert moment is not None
    later = again["releases"].to_pylist()[0] | {"fetched_at": (moment + timedelta(days=9)).replace(tzinfo=None)}
    again["releases"] = again["releases"].from_pylist([later], again["releases"].schema)
    assert load_rows(settings, again, make_run("run-2")).unchanged == 1
    after = hashes(settings)
    assert {name for name in before if before[name] != after[name]} == {"releases", "release_versions"}
    assert ask(settings, "SELECT last_seen - first_seen FROM releases") == [(timedelta(days=9),)]
    assert ask(settings, "FROM changes") == changes


def test_a_changed_text_replaces_the_rows_and_says_what_changed(settings: Settings) -> None:
    load_rows(settings, make_rows((1, ["Ana Berro", "Bo Cillan"]), (2, ["Ana Berro"])))
    kept = ask(settings, "FROM events JOIN releases USING (release_id) WHERE url LIKE '%/2'")
    result = load_rows(settings, make_rows((1, ["Ana Berro", "Dana Effer"]), version=1))
    assert (result.added, result.changed) == (0, 1)
    assert ask(settings, "FROM events JOIN releases USING (release_id) WHERE url LIKE '%/2'") == kept
    assert ask(settings, "SELECT name FROM attendees WHERE kind = 'person' ORDER BY 1") == [
        ("Ana Berro",),
        ("Ana Berro",),
        ("Dana Effer",),
    ]
    [(added, removed, line)] = ask(
        settings,
        "SELECT people_added, people_removed, what_changed FROM release_versions WHERE previous_version_id IS NOT NULL",
    )
    assert (added, removed) == (["Dana Effer"], ["Bo Cillan"])
    assert line == (
        "2 paragraphs added or reworded; 2 paragraphs gone or reworded; "
        "now named as attending: Dana Effer; no longer named as attending: Bo Cillan"
    )
    assert ask(settings, "SELECT count(*) FROM events e ANTI JOIN releases r USING (release_id, version_id)") == [(0,)]


def test_the_version_fetched_last_is_current_whenever_it_is_loaded(settings: Settings) -> None:
    load_rows(settings, make_rows((1, ["Ana Berro"]), version=2))
    load_rows(settings, make_rows((1, ["Bo Cillan"]), version=1))
    assert ask(settings, "SELECT name FROM attendees WHERE kind = 'person'") == [("Ana Berro",)]
    assert ask(settings, "SELECT count(*) FROM release_versions") == [(2,)]


def test_a_text_that_returns_is_no_new_version(settings: Settings) -> None:
    load_rows(settings, make_rows((1, ["Ana Berro"])))
    load_rows(settings, make_rows((1, ["Bo Cillan"]), version=1))
    back = make_rows((1, ["Ana Berro"]))
    moment = make_release(1, version=5).fetched_at
    assert moment is not None
    row = back["releases"].to_pylist()[0] | {"fetched_at": moment.replace(tzinfo=None)}
    back["releases"] = back["releases"].from_pylist([row], back["releases"].schema)
    assert load_rows(settings, back).changed == 1
    assert ask(settings, "SELECT name FROM attendees WHERE kind = 'person'") == [("Ana Berro",)]
    assert ask(settings, "SELECT count(*), count(*) FILTER (is_current) FROM release_versions") == [(2, 1)]


def test_other_rules_replace_the_rows_of_a_version_even_of_an_older_fetch(settings: Settings) -> None:
    load_rows(settings, make_rows((1, ["Ana Berro"])))
    release = make_release(1, ["Ana Berro"])
    rows = release_rows(
        [(release, Extraction(mentioned=("Ana Berro",)))], rules_version="rules-2", name_key=block_key, seen_at=DAY
    )
    assert load_rows(settings, rows).changed == 1
    assert ask(settings, "SELECT count(*) FROM events") == [(0,)]
    assert ask(settings, "SELECT rules_version, mentioned FROM releases") == [("rules-2", ["Ana Berro"])]
    assert ask(settings, "SELECT count(*) FROM people") == [(0,)]


def test_other_rules_that_read_the_same_change_no_row(settings: Settings) -> None:
    load_rows(settings, make_rows((1, ["Ana Berro"])))
    changes = ask(settings, "FROM changes")
    assert load_rows(settings, make_rows((1, ["Ana Berro"]), rules="rules-2")).unchanged == 1
    assert ask(settings, "SELECT rules_version FROM releases") == [("rules-2",)]
    assert ask(settings, "FROM changes") == changes


NAMES = st.lists(st.sampled_from(["Ana Berro", "Bo Cillan", "Dana Effer", "A. Berro"]), unique=True, max_size=3)
FETCHES = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2), NAMES), min_size=1, max_size=6)


@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), fetches=FETCHES)
def test_batches_in_any_order_split_any_way_and_repeated_give_the_same_tables(
    data: st.DataObject, fetches: list[tuple[int, int, list[str]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    told: dict[tuple[int, int], list[str]] = {}  # one version of a release has one text
    for number, version, names in fetches:
        told.setdefault((number, version), names)
    parts = [  # months apart, since what is asked about people depends on the year
        make_rows((number, names), version=version, day=200 * number) for (number, version), names in told.items()
    ]
    whole = make_settings(tmp_path_factory.mktemp("whole"))
    load_rows(whole, join_rows(parts))
    split = make_settings(tmp_path_factory.mktemp("split"))
    order = data.draw(st.lists(st.sampled_from(range(len(parts))), max_size=4)) + data.draw(
        st.permutations(range(len(parts)))
    )
    while order:
        size = data.draw(st.integers(1, len(order)))
        load_rows(split, join_rows([parts[at] for at in order[:size]]))
        order = order[size:]
    assert hashes(split) == hashes(whole)


def test_changes_tell_every_row_that_came_changed_or_went_once_and_in_order(settings: Settings) -> None:
    mirror: dict[tuple[str, str], tuple] = {}
    cursor = 0
    batches: list[Tables] = [
        make_rows((1, ["Ana Berro", "Bo Cillan"]), (2, ["Ana Berro"])),
        make_rows((1, ["Ana Berro", "Dana Effer"]), version=1),
        make_rows((3, ["Ana Berro"]), day=-30),
        make_rows((1, ["Ana Berro", "Bo Cillan"])),
    ]
    tables = {
        "release": ("releases", "release_id", "* EXCLUDE (first_seen, last_seen)"),
        "event": ("events", "event_id", "*"),
        "attendee": ("attendees", "mention_id", "*"),
        "topic": ("topics", "event_id || '/' || coalesce(topic_id, label)", "*"),
    }
    for number, batch in enumerate(batches):
        load_rows(settings, batch, make_run(f"run-{number}"))
        rows = ask(settings, f"SELECT seq, run_id, kind, id, what FROM changes WHERE seq > {cursor} ORDER BY seq")
        assert [row[0] for row in rows] == list(range(cursor + 1, cursor + 1 + len(rows)))
        assert {row[1] for row in rows} <= {f"run-{number}"}
        assert len({row[2:4] for row in rows}) == len(rows)
        cursor += len(rows)
        for _, _, kind, key, what in rows:
            table, id_, columns = tables[kind]
            found = ask(settings, f"SELECT {columns} FROM {table} WHERE {id_} = '{key}'")
            assert ((kind, key) in mirror) == (what != "added")
            assert len(found) == (what != "removed")
            if found:
                assert mirror.get((kind, key)) != found[0]
                mirror[kind, key] = found[0]
            else:
                del mirror[kind, key]
    standing = {
        (kind, row[0]): row[1:]
        for kind, (table, id_, columns) in tables.items()
        for row in ask(settings, f"SELECT {id_}, {columns} FROM {table}")
    }
    assert mirror == standing


def test_a_run_loaded_twice_keeps_its_counts_and_counts_no_try(settings: Settings) -> None:
    batch = (make_rows((1, ["Ana Berro"])), make_run(), make_problem(7))
    first, second = load_rows(settings, *batch), load_rows(settings, *batch)
    assert (first.added, first.repeated, second.added, second.repeated) == (1, False, 1, True)
    assert ask(settings, "SELECT loaded, unchanged FROM runs") == [(1, 0)]
    assert ask(settings, "SELECT tries FROM problems") == [(1,)]
    load_rows(settings, batch[0], make_run("run-2"), batch[2])
    assert ask(settings, "SELECT run_id, loaded, unchanged FROM runs ORDER BY 1") == [("run-1", 1, 0), ("run-2", 0, 1)]
    assert ask(settings, "SELECT tries FROM problems") == [(2,)]


def test_a_problem_is_resolved_when_its_page_is_loaded_and_open_again_when_met_again(settings: Settings) -> None:
    load_rows(settings, make_problem(1), make_problem_of_release(2), make_run())
    assert ask(settings, "SELECT count(*) FROM problems WHERE resolved_at IS NULL") == [(2,)]
    load_rows(settings, make_rows((1, [])), make_run("run-2"))
    assert ask(settings, "SELECT reason FROM problems WHERE resolved_at IS NULL") == [("language-without-rules",)]
    load_rows(settings, make_problem(1, DAY + timedelta(days=2)), make_run("run-3"))
    assert ask(settings, "SELECT reason, tries FROM problems WHERE resolved_at IS NULL ORDER BY 1") == [
        ("language-without-rules", 1),
        ("timeout", 2),
    ]


def make_problem_of_release(number: int) -> Tables:
    release = make_release(number)
    reason = "language-without-rules"
    return problem_rows([Problem("extract", reason, "xx", "example", release_id=release.release_id)], seen_at=DAY)


def test_a_release_without_rules_for_its_language_is_loaded_with_its_problem(settings: Settings) -> None:
    release = make_release(2)
    rows = release_rows([(release, Extraction())], rules_version="rules-1", name_key=block_key, seen_at=DAY)
    problem = problem_rows(
        [Problem("extract", "language-without-rules", "xx", "example", release_id=release.release_id)], seen_at=DAY
    )
    load_rows(settings, rows, problem)
    assert ask(settings, "SELECT count(*) FROM releases") == [(1,)]
    assert ask(settings, "SELECT resolved_at FROM problems") == [(None,)]


def test_a_discovery_problem_is_resolved_by_a_run_that_covers_everything(settings: Settings) -> None:
    def problem() -> Tables:
        return problem_rows(
            [Problem("discover", "timeout", "no answer", "example", "https://press.example/")], seen_at=DAY
        )

    load_rows(settings, problem(), make_run("run-1", Coverage("partial", "the listing did not answer")))
    load_rows(settings, make_run("run-2", Coverage("unknown")))
    assert ask(settings, "SELECT resolved_at FROM problems") == [(None,)]
    load_rows(settings, make_run("run-3", Coverage("complete")))
    assert ask(settings, "SELECT count(resolved_at) FROM problems") == [(1,)]


def test_a_withdrawn_release_is_marked_until_it_is_seen_again(settings: Settings) -> None:
    release = make_release(1)
    assert release.fetched_at is not None
    load_rows(
        settings, make_rows((1, [])), withdrawal_rows([(release.release_id, release.fetched_at + timedelta(1), "410")])
    )
    assert ask(settings, "SELECT status FROM releases") == [("withdrawn",)]
    load_rows(settings, make_rows((1, []), version=3))
    assert ask(settings, "SELECT status FROM releases") == [("current",)]


def test_an_earlier_sighting_gives_the_person_its_id_and_the_old_one_redirects(settings: Settings) -> None:
    load_rows(settings, make_rows((5, ["Ana Berro"])))
    [(old,)] = ask(settings, "SELECT person_id FROM people")
    load_rows(settings, make_rows((6, ["Ana Berro"]), day=-10))
    [(new,)] = ask(settings, "SELECT person_id FROM people")
    assert new != old
    assert ask(settings, "SELECT DISTINCT person_id FROM attendees WHERE kind = 'person'") == [(new,)]
    assert ask(settings, "FROM person_redirects") == [(old, new)]
    load_rows(settings, make_rows((7, ["Ana Berro"]), day=-20))
    [(newest,)] = ask(settings, "SELECT person_id FROM people")
    assert sorted(ask(settings, "FROM person_redirects")) == sorted([(old, newest), (new, newest)])


def test_people_are_dated_named_and_placed_by_all_their_releases(settings: Settings) -> None:
    load_rows(settings, make_rows((3, ["Ana Berro"]), (1, ["Ana Berro"]), (2, ["Bo Cillan"])))
    rows = ask(
        settings, "SELECT name, country, first_seen::VARCHAR, last_seen::VARCHAR, mentions FROM people ORDER BY 1"
    )
    assert rows == [
        ("Ana Berro", "XA", "2026-03-02", "2026-03-04", 2),
        ("Bo Cillan", "XB", "2026-03-03", "2026-03-03", 1),
    ]
    assert ask(settings, "SELECT position, country FROM positions ORDER BY 1") == [
        ("Ambassador", "XB"),
        ("Minister of Trade", "XA"),
    ]


def test_no_two_mentions_of_one_event_are_one_person(settings: Settings) -> None:
    from pipeline.records import Attendee, Event

    twins = tuple(Attendee("person", "Ana Berro", position="Minister", country="XA") for _ in range(2))
    for number in (1, 2):
        release = make_release(number)
        read = Extraction(events=(Event("call", "primary", "held", (0, 5), attendees=twins),))
        load_rows(settings, release_rows([(release, read)], rules_version="r", name_key=block_key, seen_at=DAY))
    assert ask(settings, "SELECT count(*), count(DISTINCT (event_id, person_id)) FROM attendees") == [(4, 4)]
    assert ask(settings, "SELECT count(*) FROM people") == [(2,)]


def test_a_source_no_longer_described_stays_disabled(settings: Settings) -> None:
    load_rows(settings, make_vocabulary())
    empty = {"sources": make_vocabulary()["sources"].slice(0, 0)}
    load_rows(settings, empty)
    assert ask(settings, "SELECT source_id, enabled FROM sources") == [("example", False)]
    load_rows(settings, make_vocabulary())
    assert ask(settings, "SELECT source_id, enabled FROM sources") == [("example", True)]


def test_a_batch_that_fails_leaves_nothing_behind(settings: Settings) -> None:
    load_rows(settings, make_rows((1, ["Ana Berro"])))
    before = hashes(settings)
    broken = make_rows((2, ["Bo Cillan"]))
    broken["topics"] = broken["topics"].from_pylist(
        [row | {"label": None} for row in broken["topics"].to_pylist()], broken["topics"].schema
    )
    with pytest.raises(ReadoutError, match=r"^nothing was loaded: [^\n]*NOT NULL[^\n]*$"):
        load_rows(settings, broken)
    assert hashes(settings) == before
    assert ask(settings, "SELECT count(*) FROM loads") == [(1,)]


def test_no_string_is_hostile(settings: Settings) -> None:
    from dataclasses import replace

    from pipeline.records import Attendee, Event

    strings = [
        "'; DROP TABLE events; --",
        '"',
        "\\",
        "=cmd()",
        "<script>",
        "a\x00b",
        "\u202eabc",
        "👩‍👩‍👧",
        "x" * 100_000,
        " ",
    ]
    items = []
    for number, string in enumerate(strings):
        release = replace(make_release(number), title=string, body=string)
        people = (Attendee("person", string, (string,), string, string, None),)
        items.append(
            (release, Extraction(events=(Event("other", "primary", "held", (0, 1), place=string, attendees=people),)))
        )
    load_rows(settings, release_rows(items, rules_version="r", name_key=block_key, seen_at=DAY))
    assert sorted(ask(settings, "SELECT title, body FROM releases")) == sorted((s, s) for s in strings)
    assert sorted(ask(settings, "SELECT name, position FROM attendees")) == sorted((s, s) for s in strings)
