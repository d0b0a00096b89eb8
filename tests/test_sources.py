"""Sources: their YAML and its errors, canonical addresses, dates as listings write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.sources import load_source, load_sources
from pipeline.sources.addresses import canonical_url, same_place
from pipeline.sources.dates import DateManner, ListedDate, day_ends, read_date

SHIPPED = Path(__file__).resolve().parent.parent / "pipeline" / "sources"
GOOD = """\
name: Press office
issuer: Ministry of Examples
country: XA
language: en
timezone: Europe/Berlin
url: https://press.example/
verified: null
schedule: "0 6 * * *"
start: 2024-01-01
discovery:
  - feed:
      url: https://press.example/feed.xml
  - listing:
      url: https://press.example/news
      item: li.item
"""


def write(folder: Path, text: str, name: str = "office") -> Path:
    path = folder / f"{name}.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_source_loads_and_the_disabled_ones_say_why() -> None:
    sources = load_sources(SHIPPED)
    assert "example" in [source.id for source in sources]
    assert [source.id for source in sources] == sorted(source.id for source in sources)
    assert all(source.enabled or source.disabled_because for source in sources)


def test_a_source_is_named_after_its_file(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    source = load_source("office", tmp_path)
    assert source.id == "office"
    assert source.start == date(2024, 1, 1)
    assert [one.kind for one in source.discovery] == ["feed", "listing"]


def test_an_unknown_source_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, "other")
    with pytest.raises(ConfigurationError, match=r"no source 'offices' in .*: office, other"):
        load_source("offices", tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("country: XA", "country: Xanthia", 3, "country"),
        ("timezone: Europe/Berlin", "timezone: Berlin", 5, "no IANA time zone"),
        ('schedule: "0 6 * * *"', "schedule: daily", 8, "no cron expression"),
        ("start: 2024-01-01", "start: soon", 9, "start"),
        ("name: Press office", "nmae: Press office", 1, "nmae"),
        ("issuer: Ministry of Examples\n", "", 1, "issuer: Field required"),
        ("      item: li.item", "      item: 'li['", 15, "no CSS selector"),
        ("      item: li.item\n", "", 13, "item"),
        ("https://press.example/news", "https://press.example/{page}", 14, "knows no {page}"),
        ("https://press.example/feed.xml", "ftp://press.example/feed.xml", 12, "no http"),
        ("https://press.example/feed.xml", "https://press.example/{", 12, "placeholders"),
        ("  - feed:\n", "  - feed: {url: 'https://a.example/'}\n    sitemap:\n", 11, "exactly one"),
        ("verified: null", "verified: null\nenabled: false", 1, "says why"),
        ("verified: null", "verified: null\nid: other", 8, "the file's name is the id"),
        ("language: en", "language: en\nlanguage: fr", 5, "'language' stands here twice"),
        ("language: en", "language: [en", 5, "expected"),
        ("language: en", "language: !!python/name:os.system x", 4, "could not determine a constructor"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as caught:
        load_source("office", tmp_path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "\x00", "a: &x [*x]", "a: b\n b: c", "1: 2\nx: y"])
def test_what_is_no_source_gets_one_line(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        load_source("office", tmp_path)
    assert "\n" not in str(caught.value)
    assert "office.yml" in str(caught.value)


def test_a_relative_folder_starts_at_the_yaml(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    text = GOOD[: GOOD.index("discovery")] + "discovery:\n  - folder: {path: ../texts}\n"
    write(tmp_path / "sources", text)
    folder = load_source("office", tmp_path / "sources").discovery[0].folder
    assert folder is not None
    assert folder.path == tmp_path / "texts"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://WWW.Example.ORG", "http://www.example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:8080/a#part", "http://example.org:8080/a"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?b=2&a=1"),
        ("https://example.org/a?utm_source=x&id=7&fbclid=y", "https://example.org/a?id=7"),
        ("https://example.org/a?gclid=1", "https://example.org/a"),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/Ä ö?q=ü", "https://example.org/%C3%84%20%C3%B6?q=%C3%BC"),
        ("https://example.org/%7Ea/%zz", "https://example.org/%7Ea/%25zz"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("  https://example.org/a\n", "https://example.org/a"),
        ("https://example.org/sub.en.mfa?248a41bb-6744", "https://example.org/sub.en.mfa?248a41bb-6744"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
    ],
)
def test_canonical_addresses(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    ["", "mailto:a@b.example", "javascript:void(0)", "file:///etc/passwd", "https://", "http://user@host.example/",
     "http://host.example:port/", "http://[::1", "//no-base.example", "http://a b.example/"],
)  # fmt: skip
def test_what_is_no_web_address_has_no_canonical_form(url: str) -> None:
    assert canonical_url(url) is None


def test_relative_addresses_are_joined_and_meaningless_parameters_dropped() -> None:
    assert canonical_url("../b?x=1", "https://example.org/a/c/") == "https://example.org/a/b?x=1"
    assert canonical_url("https://example.org/a?inheritRedirect=true&p=1", drop=["inheritredirect"]) == (
        "https://example.org/a?p=1"
    )
    assert canonical_url("https://example.org/a?x=1&y", drop=["*"]) == "https://example.org/a"


def test_places_differ_in_path_and_query_only() -> None:
    assert same_place("http://www.example.org/news/", "https://example.org/news")
    assert not same_place("https://example.org/news?page=1", "https://example.org/news?page=2")


@given(st.text())
def test_a_canonical_address_is_its_own_canonical_form(text: str) -> None:
    for url in (text, f"http://example.org/{text}", f"https://example.org/?{text}"):
        canonical = canonical_url(url)
        assert canonical is None or canonical_url(canonical) == canonical


TOKYO = DateManner(ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    ("text", "moment", "date_only"),
    [
        ("2026-03-01", "2026-02-28T15:00", True),
        ("2026-03-01T10:30", "2026-03-01T01:30", False),
        ("2026-03-01T10:30:00+02:00", "2026-03-01T08:30", False),
        ("2026-03-01T10:30:00Z", "2026-03-01T10:30", False),
        ("2026-03-01 10:30:00 +0200", "2026-03-01T08:30", False),
        ("Sun, 01 Mar 2026 10:30:00 GMT", "2026-03-01T10:30", False),
        ("Sun, 1 Mar 2026 10:30 +0100", "2026-03-01T09:30", False),
        ("Sun, 01 Mar 2026 10:30:00 JST", "2026-03-01T01:30", False),
        ("1772361000", "2026-03-01T10:30", False),
        ("1772361000000", "2026-03-01T10:30", False),
        ("1 March 2026", "2026-02-28T15:00", True),
        ("01 Mar 2026", "2026-02-28T15:00", True),
        ("1st March, 2026", "2026-02-28T15:00", True),
        ("Sunday 1 March 2026", "2026-02-28T15:00", True),
        ("1 march 2026 year", "2026-02-28T15:00", True),
        ("March 1, 2026, 17:30", "2026-03-01T08:30", False),
        ("Sept. 5, 2026", "2026-09-04T15:00", True),
        ("1 March 2026 - 23:23", "2026-03-01T14:23", False),
        ("March 1, 2026 5:30 PM", "2026-03-01T08:30", False),
        ("Posted on 1 March 2026 by the press office", "2026-02-28T15:00", True),
        ("01.03.2026", "2026-02-28T15:00", True),
        ("2026/03/01 - 09:29", "2026-03-01T00:29", False),
        ("13-02-2026 - 12:47", "2026-02-13T03:47", False),
        ("2/28/2026", "2026-02-27T15:00", True),
        ("03/03/2026", "2026-03-02T15:00", True),
    ],
)
def test_dates_as_listings_write_them(text: str, moment: str, date_only: bool) -> None:
    assert read_date(text, TOKYO) == ListedDate(datetime.fromisoformat(moment).replace(tzinfo=UTC), date_only)


@pytest.mark.parametrize(
    "text", ["", "today", "03/04/2026", "03-04-2026", "3/4/26", "31 February 2026", "99.99.2026", "24 Juneteenths 2026x",
             "1 March", "2026", "0000-00-00", "12:30", "1 Foo 2026", "3026-01-01", "1026-01-01"]
)  # fmt: skip
def test_no_date_is_invented(text: str) -> None:
    assert read_date(text, TOKYO) is None


def test_the_source_decides_what_could_be_read_two_ways() -> None:
    zone = ZoneInfo("UTC")
    assert read_date("03/04/2026", DateManner(zone, day_first=True)) == ListedDate(
        datetime(2026, 4, 3, tzinfo=UTC), True
    )
    assert read_date("03/04/2026", DateManner(zone, day_first=False)) == ListedDate(
        datetime(2026, 3, 4, tzinfo=UTC), True
    )
    assert read_date("02-28-26", DateManner(zone, ["%m-%d-%y"])) == ListedDate(datetime(2026, 2, 28, tzinfo=UTC), True)
    months = [
        "ocak",
        "şubat",
        "mart",
        "nisan",
        "mayıs",
        "haziran",
        "temmuz",
        "ağustos",
        "eylül",
        "ekim",
        "kasım",
        "aralık",
    ]
    assert read_date("1 Ekim 2026", DateManner(zone, months=months)) == ListedDate(
        datetime(2026, 10, 1, tzinfo=UTC), True
    )


def test_a_local_day_ends_where_the_next_begins_whatever_the_clocks_do() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begin = read_date("2026-03-29", DateManner(berlin))
    assert begin is not None
    assert (day_ends(begin.moment, berlin) - begin.moment).total_seconds() == 23 * 3600


@given(st.text(max_size=60), st.sampled_from([None, True, False]))
def test_any_text_is_a_date_of_this_age_or_none(text: str, day_first: bool | None) -> None:
    read = read_date(text, DateManner(ZoneInfo("Asia/Kathmandu"), ["%d/%m/%y"], day_first))
    assert read is None or 1899 <= read.moment.year <= 2200


@given(st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1)))
def test_iso_moments_survive_being_written(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert read_date(moment.isoformat(), TOKYO) == ListedDate(moment)
