"""Read what an event dealt with from the sentences that tell it: topics of the vocabulary, and topics with own names.

Every term of a topic counts by how plainly it says the topic and how its sentence uses it: more in the title and where
the text tells what was discussed, less in a life story, not at all inside the name of an office.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from pipeline.extract.named_topics import read_named_topics
from pipeline.extract.topic_standing import Standing
from pipeline.extract.topic_terms import Term, topic_terms
from pipeline.languages import Language
from pipeline.records import Evidence, Topic
from pipeline.vocabulary import load_topics

REPEAT_SHARE = 0.15
"""What each further mention of a term adds, as a share of its first, up to REPEATS of them."""
REPEATS = 3
THRESHOLD = 1.0
"""The score from which an event dealt with a topic: one strong term in a telling sentence, or several terms."""
SHORT, LONG = 5, 30
GROWTH = 0.03
"""By how much of itself what is said in passing loses with each sentence from SHORT to LONG."""
SENTENCE = 40
"""What is shorter is the number or the name of a list."""
AMONG_STATES = 0.6
"""What an event of several states has in its favour for their relations, a gathering for multilateral cooperation."""
ALONE_SHARE = 0.3
"""What words of relations between states keep of their score where no second state is named."""
TWO_STATES = "bilateral-relations"
MORE_STATES = "multilateral-cooperation"
OWN_STATE = "public-administration"

# White space after the end of a sentence, or line breaks: its first character comes first, so that others are skipped fast.
_SENTENCE_BREAK = re.compile(r"\s(?:(?<=[\w)\]'\"\u2019\u201d][.!?]\s)\s*(?=[^\Wa-z])|(?<=\n)\n*)")


@dataclass(slots=True)
class _Tally:
    """What speaks for one topic: the best value of each term, how often each stands, and where."""

    values: dict[Term, float] = field(default_factory=dict)
    counts: dict[Term, int] = field(default_factory=dict)
    ranges: list[tuple[int, int]] = field(default_factory=list)

    def add(self, term: Term, value: float, begin: int, end: int) -> None:
        self.values[term] = max(value, self.values.get(term, 0.0))
        self.counts[term] = self.counts.get(term, 0) + 1
        self.ranges.append((begin, end))

    def score(self) -> float:
        return sum(
            value * (1 + REPEAT_SHARE * min(self.counts[term] - 1, REPEATS)) for term, value in self.values.items()
        )


@dataclass(slots=True)
class _Tallies:
    """What speaks for each topic, and the countries that are named."""

    topics: dict[str, _Tally] = field(default_factory=dict)
    countries: set[str] = field(default_factory=set)


def read_topics(
    text: str,
    ranges: Sequence[tuple[int, int]],
    language: Language,
    states: Mapping[str, tuple[int, int]] = MappingProxyType({}),
    gathering: bool = False,
    office: bool = False,
    domestic: bool = False,
) -> tuple[Topic, ...]:
    """Return the topics that the sentences at these ranges deal with, the plainest first, then those with own names.

    `states` are the countries whose officials took part, each with the range of a word that shows it. Between two or
    more, their relations are a topic sooner, and the topic of an event that tells no other; at a gathering (a summit, a
    session), multilateral cooperation is sooner instead. What is about who holds an `office` deals with public
    administration, and so does a `domestic` event that tells no topic and names no second state. A subject's evidence
    cites every term that counted, in the order of the text, under the rule `topic:<slug>`.
    """
    subjects = _read_subjects(text, ranges, language, states, gathering, office, domestic)
    return (*subjects, *read_named_topics(text, ranges, language))


def score_topics(text: str, ranges: Sequence[tuple[int, int]], language: Language) -> dict[str, float]:
    """Return the score of every topic that has one, whether or not it is high enough."""
    tallies = _tally_terms(text, list(_sentences(text, ranges)), language)
    return {slug: tally.score() for slug, tally in tallies.topics.items()}


def _read_subjects(
    text: str,
    ranges: Sequence[tuple[int, int]],
    language: Language,
    states: Mapping[str, tuple[int, int]],
    gathering: bool,
    office: bool,
    domestic: bool,
) -> Iterator[Topic]:
    sentences = list(_sentences(text, ranges))
    found = _tally_terms(text, sentences, language)
    tallies = found.topics
    scores = {slug: tally.score() for slug, tally in tallies.items()}
    if len(found.countries | states.keys()) < 2 and TWO_STATES in tallies:
        scores[TWO_STATES] *= ALONE_SHARE
    favoured = None if len(states) < 2 else MORE_STATES if gathering else TWO_STATES
    if favoured is not None:
        scores[favoured] = scores.get(favoured, 0.0) + AMONG_STATES
    if office:
        scores[OWN_STATE] = scores.get(OWN_STATE, 0.0) + THRESHOLD
    chosen = [slug for slug, score in scores.items() if score >= THRESHOLD]
    if not chosen and states and favoured != MORE_STATES:
        several = len(found.countries | states.keys()) > 1
        chosen = [TWO_STATES] if several else [OWN_STATE] if domestic else []
    order = {slug: index for index, slug in enumerate(load_topics())}
    for slug in sorted(chosen, key=lambda slug: (-scores.get(slug, THRESHOLD), order[slug])):
        cited = tallies[slug].ranges if slug in tallies else states.values()
        yield _make_topic(slug, scores.get(slug, THRESHOLD) / THRESHOLD, cited)


def _make_topic(slug: str, strength: float, cited: Iterable[tuple[int, int]]) -> Topic:
    entry = load_topics()[slug]
    return Topic(
        label=entry.label,
        topic_id=slug,
        iptc_code=entry.iptc_code,
        confidence=round(strength / (strength + 1), 2),
        evidence=tuple(Evidence("topic_id", begin, end, f"topic:{slug}") for begin, end in sorted(cited)),
    )


def _tally_terms(text: str, sentences: Sequence[tuple[int, int]], language: Language) -> _Tallies:
    terms = topic_terms(language)
    title_end = max(text.find("\n\n"), 0)
    lead = next((begin for begin, _ in sentences if begin >= title_end), None)
    told = sum(end - begin >= SENTENCE for begin, end in sentences)
    share = 1 / (1 + GROWTH * max(0, min(told, LONG) - SHORT))
    result = _Tallies()
    for begin, end in sentences:
        sentence = text[begin:end]
        found = terms.find_terms(sentence)
        result.countries.update(item.term.country for item in found.countries if item.term.country)
        if not found.terms:
            continue
        standing = Standing(sentence, found.cues, begin < title_end, begin == lead, share, language)
        for match in found.terms:
            value = standing.factor(match)
            if value:
                for slug, weight in match.term.weights:
                    tally = result.topics.setdefault(slug, _Tally())
                    tally.add(match.term, value * weight, begin + match.begin, begin + match.end)
    return result


def _sentences(text: str, ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for begin, end in ranges:
        for gap in _SENTENCE_BREAK.finditer(text, begin, end):
            if gap.start() > begin:
                yield begin, gap.start()
            begin = gap.end()
        if end > begin:
            yield begin, end
