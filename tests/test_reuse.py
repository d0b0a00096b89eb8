"""Re-used addresses and ids: another release is another row, a correction and a move are the same one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import rebuilding, runs
from pipeline.settings import Settings, load_settings
from pipeline.warehouse import hash_tables, open_working
from tests.conftest import environment
from tests.faulty_server import FaultyServer

YAML = """\
name: Office
issuer: Office
country: null
language: en
timezone: UTC
url: http://press.example/
verified: null
schedule: "0 0 * * *"
start: 2026-03-01
politeness: {delay_s: 0}
discovery:
  - feed: {url: "http://press.example/feed.xml", guid: stable}
"""
HARVEST = """The Minister of Agriculture said that the harvest of this year was the largest since records began in the north
of the country. Farmers in the eastern valleys will receive seed from the reserve before the first of May."""
BRIDGE = """A new bridge over the river was opened by the Mayor of the capital on Friday afternoon. It has four lanes and a
path for bicycles, and took three years and two hundred workers to build."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Settings, FaultyServer]]:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "office.yml").write_text(YAML)
    with FaultyServer() as server, pytest.MonkeyPatch.context() as patch:
        env = environment(
            tmp_path,
            READOUT_CONNECT=f"press.example=127.0.0.1:{server.port}",
            READOUT_SOURCES=str(tmp_path / "sources"),
        )
        for name, value in env.items():
            patch.setenv(name, value)
        yield load_settings(), server


def publish(server: FaultyServer, *items: tuple[str, str, int, str, str]) -> None:
    """Let the feed list these: path, guid, day of March, title, text."""
    shown = ""
    for path, guid, day, title, text in items:
        shown += (
            f"<item><title>{title}</title><link>{path}</link><guid isPermaLink='false'>{guid}</guid>"
            f"<pubDate>{day:02} Mar 2026 10:00:00 GMT</pubDate></item>"
        )
        head = f'<meta property="article:published_time" content="2026-03-{day:02}T10:00:00Z">'
        server.pages[path] = f"<html><head>{head}</head><body><h1>{title}</h1><p>{text}</p></body></html>".encode()
    server.pages["/feed.xml"] = f"<rss><channel>{shown}</channel></rss>".encode()


def run(settings: Settings, day: int) -> dict[str, int | str]:
    name, start, end = f"run-{day}", f"2026-03-{day:02}T00:00Z", f"2026-03-{day + 1:02}T00:00Z"
    for batch in runs.discover_run("office", name, start, end, "cli", settings):
        runs.read_batch(runs.fetch_batch(batch, settings), settings)
    return runs.load_run(name, settings)


def rows(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with open_working(settings) as con:
        return con.execute(sql).fetchall()


def test_another_release_under_the_same_address_is_another_row(office: tuple[Settings, FaultyServer]) -> None:
    settings, server = office
    publish(server, ("/statement", "s-1", 2, "Harvest of the year", HARVEST))
    run(settings, 2)
    publish(server, ("/statement", "s-1", 9, "Bridge opened", BRIDGE))
    run(settings, 9)
    assert rows(settings, "SELECT title, status, what_changed FROM releases ORDER BY published_at") == [
        ("Harvest of the year", "current", None), ("Bridge opened", "current", None),
    ]  # fmt: skip
    publish(server, ("/statement", "s-1", 10, "Bridge opened", BRIDGE + " It is named after the river."))
    run(settings, 10)  # the second one corrected, not a third
    assert rows(settings, "SELECT title, count(*) FROM release_versions GROUP BY title ORDER BY title") == [
        ("Bridge opened", 2), ("Harvest of the year", 1),
    ]  # fmt: skip
    with open_working(settings) as con:
        before = hash_tables(con)
    rebuilding.rebuild(settings)
    with open_working(settings) as con:
        assert hash_tables(con) == before


def test_two_items_with_one_guid_are_two_releases_and_a_moved_one_is_one(office: tuple[Settings, FaultyServer]) -> None:
    settings, server = office
    first = ("/a", "tag:press,1", 2, "Harvest of the year", HARVEST)
    publish(server, first, ("/b", "tag:press,1", 2, "Bridge opened", BRIDGE))
    run(settings, 2)
    assert rows(settings, "SELECT title FROM releases ORDER BY title") == [("Bridge opened",), ("Harvest of the year",)]
    publish(server, ("/news/harvest", "tag:press,1", 2, "Harvest of the year", HARVEST + " The seed is free."))
    run(settings, 2)
    found = rows(settings, "SELECT url, title FROM releases ORDER BY title")
    assert found == [
        ("http://press.example/b", "Bridge opened"), ("http://press.example/news/harvest", "Harvest of the year"),
    ]  # fmt: skip
    assert rows(settings, "SELECT count(*) FROM release_versions") == [(3,)]


def test_new_markup_is_no_version(office: tuple[Settings, FaultyServer]) -> None:
    settings, server = office
    publish(server, ("/statement", "s-1", 2, "Harvest of the year", HARVEST))
    run(settings, 2)
    page = server.pages["/statement"].decode()
    for number, markup in enumerate(("<div class=new><main><h1>", "<!-- 17 --><h1 id=x>"), 3):
        publish(server, ("/statement", "s-1", 2, "Harvest of the year", HARVEST))
        server.pages["/statement"] = page.replace("<h1>", markup).encode()
        feed = server.pages["/feed.xml"].decode()
        changed = f"<updated>2026-03-{number:02}T12:00:00Z</updated></item>"
        server.pages["/feed.xml"] = feed.replace("</item>", changed).encode()
        run(settings, number)
    assert server.paths.count("/statement") == 3
    assert rows(settings, "SELECT count(*) FROM release_versions") == [(1,)]
