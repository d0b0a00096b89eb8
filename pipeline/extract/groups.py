"""Groups of people: "the accompanying delegation", "members of the national security team"."""

from __future__ import annotations

from pipeline.extract.document import Document, Mention
from pipeline.extract.tag_reader import TagReader
from pipeline.extract.tags import BEFORE_HEAD, COUNTRY, DEMONYM

REACH = 8
DEEPEST = 3


class GroupReader(TagReader):
    """Reads groups around the nouns that head them."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.heads = self.words["group_nouns"]
        self.accompanying = self.words["accompanying"]
        self.plain = document.lexicon.plain_words

    def read(self, index: int, at: int, end: int, first: int | None = None) -> Mention:
        """Return the group whose head noun stands at `at`, with the state or body it belongs to."""
        floor = max(self.document.tokens.sentences[index].begin, at - REACH)
        begin = at if first is None else first
        while begin > floor and self._belongs_to_group(begin - 1):
            begin = self.document.tagged.noun_begin[begin - 1]
            if self.lower[begin] in self.words["articles"] or self.lower[begin] in self.words["indefinite"]:
                break
        if begin - 1 > floor and self._describes_group(begin - 1):
            begin -= 1
        stop = at + 1
        for _ in range(DEEPEST):
            done = self._read_complement(stop, end)
            if done == stop:
                break
            stop = done
        country = None
        for step in range(begin, stop):
            noun = self.noun[step]
            if noun is not None and noun.tag in (COUNTRY, DEMONYM):
                country = noun.value
                break
        return Mention("group", begin, stop, index, country=country, rule="group")

    def _read_complement(self, start: int, end: int) -> int:
        """Return the end of "of the Parliament", "from the Ministry" at the token, `start` where none stands there."""
        if start + 1 >= end or self.lower[start] not in self.words["group_prepositions"]:
            return start
        stop = start
        step = self.skip_determiners(start + 1, end)
        reach = min(end, step + REACH)
        while step < reach and (self.tag[step] in BEFORE_HEAD or (step == start + 1 and self._describes_group(step))):
            step = self.noun_end[step]
            if self.tag[step - 1] in BEFORE_HEAD:
                stop = step
        return step + 1 if step < reach and self.lower[step] in self.heads else stop

    def _belongs_to_group(self, at: int) -> bool:
        return self.tag[at] in BEFORE_HEAD or self.lower[at] in self.determiners or self.lower[at] in self.accompanying

    def _describes_group(self, at: int) -> bool:
        lower = self.lower[at]
        if self.capital[at] or not lower.replace("-", "").isalpha() or lower in self.plain or lower in self.joiners:
            return False
        return not any(
            cue.kind not in ("past_background", "future_background") for _, cue in self.document.tagged.cues.get(at, ())
        )
