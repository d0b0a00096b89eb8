"""Sources that are copies of pages: indexes of web archives (CDX), and folders of WARC files from somebody's crawl."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline import steps
from pipeline.errors import StepProblem
from pipeline.records import Address, Interval, Page
from pipeline.settings import Settings
from pipeline.sources import Source
from pipeline.sources.cdx import read_cdx, read_timestamp
from pipeline.sources.listed import Listed
from pipeline.sources.ways import Cdx
from tests.faulty_server import FaultyServer

INDEX = "http://index.example/cdx?url=press.example/news/*&from={from:%Y%m%d}"
REPLAY = "http://copies.example/web/{timestamp}id_/{url}"
ANY = Interval(None, datetime(2027, 1, 1, tzinfo=UTC))


def source(way: dict[str, Any]) -> Source:
    return Source.model_validate(
        {
            "id": "office", "name": "Office", "issuer": "Office", "country": "XA", "language": "en", "timezone": "UTC",
            "url": "http://press.example/", "verified": None, "schedule": "0 0 * * *", "start": date(2020, 1, 1),
            "politeness": {"delay_s": 0}, "discovery": [way],
        }
    )  # fmt: skip


def release(title: str, day: str, more: str = "") -> bytes:
    text = f"The Minister opened a bridge over the river in the capital today. {more} " * 3
    return (
        f'<html><head><meta property="article:published_time" content="{day}T10:00:00Z"></head>'
        f"<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
    ).encode()


def read(answer: str) -> Listed:
    listing = source({"cdx": {"url": INDEX, "replay": REPLAY}})
    way = listing.discovery[0].way
    assert isinstance(way, Cdx)
    page = Page(Address("office", "http://index.example/cdx"), "http://index.example/cdx", 200, "", answer.encode(), "",
                datetime(2026, 1, 1, tzinfo=UTC), "")  # fmt: skip
    return read_cdx(page, listing, way)


ROWS = [
    ("example,press)/news/a", "20220101120000", "http://press.example/news/a", "text/html", "200", "AAA", "100"),
    ("example,press)/news/a", "20230101120000", "http://press.example/news/a", "text/html", "200", "BBB", "100"),
    ("example,press)/news/a", "20240101120000", "http://press.example/news/a", "text/html", "404", "CCC", "100"),
    ("example,press)/news/b", "20220301120000", "http://press.example:80/news/b", "text/html", "200", "DDD", "100"),
    ("example,press)/news/c", "20220301120000", "http://press.example/news/c.jpg", "image/jpeg", "200", "EEE", "100"),
]  # fmt: skip
NAMES = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
CDXJ = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length")
ANSWERS = {
    "table": json.dumps([NAMES, *ROWS]),
    "lines": "\n".join(" ".join(row) for row in ROWS),
    "legend": " CDX N b a m s k S\n" + "\n".join(" ".join(row) for row in ROWS),
    "objects": "\n".join(json.dumps(dict(zip(CDXJ, row, strict=True))) for row in ROWS),
    "cdxj": "\n".join(f"{row[0]} {row[1]} {json.dumps(dict(zip(CDXJ[2:], row[2:], strict=True)))}" for row in ROWS),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_index_in_all_its_spellings_gives_the_newest_good_copy_of_each_page(answer: str) -> None:
    [a, b] = read(answer).addresses
    assert (a.url, b.url) == ("http://press.example/news/a", "http://press.example/news/b")
    assert a.copy == "http://copies.example/web/20230101120000id_/http://press.example/news/a"
    assert (a.updated, a.published) == (datetime(2022, 1, 1, 12, tzinfo=UTC), None)


@pytest.mark.parametrize("answer", ["<html><p>busy</p>", "{broken", '{"a": 1}\nnonsense', "[1, 2]"])
def test_what_is_no_index_is_a_problem(answer: str) -> None:
    with pytest.raises(StepProblem) as caught:
        read(answer)
    assert caught.value.problem.reason == "not-a-cdx"


def test_an_empty_index_gives_nothing() -> None:
    assert [read(answer).addresses for answer in ("[]", "", json.dumps([NAMES]))] == [(), (), ()]


def test_timestamps_of_any_length() -> None:
    assert read_timestamp("2022") == datetime(2022, 1, 1, tzinfo=UTC)
    assert read_timestamp("20220203040506") == datetime(2022, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert [read_timestamp(text) for text in ("", "x", "20221301", "202201011200001")] == [None] * 4


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with FaultyServer() as server:
        server.pages["/web/20230101120000id_/http://press.example/news/a"] = release("A bridge", "2022-01-01")
        server.pages["/web/20220301120000id_/http://press.example:80/news/b"] = release("A road", "2022-03-01")
        server.behaviours["/cdx"] = lambda talk: talk.answer(200, ANSWERS["table"].encode())
        connect = tuple((name, f"127.0.0.1:{server.port}") for name in ("index.example", "copies.example"))
        yield Settings(
            tmp_path / "home", tmp_path / "warehouse", tmp_path, tmp_path, "x@reader.example", connect=connect
        )


def test_a_copy_is_read_as_the_page_it_was_made_of(settings: Settings) -> None:
    copies = source({"cdx": {"url": INDEX, "replay": REPLAY}})
    found = steps.discover(copies, ANY, settings)
    assert found.coverage.state == "unknown"
    assert "need not be all" in found.coverage.reason
    [a, b] = [page for page in steps.fetch(copies, found.addresses, settings) if isinstance(page, Page)]
    assert (a.address.url, b.address.url) == ("http://press.example/news/a", "http://press.example/news/b")
    assert a.final_url.startswith("http://copies.example/web/2023")
    told = steps.parse(a, copies)
    assert (told.url, told.title, str(told.published_date)) == ("http://press.example/news/a", "A bridge", "2022-01-01")
    [again, _] = [page for page in steps.fetch(copies, found.addresses, settings) if isinstance(page, Page)]
    assert again.archive_ref == a.archive_ref  # a copy does not change, and is not asked for twice


def write_warc(path: Path, pages: list[tuple[str, str, bytes, dict[str, str]]]) -> None:
    out = BytesIO()
    writer = WARCWriter(out, gzip=path.name.endswith(".gz"))
    for url, taken, body, headers in pages:
        named = {"Content-Type": "text/html", **headers}
        status = named.pop("status", "200 OK")
        http = StatusAndHeaders(status, list(named.items()), "HTTP/1.1")
        record = writer.create_warc_record(
            url, "response", BytesIO(body), http_headers=http, warc_headers_dict={"WARC-Date": taken}
        )
        writer.write_record(record)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())


@pytest.mark.parametrize("name", ["crawl.warc.gz", "deep/er/crawl 1.warc"])
def test_a_folder_of_warc_files_is_read_where_it_lies(settings: Settings, tmp_path: Path, name: str) -> None:
    packed = gzip.compress(release("A bridge", "2022-01-01", "It is long."))
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    write_warc(
        tmp_path / "crawls" / name,
        [
            ("http://press.example/news/a", "2022-01-02T00:00:00Z", release("A bridge", "2022-01-01"), {}),
            ("http://press.example/about", "2022-01-02T00:00:00Z", b"<p>about</p>", {}),
            ("http://press.example/news/x", "2022-01-02T00:00:00Z", b"none", {"status": "404 Not Found"}),
            ("http://press.example/news/a", "2023-01-02T00:00:00Z", chunked,
             {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}),
        ],
    )  # fmt: skip
    (tmp_path / "crawls" / "broken.warc.gz").write_bytes(b"no archive at all")
    crawls = source({"warc": {"path": str(tmp_path / "crawls"), "include": "/news/"}})
    found = steps.discover(crawls, ANY, settings)
    assert [address.url for address in found.addresses] == ["http://press.example/news/a"]
    assert [problem.reason for problem in found.problems] == ["unreadable-warc"]
    assert found.coverage.state == "unknown"
    [page] = steps.fetch(crawls, found.addresses, settings)
    assert isinstance(page, Page)
    assert b"It is long." in page.body
    assert steps.parse(page, crawls).title == "A bridge"
    [again] = steps.fetch(crawls, found.addresses, settings)
    assert again == page

    newer = release("A bridge", "2022-01-01", "It is longer.")
    write_warc(
        tmp_path / "crawls" / "later.warc.gz", [("http://press.example/news/a", "2024-01-02T00:00:00Z", newer, {})]
    )
    [changed] = steps.fetch(crawls, steps.discover(crawls, ANY, settings).addresses, settings)
    assert isinstance(changed, Page)
    assert b"It is longer." in changed.body


def test_a_copy_that_is_gone_or_points_elsewhere_is_a_problem(settings: Settings, tmp_path: Path) -> None:
    write_warc(tmp_path / "crawls" / "a.warc.gz", [("http://press.example/a", "2022-01-02T00:00:00Z", b"<p>x</p>", {})])
    crawls = source({"warc": {"path": str(tmp_path / "crawls")}})
    places = ["warc:none.warc.gz#0", "warc:a.warc.gz#7", "warc:a.warc.gz#x", "warc:../secret.warc#0", "warc:"]
    answers = steps.fetch(crawls, [Address("office", f"http://press.example/{n}", copy=place)
                                   for n, place in enumerate(places)], settings)  # fmt: skip
    assert [getattr(answer, "reason", None) for answer in answers] == ["unreadable"] * len(places)


def test_no_folder_is_a_problem_and_no_gap_is_hidden(settings: Settings, tmp_path: Path) -> None:
    found = steps.discover(source({"warc": {"path": str(tmp_path / "nowhere")}}), ANY, settings)
    assert [problem.reason for problem in found.problems] == ["no-folder"]
    assert found.coverage.state == "unknown"
