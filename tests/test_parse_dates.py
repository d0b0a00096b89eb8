"""Publication times: dates as issuers write them, and which of several signals is believed."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parse import ParseHints, parse_page
from pipeline.parse.dates import DateManner, read_dates, read_instant
from pipeline.records import Address, Page, Release

FETCHED = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)
BODY = (
    "<p>Foreign Minister Hassan al-Qadri received the Ambassador of Dunmark.</p><p>They discussed trade at length.</p>"
)
EN, AR, ZH, FA = DateManner("en"), DateManner("ar"), DateManner("zh", "TW"), DateManner("fa", "IR")


@pytest.mark.parametrize(
    ("text", "manner", "day", "clock"),
    [
        ("June 24, 2022, 17:30", EN, "2022-06-24", "17:30:00"),
        ("24 June 2022 - 23:23", EN, "2022-06-24", "23:23:00"),
        ("13-02-2025 - 12:47", EN, "2025-02-13", "12:47:00"),
        ("03.02.2025", EN, "2025-02-03", None),
        ("04-17-25", DateManner("en", day_first=False), "2025-04-17", None),
        ("2/28/22", DateManner("en", day_first=False), "2022-02-28", None),
        ("30 September, 2026", EN, "2026-09-30", None),
        ("01 Oct 2026", EN, "2026-10-01", None),
        ("2020/10/18 - 09:29", EN, "2020-10-18", "09:29:00"),
        ("15 march 2024 year", EN, "2024-03-15", None),
        ("Monday 5 October 2026", EN, "2026-10-05", None),
        ("Dec. 18, 2025 at 5:05 p.m.", EN, "2025-12-18", "17:05:00"),
        ("October 5th, 2026 12:10 am", EN, "2026-10-05", "00:10:00"),
        ("17:30, 5 October 2026", EN, "2026-10-05", "17:30:00"),
        ("Mon, 05 Oct 2026 12:30:00 +0300", EN, "2026-10-05", "12:30:00+03:00"),
        ("05-Oct-2026", EN, "2026-10-05", None),
        ("5. Oktober 2026 um 14:05 Uhr", DateManner("de"), "2026-10-05", "14:05:00"),
        ("le 1er août 2026 à 10h30", DateManner("fr"), "2026-08-01", "10:30:00"),
        ("1er fevrier 2026", DateManner("fr"), "2026-02-01", None),
        ("5 de octubre de 2026", DateManner("es"), "2026-10-05", None),
        ("14 октября 2026 г., 15:40", DateManner("ru"), "2026-10-14", "15:40:00"),
        ("5 Ekim 2026 Pazartesi", DateManner("tr"), "2026-10-05", None),
        ("3 listopada 2026", DateManner("pl"), "2026-11-03", None),
        ("3 listopada 2026", DateManner("hr"), "2026-10-03", None),
        ("05/06/2026", DateManner("fr"), "2026-06-05", None),
        ("05/06/2026", DateManner("en", day_first=False), "2026-05-06", None),
        ("٥ تشرين الأول ٢٠٢٦", AR, "2026-10-05", None),
        ("5 كانون الثاني 2026", AR, "2026-01-05", None),
        ("5 كانون الأول 2026", AR, "2026-12-05", None),
        ("12 أيار 2026", AR, "2026-05-12", None),
        ("12 مايو 2026", AR, "2026-05-12", None),
        ("9 جويلية 2026", AR, "2026-07-09", None),
        ("الاثنين 5 كانون الثاني/يناير 2026 الساعة 10:30", AR, "2026-01-05", "10:30:00"),
        ("2026年10月5日 14:30", ZH, "2026-10-05", "14:30:00"),
        ("115-10-01", ZH, "2026-10-01", None),
        ("中華民國115年10月1日", DateManner("zh"), "2026-10-01", None),
        ("جمعه 10 مهر 1405 - 19:05", FA, "2026-10-02", "19:05:00"),
        ("۱۴۰۵/۰۷/۱۰", FA, "2026-10-02", None),
        ("30 اسفند 1403", FA, "2025-03-20", None),
        ("5 ตุลาคม 2569", DateManner("th"), "2026-10-05", None),
    ],
)
def test_dates_are_read_as_issuers_write_them(text: str, manner: DateManner, day: str, clock: str | None) -> None:
    [found] = read_dates(text, manner).dates
    assert [str(item) for item in found.days] == [day]
    assert (str(found.clock) if found.clock else None) == clock


@pytest.mark.parametrize(
    "text",
    [
        *(
            "115-10-01",
            "2/28/22",
            "45 March 2026",
            "31 June 2026",
            "Resolution 2254 (2015)",
            "1405/07/10",
            "No. 12/2026",
        ),
        *("tel. 030 123 45 67", "Page 3 of 2026", "1.2.3.2026", "12 June 1871", "5 Sometember 2026", ""),
    ],
)
def test_what_is_no_full_date_of_our_calendar_is_not_made_one(text: str) -> None:
    assert read_dates(text, EN).dates == ()


@pytest.mark.parametrize(
    "row",
    csv.DictReader((Path(__file__).parent / "written_dates.csv").open(encoding="utf-8")),
    ids=lambda row: row["text"],
)
def test_dates_of_forty_languages_and_four_calendars_are_read(row: dict[str, str]) -> None:
    order = {"yes": True, "no": False}.get(row["day_first"])
    found = read_dates(row["text"], DateManner(row["language"], row["country"] or None, order)).dates
    assert [str(day) for day in found[0].days] == [row["day"]] if row["day"] else not found


def test_a_date_that_can_be_read_two_ways_comes_back_as_both() -> None:
    [found] = read_dates("05/06/2026", EN).dates
    assert set(found.days) == {date(2026, 6, 5), date(2026, 5, 6)}


@given(
    st.dates(date(1990, 1, 1), date(2199, 12, 31)),
    st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y-%m-%d", "%d.%m.%Y", "%d %b %Y"]),
)
def test_every_day_is_read_back_from_every_common_form(day: date, form: str) -> None:
    dated = read_dates(f"Published: {day.strftime(form)} | Xanthe", EN)
    assert [item.days for item in dated.dates] == [(day,)]


@given(st.text(alphabet=st.sampled_from("0123456789./-: ,OctMayjune年月日مهر٥"), max_size=40))
def test_any_text_is_searched_for_dates_without_an_error(text: str) -> None:
    for found in read_dates(text, DateManner("fa", "TW")).dates:
        assert 1 <= len(found.days) <= 2
        assert all(1990 <= day.year <= 2199 for day in found.days)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)))
def test_machine_written_moments_come_back(moment: datetime) -> None:
    assert read_instant(moment.isoformat()) == moment.replace(microsecond=0)
    assert read_instant(moment.strftime("%Y-%m-%dT%H:%M:%SZ")) == moment.replace(microsecond=0)
    assert read_instant(str(moment.date())) == moment.date()


def release(
    head: str = "",
    above: str = "",
    below: str = "",
    url: str = "https://mfa.example/news/1",
    listed: datetime | None = None,
    date_only: bool = False,
    hints: ParseHints | None = None,
    after: str = "",
) -> Release:
    text = (
        f"<html lang=en><head><title>Call</title>{head}</head><body>{above}<h1>Call</h1>{below}<div>{BODY}</div>{after}"
    )
    address = Address("test", url, published=listed, date_only=date_only)
    page = Page(address, url, 200, "text/html", text.encode(), "", FETCHED, "")
    return parse_page(page, hints or ParseHints(timezone="Asia/Damascus"))


def json_ld(**fields: str) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


def told(item: Release) -> tuple[str | None, str]:
    return (item.published_at.isoformat() if item.published_at else None, item.date_basis)


def test_each_signal_is_read_and_named() -> None:
    moment = "2026-03-04T15:20:00+03:00"
    utc = "2026-03-04T12:20:00+00:00"
    assert told(release(json_ld(datePublished=moment))) == (utc, "json-ld")
    assert told(release(f'<meta property="article:published_time" content="{moment}">')) == (utc, "meta")
    assert told(release('<meta name=PubDate content="2026-03-04 15:20">')) == (utc, "meta")
    assert told(release(below=f"<time datetime={moment}>4 March</time>")) == (utc, "time")
    assert told(release(below=f"<span itemprop=datePublished content={moment}></span>")) == (utc, "time")
    assert told(release(below="<p class=date>4 March 2026, 15:20</p>")) == (utc, "text")
    assert told(release(listed=datetime(2026, 3, 4, 12, 20, tzinfo=UTC))) == (utc, "listing")
    assert told(release(url="https://mfa.example/2026/03/04/call/")) == ("2026-03-03T21:00:00+00:00", "url")
    assert told(release()) == (None, "none")


def test_a_date_in_the_last_line_of_the_text_is_read() -> None:
    text = f"<html lang=en><title>Call</title><h1>Call</h1><div>{BODY}<p>--(XNA) R.D. 04/03/2026 15:20:00</p></div>"
    page = Page(Address("test", "https://xna.example/1"), "", 200, "text/html", text.encode(), "", FETCHED, "")
    item = parse_page(page, ParseHints(timezone="Asia/Damascus", day_first=True))
    assert told(item) == ("2026-03-04T12:20:00+00:00", "text")


def test_a_day_without_a_time_is_its_first_moment_where_the_issuer_is() -> None:
    item = release(below="<p class=date>4 March 2026</p>")
    assert item.published_at == datetime(2026, 3, 3, 21, 0, tzinfo=UTC)
    assert item.published_date == date(2026, 3, 4)


def test_a_time_late_in_the_evening_belongs_to_the_issuers_day() -> None:
    item = release(json_ld(datePublished="2026-03-04T22:30:00Z"))
    assert item.published_date == date(2026, 3, 5)


def test_a_template_date_gives_way_to_the_date_that_the_page_shows() -> None:
    item = release(json_ld(datePublished="2017-03-28T08:00:00+08:00"), below="<span class=date>2026-09-29</span>")
    assert (item.published_date, item.date_basis) == (date(2026, 9, 29), "text")


def test_one_signal_gives_way_to_two_that_agree() -> None:
    item = release(
        '<meta name="date" content="2024-05-30">',
        url="https://mfa.example/2022/07/28/call",
        below="<p>July 28, 2022</p>",
    )
    assert item.published_date == date(2022, 7, 28)
    item = release(
        json_ld(datePublished="2026-02-01T10:00:00Z"),
        listed=datetime(2026, 2, 1, 10, tzinfo=UTC),
        below="<p>3 May 2025</p>",
    )
    assert item.published_date == date(2026, 2, 1)


def test_an_ambiguous_date_is_read_by_the_issuers_manner_or_by_what_agrees_or_not_at_all() -> None:
    shown = "<p class=date>05/06/2026</p>"
    assert release(below=shown).published_date is None
    assert release(below=shown, hints=ParseHints(day_first=True)).published_date == date(2026, 6, 5)
    assert release(below=shown, hints=ParseHints(day_first=False)).published_date == date(2026, 5, 6)
    assert release(below=shown, listed=datetime(2026, 5, 6, 9, tzinfo=UTC)).published_date == date(2026, 5, 6)


def test_an_address_is_believed_only_where_it_writes_a_date_of_its_own() -> None:
    for path in ("press-room/20250204IPR26689", "202405/t20240530_1134.html", "news/20261", "2026/03/call"):
        assert release(url=f"https://mfa.example/{path}").published_at is None
    assert release(url="https://mfa.example/statement/2025-11-04/call").published_date == date(2025, 11, 4)


@pytest.mark.parametrize(
    "value", ["2031-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "0001-01-01", "2026-13-40", "soon", "99999999999999"]
)
def test_impossible_old_and_future_dates_count_for_nothing(value: str) -> None:
    assert told(release(json_ld(datePublished=value))) == (None, "none")
    assert release(json_ld(datePublished=value), below="<p>4 March 2026</p>").published_date == date(2026, 3, 4)


def test_a_date_up_to_two_days_after_fetching_is_believed() -> None:
    near = FETCHED + timedelta(days=1)
    assert release(json_ld(datePublished=near.isoformat())).published_at == near


def test_dates_of_updates_events_and_other_news_are_not_the_releases() -> None:
    assert release(below="<p>Last updated: 5 May 2026</p>").published_date is None
    assert release(below="<p>Published 3 May 2026, last updated 5 May 2026</p>").published_date == date(2026, 5, 3)
    assert release(below="<span>Updated</span> <span class=date>5 May 2026</span>").published_date is None
    assert release(below="<time class=updated datetime=2026-05-05>5 May</time>").published_date is None
    assert (
        release(after="<h3>Related news</h3><ul><li><a href=/2>Visit</a> 5 May 2026</li></ul>").published_date is None
    )


def test_the_clock_of_the_site_is_not_the_date_of_its_news() -> None:
    assert release(above="<div>Tuesday, 20 October 2026</div>", below="<p>4 March 2026</p>").published_date == date(
        2026, 3, 4
    )
    item = release(json_ld(datePublished="2026-03-04T10:00:00Z"), above="<div>Tuesday, 20 October 2026</div>")
    assert item.published_date == date(2026, 3, 4)


def test_local_time_stamped_as_utc_is_known_by_the_clock_that_the_page_shows() -> None:
    item = release(json_ld(datePublished="2026-03-04T17:30:00Z"), below="<p class=date>March 4, 2026, 17:30</p>")
    assert told(item) == ("2026-03-04T14:30:00+00:00", "text")


def test_without_a_zone_the_day_is_the_one_shown_and_the_moment_the_one_with_a_zone() -> None:
    item = release(
        json_ld(datePublished="2026-03-05T01:50:00Z"),
        below="<p class=date>March 4, 2026 5:50 pm</p>",
        hints=ParseHints(),
    )
    assert item.published_date == date(2026, 3, 4)
    assert told(item) == ("2026-03-05T01:50:00+00:00", "json-ld")


def test_a_listing_with_a_time_gives_it_to_a_page_with_a_day() -> None:
    item = release(below="<p>4 March 2026</p>", listed=datetime(2026, 3, 4, 7, 15, tzinfo=UTC))
    assert told(item) == ("2026-03-04T07:15:00+00:00", "listing")
    item = release(below="<p>4 March 2026</p>", listed=datetime(2026, 3, 3, 21, tzinfo=UTC), date_only=True)
    assert told(item) == ("2026-03-03T21:00:00+00:00", "text")
