"""Full names of one block: which mentions are one person, by name, state and office, and never within one event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain, combinations, product

from pipeline.people.clusters import FEW, Cluster, Doubt, clash, doubt_few, office_of, order_of
from pipeline.people.names import NameParts, first_of, parse_name, word_skeleton, words_of
from pipeline.people.offices import Office, OfficeIndex, Relation, compare_offices
from pipeline.people.records import Mention
from pipeline.people.similarity import SAME, compare_parts

MANY = 10
"""Mentions against which a single one that contradicts them may be a slip."""

COMMON = 20
"""A name that so many people of a state are known to share joins nobody by its spelling."""

FEW_PAIRS = 10
"""So few pairs of offices are compared sooner than an index of them is made."""


def join_full_names(mentions: Sequence[Mention], doubts: list[Doubt]) -> list[Cluster]:
    """Join mentions of one state whose full names fit, and whose offices fit or whose names are spelt the same."""
    profiles = _make_profiles(mentions, doubts)
    by_form: dict[NameParts, list[int]] = defaultdict(list)
    for at, profile in enumerate(profiles):
        by_form[next(iter(profile.forms))].append(at)
    links: list[tuple[bool, Relation, float, int, int]] = []
    for form, other, alike in _similar_forms(list(by_form)):
        spelt_alike = form.letters == other.letters
        if not spelt_alike:
            doubts.append((profiles[by_form[form][0]], profiles[by_form[other][0]], "similar-names"))
        for a, b in _near_pairs(profiles, by_form[form], by_form[other]):
            (office,), (second,) = profiles[a].offices, profiles[b].offices
            relation = compare_offices(office, second)
            if relation <= Relation.RELATED and not (form == other and office == second):
                links.append((not spelt_alike, relation, -alike, min(a, b), max(a, b)))
    into: dict[int, int] = {}
    for _, _, _, a, b in sorted(links):
        one, two = _root(a, into), _root(b, into)
        if one == two:
            continue
        if reason := clash(profiles[one], profiles[two]):
            doubts.append((profiles[a], profiles[b], reason))
            continue
        if len(profiles[one].mentions) < len(profiles[two].mentions):
            one, two = two, one
        profiles[one].absorb(profiles[two])
        into[two] = one
    return _join_spelt_alike([profile for at, profile in enumerate(profiles) if at not in into], doubts)


def _near_pairs(profiles: Sequence[Cluster], ones: Sequence[int], others: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Return the pairs of one and another whose offices can be related; of profiles beside themselves, each pair once."""
    pairs = product(ones, others) if ones is not others else combinations(ones, 2)
    if len(ones) * len(others) < FEW_PAIRS:
        return pairs
    index = OfficeIndex[int]()
    for b in others:
        index.add(next(iter(profiles[b].offices)), b)
    near = ((a, b) for a in ones for b in index.near(next(iter(profiles[a].offices))))
    return near if ones is not others else ((a, b) for a, b in near if a < b)


def _root(at: int, into: dict[int, int]) -> int:
    while at in into:
        at = into[at]
    return at


def _join_spelt_alike(people: Sequence[Cluster], doubts: list[Doubt]) -> list[Cluster]:
    """Join people of one state whose full names are spelt the same, the most mentioned first.

    One who could be either of two that are known to differ stays apart. A contradiction by few mentions against many
    counts for those few only, as it may be a slip of a release.
    """
    by_spelling: dict[frozenset[str], list[Cluster]] = defaultdict(list)
    ordered = sorted(people, key=lambda each: (-len(each.mentions), order_of(each.mentions[0])))
    kept: list[Cluster] = []
    slips: list[Cluster] = []
    for at, cluster in enumerate(chain(ordered, slips)):
        spellings = {form.letters for form in cluster.forms}
        namesakes = _merge_lists(by_spelling[spelling] for spelling in spellings)
        fitting: list[Cluster] = []
        if len(namesakes) < COMMON:
            reasons = [clash(other, cluster) for other in namesakes]
            fitting = [other for other, reason in zip(namesakes, reasons, strict=True) if not reason]
            most = max((len(other.mentions) for other in namesakes), default=0)
            if at < len(ordered) and not fitting and len(cluster.mentions) * MANY < most:
                slips.append(cluster)
                continue
            doubts.extend(
                (other, cluster, why) for other, why in list(zip(namesakes, reasons, strict=True))[:FEW] if why
            )
        if len(fitting) == 1:
            fitting[0].absorb(cluster)
        else:
            doubt_few(cluster, fitting, "several-candidates", doubts)
            kept.append(cluster)
        for spelling in spellings:
            by_spelling[spelling] = _merge_lists([by_spelling[spelling], fitting if len(fitting) == 1 else [cluster]])
    return sorted(kept, key=lambda each: order_of(each.mentions[0]))


def _merge_lists(lists: Iterable[Sequence[Cluster]]) -> list[Cluster]:
    """Return each cluster of the lists once, by the order of its first mention."""
    unique = {id(cluster): cluster for clusters in lists for cluster in clusters}
    return sorted(unique.values(), key=lambda each: order_of(each.mentions[0]))


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
            and not clash(cluster, other)
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
        found = [other for other in near(cluster) if not clash(cluster, other)]
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
        return [
            found[at]
            for at in sorted(found)
            if found[at] is not cluster
            and any(_may_match(form, other) for form in cluster.forms for other in found[at].forms)
        ]

    return near


def _similar_forms(forms: Sequence[NameParts]) -> list[tuple[NameParts, NameParts, float]]:
    """Return every two forms that can be spellings of one name, each form with itself too, and how alike they are.

    Only forms with given names of one skeleton are compared, and of them only those where one has all of the other's
    skeletons, or both have them in a row: so the work follows the namesakes.
    """
    buckets: dict[str, list[int]] = defaultdict(list)
    for at, form in enumerate(forms):
        for key in _given_keys(form):
            buckets[key].append(at)
    pairs = {
        (a, b) for bucket in buckets.values() for a, b in combinations(bucket, 2) if _may_match(forms[a], forms[b])
    }
    found = [(form, form, 1.0) for form in forms]
    for a, b in sorted(pairs):
        alike = compare_parts(forms[a], forms[b])
        if alike >= SAME:
            found.append((forms[a], forms[b], alike))
    return found


def _may_match(form: NameParts, other: NameParts) -> bool:
    words, row = _skeletons(form)
    others, other_row = _skeletons(other)
    return words <= others or others <= words or row == other_row


@lru_cache(maxsize=65536)
def _skeletons(form: NameParts) -> tuple[frozenset[str], str]:
    skeletons = [word_skeleton(word, form.east_asian) for word in _plain_words(form)]
    return frozenset(skeletons), "".join(skeletons)


def _plain_words(form: NameParts) -> list[str]:
    """Return the written-out words, the family first in East Asian names, short forms of given names written out."""
    words = [first_of("nicknames").get(word, word) for word in form.full_words]
    return [first_of("east_asian_surnames")[words[0]], *words[1:]] if form.east_asian else words


@lru_cache(maxsize=65536)
def _given_keys(form: NameParts) -> set[str]:
    words = _plain_words(form)[1 if form.east_asian else 0 :]
    leading = words[:2] if words[0] in words_of("often_left_out") else words[:1]
    return {word_skeleton(word, form.east_asian) for word in leading}
