"""Mutated pages and feeds: `make soak` reads 100,000 of them, the tests a sample; none may crash or take over two seconds.

usage: python -m tests.mutations [--count N] [--first N] [--add] [--workers N]

A case is a number: it chooses a page, listing or feed of the project's own and damages it in one to eight ways. A failure
prints the number; `python -m tests.mutations --first NUMBER --count 1` is that case again. The time of a case is the
processor's, since another process may hold the machine. Writes benchmarks/results/parse.md; `--add` goes on where the last
run ended and adds to what it found, so that many can be tried in pieces.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from rich.progress import track

from benchmarks.parse_results import keep_results, load_results
from pipeline.errors import StepProblem
from pipeline.parse import MOST_BYTES, ParseHints, parse_page
from pipeline.records import Address, Page, Release
from pipeline.sources import Source, load_sources
from pipeline.sources.feed import read_feed
from pipeline.sources.jsonapi import read_json
from pipeline.sources.listing import read_listing
from pipeline.sources.sitemap import read_sitemap
from pipeline.sources.ways import Feed, JsonApi, Listing, Sitemap
from tests.page_families import read_samples

HERE = Path(__file__).parent
SECONDS = 2.0
SLOW = "took"
CHUNK = 250
FETCHED = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)
PIECES = (
    *(
        b"<",
        b">",
        b'"',
        b"'",
        b"</",
        b"</div>",
        b"<script>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"<table><tr><td>",
        b"&#0;",
        b"\xff",
    ),
    *(
        b"<br>",
        b"</body>",
        b"</html>",
        b"<svg>",
        b"<p>",
        b"<h1>",
        b"<a href=",
        b"\x00",
        b"\xc3",
        b"\xe2\x80",
        b"&lt;",
        b"&#x110000;",
    ),
    *(
        b"<title>",
        b"<template>",
        b"<noscript>",
        b"<select>",
        b"<frameset>",
        b"<plaintext>",
        b"<textarea>",
        b"<style>",
        b"<math>",
    ),
    *(
        b'<meta charset="utf-16">',
        b'<meta charset="koi8-r">',
        b"<base href='//x'>",
        b"9999-99-99",
        b"31.02.2026",
        b"\xd9\xa0" * 12,
    ),
    *(
        b'<time datetime="0000-00-00T99:99">',
        b'{"@type":"NewsArticle","datePublished":{}}',
        b"]]>",
        b"<!DOCTYPE x [",
        b"<?xml version='1.1'?>",
    ),
    *(
        b"<item>",
        b"</item>",
        b"<entry><updated>x</updated></entry>",
        b"<pubDate>Mon, 99 Foo 2026 25:61:61 +9999</pubDate>",
        b"[" * 40,
        b'{"a":' * 40,
    ),
)
FLOODS = (
    b"<div>",
    b"<b>",
    b"<a href=x>y</a>",
    b"<p>text. ",
    b"<td>1",
    b"&amp;",
    b"x='1' ",
    b"<h2>2026-03-04</h2>",
    b"<!--",
    b"1 ",
    b"\xc3\xa9",
    b"<li><ul>",
    b"<br>",
    b"- ",
    b"/",
    b"12:00 ",
    b"<font><i>",
    b"<time>4 May 2026</time>",
    b"<script></script>",
)
CHARSETS = ("", "utf-8", "utf-16", "windows-1251", "windows-1256", "gb2312", "x-none", "utf-7", "hz")


@dataclass(frozen=True)
class Base:
    """Something to damage, and what reads it: a page with its hints, or a listing with its source and way."""

    name: str
    page: Page
    read: Callable[[Page], object]


@dataclass(frozen=True)
class Failure:
    """A case that broke a promise, and how."""

    number: int
    base: str
    told: str


@cache
def load_bases() -> Sequence[Base]:
    """Return the project's own pages, listings, feeds and sitemaps."""
    bases = []
    for sample in read_samples():
        if sample.number == 0:
            bases.append(Base(f"families/{sample.family}", sample.page, _page_reader(sample.hints)))
    for path in sorted((HERE / "pages").glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        body = path.with_suffix(".html").read_bytes()
        page = Page(Address("test", told["url"]), told["url"], 200, "text/html", body, "0" * 64, FETCHED, "")
        bases.append(Base(f"pages/{path.stem}", page, _page_reader(ParseHints(**told["hints"]))))
    for source in load_sources(HERE.parent / "pipeline" / "sources"):
        bases += _of_source(source)
    return bases


def _of_source(source: Source) -> Iterator[Base]:
    path = HERE / "sources" / source.id / "expected.json"
    if not path.is_file():
        return
    expected = json.loads(path.read_text(encoding="utf-8"))
    for name, listing in expected["listings"].items():
        page = Page(
            Address(source.id, source.url), source.url, 200, "", (path.parent / name).read_bytes(), "", FETCHED, ""
        )
        yield Base(f"sources/{source.id}/{name}", page, _list_reader(source, source.discovery[listing["way"]].way))
    hints = ParseHints(source.country, source.language, source.timezone, source.day_first)
    for name, told in expected["pages"].items():
        body = (path.parent / name).read_bytes()
        page = Page(Address(source.id, told["url"]), told["url"], 200, "text/html", body, "", FETCHED, "")
        yield Base(f"sources/{source.id}/{name}", page, _page_reader(hints))


def _page_reader(hints: ParseHints) -> Callable[[Page], object]:
    return lambda page: parse_page(page, hints)


def _list_reader(source: Source, way: object) -> Callable[[Page], object]:
    def read(page: Page) -> object:
        if isinstance(way, Feed):
            return read_feed(page, source, way)
        if isinstance(way, Sitemap):
            return read_sitemap(page, source, way)
        if isinstance(way, JsonApi):
            return read_json(page, source, way)
        assert isinstance(way, Listing)
        return read_listing(page, source, way)

    return read


def mutate(number: int) -> tuple[Base, Page]:
    """Return the case's base, and its page damaged."""
    dice = random.Random(number)
    bases = load_bases()
    base = dice.choice(bases)
    body = bytearray(base.page.body)
    for _ in range(dice.randint(1, 8)):
        _damage(body, dice, bases)
    charset = dice.choice(CHARSETS)
    kind = dice.choice(
        ("text/html", base.page.content_type or "application/xml", "text/plain", "application/octet-stream")
    )
    return base, replace(
        base.page, body=bytes(body[: MOST_BYTES + 10]), content_type=f"{kind}; charset={charset}" if charset else kind
    )


def _damage(body: bytearray, dice: random.Random, bases: Sequence[Base]) -> None:
    """Damage the body in one way."""
    at = dice.randint(0, len(body))
    end = min(len(body), at + int(dice.expovariate(1 / 200)))
    match dice.randint(0, 9):
        case 0:
            body[at:end] = b""
        case 1 | 2:
            body[at:end] = dice.choice(PIECES)
        case 3:
            body[at:at] = body[at:end] * dice.choice((1, 2, 8, 64))
        case 4:
            body[at:at] = dice.choice(FLOODS) * dice.choice((3, 50, 1_000, 20_000))
        case 5:
            for _ in range(dice.randint(1, 30)):
                if body:
                    body[dice.randrange(len(body))] = dice.randrange(256)
        case 6:
            del body[at:]
        case 7:
            other = dice.choice(bases).page.body
            cut = dice.randint(0, len(other))
            body[at:end] = other[cut : cut + dice.randint(0, 3_000)]
        case 8:
            text = body.decode("utf-8", "replace")
            body[:] = text.encode(dice.choice(("utf-16", "cp1251", "cp1256", "gb18030", "latin-1")), "replace")
        case _:
            text = body.decode("utf-8", "replace")
            body[:] = (
                text.encode("utf-8").decode(dice.choice(("latin-1", "cp1251", "cp1256")), "replace").encode("utf-8")
            )


def try_case(number: int) -> tuple[str, float, Failure | None]:
    """Read a case; return what came of it in a word, the seconds that it took, and what went wrong, if anything did."""
    base, page = mutate(number)
    begin = time.process_time()
    failure = None
    try:
        read = base.read(page)
        outcome = type(read).__name__.lower()
        told = _broken_promise(read) if isinstance(read, Release) else None
    except StepProblem as error:
        outcome = error.problem.reason
        told = f"a problem of more than one line: {error.problem.detail!r}" if "\n" in error.problem.detail else None
    except Exception as error:  # whatever it is, it is what is looked for
        outcome, told = "crash", f"{type(error).__name__}: {error}"
    seconds = time.process_time() - begin
    if told is None and seconds > SECONDS:
        told = f"{SLOW} {seconds:.1f} s for {len(page.body):,} bytes"
    if told is not None:
        failure = Failure(number, base.name, " ".join(told.split())[:300])
    return outcome, seconds, failure


def _broken_promise(release: Release) -> str | None:
    """Return what a release has that none may have."""
    if not release.title or not release.body or release.body != release.body.strip():
        return "no title, no body or blanks around it"
    if (release.published_at is None) != (release.date_basis == "none"):
        return f"published at {release.published_at} by {release.date_basis}"
    if any(letter < " " and letter != "\n" for letter in release.title + release.body):
        return "a control character"
    return None


def warm_up() -> None:
    """Load what a process loads once, whatever it reads: the words, the language model, the bases."""
    for base in load_bases()[::7]:
        with suppress(StepProblem):
            base.read(base.page)


def try_chunk(first: int, count: int) -> list[tuple[int, tuple[str, float, Failure | None]]]:
    """Read cases one after another; return their numbers and what came of them."""
    return [(number, try_case(number)) for number in range(first, first + count)]


def main() -> None:
    """Read the cases on several cores and print what came of them; the exit code says whether all promises held."""
    arguments = argparse.ArgumentParser(description="Read mutated pages and feeds: no crash, none over two seconds.")
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--first", type=int, help="the first case's number, 0 where it is not given")
    arguments.add_argument("--add", action="store_true", help="go on where the last run ended, and add to its table")
    arguments.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = arguments.parse_args()
    earlier = load_results().get("mutations") if given.add else None
    begin = given.first or (earlier["next"] if earlier else 0)
    end = begin + given.count
    chunks = [(first, min(CHUNK, end - first)) for first in range(begin, end, CHUNK)]
    outcomes: Counter[str] = Counter(earlier["outcomes"] if earlier else ())
    slowest, slowest_case = (earlier["slowest"], earlier["slowest_case"]) if earlier else (0.0, "")
    failures: list[Failure] = []
    with ProcessPoolExecutor(given.workers, initializer=warm_up) as pool:
        results = pool.map(try_chunk, *zip(*chunks, strict=True))
        for chunk in track(results, "mutated pages and feeds", len(chunks), disable=not sys.stderr.isatty()):
            for number, (outcome, seconds, failure) in chunk:
                outcomes[outcome] += 1
                if seconds > slowest:
                    slowest, slowest_case = seconds, f"{number}, {mutate(number)[0].name}"
                failures += [failure] * (failure is not None)
    slow = sum(failure.told.startswith(SLOW) for failure in failures)
    figures = {
        "tried": given.count + (earlier["tried"] if earlier else 0),
        "broken": len(failures) - slow + (earlier["broken"] if earlier else 0),
        "slow": slow + (earlier["slow"] if earlier else 0),
        "slowest": slowest,
        "slowest_case": slowest_case,
        "outcomes": outcomes,
        "next": end,
    }
    keep_results("mutations", figures)
    print(
        f"{figures['tried']:,} mutated pages and feeds, {given.count:,} of them now: {len(failures)} failures now,",
        end=" ",
    )
    print(f"the slowest took {slowest:.2f} s")
    print(", ".join(f"{name} {times:,}" for name, times in outcomes.most_common()))
    for failure in failures[:40]:
        print(f"  case {failure.number} of {failure.base}: {failure.told}")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
