"""What the words of a text are: tags, the meaning of tagged phrases, and the cues that trigger rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

HONORIFIC, OFFICE, RANK, MODIFIER, DOMAIN = "h", "o", "r", "m", "x"
COUNTRY, DEMONYM, PLACE, ORGANISATION = "c", "d", "l", "g"
UNKNOWN, INITIAL, SOFT, COMMON, PLAIN = "U", "I", "S", "k", "w"
NAME_TAGS = frozenset((UNKNOWN, INITIAL, SOFT))
"""Tags of words that a person's name is made of: unknown words, initials, and everyday words that are also names."""
TITLE_TAGS = frozenset((MODIFIER, DOMAIN))
HEAD_TAGS = frozenset((OFFICE, RANK))
BEFORE_HEAD = frozenset((MODIFIER, DOMAIN, COUNTRY, DEMONYM, ORGANISATION, PLACE))
"""Tags of what may stand before the head of a position or group."""


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


NEAR = "near-"
"""Before a preposition in a frame: its object stands right after it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A verb's frame: rule name, event type, sides of subject and object, and how the object is joined to it.

    `convenes` says that its subject brings people together; `weak` that the title's word for the event outweighs it;
    `opens` that it tells an event only at the head of a sentence, before its subject: "Receiving B, A said"; `to_place`
    that the name of a place or state has to follow it.
    """

    rule: str
    type: str
    sides: tuple[str, str]
    object: tuple[str, ...]
    convenes: bool = False
    weak: bool = False
    opens: bool = False
    to_place: bool = False


@dataclass(slots=True)
class Tagged:
    """A text's tags, one a token, the range and meaning of each painted phrase, and its cues."""

    tag: list[str]
    noun: list[Noun | None]
    noun_begin: list[int]
    noun_end: list[int]
    cues: defaultdict[int, list[tuple[int, Cue]]] = field(default_factory=lambda: defaultdict(list))
    cue_kinds: defaultdict[str, list[tuple[int, int, Any]]] = field(default_factory=lambda: defaultdict(list))
