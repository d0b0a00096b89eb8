"""Discovery: what feeds, listings, sitemaps, JSON answers and folders show, and how much of an interval that covers."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StepProblem
from pipeline.records import Address, Interval, Page, Problem
from pipeline.sources.discovery import Discovery, discover_addresses, unite_addresses
from pipeline.sources.feed import read_feed
from pipeline.sources.jsonapi import read_json
from pipeline.sources.listed import Listed
from pipeline.sources.listing import read_listing
from pipeline.sources.model import Source
from pipeline.sources.periods import first_addresses
from pipeline.sources.sitemap import read_sitemap
from pipeline.sources.ways import Feed, JsonApi, Listing, Sitemap

HOME = "https://press.example"
NOW = datetime(2026, 5, 15, 12, tzinfo=UTC)
CARDS = {"url": f"{HOME}/news", "item": "article", "link": "a", "date": "time"}


def source(*ways: dict[str, Any], **more: Any) -> Source:
    values: dict[str, Any] = {
        "id": "office", "name": "Office", "issuer": "Office", "country": "XA", "language": "en", "timezone": "Europe/Berlin",
        "url": HOME, "verified": None, "schedule": "0 0 * * *", "start": date(2026, 1, 1), "discovery": ways,
    }  # fmt: skip
    return Source.model_validate(values | more)


def page(url: str, body: bytes | str, content_type: str = "text/html; charset=utf-8", final_url: str = "") -> Page:
    raw = body.encode() if isinstance(body, str) else body
    return Page(Address("office", url), final_url or url, 200, content_type, raw, "", NOW, "")


def month(number: int) -> Interval:
    return Interval(datetime(2026, number, 1, tzinfo=UTC), datetime(2026, number + 1, 1, tzinfo=UTC))


def card(name: str, day: str = "") -> str:
    return f'<article><h3><a href="/r/{name}">Release {name}</a></h3><time datetime="{day}">?</time></article>'


def item(name: str, day: str = "Fri, 01 May 2026 10:00:00 GMT") -> str:
    return f"<item><title>Release {name}</title><link>{HOME}/r/{name}</link><pubDate>{day}</pubDate></item>"


def rss(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{"".join(items)}</channel></rss>'


def discover(site: Mapping[str, Any], of: Source, interval: Interval, asked: list[str] | None = None) -> Discovery:
    """Discover on a site given as path and body; what is not there is not found."""

    def fetch(url: str) -> Page:
        path = url.removeprefix(HOME)
        if asked is not None:
            asked.append(path)
        found = site.get(path, broken("not-found"))
        if isinstance(found, StepProblem):
            raise found
        return found if isinstance(found, Page) else page(url, found)

    return discover_addresses(of, interval, fetch, now=NOW)


def broken(reason: str) -> StepProblem:
    return StepProblem(Problem("discover", reason, f"it is {reason}", address="https://press.example/x"))


def names(found: Discovery | Listed) -> list[str]:
    return [address.url.removeprefix(f"{HOME}/r/") for address in found.addresses]


# feeds


def read(body: str | bytes, **way: Any) -> Listed:
    feed = Feed.model_validate({"url": f"{HOME}/feed.xml"} | way)
    return read_feed(page(feed.url, body), source({"feed": {"url": feed.url}}), feed)


def test_rss_2_gives_addresses_titles_and_times() -> None:
    listed = read(rss(item("a"), item("b", "Fri, 01 May 2026 12:30:00 +0300")))
    assert names(listed) == ["a", "b"]
    assert listed.addresses[0].title == "Release a"
    assert listed.addresses[0].published == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert listed.addresses[1].published == datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
    assert not listed.addresses[0].date_only


def test_rss_1_and_dublin_core_dates() -> None:
    body = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item rdf:about="x"><title>A</title><link>{HOME}/r/a</link>
        <dc:date>2026-05-01T10:00:00+02:00</dc:date></item></rdf:RDF>"""
    listed = read(body)
    assert names(listed) == ["a"]
    assert listed.addresses[0].published == datetime(2026, 5, 1, 8, tzinfo=UTC)


def test_atom_with_base_alternate_links_markup_in_titles_and_a_next_page() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://press.example/r/"><link rel="next" href="/feed?p=2"/>
        <entry><title type="html">A &lt;b&gt;bold&lt;/b&gt; &amp;amp; new</title><link rel="enclosure" href="pdf"/>
        <link rel="alternate" type="application/json" href="a.json"/><link rel="alternate" type="text/html" href="a"/>
        <id>tag:1</id><updated>2026-05-02T00:00:00Z</updated><published>2026-05-01T10:00:00Z</published></entry>
        <entry><title>B</title><link href="b"/><id>tag:2</id><updated>2026-05-01T09:00:00Z</updated></entry></feed>"""
    listed = read(body, guid="stable")
    assert names(listed) == ["a", "b"]
    assert listed.more == (f"{HOME}/feed?p=2",)
    first, second = listed.addresses
    assert first.title == "A bold & new"
    assert (first.issuer_id, first.published, first.updated) == (
        "tag:1", datetime(2026, 5, 1, 10, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC),
    )  # fmt: skip
    assert second.published == datetime(2026, 5, 1, 9, tzinfo=UTC)


def test_a_guid_counts_as_address_and_as_id_only_where_it_may() -> None:
    body = rss(
        f"<item><guid>{HOME}/r/a</guid></item>",
        f"<item><guid>42</guid><link>{HOME}/r/b</link></item>",
        "<item><guid>7</guid></item>",
    )
    listed = read(body)
    assert names(listed) == ["a", "b"]
    assert [address.issuer_id for address in listed.addresses] == [None, None]
    assert [address.issuer_id for address in read(body, guid="stable").addresses] == [None, "42"]
    assert [problem.reason for problem in listed.problems] == ["item-without-address"]


@pytest.mark.parametrize(
    "body",
    [
        rss(item("a"), item("b")).replace("<channel>", '<channel a="1" a="2">'),
        rss(item("a"), item("b")).replace("Release a", "Bread & butter"),
        rss(item("a"), item("b")).replace("Release a", "A&nbsp;b&eacute;"),
        rss(item("a"), item("b")).replace("Release a", "A \x0b B"),
        "\n\n  " + rss(item("a"), item("b")),
        "\ufeff" + rss(item("a"), item("b")),
        rss(item("a"), item("b")).replace("</channel></rss>", ""),
        rss(item("a"), item("b")).encode("utf-16"),
        rss(item("a"), item("b"))
        .replace('"1.0"', '"1.0" encoding="utf-8"')
        .replace("Release a", "Ré")
        .encode("latin-1"),
    ],
)
def test_a_nearly_well_formed_feed_is_read(body: str | bytes) -> None:
    assert names(read(body)) == ["a", "b"]


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(12)
)


@pytest.mark.parametrize(
    "body",
    [
        f'<?xml version="1.0"?>{LAUGHS}]><rss><channel>{item("&m;")}</channel></rss>',
        f'<?xml version="1.0"?><!-- c --><!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss><channel>{item("a")}</channel></rss>',
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>{item("&x;")}</channel></rss>',
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE rss [<!ENTITY x "y">]><rss><channel/></rss>').encode("utf-16"),
        f"<!DOCTYPE rss [<!ENTITY x 'y'>]><rss><channel>{item('a')} & </channel></rss>",
        "<!doctype rss [<!ENTITY x 'y'>]><rss><channel/></rss>",
    ],
)  # fmt: skip
def test_xml_with_a_document_type_is_refused_at_once(body: str | bytes) -> None:
    with pytest.raises(StepProblem) as caught:
        read(body)
    assert caught.value.problem.reason == "xml-with-dtd"
    assert caught.value.problem.stage == "discover"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<!DOCTYPE html><html><body>Welcome</body></html>", "not-a-feed"),
        ("<html><head></head></html>", "not-a-feed"),
        ("<!-- x --><html></html>", "not-a-feed"),
        ("", "not-a-feed"),
        ("Service unavailable", "not-a-feed"),
        ('{"items": []}', "not-a-feed"),
        ("<urlset></urlset>", "not-a-feed"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not-a-feed"),
    ],
)
def test_what_is_no_feed_is_a_problem(body: str | bytes, reason: str) -> None:
    with pytest.raises(StepProblem) as caught:
        read(body)
    assert caught.value.problem.reason == reason
    assert caught.value.problem.source_id == "office"


def test_foreign_addresses_are_left_out_but_not_in_silence() -> None:
    body = rss(item("a"), "<item><title>X</title><link>https://ads.example.org/x</link></item>")
    listed = read(body)
    assert names(listed) == ["a"]
    [problem] = listed.problems
    assert problem.reason == "foreign-address"
    assert "1 of 2" in problem.detail
    assert "https://ads.example.org/x" in problem.detail


def test_filters_are_silent() -> None:
    listed = read(rss(item("a"), item("b-schedule"), item("c")), exclude="schedule", exclude_title="Release c")
    assert names(listed) == ["a"]
    assert listed.items == 3
    assert not listed.problems


@given(st.binary(max_size=300), st.sampled_from([b"", b"<rss><channel><item>", b"<?xml version='1.0'?><feed>"]))
def test_any_bytes_are_a_feed_or_a_problem(body: bytes, head: bytes) -> None:
    with suppress(StepProblem):
        assert read(head + body).items >= 0


# listings


def read_cards(body: str | bytes, content_type: str = "text/html; charset=utf-8", **way: Any) -> Listed:
    listing = Listing.model_validate(CARDS | way)
    return read_listing(page(listing.url, body, content_type), source({"listing": CARDS}), listing)


def test_a_listing_gives_cards_in_order_with_local_days() -> None:
    listed = read_cards(card("b", "2026-05-02") + card("a", "2026-05-01") + '<a rel="next" href="?page=2">Older</a>')
    assert names(listed) == ["b", "a"]
    assert listed.addresses[0].published == datetime(2026, 5, 1, 22, tzinfo=UTC)
    assert listed.addresses[0].date_only
    assert listed.addresses[0].title == "Release b"
    assert listed.more == (f"{HOME}/news?page=2",)


def test_a_listing_in_another_charset_with_a_base_and_items_that_are_links() -> None:
    body = '<base href="/r/"><a class=i href=a>Ministère</a>'.encode("windows-1252")
    listed = read_cards(body, "text/html; charset=windows-1252", item="a.i", date=None)
    assert names(listed) == ["a"]
    assert listed.addresses[0].title == "Ministère"


def test_dates_that_cannot_be_read_leave_the_address_undated_and_are_told() -> None:
    listed = read_cards("<article><a href=/r/a>A</a><time>03/04/2026</time></article>")
    assert listed.addresses[0].published is None
    assert [problem.reason for problem in listed.problems] == ["unreadable-date"]
    assert (
        read_cards("<article><a href=/r/a>A</a><time>03/04/2026</time></article>", day_first=True)
        .addresses[0]
        .published
    )


def test_what_is_no_html_is_no_listing() -> None:
    with pytest.raises(StepProblem) as caught:
        read_cards(b"%PDF-1.7 <x>", "application/pdf")
    assert caught.value.problem.reason == "not-a-listing"


# sitemaps and JSON


def test_a_sitemap_dates_changes_not_publications() -> None:
    way = Sitemap(url=f"{HOME}/sitemap.xml")
    body = f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{HOME}/r/a</loc>
        <lastmod>2026-05-01T10:00:00Z</lastmod></url><url><loc>{HOME}/r/b</loc></url></urlset>"""
    for raw in (body.encode(), gzip.compress(body.encode())):
        listed = read_sitemap(page(way.url, raw), source({"sitemap": {"url": way.url}}), way)
        assert names(listed) == ["a", "b"]
        assert [address.published for address in listed.addresses] == [None, None]
        assert listed.addresses[0].updated == datetime(2026, 5, 1, 10, tzinfo=UTC)


def test_an_index_leads_to_the_sitemaps_that_may_hold_the_interval() -> None:
    way = Sitemap(url=f"{HOME}/sitemap.xml", sitemaps="post")
    body = f"""<sitemapindex><sitemap><loc>{HOME}/post-1.xml</loc><lastmod>2026-01-31</lastmod></sitemap>
        <sitemap><loc>{HOME}/post-2.xml</loc><lastmod>2026-04-02</lastmod></sitemap>
        <sitemap><loc>{HOME}/post-3.xml</loc></sitemap><sitemap><loc>{HOME}/page-1.xml</loc></sitemap></sitemapindex>"""
    listed = read_sitemap(
        page(way.url, body), source({"sitemap": {"url": way.url}}), way, datetime(2026, 4, 1, tzinfo=UTC)
    )
    assert listed.more == (f"{HOME}/post-2.xml", f"{HOME}/post-3.xml")


def test_a_sitemap_bomb_is_refused() -> None:
    bomb = gzip.compress(bytes(1 << 24)) * 5
    way = Sitemap(url=f"{HOME}/sitemap.xml.gz")
    with pytest.raises(StepProblem) as caught:
        read_sitemap(page(way.url, bomb), source({"sitemap": {"url": way.url}}), way)
    assert caught.value.problem.reason == "too-large"


def read_answer(answer: object, **way: Any) -> Listed:
    api = JsonApi.model_validate({"url": f"{HOME}/api", "link": "url"} | way)
    body = answer if isinstance(answer, str) else json.dumps(answer)
    return read_json(page(api.url, body, "application/json"), source({"json": {"url": api.url, "link": "url"}}), api)


def test_json_paths_patterns_ids_and_the_next_page() -> None:
    answer = {
        "result": {"items": [{"id": 7, "slug": "a b", "t": {"rendered": "A &amp; <i>B</i>"}, "d": 1772361000.0}]},
        "next_page": "/api?page=2",
    }
    listed = read_answer(
        answer, items="result.items", link="/r/{slug}", title="t.rendered", date="d", id="id", next="next_page"
    )
    [address] = listed.addresses
    assert address.url == f"{HOME}/r/a%20b"
    assert (address.title, address.issuer_id) == ("A & B", "7")
    assert address.published == datetime(2026, 3, 1, 10, 30, tzinfo=UTC)
    assert listed.more == (f"{HOME}/api?page=2",)


def test_times_without_a_zone_are_the_issuers_unless_the_listing_has_another() -> None:
    answer = [{"url": "/r/a", "d": "2026-05-01T10:00:00"}]
    assert read_answer(answer, date="d").addresses[0].published == datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert read_answer(answer, date="d", timezone="UTC").addresses[0].published == datetime(2026, 5, 1, 10, tzinfo=UTC)


def test_an_empty_json_list_states_that_there_is_nothing() -> None:
    assert read_answer([]).nothing
    assert not read_answer([{"url": "/r/a"}]).nothing


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("<html></html>", "not-json"), ("[" * 100_000, "not-json"), ("{}", "no-items"), ("7", "no-items")],
)
def test_what_is_no_json_list_is_a_problem(answer: str, reason: str) -> None:
    with pytest.raises(StepProblem) as caught:
        read_answer(answer)
    assert caught.value.problem.reason == reason


# walks, their ends and what they cover


def listing_source(**way: Any) -> Source:
    return source({"listing": CARDS | {"pages": f"{HOME}/news?page={{n}}"} | way})


def many(first: int, last: int, day: str = "2026-{month:02}-{day:02}") -> dict[str, str]:
    """Listing pages with one release every ten days, the newest first, three a page."""
    days = [date(2026, 5, 10) - timedelta(days=10 * number) for number in range(12)]
    cards = [card(f"r{number}", day.format(month=when.month, day=when.day)) for number, when in enumerate(days)]
    paths = ["/news", *(f"/news?page={number}" for number in range(2, 9))]
    return {path: "".join(cards[at * 3 : at * 3 + 3]) for at, path in enumerate(paths) if first <= at + 1 <= last}


def test_a_listing_newest_first_is_read_back_to_the_interval_and_no_further() -> None:
    asked: list[str] = []
    found = discover(many(1, 4), listing_source(newest_first=True), month(4), asked)
    assert names(found) == ["r3", "r2", "r1"]
    assert (found.coverage.state, found.coverage.reason) == ("complete", "the listing was read back to 2026-04-01")
    assert asked == ["/news", "/news?page=2", "/news?page=3"]
    assert not found.problems


def test_a_listing_in_no_known_order_is_read_to_its_end() -> None:
    asked: list[str] = []
    found = discover(many(1, 4), listing_source(), month(4), asked)
    assert names(found) == ["r3", "r2", "r1"]
    assert found.coverage.state == "complete"
    assert asked[-1] == "/news?page=5"


def test_an_old_item_pinned_to_the_top_does_not_end_the_walk() -> None:
    site = many(1, 4)
    site["/news"] = card("pinned", "2026-01-02") + site["/news"]
    assert names(discover(site, listing_source(newest_first=True), month(4))) == ["r3", "r2", "r1"]


@pytest.mark.parametrize(
    "end",
    [
        broken("not-found"),
        broken("gone"),
        "<p>Nothing here</p>",
        many(4, 4)["/news?page=4"],
        many(1, 1)["/news"],
        page(f"{HOME}/news?page=5", many(1, 1)["/news"], final_url=f"{HOME}/news"),
        page(f"{HOME}/news?page=5", card("odd", "2026-04-05"), final_url="http://www.press.example/news/"),
    ],
)
def test_the_end_of_a_listing_in_all_its_disguises(end: str | Page | StepProblem) -> None:
    asked: list[str] = []
    site = {**many(1, 4), "/news?page=5": end}
    found = discover(site, listing_source(), Interval(), asked)
    assert len(found.addresses) == 12
    assert found.coverage.state == "complete"
    assert asked[-1] == "/news?page=5"
    assert not found.problems


@pytest.mark.parametrize("reason", ["timeout", "server-error", "forbidden", "rate-limited", "blocked-by-robots"])
def test_a_page_that_cannot_be_read_is_no_end(reason: str) -> None:
    site = {**many(1, 4), "/news?page=2": broken(reason)}
    found = discover(site, listing_source(newest_first=True), month(4))
    assert found.coverage.state == "partial"
    assert reason in found.coverage.reason
    assert [problem.reason for problem in found.problems] == [reason]
    assert discover(site, listing_source(newest_first=True), month(5)).coverage.reason.startswith(
        "the interval ends only"
    )


def test_a_source_that_cannot_be_looked_at_is_not_one_that_published_nothing() -> None:
    site = {"/news": broken("timeout")}
    found = discover(site, listing_source(newest_first=True), month(4))
    assert (found.coverage.state, found.addresses) == ("unknown", ())
    nothing = discover(many(1, 4), listing_source(newest_first=True), Interval(NOW - timedelta(days=2), NOW))
    assert (nothing.coverage.state, nothing.addresses, nothing.problems) == ("complete", (), ())


def test_a_listing_without_items_proves_nothing_unless_it_says_so() -> None:
    found = discover({"/news": "<p>Welcome</p>"}, listing_source(), month(4))
    assert found.coverage.state == "unknown"
    assert [problem.reason for problem in found.problems] == ["no-items"]
    says_so = discover({"/news": "<p class=none>No results</p>"}, listing_source(nothing="p.none"), month(4))
    assert (says_so.coverage.state, says_so.problems) == ("complete", ())


def test_a_listing_that_ends_long_before_the_source_is_said_to_begin_is_partial() -> None:
    found = discover(many(1, 2), listing_source(), Interval())
    assert found.coverage.state == "partial"
    assert "ends on 2026-03-2" in found.coverage.reason
    assert discover(many(1, 2), listing_source(), month(4)).coverage.state == "complete"


def test_a_walk_stops_at_the_most_pages_a_run_may_read() -> None:
    asked: list[str] = []
    found = discover(many(1, 4), listing_source(newest_first=True, max_pages=2), month(2), asked)
    assert asked == ["/news", "/news?page=2"]
    assert found.coverage.state == "unknown"
    part = discover(many(1, 4), listing_source(newest_first=True, max_pages=2), Interval(month(2).start, NOW))
    assert (part.coverage.state, part.coverage.reason) == (
        "partial",
        "the listing was read for 2 pages, back to 2026-03-21",
    )


def test_links_in_a_circle_end() -> None:
    site = {
        "/news": card("a", "2026-04-02") + "<a rel=next href=?page=2>",
        "/news?page=2": card("b", "2026-04-01") + "<a rel=next href=/news>",
    }
    asked: list[str] = []
    assert names(discover(site, source({"listing": CARDS}), month(4), asked)) == ["b", "a"]
    assert asked == ["/news", "/news?page=2"]


def feed_source(**more: Any) -> Source:
    return source({"feed": {"url": f"{HOME}/feed"}}, **more)


def test_a_feed_covers_only_back_to_its_oldest_item() -> None:
    site = {"/feed": rss(item("a"), item("b", "Mon, 20 Apr 2026 10:00:00 GMT"))}
    found = discover(site, feed_source(), month(4))
    assert (found.coverage.state, found.coverage.reason) == ("partial", "the feed reaches back to 2026-04-20")
    assert names(found) == ["b"]
    late = discover(site, feed_source(), Interval(datetime(2026, 4, 25, tzinfo=UTC), NOW))
    assert (late.coverage.state, names(late)) == ("complete", ["a"])


def test_an_old_item_in_a_feed_does_not_stretch_what_it_covers() -> None:
    old = item("old", "Thu, 01 Jan 2026 10:00:00 GMT")
    site = {"/feed": rss(old, item("a"), item("b", "Mon, 20 Apr 2026 10:00:00 GMT"))}
    assert discover(site, feed_source(), month(4)).coverage.state == "partial"


def test_an_undated_feed_covers_an_unknown_time_and_keeps_all_addresses() -> None:
    site = {"/feed": rss(item("a", ""), item("b"))}
    found = discover(site, feed_source(), month(3))
    assert (found.coverage.state, names(found)) == ("unknown", ["a"])


def test_an_empty_feed_and_a_frozen_one_are_told() -> None:
    empty = discover({"/feed": rss()}, feed_source(), month(4))
    assert (empty.coverage.state, [problem.reason for problem in empty.problems]) == ("unknown", ["no-items"])
    frozen = discover({"/feed": rss(item("a", "Mon, 20 Apr 2026 10:00:00 GMT"))}, feed_source(floors={"newest_days": 14}),
                      Interval(datetime(2026, 5, 1, tzinfo=UTC), NOW))  # fmt: skip
    assert (frozen.coverage.state, [problem.reason for problem in frozen.problems]) == ("unknown", ["stale-listing"])


def test_feed_and_listing_make_one_address_with_the_feeds_time() -> None:
    both = source(
        {"feed": {"url": f"{HOME}/feed"}}, {"listing": CARDS | {"newest_first": True}}, start=date(2026, 4, 1)
    )
    site = {"/feed": rss(item("a")), "/news": card("a?utm_source=list", "2026-05-01") + card("b", "2026-04-20")}
    found = discover(site, both, Interval(datetime(2026, 4, 1, tzinfo=UTC), NOW))
    assert names(found) == ["b", "a"]
    assert found.addresses[1].published == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert not found.addresses[1].date_only
    assert found.coverage.state == "complete"


def test_a_failing_feed_beside_a_whole_listing_is_a_problem_but_no_gap() -> None:
    both = source({"feed": {"url": f"{HOME}/feed"}}, {"listing": CARDS})
    found = discover({"/feed": "<html>", "/news": card("a", "2026-04-20") + card("z", "2026-01-01")}, both, month(4))
    assert found.coverage.state == "complete"
    assert [problem.reason for problem in found.problems] == ["not-a-feed"]


def test_sections_add_up() -> None:
    sections = source(
        {"listing": CARDS | {"section": "politics"}}, {"listing": CARDS | {"url": f"{HOME}/b", "section": "talks"}}
    )
    site = {"/news": card("a", "2026-04-20") + card("z", "2026-01-01"), "/b": broken("timeout")}
    found = discover(site, sections, month(4))
    assert (found.coverage.state, found.coverage.reason) == (
        "unknown",
        "talks: the listing could not be read (timeout)",
    )
    assert names(found) == ["a"]


def test_eras_follow_each_other() -> None:
    eras = source(
        {"listing": CARDS | {"until": date(2026, 3, 1)}},
        {"listing": CARDS | {"url": f"{HOME}/b", "since": date(2026, 3, 1)}},
    )
    site = {"/news": card("a", "2026-02-20") + card("z", "2026-01-01"), "/b": card("b", "2026-03-02")}
    whole = discover(site, eras, Interval(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)))
    assert (whole.coverage.state, names(whole)) == ("complete", ["a", "b"])
    asked: list[str] = []
    discover(site, eras, month(4), asked)
    assert asked == ["/b"]
    one_down = discover({**site, "/b": broken("timeout")}, eras,
                        Interval(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)))  # fmt: skip
    assert one_down.coverage.state == "partial"


def test_before_its_start_and_after_now_a_source_is_partial() -> None:
    site = many(1, 4)
    early = Interval(datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
    assert discover(site, listing_source(), early).coverage.reason.startswith(
        "the source lists nothing before 2026-01-01"
    )
    assert discover(site, listing_source(), month(5)).coverage.reason.startswith("the interval ends only on 2026-06-01")
    assert discover(site, listing_source(), month(7)).coverage.state == "unknown"


def test_a_day_belongs_to_every_interval_that_it_touches() -> None:
    site = {"/news": card("a", "2026-05-01") + card("z", "2026-01-01")}  # in Berlin the day begins at 22:00 UTC
    assert names(discover(site, source({"listing": CARDS}), month(4))) == ["a"]
    assert names(discover(site, source({"listing": CARDS}), Interval(month(5).start, NOW))) == ["a"]
    assert names(discover(site, source({"listing": CARDS}), month(3))) == []


def test_what_changed_before_the_interval_was_not_published_in_it() -> None:
    body = f"<urlset><url><loc>{HOME}/r/a</loc><lastmod>2026-03-31</lastmod></url><url><loc>{HOME}/r/b</loc></url></urlset>"
    found = discover({"/sitemap.xml": body}, source({"sitemap": {"url": f"{HOME}/sitemap.xml"}}), month(4))
    assert names(found) == ["b"]
    assert found.coverage.state == "complete"


def test_a_missing_child_of_a_sitemap_index_is_no_end() -> None:
    index = f"<sitemapindex><sitemap><loc>{HOME}/1.xml</loc></sitemap></sitemapindex>"
    found = discover({"/sitemap.xml": index}, source({"sitemap": {"url": f"{HOME}/sitemap.xml"}}), month(4))
    assert (found.coverage.state, [problem.reason for problem in found.problems]) == ("unknown", ["not-found"])


def test_an_api_is_asked_for_the_interval_alone() -> None:
    way = {"url": f"{HOME}/api?after={{from:%Y-%m-%d}}&before={{to:%d.%m.%Y}}&p={{n}}", "link": "url", "date": "d",
           "pages": f"{HOME}/api?after={{from:%Y-%m-%d}}&before={{to:%d.%m.%Y}}&p={{n}}"}  # fmt: skip
    base = "/api?after=2026-04-01&before=30.04.2026&p="
    asked: list[str] = []
    site = {base + "1": json.dumps([{"url": "/r/a", "d": "2026-04-02"}]), base + "2": "[]"}
    berlin_is_ahead = Interval(datetime(2026, 3, 31, 22, tzinfo=UTC), datetime(2026, 4, 30, 22, tzinfo=UTC))
    found = discover(site, source({"json": way}), berlin_is_ahead, asked)
    assert (names(found), found.coverage.state, asked) == (["a"], "complete", [base + "1", base + "2"])
    assert discover({base + "1": "[]"}, source({"json": way}), berlin_is_ahead).coverage.state == "complete"


def test_periods_are_asked_for_one_by_one() -> None:
    way = Listing.model_validate(CARDS | {"url": f"{HOME}/{{month:%Y%m}}_index.html"})
    of = source({"listing": CARDS})
    interval = Interval(datetime(2026, 2, 10, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC))
    assert first_addresses(way, of, interval, NOW) == [f"{HOME}/20260{number}_index.html" for number in (4, 3, 2)]


def test_a_folder_lists_its_releases_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    (folder / "2026").mkdir(parents=True)
    for name in ("b.txt", "2026/a #1.html", "2026/ü.html.gz", "notes.md", ".hidden.txt"):
        (folder / name).write_text("x")
    (tmp_path / "secret.txt").write_text("x")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    found = discover({}, source({"folder": {"path": folder}}), month(4))
    assert [address.url for address in found.addresses] == [
        "folder:2026/%C3%BC.html.gz", "folder:2026/a%20%231.html", "folder:b.txt",
    ]  # fmt: skip
    assert found.coverage.state == "complete"
    gone = discover({}, source({"folder": {"path": tmp_path / "none"}}), month(4))
    assert (gone.coverage.state, [problem.reason for problem in gone.problems]) == ("unknown", ["no-folder"])


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 5, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


@given(st.lists(MOMENTS, max_size=8, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_a_feed_changes_neither_addresses_nor_their_order(moments: list[datetime], random: Any) -> None:
    items = [item(f"r{number}", moment.isoformat()) for number, moment in enumerate(moments)]
    one = discover({"/feed": rss(*items)}, feed_source(), month(3))
    random.shuffle(items)
    assert discover({"/feed": rss(*items)}, feed_source(), month(3)).addresses == one.addresses
    assert len(one.addresses) == sum(month(3).holds(moment) for moment in moments)


ADDRESSES = st.builds(
    Address,
    st.just("office"),
    st.just(f"{HOME}/r/a"),
    st.none() | MOMENTS,
    st.booleans(),
    st.sampled_from([None, "A", "A long…"]),
)


@given(ADDRESSES, ADDRESSES)
def test_uniting_is_the_same_both_ways_round(one: Address, other: Address) -> None:
    here, there = unite_addresses(one, other), unite_addresses(other, one)
    assert (here.published, here.title) == (there.published, there.title)
    assert (here.published is None) == (one.published is None and other.published is None)


def test_hostile_xml_does_not_take_long() -> None:
    begun = time.process_time()
    for body in (
        f"<rss>{'<a>' * 100_000}",
        f"<rss {'a ' * 100_000}>",
        "<!--" * 100_000,
        "&" * 300_000,
        "<rss>" + "&x;" * 100_000,
    ):
        try:
            read(body)
        except StepProblem:
            continue
    assert time.process_time() - begun < 20
