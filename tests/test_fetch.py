"""Fetching over real HTTP from a server on loopback: once, politely, safely, and never for ever."""

from __future__ import annotations

import gzip
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive import Archive
from pipeline.errors import StepProblem
from pipeline.fetch import REASONS, Fetcher
from pipeline.fetch.guard import is_public
from pipeline.fetch.policy import FetchLimits, wants_revisit
from pipeline.fetch.politeness import HostBusyError, HostTurns, read_retry_after
from pipeline.fetch.robots import read_robots
from pipeline.records import Address, ArchiveEntry, Interval, Page, Problem
from pipeline.settings import Settings
from pipeline.sources.discovery import discover_addresses
from pipeline.sources.model import Source
from tests.faulty_server import FAULTS, Conversation, FaultyServer

ROOT = Path(__file__).resolve().parent.parent
HOME = "http://press.example"
LIMITS = FetchLimits(
    connect_s=2,
    read_s=0.5,
    deadline_s=0.8,
    tries=2,
    backoff_s=0.01,
    longest_wait_s=0.2,
    max_bytes=4_000_000,
    give_up_after=100,
)
OLD = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as running:
        yield running


def source(**more: Any) -> Source:
    values: dict[str, Any] = {
        "id": "office", "name": "Office", "issuer": "Office", "country": "XA", "language": "en", "timezone": "UTC",
        "url": HOME, "verified": None, "schedule": "0 0 * * *", "start": date(2020, 1, 1),
        "politeness": {"delay_s": 0}, "discovery": [{"feed": {"url": f"{HOME}/feed.xml"}}],
    }  # fmt: skip
    return Source.model_validate(values | more)


class Newsreader:
    """A source, an archive and settings in a folder; each call is a run of its own."""

    def __init__(self, folder: Path, server: FaultyServer) -> None:
        self.settings = Settings(
            folder / "home", folder / "warehouse", folder, folder, "press-desk@reader.example",
            connect=(("press.example", f"127.0.0.1:{server.port}"), ("mirror.example", f"127.0.0.1:{server.port}")),
        )  # fmt: skip
        self.source = source()
        self.limits = LIMITS
        self.fetched = 0

    def run(self, action: Callable[[Fetcher], Page]) -> Page:
        with (
            Archive(self.settings.archive, "office") as archive,
            Fetcher(self.settings, archive, self.source, self.limits) as fetcher,
        ):
            try:
                return action(fetcher)
            finally:
                self.fetched = fetcher.fetched

    def fetch(self, path: str, *, revalidate: bool = False, **more: Any) -> Page:
        url = path if ":" in path else HOME + path
        return self.run(lambda fetcher: fetcher.fetch(Address("office", url, **more), revalidate=revalidate))

    def listing(self, path: str) -> Page:
        return self.run(lambda fetcher: fetcher.fetch_listing(HOME + path))

    def problem(self, path: str, **more: Any) -> Problem:
        with pytest.raises(StepProblem) as caught:
            self.fetch(path, **more)
        return caught.value.problem

    def forget_hosts(self) -> None:
        """Let hosts be asked again that wanted to be left alone."""
        for file in (self.settings.home / "hosts").glob("*"):
            file.unlink()


@pytest.fixture
def reader(tmp_path: Path, server: FaultyServer) -> Newsreader:
    return Newsreader(tmp_path, server)


# once


def test_a_page_comes_whole_with_its_address_and_honest_headers(reader: Newsreader, server: FaultyServer) -> None:
    server.behaviours["/a"] = lambda talk: talk.answer(
        200, gzip.compress("<p>Köln</p>".encode()), Content_Encoding="gzip"
    )
    page = reader.fetch("/a", title="Title")
    assert page.body == "<p>Köln</p>".encode()
    assert (page.status, page.final_url, page.content_type) == (200, f"{HOME}/a", "text/html; charset=utf-8")
    assert page.address.title == "Title"
    headers = server.asked[-1].headers
    assert headers["host"] == "press.example"
    assert headers["user-agent"].startswith("Readout/")
    assert "(+press-desk@reader.example)" in headers["user-agent"]
    assert "cookie" not in headers


def test_a_page_that_the_archive_has_is_not_asked_for_again(reader: Newsreader, server: FaultyServer) -> None:
    server.pages["/a"] = b"text"
    first = reader.fetch("/a", published=OLD)
    assert reader.fetched == 1
    assert reader.fetch("/a", published=OLD) == first
    assert reader.fetched == 0
    assert server.paths == ["/a"]


def conditional(body: bytes, etag: str) -> Callable[[Conversation], None]:
    def answer(talk: Conversation) -> None:
        if talk.headers.get("if-none-match") == etag:
            talk.answer(304, ETag=etag)
        else:
            talk.answer(200, body, ETag=etag)

    return answer


def test_asking_again_costs_no_body_while_nothing_changed(reader: Newsreader, server: FaultyServer) -> None:
    server.behaviours["/a"] = conditional(b"text", '"1"')
    first = reader.fetch("/a")
    again = reader.fetch("/a", revalidate=True)
    assert (again.body, again.sha256, again.status) == (b"text", first.sha256, 200)
    assert again.archive_ref != first.archive_ref
    server.behaviours["/a"] = conditional(b"new text", '"2"')
    assert reader.fetch("/a", revalidate=True).body == b"new text"
    assert reader.fetch("/a").body == b"new text"
    assert server.paths == ["/a"] * 3


def test_a_listing_is_asked_for_each_time_but_sent_only_when_it_changed(
    reader: Newsreader, server: FaultyServer
) -> None:
    server.behaviours["/news"] = conditional(b"list", '"1"')
    assert [reader.listing("/news").body for _ in range(2)] == [b"list", b"list"]
    assert [asked.headers.get("if-none-match") for asked in server.asked if asked.path == "/news"] == [None, '"1"']


def test_a_page_whose_bytes_are_lost_is_fetched_again(reader: Newsreader, server: FaultyServer) -> None:
    server.behaviours["/a"] = conditional(b"text", '"1"')
    reader.fetch("/a")
    for path in reader.settings.archive.glob("*.warc.gz"):
        path.unlink()
    assert reader.fetch("/a").body == b"text"
    for path in reader.settings.archive.glob("*.warc.gz"):
        path.unlink()
    assert reader.fetch("/a", revalidate=True).body == b"text"


def test_a_failed_page_is_tried_again_in_the_next_run(reader: Newsreader, server: FaultyServer) -> None:
    assert reader.problem("/a").reason == "not-found"
    server.pages["/a"] = b"text"
    assert reader.fetch("/a").body == b"text"
    del server.pages["/a"]
    assert reader.problem("/a", revalidate=True).reason == "not-found"


def test_redirects_are_followed_and_recorded(reader: Newsreader, server: FaultyServer) -> None:
    server.behaviours["/a"] = lambda talk: talk.answer(301, Location="http://mirror.example/b#part")
    server.behaviours["/b"] = conditional(b"text", '"1"')
    page = reader.fetch("/a")
    assert (page.final_url, page.address.url, page.body) == ("http://mirror.example/b", f"{HOME}/a", b"text")
    assert reader.fetch("/a") == page
    assert reader.fetch("/a", revalidate=True).body == b"text"
    assert server.paths == ["/a", "/b", "/a", "/b"]
    with Archive(reader.settings.archive) as archive:
        assert [(entry.role, entry.status) for entry in archive.entries(url=f"{HOME}/a")] == [
            ("redirect", 301), ("release", 200), ("redirect", 301), ("release", 304),
        ]  # fmt: skip


def test_answers_of_every_kind_are_archived(reader: Newsreader, server: FaultyServer) -> None:
    server.behaviours["/gone"] = FAULTS["status-410"][0]
    server.pages |= {"/robots.txt": b"User-agent: *\nDisallow: /x", "/news": b"list"}
    reader.problem("/gone")
    reader.listing("/news")
    with Archive(reader.settings.archive) as archive:
        assert [(entry.role, entry.status) for entry in archive.entries()] == [
            ("robots", 200),
            ("release", 410),
            ("listing", 200),
        ]


# hostile servers


def test_every_fault_ends_in_time_with_its_reason(reader: Newsreader, server: FaultyServer) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(FAULTS) >= 30
    server.behaviours |= {f"/{name}": behaviour for name, (behaviour, _) in FAULTS.items()}
    server.pages["/good"] = b"text"
    told, spent = {}, {}
    for name in FAULTS:
        reader.forget_hosts()
        begun = time.monotonic()
        told[name] = reader.problem(f"/{name}")
        spent[name] = time.monotonic() - begun
    assert {name: problem.reason for name, problem in told.items()} == {
        name: reason for name, (_, reason) in FAULTS.items()
    }
    assert all(problem.reason in REASONS for problem in told.values())
    assert all("\n" not in problem.detail and "http://" in problem.detail for problem in told.values())
    assert all(problem.stage == "fetch" and problem.source_id == "office" for problem in told.values())
    assert {name: seconds for name, seconds in spent.items() if seconds > 10} == {}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
    reader.forget_hosts()
    assert reader.fetch("/good").body == b"text"


def test_a_passing_fault_is_tried_again(reader: Newsreader, server: FaultyServer) -> None:
    answers = iter([503, 200])
    server.behaviours["/a"] = lambda talk: talk.answer(next(answers), b"text")
    assert reader.fetch("/a").body == b"text"
    assert server.paths == ["/a", "/a"]


@pytest.mark.parametrize("status", [400, 403, 404, 410, 501])
def test_a_lasting_refusal_is_not_tried_again_but_a_server_error_is(
    reader: Newsreader, server: FaultyServer, status: int
) -> None:
    server.behaviours["/a"] = lambda talk: talk.answer(status)
    reader.problem("/a")
    assert len(server.paths) == (2 if status >= 500 else 1)


def test_a_host_that_keeps_failing_is_left_alone(reader: Newsreader, server: FaultyServer) -> None:
    server.behaviours |= {f"/{number}": lambda talk: talk.answer(403) for number in range(9)}
    reader.limits = replace(LIMITS, give_up_after=3)
    problems: list[Problem] = []

    def all_pages(fetcher: Fetcher) -> Page:
        for number in range(9):
            with pytest.raises(StepProblem) as caught:
                fetcher.fetch(Address("office", f"{HOME}/{number}"))
            problems.append(caught.value.problem)
        return fetcher.fetch_listing("http://mirror.example/other")

    server.pages["/other"] = b"another host"
    assert reader.run(all_pages).body == b"another host"
    assert len(server.paths) == 3 + 1
    assert {problem.reason for problem in problems} == {"forbidden"}
    assert "was not asked for" in problems[-1].detail


def test_a_listing_that_fails_is_a_problem_of_discovery(reader: Newsreader) -> None:
    with pytest.raises(StepProblem) as caught:
        reader.listing("/news")
    assert (caught.value.problem.stage, caught.value.problem.reason) == ("discover", "not-found")


def test_a_body_just_within_the_limit_is_read(reader: Newsreader, server: FaultyServer) -> None:
    body = os.urandom(LIMITS.max_bytes)
    server.behaviours["/a"] = lambda talk: talk.answer(200, body)
    assert reader.fetch("/a").body == body
    server.behaviours["/b"] = lambda talk: talk.answer(200, body + b"x")
    assert reader.problem("/b").reason == "too-large"


def test_a_run_goes_from_feed_to_pages(reader: Newsreader, server: FaultyServer) -> None:
    stamp = format_datetime(OLD + timedelta(days=1))
    links = "".join(f"<item><link>/{name}</link><pubDate>{stamp}</pubDate></item>" for name in "ab")
    server.pages |= {"/feed.xml": f"<rss><channel>{links}</channel></rss>".encode(), "/a": b"A", "/b": b"B"}
    with (
        Archive(reader.settings.archive, "office") as archive,
        Fetcher(reader.settings, archive, reader.source) as fetcher,
    ):
        found = discover_addresses(reader.source, Interval(OLD, OLD + timedelta(days=2)), fetcher.fetch_listing)
        assert [fetcher.fetch(address).body for address in found.addresses] == [b"A", b"B"]
    assert server.paths == ["/feed.xml", "/a", "/b"]


# politely


def test_robots_txt_is_obeyed_and_fetched_once(reader: Newsreader, server: FaultyServer) -> None:
    server.pages |= {
        "/robots.txt": b"User-agent: Readout\nDisallow: /private\nAllow: /private/open",
        "/private/open": b"text",
    }
    server.pages |= {"/private/a": b"secret", "/b": b"text"}
    problem = reader.problem("/private/a")
    assert problem.reason == "blocked-by-robots"
    assert reader.fetch("/private/open").body == b"text"
    assert reader.fetch("/b").body == b"text"
    assert server.paths == ["/private/open", "/b"]
    assert [asked.path for asked in server.asked].count("/robots.txt") == 1


@pytest.mark.parametrize(
    ("status", "reason"), [(404, None), (410, None), (418, None), (401, "blocked-by-robots"), (403, "blocked-by-robots"),
                           (429, "rate-limited"), (500, "server-error")]
)  # fmt: skip
def test_a_missing_robots_txt_allows_all_a_failing_one_nothing(
    reader: Newsreader, server: FaultyServer, status: int, reason: str | None
) -> None:
    server.pages["/a"] = b"text"
    server.behaviours["/robots.txt"] = lambda talk: talk.answer(status, b"User-agent: *\nDisallow: /")
    if reason is None:
        assert reader.fetch("/a").body == b"text"
    else:
        assert reader.problem("/a").reason == reason
        assert server.paths == []


def test_the_crawl_delay_of_robots_txt_counts_where_it_is_longer() -> None:
    assert read_robots(b"User-agent: *\nCrawl-delay: 7").delay_s() == 7
    assert read_robots(b"User-agent: Readout\nRequest-rate: 1/10").delay_s() == 10
    assert read_robots(b"User-agent: Other\nCrawl-delay: 7\nDisallow: /").delay_s() == 0
    assert read_robots("<html>\0ÿ".encode("latin-1")).allows(f"{HOME}/a")


PROCESS = """
import sys
from pathlib import Path
from dataclasses import replace
from pipeline.archive import Archive
from pipeline.fetch import Fetcher
from pipeline.records import Address
from pipeline.sources.loading import load_file
from pipeline.settings import load_settings
source = load_file(Path(sys.argv[1]))
with Archive(load_settings().archive, source.id) as archive, Fetcher(load_settings(), archive, source) as fetcher:
    for number in range(3):
        fetcher.fetch(Address(source.id, f"http://press.example/{sys.argv[2]}{number}"))
"""
YAML = """\
name: Office
issuer: Office
country: null
language: en
timezone: UTC
url: http://press.example/
verified: null
schedule: "0 0 * * *"
start: 2020-01-01
politeness: {delay_s: 0.2}
discovery: [{feed: {url: "http://press.example/feed"}}]
"""


def test_parallel_tasks_together_keep_to_one_request_at_a_time_and_the_pause_between(
    tmp_path: Path, server: FaultyServer
) -> None:
    (tmp_path / "office.yml").write_text(YAML)
    server.pages |= {f"/{task}{number}": b"text" for task in "ab" for number in range(3)}
    env = {**os.environ, "READOUT_HOME": str(tmp_path / "home"), "READOUT_WAREHOUSE": str(tmp_path / "warehouse"),
           "READOUT_CONNECT": f"press.example=127.0.0.1:{server.port}"}  # fmt: skip
    tasks = [
        subprocess.Popen([sys.executable, "-c", PROCESS, str(tmp_path / "office.yml"), task], cwd=ROOT, env=env)
        for task in "ab"
    ]
    assert [task.wait(60) for task in tasks] == [0, 0]
    came = sorted(asked.begun for asked in server.asked)
    assert sorted(server.paths) == sorted(server.pages)
    assert min(later - earlier for earlier, later in pairwise(came)) >= 0.19
    assert server.most_at_once == 1


def test_retry_after_is_waited_for_up_to_a_bound_and_then_left_to_a_later_run(
    reader: Newsreader, server: FaultyServer
) -> None:
    answers = iter([(429, "0"), (200, "0")])

    def wait_a_little(talk: Conversation) -> None:
        status, seconds = next(answers)
        talk.answer(status, b"text", Retry_After=seconds)

    server.behaviours |= {"/a": wait_a_little, "/b": lambda talk: talk.answer(503, Retry_After="3600")}
    server.pages["/c"] = b"text"
    assert reader.fetch("/a").body == b"text"
    assert "3600 s" in reader.problem("/b").detail
    asked = len(server.asked)
    problem = reader.problem("/c")  # another run, another page, the same host
    assert problem.reason == "rate-limited"
    assert "was not asked for" in problem.detail
    assert len(server.asked) == asked


def test_turns_wait_for_each_other_and_a_clock_set_back_stops_nobody(tmp_path: Path) -> None:
    slept: list[float] = []
    turns = HostTurns(tmp_path, slept.append)
    for _ in range(2):
        with turns.take_turn("a.example", 5, 60):
            pass
    assert slept[0] == 0
    assert 4 < slept[1] <= 5
    [file] = tmp_path.iterdir()
    file.write_text('{"last": 99999999999, "not_before": 99999999999}')
    with turns.take_turn("a.example", 5, 60):
        pass
    assert slept[2] <= 5
    file.write_text('{"last": torn')
    with turns.take_turn("a.example", 5, 60) as turn:
        turn.ask_again_after(600)
    with pytest.raises(HostBusyError), turns.take_turn("a.example", 5, 60):
        pass
    with turns.take_turn("b.example", 5, 60):
        pass


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("", None), ("soon", None), ("0", 0), (" 120 ", 120), ("-5", None), ("999999999", 86400),
     ("Wed, 01 Apr 2026 12:01:00 GMT", 60), ("Wed, 01 Apr 2026 11:00:00 GMT", 0), ("1.5", None)],
)  # fmt: skip
def test_retry_after_in_its_spellings(value: str | None, seconds: float | None) -> None:
    assert read_retry_after(value, datetime(2026, 4, 1, 12, tzinfo=UTC)) == seconds


NOW = datetime(2026, 4, 1, tzinfo=UTC)


def days(count: float) -> datetime:
    return NOW - timedelta(days=count)


@pytest.mark.parametrize(
    ("listed", "listed_then", "visited", "wanted"),
    [
        ({"published": days(100)}, {"published": days(100)}, days(50), False),
        ({}, {}, days(50), False),
        ({"published": days(3)}, {"published": days(3)}, days(1), False),
        ({"published": days(3)}, {"published": days(3)}, days(1.6), True),
        ({"published": days(90), "again": "gone"}, {"published": days(90)}, days(1), True),
        ({"published": days(90), "again": "gone"}, {"published": days(90), "again": "gone"}, days(1), False),
        ({"published": days(3)}, {"published": days(3)}, days(0.1), False),
        ({"published": days(90)}, {"published": days(100)}, days(50), True),
        ({"published": days(99.5)}, {"published": days(100), "date_only": True}, days(50), False),
        ({"published": days(100), "updated": days(10)}, {"published": days(100)}, days(50), True),
        ({"published": days(100), "updated": days(60)}, {"published": days(100)}, days(50), False),
    ],
)
def test_there_is_cause_to_ask_again_or_not(
    listed: dict[str, Any], listed_then: dict[str, Any], visited: datetime, wanted: bool
) -> None:
    known = ArchiveEntry(
        "w:0", Address("office", f"{HOME}/a", **listed_then), f"{HOME}/a", "release", 200, "", "", visited
    )
    assert wants_revisit(Address("office", f"{HOME}/a", **listed), known, 14, NOW) is wanted


# safely


INSIDE = ["127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "198.18.0.1",
          "192.0.0.8", "224.0.0.1", "240.0.0.1", "255.255.255.255"]  # fmt: skip


def spellings(address: str) -> list[str]:
    """Return hosts of URLs that all mean one IPv4 address, to some program or other."""
    a, b, c, d = (int(part) for part in address.split("."))
    number = a << 24 | b << 16 | c << 8 | d
    high, low = f"{a:02x}{b:02x}", f"{c:02x}{d:02x}"
    return [
        address, f"{address}.", str(number), hex(number), hex(number).upper(), f"0{number:o}",
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{a}.{number & 0xFFFFFF}", f"{a}.{b}.{c << 8 | d}",
        f"{a:#x}.{number & 0xFFFFFF}", f"{a}.0{b:o}.{c:#x}.{d}", address.replace(".", "%2e"), address.replace(".", "。"),
        "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in address),
        f"[::ffff:{address}]", f"[::ffff:{high}:{low}]", f"[0:0:0:0:0:ffff:{address}]", f"[::{address}]",
        f"[64:ff9b::{address}]", f"[64:ff9b::{high}:{low}]", f"[64:ff9b:1::{address}]", f"[2002:{high}:{low}::1]",
        f"[2001:0:{high}:{low}::1]", f"press.example@{address}", f"{address}:8080",
    ]  # fmt: skip


ELSEWHERE = ["localhost", "LOCALHOST.", "[::1]", "[::]", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[fd12::1]",
             "[ff02::1]", "[fec0::1]", "[2001:db8::1]", "[100::1]", "[3fff::1]", "[5f00::1]"]  # fmt: skip

_connections: list[Any] = []
_watching = threading.Event()


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _watching.is_set():
        _connections.append(arguments[1])


sys.addaudithook(_watch)


def test_no_spelling_of_an_inner_address_opens_a_connection(reader: Newsreader) -> None:
    hosts = [*ELSEWHERE, *(spelling for address in INSIDE for spelling in spellings(address))]
    assert len(hosts) >= 200
    _connections.clear()
    _watching.set()
    try:
        with (
            Archive(reader.settings.archive, "office") as archive,
            Fetcher(reader.settings, archive, reader.source, replace(LIMITS, tries=1)) as fetcher,
        ):
            for host in hosts:
                with pytest.raises(StepProblem) as caught:
                    fetcher.fetch(Address("office", f"http://{host}/"))
                assert caught.value.problem.reason in ("refused-address", "connection", "timeout"), host
    finally:
        _watching.clear()
    assert _connections == []


def test_the_guard_sees_connections_that_are_made(reader: Newsreader, server: FaultyServer) -> None:
    server.pages["/a"] = b"text"
    _connections.clear()
    _watching.set()
    try:
        reader.fetch("/a")
    finally:
        _watching.clear()
    assert ("127.0.0.1", server.port) in _connections


def test_a_redirect_inside_is_refused_on_every_hop(reader: Newsreader, server: FaultyServer) -> None:
    server.behaviours["/a"] = lambda talk: talk.answer(302, Location="/b")
    server.behaviours["/b"] = lambda talk: talk.answer(302, Location=f"http://127.0.0.1:{server.port}/secret")
    server.pages["/secret"] = b"secret"
    assert reader.problem("/a").reason == "refused-address"
    assert "/secret" not in server.paths


@pytest.mark.parametrize("url", ["ftp://press.example/a", "file:///etc/passwd", "gopher://press.example/", "data:text/html,x",
                                 "http://", "http://user:word@press.example/"])  # fmt: skip
def test_other_schemes_are_refused(reader: Newsreader, url: str) -> None:
    assert reader.problem(url).reason == "refused-address"


def test_the_environments_proxy_is_not_used(
    reader: Newsreader, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.pages["/a"] = b"text"
    assert reader.fetch("/a").body == b"text"


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "193.0.6.139", "2606:4700::1111", "2a00:1450:4001::1",
                                     "64:ff9b::808:808", "::ffff:8.8.8.8"])  # fmt: skip
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_what_the_registries_call_private_is_never_public(address: Any) -> None:
    assert not (is_public(str(address)) and (address.is_private or address.is_multicast or address.is_loopback))


@given(st.text(max_size=40))
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(f"{text}x")


def test_cookies_are_not_kept(reader: Newsreader, server: FaultyServer) -> None:
    server.behaviours["/a"] = lambda talk: talk.answer(302, Location="/b", Set_Cookie="id=1; Path=/")
    server.pages["/b"] = b"text"
    reader.fetch("/a")
    assert "cookie" not in server.asked[-1].headers


# folders


def test_files_of_a_folder_are_read_once_and_when_they_changed(reader: Newsreader, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a b.html.gz").write_bytes(gzip.compress(b"<p>text</p>"))
    reader.source = source(discovery=[{"folder": {"path": folder}}])
    page = reader.fetch("folder:a%20b.html.gz")
    assert (page.body, page.content_type, page.status) == (b"<p>text</p>", "text/html", 200)
    assert reader.fetched == 1
    assert reader.fetch("folder:a%20b.html.gz") == page
    assert reader.fetched == 0
    (folder / "a b.html.gz").write_bytes(gzip.compress(b"<p>new</p>"))
    assert reader.fetch("folder:a%20b.html.gz").body == b"<p>new</p>"


def test_files_outside_the_folder_and_bad_ones_are_problems(reader: Newsreader, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "bomb.html.gz").write_bytes(gzip.compress(bytes(LIMITS.max_bytes + 1)))
    (folder / "cut.html.gz").write_bytes(gzip.compress(b"text")[:-4])
    (folder / "large.txt").write_bytes(b"x" * (LIMITS.max_bytes + 1))
    os.mkfifo(folder / "pipe.txt")
    reader.source = source(discovery=[{"folder": {"path": folder}}])
    names = {
        "../secret.txt": "not-found", "%2e%2e/secret.txt": "not-found", "link.txt": "not-found", "/etc/passwd": "not-found",
        "none.txt": "not-found", "pipe.txt": "not-found", "a\0b": "not-found", "bomb.html.gz": "too-large",
        "large.txt": "too-large", "cut.html.gz": "unreadable",
    }  # fmt: skip
    assert {name: reader.problem(f"folder:{name}").reason for name in names} == names
