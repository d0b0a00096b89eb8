"""The page "Readout" from a published file: what it shows, and that nobody's text becomes a part of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ops.page import read_page, render_page
from pipeline import runs
from pipeline.settings import load_settings
from pipeline.warehouse import open_working
from tests.conftest import environment
from tests.test_dags import SOURCE

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&lt;\u202egnp.exe</td></style>{{ 7*7 }}"
NOW = datetime(2026, 6, 15, tzinfo=UTC)
TEXT = f"""President receives Minister of Borvania
published: 2026-03-10

President Idris Velmar of Xanthia received today Foreign Minister of Borvania Danilo Hresko in Xanthe. {HOSTILE}
"""


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of a warehouse whose every text is hostile."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "sources" / "desk").mkdir(parents=True)
    source = SOURCE.format(id="desk", days=5).replace("name: Desk desk", f"name: {json.dumps(HOSTILE)}")
    (folder / "sources" / "desk.yml").write_text(source)
    (folder / "sources" / "desk" / "a.txt").write_text(TEXT)
    (folder / "sources" / "desk" / "b.txt").write_bytes(bytes(range(256)))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(folder, READOUT_SOURCES=str(folder / "sources")).items():
            patch.setenv(name, value)
        settings = load_settings()
        assert "Nothing is published yet" in render_page(read_page(), "n")
        for run_id, start, end in (("a", "2026-03-01", "2026-04-01"), ("b", "2026-05-01", "2026-05-11")):
            for batch in runs.discover_run("desk", run_id, f"{start}T00:00Z", f"{end}T00:00Z", "manual", settings):
                runs.read_batch(runs.fetch_batch(batch, settings), settings)
            runs.load_run(run_id, settings)
        with open_working(settings) as con:
            for table, column in (("events", "name"), ("events", "place"), ("attendees", "name"), ("topics", "label")):
                con.execute(f"UPDATE {table} SET {column} = ?", [HOSTILE])
            con.execute("UPDATE problems SET detail = ?, address = ?", [HOSTILE, f"javascript:{HOSTILE}"])
        runs.publish_warehouse(settings)
        yield render_page(read_page(NOW), "n")


def test_hostile_text_is_shown_as_text(html: str) -> None:
    page = Tags(html)
    assert page.tags <= set(
        "html head meta title style body main header h1 h2 span div b section table thead tbody tr th td p br bdi i code".split()
    )
    assert page.attributes <= {"lang", "charset", "name", "content", "nonce", "class", "id", "title"}
    assert html.count("&lt;script&gt;alert(1)") >= 6
    assert "{{ 7*7 }}" in html
    assert html.count("<style") == html.count("</style>") == 1


def test_it_shows_sources_coverage_problems_and_events(html: str) -> None:
    for text in ("2026-03-10", "97 days ago", "Coverage by month", "Open problems", "Latest events"):
        assert text in html
    cells = re.findall(r'<td class="(complete|partial|unknown|missing|outside)" title="(\w+) 2026: ([^"]*)"', html)
    assert [(state, month) for state, month, _ in cells] == [
        ("complete", "March"),
        ("missing", "April"),
        ("partial", "May"),
    ]
    assert cells[2][2] == "0 releases; 10 days complete, 21 days not asked"


def test_it_reads_the_published_file_alone(html: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert html
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "working.duckdb").write_bytes(b"not for readers")
    monkeypatch.setenv("READOUT_WAREHOUSE", str(tmp_path / "warehouse"))
    assert read_page() == {"nothing": "Nothing is published yet"}
    (tmp_path / "warehouse" / "readout.duckdb").write_bytes(b"no database")
    assert "cannot be read" in read_page()["nothing"]
