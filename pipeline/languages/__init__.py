"""A language is a folder of data: grammar, names of countries and places, terms of topics, words of dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.errors import ConfigurationError
from pipeline.vocabulary import load_countries
from pipeline.vocabulary.files import read_yaml, section, words

FOLDER = Path(__file__).parent
COUNTRY_KINDS = ("name", "formal", "short", "demonym", "people", "abbreviation")
PLACE_KINDS = ("city", "region", "venue")


@dataclass(frozen=True, slots=True)
class CountryForm:
    """One way to write a country, without its article.

    `code` is the country meant when nothing else decides, None for a phrase that holds a country's name and is none.
    `kind` is one of COUNTRY_KINDS ('people' is a plural or a person, 'demonym' the adjective), or 'none'. `codes` are
    all countries the form can mean, the likeliest first. `doubtful` forms are as often something else (a person's name,
    a state of another country), so they need support from the text. Abbreviations hold in capitals only.
    """

    text: str
    code: str | None
    kind: str
    codes: tuple[str, ...]
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A city, region or venue, and the country it lies in.

    `capital` says that it is the capital of its country, whose name may stand for the government. `doubtful` places are
    as often something else (a name, a common word): they count only where a word of place stands before them.
    """

    text: str
    country: str
    kind: str
    capital: bool = False
    doubtful: bool = False


@dataclass(frozen=True, eq=False)
class Language:
    """All that is known of one language. Compared and hashed by identity: `load_language` gives the same one each time.

    `countries` and `places` are keyed by the form as written; `grammar`, `topics`, `dates` and `standing` hold their files'
    data.
    """

    code: str
    grammar: Mapping[str, Any]
    countries: Mapping[str, CountryForm]
    places: Mapping[str, Place]
    topics: Mapping[str, Any]
    dates: Mapping[str, Any]
    standing: Mapping[str, Any]


@cache
def known_languages() -> frozenset[str]:
    """Return the codes (ISO 639-1) of the languages that have rules, looked up once."""
    return frozenset(folder.name for folder in FOLDER.iterdir() if (folder / "grammar.yml").is_file())


@cache
def load_language(code: str) -> Language:
    """Return a language's data, read once. Raises ConfigurationError for an unknown language or a wrong file."""
    if code not in known_languages():
        known = ", ".join(sorted(known_languages()))
        raise ConfigurationError(f"language {code!r} has no rules; known: {known}")
    folder = FOLDER / code
    return Language(
        code=code,
        grammar=MappingProxyType(read_yaml(folder / "grammar.yml")),
        countries=read_countries(folder / "countries.yml"),
        places=read_places(folder / "places.yml"),
        topics=MappingProxyType(read_yaml(folder / "topics.yml")),
        dates=MappingProxyType(read_yaml(folder / "dates.yml")),
        standing=MappingProxyType(read_yaml(folder / "standing.yml")),
    )


def read_countries(path: Path) -> Mapping[str, CountryForm]:
    """Return the forms of a countries file by text. Raises ConfigurationError for an unknown code or a form twice."""
    data = read_yaml(path)
    doubtful = set(words(path, "doubtful", data.get("doubtful")))
    forms: dict[str, CountryForm] = {}
    for form in _country_forms(path, data, doubtful):
        if form.text in forms:
            raise ConfigurationError(
                f"{path}: {form.text!r} stands twice; a form of several countries belongs to ambiguous"
            )
        forms[form.text] = form
    if unknown := doubtful - forms.keys():
        raise ConfigurationError(f"{path}: doubtful: {min(unknown)!r} is no form of a country")
    return MappingProxyType(forms)


def read_places(path: Path) -> Mapping[str, Place]:
    """Return the places of a places file by text. Raises ConfigurationError for an unknown code or a place twice."""
    data = read_yaml(path)
    doubtful = set(words(path, "doubtful", data.get("doubtful")))
    places: dict[str, Place] = {}
    for kind, name in (("city", "capitals"), ("city", "cities"), ("region", "regions"), ("venue", "venues")):
        for code, listed in section(path, data, name).items():
            _check_code(path, f"{name}: {code}", code)
            for text in words(path, f"{name}: {code}", listed):
                if text in places:
                    raise ConfigurationError(
                        f"{path}: {name}: {code}: {text!r} stands twice, also for {places[text].country}"
                    )
                places[text] = Place(text, code, kind, name == "capitals", text in doubtful)
    if unknown := doubtful - places.keys():
        raise ConfigurationError(f"{path}: doubtful: {min(unknown)!r} is no place")
    return MappingProxyType(places)


def _country_forms(path: Path, data: dict[str, Any], doubtful: set[str]) -> Iterator[CountryForm]:
    for text in words(path, "not_countries", data.get("not_countries")):
        yield CountryForm(text, None, "none", ())
    for text, fields in section(path, data, "ambiguous").items():
        codes = words(path, f"ambiguous: {text}", fields.get("codes"))
        _check_kind(path, text, fields.get("kind"))
        for code in codes:
            _check_code(path, f"ambiguous: {text}", code)
        yield CountryForm(text, codes[0], fields["kind"], codes, text in doubtful)
    ambiguous = data["ambiguous"]
    for code, kinds in section(path, data, "countries").items():
        _check_code(path, code, code)
        for kind, listed in kinds.items():
            _check_kind(path, code, kind)
            for text in words(path, f"{code}: {kind}", listed):
                if text not in ambiguous:
                    yield CountryForm(text, code, kind, (code,), text in doubtful)


def _check_code(path: Path, entry: str, code: str) -> None:
    if code not in load_countries():
        raise ConfigurationError(f"{path}: {entry}: {code} is no country of the vocabulary")


def _check_kind(path: Path, entry: str, kind: object) -> None:
    if kind not in COUNTRY_KINDS:
        raise ConfigurationError(f"{path}: {entry}: kind {kind!r} is none of {', '.join(COUNTRY_KINDS)}")
