"""What a source's YAML says, as pydantic models: who publishes, how its releases are listed, how politely to ask.

One file is one source, named after the file. Nothing here does I/O.
"""

from __future__ import annotations

import re
import string
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.sources.addresses import canonical_url
from pipeline.sources.dates import DateManner

PLACEHOLDERS = frozenset({"n", "from", "to", "year", "month", "day"})
"""What an address may hold in braces: page number or offset, the interval's first and last day, and periods within
it.
"""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _check_template(url: str) -> str:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(url) if name is not None}
        if not names <= PLACEHOLDERS:
            raise ValueError(f"knows no {{{min(names - PLACEHOLDERS)}}}; there are {', '.join(sorted(PLACEHOLDERS))}")
        filled = url.format_map({name: 1 if name == "n" else date(2000, 1, 1) for name in names})
    except (IndexError, KeyError) as error:
        raise ValueError(f"is no address with placeholders: {error}") from None
    return url if canonical_url(filled) else _refuse(f"{filled!r} is no http(s) address")


def _check_regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return pattern


def _check_selector(selector: str) -> str:
    import soupsieve  # here, since a DAG file that lists the sources has to parse fast

    try:
        soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"is no CSS selector: {str(error).splitlines()[0]}") from None
    return selector


def _refuse(reason: str) -> str:
    raise ValueError(reason)


Template = Annotated[str, AfterValidator(_check_template)]
Regex = Annotated[str, AfterValidator(_check_regex)]
Selector = Annotated[str, AfterValidator(_check_selector)]
Months = Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]


class Way(_Part):
    """What all ways of listing over HTTP have in common.

    `url` is the first address, `pages` the pattern of the following ones, whose {n} counts from `first` by `step`.
    Ways of the same `section` list the same releases, so that one of them suffices; sections add up. `since` and
    `until` bound the days a way can list (until itself is not among them). `dates` says what a listed date is. `ends`
    are the failures of a following page that mean the listing has ended.
    """

    url: Template
    pages: Template | None = None
    first: int = 2
    step: int = Field(default=1, ge=1)
    max_pages: int | None = Field(default=None, ge=1)
    section: str = ""
    since: date | None = None
    until: date | None = None
    newest_first: bool = False
    include: Regex | None = None
    exclude: Regex | None = None
    exclude_title: Regex | None = None
    dates: Literal["published", "updated"] = "published"
    date_formats: tuple[str, ...] = ()
    day_first: bool | None = None
    months: Months | None = None
    ends: tuple[str, ...] = ("not-found", "gone")

    @model_validator(mode="after")
    def _pages_count(self) -> Self:
        if self.pages is not None and "{n" not in self.pages:
            raise ValueError("pages: has no {n}")
        return self


class Feed(Way):
    """An RSS or Atom feed. `guid: stable` takes the issuer's own ids, where they are no addresses, as the releases'
    ids.
    """

    kind: Literal["auto", "rss", "atom"] = "auto"
    guid: Literal["ignore", "stable"] = "ignore"


class Listing(Way):
    """HTML pages that list releases, read by CSS selectors: `item` finds the entries, the others look inside each.

    `date` takes the first of the element's `datetime` and `content` attributes and its text, or `date_attribute`.
    `next` finds the link to the following page, beside rel=next. `nothing` finds the mark that says that nothing
    matches.
    """

    item: Selector
    link: Selector = "a[href]"
    title: Selector | None = None
    date: Selector | None = None
    date_attribute: str | None = None
    next: Selector | None = None
    nothing: Selector | None = None


class Sitemap(Way):
    """A sitemap or an index of them; `sitemaps` filters the index by address. Its dates are of the last change."""

    dates: Literal["published", "updated"] = "updated"
    sitemaps: Regex | None = None


class JsonApi(Way):
    """An API that answers JSON. `items`, `title`, `date`, `updated`, `id` and `next` are dotted paths; `link` is one,
    or an address with paths in braces. `id` is the issuer's stable id.
    """

    items: str = ""
    link: str
    title: str | None = None
    date: str | None = None
    updated: str | None = None
    id: str | None = None
    next: str | None = None


class Folder(_Part):
    """A folder of saved releases; a relative path starts at the folder of the source's YAML."""

    path: Path
    pattern: str = "**/*"
    section: str = ""

    @field_validator("pattern")
    @classmethod
    def _pattern_stays_inside(cls, pattern: str) -> str:
        if not pattern or pattern.startswith("/") or ".." in pattern.split("/"):
            raise ValueError(f"{pattern!r} is no pattern within the folder (write **/*.html)")
        return pattern


class DiscoveryWay(_Part):
    """One way of listing: exactly one of feed, listing, sitemap, json, folder."""

    feed: Feed | None = None
    listing: Listing | None = None
    sitemap: Sitemap | None = None
    json_: JsonApi | None = Field(default=None, alias="json")
    folder: Folder | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len([way for way in self._all() if way is not None]) != 1:
            raise ValueError("wants exactly one of feed, listing, sitemap, json, folder")
        return self

    @property
    def way(self) -> Feed | Listing | Sitemap | JsonApi | Folder:
        """The way that is given."""
        return next(way for way in self._all() if way is not None)

    @property
    def kind(self) -> str:
        """Its name in the YAML."""
        names = ("feed", "listing", "sitemap", "json", "folder")
        return next(name for name, way in zip(names, self._all(), strict=True) if way is not None)

    def _all(self) -> tuple[Feed | Listing | Sitemap | JsonApi | Folder | None, ...]:
        return (self.feed, self.listing, self.sitemap, self.json_, self.folder)


class PageHints(_Part):
    """CSS selectors for a release's page, only where the general parser needs help; `remove` takes out what is no
    text.
    """

    title: Selector | None = None
    body: Selector | None = None
    date: Selector | None = None
    byline: Selector | None = None
    remove: tuple[Selector, ...] = ()


class Politeness(_Part):
    """Seconds between the end of one request to a host and the start of the next, for one request's whole answer, and
    the most listing pages a run reads. A longer Crawl-delay of the host's robots.txt counts instead.
    """

    delay_s: float = Field(default=2.0, ge=0)
    deadline_s: float = Field(default=60.0, gt=0)
    max_pages: int = Field(default=200, ge=1)


class Bounds(_Part):
    """What is usual: releases a week, shares with a date and with a body, and the age of the newest release in days."""

    releases_a_week: float | None = Field(default=None, ge=0)
    share_dated: float | None = Field(default=None, ge=0, le=1)
    share_with_body: float | None = Field(default=None, ge=0, le=1)
    newest_days: int | None = Field(default=None, ge=1)


class Source(_Part):
    """One issuer's releases on one site, in one language.

    `start` is the first day that the source can list, `history` says how. `verified` is the day on which somebody
    last tried it live. `country` is the state whose issuer it is, null for bodies of many states. `hosts` are further
    hosts of its releases; `drop_parameters` query parameters that mean nothing. The schedule is a cron expression in
    UTC.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,60}$")
    name: str = Field(min_length=1)
    issuer: str = Field(min_length=1)
    country: str | None = Field(pattern=r"^[A-Z]{2}$")
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    timezone: str
    url: str
    licence: str | None = None
    terms: str | None = None
    enabled: bool = True
    disabled_because: str | None = None
    verified: date | None
    schedule: str
    start: date
    history: str | None = None
    hosts: tuple[str, ...] = ()
    drop_parameters: tuple[str, ...] = ()
    day_first: bool | None = None
    discovery: tuple[DiscoveryWay, ...] = Field(min_length=1)
    parse: PageHints = PageHints()
    politeness: Politeness = Politeness()
    revisit_days: int = Field(default=14, ge=0)
    floors: Bounds = Bounds()
    ceilings: Bounds = Bounds()

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{name!r} is no IANA time zone (write Europe/Berlin)") from None
        return name

    @field_validator("schedule")
    @classmethod
    def _schedule_is_cron(cls, schedule: str) -> str:
        if not croniter.is_valid(schedule) or len(schedule.split()) != 5:
            raise ValueError(f"{schedule!r} is no cron expression of five fields")
        return schedule

    @model_validator(mode="after")
    def _says_why_disabled(self) -> Self:
        if not self.enabled and not self.disabled_because:
            raise ValueError("disabled_because: a disabled source says why")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The issuer's time zone."""
        return ZoneInfo(self.timezone)

    def manner(self, way: Way | None = None) -> DateManner:
        """Return how dates are written in one of its listings."""
        if way is None:
            return DateManner(self.zone, day_first=self.day_first)
        day_first = self.day_first if way.day_first is None else way.day_first
        return DateManner(self.zone, way.date_formats, day_first, way.months or ())
