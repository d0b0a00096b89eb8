"""Names and people across releases: which mentions are one person, and which pairs a person should decide. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from pipeline.people.clusters import Cluster, Doubt, order_of
from pipeline.people.full_names import join_full_names, join_homeless, join_without_office
from pipeline.people.names import block_key, name_skeleton, parse_name
from pipeline.people.records import Mention, Person, PersonName, PersonPosition, Question
from pipeline.people.short_names import attach_short_names
from pipeline.people.similarity import same_name

__all__ = [
    "Mention",
    "Person",
    "PersonName",
    "PersonPosition",
    "Question",
    "block_key",
    "name_skeleton",
    "open_questions",
    "resolve_people",
    "same_name",
]

ESTABLISHED = 10
"""A fuller spelling becomes a person's name once one mention in this many uses it."""

T = TypeVar("T")


def resolve_people(mentions: Iterable[Mention]) -> list[Person]:
    """Return the people whom the mentions name, in order of their first sighting; every mention belongs to exactly one.

    The same mentions in any order, given once or many times, give the same people. Blocks never touch: all blocks
    at once give what they give one by one, so that a new mention asks for its own block only. No two mentions of one
    event, and none of two states, are one person.
    """
    people = [person for block in _blocks(mentions) for person in _cluster_block(block)[0]]
    return [_make_person(cluster) for cluster in sorted(people, key=lambda each: order_of(_first(each)))]


def open_questions(mentions: Iterable[Mention]) -> list[Question]:
    """Return the pairs of people who stay apart and may be one, each pair once, by person_id."""
    questions: dict[tuple[str, str], Question] = {}
    for block in _blocks(mentions):
        people, doubts = _cluster_block(block)
        home = {mention.mention_id: cluster for cluster in people for mention in cluster.mentions}
        for one, other, reason in doubts:
            pair = sorted(
                (home[one.mentions[0].mention_id], home[other.mentions[0].mention_id]),
                key=lambda c: order_of(_first(c)),
            )
            a, b = (_first(cluster) for cluster in pair)
            if a is not b:
                question = Question(a.mention_id, b.mention_id, reason, _display_name(pair[0]), _display_name(pair[1]))
                questions.setdefault((a.mention_id, b.mention_id), question)
    return sorted(questions.values())


def _blocks(mentions: Iterable[Mention]) -> list[list[Mention]]:
    unique: dict[str, Mention] = {}
    for mention in mentions:
        known = unique.setdefault(mention.mention_id, mention)
        if known != mention:
            unique[mention.mention_id] = min(known, mention, key=repr)
    blocks: dict[str, list[Mention]] = defaultdict(list)
    for mention in sorted(unique.values(), key=order_of):
        blocks[block_key(mention.name)].append(mention)
    return list(blocks.values())


def _cluster_block(mentions: list[Mention]) -> tuple[list[Cluster], list[Doubt]]:
    """Return the people of one block, whose mentions come in order, and the pairs that stay in doubt."""
    full: dict[str | None, list[Mention]] = defaultdict(list)
    short = []
    for mention in mentions:
        if parse_name(mention.name).is_full:
            full[mention.country or None].append(mention)
        else:
            short.append(mention)
    doubts: list[Doubt] = []
    homeless = join_full_names(full.pop(None, []), doubts)
    people = [cluster for group in full.values() for cluster in join_full_names(group, doubts)]
    people = join_homeless(join_without_office(people, doubts), homeless, doubts)
    return attach_short_names(people, short, doubts), doubts


def _first(cluster: Cluster) -> Mention:
    return min(cluster.mentions, key=order_of)


def _make_person(cluster: Cluster) -> Person:
    mentions = sorted(cluster.mentions, key=order_of)
    countries = Counter(mention.country for mention in mentions if mention.country)
    names = _sightings(mentions, lambda mention: dict.fromkeys((mention.name, *mention.written_as)))
    offices = _sightings(mentions, lambda mention: [(mention.position, mention.organization, mention.country)])
    return Person(
        person_id=mentions[0].mention_id,
        name=_display_name(cluster),
        country=countries.most_common(1)[0][0] if countries else None,
        mention_ids=tuple(mention.mention_id for mention in mentions),
        names=tuple(PersonName(name, *seen) for name, seen in names.items()),
        positions=tuple(PersonPosition(*office, *seen) for office, seen in offices.items() if office[0] or office[1]),
    )


def _sightings(
    mentions: list[Mention], read: Callable[[Mention], Iterable[T]]
) -> dict[T, tuple[date | None, date | None]]:
    """Return each thing read from the mentions, in order, with the first and last date it was seen."""
    seen: dict[T, list[date]] = {}
    for mention in mentions:
        for value in read(mention):
            seen.setdefault(value, []).extend([mention.date] if mention.date else [])
    return {value: (min(days, default=None), max(days, default=None)) for value, days in seen.items()}


def _display_name(cluster: Cluster) -> str:
    """Return the fullest established spelling; of equals one in mixed case, then the commonest, then the first."""
    mentions = sorted(cluster.mentions, key=order_of)
    counts = Counter(mention.name for mention in mentions)
    established = [name for name, count in counts.items() if count * ESTABLISHED >= len(mentions)] or list(counts)
    return max(established, key=lambda name: (len(parse_name(name).full_words), not name.isupper(), counts[name]))
