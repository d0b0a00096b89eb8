"""Read what an event dealt with from the sentences that tell it: topics of the vocabulary, and topics with own names.

Every term of a topic counts by how plainly it says the topic and how its sentence uses it: more in the title and where
the text tells what was discussed, less in a life story, not at all inside the name of an office.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from pipeline.extract.name_runs import CapitalRuns
from pipeline.extract.named_topics import read_named_topics
from pipeline.extract.topic_terms import Found, fold_text, topic_terms
from pipeline.languages import Language
from pipeline.records import Evidence, Topic
from pipeline.vocabulary import load_topics

TITLE_FACTOR = 1.5
LEAD_FACTOR = 1.05
FIELDS_FACTOR = 2.4
DEALING_FACTOR = 1.5
STANCE_FACTOR = 1.15
PLAIN_FACTOR = 0.8
BACKGROUND_FACTOR = 0.3
"""What a term counts in the title; at least, in the first sentence below it; in a sentence that lists fields, that
tells what was discussed, or what somebody held; in any other; in background."""
NAME_FACTOR = 0.6
"""A term inside a capitalised name (a forum, an act) says less than the same term in plain words."""
REPEAT_SHARE = 0.15
"""What each further mention of a term adds, as a share of its first, up to REPEATS of them."""
REPEATS = 3
THRESHOLD = 1.0
"""The score from which a short text dealt with a topic: one strong term in a telling sentence, or several terms."""
SHORT, LONG = 4, 30
GROWTH = 0.025
"""By how much of itself the threshold grows with each sentence from SHORT to LONG: long texts touch much in passing."""
LEAST_SHARE = 0.2
AMPLE = 6.0
"""A topic below LEAST_SHARE of the plainest one's score is scenery; a score above AMPLE asks no more of the others."""
AMONG_STATES = 0.6
"""What an event of two states has in its favour for their relations, one of more for multilateral cooperation."""
TWO_STATES = "bilateral-relations"
MORE_STATES = "multilateral-cooperation"

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
    text: str,
    ranges: Sequence[tuple[int, int]],
    language: Language,
    states: Mapping[str, tuple[int, int]] = MappingProxyType({}),
) -> tuple[Topic, ...]:
    """Return the topics that the sentences at these ranges deal with, the plainest first, then those with own names.

    `states` are the countries whose officials took part, each with the range of a word that shows it. Between two,
    their relations are a topic sooner, and the topic of an event that tells no other; among more, multilateral
    cooperation is sooner. A subject's evidence cites every term that counted, in the order of the text, under the rule
    `topic:<slug>`.
    """
    subjects = _read_subjects(text, ranges, language, states)
    return (*subjects, *read_named_topics(text, ranges, language))


def score_topics(text: str, ranges: Sequence[tuple[int, int]], language: Language) -> dict[str, float]:
    """Return the score of every topic that has one, whether or not it is high enough."""
    return {slug: tally.score() for slug, tally in _tally_terms(text, list(_sentences(text, ranges)), language).items()}


def _read_subjects(
    text: str, ranges: Sequence[tuple[int, int]], language: Language, states: Mapping[str, tuple[int, int]]
) -> Iterator[Topic]:
    sentences = list(_sentences(text, ranges))
    tallies = _tally_terms(text, sentences, language)
    scores = {slug: tally.score() for slug, tally in tallies.items()}
    favoured = None if len(states) < 2 else TWO_STATES if len(states) == 2 else MORE_STATES
    if favoured is not None:
        scores[favoured] = scores.get(favoured, 0.0) + AMONG_STATES
    threshold = THRESHOLD * (1 + GROWTH * max(0, min(len(sentences), LONG) - SHORT))
    least = max(threshold, LEAST_SHARE * min(AMPLE, max(scores.values(), default=0.0)))
    chosen = [slug for slug, score in scores.items() if score >= least]
    if not chosen and favoured == TWO_STATES:
        chosen = [TWO_STATES]
    order = {slug: index for index, slug in enumerate(load_topics())}
    for slug in sorted(chosen, key=lambda slug: (-scores[slug], order[slug])):
        cited = tallies[slug].ranges if slug in tallies else states.values()
        yield _make_topic(slug, scores[slug] / threshold, cited)


def _make_topic(slug: str, strength: float, cited: Iterable[tuple[int, int]]) -> Topic:
    entry = load_topics()[slug]
    return Topic(
        label=entry.label,
        topic_id=slug,
        iptc_code=entry.iptc_code,
        confidence=round(strength / (strength + 1), 2),
        evidence=tuple(Evidence("topic_id", begin, end, f"topic:{slug}") for begin, end in sorted(cited)),
    )


def _tally_terms(text: str, sentences: Sequence[tuple[int, int]], language: Language) -> dict[str, _Tally]:
    terms = topic_terms(language)
    title_end = max(text.find("\n\n"), 0)
    lead = next((begin for begin, _ in sentences if begin >= title_end), None)
    tallies: dict[str, _Tally] = {}
    for begin, end in sentences:
        sentence = text[begin:end]
        found, cues = terms.find_terms(fold_text(sentence))
        if not found:
            continue
        factor = _sentence_factor(begin < title_end, begin == lead, {cue.term.cue for cue in cues})
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


def _sentence_factor(title: bool, lead: bool, cues: set[str | None]) -> float:
    if title:
        return TITLE_FACTOR
    if "background" in cues:
        return BACKGROUND_FACTOR
    if "fields" in cues:
        return FIELDS_FACTOR
    if "dealing" in cues:
        return DEALING_FACTOR
    if "stance" in cues:
        return STANCE_FACTOR
    return LEAD_FACTOR if lead else PLAIN_FACTOR


def _word_factor(match: Found, sentence: str, runs: CapitalRuns) -> float:
    if not sentence[match.begin].isupper():
        return 1.0
    kind = runs.kind_at(match.begin, match.end)
    return {"office": 0.0, "name": NAME_FACTOR}.get(kind, 1.0)
