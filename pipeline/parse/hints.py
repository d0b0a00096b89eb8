"""What a source knows of its pages before they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from pipeline.errors import ConfigurationError

PARTS = ("title", "body", "date", "byline", "remove")


@dataclass(frozen=True)
class ParseHints:
    """Help for the general parser; every field may stay unset.

    `country` is the ISO 3166-1 alpha-2 code of the issuer's state, `language` an ISO 639-1 code, `timezone` the IANA
    name of the zone in which naive times are meant. `day_first` says how `03/04/2026` is to be read. `selectors` maps
    title, body, date, byline and remove to CSS selectors; where one finds nothing, the general parser reads on.
    Raises ConfigurationError for a zone, part or selector that is none.
    """

    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    day_first: bool | None = None
    selectors: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            self.zone  # noqa: B018  # looked up for its error
        except (KeyError, ValueError, OSError):
            raise ConfigurationError(f"no such time zone: {self.timezone!r}") from None
        for part, selector in self.selectors.items():
            if part not in PARTS:
                raise ConfigurationError(f"no such part of a page: {part!r}; known are {', '.join(PARTS)}")
            _check_selector(part, selector)

    @property
    def zone(self) -> tzinfo | None:
        """Return the zone, None where it is unset."""
        return ZoneInfo(self.timezone) if self.timezone else None


@cache
def _check_selector(part: str, selector: str) -> None:
    import soupsieve  # here, since few sources need selectors

    try:
        soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError as error:
        raise ConfigurationError(f"selector for {part}: {str(error).splitlines()[0]}") from None
