"""Trying a live source: is it allowed, does it list, do its pages hold releases; said field by field. Loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pipeline import steps
from pipeline.archive import Archive
from pipeline.errors import StepProblem
from pipeline.fetch import Fetcher
from pipeline.records import Address, Interval, Page, Problem, Release, utc_now
from pipeline.settings import Settings
from pipeline.sources import Source
from pipeline.sources.discovery import choose_addresses, walk_one
from pipeline.sources.periods import is_dated
from pipeline.sources.walk import Walk
from pipeline.sources.ways import DiscoveryWay, Way
from pipeline.steps import OnProgress, no_progress

LISTING_PAGES = 2
"""Pages read of each listing: enough to see that the second is another than the first."""
RECENT = timedelta(days=30)
"""A listing that is asked for a time is asked for so many days back."""
SHORT_BODY = 200
"""Characters below which a body is worth a look."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `state` is ok, look (a person should) or failed, `found` what there was, in one line."""

    part: str
    field: str
    state: str
    found: str


def check_source(
    source: Source, settings: Settings, pages: int = 3, on_progress: OnProgress = no_progress
) -> Iterator[Finding]:
    """Yield what is found, part by part: robots.txt of each host, each way of listing, the newest pages, the source's floors.

    At most two pages of each listing and `pages` releases are asked for, as politely as in any run and into the archive.
    """
    now = utc_now()
    walks = []
    with Archive(settings.archive, source.id) as archive, Fetcher(settings, archive, source) as fetcher:
        yield from _check_robots(source, fetcher)
        for number, one in enumerate(source.discovery):
            on_progress("listings", number, len(source.discovery))
            asks_for_a_time = isinstance(one.way, Way) and is_dated(one.way)
            interval = Interval(now - RECENT, None) if asks_for_a_time else Interval()
            walk = walk_one(_shortened(one), source, interval, fetcher.fetch_listing, now)
            walks.append(walk)
            yield from _check_listing(one, walk, source, now)
        on_progress("listings", len(source.discovery), len(source.discovery))
    listed = choose_addresses((address for walk in walks for address in walk.addresses), source, Interval())
    newest = sorted(listed, key=lambda address: address.published or address.updated or now, reverse=True)[:pages]
    read: list[Release] = []
    for address, answer in zip(newest, steps.fetch(source, newest, settings, on_progress), strict=True):
        yield from _check_page(address, answer, source, read)
    yield from _check_floors(source, read, len(newest))


def _shortened(one: DiscoveryWay) -> DiscoveryWay:
    if not isinstance(one.way, Way):
        return one
    field = "json_" if one.kind == "json" else one.kind
    return one.model_copy(update={field: one.way.model_copy(update={"max_pages": LISTING_PAGES})})


def _check_robots(source: Source, fetcher: Fetcher) -> Iterator[Finding]:
    urls = [one.way.url for one in source.discovery if isinstance(one.way, Way)]
    for host in dict.fromkeys(urlsplit(url).netloc for url in urls):
        url = next(url for url in urls if urlsplit(url).netloc == host)
        rules = fetcher.read_rules(url)
        if rules.refusal is not None:
            yield Finding(f"robots.txt {host}", "allowed", "failed", rules.refusal)
            continue
        allowed = rules.allows(url.split("{")[0])
        yield Finding(
            f"robots.txt {host}", "allowed", "ok" if allowed else "failed", "yes" if allowed else f"not {url}"
        )
        wanted, own = rules.delay_s(), source.politeness.delay_s
        words = (
            f"{wanted:g} s asked for, {own:g} s in the source" if wanted else f"none asked for, {own:g} s in the source"
        )
        yield Finding(f"robots.txt {host}", "delay", "ok", words)


def _check_listing(one: DiscoveryWay, walk: Walk, source: Source, now: datetime) -> Iterator[Finding]:
    way = one.way
    part = f"{one.kind} {way.url if isinstance(way, Way) else way.path}"
    for problem in walk.problems:
        yield Finding(part, problem.reason, "look" if walk.addresses else "failed", problem.detail)
    addresses = walk.addresses
    if not addresses:
        yield Finding(part, "addresses", "failed", f"none: {walk.reach.reason}")
        return
    yield Finding(part, "addresses", "ok", f"{len(addresses)}, the first {addresses[0].url}")
    dated = [address.published or address.updated for address in addresses if address.published or address.updated]
    moments = sorted(moment for moment in dated if moment)
    if moments:
        words = f"{len(moments)} of {len(addresses)}, {moments[0]:%Y-%m-%d} to {moments[-1]:%Y-%m-%d}"
        yield Finding(part, "dates", "ok" if len(moments) == len(addresses) else "look", words)
        limit = source.floors.newest_days
        age = (now - moments[-1]).days
        stale = limit is not None and age > limit
        yield Finding(
            part, "newest", "look" if stale else "ok", f"{age} days old" + (f", floor {limit}" if limit else "")
        )
    else:
        yield Finding(part, "dates", "look", "none; the pages have to say when they were published")
    titled = sum(address.title is not None for address in addresses)
    yield Finding(part, "titles", "ok" if titled else "look", f"{titled} of {len(addresses)}")
    yield Finding(part, "reach", "ok", walk.reach.reason)


def _check_page(address: Address, answer: object, source: Source, read: list[Release]) -> Iterator[Finding]:
    part = f"page {address.url}"
    if not isinstance(answer, Page):
        problem = answer if isinstance(answer, Problem) else None
        yield Finding(part, problem.reason if problem else "gone", "failed", getattr(answer, "detail", "is gone"))
        return
    if answer.final_url != address.url:
        yield Finding(part, "address", "look", f"redirects to {answer.final_url}")
    try:
        release = steps.parse(answer, source)
    except StepProblem as error:
        yield Finding(part, error.problem.reason, "failed", error.problem.detail)
        return
    read.append(release)
    yield Finding(part, "title", "ok", release.title)
    yield _check_date(part, address, release, source)
    body = release.body
    words = f"{len(body)} characters in {len(body.split(chr(10) * 2))} paragraphs: {' '.join(body.split())[:60]} …"
    yield Finding(part, "body", "ok" if len(body) >= SHORT_BODY else "look", words)
    same = release.language == source.language
    yield Finding(
        part, "language", "ok" if same else "look", f"{release.language or 'unknown'}, source {source.language}"
    )
    yield Finding(part, "byline", "ok", ", ".join(release.byline) or "none")


def _check_date(part: str, address: Address, release: Release, source: Source) -> Finding:
    if release.published_at is None:
        return Finding(part, "published", "failed", "no date on the page, nor in the listing")
    local = release.published_at.astimezone(source.zone)
    words = f"{local:%Y-%m-%d %H:%M %Z}, from {release.date_basis}"
    listed = address.published
    if listed is not None and abs(listed - release.published_at) > timedelta(days=1):
        return Finding(
            part, "published", "look", f"{words}; the listing says {listed.astimezone(source.zone):%Y-%m-%d}"
        )
    return Finding(part, "published", "ok", words)


def _check_floors(source: Source, read: Sequence[Release], asked: int) -> Iterator[Finding]:
    if not asked:
        return
    dated = sum(release.published_at is not None for release in read) / asked
    bodied = sum(len(release.body) >= SHORT_BODY for release in read) / asked
    for field, share, floor in (
        ("share dated", dated, source.floors.share_dated),
        ("share with body", bodied, source.floors.share_with_body),
    ):
        state = "failed" if floor is not None and share < floor else "ok"
        yield Finding("source", field, state, f"{share:.2f}" + (f", floor {floor:.2f}" if floor is not None else ""))
