"""Sources of real issuers: each reads saved listings and pages in its site's shape as expected; SOURCES.md tells all.

The saved pages are invented: their people and states exist nowhere. `python -m tests.test_real_sources` writes
SOURCES.md and README's table of sources.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline import steps
from pipeline.records import Address, Interval, Page
from pipeline.sources import Source, load_source, load_sources
from pipeline.sources.feed import read_feed
from pipeline.sources.jsonapi import read_json
from pipeline.sources.listed import Listed
from pipeline.sources.listing import read_listing
from pipeline.sources.periods import first_addresses, page_address
from pipeline.sources.sitemap import read_sitemap
from pipeline.sources.ways import DiscoveryWay, Feed, Folder, JsonApi, Listing, Sitemap

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "pipeline" / "sources"
SAVED = ROOT / "tests" / "sources"
TABLE = ROOT / "SOURCES.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- sources -->", "<!-- end of sources -->"
NOT_REAL = ("example", "inbox")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
KINDS = {"json": "JSON answer"}
SCRIPTED = {"india_mea": ["a saved page"]}
"""Sources whose pages are filled in by scripts, so that a saved one would hold no release."""
TYPES = {".html": "text/html; charset=utf-8", ".xml": "application/xml", ".atom": "application/atom+xml"}


def real_sources(folder: Path = SHIPPED) -> list[Source]:
    return [source for source in load_sources(folder) if source.id not in NOT_REAL]


def expectations(name: str, folder: Path = SAVED) -> dict[str, Any]:
    path = folder / name / "expected.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def saved_page(source: Source, name: str, address: Address) -> Page:
    path = SAVED / source.id / name
    content_type = TYPES.get(path.suffix, "application/json")
    return Page(address, address.url, 200, content_type, path.read_bytes(), "", NOW, "")


def read_saved(source: Source, name: str, expected: dict[str, Any]) -> Listed:
    """Read a saved listing as the way does whose number is given, as the answer of that way's first address."""
    way = source.discovery[expected["way"]].way
    assert not isinstance(way, Folder)
    [url] = first_addresses(way, source, Interval(datetime(2026, 1, 1, tzinfo=UTC), NOW), NOW)
    page = saved_page(source, name, Address(source.id, url))
    if isinstance(way, Feed):
        return read_feed(page, source, way)
    if isinstance(way, Sitemap):
        return read_sitemap(page, source, way)
    return read_json(page, source, way) if isinstance(way, JsonApi) else read_listing(page, source, way)


def shown(address: Address) -> dict[str, Any]:
    values = {
        "url": address.url,
        "title": address.title,
        "published": address.published.isoformat() if address.published else None,
        "date_only": address.date_only,
        "updated": address.updated.isoformat() if address.updated else None,
    }
    return {name: value for name, value in values.items() if value not in (None, False)}


def gaps(source: Source, saved: Path = SAVED) -> list[str]:
    """Return what a source lacks: an answer of each kind of its listings, a page, and, if enabled, the day it was tried live."""
    expected = expectations(source.id, saved)
    answered = {source.discovery[listing["way"]].kind for listing in expected.get("listings", {}).values()}
    kinds = dict.fromkeys(one.kind for one in source.discovery)
    lacks = {f"a saved {KINDS.get(kind, kind)}": kind in answered for kind in kinds}
    lacks["a saved page"] = bool(expected.get("pages"))
    lacks["the day on which it was tried live"] = source.verified is not None or not source.enabled
    return [name for name, is_there in lacks.items() if not is_there]


SAVED_LISTINGS = [(path.parent.name, name) for path in sorted(SAVED.glob("*/expected.json"))
                  for name in expectations(path.parent.name)["listings"]]  # fmt: skip
SAVED_PAGES = [(path.parent.name, name) for path in sorted(SAVED.glob("*/expected.json"))
               for name in expectations(path.parent.name)["pages"]]  # fmt: skip


@pytest.mark.parametrize(("source_id", "name"), SAVED_LISTINGS)
def test_a_saved_listing_is_read_as_expected(source_id: str, name: str) -> None:
    source, expected = load_source(source_id, SHIPPED), expectations(source_id)["listings"][name]
    listed = read_saved(source, name, expected)
    assert [shown(address) for address in listed.addresses] == expected["addresses"]
    assert (listed.items, list(listed.more)) == (expected["items"], expected.get("more", []))
    assert not listed.problems


@pytest.mark.parametrize(("source_id", "name"), SAVED_PAGES)
def test_a_saved_page_is_read_as_expected(source_id: str, name: str) -> None:
    source, expected = load_source(source_id, SHIPPED), expectations(source_id)["pages"][name]
    listings = expectations(source_id)["listings"].items()
    found = [address for at, of in listings for address in read_saved(source, at, of).addresses]
    address = next(address for address in found if address.url == expected["url"])
    release = steps.parse(saved_page(source, name, address), source)
    assert release.title == expected["title"]
    assert release.body.split("\n\n") == expected["paragraphs"]
    assert release.published_at == datetime.fromisoformat(expected["published_at"])
    assert (str(release.published_date), release.date_basis) == (expected["published_date"], expected["date_basis"])
    assert (list(release.byline), release.language) == (expected.get("byline", []), source.language)
    assert release.country == source.country


def test_every_saved_file_is_expected_to_be_read() -> None:
    for folder in sorted(path for path in SAVED.iterdir() if path.is_dir()):
        expected = expectations(folder.name)
        names = {path.name for path in folder.iterdir()} - {"expected.json"}
        assert names == {*expected["listings"], *expected["pages"]}, folder.name
        load_source(folder.name, SHIPPED)


def test_no_source_is_without_saved_answers_and_an_enabled_one_was_tried_live() -> None:
    assert {source.id: gaps(source) for source in real_sources() if gaps(source)} == SCRIPTED


def test_a_source_without_them_is_told_what_it_lacks(tmp_path: Path) -> None:
    lines = (SHIPPED / "white_house.yml").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith(("enabled", "disabled_because")))
    (tmp_path / "office.yml").write_text(text, encoding="utf-8")
    [source] = real_sources(tmp_path)
    assert source.enabled
    assert gaps(source, tmp_path) == [
        *("a saved feed", "a saved listing", "a saved page", "the day on which it was tried live")
    ]
    shutil.copytree(SAVED / "white_house", tmp_path / "office")
    assert gaps(source, tmp_path) == ["the day on which it was tried live"]


def test_there_are_enough_sources_of_enough_kinds() -> None:
    sources = real_sources()
    assert len(sources) >= 12
    assert len({source.country or source.issuer for source in sources}) >= 8
    assert len({access for source in sources for access in map(access_kind, source.discovery)}) >= 5
    with_feed = [source for source in sources if {"feed"} < {one.kind for one in source.discovery} and not gaps(source)]
    assert len(with_feed) >= 6


@pytest.mark.parametrize("source", real_sources(), ids=lambda source: source.id)
def test_a_source_says_since_when_its_facts_are_known_and_how_far_back_it_lists(source: Source) -> None:
    head = (SHIPPED / f"{source.id}.yml").read_text(encoding="utf-8").partition("\nname:")[0]
    assert re.search(r"as of .*\b20\d\d\b", head)
    assert source.history
    assert source.politeness.delay_s >= 2


@pytest.mark.parametrize(
    ("source_id", "way", "first", "second"),
    [
        ("european_parliament", 0, "/page/0", "/page/1"),
        ("gov_uk_fcdo", 1, "start=0", "start=50"),
        ("india_mea", 0, "page=1", "page=2"),
        ("kremlin_en", 1, "/news", "/news/page/2"),
        ("pakistan_mofa", 0, "/press-releases", "?page=2"),
        ("sana_en", 0, "/politics/", "/politics/page/2/"),
        ("sana_en_archive", 0, "?cat=2", "?cat=2&paged=2"),
        ("sri_lanka_pmd", 0, "/news-media/", "/page/2/"),
        ("ukraine_president", 1, "date-from=01-03-2026&date-to=31-03-2026&page=1", "page=2"),
        ("us_state", 1, "after=2026-03-01T00:00:00&before=2026-03-31T23:59:59&page=1", "page=2"),
        ("us_federal_register", 0, "=2026-03-01&conditions%5Bpublication_date%5D%5Blte%5D=2026-03-31", None),
    ],
)
def test_pages_are_counted_as_the_site_counts_them(source_id: str, way: int, first: str, second: str | None) -> None:
    source = load_source(source_id, SHIPPED)
    march = Interval(*(datetime(2026, month, 1, tzinfo=source.zone).astimezone(UTC) for month in (3, 4)))
    how = source.discovery[way].way
    assert not isinstance(how, Folder)
    [begin] = first_addresses(how, source, march, NOW)
    assert first in begin
    following = page_address(how, 1, source, march, NOW)
    assert following is None if second is None else following is not None and second in following


# SOURCES.md


def access_kind(one: DiscoveryWay) -> str:
    """Return in words how a way lists."""
    way = one.way
    if isinstance(way, Feed):
        return {"rss": "RSS", "atom": "Atom"}.get(way.kind, "feed")
    if isinstance(way, JsonApi):
        return "JSON API"
    return "paginated listing" if isinstance(way, Listing) else one.kind


def render_table(sources: list[Source]) -> str:
    """Return SOURCES.md: one row a source, in order of their ids."""
    head = ("source", "issuer", "access", "since", "history", "licence", "enabled", "last tried live")
    rows = [head, tuple("---" for _ in head)]
    for source in sources:
        licence = source.licence or "none found"
        rows.append(
            (
                f"[`{source.id}`](pipeline/sources/{source.id}.yml)",
                f"[{source.issuer}]({source.url}) ({source.country or 'many states'}, {source.language})",
                ", ".join(dict.fromkeys(map(access_kind, source.discovery))),
                str(source.start),
                source.history or "unknown",
                f"[{licence}]({source.terms})" if source.terms else licence,
                "yes" if source.enabled else f"no: {source.disabled_because}",
                str(source.verified or "never"),
            )
        )
    lines = ("| " + " | ".join(cell.strip().replace("|", "\\|") for cell in row) + " |" for row in rows)
    return "\n".join(
        [
            "# Sources",
            "",
            "Real issuers that Readout knows how to list, from `pipeline/sources/`. What is said of a site was true",
            "on the day that its YAML names; a source is enabled once somebody has tried it live. Sites that turn",
            "plain clients away stay disabled: Readout names itself, keeps to robots.txt and goes round no refusal.",
            "A release's text belongs to its issuer, under the licence named here. This page is written by",
            "`python -m tests.test_real_sources`.",
            "",
            *lines,
            "",
        ]
    )


def render_short_table(sources: list[Source]) -> str:
    """Return README's table of sources."""
    rows = [
        f"| [`{source.id}`](pipeline/sources/{source.id}.yml) | {source.issuer} ({source.country or 'many states'}) | "
        f"{', '.join(dict.fromkeys(map(access_kind, source.discovery)))} | {source.verified or 'never'} | {obstacle(source)} |"
        for source in sources
    ]
    head = ["| source | issuer | access | last verified live | disabled, besides, because |", "|---|---|---|---|---|"]
    return "\n".join([BEGIN, *head, *rows, END])


def obstacle(source: Source) -> str:
    """Return why a source is disabled, besides that nobody has tried it live."""
    told = (source.disabled_because or "").strip().removeprefix("Not yet tried live").lstrip(".; ")
    return (told[:1].upper() + told[1:]).replace("|", "\\|")


def with_short_table(text: str) -> str:
    """Return README's text with today's table in it."""
    before, _, rest = text.partition(BEGIN)
    return before + render_short_table(real_sources()) + rest.partition(END)[2]


def test_a_source_whose_pages_scripts_fill_in_says_so() -> None:
    for name in SCRIPTED:
        source = load_source(name, SHIPPED)
        assert not source.enabled
        assert "filled in by scripts" in (source.disabled_because or "")
        [row] = [line for line in render_short_table([source]).splitlines() if f"`{name}`" in line]
        assert "filled in by scripts" in row


def test_the_pages_of_sources_tell_what_the_sources_say() -> None:
    assert TABLE.read_text(encoding="utf-8") == render_table(real_sources())
    text = README.read_text(encoding="utf-8")
    assert BEGIN in text
    assert text == with_short_table(text)


if __name__ == "__main__":
    TABLE.write_text(render_table(real_sources()), encoding="utf-8")
    README.write_text(with_short_table(README.read_text(encoding="utf-8")), encoding="utf-8")
