"""Bad input through the line: each bad file is one clear problem, the run goes on, the rest is loaded."""

from __future__ import annotations

import duckdb
import pytest

from pipeline import runs
from pipeline.settings import load_settings
from tests.conftest import environment

SOURCE = """name: Inbox
issuer: Various
country: XA
language: en
timezone: UTC
url: folder:inbox
verified: null
schedule: "0 0 1 * *"
start: 1990-01-01
discovery:
  - folder: {path: inbox}
"""
GOOD = """President receives Minister of Borvania
published: 2026-03-10

President Idris Velmar of Xanthia received today Foreign Minister of Borvania Danilo Hresko in Xanthe.
"""
ARABIC = "استقبل الرئيس اليوم وزير الخارجية والوفد المرافق له وبحث معه العلاقات الثنائية بين البلدين وسبل تعزيزها في المجالات كافة"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    """What a run over a folder of good and bad files left: releases with their events, and problems."""
    folder = tmp_path_factory.mktemp("bad")
    inbox = folder / "sources" / "inbox"
    inbox.mkdir(parents=True)
    (folder / "sources" / "bad.yml").write_text(SOURCE)
    (inbox / "good.txt").write_text(GOOD)
    (inbox / "undated.txt").write_text(GOOD.replace("published: 2026-03-10\n", "published: unknown\n"))
    (inbox / "arabic.txt").write_text(f"الرئيس يستقبل وزير الخارجية\npublished: 2026-03-11\n\n{ARABIC}.\n")
    (inbox / "empty.html").write_bytes(b"")
    (inbox / "binary.html").write_bytes(bytes(range(256)) * 64)
    (inbox / "huge.html").write_bytes(b"<p>" + b"word " * 4_400_000)
    (inbox / "no-text.html").write_text("<html><head><title>Nothing</title></head><body><nav>Home</nav></body></html>")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(folder, READOUT_SOURCES=str(folder / "sources")).items():
            patch.setenv(name, value)
        settings = load_settings()
        for batch in runs.discover_run("bad", "test/bad", None, None, "manual", settings):
            runs.read_batch(runs.fetch_batch(batch, settings), settings)
        runs.load_run("test/bad", settings)
    with duckdb.connect(str(settings.working_file), read_only=True) as con:
        return {
            "releases": con.execute(
                "SELECT split_part(url, ':', 2), published_at IS NULL, count(event_id) FROM releases LEFT JOIN events "
                "USING (release_id) GROUP BY ALL ORDER BY 1"
            ).fetchall(),
            "problems": con.execute(
                "SELECT DISTINCT split_part(address, ':', 2), stage, reason, detail FROM problems ORDER BY 1"
            ).fetchall(),
        }


def test_the_good_the_undated_and_the_unknown_language_are_loaded(tables: dict[str, list[tuple[object, ...]]]) -> None:
    assert tables["releases"] == [("arabic.txt", False, 0), ("good.txt", False, 1), ("undated.txt", True, 1)]


def test_every_bad_file_is_one_problem_that_says_what_is_wrong(tables: dict[str, list[tuple[object, ...]]]) -> None:
    reasons = {name: (stage, reason) for name, stage, reason, _ in tables["problems"]}
    assert set(reasons) == {"arabic.txt", "binary.html", "empty.html", "huge.html", "no-text.html"}
    assert reasons["arabic.txt"] == ("extract", "language-without-rules")
    assert reasons["huge.html"] == ("fetch", "too-large")
    assert reasons["empty.html"] == ("parse", "empty")
    assert all("\n" not in str(detail) and len(str(detail)) > 10 for *_, detail in tables["problems"])
