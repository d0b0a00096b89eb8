"""The straight line, one function a step: discover, fetch, parse, extract, load, summarise, publish.

The only module where the stages meet. Each step takes records and gives records and works without Airflow; what it could not
do becomes a Problem. `pipeline.runs` cuts the line into pieces that can be tried again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from pipeline import warehouse
from pipeline.archive import Archive
from pipeline.errors import ReadoutError, StepProblem
from pipeline.extract import extract_release
from pipeline.fetch import Fetcher
from pipeline.parse import ParseHints, parse_page
from pipeline.records import Address, Extraction, Interval, Page, Problem, Release, Run
from pipeline.settings import Settings
from pipeline.sources import Source, load_sources
from pipeline.sources.discovery import Discovery, discover_addresses

OnProgress = Callable[[str, int, int | None], None]
"""Called with a stage's name, how many are done, and how many there are (None: not known yet)."""


def no_progress(stage: str, done: int, total: int | None) -> None:
    """Show nothing."""


def discover(source: Source, interval: Interval, settings: Settings, on_progress: OnProgress = no_progress) -> Discovery:
    """Return the addresses that the source listed in the interval, with coverage and what could not be looked at."""
    with Archive(settings.archive, source.id) as archive, Fetcher(settings, archive, source) as fetcher:
        return discover_addresses(source, interval, fetcher.fetch_listing, on_progress=on_progress)


def fetch(
    source: Source, addresses: Sequence[Address], settings: Settings, on_progress: OnProgress = no_progress
) -> Iterator[Page | Problem]:
    """Yield each address's page, or what kept it from being fetched, in the order given.

    A page that the archive has is asked for again only with cause; every answer is in the archive before it is yielded.
    """
    with Archive(settings.archive, source.id) as archive, Fetcher(settings, archive, source) as fetcher:
        for number, address in enumerate(addresses):
            on_progress("fetch", number, len(addresses))
            try:
                yield fetcher.fetch(address)
            except StepProblem as error:
                yield error.problem
        on_progress("fetch", len(addresses), len(addresses))


def parse(source: Source, page: Page) -> Release:
    """Return the release on a page. Raises StepProblem for a page that holds none."""
    return parse_page(page, parse_hints(source))
