"""The example newsroom: its site as the server really answers, its expected rows against pages and codebook."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup

from examples.newsroom.server import EARLIER, HOST, SITE, Newsroom, find_file, serve_newsroom
from pipeline.vocabulary import load_countries, load_event_types, load_topics

EXPECTED = SITE.parent / "expected"
RELEASES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(EXPECTED.glob("*.json"))}
EVENTS = [(slug, event) for slug, release in RELEASES.items() for event in release["events"]]
TABLE = list(csv.DictReader((EXPECTED / "releases.csv").open(encoding="utf-8", newline="")))
ZONE = ZoneInfo("Asia/Tbilisi")

WITHDRAWN = "presidency-publishes-hours-of-citizens-audiences"
CORRECTED = "order-of-the-golden-tamarisk-awarded"
GALLERY = "photo-gallery-spring-in-the-palace-gardens"
BROKEN = "new-year-greetings-of-the-president"


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with serve_newsroom() as running:
        yield running


def ask(newsroom: Newsroom, path: str, **headers: str) -> tuple[int, Message, bytes]:
    """Return status, headers and body of one real request; a refusal is an answer too."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(newsroom.url.rstrip("/") + path, headers=named)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def listed_cards(newsroom: Newsroom) -> list[tuple[str, str, str]]:
    """Follow the listing to its end; return path, title and day of each card, in order."""
    cards, path = [], "/news?page=1"
    while path:
        status, _, body = ask(newsroom, path)
        assert status == 200
        soup = BeautifulSoup(body, "lxml")
        found = soup.select("article.card")
        assert len(found) <= 8
        for card in found:
            link, day = card.select_one("h3 a"), card.select_one("time[datetime]")
            assert link is not None
            assert day is not None
            assert not urlsplit(str(link["href"])).netloc
            cards.append((urljoin("/news", str(link["href"])), link.get_text(), str(day["datetime"])))
        following = soup.select_one("a[rel=next]")
        path = str(following["href"]) if following else ""
    return cards


def page_file(slug: str) -> Path:
    [path] = (SITE / "news").glob(f"*/{slug}.html") if slug != WITHDRAWN else EARLIER.glob(f"news/*/{slug}.html")
    return path


def page_text(slug: str) -> str:
    """Return title and body text as a reader sees them, white space made even."""
    soup = BeautifulSoup(page_file(slug).read_bytes(), "lxml")
    parts = [*soup.select("h1"), *soup.select(".story-text, .release__body")]
    assert len(parts) == 2
    return " ".join(" ".join(part.get_text("\n") for part in parts).split())


def page_moment(slug: str) -> datetime:
    """Return the moment of publication that the page itself states: JSON-LD on the older ones, time on the newer."""
    soup = BeautifulSoup(page_file(slug).read_bytes(), "lxml")
    linked, stated = soup.select_one('script[type="application/ld+json"]'), soup.select_one("h1 ~ time[datetime]")
    assert (linked is None) != (stated is None)
    value = json.loads(linked.get_text())["datePublished"] if linked else stated and stated["datetime"]
    return datetime.fromisoformat(str(value))


# the site


def test_the_listing_holds_all_thirty_two_links_newest_first(newsroom: Newsroom) -> None:
    cards = listed_cards(newsroom)
    assert len(cards) == 32
    assert {Path(path).stem for path, _, _ in cards} == {*RELEASES, GALLERY, BROKEN} - {WITHDRAWN}
    days = [day for _, _, day in cards]
    assert days == sorted(days, reverse=True)
    for path, title, day in cards:
        if Path(path).stem in RELEASES:
            assert title == RELEASES[Path(path).stem]["title"]
            assert day == RELEASES[Path(path).stem]["published"]


def test_every_listed_page_answers(newsroom: Newsroom) -> None:
    for path, _, _ in listed_cards(newsroom):
        status, headers, body = ask(newsroom, path)
        assert status == 200
        assert headers["Content-Type"] == "text/html"
        assert body


@pytest.mark.parametrize("path", ["/news?page=5", "/news?page=0", "/news?page=-1", "/news?page=x", "/news?page=\u0661"])
def test_there_is_no_page_past_the_ends_of_the_listing(newsroom: Newsroom, path: str) -> None:
    assert ask(newsroom, urllib.parse.quote(path, safe="/?="))[0] == 404


def test_the_feed_holds_the_newest_ten(newsroom: Newsroom) -> None:
    status, headers, body = ask(newsroom, "/feed.xml")
    assert status == 200
    assert headers["Content-Type"] == "application/rss+xml"
    items = ElementTree.fromstring(body).findall("channel/item")
    newest = sorted(TABLE, key=lambda row: row["published_at"], reverse=True)[:10]
    assert [item.findtext("link") for item in items] == [row["url"] for row in newest]
    assert [item.findtext("guid") for item in items] == [row["url"] for row in newest]
    assert [item.findtext("title") for item in items] == [row["title"] for row in newest]
    for item, row in zip(items, newest, strict=True):
        moment = parsedate_to_datetime(item.findtext("pubDate") or "")
        assert moment.utcoffset() == timedelta(hours=4)
        assert moment == datetime.fromisoformat(row["published_at"])


def test_a_page_that_did_not_change_answers_304(newsroom: Newsroom) -> None:
    status, headers, body = ask(newsroom, "/feed.xml")
    assert (status, bool(body)) == (200, True)
    same = ask(newsroom, "/feed.xml", If_None_Match=f'"other", W/{headers["ETag"]}')
    assert (same[0], same[2], same[1]["ETag"]) == (304, b"", headers["ETag"])
    assert ask(newsroom, "/feed.xml", If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert ask(newsroom, "/feed.xml", If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200
    assert ask(newsroom, "/feed.xml", If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT")[0] == 200
    assert ask(newsroom, "/feed.xml", If_Modified_Since="yesterday")[0] == 200


def test_the_log_tells_what_was_asked_in_order(newsroom: Newsroom) -> None:
    before = len(newsroom.requests)
    ask(newsroom, "/robots.txt", User_Agent="reader/1.0")
    ask(newsroom, "/nothing.html")
    first, second = newsroom.requests[before:]
    assert (first.method, first.path, first.status, first.user_agent) == ("GET", "/robots.txt", 200, "reader/1.0")
    assert (second.path, second.status) == ("/nothing.html", 404)
    assert first.at <= second.at <= datetime.now(UTC)


@pytest.mark.parametrize(
    "path", ["/../server.py", "/%2e%2e/server.py", "/..%2fexpected/releases.csv", "/%00", "/news/2025", "//["]
)
def test_nothing_outside_the_site_is_served(newsroom: Newsroom, path: str) -> None:
    assert ask(newsroom, path)[0] == 404


def test_a_path_cannot_climb_out_of_the_site() -> None:
    news = SITE / "news"
    assert find_file("/page-1.html", site=news) == news / "page-1.html"
    assert find_file("/../index.html", site=news) is None
    assert find_file("/2025/%2e%2e/%2e%2e/index.html", site=news) is None


def test_an_address_may_name_the_host_in_full(newsroom: Newsroom) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": newsroom.url}))
    with opener.open(f"http://{HOST}/robots.txt", timeout=10) as answer:
        assert b"Disallow: /admin/" in answer.read()


def test_every_link_and_file_that_a_page_names_is_there(newsroom: Newsroom) -> None:
    known: dict[str, int] = {}
    for page in sorted(SITE.rglob("*.html")):
        soup = BeautifulSoup(page.read_bytes(), "lxml")
        for tag in soup.select("[href], [src]"):
            address = urlsplit(str(tag.get("href") or tag.get("src")))
            assert address.netloc in ("", HOST), page
            path = address.path + (f"?{address.query}" if address.query else "")
            if path:
                known.setdefault(path, ask(newsroom, path)[0])
    assert {path for path, status in known.items() if status != 200} == set()


def test_two_listed_pages_are_no_releases(newsroom: Newsroom) -> None:
    gallery = BeautifulSoup(page_file(GALLERY).read_bytes(), "lxml")
    assert len(gallery.select(".gallery figure")) == 12
    assert gallery.select(".story-text") == []
    status, _, body = ask(newsroom, f"/news/2025/{BROKEN}.html")
    assert status == 200
    assert b"<title>" in body
    assert b"</head>" not in body
    assert b"<body" not in body


def test_what_was_corrected_or_withdrawn_stands_as_it_did_on_an_earlier_day() -> None:
    def at(day: str, path: str) -> tuple[int, str]:
        running.as_of = datetime.fromisoformat(f"{day}T00:00+04:00")
        status, _, body = ask(running, path)
        return status, body.decode()

    withdrawn, corrected = f"/news/2026/{WITHDRAWN}.html", f"/news/2026/{CORRECTED}.html"
    with serve_newsroom() as running:
        assert at("2026-05-01", withdrawn)[0] == 200
        assert WITHDRAWN in at("2026-05-01", "/news?page=2")[1]
        assert at("2026-06-01", withdrawn)[0] == 410
        assert WITHDRAWN not in at("2026-06-01", "/news?page=2")[1]
        assert "Sevda Ruhi" in at("2026-08-01", corrected)[1]
        assert "Corrected on" not in at("2026-08-01", "/news?page=1")[1]
        assert "Sevda Ruhi" not in at("2026-09-01", corrected)[1]
        assert "Corrected on" in at("2026-09-01", "/news?page=1")[1]
        running.as_of = None
        assert [ask(running, path)[0] for path in (withdrawn, corrected)] == [410, 200]


def test_the_pages_differ_as_real_ones_do() -> None:
    pages = {slug: page_file(slug).read_bytes() for slug in RELEASES}
    older = {slug for slug, page in pages.items() if b"application/ld+json" in page}
    assert older == {slug for slug, release in RELEASES.items() if release["published"] < "2026-05"}
    charsets = Counter(re.search(rb'<meta charset="([^"]+)"', page)[1].decode() for page in pages.values())  # type: ignore[index]
    assert charsets == {"utf-8": 30, "windows-1252": 1}
    [narrow] = [page for page in pages.values() if b"windows-1252" in page]
    with pytest.raises(UnicodeDecodeError):
        narrow.decode("utf-8")
    assert any(b"<br><br>" in page for page in pages.values())
    assert any(b"&nbsp;" in page for page in pages.values())


def test_the_server_runs_as_a_command_and_stops_on_ctrl_c() -> None:
    command = [sys.executable, "-m", "examples.newsroom.server", "--port", "0"]
    with subprocess.Popen(
        command, cwd=SITE.parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
            assert address is not None
            port = int(address[1])
            assert ask(Newsroom(port), "/")[0] == 200
            taken = subprocess.run(
                [*command[:-1], str(port)], cwd=SITE.parents[2], capture_output=True, text=True, timeout=30
            )
            assert taken.returncode == 2
            assert len(taken.stderr.splitlines()) == 1
            process.send_signal(signal.SIGINT)
            printed, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, printed, errors) == (0, "stopped\n", "")


# the expected rows


def test_every_page_has_expected_rows_and_every_row_a_page() -> None:
    pages = {path.stem for path in (SITE / "news").glob("*/*.html")}
    assert pages - {GALLERY, BROKEN} == set(RELEASES) - {WITHDRAWN}
    assert [row["slug"] for row in TABLE] == sorted(RELEASES, key=lambda slug: page_moment(slug))
    assert len(RELEASES) == 31


def test_the_table_agrees_with_pages_and_rows() -> None:
    for row in TABLE:
        slug, release = row["slug"], RELEASES[row["slug"]]
        moment = datetime.fromisoformat(row["published_at"])
        primary = [event for event in release["events"] if event["mention"] == "primary"]
        assert row["url"] == f"http://{HOST}/{page_file(slug).relative_to(EARLIER if slug == WITHDRAWN else SITE)}"
        assert moment == page_moment(slug)
        assert row["published_date"] == release["published"] == moment.astimezone(ZONE).date().isoformat()
        assert row["title"] == release["title"]
        assert row["byline"] == "; ".join(release["authors"])
        assert row["language"] == release["language"] == "en"
        counts = {
            "primary_events": len(primary),
            "referenced_events": len(release["events"]) - len(primary),
            "attendees": sum(len(event["attendees"]) for event in release["events"]),
            "primary_attendees": sum(len(event["attendees"]) for event in primary),
            "topics": sum(len(event["topics"]) for event in release["events"]),
            "primary_topics": sum(len(event["topics"]) for event in primary),
        }
        assert {name: int(row[name]) for name in counts} == counts, slug


def test_the_months_are_as_the_readme_says() -> None:
    months = Counter(row["published_at"][:7] for row in TABLE)
    assert set(months.values()) <= {1, 2, 3, 4}
    assert "2026-01" not in months
    assert len(months) == 13
    assert (min(months), max(months)) == ("2025-09", "2026-10")
    local = {row["slug"] for row in TABLE if row["published_date"][:7] != row["published_at"][:7]}
    assert local == {"president-speaks-with-prime-minister-of-dunmark-after-earthquake"}


def test_the_rows_keep_to_the_closed_lists() -> None:
    types, topics, countries = set(load_event_types()), set(load_topics()), set(load_countries())
    statuses = {"planned", "held", "cancelled", "postponed", "unknown"}
    bases = {"today", "yesterday", "weekday", "explicit", "dateline", "published", "none"}
    release_keys = {"id", "title", "published", "language", "authors", "events", "mentioned_not_attending"}
    event_keys = {"id", "type", "mention", "status", "date", "date_basis", "place", "country", "attendees", "groups"}
    for slug, release in RELEASES.items():
        assert set(release) == release_keys
        assert release["id"] == slug
        assert [event["id"] for event in release["events"]] == [f"e{n}" for n in range(1, len(release["events"]) + 1)]
    for slug, event in EVENTS:
        assert set(event) == {*event_keys, "topics"}, slug
        assert event["type"] in types
        assert event["mention"] in ("primary", "referenced")
        assert event["status"] in statuses
        assert event["date_basis"] in bases
        assert (event["date"] is None) == (event["date_basis"] == "none")
        assert event["date"] is None or date.fromisoformat(event["date"])
        assert event["country"] is None or event["country"] in countries
        assert len(event["topics"]) == len(set(event["topics"]))
        assert set(event["topics"]) <= topics
        for group in event["groups"]:
            assert set(group) == {"name", "country"}
            assert group["country"] is None or group["country"] in countries
        for person in event["attendees"]:
            assert set(person) == {"name", "written_as", "title", "country", "side"}
            assert person["side"] in ("host", "guest", "other")
            assert person["country"] is None or person["country"] in countries
            assert person["name"] in person["written_as"]


def test_every_event_type_status_and_date_basis_is_shown() -> None:
    primary = [event for _, event in EVENTS if event["mention"] == "primary"]
    assert {event["type"] for event in primary} == set(load_event_types())
    assert {event["status"] for event in primary} == {"planned", "held", "cancelled", "postponed"}
    assert {event["date_basis"] for event in primary} == {
        "today",
        "yesterday",
        "weekday",
        "explicit",
        "dateline",
        "published",
    }
    assert any(event["mention"] == "referenced" for _, event in EVENTS)


@pytest.mark.parametrize("slug", RELEASES)
def test_what_the_rows_cite_stands_in_the_page(slug: str) -> None:
    release, text = RELEASES[slug], page_text(slug)
    assert text.startswith(release["title"])
    assert 80 <= len(text.removeprefix(release["title"]).split()) <= 350
    for event in release["events"]:
        assert event["place"] is None or event["place"] in text
        for group in event["groups"]:
            assert group["name"] in text
        for person in event["attendees"]:
            assert person["title"] is None or person["title"] in text
            for form in person["written_as"]:
                assert re.search(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text), form
    seated = {person["name"] for event in release["events"] for person in event["attendees"]}
    for name in release["mentioned_not_attending"]:
        assert name in text
        assert name not in seated
    whole = BeautifulSoup(page_file(slug).read_bytes(), "lxml").get_text(" ")
    for author in release["authors"]:
        assert author in whole
        assert author not in seated


def test_a_weekday_or_day_word_stands_where_the_basis_says_so() -> None:
    for slug, event in EVENTS:
        text, basis = page_text(slug), event["date_basis"]
        if basis == "weekday":
            assert f"{date.fromisoformat(event['date']):%A}" in text, slug
        elif basis in ("today", "yesterday"):
            assert re.search(rf"\b{basis}\b|\bthis morning\b", text, re.IGNORECASE), slug
        elif basis in ("explicit", "dateline"):
            day = date.fromisoformat(event["date"])
            assert re.search(rf"\b{day.day}\b.*\b{day:%B}\b", text), slug
        elif basis == "published":
            assert event["date"] == RELEASES[slug]["published"], slug


def test_the_list_of_people_names_every_attendee_once() -> None:
    rows = list(csv.DictReader((EXPECTED / "people.csv").open(encoding="utf-8", newline="")))
    used: dict[str, set[str]] = {}
    for slug, event in EVENTS:
        for person in event["attendees"]:
            used.setdefault(person["name"], set()).add(slug)
    assert {row["name"]: int(row["releases"]) for row in rows} == {name: len(slugs) for name, slugs in used.items()}
    assert len(rows) == len(used)
    spellings = Counter(row["person"] for row in rows)
    assert spellings["Tariq al-Mansur"] == 3
    assert all(person in used for person in spellings)


def test_the_readme_has_a_line_for_every_release() -> None:
    readme = (SITE.parent / "README.md").read_text(encoding="utf-8")
    for row in TABLE:
        assert f"| `{row['slug']}` | {row['published_date']} |" in readme


def test_the_site_has_nothing_but_what_it_needs() -> None:
    suffixes = Counter(path.suffix for path in SITE.rglob("*") if path.is_file())
    assert suffixes == {".html": 41, ".svg": 5, ".css": 1, ".txt": 1, ".xml": 1}
