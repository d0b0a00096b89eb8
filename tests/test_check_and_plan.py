"""Looking before running: `readout sources check` tries a live source, `readout plan` says what a run would do and asks nobody."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from examples.newsroom.server import HOST, Newsroom, serve_newsroom
from pipeline import runs
from pipeline.checking import Finding, check_source
from pipeline.settings import Settings, load_settings
from pipeline.sources import Source, load_source
from tests.conftest import ROOT, Readout, environment
from tests.faulty_server import FaultyServer


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with serve_newsroom() as running:
        yield running


def settings_of(folder: Path, connect: str) -> Settings:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(folder, READOUT_CONNECT=connect).items():
            patch.setenv(name, value)
        return load_settings()


def connected(newsroom: Newsroom) -> str:
    return f"{HOST}=127.0.0.1:{newsroom.port}"


def test_check_says_field_by_field_what_a_source_gives(readout: Readout, newsroom: Newsroom, tmp_path: Path) -> None:
    result = readout(
        "sources", "check", "example", "--pages", "2", "--format", "jsonl", READOUT_CONNECT=connected(newsroom)
    )
    assert result.returncode == 0, result.stderr
    found = {(line["part"].split()[0], line["field"]): line for line in map(json.loads, result.stdout.splitlines())}
    assert found["robots.txt", "allowed"]["state"] == "ok"
    assert found["feed", "addresses"]["found"].startswith("10, ")
    assert found["listing", "addresses"]["found"].startswith("16, ")
    assert found["listing", "dates"]["found"].startswith("16 of 16, ")
    assert found["page", "published"]["found"].startswith("2026-10-")
    assert "paragraphs" in found["page", "body"]["found"]
    assert found["page", "language"]["found"] == "en, source en"
    assert found["source", "share dated"]["found"] == "1.00"
    assert len([path for path in newsroom.requests if path.path.startswith("/news/2026")]) == 2
    assert not (tmp_path / "warehouse" / "working.duckdb").exists()
    shown = readout("sources", "check", "example", "--pages", "1", READOUT_CONNECT=connected(newsroom))
    assert shown.returncode == 0, shown.stderr
    assert "title             State visit of the President of Calderra" in shown.stdout
    assert "0 failed" in shown.stderr


def office(**more: Any) -> Source:
    values: dict[str, Any] = {
        "id": "office", "name": "Office", "issuer": "Office", "country": "XA", "language": "en", "timezone": "UTC",
        "url": "http://press.example/", "verified": None, "schedule": "0 0 * * *", "start": date(2020, 1, 1),
        "politeness": {"delay_s": 0}, "floors": {"newest_days": 3, "share_with_body": 0.9},
        "discovery": [{"listing": {"url": "http://press.example/news", "item": "li", "date": "time"}}],
    }  # fmt: skip
    return Source.model_validate(values | more)


def states(findings: list[Finding]) -> dict[tuple[str, str], str]:
    return {(finding.part.split()[0], finding.field): finding.state for finding in findings}


def test_check_tells_what_is_wrong_with_a_source(tmp_path: Path) -> None:
    with FaultyServer() as server:
        settings = settings_of(tmp_path, f"press.example=127.0.0.1:{server.port}")
        server.pages["/news"] = (
            b"<ul><li><a href=/a>One</a><time datetime=2021-05-01></time></li><li><a href=/b>Two</a></li></ul>"
        )
        server.pages["/a"] = b"<html><h1>One</h1><p>Log in to read.</p></html>"
        seen = states(list(check_source(office(), settings)))
        assert seen["listing", "dates"] == "look"
        assert seen["listing", "newest"] == "look"
        assert seen["page", "not-found"] == "failed"
        assert seen["source", "share with body"] == "failed"

        server.pages["/news"] = b"<html><p>Nothing that the selectors find.</p></html>"
        seen = states(list(check_source(office(), settings)))
        assert seen["listing", "addresses"] == "failed"

        server.pages["/robots.txt"] = b"User-agent: *\nDisallow: /"
        asked = len(server.paths)
        seen = states(list(check_source(replace_id("other"), settings)))
        assert seen["robots.txt", "allowed"] == "failed"
        assert len(server.paths) == asked


def test_the_ten_lines_of_the_guide_are_a_source(readout: Readout, tmp_path: Path) -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    [text] = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert len(text.splitlines()) <= 10
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "xanthia_mfa.yml").write_text(text)
    with FaultyServer() as server:
        where = {
            "READOUT_CONNECT": f"mfa.xanthia.example=127.0.0.1:{server.port}",
            "READOUT_SOURCES": str(tmp_path / "sources"),
        }
        server.pages["/rss.xml"] = (
            b"<rss><channel><item><title>Minister receives Ambassador of Borvania</title><link>/news/1</link>"
            b"<pubDate>12 Jan 2026 09:00:00 +0400</pubDate></item></channel></rss>"
        )
        text = (
            "Minister of Foreign Affairs Selin Aray received today Ambassador of Borvania Danilo Hresko in Xanthe. " * 3
        )
        server.pages["/news/1"] = f"<h1>Minister receives Ambassador of Borvania</h1><p>{text}</p>".encode()
        listed = readout("sources", **where)
        assert (listed.returncode, "xanthia_mfa" in listed.stdout) == (0, True)
        checked = readout("sources", "check", "xanthia_mfa", **where)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "2026-01-12 09:00" in checked.stdout
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment(tmp_path, **where).items():
                patch.setenv(name, value)
            settings = load_settings()
        for batch in runs.discover_run("xanthia_mfa", "one", "2026-01-01T00:00Z", "2026-02-01T00:00Z", "cli", settings):
            runs.read_batch(runs.fetch_batch(batch, settings), settings)
        counts = runs.load_run("one", settings)
        assert (counts["loaded"], counts["coverage"]) == (1, "partial")
        assert server.paths.count("/news/1") == 1  # the check has it in the archive already


def replace_id(source_id: str) -> Source:
    return office().model_copy(update={"id": source_id})


def test_plan_asks_nobody_and_says_what_is_there(readout: Readout, newsroom: Newsroom, tmp_path: Path) -> None:
    month = ("--from", "2026-03-01", "--to", "2026-04-01")
    before = readout("plan", "example", *month, READOUT_CONNECT=connected(newsroom))
    assert before.returncode == 0, before.stderr
    assert "listing  http://press.xanthia.example/news (never asked)" in before.stdout
    assert "in the archive: 0 releases" in before.stdout
    assert "in the published file: nothing yet" in before.stdout
    assert newsroom.requests == []
    assert not (tmp_path / "warehouse").exists()

    settings = settings_of(tmp_path, connected(newsroom))
    run = ("2026-03-01T00:00Z", "2026-04-01T00:00Z")
    for batch in runs.discover_run("example", "march", *run, "cli", settings):
        runs.read_batch(runs.fetch_batch(batch, settings), settings)
    runs.load_run("march", settings)
    shutil.copy(settings.working_file, settings.published_file)  # publishing would build the summaries, too
    asked = len(newsroom.requests)
    after = readout("plan", "example", *month, "--format", "json", READOUT_CONNECT=connected(newsroom))
    [plan] = json.loads(after.stdout)
    assert plan["known"] | {"coverage": None} == {
        "archived": 3, "due_again": 0, "failed": 0, "published": 2, "withdrawn": 0, "coverage": None,
    }  # fmt: skip
    [coverage] = plan["known"]["coverage"]
    assert coverage.startswith("2026-03-01 to 2026-04-01: complete")
    assert all(place["last_asked"] for place in plan["places"])
    assert len(newsroom.requests) == asked


def test_plan_fills_the_interval_into_the_addresses(tmp_path: Path) -> None:
    from pipeline.planning import plan_run

    settings = replace(settings_of(tmp_path, ""), sources=load_settings().sources)
    interval = runs.Interval(runs._moment("2026-03-01T00:00Z"), runs._moment("2026-04-01T00:00Z"))
    plan = plan_run(load_source("us_federal_register", settings.sources), interval, settings)
    [place] = plan.places
    assert "gte%5D=2026-02-28" in place.place
    assert "lte%5D=2026-03-31" in place.place
    gone = plan_run(load_source("sana_en_archive", settings.sources), interval, settings)
    assert (len(gone.places), len(gone.unreached)) == (0, 2)
