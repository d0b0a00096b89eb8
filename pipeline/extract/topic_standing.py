"""What a term counts for its topic, by how its sentence uses it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from pipeline.extract.name_runs import CapitalRuns
from pipeline.extract.topic_terms import Found
from pipeline.languages import Language

TITLE_FACTOR = 1.5
LEAD_FACTOR = 1.05
DEALT_FACTOR = 2.4
AIMS_FACTOR = 1.5
STANCE_FACTOR = 1.1
PLAIN_FACTOR = 0.8
BACKGROUND_FACTOR = 0.3
"""What a term counts in the title; at least, in the first sentence below it; where the text tells what was dealt with (a
single plain term is enough there); in a sentence of what somebody aims at, of what somebody held; in any other; in
background."""
NAME_FACTOR = 0.6
"""A term inside a capitalised name (a forum, an act) says less than the same term in plain words."""


class Standing:
    """How one sentence uses its words.

    What is said in passing, anywhere but in the title and in what was dealt with, counts only the given share.
    """

    def __init__(
        self, sentence: str, cues: Sequence[Found], title: bool, lead: bool, share: float, language: Language
    ) -> None:
        self._sentence = sentence
        self._runs = CapitalRuns(sentence, language)
        kinds = {cue.term.cue for cue in cues}
        background = "background" in kinds
        if title:
            self._passing = TITLE_FACTOR
        elif background:
            self._passing = BACKGROUND_FACTOR * share
        elif "aims" in kinds:
            self._passing = AIMS_FACTOR * share
        elif "stance" in kinds:
            self._passing = STANCE_FACTOR * share
        else:
            self._passing = (LEAD_FACTOR if lead else PLAIN_FACTOR) * share
        self._dealt: list[tuple[int, bool]] = []
        if "dealt" in kinds and not background:
            self._dealt.append((0, True))
        elif "dealing" in kinds and not background:
            self._dealt = sorted(
                (cue.end, cue.term.cue == "dealing") for cue in cues if cue.term.cue in ("dealing", "turn")
            )

    def factor(self, match: Found) -> float:
        """Return what the term at this place counts, 0 inside the name of an office."""
        return self._place_factor(match) * self._word_factor(match)

    def _place_factor(self, match: Found) -> float:
        last = bisect_right(self._dealt, (match.end - 1, True)) - 1
        return DEALT_FACTOR if last >= 0 and self._dealt[last][1] else self._passing

    def _word_factor(self, match: Found) -> float:
        if not self._sentence[match.begin].isupper():
            return 1.0
        return {"office": 0.0, "name": NAME_FACTOR}.get(self._runs.kind_at(match.begin, match.end), 1.0)
