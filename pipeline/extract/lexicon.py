"""All phrases of a language in one automaton, and the tags and cues it finds in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import ahocorasick

from pipeline.extract.tokens import Tokens, split_tokens
from pipeline.extract.text import normalise_text
from pipeline.languages import Language

HONORIFIC, OFFICE, RANK, MODIFIER, DOMAIN = "h", "o", "r", "m", "x"
COUNTRY, DEMONYM, PLACE, ORGANISATION = "c", "d", "l", "g"
UNKNOWN, INITIAL, SOFT, COMMON, PLAIN = "U", "I", "S", "k", "w"

_CHOICE = re.compile(r"\[([^\]]*)\]")
_COUNTRY_TAGS = {
    "name": COUNTRY, "formal": COUNTRY, "short": COUNTRY, "abbreviation": COUNTRY, "demonym": DEMONYM, "people": DEMONYM,
    "none": DOMAIN,
}  # fmt: skip
_PAINT_ORDER = {COUNTRY: 0, ORGANISATION: 1, DEMONYM: 2, OFFICE: 3, RANK: 4, HONORIFIC: 5, PLACE: 6, DOMAIN: -1}
_CASED = frozenset({COUNTRY, DEMONYM, PLACE, ORGANISATION, HONORIFIC, RANK})


def expand_phrase(pattern: str) -> Iterator[str]:
    """Yield every phrase of a pattern with choices: "[a|b|] c" gives "a c", "b c", "c"."""
    found = _CHOICE.search(pattern)
    if not found:
        phrase = " ".join(pattern.split())
        if phrase:
            yield phrase
        return
    for choice in found.group(1).split("|"):
        yield from expand_phrase(pattern[: found.start()] + choice + pattern[found.end() :])


@dataclass(frozen=True, slots=True)
class Noun:
    """What a tagged phrase means: a country's code, an office's singular form, whether an honorific may be a name."""

    tag: str
    value: str = ""
    plural: bool = False
    upper: bool = False
    doubtful: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase that triggers a rule: its kind (frame, attendance_after ...) and the rule's own value."""

    kind: str
    value: Any = None


@dataclass(slots=True)
class Tagged:
    """A text's tags: one a token, the range and meaning of each painted phrase, and the cues beginning at each token."""

    tag: list[str]
    noun: list[Noun | None]
    noun_begin: list[int]
    noun_end: list[int]
    cues: dict[int, list[tuple[int, Cue]]] = field(default_factory=dict)
    cue_kinds: dict[str, list[tuple[int, int, Any]]] = field(default_factory=dict)


class Lexicon:
    """The compiled words of one language."""

    def __init__(self, language: Language) -> None:
        grammar = language.grammar
        self.grammar = grammar
        self.language = language
        self.words = {name: frozenset(_words(grammar[name])) for name in _WORD_LISTS}
        self.phrases = {name: frozenset(_expand_all(grammar[name])) for name in _PHRASE_SETS}
        self.joiners = frozenset(grammar["joiners"])
        self.state_offices = frozenset(grammar["state_offices"])
        self.spokes_offices = frozenset(grammar["spokes_offices"])
        self.private_offices = frozenset(grammar["private_offices"])
        self.possessive = frozenset(grammar["possessive"])
        self.pronouns = {name: frozenset(words) for name, words in grammar["pronouns"].items()}
        self.upper_only = self.pronouns["subject"]
        self.seats = {phrase: code for code, phrases in grammar["seats"].items() for phrase in phrases}
        self.abbreviations = frozenset(self._stopped_words())
        self.single_offices = frozenset(phrase.partition("/")[0] for phrase in grammar["offices"] if " " not in phrase.partition("/")[0])
        self._entries: dict[str, list[Noun | Cue]] = {}
        self._add_nouns()
        self._add_cues()
        self._automaton = ahocorasick.Automaton()
        for key, entries in self._entries.items():
            padded = f" {key} "
            self._automaton.add_word(padded, (len(padded), tuple(entries)))
        self._automaton.make_automaton()

    def tokenise(self, text: str) -> Tokens:
        """Return the tokens of a normalised text."""
        return split_tokens(text, self.abbreviations, self.words["sentence_openers"])

    def tag_tokens(self, tokens: Tokens) -> Tagged:
        """Return tags and cues of the tokens; of phrases that overlap the longest has its tag, cues are all kept."""
        total = len(tokens)
        lead: dict[int, int] = {}
        position = 0
        for index, word in enumerate(tokens.lower):
            lead[position] = index
            position += len(word) + 1
        lead[position] = total
        joined = f" {' '.join(tokens.lower)} "
        tagged = Tagged([PLAIN] * total, [None] * total, list(range(total)), list(range(1, total + 1)))
        nouns: list[tuple[int, int, int, int, Noun]] = []
        for last, (length, entries) in self._automaton.iter(joined):
            begin, end = lead[last - length + 1], lead[last]
            if end - begin > 1 and tokens.sentence_of[begin] != tokens.sentence_of[end - 1]:
                continue
            for entry in entries:
                if isinstance(entry, Cue):
                    tagged.cues.setdefault(begin, []).append((end, entry))
                    tagged.cue_kinds.setdefault(entry.kind, []).append((begin, end, entry.value))
                elif self._fits(entry, tokens, begin, end):
                    nouns.append((begin - end, _PAINT_ORDER[entry.tag], begin, end, entry))
        nouns.sort(key=_paint_key)
        for _, _, begin, end, noun in nouns:
            if all(tagged.noun[index] is None for index in range(begin, end)):
                for index in range(begin, end):
                    tagged.tag[index] = noun.tag
                    tagged.noun[index] = noun
                    tagged.noun_begin[index] = begin
                    tagged.noun_end[index] = end
        self._tag_single_words(tokens, tagged)
        return tagged

    def _fits(self, noun: Noun, tokens: Tokens, begin: int, end: int) -> bool:
        if noun.upper:
            return tokens.word[begin].isupper()
        if noun.doubtful and not self._is_borne_out(noun, tokens, begin, end):
            return False
        return noun.tag not in _CASED or tokens.capital[begin] or tokens.capital[end - 1]

    def _is_borne_out(self, noun: Noun, tokens: Tokens, begin: int, end: int) -> bool:
        """Say whether the words beside a form that is as often something else speak for the country or place."""
        before = tokens.lower[begin - 1] if begin else ""
        after = tokens.lower[end] if end < len(tokens) else ""
        if before in self.words["prepositions"]:
            return end >= len(tokens) or not tokens.capital[end] or noun.tag != PLACE
        if noun.tag == PLACE:
            return False
        if begin and tokens.capital[begin - 1] and before not in self.joiners:
            return False
        return after in self.possessive or before in self.joiners or before == "," or (end < len(tokens) and not tokens.capital[end])

    def _tag_single_words(self, tokens: Tokens, tagged: Tagged) -> None:
        modifiers, domains, common = self.words["modifiers"], self.words["domain_words"], self.words["common_words"]
        soft, heads = self.words["name_words"], self.words["organisation_heads"]
        verbs = self.words["headline_verbs"]
        offices = self.single_offices
        function = self.words["determiners"] | self.words["prepositions"] | self.words["sentence_openers"]
        lowered = {word for word, capital in zip(tokens.lower, tokens.capital, strict=True) if not capital}
        starts = {sentence.begin for sentence in tokens.sentences}
        for index, (word, lower, capital) in enumerate(zip(tokens.word, tokens.lower, tokens.capital, strict=True)):
            if tagged.noun[index] is not None:
                continue
            if lower in modifiers:
                tagged.tag[index] = MODIFIER
            elif lower in domains or lower in heads:
                tagged.tag[index] = DOMAIN
            elif not capital:
                continue
            elif lower in function and (len(word) > 1 or index in starts):
                tagged.tag[index] = PLAIN
            elif lower in verbs:
                tagged.tag[index] = COMMON
            elif lower in soft:
                tagged.tag[index] = SOFT
            elif lower in common or (lower in lowered and "-" not in lower):
                tagged.tag[index] = PLAIN if index in starts else COMMON
            elif "-" in lower and not offices.isdisjoint(lower.split("-")):
                tagged.tag[index] = OFFICE
                tagged.noun[index] = Noun(OFFICE, lower)
            elif len(word) == 1 or (word[-1] == "." and len(word) <= 12):
                tagged.tag[index] = INITIAL
            else:
                tagged.tag[index] = UNKNOWN

    def _stopped_words(self) -> Iterator[str]:
        for section in (
            *self.grammar["honorifics"].values(), self.grammar["offices"], self.grammar["ranks"], self.grammar["suffixes"],
        ):  # fmt: skip
            for phrase in _expand_all(section):
                for part in re.split(r"[ /]", phrase):
                    if part.endswith(".") and part.count(".") == 1:
                        yield part[:-1]
        for word in self.grammar["post_nominals"].split() + self.grammar["particles"].split():
            if word.endswith(".") and word.count(".") == 1:
                yield word[:-1]

    def _add(self, phrase: str, entry: Noun | Cue) -> None:
        words = split_tokens(normalise_text(phrase).text, self.abbreviations, frozenset()).lower
        if words:
            entries = self._entries.setdefault(" ".join(words), [])
            if entry not in entries:
                entries.append(entry)

    def _add_nouns(self) -> None:
        grammar = self.grammar
        for kind, section in grammar["honorifics"].items():
            for phrase in _expand_all(section):
                self._add(phrase, Noun(HONORIFIC, kind, upper=phrase in self.upper_only))
        for tag, section in ((OFFICE, grammar["offices"]), (RANK, grammar["ranks"])):
            for phrase in section:
                singular, _, plural = phrase.partition("/")
                self._add(singular, Noun(tag, singular))
                if plural:
                    self._add(plural, Noun(tag, singular, plural=True))
        for phrase in _expand_all(grammar["organisations"]):
            self._add(phrase, Noun(ORGANISATION, phrase, upper=" " not in phrase and len(phrase) <= 6))
        for form in self.language.countries.values():
            tag = _COUNTRY_TAGS[form.kind]
            self._add(form.text, Noun(tag, form.code or "", upper=form.kind == "abbreviation", doubtful=form.doubtful, kind=form.kind))
        for place in self.language.places.values():
            self._add(place.text, Noun(PLACE, place.country, doubtful=place.doubtful, kind=place.kind))
        for phrase, code in self.seats.items():
            self._add(phrase, Noun(PLACE, code, kind="venue"))

    def _add_cues(self) -> None:
        grammar = self.grammar
        for name in _CUE_LISTS:
            for phrase in _expand_all(grammar[name]):
                self._add(phrase, Cue(name))
        for frame in grammar["frames"]:
            for phrase in _expand_all(frame["forms"]):
                self._add(
                    phrase,
                    Cue("frame", Frame(frame["rule"], frame["type"], tuple(frame["sides"]), tuple(frame["object"]))),
                )
        for kind, phrases in grammar["event_nouns"].items():
            for phrase in _expand_all(phrases):
                self._add(phrase, Cue("event_noun", kind))
        for section in ("seats", "institutions"):
            for code, phrases in grammar[section].items():
                for phrase in phrases:
                    self._add(phrase, Cue("seat", code))


@dataclass(frozen=True, slots=True)
class Frame:
    """A verb's frame: rule name, event type, sides of subject and object, and how the object is joined to it."""

    rule: str
    type: str
    sides: tuple[str, str]
    object: tuple[str, ...]


_WORD_LISTS = (
    "modifiers", "domain_words", "organisation_heads", "particles", "post_nominals", "determiners", "prepositions",
    "position_prepositions", "sending_prepositions", "sentence_openers", "group_nouns", "light_verbs", "attendance_objects",
    "headline_verbs", "infinitive_words", "round_words", "copulas", "object_pronouns", "elsewhere_words", "remote_words", "place_prepositions", "venue_nouns", "gap_words", "accompanying", "name_words", "common_words",
)  # fmt: skip
_PHRASE_SETS = ("suffixes", "connectors", "list_openers")
_CUE_LISTS = (
    "connectors", "list_openers", "absent_before", "attendance_after", "attendance_before", "side_markers", "negators",
    "hypotheticals", "looking_forward", "attendance_openers", "speaking_words", "planned", "cancelled", "postponed", "background", "past_background", "future_background",
    "continuation", "reported_parties", "title_speaker", "statement_titles", "letter_titles", "letter_openings",
    "letter_closings", "presiding_verbs", "attending_verbs", "passive_held", "byline_prefixes", "boilerplate",
)  # fmt: skip


def _words(section: str) -> list[str]:
    return section.split()


def _expand_all(section: Iterable[str]) -> Iterator[str]:
    for pattern in section:
        yield from expand_phrase(pattern)


def _paint_key(item: tuple[int, int, int, int, Noun]) -> tuple[int, int, int]:
    return item[0], item[1], item[2]


@lru_cache(maxsize=8)
def lexicon_of(language: Language) -> Lexicon:
    """Return the compiled lexicon of a language, built once."""
    return Lexicon(language)
