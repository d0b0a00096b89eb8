"""Mentions taken for one person, and what forbids that two such clusters are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from pipeline.people.names import NameParts, parse_name
from pipeline.people.offices import Office, Relation, compare_offices
from pipeline.people.records import Mention
from pipeline.people.similarity import SAME, compare_parts

FEW = 3
"""A short name that fits more people than this asks no question: a person could not answer it either."""

Order = tuple[bool, date, str, int, str]


def order_of(mention: Mention) -> Order:
    """Return the order mentions are told in: by date with undated ones last, then release, place in it and id."""
    return (mention.date is None, mention.date or date.min, mention.release_id, mention.order, mention.mention_id)


def office_of(mention: Mention) -> Office:
    """Return the office a mention was named with."""
    return Office(mention.position, mention.organization)


@dataclass(slots=True, eq=False)
class Cluster:
    """Mentions taken for one person so far, and what they say together."""

    mentions: list[Mention]
    country: str | None
    forms: set[NameParts] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    releases: set[str] = field(default_factory=set)
    offices: dict[Office, set[date]] = field(default_factory=lambda: defaultdict(set))
    days: dict[date, set[Office]] = field(default_factory=lambda: defaultdict(set))

    def take(self, mention: Mention) -> None:
        """Add one mention."""
        office = office_of(mention)
        self.mentions.append(mention)
        self.country = self.country or mention.country
        self.forms.add(parse_name(mention.name))
        if mention.event_id:
            self.events.add(mention.event_id)
        if mention.release_id:
            self.releases.add(mention.release_id)
        dates = self.offices[office]
        if mention.date:
            dates.add(mention.date)
            self.days[mention.date].add(office)

    def absorb(self, other: Cluster) -> None:
        """Take everything of the other cluster, which is left as it is."""
        self.mentions += other.mentions
        self.country = self.country or other.country
        self.forms |= other.forms
        self.events |= other.events
        self.releases |= other.releases
        for office, dates in other.offices.items():
            self.offices[office] |= dates
        for day, offices in other.days.items():
            self.days[day] |= offices


Doubt = tuple[Cluster, Cluster, str]


def clash(one: Cluster, two: Cluster) -> str | None:
    """Return why two clusters of one state, or one of none, cannot be one person; None when nothing forbids it."""
    if not one.events.isdisjoint(two.events):
        return "same-event"
    if any(compare_parts(form, other) < SAME for form in one.forms for other in two.forms):
        return "similar-names"
    few, many = sorted((one, two), key=lambda cluster: len(cluster.days))
    for day, offices in few.days.items():
        for office, other in product(offices, many.days.get(day, ())):
            if compare_offices(office, other) is Relation.DIFFERENT and not _are_joined(office, other, one, two):
                return "offices-differ-on-one-day"
    return None


def _are_joined(office: Office, other: Office, one: Cluster, two: Cluster) -> bool:
    """Say whether two offices that differ can be held on one day: one is past, or a third that is known joins both."""
    if office.is_past or other.is_past:
        return True
    return any(
        max(compare_offices(office, third), compare_offices(other, third)) <= Relation.RELATED
        for third in (*one.offices, *two.offices)
    )


def doubt_few(cluster: Cluster, others: Sequence[Cluster], reason: str, doubts: list[Doubt]) -> None:
    """Put down a doubt for each other cluster, unless they are too many to ask about."""
    if len(others) <= FEW:
        doubts.extend((cluster, other, reason) for other in others)
