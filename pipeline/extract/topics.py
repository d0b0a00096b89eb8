"""Read what an event dealt with from the sentences that tell it: topics of the vocabulary, and topics with a name of their own.

Every term of a topic counts by how plainly it says the topic and how its sentence uses it: more in the title and where the
text tells what was discussed, less in a life story, not at all inside the name of an office.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.extract.name_runs import CapitalRuns
from pipeline.extract.named_topics import read_named_topics
from pipeline.extract.topic_terms import Found, fold_text, topic_terms
from pipeline.languages import Language
from pipeline.records import Evidence, Topic
from pipeline.vocabulary import load_topics

TITLE_FACTOR = 1.5
DEALING_FACTOR = 1.4
STANCE_FACTOR = 1.2
BACKGROUND_FACTOR = 0.3
NAME_FACTOR = 0.6
"""A term inside a capitalised name (a forum, an act) says less than the same term in plain words."""
REPEAT_SHARE = 0.1
"""What each further mention of a term adds, as a share of its first, up to REPEATS of them."""
REPEATS = 3
THRESHOLD = 1.1
"""The score from which a short text dealt with a topic: one strong term where it tells what was discussed, or more terms."""
SHORT = 4
GROWTH = 0.03
"""By how much of itself the threshold grows with each sentence above SHORT: a long text touches much in passing."""
LEAST_SHARE = 0.2
"""A topic below this share of the plainest topic's score is scenery."""
BETWEEN_STATES = 0.7
"""What an event between two states has in its favour for the topic of their relations."""
RELATIONS = "bilateral-relations"

_SENTENCE_BREAK = re.compile(r"(?<=[\w)\]'\"\u2019\u201d][.!?])\s+(?=[^\Wa-z])|\n+")


@dataclass(slots=True)
class _Tally:
    """What speaks for one topic: the best value of each term, how often each stands, and where."""

    values: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    ranges: list[tuple[int, int]] = field(default_factory=list)

    def add(self, term: str, value: float, begin: int, end: int) -> None:
        self.values[term] = max(value, self.values.get(term, 0.0))
        self.counts[term] = self.counts.get(term, 0) + 1
        self.ranges.append((begin, end))

    def score(self) -> float:
        return sum(
            value * (1 + REPEAT_SHARE * min(self.counts[term] - 1, REPEATS)) for term, value in self.values.items()
        )


def read_topics(
    text: str, ranges: Sequence[tuple[int, int]], language: Language, between_states: Sequence[tuple[int, int]] = ()
) -> tuple[Topic, ...]:
    """Return the topics that the sentences at these ranges deal with, the plainest first, then topics with a name of their own.

    `between_states` are the ranges of the words that show two states meeting in the event (their officials, their names); the
    relations of the two are then a topic sooner, and the one topic of an event that tells no other. A subject's evidence
    cites every term that counted, in the order of the text, under the rule `topic:<slug>`.
    """
    subjects = _read_subjects(text, ranges, language, between_states)
    return (*subjects, *read_named_topics(text, ranges, language))


def score_topics(text: str, ranges: Sequence[tuple[int, int]], language: Language) -> dict[str, float]:
    """Return the score of every topic that has one, whether or not it is high enough."""
    return {slug: tally.score() for slug, tally in _tally_terms(text, ranges, language).items()}


def _read_subjects(
    text: str, ranges: Sequence[tuple[int, int]], language: Language, between_states: Sequence[tuple[int, int]]
) -> Iterator[Topic]:
    tallies = _tally_terms(text, ranges, language)
    scores = {slug: tally.score() for slug, tally in tallies.items()}
    if between_states:
        scores[RELATIONS] = scores.get(RELATIONS, 0.0) + BETWEEN_STATES
    sentences = sum(1 for _ in _sentences(text, ranges))
    threshold = THRESHOLD * (1 + GROWTH * max(0, sentences - SHORT))
    least = max(threshold, LEAST_SHARE * max(scores.values(), default=0.0))
    order = {slug: index for index, slug in enumerate(load_topics())}
    chosen = [slug for slug, score in scores.items() if score >= (min(least, THRESHOLD) if slug == RELATIONS else least)]
    if not chosen and between_states:
        chosen = [RELATIONS]
    for slug in sorted(chosen, key=lambda slug: (-scores[slug], order[slug])):
        cited = tallies[slug].ranges if slug in tallies else between_states
        yield _make_topic(slug, scores[slug] / threshold, cited)


def _make_topic(slug: str, strength: float, cited: Sequence[tuple[int, int]]) -> Topic:
    entry = load_topics()[slug]
    return Topic(
        label=entry.label,
        topic_id=slug,
        iptc_code=entry.iptc_code,
        confidence=round(strength / (strength + 1), 2),
        evidence=tuple(Evidence("topic_id", begin, end, f"topic:{slug}") for begin, end in sorted(cited)),
    )


def _tally_terms(text: str, ranges: Sequence[tuple[int, int]], language: Language) -> dict[str, _Tally]:
    terms = topic_terms(language)
    title_end = max(text.find("\n\n"), 0)
    tallies: dict[str, _Tally] = {}
    for begin, end in _sentences(text, ranges):
        sentence = text[begin:end]
        found, cues = terms.find_terms(fold_text(sentence))
        if not found:
            continue
        factor = _sentence_factor(begin < title_end, {cue.term.cue for cue in cues})
        runs = CapitalRuns(sentence, language)
        for match in found:
            value = factor * _word_factor(match, sentence, runs)
            if value:
                for slug, weight in match.term.weights:
                    tally = tallies.setdefault(slug, _Tally())
                    tally.add(match.term.text, value * weight, begin + match.begin, begin + match.end)
    return tallies


def _sentences(text: str, ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for begin, end in ranges:
        for gap in _SENTENCE_BREAK.finditer(text, begin, end):
            if gap.start() > begin:
                yield begin, gap.start()
            begin = gap.end()
        if end > begin:
            yield begin, end


def _sentence_factor(title: bool, cues: set[str | None]) -> float:
    if title:
        return TITLE_FACTOR
    if "background" in cues:
        return BACKGROUND_FACTOR
    if "dealing" in cues:
        return DEALING_FACTOR
    return STANCE_FACTOR if "stance" in cues else 1.0


def _word_factor(match: Found, sentence: str, runs: CapitalRuns) -> float:
    if not sentence[match.begin].isupper():
        return 1.0
    kind = runs.kind_at(match.begin, match.end)
    return {"office": 0.0, "name": NAME_FACTOR}.get(kind, 1.0)
