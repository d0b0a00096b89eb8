"""Turn drafts into the records of one extraction: dates, places, states, sides, topics, codes, evidence, confidence."""

from __future__ import annotations

from pipeline.extract.confidence import event_features, load_confidence, seat_features
from pipeline.extract.coreference import Person
from pipeline.extract.document import Document, Mention, Position
from pipeline.extract.drafts import Draft, Seat
from pipeline.extract.event_dates import EventDater
from pipeline.extract.sides import settle_sides
from pipeline.extract.standing import StandingReader
from pipeline.extract.story import Story
from pipeline.extract.topics import read_topics
from pipeline.extract.wording import best_position, event_name, forms_of, name_of, position_text
from pipeline.records import Attendee, Event, Evidence, Release
from pipeline.vocabulary import load_event_types

_DOMESTIC = frozenset(("meeting", "appointment"))
_ONE_SIDED = frozenset(("statement", "other"))
MOST_NAMES = 12
"""How many places of a name one attendee cites."""


class RecordMaker:
    """Makes the event records of one release."""

    def __init__(self, story: Story, release: Release, home: str | None, drafts: list[Draft]) -> None:
        self.document: Document = story.document
        self.release = release
        self.home = home
        self.language = self.document.lexicon.language
        self.dater = EventDater(self.document, release)
        self.confidence = load_confidence()
        self.drafts = drafts
        self.primary = [draft for draft in drafts if draft.mention == "primary"]
        self.standing = StandingReader(story, self.primary)
        self._names: dict[int, tuple[str, tuple[str, ...]]] = {}

    def make_events(self) -> tuple[Event, ...]:
        """Return one event a draft, in the drafts' order."""
        drafts = self.drafts
        order = {id(draft): index for index, draft in enumerate(drafts)}
        anchors: dict[tuple[int, int], int] = {}
        events: list[Event] = []
        ranges = [self._ranges(draft, drafts) for draft in drafts]
        first = next(iter(self.primary), None)
        for draft, told in zip(drafts, ranges, strict=True):
            sentence = self.document.tokens.sentences[draft.sentence]
            anchor = self.document.original_range(sentence.begin, sentence.end)
            nth = anchors.get(anchor, 0)
            anchors[anchor] = nth + 1
            events.append(self._make_event(draft, anchor, nth, told, order, first))
        return tuple(events)

    def _make_event(
        self,
        draft: Draft,
        anchor: tuple[int, int],
        nth: int,
        told: list[tuple[int, int]],
        order: dict[int, int],
        first: Draft | None,
    ) -> Event:
        found, basis = self.dater.date_event(draft, first)
        status = "planned" if draft.status == "planned" else draft.status
        evidence = [Evidence("event_type", *self.document.original_range(draft.begin, draft.end), draft.rule)]
        if found is not None:
            evidence.append(Evidence("start_date", found.begin, found.end, found.basis))
        if draft.place_at is not None:
            evidence.append(Evidence("place", *self.document.original_range(*draft.place_at), "place"))
        if draft.country_at is not None:
            evidence.append(Evidence("country", *self.document.original_range(*draft.country_at), "country"))
        attendees = self._attendees(draft)
        label = load_event_types()[draft.type].label
        code, mode = load_event_types()[draft.type].plover(status)
        start = found.start_date if found is not None else None
        precision = found.precision if found is not None else "none"
        end = found.end_date if found is not None else None
        if found is None and basis == "published":
            start, precision = self.release.published_date, "day"
        topics = read_topics(
            self.release.text,
            told,
            self.language,
            _states(draft, attendees),
            gathering=draft.type == "conference",
            office=draft.type == "appointment",
            domestic=draft.type in _DOMESTIC,
        )
        part = order.get(id(draft.part_of)) if draft.part_of is not None else None
        return Event(
            event_type=draft.type,
            mention=draft.mention,
            status=status,
            anchor=anchor,
            nth=nth,
            start_date=start,
            end_date=end,
            date_precision=precision,
            date_basis=basis,
            place=draft.place,
            country=draft.country,
            name=event_name(label, [attendee.name for attendee in attendees if attendee.kind == "person"], draft.place),
            plover_code=code,
            plover_mode=mode,
            part_of=part,
            confidence=self.confidence.referenced
            if draft.mention == "referenced"
            else self.confidence.event.chance(event_features(self.document, draft)),
            attendees=attendees,
            topics=topics,
            evidence=tuple(evidence),
        )

    def _ranges(self, draft: Draft, drafts: list[Draft]) -> list[tuple[int, int]]:
        """Return the original ranges of the sentences from the draft's first to the next primary event's first."""
        sentences = self.document.tokens.sentences
        if draft.mention == "referenced":
            begin, end = self.document.original_range(sentences[draft.sentence].begin, sentences[draft.sentence].end)
            return [(begin, end)]
        others = [other for other in drafts if other.mention == "primary" and other is not draft]
        indexes = set(draft.sentences)
        nexts = [other.sentence for other in others if other.sentence > draft.sentence]
        stop = min(nexts, default=len(sentences))
        indexes.update(range(draft.sentence, stop))
        if not others or draft is min([draft, *others], key=_draft_sentence):
            indexes.update(
                index for index, sentence in enumerate(sentences) if sentence.begin < self.document.title_end
            )
        owned = {index for other in others for index in other.sentences} - set(draft.sentences)
        return [
            self.document.original_range(sentences[index].begin, sentences[index].end)
            for index in sorted(indexes - owned)
            if sentences[index].end > sentences[index].begin
        ]

    def _attendees(self, draft: Draft) -> tuple[Attendee, ...]:
        sides = settle_sides(draft, self.home, self.document.lexicon.offices["heading"])
        found = [self._person(draft, seat, sides[id(seat.person)]) for seat in draft.seats.values()]
        known: set[str] = set()
        for mention in draft.parties:
            party = self._party(draft, mention)
            if party.name.casefold() not in known:
                known.add(party.name.casefold())
                found.append(party)
        return tuple(found)

    def _person(self, draft: Draft, seat: Seat, side: str) -> Attendee:
        person, mention = seat.person, seat.mention
        name, forms = self._written(person)
        position = best_position(self.document, person, mention)
        evidence = [
            Evidence("name", *self.document.original_range(*m.name), m.rule)
            for m in person.mentions[:MOST_NAMES]
            if m.name is not None
        ]
        evidence.append(Evidence("attendance", *self.document.original_range(draft.begin, draft.end), seat.rule))
        if position is not None:
            evidence.append(
                Evidence("position", *self.document.original_range(position.begin, position.end), "position")
            )
        if person.country is not None and person.country_at is not None:
            evidence.append(Evidence("country", *self.document.original_range(*person.country_at), "country"))
        return Attendee(
            kind="person",
            name=name,
            written_as=forms,
            position=position_text(self.document, position) if position is not None else None,
            organization=self._organization(position),
            country=person.country,
            side=side,
            confidence=self.confidence.attendee.chance(seat_features(self.standing, draft, seat, self.primary)),
            evidence=tuple(evidence),
        )

    def _written(self, person: Person) -> tuple[str, tuple[str, ...]]:
        """Return the fullest form and all forms of a name, worked out once."""
        if id(person) not in self._names:
            self._names[id(person)] = name_of(self.document, person), tuple(forms_of(self.document, person))
        return self._names[id(person)]

    def _organization(self, position: Position | None) -> str | None:
        if position is None:
            return None
        words, heads = self.document.tokens, self.document.lexicon.words["organisation_heads"]
        for at in range(position.head_end, position.end):
            if words.lower[at] in heads and words.capital[at]:
                begin = at
                while begin > position.head_end and words.capital[begin - 1]:
                    begin -= 1
                return self.document.original_text(begin, position.end)
        return None

    def _party(self, draft: Draft, mention: Mention) -> Attendee:
        """Return a group or state; a group "of his" or "of hers" acts for the state of the person named before it."""
        tokens, lexicon = self.document.tokens, self.document.lexicon
        begin, country = mention.begin, mention.country
        while begin < mention.end - 1 and tokens.lower[begin] in lexicon.words["determiners"]:
            if country is None and tokens.lower[begin] in lexicon.pronouns["possessive"]:
                before = [seat.person for seat in draft.seats.values() if seat.mention.begin < mention.begin]
                country = before[-1].country if before else None
            begin += 1
        name = self.document.original_text(begin, mention.end)
        return Attendee(
            kind="state" if mention.kind == "state" else "group",
            name=name,
            written_as=(name,),
            country=country,
            confidence=self.confidence.group,
            evidence=(Evidence("name", *self.document.original_range(begin, mention.end), mention.rule),),
        )


def _draft_sentence(draft: Draft) -> int:
    return draft.sentence


def _states(draft: Draft, attendees: tuple[Attendee, ...]) -> dict[str, tuple[int, int]]:
    """Return the states that took part, each with the range that names somebody who acts for it."""
    if draft.type in _ONE_SIDED:
        return {}
    named = {a.country: e for a in attendees for e in a.evidence if a.country is not None and e.field == "name"}
    return {country: (e.begin_at, e.end_at) for country, e in named.items() if country is not None}
