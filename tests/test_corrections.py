"""Corrections: a file that people write, laid over what was read from real pages, in force until it says otherwise."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import rebuilding, runs, steps
from pipeline.corrections import HEADER, read_corrections
from pipeline.settings import Settings, load_settings
from pipeline.warehouse import decided_pairs, hash_tables, join_engagements, open_working
from tests.conftest import environment

SOURCE = """
name: Clippings
issuer: Various
country: XA
language: en
timezone: UTC
url: folder:clippings
verified: null
schedule: "0 0 1 * *"
start: 2026-01-01
discovery:
  - folder: {path: clippings}
"""
TALKS = """President Receives Foreign Minister of Borvania
published: 2026-03-10

President Tariq al-Mansur today received Bruno Calder, Minister of Foreign Affairs of Borvania, at the Rose Palace. They \
discussed trade and border security.

Minister of Energy Leyla Karam attended the meeting. The ambassador Omar Saad was there, too.
"""
OTHER = """Minister Calder Meets President
published: 2026-03-11

Minister of Foreign Affairs of Borvania Bruno Calder met with President Tariq al-Mansur of Xanthia in Sarmin.
"""
MEETING = (
    "SELECT event_id FROM events WHERE mention = 'primary' AND release_id IN (SELECT release_id FROM releases WHERE "
)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A warehouse into which two clippings were loaded."""
    (tmp_path / "sources" / "clippings").mkdir(parents=True)
    (tmp_path / "sources" / "clippings.yml").write_text(SOURCE)
    (tmp_path / "sources" / "clippings" / "one.txt").write_text(TALKS)
    (tmp_path / "sources" / "clippings" / "two.txt").write_text(OTHER)
    for name, value in environment(tmp_path, READOUT_SOURCES=str(tmp_path / "sources")).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    run(settings, "first")
    return settings


def run(settings: Settings, run_id: str) -> None:
    for batch in runs.discover_run("clippings", run_id, None, None, "manual", settings):
        runs.read_batch(runs.fetch_batch(batch, settings), settings)
    runs.load_run(run_id, settings)


def ask(settings: Settings, sql: str) -> list[tuple]:
    with open_working(settings) as con:
        return con.execute(sql).fetchall()


def one(settings: Settings, sql: str) -> str:
    [[value]] = ask(settings, sql)
    return str(value)


def hashes(settings: Settings) -> dict:
    with open_working(settings) as con:
        return hash_tables(con)


def write(settings: Settings, *lines: dict[str, str]) -> None:
    with settings.corrections_file.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="")
        writer.writeheader()
        for line in lines:
            writer.writerow(
                {"author": "Kay Lumen", "reason": "the archive of the palace", "made_on": "2026-04-01"} | line
            )


def meeting(settings: Settings, title: str = "title LIKE 'President%'") -> str:
    return one(settings, f"{MEETING} {title})")


def mention(settings: Settings, name: str) -> str:
    return one(settings, f"SELECT mention_id FROM attendees JOIN releases USING (release_id) "
                         f"WHERE attendees.name = '{name}' AND title LIKE 'President%'")  # fmt: skip


def corrections(settings: Settings) -> list[dict[str, str]]:
    event = meeting(settings)
    return [
        {"what": "set", "id": event, "field": "start_date", "value": "2026-03-09", "words": "today received"},
        {"what": "set", "id": mention(settings, "Bruno Calder"), "field": "position", "value": "Foreign Minister",
         "words": "Minister of Foreign Affairs of Borvania"},
        {"what": "remove", "id": mention(settings, "Leyla Karam"), "words": "Leyla Karam attended the meeting"},
        {"what": "add", "id": event, "field": "attendee", "value": "Nabil Hariri", "words": "Tariq al-Mansur today"},
        {"what": "add", "id": event, "field": "topic", "value": "water", "words": "trade and border"},
        {"what": "remove", "id": f"{event}/trade-and-investment", "words": "trade"},
    ]  # fmt: skip


def seen(settings: Settings) -> dict[str, object]:
    """Return what the corrected release tells, with the words of each corrected cell."""
    event = meeting(settings)
    return {
        "day": one(settings, f"SELECT start_date FROM events WHERE event_id = '{event}'"),
        "people": dict(ask(settings, f"SELECT name, position FROM attendees WHERE event_id = '{event}'")),
        "known": {name for (name,) in ask(settings, "SELECT name FROM people")},
        "topics": {topic for (topic,) in ask(settings, f"SELECT topic_id FROM topics WHERE event_id = '{event}'")},
        "cited": set(
            ask(
                settings,
                "SELECT c.field, cut_text(r.text, c.begin_at, c.end_at) FROM (SELECT release_id, unnest(evidence) AS c FROM events "
                "UNION ALL SELECT release_id, unnest(evidence) FROM attendees UNION ALL SELECT release_id, unnest(evidence) "
                "FROM topics) JOIN releases AS r USING (release_id) WHERE c.rule = 'correction'",
            )
        ),
    }


def test_corrections_lie_over_what_was_read_through_reruns_and_rebuild_until_they_are_taken_out(
    settings: Settings,
) -> None:
    before = hashes(settings)
    assert {"Leyla Karam", "Bruno Calder"} <= seen(settings)["known"]
    lines = corrections(settings)
    write(settings, *lines)
    done = steps.apply_corrections(settings)
    assert (done.corrections, done.read_again, done.problems) == (6, 1, ())
    corrected = seen(settings)
    assert corrected["day"] == "2026-03-09"
    assert corrected["people"]["Bruno Calder"] == "Foreign Minister"
    assert "Nabil Hariri" in corrected["people"]
    assert "Leyla Karam" not in corrected["people"]
    assert "Leyla Karam" not in corrected["known"]
    assert "water" in corrected["topics"]
    assert "trade-and-investment" not in corrected["topics"]
    assert corrected["cited"] == {
        ("start_date", "today received"),
        ("position", "Minister of Foreign Affairs of Borvania"),
        ("name", "Tariq al-Mansur today"),
        ("topic_id", "trade and border"),
    }
    told = ask(settings, "SELECT kind, what, count(*) FROM changes WHERE seq > (SELECT max(seq) FROM loads JOIN changes "
                         "USING (run_id) WHERE run_id IS NOT NULL) GROUP BY ALL ORDER BY ALL")  # fmt: skip
    assert ("attendee", "removed", 1) in told
    assert ("attendee", "added", 1) in told

    after = hashes(settings)
    assert steps.apply_corrections(settings).read_again == 0
    run(settings, "second")
    assert hashes(settings) == after
    assert rebuilding.rebuild(settings, workers=1).changed == 0
    assert hashes(settings) == after
    settings.working_file.unlink()
    rebuilding.rebuild(settings, workers=1)
    assert hashes(settings) == after

    write(settings, *lines[:1])
    assert steps.apply_corrections(settings).read_again == 1
    assert seen(settings)["cited"] == {("start_date", "today received")}
    write(settings)
    steps.apply_corrections(settings)
    assert hashes(settings) == before


def test_one_that_matches_nothing_any_more_is_a_problem_until_it_does_or_goes(settings: Settings) -> None:
    lines = corrections(settings)[:1]
    write(settings, *lines)
    steps.apply_corrections(settings)
    page = settings.sources / "clippings" / "one.txt"
    page.write_text(TALKS.replace("today received", "received this morning"))
    run(settings, "later")
    [told] = steps.apply_corrections(settings).problems
    assert told.startswith("corrections.csv line 2: set ")
    open_problems = "SELECT stage, reason, detail FROM problems WHERE resolved_at IS NULL"
    assert ask(settings, open_problems) == [("correct", "correction-unmatched", told)]
    assert ask(settings, "SELECT state, author, why IS NULL FROM corrections") == [("unmatched", "Kay Lumen", False)]
    assert one(settings, f"SELECT start_date FROM events WHERE event_id = '{meeting(settings)}'") == "2026-03-10"
    write(settings)
    assert steps.apply_corrections(settings).problems == ()
    assert ask(settings, open_problems) == []


def test_two_events_are_one_engagement_or_two_as_people_say(settings: Settings) -> None:
    def engagements() -> int:
        with open_working(settings) as con:
            join_engagements(con, decided_pairs(con, "same"), decided_pairs(con, "different"))
        return int(one(settings, "SELECT count(DISTINCT engagement_id) FROM events WHERE mention = 'primary'"))

    assert engagements() == 2  # one issuer does not say that it was the day before
    pair = {
        "id": meeting(settings),
        "value": meeting(settings, "title LIKE 'Minister%'"),
        "words": "at the Rose Palace",
    }
    write(settings, {"what": "same", **pair})
    assert steps.apply_corrections(settings).problems == ()
    assert engagements() == 1
    write(settings, {"what": "different", **pair})
    steps.apply_corrections(settings)
    assert engagements() == 2
    write(settings, {"what": "same", **pair, "value": "0" * 24})
    assert "no event" in steps.apply_corrections(settings).problems[0]
    assert engagements() == 2


ID = "0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"set,{ID},start_date,10 March,words,me,why,", "line 2: value is a day, written 2026-03-01, not '10 March'"),
        (f"set,{ID},start_date,2026-02-30,words,me,why,", "line 2: value is a day"),
        (f"set,{ID},sides,host,words,me,why,", "line 2: field is one of event_type, "),
        (f"set,{ID},side,left,words,me,why,", "line 2: value is host, guest, other, not 'left'"),
        (f"set,{ID},country,Borvania,words,me,why,", "line 2: value is a code of ISO 3166-1 alpha-2, not 'Borvania'"),
        (f"alter,{ID},name,Ana,words,me,why,", "line 2: what is one of set, add, remove, same, different, not 'alter'"),
        (f"remove,{ID},,,,me,why,", "line 2: words is empty"),
        (f"remove,{ID},,,words,,why,", "line 2: author is empty"),
        (f"remove,{ID},,,words,me,,", "line 2: reason is empty"),
        (f"remove,{ID},name,,words,me,why,", "line 2: remove takes neither field nor value"),
        ("remove,Ana Berro,,,words,me,why,", "line 2: 'Ana Berro' is no id"),
        (f"same,{ID},,{ID},words,me,why,", "line 2: value is the event_id of the other event"),
        (f"add,{ID},topic,weather,words,me,why,", "line 2: no topic 'weather' in the vocabulary"),
        (f"remove,{ID},,,words,me,why,yesterday", "line 2: made_on is a day, written 2026-03-01, not 'yesterday'"),
        (f"remove,{ID},,,words,me,why", "line 2: 8 cells are expected, not 7"),
        (f'remove,{ID},,,"words,me,why,', "line 2: unexpected end of data"),
        (f"\nremove,{ID},,,words,me,why,\nremove,{ID},,,words,you,why not,\n", "line 4: says the same as line 3"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_and_keeps_no_other_from_being_read(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "corrections.csv"
    good = f"set,{ID},place,Sarmin,in Sarmin,me,why,2026-01-01\n"
    path.write_text(",".join(HEADER) + "\n" + line + ("" if "unexpected" in said else "\n" + good))
    known, [wrong] = read_corrections(path)
    assert wrong.startswith(f"corrections.csv {said}")
    assert "unexpected" in said or (known[-1].field, known[-1].value) == ("place", "Sarmin")


def test_a_file_with_other_columns_or_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    assert read_corrections(path) == ([], [])
    path.write_text("id,what\n")
    assert read_corrections(path)[1] == [f"corrections.csv line 1: the columns are {', '.join(HEADER)}"]
    path.write_bytes(b"\xff\xfe")
    assert read_corrections(path)[1] == ["corrections.csv: is not UTF-8 text"]
    path.write_text("")
    assert read_corrections(path)[1] == [f"corrections.csv line 1: the columns are {', '.join(HEADER)}"]
