"""How well extracted events agree with annotated ones: the measures that CODEBOOK.md quotes and `readout score` prints.

Only primary events count. The events of a release are paired one to one so that the summed likeness (people shared, then
type, then date) is greatest; all measures are micro-averaged over the releases.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

HONORIFICS = frozenset(
    "mr mrs ms miss dr prof professor hon honourable honorable the sir dame lord lady sheikh sheikha shaikh shri smt h e he hh hrh "
    "hm his her excellency highness royal majesty eminence holiness general gen lieutenant lt major maj colonel col brigadier "
    "admiral ambassador president minister senator prince princess king queen emir sultan jr sr ii iii dato datuk tan sri ven "
    "venerable most rev reverend eng engineer".split()
)
"""Words that neither make nor break a match of names."""
SMALL_WORDS = frozenset({"the", "of", "for", "and", "to", "a", "s"})
MOST_PAIRED_EXACTLY = 7
"""Up to so many events the best pairing is searched for; above, pairs are taken greedily."""

Json = Mapping[str, Any]


@dataclass
class Counts:
    """What was counted over all releases: `right` of `asked` for a share, `found` besides for precision and recall."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)

    def add(self, measure: str, right: int, asked: int, found: int = 0) -> None:
        """Add to a measure."""
        self.right[measure] += right
        self.asked[measure] += asked
        self.found[measure] += found

    def share(self, measure: str) -> float | None:
        """Return right of asked, None where nothing was asked."""
        return self.right[measure] / self.asked[measure] if self.asked[measure] else None

    def f1(self, measure: str) -> tuple[float, float, float]:
        """Return precision, recall and F1; what was neither found nor asked for is all right."""
        precision = self.right[measure] / self.found[measure] if self.found[measure] else 1.0
        recall = self.right[measure] / self.asked[measure] if self.asked[measure] else 1.0
        total = precision + recall
        return precision, recall, 2 * precision * recall / total if total else 0.0


def annotation_fault(annotation: Any) -> str | None:
    """Return in a few words what keeps an annotation from being scored, None where nothing does."""
    if not isinstance(annotation, Mapping) or not isinstance(annotation.get("events"), list):
        return "no list of events"
    for number, event in enumerate(annotation["events"], 1):
        if not isinstance(event, Mapping) or not isinstance(event.get("type"), str):
            return f"event {number} has no type"
        people = event.get("attendees", [])
        if not isinstance(people, list) or not all(
            isinstance(p, Mapping) and isinstance(p.get("name"), str) for p in people
        ):
            return f"event {number}: an attendee has no name"
        if not isinstance(event.get("topics", []), list):
            return f"event {number}: topics are no list"
    absent = annotation.get("mentioned_not_attending", [])
    return (
        None
        if isinstance(absent, list) and all(isinstance(n, str) for n in absent)
        else "mentioned_not_attending holds no names"
    )


def score_releases(gold: Mapping[str, Json], predicted: Mapping[str, Json]) -> tuple[Counts, dict[str, list[str]]]:
    """Return the counts over all annotated releases, and for each release what differs, as lines for a person.

    Both map a release's id to its annotation as CODEBOOK.md describes it; one without a prediction counts as predicted empty.
    """
    counts, notes = Counts(), {}
    for release_id, annotation in gold.items():
        differing = list(_score_release(annotation, predicted.get(release_id, {"events": []}), counts))
        if differing:
            notes[release_id] = differing
    return counts, notes


def _score_release(gold: Json, predicted: Json, counts: Counts) -> Iterator[str]:
    gold_events, predicted_events = primary_events(gold), primary_events(predicted)
    pairs = pair_events(predicted_events, gold_events)
    for found, asked in pairs:
        yield from _score_event(found, asked, counts)
    for found in _unpaired(predicted_events, [found for found, _ in pairs]):
        counts.add("event", 0, 0, 1)
        counts.add("attendee", 0, 0, len(found["attendees"]))
        yield f"false event: {found['type']} {[person['name'] for person in found['attendees']]}"
    for asked in _unpaired(gold_events, [asked for _, asked in pairs]):
        counts.add("event", 0, 1)
        counts.add("attendee", 0, len(asked["attendees"]))
        yield f"missed event: {asked['type']} {[person['name'] for person in asked['attendees']]}"
    seated = [person for event in predicted_events for person in event["attendees"]]
    for name in gold.get("mentioned_not_attending", []):
        wrongly = any(same_person(person["name"], name) for person in seated)
        counts.add("absent", int(wrongly), 1)
        if wrongly:
            yield f"seated though absent: {name}"


def is_event_right(found: Json, asked: Json) -> bool:
    """Say whether paired events are of one type and share a third of all their people, where any are asked for."""
    shared = len(pair_people(found["attendees"], asked["attendees"]))
    union = len(found["attendees"]) + len(asked["attendees"]) - shared
    enough = not asked["attendees"] or (union > 0 and shared / union >= 1 / 3)
    return bool(found["type"] == asked["type"] and enough)


def _score_event(found: Json, asked: Json, counts: Counts) -> Iterator[str]:
    people = pair_people(found["attendees"], asked["attendees"])
    right = is_event_right(found, asked)
    counts.add("event", int(right), 1, 1)
    if not right:
        yield f"event {asked['type']} {asked.get('date')} answered by {found['type']} {found.get('date')}"
    counts.add("attendee", len(people), len(asked["attendees"]), len(found["attendees"]))
    for person in _unpaired(found["attendees"], [person for person, _ in people]):
        yield f"false attendee: {person['name']}"
    for person in _unpaired(asked["attendees"], [person for _, person in people]):
        yield f"missed attendee: {person['name']}"
    for person, wanted in people:
        yield from _score_person(person, wanted, counts)
    same_date = found.get("date") == asked.get("date")
    counts.add("date", int(same_date), 1)
    if not same_date:
        yield f"date {asked.get('date')} answered {found.get('date')}"
    topics, wanted_topics = set(found["topics"]), set(asked["topics"])
    counts.add("topic", len(topics & wanted_topics), len(wanted_topics), len(topics))
    if topics != wanted_topics:
        yield f"topics missed {sorted(wanted_topics - topics)}, false {sorted(topics - wanted_topics)}"


def _score_person(found: Json, asked: Json, counts: Counts) -> Iterator[str]:
    name = asked["name"]
    if asked.get("title"):
        right = same_title(found.get("title") or "", asked["title"])
        counts.add("title", int(right), 1)
        if not right:
            yield f"title of {name}: {asked['title']!r} answered {found.get('title')!r}"
    for key, asks in (("country", bool(asked.get("country"))), ("side", asked.get("side") in ("host", "guest"))):
        if asks:
            right = found.get(key) == asked[key]
            counts.add(key, int(right), 1)
            if not right:
                yield f"{key} of {name}: {asked[key]} answered {found.get(key)}"


def same_person(found: str, asked: str) -> bool:
    """Say whether the names are of one person: the same words in any order, or at most one word more than asked."""
    mine, theirs = _name_key(found), _name_key(asked)
    if sorted(mine) == sorted(theirs):
        return True
    return len(theirs) > 1 and set(theirs) <= set(mine) and len(mine) - len(theirs) <= 1


def same_title(found: str, asked: str) -> bool:
    """Say whether the positions agree: four fifths of the words by F1, or all of the asked ones and more."""
    if set(_words(asked)) <= set(_words(found)):
        return True
    mine, theirs = (Counter(word for word in _words(text) if word not in SMALL_WORDS) for text in (found, asked))
    if not mine or not theirs:
        return False
    return 2 * (mine & theirs).total() / (mine.total() + theirs.total()) >= 0.8


def primary_events(annotation: Json) -> list[Json]:
    """Return the annotation's events that are its news, the only ones that count."""
    return [
        {"attendees": [], "topics": [], **event}
        for event in annotation["events"]
        if event.get("mention", "primary") == "primary"
    ]


def pair_people(found: Sequence[Json], asked: Sequence[Json]) -> list[tuple[Json, Json]]:
    """Return who of those found is who of those asked for, each once, in the order asked."""
    left, pairs = list(found), []
    for person in asked:
        match = next((candidate for candidate in left if same_person(candidate["name"], person["name"])), None)
        if match is not None:
            pairs.append((match, person))
            left = [candidate for candidate in left if candidate is not match]
    return pairs


def _likeness(found: Json, asked: Json) -> float:
    shared = len(pair_people(found["attendees"], asked["attendees"]))
    union = len(found["attendees"]) + len(asked["attendees"]) - shared
    people = shared / union if union else 0.5
    same_type, same_date = bool(found["type"] == asked["type"]), bool(found.get("date") == asked.get("date"))
    return people + 0.3 * same_type + 0.05 * same_date


def pair_events(found: list[Json], asked: list[Json]) -> list[tuple[Json, Json]]:
    """Return the one-to-one pairs of events whose summed likeness is greatest."""
    likeness = [[_likeness(mine, theirs) for theirs in asked] for mine in found]
    if max(len(found), len(asked), 0) <= MOST_PAIRED_EXACTLY:
        chosen = _best_pairs(likeness, len(found), len(asked))
    else:
        chosen = _greedy_pairs(likeness)
    return [(found[i], asked[j]) for i, j in chosen]


def _best_pairs(likeness: list[list[float]], rows: int, columns: int) -> list[tuple[int, int]]:
    if rows <= columns:
        choices = (list(enumerate(order)) for order in permutations(range(columns), rows))
    else:
        choices = ([(i, j) for j, i in enumerate(order)] for order in permutations(range(rows), columns))
    return max(choices, key=lambda pairs: sum(likeness[i][j] for i, j in pairs))


def _greedy_pairs(likeness: list[list[float]]) -> list[tuple[int, int]]:
    cells = sorted(((value, i, j) for i, row in enumerate(likeness) for j, value in enumerate(row)), reverse=True)
    pairs: list[tuple[int, int]] = []
    for _, i, j in cells:
        if all(i != used_i and j != used_j for used_i, used_j in pairs):
            pairs.append((i, j))
    return pairs


def _unpaired(all_: Sequence[Json], paired: Sequence[Json]) -> list[Json]:
    taken = {id(item) for item in paired}
    return [item for item in all_ if id(item) not in taken]


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).casefold()
    return [word for word in re.split(r"[^\w]+", re.sub(r"[’'`ʻʼ.]", "", text)) if word]


def _name_key(name: str) -> tuple[str, ...]:
    kept = [word for word in _words(name) if word not in HONORIFICS]
    return tuple([word for word in kept if len(word) > 1] or kept or _words(name))
