"""Names as they are compared: parts, sounds, skeletons and blocks. What it knows of names is names.yml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml
from anyascii import anyascii

from pipeline.records import normal_text

LONGEST_NAME = 200
"""Characters of a name that are read: nobody's name is longer, and work on hostile text stays bounded."""


_SOUND = re.compile(r"[aeiou]+|[^aeiou]")
_DOUBLED = re.compile(r"([^aeiou])\1+")


@cache
def load_name_data() -> dict[str, Any]:
    """Return the data of names.yml."""
    text = resources.files("pipeline.people").joinpath("names.yml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@cache
def words_of(field: str) -> frozenset[str]:
    """Return one list of the data as a set."""
    return frozenset(load_name_data()[field])


@cache
def first_of(field: str) -> dict[str, str]:
    """Return, for each spelling in a list of lists, the first spelling of its list."""
    return {spelling: group[0] for group in load_name_data()[field] for spelling in group}


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name as it is compared: folded words in order, initials as single letters, particles and suffixes left out.

    `family` is the word that the block is made from. `surname_only` says that no given name was written.
    `east_asian` names have the family first and the given name joined to one word. `has_fathers` marks a chain of bin.
    `full_words` are those that are more than an initial; `letters` the same whatever their order: equal for two names
    spelt the same.
    """

    words: tuple[str, ...]
    family: str
    surname_only: bool
    east_asian: bool = False
    has_fathers: bool = False
    full_words: tuple[str, ...] = field(init=False, compare=False)
    letters: frozenset[str] = field(init=False, compare=False)

    @property
    def is_full(self) -> bool:
        """Whether a given and a family name are written out."""
        return not self.surname_only and len(self.full_words) > 1

    def __post_init__(self) -> None:
        full = tuple(word for word in self.words if len(word) > 1)
        object.__setattr__(self, "full_words", full)
        object.__setattr__(self, "letters", frozenset(full))


@lru_cache(maxsize=65536)
def parse_name(name: str) -> NameParts:
    """Return the parts of a name; a name without a letter comes back as one word made of its characters."""
    spaced = re.sub(r"([\u3400-\u9fff\uac00-\ud7a3])", r"\1 ", normal_text(name[:LONGEST_NAME]))
    plain = anyascii(spaced)
    plain = re.sub(r"['`´’ʿʾ\"]", "", plain).replace(".", " ")
    plain = re.sub(r"\b([AE]l)(?=[A-Z][a-z])", r"\1-", plain)
    head, _, tail = plain.partition(",")
    if tail.strip() and not set(tail.lower().split()) <= words_of("suffixes"):
        plain = f"{tail} {head}"
    spelt = [word for word in re.split(r"[^A-Za-z0-9\-]+", plain) if word.strip("-")]
    spelt = [word for at, word in enumerate(spelt) if at == 0 or not _is_suffix(word)]
    if len(spelt) > 1 and spelt[0].lower() in words_of("honorifics"):
        del spelt[0]
    if not spelt:
        return NameParts((plain.strip().lower() or name,), plain.strip().lower() or name, surname_only=True)
    return _read_east_asian(spelt) or _read_name(spelt)


def _is_suffix(word: str) -> bool:
    return word.lower() in words_of("suffixes") or word in words_of("numerals")


def _read_east_asian(spelt: list[str]) -> NameParts | None:
    """Read a family name and a given name of one to three syllables, in either order; None when it is no such name."""
    surnames = first_of("east_asian_surnames")
    plain = [word.lower() for word in spelt]
    if len(plain) < 2 or len(plain) > 4:
        return None
    for family, given in ((plain[0], plain[1:]), (plain[-1], plain[:-1])):
        syllables = [part for word in given for part in word.split("-") if part]
        if family in surnames and all(_east_asian_word().fullmatch(part) for part in syllables):
            if family in words_of("particles") and len(syllables) < 2:
                continue
            return NameParts((family, "".join(syllables)), family, surname_only=False, east_asian=True)
    return None


@cache
def _east_asian_word() -> re.Pattern[str]:
    data = load_name_data()
    initial, final, last = data["east_asian_initial"], data["east_asian_final"], data["east_asian_last"]
    return re.compile(f"(?:{initial}{final})?{initial}{last}")


def _read_name(spelt: list[str]) -> NameParts:
    words: list[str] = []
    fathers: list[int] = []
    pending_father = pending_servant = False
    for word in _split_words(spelt):
        low = word.lower()
        if low in words_of("chain") and (words or low != "ben"):
            pending_father = True
        elif low in words_of("servant"):
            pending_servant = True
        elif low in words_of("faith") and words:
            words[-1] = re.sub(r"[aeiou]*$", "", words[-1]) + "udin"
        elif low not in words_of("particles"):
            if pending_father:
                fathers.append(len(words))
            low = "abu" if low in words_of("abu") else low
            words.append(_fold_word(f"abdul{low}" if pending_servant else low))
            pending_father = pending_servant = False
    if pending_servant:
        words.append("abd")
    if not words:
        words = ["".join(spelt).lower()]
    if fathers and len(words) > 2 and words[-1] in words_of("houses") and len(words) - 1 not in fathers:
        words.pop()
    family = _find_family(words, fathers, spelt)
    if words[0] == family and words[-1] != family and words[0] not in words_of("iberian_surnames"):
        words = [*words[1:], family]
    surname_only = len(spelt) == 1 or len(words) == 1 or words[0] == family
    return NameParts(tuple(words), family, surname_only, has_fathers=bool(fathers))


def _split_words(spelt: list[str]) -> list[str]:
    """Split at hyphens, leave out articles before one, and split capitals that are initials in a name of mixed case."""
    mixed = any(not word.isupper() for word in spelt)
    parts: list[str] = []
    for word in spelt:
        pieces = [piece for piece in word.split("-") if piece]
        dropped = words_of("articles") | words_of("chain")
        pieces = [piece for piece in pieces[:-1] if piece.lower() not in dropped] + pieces[-1:]
        for piece in pieces:
            letters = mixed and piece.isupper() and len(piece) < 4 and piece.lower() not in words_of("particles")
            parts.extend(piece if letters and len(spelt) > 1 else [piece])
    return parts


def _fold_word(word: str) -> str:
    """Return the word with Abd, al-Din and a glued article in one spelling."""
    word = re.sub(r"^abd(?:[aeiou]{1,2}(?:l(?=[a-z])|([rnsdtz])(?=\1)|(?=[b-df-hj-np-tv-z])))(?=[a-z]{2})", "abd", word)
    word = re.sub(r"(?<=[a-z]{2})[aeiou](?:l?d{1,2})(?:in|een|ine)$", "udin", word)
    return re.sub(r"^[ae]l(?=[b-df-hj-km-np-tv-z][a-z]{4})", "", word)


def without_servant(word: str) -> str:
    """Return a folded word without Abd, where four letters remain: Abdul Razak and Razak may be one."""
    return word[3:] if word.startswith("abd") and len(word) > 6 else word


def _find_family(words: list[str], fathers: list[int], spelt: list[str]) -> str:
    """Return the family name: the word in capitals, the first of two Iberian surnames, the first father or the last."""
    capitals = [word for word in spelt if len(word) > 2 and word.isupper()]
    if capitals and len(capitals) < len([word for word in spelt if len(word) > 2]):
        loud = _read_name([word.title() for word in capitals]).family
        if loud in words:
            return loud
    full = [at for at, word in enumerate(words) if len(word) > 1] or [len(words) - 1]
    if fathers and full[-1] in fathers:
        return words[fathers[0]]
    given = 0
    while given < len(full) - 1 and words[full[given]] in words_of("iberian_given"):
        given += 1
    if given or words[full[0]] in words_of("iberian_surnames"):
        return words[full[given]]
    return words[full[-1]]


@lru_cache(maxsize=65536)
def word_sounds(word: str, east_asian: bool = False) -> tuple[str, ...]:
    """Return a folded word as sounds: consonants one letter each, every run of vowels one string, doubles once."""
    for pattern, sound in _readings(east_asian):
        word = pattern.sub(sound, word)
    return tuple(_SOUND.findall(_DOUBLED.sub(r"\1", word)))


@cache
def _readings(east_asian: bool) -> list[tuple[re.Pattern[str], str]]:
    data = load_name_data()
    return [(re.compile(written), sound) for written, sound in data["east_asian_sounds"] * east_asian + data["sounds"]]


def is_vowel(sound: str) -> bool:
    """Say whether a sound is a run of vowels."""
    return sound[0] in "aeiou"


@lru_cache(maxsize=65536)
def word_skeleton(word: str, east_asian: bool = False) -> str:
    """Return the classes of the word's consonants; with fewer than two, those of its vowels too. Never empty."""
    classes = _sound_classes()
    sounds = word_sounds(word, east_asian)
    hard = [classes.get(sound, sound) for sound in sounds if not is_vowel(sound)]
    hard = [sound for at, sound in enumerate(hard) if at == 0 or sound != hard[at - 1]]
    if len(hard) > 1:
        return "".join(hard)
    vowels = {"a": "a", "e": "i", "i": "i", "o": "u", "u": "u"}
    return "".join(classes.get(sound, sound) if not is_vowel(sound) else vowels[sound[0]] for sound in sounds) or word


@cache
def _sound_classes() -> dict[str, str]:
    return {sound: name for name, sounds in load_name_data()["sound_classes"].items() for sound in sounds}


def name_skeleton(name: str) -> str:
    """Return the skeletons of the name's words in order, spaces between; East Asian ones family first."""
    parts = parse_name(name)
    return " ".join(word_skeleton(word, parts.east_asian) for word in parts.words)


def block_key(name: str) -> str:
    """Return the block of a name: its East Asian surname in one spelling, or the skeleton of its family name.

    Only people of one block are ever compared.
    """
    family = parse_name(name).family
    return first_of("east_asian_surnames").get(family) or word_skeleton(without_servant(family))
