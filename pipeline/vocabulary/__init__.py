"""The closed vocabularies: event types, topics and countries, with ids, labels, definitions and standard codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pipeline.errors import ConfigurationError
from pipeline.vocabulary.files import optional_text, read_yaml, section, text, words

FOLDER = Path(__file__).parent
STATUSES = ("planned", "held", "cancelled", "postponed", "unknown")

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type of the codebook.

    `plover_code` and `cameo_code` are of an event that was held; `planned_plover_code` and `planned_cameo_code` of one
    still to come, which PLOVER codes as an agreement. `plover_mode` is the mode where the text shows no other,
    `plover_modes` all that the type can have. A code is None where the ontology has none. `ocd_status` gives for each
    status of an event the Open Civic Data word, None where it has none.
    """

    event_type: str
    label: str
    definition: str
    plover_code: str | None
    plover_mode: str | None
    plover_modes: tuple[str, ...]
    planned_plover_code: str | None
    cameo_code: str | None
    planned_cameo_code: str | None
    ocd_classification: str
    ocd_status: Mapping[str, str | None]

    def plover(self, status: str, mode: str | None = None) -> tuple[str | None, str | None]:
        """Return PLOVER code and mode for an event of this status.

        `mode` is what the text shows; one that the type cannot have gives its usual one. A planned event has no mode.
        """
        if status == "planned":
            return self.planned_plover_code, None
        return self.plover_code, mode if mode in self.plover_modes else self.plover_mode


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """One topic: its slug, what it covers, and the IPTC Media Topic that comes closest."""

    topic_id: str
    label: str
    definition: str
    iptc_code: str
    iptc_label: str


@dataclass(frozen=True, slots=True)
class Country:
    """One country or territory: ISO 3166-1 codes, English name, capital (None: it has none).

    `invented` marks the example's states, which use codes that ISO 3166-1 leaves to users.
    """

    code: str
    alpha3: str
    name: str
    capital: str | None
    invented: bool = False


@cache
def load_event_types() -> Mapping[str, EventType]:
    """Return the event types by id, in the order of the codebook. Raises ConfigurationError."""
    path = FOLDER / "event_types.yml"
    data = read_yaml(path)
    statuses = section(path, data, "ocd_statuses")
    if tuple(statuses) != STATUSES:
        raise ConfigurationError(f"{path}: ocd_statuses: one word for each of {', '.join(STATUSES)} is expected")
    ocd_status = MappingProxyType({name: optional_text(path, "ocd_statuses", statuses, name) for name in statuses})

    def read(name: str, fields: Any) -> EventType:
        def code(key: str) -> str | None:
            return optional_text(path, name, fields, key)

        entry = EventType(
            event_type=name,
            label=text(path, name, fields, "label"),
            definition=text(path, name, fields, "definition"),
            plover_code=code("plover_code"),
            plover_mode=code("plover_mode"),
            plover_modes=words(path, f"{name}: plover_modes", fields.get("plover_modes")),
            planned_plover_code=code("planned_plover_code"),
            cameo_code=code("cameo_code"),
            planned_cameo_code=code("planned_cameo_code"),
            ocd_classification=text(path, name, fields, "ocd_classification"),
            ocd_status=ocd_status,
        )
        if entry.plover_mode is not None and entry.plover_mode not in entry.plover_modes:
            raise ConfigurationError(f"{path}: {name}: plover_mode {entry.plover_mode} is not among plover_modes")
        return entry

    return _read_entries(path, section(path, data, "event_types"), read)


@cache
def load_topics() -> Mapping[str, TopicEntry]:
    """Return the topics by slug, in the order of the codebook. Raises ConfigurationError."""
    path = FOLDER / "topics.yml"

    def read(name: str, fields: Any) -> TopicEntry:
        entry = TopicEntry(name, *(text(path, name, fields, key) for key in _TOPIC_FIELDS))
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name) or not re.fullmatch(r"\d{8}", entry.iptc_code):
            raise ConfigurationError(f"{path}: {name}: a slug and an IPTC code of eight digits are expected")
        return entry

    return _read_entries(path, section(path, read_yaml(path), "topics"), read)


@cache
def load_countries() -> Mapping[str, Country]:
    """Return the countries by ISO 3166-1 alpha-2 code, user-assigned ones last. Raises ConfigurationError."""
    path = FOLDER / "countries.yml"

    def read(code: str, fields: Any) -> Country:
        if not re.fullmatch(r"[A-Z]{2}", code) or not re.fullmatch(r"[A-Z]{3}", text(path, code, fields, "alpha3")):
            raise ConfigurationError(f"{path}: {code}: codes of two and three capital letters are expected")
        return Country(
            code,
            text(path, code, fields, "alpha3"),
            text(path, code, fields, "name"),
            optional_text(path, code, fields, "capital"),
            bool(fields.get("invented", False)),
        )

    return _read_entries(path, section(path, read_yaml(path), "countries"), read)


_TOPIC_FIELDS = ("label", "definition", "iptc_code", "iptc_label")


def _read_entries(path: Path, entries: Mapping[str, Any], read: Callable[[str, Any], Entry]) -> Mapping[str, Entry]:
    for name, fields in entries.items():
        if not isinstance(fields, dict):
            raise ConfigurationError(f"{path}: {name}: holds no fields")
    return MappingProxyType({name: read(name, fields) for name, fields in entries.items()})
