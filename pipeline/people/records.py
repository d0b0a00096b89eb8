"""What people are made from and what they become: mentions, persons and open questions. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Mention(NamedTuple):
    """One attendee of one event, as its release names them. `order` counts within the release.

    `date` is the issuer's local date, `country` the ISO code of the state they act for. Mentions
    with the same `event_id` are different people.
    """

    mention_id: str
    name: str
    position: str | None = None
    organization: str | None = None
    country: str | None = None
    date: date | None = None
    release_id: str = ""
    order: int = 0
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One person over all releases. Mentions stand in order of their first sighting, undated last.

    `person_id` is the id of the earliest mention, so that every former person_id is still a mention of somebody. `name` is the
    fullest established spelling.
    """

    person_id: str
    name: str
    mention_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """Two people who may be one, for a person to decide.

    `reason` is same-event, offices-differ-on-one-day, similar-names, office-differs, several-candidates or
    country-unknown.
    """

    person_id: str
    other_id: str
    reason: str
    name: str
    other_name: str
