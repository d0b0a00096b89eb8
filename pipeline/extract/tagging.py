"""Find the phrases of a lexicon in a text's tokens, and tag every token."""

from __future__ import annotations

from itertools import accumulate, compress, count
from operator import add, not_

from pipeline.extract.lexicon import INSERTED, Lexicon
from pipeline.extract.tags import (
    COMMON,
    COUNTRY,
    DEMONYM,
    DOMAIN,
    HONORIFIC,
    INITIAL,
    OFFICE,
    ORGANISATION,
    PLACE,
    PLAIN,
    RANK,
    SOFT,
    UNKNOWN,
    Noun,
    Tagged,
)  # fmt: skip
from pipeline.extract.tokens import Tokens

_PAINT_ORDER = {DOMAIN: -1, COUNTRY: 0, ORGANISATION: 1, DEMONYM: 2, OFFICE: 3, RANK: 4, HONORIFIC: 5, PLACE: 6}
_PARTED = frozenset(("frame", "denials"))
_CASED = frozenset((COUNTRY, DEMONYM, PLACE, ORGANISATION, HONORIFIC, RANK))


class Tagger:
    """Tags the tokens of one text."""

    def __init__(self, lexicon: Lexicon, tokens: Tokens) -> None:
        self.lexicon = lexicon
        self.tokens = tokens

    def tag(self) -> Tagged:
        """Return tags and cues; of phrases that overlap the longest has its tag, cues are all kept."""
        tokens = self.tokens
        total = len(tokens)
        lead = self._lead(tokens.lower)
        joined = f" {' '.join(tokens.lower)} "
        tagged = Tagged([PLAIN] * total, [None] * total, list(range(total)), list(range(1, total + 1)))
        nouns: list[tuple[int, int, int, int, Noun]] = []
        cues, kinds, sentence_of = tagged.cues, tagged.cue_kinds, tokens.sentence_of
        for last, (length, found_nouns, found_cues) in self.lexicon.automaton.iter(joined):
            begin, end = lead[last - length + 1], lead[last]
            if end - begin > 1 and sentence_of[begin] != sentence_of[end - 1]:
                continue
            for noun in found_nouns:
                if self._fits(noun, begin, end):
                    nouns.append((begin - end, _PAINT_ORDER[noun.tag], begin, end, noun))
            for cue in found_cues:
                cues[begin].append((end, cue))
                kinds[cue.kind].append((begin, end, cue.value))
        nouns.sort(key=_paint_key)
        for _, _, begin, end, noun in nouns:
            if not any(tagged.noun[begin:end]):
                width = end - begin
                tagged.tag[begin:end] = noun.tag * width
                tagged.noun[begin:end] = [noun] * width
                tagged.noun_begin[begin:end] = [begin] * width
                tagged.noun_end[begin:end] = [end] * width
        self._free_given_titles(tagged)
        self._tag_single_words(tagged)
        self._add_defined_offices(tagged)
        self._add_parted_frames(tagged)
        for found in kinds.values():
            found.sort(key=_cue_key)
        return tagged

    @staticmethod
    def _lead(words: list[str]) -> dict[int, int]:
        """Return the number of the word that begins at each place where one does, once a space stands between them all."""
        return dict(zip(map(add, accumulate(map(len, words), initial=0), count()), range(len(words) + 1), strict=False))

    def _free_given_titles(self, tagged: Tagged) -> None:
        """Take the meaning of a title from words that are a given name here: "Sultan Al-X", "Y Amir Z"."""
        lower, words = self.tokens.lower, self.lexicon.words
        for at in range(len(lower) - 1):
            if lower[at] not in words["given_titles"] or not self.tokens.capital[at]:
                continue
            inside = at and self.tokens.capital[at - 1] and self.tokens.capital[at + 1] and lower[at - 1].isalpha()
            plain = inside and tagged.noun[at - 1] is None and tagged.noun[at + 1] is None
            if plain or lower[at + 1].partition("-")[0] in words["family_marks"]:
                tagged.tag[at], tagged.noun[at] = PLAIN, None

    def _add_defined_offices(self, tagged: Tagged) -> None:
        """Tag the letters that the text itself gives an office, "Senior Special Assistant (SSA)", wherever they stand."""
        word, tag, noun = self.tokens.word, tagged.tag, tagged.noun
        defined: dict[str, Noun] = {}
        for at in [at for at, piece in enumerate(word) if piece == "(" and 0 < at < len(word) - 2]:
            if word[at + 2] != ")" or tag[at - 1] != OFFICE or tag[at + 1] != UNKNOWN:
                continue
            meant = noun[at - 1]
            if meant is not None and sum(letter.isupper() for letter in word[at + 1]) > 1:
                defined[word[at + 1]] = meant
        for at in range(len(word)) if defined else ():
            if word[at] in defined and tag[at] == UNKNOWN and word[at - 1] != "(":
                tag[at], noun[at] = OFFICE, defined[word[at]]

    def _add_parted_frames(self, tagged: Tagged) -> None:
        """Add the frames that words of time part: "received today a call from" has the frame "received a call from"."""
        tokens, inserted = self.tokens, self.lexicon.words["inserted_words"]
        parted = {index for index, word in enumerate(tokens.lower) if word in inserted}
        for begin, end, _ in tagged.cue_kinds.get(INSERTED, ()):
            parted.update(range(begin, end))
            for at in (begin - 1, end):  # the day beside a month
                if 0 <= at < len(tokens) and tokens.word[at].isdecimal():
                    parted.add(at)
        if not parted:
            return
        sentences = (tokens.sentences[number] for number in sorted({tokens.sentence_of[index] for index in parted}))
        kept = [at for sentence in sentences for at in range(sentence.begin, sentence.end) if at not in parted]
        lower = [tokens.lower[at] for at in kept]
        lead = self._lead(lower)
        joined = f" {' '.join(lower)} "
        for last, (length, _, found_cues) in self.lexicon.automaton.iter(joined):
            first, final = lead[last - length + 1], lead[last] - 1
            begin, end = kept[first], kept[final] + 1
            if end - begin == final - first + 1 or tokens.sentence_of[begin] != tokens.sentence_of[end - 1]:
                continue
            for cue in found_cues:
                if cue.kind in _PARTED:
                    tagged.cues[begin].append((end, cue))
                    tagged.cue_kinds[cue.kind].append((begin, end, cue.value))

    def _is_day(self, index: int) -> bool:
        """Say whether a word that is a name and a month stands beside a number: "May 23", "23 May" are nobody's name."""
        word, following = self.tokens.word, index + 1
        if following < len(word) and word[following].isdigit():
            return True
        last = following >= len(word) or not self.tokens.capital[following]
        return last and index > 0 and word[index - 1].isdigit()

    def _fits(self, noun: Noun, begin: int, end: int) -> bool:
        tokens = self.tokens
        if noun.upper:
            money = end < len(tokens) and tokens.word[end] == "$"
            return tokens.word[begin].isupper() and not money
        if noun.doubtful and not self._is_borne_out(noun, begin, end):
            return False
        return noun.tag not in _CASED or tokens.capital[begin] or tokens.capital[end - 1]

    def _is_borne_out(self, noun: Noun, begin: int, end: int) -> bool:
        """Say whether the words beside a form that is as often something else speak for the country or place."""
        tokens, lexicon = self.tokens, self.lexicon
        before = tokens.lower[begin - 1] if begin else ""
        after = tokens.lower[end] if end < len(tokens) else ""
        if before in lexicon.words["prepositions"]:
            return end >= len(tokens) or not tokens.capital[end] or noun.tag != PLACE
        if noun.tag == PLACE or (begin and tokens.capital[begin - 1] and before not in lexicon.joiners):
            return False
        if after in lexicon.possessive or before in lexicon.joiners or before == ",":
            return True
        return end < len(tokens) and not tokens.capital[end]

    def _tag_single_words(self, tagged: Tagged) -> None:
        tokens, lexicon, words = self.tokens, self.lexicon, self.lexicon.words
        verbs, common, soft = words["headline_verbs"], words["common_words"], words["name_words"]
        offices, function, own = lexicon.single_offices, lexicon.function_words, lexicon.own_tags
        lowered = set(compress(tokens.lower, map(not_, tokens.capital)))
        starts = {sentence.begin for sentence in tokens.sentences}
        tag, noun = tagged.tag, tagged.noun
        marks = list(map(own.get, tokens.lower))
        told = [mark or capital for mark, capital in zip(marks, tokens.capital, strict=True)]
        for index in compress(range(len(tokens)), told):
            word, lower, mark = tokens.word[index], tokens.lower[index], marks[index]
            if noun[index] is not None:
                continue
            if mark is not None:
                tag[index] = mark
            elif lower in function and (len(word) > 1 or index in starts):
                continue
            elif lower in verbs:
                tag[index] = COMMON
            elif lower in soft:
                dated = self._is_day(index)
                tag[index] = PLAIN if dated else SOFT
            elif lower in common or (lower in lowered and "-" not in lower):
                tag[index] = PLAIN if index in starts else COMMON
            elif "-" in lower and lower.partition("-")[0] in lexicon.states and lower.partition("-")[2] in offices:
                tag[index] = OFFICE  # "Tunisia-President", as headings of some agencies run into the text
                tagged.noun[index] = Noun(OFFICE, lower.partition("-")[2])
            elif (
                "-" in lower and lower.partition("-")[0] in offices and lexicon.title_words.issuperset(lower.split("-"))
            ):
                tag[index] = OFFICE
                noun[index] = Noun(OFFICE, lower)
            elif len(word) == 1 or (word[-1] == "." and len(word) <= 12):
                tag[index] = INITIAL
            else:
                tag[index] = UNKNOWN


def _paint_key(item: tuple[int, int, int, int, Noun]) -> tuple[int, int, int]:
    return item[0], item[1], item[2]


def _cue_key(entry: tuple[int, int, object]) -> tuple[int, int]:
    return entry[0], -entry[1]
