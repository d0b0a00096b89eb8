"""The ways in which a source's releases can be listed, as its YAML describes them: pydantic models, no I/O."""

from __future__ import annotations

import re
import string
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.sources.addresses import canonical_url

PLACEHOLDERS = frozenset({"n", "from", "to", "year", "month", "day"})
"""What an address may hold in braces: page number or offset, the interval's first and last day, and periods within
it.
"""


class Part(BaseModel):
    """A part of a source's YAML: unknown names are errors, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _check_template(url: str) -> str:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(url) if name is not None}
        filled = url.format_map({name: 1 if name == "n" else date(2000, 1, 1) for name in names & PLACEHOLDERS})
    except KeyError as error:
        raise ValueError(f"knows no {{{error.args[0]}}}; there are {', '.join(sorted(PLACEHOLDERS))}") from None
    except (IndexError, ValueError) as error:
        raise ValueError(f"its placeholders cannot be read: {error}") from None
    if canonical_url(filled) is None:
        raise ValueError(f"{filled!r} is no http(s) address")
    return url


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


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no IANA time zone (write Europe/Berlin)") from None
    return name


Zone = Annotated[str, AfterValidator(_check_zone)]
Template = Annotated[str, AfterValidator(_check_template)]
Regex = Annotated[str, AfterValidator(_check_regex)]
Selector = Annotated[str, AfterValidator(_check_selector)]
Months = Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]


class Way(Part):
    """What all ways of listing over HTTP have in common.

    `url` is the first address, `pages` the pattern of the following ones, whose {n} counts from `first` by `step`.
    Ways of the same `section` list the same releases, so that one of them suffices; sections add up. `since` and
    `until` bound the days a way can list (until itself is not among them). `dates` says what a listed date is, `timezone`
    what its times without a zone mean where that is not the issuer's own. `ends` are the failures of a following page that
    mean the listing has ended.
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
    timezone: Zone | None = None
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
    """An RSS or Atom feed. `guid: stable` makes issuer's ids that are no addresses the releases' ids."""

    kind: Literal["auto", "rss", "atom"] = "auto"
    guid: Literal["ignore", "stable"] = "ignore"


class Listing(Way):
    """HTML pages that list releases, read by CSS selectors: `item` finds the entries, the others look inside each.

    `date` takes the first of the element's `datetime` and `content` attributes and its text, or `date_attribute`; so does
    `updated`, the day of the last change. `next` finds the link to the following page, beside rel=next. `nothing` finds the
    mark that says that nothing matches.
    """

    item: Selector
    link: Selector = "a[href]"
    title: Selector | None = None
    date: Selector | None = None
    updated: Selector | None = None
    date_attribute: str | None = None
    next: Selector | None = None
    nothing: Selector | None = None


class Sitemap(Way):
    """A sitemap or an index of them; `sitemaps` filters the index by address. Its dates are of the last change."""

    dates: Literal["published", "updated"] = "updated"
    sitemaps: Regex | None = None


class JsonApi(Way):
    """An API that answers JSON.

    `items`, `title`, `date`, `updated`, `id` and `next` are dotted paths, `link` is one, too, or an address with paths in
    braces. `id` is the issuer's stable id.
    """

    items: str = ""
    link: str
    title: str | None = None
    date: str | None = None
    updated: str | None = None
    id: str | None = None
    next: str | None = None


class Cdx(Way):
    """An index of archived copies (CDX), of a web archive or of one's own.

    `replay` is the address of a copy as it was fetched then, with {timestamp} and {url}. Copies are undated: the page itself
    says when it was published.
    """

    dates: Literal["published", "updated"] = "updated"
    replay: str

    @field_validator("replay")
    @classmethod
    def _replay_is_address(cls, replay: str) -> str:
        try:
            filled = replay.format(timestamp="20200101000000", url="https://press.example/")
        except (KeyError, IndexError, ValueError):
            raise ValueError("knows {timestamp} and {url} alone") from None
        if "{url}" not in replay or canonical_url(filled) is None:
            raise ValueError(f"{replay!r} is no http(s) address with {{url}} in it")
        return replay


class Folder(Part):
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


KINDS = ("feed", "listing", "sitemap", "json", "cdx", "folder", "warc")


class Warcs(Part):
    """A folder of WARC files; a relative path starts at the folder of the source's YAML. Its HTML pages are the releases."""

    path: Path
    pattern: str = "**/*"
    section: str = ""
    include: Regex | None = None
    exclude: Regex | None = None

    def wants(self, url: str) -> bool:
        """Say whether the address is one of a release."""
        kept = self.include is None or re.search(self.include, url) is not None
        return kept and (self.exclude is None or re.search(self.exclude, url) is None)


AnyWay = Feed | Listing | Sitemap | JsonApi | Cdx | Folder | Warcs


class DiscoveryWay(Part):
    """One way of listing: exactly one of feed, listing, sitemap, json, cdx, folder, warc."""

    feed: Feed | None = None
    listing: Listing | None = None
    sitemap: Sitemap | None = None
    json_: JsonApi | None = Field(default=None, alias="json")
    cdx: Cdx | None = None
    folder: Folder | None = None
    warc: Warcs | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len([way for way in self._all() if way is not None]) != 1:
            raise ValueError(f"wants exactly one of {', '.join(KINDS)}")
        return self

    @property
    def way(self) -> AnyWay:
        """The way that is given."""
        return next(way for way in self._all() if way is not None)

    @property
    def kind(self) -> str:
        """Its name in the YAML."""
        return next(name for name, way in zip(KINDS, self._all(), strict=True) if way is not None)

    def _all(self) -> tuple[AnyWay | None, ...]:
        return (self.feed, self.listing, self.sitemap, self.json_, self.cdx, self.folder, self.warc)
