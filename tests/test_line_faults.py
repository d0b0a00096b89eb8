"""A hostile server at the whole line: every fault a problem of its own in the tables, good pages loaded, others undisturbed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest

from pipeline import runs
from pipeline.fetch import REASONS
from pipeline.settings import Settings, load_settings
from pipeline.warehouse import open_working
from tests.conftest import ROOT, environment
from tests.faulty_server import FAULTS, Conversation, FaultyServer

DEADLINE_S = 0.8
SLOW = {"connection", "server-error"}
"""Faults that are asked for three times, with pauses: all of them are in `test_fetch.py`."""
MORE_DRIPS = {"slow-headers", "slow-chunks", "slow-chunk-size", "status-429"}
"""And some that take as long as others that are here."""
QUICK = {name: fault for name, fault in FAULTS.items() if fault[1] not in SLOW and name not in MORE_DRIPS}
DAY = ("2026-03-01T00:00Z", "2026-03-02T00:00Z")
YAML = """\
name: Office
issuer: Office
country: null
language: en
timezone: UTC
url: http://{host}/
verified: null
schedule: "0 0 * * *"
start: 2026-01-01
hosts: [{hosts}]
politeness: {{delay_s: {delay_s}, deadline_s: 0.8}}
discovery:
  - listing: {{url: "http://{host}/news", item: li, date: time}}
"""
HOSTILE_FEEDS = """\
  - feed: {url: "http://press.example/dtd.xml", section: dtd}
  - feed: {url: "http://press.example/bomb.xml", section: bomb}
  - feed: {url: "http://press.example/html.xml", section: html}
  - feed: {url: "http://slow.example/slow.xml", section: slow}
"""
FETCH = r"""
import re, sys
from pathlib import Path
from pipeline import runs
for batch in runs.discover_run("hostile", "hostile", *sys.argv[1:3], "cli"):
    print(runs.fetch_batch(batch))
print(int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""
DTD = b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item><link>/&a;</link></item></channel></rss>'
SENTENCE = "The Minister of Agriculture opened the new grain market of the capital and thanked all who had built it. "


def page(title: str, charset: str = "utf-8") -> bytes:
    head = '<meta charset="utf-8"><meta property="article:published_time" content="2026-03-01T10:00:00Z">'
    return f"<html><head>{head}</head><body><h1>{title}</h1><p>{SENTENCE * 3}</p></body></html>".encode(charset)


@dataclass
class Outcome:
    """What a hostile day came to: its counts, the seconds and megabytes that fetching took, and the calm source's times."""

    settings: Settings
    server: FaultyServer
    counts: dict[str, int | str]
    calm: dict[str, int | str]
    seconds: float
    megabytes: int


def listing(*links: str) -> bytes:
    items = "".join(f"<li><a href='{link}'>Release</a><time datetime='2026-03-01'></time></li>" for link in links)
    return f"<ul>{items}</ul>".encode()


def answer(talk: Conversation) -> None:
    fault = talk.headers["host"].split(".")[0]
    FAULTS[fault][0](talk)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("faults")
    (folder / "sources").mkdir()
    hosts = [f"{name}.example" for name in QUICK]
    own = ["press.example", "slow.example", "calm.example", "wrong-charset.example", "error-page.example"]
    text = YAML.format(host="press.example", hosts=", ".join([*hosts, *own]), delay_s=0) + HOSTILE_FEEDS
    (folder / "sources" / "hostile.yml").write_text(text)
    (folder / "sources" / "calm.yml").write_text(YAML.format(host="calm.example", hosts="", delay_s=0.2))
    with FaultyServer() as server, pytest.MonkeyPatch.context() as patch:
        links = [f"http://{host}/fault" for host in hosts]
        good = ["http://press.example/good", "http://wrong-charset.example/", "http://error-page.example/"]
        server.behaviours["/fault"] = answer
        server.pages["/news"] = b""
        by_host = {"press.example": listing(*links, *good), "calm.example": listing("/one", "/two", "/three")}
        server.behaviours["/news"] = lambda talk: talk.answer(200, by_host[talk.headers["host"]])
        roots = {
            "wrong-charset.example": page("Market opened in the “Old Town”", "windows-1252"),
            "error-page.example": b"<html><title>Error 404</title><h1>Page not found</h1><p>Go home.</p></html>",
        }
        server.behaviours["/"] = lambda talk: talk.answer(200, roots[talk.headers["host"]])
        server.pages |= {
            "/good": page("Grain market opened"),
            "/dtd.xml": DTD,
            "/html.xml": b"<html><p>busy</p></html>",
        }
        server.pages |= {f"/{name}": page(f"Market {name} opened") for name in ("one", "two", "three")}
        server.behaviours["/bomb.xml"] = FAULTS["gzip-bomb"][0]
        server.behaviours["/slow.xml"] = FAULTS["slow-drip"][0]
        connect = ",".join(f"{host}=127.0.0.1:{server.port}" for host in [*hosts, *own])
        env = environment(folder, READOUT_CONNECT=connect, READOUT_SOURCES=str(folder / "sources"))
        for name, value in env.items():
            patch.setenv(name, value)
        settings = load_settings()
        calm: list[dict[str, int | str]] = []
        neighbour = threading.Thread(target=lambda: calm.append(run("calm", settings)))
        neighbour.start()
        begun = time.monotonic()
        command = [sys.executable, "-c", FETCH, *DAY]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
        seconds = time.monotonic() - begun
        assert done.returncode == 0, done.stderr
        *batches, megabytes = done.stdout.split("\n")[:-1]
        for batch in batches:
            runs.read_batch(batch, settings)
        counts = runs.load_run("hostile", settings)
        neighbour.join(60)
        yield Outcome(settings, server, counts, calm[0], seconds, int(megabytes))


def run(source_id: str, settings: Settings) -> dict[str, int | str]:
    for batch in runs.discover_run(source_id, source_id, *DAY, "cli", settings):
        runs.read_batch(runs.fetch_batch(batch, settings), settings)
    return runs.load_run(source_id, settings)


def ask(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with open_working(settings) as con:
        return con.execute(sql).fetchall()


def test_every_fault_is_one_problem_with_its_reason_and_the_good_pages_are_loaded(day: Outcome) -> None:
    told = ask(day.settings, "SELECT address, stage, reason, detail FROM problems WHERE source_id = 'hostile'")
    faults = {
        str(address).split("/")[2].split(".")[0]: reason for address, _, reason, _ in told if "/fault" in str(address)
    }
    assert len(QUICK) >= 30
    assert faults == {name: reason for name, (_, reason) in QUICK.items()}
    assert set(faults.values()) <= REASONS
    assert all("\n" not in str(detail) for *_, detail in told)
    others = {str(address): (stage, reason) for address, stage, reason, _ in told if "/fault" not in str(address)}
    assert others == {
        "http://error-page.example/": ("parse", "soft-404"),
        "http://press.example/dtd.xml": ("discover", "xml-with-dtd"),
        "http://press.example/bomb.xml": ("discover", "too-large"),
        "http://press.example/html.xml": ("discover", "not-a-feed"),
        "http://slow.example/slow.xml": ("discover", "timeout"),
    }
    titles = ask(day.settings, "SELECT title FROM releases WHERE source_id = 'hostile' ORDER BY 1")
    assert titles == [("Grain market opened",), ("Market opened in the “Old Town”",)]
    assert day.counts["coverage"] == "unknown"  # of four sections nothing can be said


def test_it_ends_in_time_and_within_its_memory(day: Outcome) -> None:
    slow = sum(reason == "timeout" for _, reason in QUICK.values())
    assert day.seconds < 15 + len(QUICK) * 0.5 + slow * DEADLINE_S * 3
    assert day.megabytes < 300


def test_no_other_source_is_disturbed(day: Outcome) -> None:
    assert (day.calm["found"], day.calm["loaded"], day.calm["failed"], day.calm["coverage"]) == (3, 3, 0, "complete")
    asked = [one for one in day.server.asked if one.headers["host"] == "calm.example"]
    assert [one.path for one in asked] == ["/robots.txt", "/news", "/one", "/three", "/two"]
    gaps = [later.begun - earlier.begun for earlier, later in pairwise(asked)]
    assert min(gaps) >= 0.2


def test_what_was_down_is_tried_again_by_the_next_run_and_counts_for_its_own_day(day: Outcome) -> None:
    settings, server = day.settings, day.server
    for name in ("down", "busy"):
        server.pages[f"/{name}"] = page(f"Market {name} opened")
    server.behaviours["/busy"] = lambda talk: talk.answer(503, b"later", Retry_After="7200")
    news = {
        "first": listing("/down", "/busy"),
        "second": b"<ul><li><a href='/late'></a><time>2026-03-02</time></li></ul>",
    }
    server.behaviours["/news"] = lambda talk: talk.answer(200, news["first"])
    assert run("calm", settings)["failed"] == 2
    open_problems = "SELECT reason FROM problems WHERE source_id = 'calm' AND resolved_at IS NULL ORDER BY 1"
    assert ask(settings, open_problems) == [("rate-limited",), ("rate-limited",)]

    del server.behaviours["/busy"]
    server.pages["/late"] = page("Market late opened").replace(b"2026-03-01", b"2026-03-02")
    server.behaviours["/news"] = lambda talk: talk.answer(200, news["second"])
    for file in (settings.home / "hosts").glob("calm*"):
        file.unlink()  # two hours later
    begun = len(server.asked)
    for batch in runs.discover_run("calm", "next", "2026-03-02T00:00Z", "2026-03-03T00:00Z", "schedule", settings):
        runs.read_batch(runs.fetch_batch(batch, settings), settings)
    counts = runs.load_run("next", settings)
    assert (counts["found"], counts["loaded"], counts["failed"]) == (1, 3, 0)
    assert ask(settings, open_problems) == []
    assert ask(settings, "SELECT title FROM releases WHERE source_id = 'calm' AND published_date = '2026-03-01' "
               "AND title LIKE '%w%' ORDER BY 1") == [("Market down opened",), ("Market two opened",)]  # fmt: skip
    paths = [asked.path for asked in server.asked[begun:] if asked.headers["host"] == "calm.example"]
    assert sorted(path for path in paths if path != "/robots.txt") == ["/busy", "/down", "/late", "/news"]
    assert json.loads((settings.home / "deferred" / "calm.json").read_bytes()) == []
