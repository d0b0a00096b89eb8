"""The parser's words (`words.yml`), folded for comparison and cached."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

_ACCENTS = re.compile(r"[\u200c\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640]")
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه"})
_ARABIC_VARIANT = re.compile("[" + "".join(map(chr, _ARABIC)) + "]")
_THAI_DOT = re.compile(r"\.(?<=[\u0e00-\u0e7f]\.)(?=[\u0e00-\u0e7f])")
_NO_WORD = re.compile(r"[^\w\s#*]+")


def word_set(line: str) -> frozenset[str]:
    """Return the words of a line as a set."""
    return frozenset(line.split())


def fold(text: str) -> str:
    """Return the text as words are compared: lower case, without accents, Arabic letters in one spelling."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", _one_spelling(text)).casefold()
    plain = _one_spelling(unicodedata.normalize("NFC", _ACCENTS.sub("", plain)))
    return _THAI_DOT.sub("", plain)  # in abbreviations; others have none within


def _one_spelling(text: str) -> str:
    return text.translate(_ARABIC) if _ARABIC_VARIANT.search(text) else text


@lru_cache(maxsize=4_000)
def fold_line(text: str) -> str:
    """Return a whole line as lines are compared: folded, punctuation dropped, single spaces."""
    return " ".join(_NO_WORD.sub(" ", fold(text)).split())


@dataclass(frozen=True, slots=True)
class Words:
    """The folded words of `words.yml`. `months` maps names to numbers by language, under `""` those of all.

    `other_dates` are ends of what stands before a date: a space and a label, with or without a joint.
    """

    months: Mapping[str, Mapping[str, int]]
    solar_hijri_months: Mapping[str, int]
    eras: Mapping[str, int]
    written_digits: str
    other_dates: tuple[str, ...]
    own_dates: frozenset[str]
    numbered_months: frozenset[str]
    furniture_lines: frozenset[str]
    closing_headings: frozenset[str]
    section_names: frozenset[str]
    end_marks: frozenset[str]
    missing_page_titles: frozenset[str]
    refused_page_titles: frozenset[str]
    missing_page_phrases: tuple[str, ...]
    refused_page_phrases: tuple[str, ...]
    byline_labels: tuple[str, ...]
    byline_joints: frozenset[str]
    no_writers: frozenset[str]
    common_words: Mapping[str, frozenset[str]]

    def months_of(self, language: str | None) -> Mapping[str, int]:
        """Return the month names to read a page in this language with."""
        return self.months.get(language or "", self.months[""])


@cache
def load_words() -> Words:
    """Return the parser's words, read once."""
    path = Path(__file__).with_name("words.yml")
    raw: dict[str, Any] = yaml.load(
        path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )

    def lines(key: str) -> frozenset[str]:
        return frozenset(fold_line(str(item)) or str(item) for item in raw[key])

    def by_length(key: str) -> tuple[str, ...]:
        return tuple(sorted((fold_line(str(item)) for item in raw[key]), key=len, reverse=True))

    ends = ["", *(f" {fold(joint)}" for joint in raw["date_joints"])]
    return Words(
        months=_month_tables({language: _numbered(row) for language, row in raw["months"].items()}),
        solar_hijri_months=_numbered(raw["solar_hijri_months"]),
        eras={fold(str(word)): int(years) for word, years in raw["eras"].items()},
        written_digits=str(raw["written_digits"]),
        other_dates=tuple(f" {label}{end}" for label in by_length("other_dates") for end in ends),
        own_dates=lines("own_dates") | {fold_line(day) for row in raw["weekdays"] for day in row.split("|")},
        numbered_months=lines("numbered_months"),
        furniture_lines=lines("furniture_lines"),
        closing_headings=lines("closing_headings"),
        section_names=lines("section_names"),
        end_marks=frozenset(fold(str(item)) for item in raw["end_marks"]),
        missing_page_titles=lines("missing_page_titles"),
        refused_page_titles=lines("refused_page_titles"),
        missing_page_phrases=by_length("missing_page_phrases"),
        refused_page_phrases=by_length("refused_page_phrases"),
        byline_labels=by_length("byline_labels"),
        byline_joints=lines("byline_joints"),
        no_writers=lines("no_writers"),
        common_words={code: frozenset(fold(row).split()) for code, row in raw["common_words"].items()},
    )


def _numbered(row: str) -> dict[str, int]:
    months = row.split("|")
    return {fold(name.replace("_", " ")): number for number, names in enumerate(months, 1) for name in names.split()}


def _month_tables(languages: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    meanings = Counter(name for name, _ in {pair for table in languages.values() for pair in table.items()})
    common = {name: number for table in languages.values() for name, number in table.items() if meanings[name] == 1}
    common |= languages["en"]
    return {"": common} | {language: common | table for language, table in languages.items()}
