"""One release, read sentence by sentence: its mentions, lists and readings, and who its pronouns stand for."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extract.chains import Chain
from pipeline.extract.coreference import People, Person
from pipeline.extract.document import Document, Mention
from pipeline.extract.readings import Reading

LEAD_PARAGRAPHS = 2
PRINCIPAL_REACH = 6
PRONOUN_REACH = 2


@dataclass(slots=True)
class Story:
    """What is known of a release before its events are put together; the lists are parallel to its sentences."""

    document: Document
    mentions: list[list[Mention]]
    chains: list[list[Chain]]
    readings: list[list[Reading]]
    people: People
    title: list[int] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    lead_until: int = 0
    captions: frozenset[int] = frozenset()
    principal: Person | None = None

    def __post_init__(self) -> None:
        sentences = self.document.tokens.sentences
        split = self.document.title_end
        self.title = [index for index, sentence in enumerate(sentences) if sentence.begin < split]
        self.body = [index for index, sentence in enumerate(sentences) if sentence.begin >= split]
        self.captions = self._find_captions()
        told = (
            sentences[index].paragraph for index in self.body if not sentences[index].bullet and self.readings[index]
        )
        first = next(told, sentences[self.body[0]].paragraph if self.body else 0)
        self.lead_until = first + LEAD_PARAGRAPHS - 1
        self.principal = self._find_principal()

    def is_lead(self, index: int) -> bool:
        """Say whether the sentence stands in the first paragraphs that tell anything."""
        return self.document.tokens.sentences[index].paragraph <= self.lead_until

    def opens_list(self, index: int) -> bool:
        """Say whether the sentence ends a line with a colon, or is a heading such as "Participants"."""
        sentence = self.document.tokens.sentences[index]
        if not sentence.last_of_line:
            return False
        if self.document.tokens.word[sentence.end - 1] == ":":
            return True
        return any(
            begin == sentence.begin and end == sentence.end
            for begin, end, _ in self.document.cues("list_headings", sentence.begin, sentence.end)
        )

    def is_caption(self, index: int) -> bool:
        """Say whether the sentence stands in a line under a picture, and the line is not all that the release says."""
        return index in self.captions

    def is_withdrawal(self, index: int) -> bool:
        """Say whether a heading says that what follows is withdrawn."""
        sentence = self.document.tokens.sentences[index]
        return bool(self.document.cues("withdrawals", sentence.begin, sentence.end))

    def resolve_pronouns(self, index: int) -> None:
        """Give each pronoun of the sentence the person who acted last, else the release's principal."""
        for mention in self.mentions[index]:
            if mention.kind == "pronoun" and mention.entity is None:
                mention.entity = self._latest_subject(index) or self.principal

    def resolve_plural(self, reading: Reading) -> None:
        """Give "They were received by A" those who acted in the sentence before, where they are more than one."""
        sentence = self.document.tokens.sentences[reading.sentence]
        plural = self.document.lexicon.pronouns["plural"]
        if reading.noun or reading.subjects or not reading.objects or not reading.sentence:
            return
        if self.document.tokens.lower[sentence.begin] not in plural:
            return
        for chain in self.chains[reading.sentence - 1]:
            people = [mention for mention in chain.mentions if mention.entity is not None]
            if len(people) > 1:
                reading.subjects = people
                return

    def _find_captions(self) -> frozenset[int]:
        sentences = self.document.tokens.sentences
        marks = self.document.tagged.cue_kinds.get("caption_marks", ())
        lines = {sentences[self.document.tokens.sentence_of[begin]].line for begin, _, _ in marks}
        found = frozenset(index for index in self.body if sentences[index].line in lines)
        return found if len(found) < len(self.body) else frozenset()

    def _find_principal(self) -> Person | None:
        for index in (*self.body[:PRINCIPAL_REACH], *self.title):
            person = self._first_subject(index)
            if person is not None:
                return person
        return self.people.people[0] if self.people.people else None

    def _latest_subject(self, index: int) -> Person | None:
        for earlier in range(index - 1, max(-1, index - 1 - PRONOUN_REACH), -1):
            person = self._first_subject(earlier)
            if person is not None:
                return person
        return None

    def _first_subject(self, index: int) -> Person | None:
        for reading in self.readings[index]:
            for mention in reading.subjects:
                if mention.entity is not None and mention.kind != "pronoun":
                    return mention.entity
        return None


def named_people(mentions: list[Mention]) -> list[Person]:
    """Return the people the mentions stand for, each once, in order."""
    found: dict[int, Person] = {
        id(mention.entity): mention.entity for mention in mentions if mention.entity is not None
    }
    return list(found.values())
