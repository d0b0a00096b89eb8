"""What a source knows of its pages before they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cache
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class ParseHints:
    """Help for the general parser; every field may stay unset.

    `country` is the ISO 3166-1 alpha-2 code of the issuer's state, `language` an ISO 639-1 code, `timezone` the IANA name of
    the zone in which naive times are meant. `day_first` says how `03/04/2026` is to be read. `selectors` maps title, body,
    date, byline and remove to CSS selectors; where one finds nothing, the general parser reads on.
    """

    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    day_first: bool | None = None
    selectors: Mapping[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> tzinfo | None:
        """Return the zone; None where unset. Raises ZoneInfoNotFoundError for a name that is no zone."""
        return _zone(self.timezone) if self.timezone else None


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
