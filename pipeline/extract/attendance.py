"""Sentences that say who else was there: "in the presence of A", "A and B attended the meeting"."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from pipeline.extract.chains import Chain
from pipeline.extract.document import Document, Mention
from pipeline.extract.origins import give_origin, give_state
from pipeline.extract.tags import COUNTRY, DEMONYM, DOMAIN, MODIFIER

AFTER_REACH = 12
CLOSING_REACH = 6
OPENING_REACH = 4
OPENER_REACH = 9
AGENT_REACH = 16
LEADER_REACH = 3
NEAREST = 12
SIDE_REACH = 5
NAMING_REACH = 5
PRESENTER = "presenter"
"""The rule that seats who presents an item: in a session only."""
_LIGHT_TAGS = frozenset((MODIFIER, DOMAIN))


@dataclass(slots=True)
class Attendance:
    """Who a sentence seats beyond its frames and by which rule, and the token ranges of the cues that say so.

    `chaired` is the range of a cue that says who chaired a session.
    """

    seated: list[tuple[list[Mention], str]] = field(default_factory=list)
    cues: list[tuple[int, int]] = field(default_factory=list)
    chaired: tuple[int, int] | None = None

    def covers(self, at: int) -> bool:
        """Say whether the token belongs to an attendance cue."""
        return any(begin <= at < end for begin, end in self.cues)


class AttendanceReader:
    """Reads the attendance cues of one sentence; `earlier` are the lists of the sentence before it."""

    def __init__(self, document: Document, index: int, chains: list[Chain], earlier: list[Chain]) -> None:
        self.document = document
        self.sentence = document.tokens.sentences[index]
        self.chains = chains
        self.earlier = earlier
        self.ends = [chain.end for chain in chains]
        self.lower = document.tokens.lower
        self.words = document.lexicon.words
        self.found = Attendance()

    def read(self) -> Attendance:
        """Return who the sentence seats."""
        self._read_inverted()
        self._read_after()
        self._read_agents()
        self._read_naming()
        self._read_colon()
        self._read_before()
        self._read_sides()
        self._read_presenters()
        return self.found

    def _cues(self, kind: str) -> list[tuple[int, int]]:
        return [(begin, end) for begin, end, _ in self.document.cues(kind, self.sentence.begin, self.sentence.end)]

    def _read_after(self) -> None:
        """Read cues that the list follows: "accompanied by A", "the delegation included A"."""
        absences, chairing = self._cues("absences"), {begin for begin, _ in self._cues("chairing")}
        for begin, end in self._cues("attendance_after"):
            mentions = self._mentions_after(end, begin)
            if not mentions or any(start <= begin < stop for start, stop in absences) or self._lies_ahead(begin):
                continue
            if begin in chairing:
                self.found.chaired = (begin, end)
            self._seat(mentions, begin, end, max(self.sentence.begin, begin - OPENING_REACH))

    def _lies_ahead(self, begin: int) -> bool:
        """Say whether an infinitive stands before the cue, and nothing is planned: "agreed on a team to be led by A"."""
        if self._cues("planned"):
            return False
        return any(self.lower[at] in self.words["infinitive_words"] for at in range(max(0, begin - 2), begin))

    def _read_presenters(self) -> None:
        """Read "approved the bill presented by the Minister A", which seats A where the event is a session."""
        for _, end in self._cues("session_after"):
            mentions = self._mentions_after(end)
            if mentions:
                self.found.seated.append((mentions, PRESENTER))

    def _read_agents(self) -> None:
        """Read "is accompanied at the palace by A and B"."""
        for begin, end in self._cues("attendance_by"):
            if self.found.covers(begin):
                continue
            for chain in self.chains[bisect_left(self.ends, end + 1) :][:2]:
                agent = chain.preposition in self.words["agent_prepositions"] and not chain.is_absent_before(begin)
                if agent and chain.named and chain.begin - end <= AGENT_REACH:
                    self._seat(chain.mentions, begin, end, max(self.sentence.begin, begin - OPENING_REACH))
                    break

    def _read_inverted(self) -> None:
        """Read "Joining the President on the call were A and B"."""
        begin = self.sentence.begin
        openers = self.document.cues("attendance_openers", begin, min(self.sentence.end, begin + OPENER_REACH))
        if not openers or openers[0][0] != begin:
            return
        for at in range(openers[0][1], self.sentence.end):
            if self.lower[at] in self.words["copulas"]:
                mentions = self._mentions_after(at + 1)
                if mentions:
                    self._seat(mentions, begin, mentions[0].begin, begin)
                return

    def _read_naming(self) -> None:
        """Read "The ambassadors who presented their credentials are A and B": a group, and who its members are."""
        begin = self.sentence.begin
        if self.found.seated or not self._opens_with_group():
            return
        for at in range(begin + 1, self.sentence.end - 1):
            if self.lower[at] not in self.words["naming_verbs"]:
                continue
            mentions = self._mentions_after(at + 1)
            if mentions and mentions[0].name is not None and mentions[0].begin - at <= NAMING_REACH:
                self._seat(mentions, at, mentions[0].begin, begin)
                self._share_office(mentions)
                return

    def _share_office(self, mentions: list[Mention]) -> None:
        """Give the office of the group that opens the sentence to those of its members who are named without one."""
        offices = [position for each in self.chains[0].mentions for position in each.positions if position.plural]
        for mention in mentions:
            if offices and mention.name is not None and not mention.positions and mention.shared is None:
                mention.shared = offices[0]
                if mention.entity is not None:
                    mention.entity.add_position(offices[0])

    def _read_colon(self) -> None:
        """Read "A met the new ambassadors: B, C and D": a group, a colon, and who its members are."""
        word = self.document.tokens.word
        for at in range(self.sentence.begin + 1, self.sentence.end - 1):
            if word[at] != ":":
                continue
            before = [each for chain in self.chains for each in chain.mentions if each.end <= at and each.name is None]
            grouped = any(each.kind == "group" or any(p.plural for p in each.positions) for each in before)
            mentions = self._mentions_after(at + 1) if grouped else []
            if mentions and mentions[0].name is not None and mentions[0].begin - at <= NAMING_REACH:
                self._seat(mentions, at, at + 1, at)
            return

    def _opens_with_group(self) -> bool:
        """Say whether a group, an office in the plural or "others" begins the sentence."""
        begin = self.sentence.begin
        reach = begin + NAMING_REACH
        if any(
            self.lower[at] in self.words["plural_openers"] for at in range(begin, min(begin + 2, self.sentence.end))
        ):
            return True
        for chain in self.chains[:1]:
            for mention in chain.mentions:
                plural = mention.kind == "group" or any(position.plural for position in mention.positions)
                if mention.begin <= reach and plural and mention.name is None:
                    return True
        return False

    def _read_before(self) -> None:
        """Read cues that the list stands before: "A and B attended the meeting"."""
        for kind in ("attendance_before", "attendance_open"):
            for begin, end in self._cues(kind):
                if self.found.covers(begin) or not (kind == "attendance_open" or self._closes(end)):
                    continue
                last = bisect_left(self.ends, begin + 1)
                near = self.chains[max(0, last - NEAREST) : last]
                mentions = [mention for chain in near if _is_nominative(chain) for mention in chain.mentions]
                if mentions:
                    rule = "accompanying" if self.lower[end - 1] in self.words["accompanying"] else "attendance"
                    self.found.seated.append((mentions, rule))
                    self.found.cues.append((begin, min(self.sentence.end, end + CLOSING_REACH)))

    def _read_sides(self) -> None:
        """Read "A and B took part on the X side, and C and D on the Y side", "on the X side by A"."""
        nouns, ends = self.document.tagged.noun, self.document.tagged.noun_end
        for at in range(self.sentence.begin + 2, self.sentence.end - 1):
            noun, end = nouns[at], ends[at]
            sided = noun is not None and noun.tag in (DEMONYM, COUNTRY) and end < self.sentence.end
            told = self.lower[at - 1] in self.words["determiners"] and self.lower[at - 2] in self.words["prepositions"]
            if not sided or not told or self.lower[end] not in self.words["side_words"]:
                continue
            last = bisect_left(self.ends, at)
            before = [each for each in self.chains[max(0, last - 1) : last] if _is_nominative(each)]
            agents = self.words["agent_prepositions"]
            after = [
                each for each in self.chains[last:] if each.preposition in agents and each.preposition_at == end + 1
            ]
            for chain in after[:1] or before:
                if chain.named and not chain.absent and at - chain.end <= SIDE_REACH:
                    self.found.seated.append((chain.mentions, "attendance"))
                    give_state(chain.mentions, noun.value if noun is not None else None)

    def _seat(self, mentions: list[Mention], begin: int, end: int, since: int) -> None:
        companions = not self.words["accompanying"].isdisjoint(self.lower[since:end])
        led = not self.words["leading"].isdisjoint(self.lower[begin:end])
        leader = self._leader(begin) if led else None
        if leader is not None and leader not in mentions:
            self.found.seated.append(([leader], "attendance"))
        give_origin(self.document, self.chains, self.earlier, mentions, begin, companions or led)
        self.found.seated.append((mentions, "accompanying" if companions else "attendance"))
        self.found.cues.append((begin, end))

    def _leader(self, begin: int) -> Mention | None:
        """Return who stands right before the cue as the subject: A in "A is accompanied by B"."""
        last = bisect_left(self.ends, begin + 1)
        for chain in self.chains[max(0, last - 1) : last]:
            near = begin - chain.end <= LEADER_REACH and _is_nominative(chain) and len(chain.mentions) == 1
            if near and chain.mentions[0].entity is not None and chain.mentions[0].kind != "pronoun":
                return chain.mentions[0]
        return None

    def _mentions_after(self, end: int, begin: int | None = None) -> list[Mention]:
        """Return the list that follows a cue, without what the list's words joined to it from before the cue.

        Words of the cue itself, which begins at `begin`, don't make the list one that is only talked about.
        """
        at = bisect_left(self.ends, end + 1)
        for chain in self.chains[at : at + 1]:
            mentions = [mention for mention in chain.mentions if mention.begin >= end]
            if not mentions or mentions[0].begin - end > AFTER_REACH:
                return []
            absent = chain.absent if begin is None else chain.is_absent_before(begin)
            talked_about = absent and mentions[0] is chain.mentions[0]
            return mentions if not talked_about and self._is_light(end, mentions[0].begin) else []
        return []

    def _is_light(self, begin: int, end: int) -> bool:
        """Say whether the tokens name time, place and the like only."""
        light = self.words["determiners"] | self.words["gap_words"]
        return all(
            self.lower[at] in light
            or not self.lower[at][0].isalpha()
            or self.document.tokens.capital[at]
            or self.document.tagged.tag[at] in _LIGHT_TAGS
            for at in range(begin, end)
        )

    def _closes(self, end: int) -> bool:
        """Say whether what follows "attended" is the event itself or nothing: "the meeting", "at the ceremony"."""
        for at in range(end, end + CLOSING_REACH):
            if at >= self.sentence.end or not self.lower[at][0].isalpha():
                return True
            if self.lower[at] in self.words["attendance_objects"]:
                return True
            if self.document.tokens.capital[at] and self.lower[at] not in self.words["determiners"]:
                return False
        return False


def _is_nominative(chain: Chain) -> bool:
    return not (chain.preposition or chain.absent or chain.possessed)
