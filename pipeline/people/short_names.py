"""Surnames and initials: whom a name that leaves out the given name means, among the people of its block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.people.clusters import Cluster, Doubt, doubt_few, office_of
from pipeline.people.names import NameParts, parse_name
from pipeline.people.offices import Office, OfficeIndex, Relation, compare_offices
from pipeline.people.records import Mention
from pipeline.people.similarity import SAME, compare_parts

TERM = timedelta(days=5 * 366)
"""How far from an office's sightings a surname with that office still means its holder: about one term."""

Rank = tuple[bool, bool, Relation]


@dataclass(frozen=True, slots=True)
class _Span:
    """When a candidate was seen in an office that fits, and how it fits."""

    relation: Relation
    first: date | None
    last: date | None

    def rank(self, mention: Mention) -> tuple[bool, Relation] | None:
        """Return (seen only before or after, relation), the better the smaller; None when over a term apart."""
        if mention.date is None or self.first is None or self.last is None:
            return (True, self.relation)
        if self.first - TERM <= mention.date <= self.last + TERM:
            return (not self.first <= mention.date <= self.last, self.relation)
        return None


def attach_short_names(people: Sequence[Cluster], short: Sequence[Mention], doubts: list[Doubt]) -> list[Cluster]:
    """Give each short name to the one person it can mean, the rest to people of their own. Mentions come in order.

    A person of the same release goes before all others, then one seen in that office around that day.
    """
    if not short:
        return list(people)
    finder = _Finder(people)
    left = _Leftovers()
    for mention in short:
        candidates = finder.find(mention)
        ranks = [
            (rank, cluster) for cluster, spans in candidates if (rank := _rank(mention, cluster, spans)) is not None
        ]
        best = min((rank for rank, _ in ranks), default=None)
        chosen = [cluster for rank, cluster in ranks if rank == best]
        if len(chosen) == 1:
            chosen[0].take(mention)
            continue
        own = left.take(mention)
        if chosen:
            doubt_few(own, chosen, "several-candidates", doubts)
        else:
            doubt_few(own, finder.namesakes(mention), "office-differs", doubts)
    return [*people, *left.clusters]


class _Finder:
    """The people a short name can mean by name, state and office; what was found once is kept."""

    def __init__(self, people: Sequence[Cluster]) -> None:
        self._people = people
        self._by_name: dict[tuple[NameParts, str | None], list[Cluster]] = {}
        self._by_office: dict[tuple[NameParts, str | None, Office], list[tuple[Cluster, list[_Span]]]] = {}
        # Taken now, so that no short name is judged by where an earlier one went.
        self._known = {id(each): {own: _ends(each, [own]) for own in each.offices if own.is_known} for each in people}
        self._whole = {id(each): _ends(each, each.offices) for each in people}

    def namesakes(self, mention: Mention) -> list[Cluster]:
        """Return the people of the state, or of none, whose name the short name fits."""
        key = (parse_name(mention.name), mention.country)
        if key not in self._by_name:
            self._by_name[key] = [
                cluster
                for cluster in self._people
                if (not cluster.country or not mention.country or cluster.country == mention.country)
                and any(compare_parts(key[0], form) >= SAME for form in cluster.forms if form.is_full)
            ]
        return self._by_name[key]

    def find(self, mention: Mention) -> list[tuple[Cluster, list[_Span]]]:
        """Return the namesakes with an office that fits or none known, each with when it was seen in such an office."""
        office = office_of(mention)
        key = (parse_name(mention.name), mention.country, office)
        if key not in self._by_office:
            found = []
            for cluster in self.namesakes(mention):
                known = self._known[id(cluster)] if office.is_known else {}
                relations = [(compare_offices(office, own), ends) for own, ends in known.items()]
                fitting = [_Span(relation, *ends) for relation, ends in relations if relation <= Relation.RELATED]
                if not known:
                    fitting = [_Span(Relation.UNKNOWN, *self._whole[id(cluster)])]
                if fitting:
                    found.append((cluster, fitting))
            self._by_office[key] = found
        return self._by_office[key]


def _ends(cluster: Cluster, offices: Iterable[Office]) -> tuple[date | None, date | None]:
    """Return the first and last date a person was seen in any of the offices."""
    days = [day for office in offices for day in cluster.offices[office]]
    return min(days, default=None), max(days, default=None)


def _rank(mention: Mention, cluster: Cluster, spans: Sequence[_Span]) -> Rank | None:
    """Return how well a candidate fits, the better the smaller; None when nothing but the name speaks for it."""
    if mention.event_id and mention.event_id in cluster.events:
        return None
    if cluster.country and mention.country and cluster.country != mention.country:
        return None
    here = bool(mention.release_id) and mention.release_id in cluster.releases
    if not here and (cluster.country is None or cluster.country != mention.country):
        return None
    best = min((rank for span in spans if (rank := span.rank(mention)) is not None), default=None)
    return (not here, *best) if best else None


class _Leftovers:
    """Short names that mean nobody known, joined where release, or state and office, say that they mean one person."""

    def __init__(self) -> None:
        self.clusters: list[Cluster] = []
        self._placed: set[tuple[str | None, int, Office]] = set()
        self._by_release: dict[str, list[Cluster]] = defaultdict(list)
        self._by_state: dict[str, OfficeIndex[Cluster]] = defaultdict(OfficeIndex)

    def take(self, mention: Mention) -> Cluster:
        """Return the cluster that the mention is now part of: the first that fits, else one of its own."""
        office = office_of(mention)
        known = office.is_known and mention.country is not None
        same_office = self._by_state[mention.country or ""].near(office) if known else []
        candidates = [*self._by_release[mention.release_id], *same_office]
        cluster = next((cluster for cluster in candidates if _is_same(mention, cluster)), None)
        if cluster is None:
            cluster = Cluster([], mention.country)
            self.clusters.append(cluster)
        cluster.take(mention)
        if mention.release_id and not any(cluster is other for other in self._by_release[mention.release_id]):
            self._by_release[mention.release_id].append(cluster)
        if known and (mention.country, id(cluster), office) not in self._placed:
            self._placed.add((mention.country, id(cluster), office))
            self._by_state[mention.country or ""].add(office, cluster)
        return cluster


def _is_same(mention: Mention, cluster: Cluster) -> bool:
    """Say whether a short name means the person of a cluster of short names."""
    if mention.event_id and mention.event_id in cluster.events:
        return False
    if mention.country and cluster.country and mention.country != cluster.country:
        return False
    if any(compare_parts(parse_name(mention.name), form) < SAME for form in cluster.forms):
        return False
    relation = min(compare_offices(office_of(mention), own) for own in cluster.offices)
    if mention.release_id and mention.release_id in cluster.releases:
        return relation is not Relation.DIFFERENT
    last = max((day for days in cluster.offices.values() for day in days), default=None)
    near = mention.date is None or last is None or mention.date - last <= TERM
    return near and mention.country is not None and mention.country == cluster.country and relation <= Relation.RELATED
