"""All phrases of a language in one automaton, built once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import ahocorasick

from pipeline.extract.tags import (
    COUNTRY,
    DEMONYM,
    DOMAIN,
    HONORIFIC,
    MODIFIER,
    NEAR,
    OFFICE,
    ORGANISATION,
    PLACE,
    RANK,
    Cue,
    Frame,
    Noun,
)
from pipeline.extract.text import normalise_text
from pipeline.extract.tokens import Tokens, split_tokens
from pipeline.languages import Language
from pipeline.vocabulary.files import naming

_MACRO = re.compile(r"@([a-z_]+)")
_CHOICE = re.compile(r"\[([^\]]*)\]")
_COUNTRY_TAGS = {
    "name": COUNTRY, "formal": COUNTRY, "short": COUNTRY, "abbreviation": COUNTRY,
    "demonym": DEMONYM, "people": DEMONYM, "none": DOMAIN,
}  # fmt: skip
_LONGEST_ACRONYM = 6
INSERTED = "inserted"
"""The kind of the cue of a phrase that may stand inside a verb's own."""


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


class Lexicon:
    """The compiled words of one language.

    `words` are the sections of the grammar that are plain word lists, `states` the names and adjectives of states in one
    word, by that word in lower case. `automaton` maps each
    phrase, with a space on both sides, to its length and its nouns and cues.
    """

    def __init__(self, language: Language) -> None:
        grammar = _with_macros(language.grammar)
        self.grammar = grammar
        self.language = language
        self.words = {name: frozenset(text.split()) for name, text in grammar.items() if isinstance(text, str)}
        self.suffixes = frozenset(_expand_all(grammar["suffixes"]))
        self.offices = {name: frozenset(listed) for name, listed in grammar["office_kinds"].items()}
        self.absence_words = {name: frozenset(text.split()) for name, text in grammar["absence_words"].items()}
        self.joiners = frozenset(grammar["joiners"])
        self.possessive = frozenset(grammar["possessive"])
        self.pronouns = {name: frozenset(words) for name, words in grammar["pronouns"].items()}
        self.abbreviations = frozenset(self._stopped_words())
        self.single_offices = frozenset(
            office for office in (phrase.partition("/")[0] for phrase in grammar["offices"]) if " " not in office
        )
        self.domains = self.words["domain_words"] | self.words["organisation_heads"]
        self.own_tags = dict.fromkeys(self.domains, DOMAIN) | dict.fromkeys(self.words["modifiers"], MODIFIER)
        self.function_words = self.words["determiners"] | self.words["prepositions"] | self.words["sentence_openers"]
        self.plain_words = frozenset().union(
            *(self.words[name] for name in ("prepositions", "sentence_openers", "light_verbs", "gap_words"))
        )
        self.title_words = (
            self.single_offices | self.words["modifiers"] | self.words["domain_words"] | self.words["prepositions"]
        )
        self.states = {
            form.text.lower(): form.code
            for form in language.countries.values()
            if form.code is not None and " " not in form.text and not form.doubtful
        }
        self._entries: dict[str, list[Noun | Cue]] = {}
        self._add_nouns()
        self._add_cues()
        for phrase in _expand_all(grammar["inserted_phrases"]):
            self._add(phrase, Cue(INSERTED))
        self.automaton = ahocorasick.Automaton()
        for key, entries in self._entries.items():
            padded = f" {key} "
            nouns = tuple(entry for entry in entries if isinstance(entry, Noun))
            cues = tuple(entry for entry in entries if isinstance(entry, Cue))
            self.automaton.add_word(padded, (len(padded), nouns, cues))
        self.automaton.make_automaton()

    def tokenise(self, text: str) -> Tokens:
        """Return the tokens of a normalised text."""
        return split_tokens(text, self.abbreviations, self.words["sentence_openers"])

    def _stopped_words(self) -> Iterator[str]:
        grammar = self.grammar
        sections = (*grammar["honorifics"].values(), grammar["offices"], grammar["ranks"], grammar["suffixes"])
        listed = [part for section in sections for phrase in _expand_all(section) for part in re.split(r"[ /]", phrase)]
        for word in (*listed, *self.words["post_nominals"], *self.words["particles"]):
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
                self._add(phrase, Noun(HONORIFIC, kind, upper=phrase in self.pronouns["subject"]))
        synonyms: Mapping[str, str] = grammar["office_synonyms"]
        for tag, section in ((OFFICE, grammar["offices"]), (RANK, grammar["ranks"])):
            for phrase in section:
                singular, _, plural = phrase.partition("/")
                self._add(singular, Noun(tag, synonyms.get(singular, singular)))
                if plural:
                    self._add(plural, Noun(tag, singular, plural=True))
        for phrase in _expand_all(grammar["organisations"]):
            upper = " " not in phrase and len(phrase) <= _LONGEST_ACRONYM
            self._add(phrase, Noun(ORGANISATION, phrase, upper=upper))
        for form in self.language.countries.values():
            upper = form.kind == "abbreviation"
            tag = _COUNTRY_TAGS[form.kind]
            self._add(form.text, Noun(tag, form.code or "", upper=upper, doubtful=form.doubtful, kind=form.kind))
        for place in self.language.places.values():
            self._add(place.text, Noun(PLACE, place.country, doubtful=place.doubtful, kind=place.kind))
        for code, phrases in grammar["seats"].items():
            for phrase in phrases:
                self._add(phrase, Noun(PLACE, code, kind="venue"))

    def _add_cues(self) -> None:
        grammar = self.grammar
        for name, patterns in grammar["cues"].items():
            for phrase in _expand_all(patterns):
                self._add(phrase, Cue(name))
        with naming(f"languages/{self.language.code}/grammar.yml"):
            for entry in grammar["frames"]:
                cue = Cue("frame", _read_frame(entry, self.words["prepositions"]))
                for phrase in _expand_all(entry["forms"]):
                    self._add(phrase, cue)
        for kind, patterns in grammar["event_nouns"].items():
            for phrase in _expand_all(patterns):
                self._add(phrase, Cue("event_noun", kind))
        for section in ("seats", "institutions"):
            for code, phrases in grammar[section].items():
                for phrase in phrases:
                    self._add(phrase, Cue("seat", code))


def _read_frame(entry: Mapping[str, Any], prepositions: frozenset[str]) -> Frame:
    """Return the frame of an entry. Raises ValueError for a way of joining its object that no sentence can have."""
    for way in entry["object"]:
        if way and str(way).removeprefix(NEAR) not in prepositions:
            raise ValueError(f"frame {entry['rule']}: object {way!r} is no preposition")
    return Frame(
        rule=entry["rule"],
        type=entry["type"],
        sides=(entry["sides"][0], entry["sides"][1]),
        object=tuple(entry["object"]),
        convenes=entry.get("convenes", False),
        weak=entry.get("weak", False),
        opens=entry.get("opens", False),
        to_place=entry.get("to_place", False),
    )


def _with_macros(grammar: Mapping[str, Any]) -> dict[str, Any]:
    """Return the grammar with each "@name" in its phrases replaced by that macro's choices."""
    macros: Mapping[str, str] = grammar["macros"]

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return _MACRO.sub(lambda found: " ".join(macros[found.group(1)].split()), value) if "@" in value else value
        if isinstance(value, list):
            return [fill(item) for item in value]
        if isinstance(value, dict):
            return {name: fill(item) for name, item in value.items()}
        return value

    return {name: fill(section) for name, section in grammar.items()}


def _expand_all(section: Iterable[str]) -> Iterator[str]:
    for pattern in section:
        yield from expand_phrase(pattern)


@lru_cache(maxsize=8)
def lexicon_of(language: Language) -> Lexicon:
    """Return the compiled lexicon of a language, built once."""
    return Lexicon(language)
