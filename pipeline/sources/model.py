"""What a source's YAML says, as pydantic models: who publishes, how its releases are listed, how politely to ask.

One file is one source, named after the file. Nothing here does I/O.
"""

from __future__ import annotations

from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from croniter import croniter
from pydantic import Field, field_validator, model_validator

from pipeline.sources.dates import DateManner
from pipeline.sources.ways import DiscoveryWay, Part, Selector, Way, Zone

DAILY = "30 5 * * *"
"""When a source that names no schedule is read, in UTC."""


class PageHints(Part):
    """CSS selectors for a release's page, where the general parser needs help; `remove` takes furniture out."""

    title: Selector | None = None
    body: Selector | None = None
    date: Selector | None = None
    byline: Selector | None = None
    remove: tuple[Selector, ...] = ()


class Politeness(Part):
    """How a source's hosts are asked.

    `delay_s` passes between the end of one request and the start of the next, or the host's own Crawl-delay where that is
    longer; `deadline_s` bounds one request's whole answer, `max_pages` the listing pages that one walk reads.
    """

    delay_s: float = Field(default=2.0, ge=0)
    deadline_s: float = Field(default=60.0, gt=0)
    max_pages: int = Field(default=200, ge=1)


class Bounds(Part):
    """What is usual: releases a week, shares with a date and with a body, and the age of the newest release in days."""

    releases_a_week: float | None = Field(default=None, ge=0)
    share_dated: float | None = Field(default=None, ge=0, le=1)
    share_with_body: float | None = Field(default=None, ge=0, le=1)
    newest_days: int | None = Field(default=None, ge=1)


class Source(Part):
    """One issuer's releases on one site, in one language.

    `start` is the first day that the source can list, `history` says how. `verified` is the day on which somebody
    last tried it live. `country` is the state whose issuer it is, null for bodies of many states. `hosts` are further
    hosts of its releases; `drop_parameters` query parameters that mean nothing. The schedule is a cron expression in
    UTC. `redesigned` is the last day on which the site changed its shape and somebody saw that it is read well: releases
    from before are no measure of what is usual.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,60}$")
    name: str = Field(min_length=1)
    issuer: str = Field(min_length=1)
    country: str | None = Field(pattern=r"^[A-Z]{2}$")
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    timezone: Zone
    url: str
    licence: str | None = None
    terms: str | None = None
    enabled: bool = True
    disabled_because: str | None = None
    verified: date | None = None
    schedule: str = DAILY
    start: date
    history: str | None = None
    hosts: tuple[str, ...] = ()
    drop_parameters: tuple[str, ...] = ()
    day_first: bool | None = None
    discovery: tuple[DiscoveryWay, ...] = Field(min_length=1)
    parse: PageHints = PageHints()
    politeness: Politeness = Politeness()
    revisit_days: int = Field(default=14, ge=0)
    redesigned: date | None = None
    floors: Bounds = Bounds()
    ceilings: Bounds = Bounds()

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
        zone = ZoneInfo(way.timezone) if way.timezone else self.zone
        return DateManner(zone, way.date_formats, day_first, way.months or ())
