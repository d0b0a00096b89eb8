"""Why a release was read as it was: its mentions, the rule that found each, and why each person was seated or not.

Nothing is read again here: every reason is what a stage noted when it passed a mention over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pipeline.extract.chains import Chain
from pipeline.extract.coreference import Person
from pipeline.extract.document import Mention
from pipeline.extract.drafts import ABSENT
from pipeline.extract.stages import Stages
from pipeline.extract.standing import standing_factors
from pipeline.extract.wording import name_of
from pipeline.records import Extraction

REASONS: Mapping[str, str] = MappingProxyType({
    "byline": "wrote the text (byline)",
    "referenced": "took part only in an event that the release tells as background",
    "greetings": "named as the sender of greetings or a message",
    "on-behalf": "somebody else acted on their behalf",
    "quoted": "only quoted or cited",
    "predecessor": "named as a predecessor or former holder of an office",
    "talked-about": "only talked about",
    "negated": "the event is denied",
    "hypothetical": "the event is only wished for, possible or asked for",
    "left-office": "leaves the office, so takes no part in the appointment",
    "background": "in a referenced event that names too little to stand for itself",
    "absence": "the sentence says that somebody was not there",
    "issuer": "issues the text as a spokesperson",
    "speaks": "says something, in no event of the release",
    "no-event": "the words around tell no event of its own",
    "title-only": "named in the title alone",
    "owner": "named as the owner of something",
    "no-frame": "no frame seats them",
    "unresolved": "no full name, title or office says who it is",
})  # fmt: skip
"""Why a person was not seated, the most telling reason first; each with a line for a person."""

TOLD_POINTS = 4
_ORDER = {reason: index for index, reason in enumerate(REASONS)}
_EVENT_CELLS = {"event_type": "event", "start_date": "date", "place": "place"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A half-open range of `Release.text` that was read as something, and the rule that read it.

    `kind` is person, role (an office alone), group, state, body, pronoun, thing or byline for a mention; event, date, place
    or topic for the words a cell of an event came from. `person` is an index in `Explanation.people`, `event` one in the
    extraction's events. `name` is the range of a person's name within the mention. `reason` says why a mention of
    somebody seated nobody: a key of REASONS, empty for one that did and for what is nobody's mention.
    """

    begin_at: int
    end_at: int
    kind: str
    rule: str
    person: int | None = None
    event: int | None = None
    name: tuple[int, int] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SeatNote:
    """One seat of a person: the event's index, the rule, the mention that seats them and the words that tell the event."""

    event: int
    rule: str
    side: str
    confidence: float
    mention: tuple[int, int]
    frame: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person of the release: their seats, or the reason (a key of REASONS) for none and the range that shows it.

    `chance` is that of having taken part by how they stand in the text, where no rule seats them, and `points` what speaks for
    it and against it, the weightiest first: feature, value, worth.
    """

    name: str
    seats: tuple[SeatNote, ...] = ()
    reason: str = ""
    shown_at: tuple[int, int] | None = None
    chance: float | None = None
    points: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """All marks in order of the text, all people in order of appearance (writers last), and the extraction itself."""

    marks: tuple[Mark, ...]
    people: tuple[Verdict, ...]
    extraction: Extraction


@dataclass(slots=True)
class _Notes:
    """What is known of one person while the explanation is put together."""

    person: Person
    seats: list[SeatNote] = field(default_factory=list)
    reasons: list[tuple[str, tuple[int, int]]] = field(default_factory=list)


def explain_stages(stages: Stages) -> Explanation:
    """Return what the stages found and passed over, as plain records."""
    return _Explainer(stages).explain()


class _Explainer:
    """Collects the marks and verdicts of one release."""

    def __init__(self, stages: Stages) -> None:
        self.stages = stages
        self.document = stages.document
        self.story = stages.story
        self.notes = {id(person): _Notes(person) for person in stages.story.people.people}
        self.numbers = {key: index for index, key in enumerate(self.notes)}
        self.chains: dict[int, Chain] = {
            id(mention): chain for found in stages.story.chains for chain in found for mention in chain.mentions
        }
        self.issuers = set(map(id, stages.issuers))
        self.candidates = {id(candidate.mention.entity): candidate for candidate in stages.candidates}
        self.frames = {(draft.sentence, draft.begin) for draft in stages.drafts}
        self.seating: set[int] = set()

    def explain(self) -> Explanation:
        """Return the explanation."""
        self._note_seats()
        marks = [self._mark(mention) for found in self.story.mentions for mention in found]
        verdicts = [self._verdict(notes) for notes in self.notes.values()]
        for mention in self.stages.bylined:
            if mention.name is not None:
                span, name = self._range(mention), self.document.original_range(*mention.name)
                marks.append(Mark(*span, "byline", mention.rule, len(verdicts), name=name, reason="byline"))
                verdicts.append(Verdict(self.document.original_text(*mention.name), (), "byline", name))
        marks.extend(self._event_marks())
        marks.sort(key=_mark_order)
        return Explanation(tuple(marks), tuple(verdicts), self.stages.extraction)

    def _range(self, mention: Mention) -> tuple[int, int]:
        return self.document.original_range(mention.begin, mention.end)

    def _note_seats(self) -> None:
        events = self.stages.extraction.events
        for index, (draft, event) in enumerate(zip(self.stages.drafts, events, strict=True)):
            people = (attendee for attendee in event.attendees if attendee.kind == "person")
            for seat, attendee in zip(draft.seats.values(), people, strict=True):
                frame = self.document.original_range(draft.begin, draft.end)
                note = SeatNote(index, seat.rule, attendee.side, attendee.confidence, self._range(seat.mention), frame)
                self.notes[id(seat.person)].seats.append(note)
                self.seating.add(id(seat.mention))

    def _mark(self, mention: Mention) -> Mark:
        name = self.document.original_range(*mention.name) if mention.name is not None else None
        person = self.numbers.get(id(mention.entity)) if mention.entity is not None else None
        reason = ""
        if mention.entity is not None and id(mention) not in self.seating:
            reason, shown = self._why_not(mention)
            if mention.name is not None:
                self.notes[id(mention.entity)].reasons.append((reason, shown))
        elif mention.entity is None and mention.kind == "person":
            reason = "unresolved"
        return Mark(*self._range(mention), mention.kind, mention.rule, person, None, name, reason)

    def _verdict(self, notes: _Notes) -> Verdict:
        name = name_of(self.document, notes.person)
        events = self.stages.extraction.events
        if any(events[seat.event].mention == "primary" for seat in notes.seats):
            return Verdict(name, tuple(notes.seats), "", None, *self._standing(notes.person))
        if notes.seats:
            return Verdict(name, tuple(notes.seats), "referenced", notes.seats[0].frame, *self._standing(notes.person))
        reason, shown = min(notes.reasons, key=_reason_order, default=("no-frame", None))
        return Verdict(name, (), reason, shown, *self._standing(notes.person))

    def _standing(self, person: Person) -> tuple[float | None, tuple[tuple[str, str, float], ...]]:
        """Return the chance of somebody whom no rule seats, and the weightiest of the points that make it."""
        candidate = self.candidates.get(id(person))
        if candidate is None:
            return None, ()
        known = standing_factors(self.document.lexicon.language).points
        worth = [(name, value, known.get(name, {}).get(value, 0.0)) for name, value in candidate.features.items()]
        return candidate.chance, tuple(sorted(worth, key=_weight)[:TOLD_POINTS])

    def _why_not(self, mention: Mention) -> tuple[str, tuple[int, int]]:
        """Return why the mention seats nobody, and the range of the words that say so."""
        own = self._range(mention)
        chain = self.chains.get(id(mention))
        if chain is not None and chain.absent and chain.absent_from < chain.begin:
            told = self._sort_of_words(chain.absent_from, chain.begin)
            return told, self.document.original_range(chain.absent_from, chain.begin)
        if id(mention) in self.issuers:
            return "issuer", own
        for reading in self.story.readings[mention.sentence]:
            for side, named in zip(reading.sides, (reading.subjects, reading.objects), strict=True):
                if not any(other is mention for other in named):
                    continue
                shown = self.document.original_range(reading.begin, reading.end)
                if reading.tense in ("negated", "hypothetical", "background"):
                    return reading.tense, shown
                if side == ABSENT:
                    return "left-office", shown
                if reading.type == "statement":
                    return "speaks", shown
                if mention.begin >= self.document.title_end and (reading.sentence, reading.begin) not in self.frames:
                    return "no-event", shown
        sentence = self.document.tokens.sentences[mention.sentence]
        for begin, end, _ in self.document.cues("absences", sentence.begin, sentence.end):
            return "absence", self.document.original_range(begin, end)
        if mention.name is not None and self._sort_of_words(mention.begin, mention.name[0]) == "predecessor":
            return "predecessor", own
        if mention.begin < self.document.title_end:
            return "title-only", own
        return ("owner" if chain is not None and chain.possessed else "no-frame"), own

    def _sort_of_words(self, begin: int, end: int) -> str:
        """Return what the words before somebody say of them: greetings, predecessor and so on; else talked-about."""
        words = self.document.tokens.lower[begin:end]
        sorts = self.document.lexicon.absence_words
        return next((name for name, listed in sorts.items() if not listed.isdisjoint(words)), "talked-about")

    def _event_marks(self) -> Iterator[Mark]:
        for index, event in enumerate(self.stages.extraction.events):
            for item in event.evidence:
                if item.field in _EVENT_CELLS:
                    yield Mark(item.begin_at, item.end_at, _EVENT_CELLS[item.field], item.rule, event=index)
            for topic in event.topics:
                for item in topic.evidence:
                    yield Mark(item.begin_at, item.end_at, "topic", item.rule, event=index)


def _weight(point: tuple[str, str, float]) -> float:
    return -abs(point[2])


def _reason_order(item: tuple[str, tuple[int, int]]) -> int:
    return _ORDER[item[0]]


def _mark_order(mark: Mark) -> tuple[int, int, str]:
    return mark.begin_at, -mark.end_at, mark.kind
