"""Full names of one block: which mentions are one person, by name, state and office, and never within one event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from pipeline.people_names import NameParts, first_of, parse_name, word_skeleton, words_of
from pipeline.people_offices import Office, Relation, compare_offices
from pipeline.people_records import Mention
from pipeline.people_similarity import SAME, compare_parts

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

    def take(self, mention: Mention) -> None:
        """Add one mention."""
        self.mentions.append(mention)
        self.country = self.country or mention.country
        self.forms.add(parse_name(mention.name))
        self.events |= {mention.event_id} - {""}
        self.releases |= {mention.release_id} - {""}
        self.offices[office_of(mention)] |= {mention.date} if mention.date else set()

    def absorb(self, other: Cluster) -> None:
        """Take everything of the other cluster, which is left as it is."""
        self.mentions += other.mentions
        self.country = self.country or other.country
        self.forms |= other.forms
        self.events |= other.events
        self.releases |= other.releases
        for office, dates in other.offices.items():
            self.offices[office] |= dates


Doubt = tuple[Cluster, Cluster, str]


def join_full_names(mentions: Sequence[Mention], doubts: list[Doubt]) -> list[Cluster]:
    """Join mentions of one state whose full names fit, and whose offices fit or whose names are spelt the same."""
    profiles = _make_profiles(mentions, doubts)
    by_form: dict[NameParts, list[int]] = defaultdict(list)
    for at, profile in enumerate(profiles):
        by_form[next(iter(profile.forms))].append(at)
    links: list[tuple[bool, Relation, float, int, int]] = []
    for form, other, alike in _similar_forms(list(by_form)):
        spelt_alike = form.letters == other.letters
        pairs = (
            combinations(by_form[form], 2) if form == other else ((a, b) for a in by_form[form] for b in by_form[other])
        )
        for a, b in pairs:
            (office,), (second,) = profiles[a].offices, profiles[b].offices
            if form == other and office == second:
                continue  # Both attended one event.
            links.append((not spelt_alike, compare_offices(office, second), -alike, min(a, b), max(a, b)))
    into: dict[int, int] = {}
    for spelt_otherwise, relation, _, a, b in sorted(links):
        one, two = _root(a, into), _root(b, into)
        if one == two:
            continue
        unlike = spelt_otherwise and relation > Relation.RELATED
        if reason := "similar-names" if unlike else _clash(profiles[one], profiles[two]):
            doubts.append((profiles[a], profiles[b], reason))
            continue
        if len(profiles[one].mentions) < len(profiles[two].mentions):
            one, two = two, one
        profiles[one].absorb(profiles[two])
        into[two] = one
    return [profile for at, profile in enumerate(profiles) if at not in into]


def _root(at: int, into: dict[int, int]) -> int:
    while at in into:
        at = into[at]
    return at


def _make_profiles(mentions: Sequence[Mention], doubts: list[Doubt]) -> list[Cluster]:
    """Gather mentions of one name and office; one who stands twice in an event stands in two profiles."""
    found: dict[tuple[NameParts, Office, int], Cluster] = {}
    for mention in mentions:
        form, office, nth = parse_name(mention.name), office_of(mention), 0
        while (key := (form, office, nth)) in found and mention.event_id and mention.event_id in found[key].events:
            nth += 1
        profile = found.setdefault(key, Cluster([], mention.country))
        profile.take(mention)
        if nth and len(profile.mentions) == 1:
            doubts.append((found[(form, office, nth - 1)], profile, "same-event"))
    return list(found.values())


def _similar_forms(forms: Sequence[NameParts]) -> list[tuple[NameParts, NameParts, float]]:
    """Return every two forms that can be spellings of one name, each form with itself too, and how alike they are.

    Only forms with given names of one skeleton are compared, and of them only those where one has all of the other's
    skeletons, or both have them in a row: so the work follows the namesakes.
    """
    skeletons = [[word_skeleton(word, form.east_asian) for word in _plain_words(form)] for form in forms]
    sets, rows = [frozenset(words) for words in skeletons], ["".join(words) for words in skeletons]
    buckets: dict[str, list[int]] = defaultdict(list)
    for at, form in enumerate(forms):
        for key in _given_keys(form):
            buckets[key].append(at)
    pairs = {
        (a, b)
        for bucket in buckets.values()
        for a, b in combinations(bucket, 2)
        if sets[a] <= sets[b] or sets[b] <= sets[a] or rows[a] == rows[b]
    }
    found = [(form, form, 1.0) for form in forms]
    for a, b in sorted(pairs):
        alike = compare_parts(forms[a], forms[b])
        if alike >= SAME:
            found.append((forms[a], forms[b], alike))
    return found


def _plain_words(form: NameParts) -> list[str]:
    """Return the written-out words, the family first in East Asian names, short forms of given names written out."""
    words = [first_of("nicknames").get(word, word) for word in form.full_words]
    return [first_of("east_asian_surnames")[words[0]], *words[1:]] if form.east_asian else words


def _given_keys(form: NameParts) -> set[str]:
    words = _plain_words(form)[1 if form.east_asian else 0 :]
    leading = words[:2] if words[0] in words_of("often_left_out") else words[:1]
    return {word_skeleton(word, form.east_asian) for word in leading}


def _clash(one: Cluster, two: Cluster) -> str | None:
    """Return why two clusters cannot be one person; None when nothing forbids it."""
    if not one.events.isdisjoint(two.events):
        return "same-event"
    if any(compare_parts(form, other) < SAME for form in one.forms for other in two.forms):
        return "similar-names"
    if one.country and two.country and one.country != two.country:
        return "country-unknown"
    offices = [*one.offices, *two.offices]
    for office, dates in one.offices.items():
        for other, days in two.offices.items():
            if compare_offices(office, other) is not Relation.DIFFERENT or dates.isdisjoint(days):
                continue
            joined = any(
                max(compare_offices(office, third), compare_offices(other, third)) < Relation.UNKNOWN
                for third in offices
            )
            if not (joined or office.is_past or other.is_past):
                return "offices-differ-on-one-day"
    return None


def join_without_office(people: Sequence[Cluster], doubts: list[Doubt]) -> list[Cluster]:
    """Join a person named without any office to the one of the state with that name, or a longer or shorter one."""
    near = _namesakes_of(people)
    gone: set[int] = set()
    for cluster in people:
        if any(office.is_known for office in cluster.offices):
            continue
        found = [
            other
            for other in near(cluster)
            if id(other) not in gone
            and other.country == cluster.country
            and any(a.letters <= b.letters or b.letters <= a.letters for a in cluster.forms for b in other.forms)
            and not _clash(cluster, other)
        ]
        if len(found) == 1:
            found[0].absorb(cluster)
            gone.add(id(cluster))
        else:
            doubt_few(cluster, found, "several-candidates", doubts)
    return [cluster for cluster in people if id(cluster) not in gone]


def join_homeless(people: Sequence[Cluster], homeless: Sequence[Cluster], doubts: list[Doubt]) -> list[Cluster]:
    """Join each person whose state no mention tells to the only one whom office and name, or its spelling, allow."""
    near = _namesakes_of(people)
    left = []
    for cluster in homeless:
        found = [other for other in near(cluster) if not _clash(cluster, other)]
        by_office = [other for other in found if _closest(cluster, other) <= Relation.RELATED]
        by_letters = [
            other for other in found if any(a.letters == b.letters for a in cluster.forms for b in other.forms)
        ]
        if len(by_office) == 1:
            by_office[0].absorb(cluster)
        elif not by_office and len(by_letters) == 1:
            by_letters[0].absorb(cluster)
        else:
            left.append(cluster)
            doubt_few(cluster, found, "country-unknown", doubts)
    return [*people, *left]


def doubt_few(cluster: Cluster, others: Sequence[Cluster], reason: str, doubts: list[Doubt]) -> None:
    """Put down a doubt for each other cluster, unless they are too many to ask about."""
    if len(others) <= FEW:
        doubts.extend((cluster, other, reason) for other in others)


def _closest(one: Cluster, two: Cluster) -> Relation:
    return min(compare_offices(office, other) for office in one.offices for other in two.offices)


def _namesakes_of(people: Sequence[Cluster]) -> Callable[[Cluster], list[Cluster]]:
    """Return a function giving the clusters whose given names share a skeleton with those of a cluster, in order."""
    buckets: dict[str, dict[int, Cluster]] = defaultdict(dict)
    for at, cluster in enumerate(people):
        for form in cluster.forms:
            for key in _given_keys(form):
                buckets[key][at] = cluster

    def near(cluster: Cluster) -> list[Cluster]:
        found: dict[int, Cluster] = {}
        for form in cluster.forms:
            for key in _given_keys(form):
                found |= buckets.get(key, {})
        return [found[at] for at in sorted(found) if found[at] is not cluster]

    return near
