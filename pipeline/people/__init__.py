"""Names and people across releases: which mentions are one person, and which pairs a person should decide. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from pipeline.people.clusters import Cluster, Doubt, Order, order_of
from pipeline.people.full_names import join_full_names, join_homeless, join_without_office
from pipeline.people.names import block_key, name_skeleton, parse_name
from pipeline.people.records import Mention, Person, Question
from pipeline.people.short_names import attach_short_names
from pipeline.people.similarity import same_name

__all__ = [
    "Mention",
    "Person",
    "Question",
    "block_key",
    "name_skeleton",
    "open_questions",
    "resolve_people",
    "same_name",
]

ESTABLISHED = 10
"""A fuller spelling becomes a person's name once one mention in this many uses it."""


def resolve_people(mentions: Iterable[Mention]) -> list[Person]:
    """Return the people whom the mentions name, in order of their first sighting; every mention belongs to exactly one.

    The same mentions in any order, given once or many times, give the same people. Blocks never touch: all blocks
    at once give what they give one by one, so that a new mention asks for its own block only. No two mentions of one
    event, and none of two states, are one person.
    """
    people = [person for block in _blocks(mentions) for person in _cluster_block(block)[0]]
    return [_make_person(cluster) for cluster in sorted(people, key=_order_of_first)]


def open_questions(mentions: Iterable[Mention]) -> list[Question]:
    """Return the pairs of people who stay apart and may be one, each pair once, by person_id."""
    questions: dict[tuple[str, str], Question] = {}
    for block in _blocks(mentions):
        people, doubts = _cluster_block(block)
        home = {mention.mention_id: cluster for cluster in people for mention in cluster.mentions}
        for one, other, reason in doubts:
            pair = sorted((home[cluster.mentions[0].mention_id] for cluster in (one, other)), key=_order_of_first)
            a, b = (cluster.mentions[0].mention_id for cluster in pair)
            if a != b:
                questions.setdefault((a, b), Question(a, b, reason, *(_display_name(c.mentions) for c in pair)))
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
    """Return the people of one block and the pairs that stay in doubt; mentions come in order, and a person's stand so."""
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
    people = attach_short_names(people, short, doubts)
    for cluster in people:
        cluster.mentions.sort(key=order_of)
    return people, doubts


def _order_of_first(cluster: Cluster) -> Order:
    return order_of(cluster.mentions[0])


def _make_person(cluster: Cluster) -> Person:
    ids = tuple(mention.mention_id for mention in cluster.mentions)
    return Person(ids[0], _display_name(cluster.mentions), ids)


def _display_name(mentions: list[Mention]) -> str:
    """Return the fullest established spelling; of equals one in mixed case, then the commonest, then the first."""
    counts = Counter(mention.name for mention in mentions)
    if len(counts) == 1:
        return mentions[0].name
    established = [name for name, count in counts.items() if count * ESTABLISHED >= len(mentions)] or list(counts)
    return max(established, key=lambda name: (len(parse_name(name).full_words), not name.isupper(), counts[name]))
