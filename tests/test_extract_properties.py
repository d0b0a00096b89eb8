"""What holds for every text: no error, ranges that exist, the same answer twice, work in proportion to length."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.extract import explain_release, extract_release
from pipeline.extract.annotation import to_annotation
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.text import normalise_text
from pipeline.languages import load_language
from pipeline.records import Evidence, Extraction, Release

WORDS = [
    "President", "Minister", "Ambassador", "of", "the", "and", ",", ";", "(", ")", ".", ":",
    "–", '"', "'", "met", "with", "received", "John", "Roe", "Al-Rida", "bin", "Dr.", "H.E.",
    "Xanthia", "Borvanian", "U.S.", "UN", "delegation", "led", "by", "attended", "meeting", "in", "Geneva", "on",
    "Monday", "today", "will", "not", "visited", "signed", "*", "\n\n", "to", "von", "said", "that",
    "his", "Foreign", "Affairs", "were", "also", "present", "including", "Jr.", "1.", "ALL", "CAPS", "he",
    "they", "called", "appointed", "respectively",
]  # fmt: skip
scripts = st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Z", "Cf", "Cc"))
texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(WORDS), max_size=70).map(" ".join),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(scripts, min_size=1, max_size=6)), max_size=50).map(" ".join),
)


def release(title: str, body: str, language: str | None = "en") -> Release:
    return Release("test", "https://example.org/1", title, body, published_date=date(2024, 5, 15), language=language)


def evidence_of(found: Extraction) -> list[Evidence]:
    rows: list[Evidence] = []
    for event in found.events:
        rows.extend(event.evidence)
        for child in (*event.attendees, *event.topics):
            rows.extend(child.evidence)
    return rows


@settings(max_examples=150, deadline=None)
@given(texts, texts)
def test_any_text_is_read_twice_alike_with_ranges_that_exist(title: str, body: str) -> None:
    given_release = release(title, body)
    found = extract_release(given_release)
    length = len(given_release.text)
    assert found == extract_release(given_release)
    assert all(0 <= row.begin_at < row.end_at <= length for row in evidence_of(found))
    assert all(0 <= event.anchor[0] < event.anchor[1] <= length for event in found.events)
    assert all(event.part_of is None or 0 <= event.part_of < len(found.events) for event in found.events)
    assert all(0 < row.confidence <= 1 for event in found.events for row in (event, *event.attendees, *event.topics))
    assert len(to_annotation(given_release, found, id="x")["events"]) == len(found.events)
    explained = explain_release(given_release)
    assert explained.extraction == found
    assert all(0 <= mark.begin_at < mark.end_at <= length for mark in explained.marks)
    assert all(0 <= begin < end <= length for begin, end in (v.shown_at for v in explained.people if v.shown_at))


@given(st.text(max_size=400))
def test_a_normalised_character_comes_from_where_it_says(original: str) -> None:
    normal = normalise_text(original)
    for index in range(len(normal.text)):
        begin, end = normal.original_range(index, index + 1)
        assert 0 <= begin < end <= len(original)


def test_curly_and_invisible_characters_change_nothing_but_the_ranges() -> None:
    plain = "President Ada Korvin received Jean d'Armagnat, Xanthia's Minister of Trade and Labour , today."
    fancy = plain.replace("'", "’").replace(" ", "\u00a0", 3).replace("Korvin", "Kor\u200bvin").replace("-", "\u2011")
    one, other = extract_release(release("News", plain)), extract_release(release("News", fancy))
    assert [a.position for a in one.events[0].attendees] == [
        (a.position or "").replace("’", "'") for a in other.events[0].attendees
    ]
    text = release("News", fancy).text
    rows = [row for a in other.events[0].attendees for row in a.evidence if row.field == "name"]
    assert [text[row.begin_at : row.end_at] for row in rows] == ["Ada\u00a0Kor\u200bvin", "Jean d’Armagnat"]


def test_evidence_cuts_the_words_of_each_cell_from_the_text() -> None:
    given_release = release(
        "News", "President Ada Korvin met in Borvagrad today with Foreign Minister Milo Vastar of Borvania."
    )
    event = extract_release(given_release).events[0]
    cut = {row.field: given_release.text[row.begin_at : row.end_at] for row in event.evidence}
    assert cut == {"event_type": "met", "start_date": "today", "place": "Borvagrad", "country": "Borvagrad"}
    guest = next(a for a in event.attendees if a.name == "Milo Vastar")
    cells = {row.field: given_release.text[row.begin_at : row.end_at] for row in guest.evidence}
    assert cells["name"] == "Milo Vastar"
    assert cells["position"] == "Foreign Minister"
    assert cells["country"] == "Borvania"


def test_a_language_without_rules_is_a_problem_and_no_event() -> None:
    found = extract_release(release("Nouvelles", "Le président a reçu le ministre.", language="xx"))
    assert not found.events
    assert [problem.reason for problem in found.problems] == ["language-without-rules"]


def test_an_empty_release_has_no_events() -> None:
    assert extract_release(release("", "")) == Extraction()


class Steps:
    """Counts the lines of the extractor's code that run, each turn of a loop anew: its operations but for those in C."""

    def __init__(self) -> None:
        self.count = 0

    def _trace(self, frame: FrameType, event: str, _: object) -> Any:
        if "/pipeline/" not in frame.f_code.co_filename:
            return None
        self.count += event == "line"
        return self._trace

    def __enter__(self) -> Steps:
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)


def count_steps(text: str) -> int:
    given_release = release("News", text)
    with Steps() as steps:
        extract_release(given_release)
    return steps.count


ORDINARY = (
    "Minister of Trade Ada Korvin of Xanthia met today in Borvagrad with Foreign Minister Milo Vastar of Borvania. They discussed"
    " energy. The Ambassador, Dr. Lena Okoro, attended the meeting.\n\n"
)
LENGTH = 6_000
PIECES = {
    "ordinary": ORDINARY,
    "commas": ",",
    "brackets": "(",
    "all capitals": "PRESIDENT ROE MET MINISTER VASTAR OF BORVANIA. ",
    "one endless sentence": "President Ada Korvin met Minister Milo Vastar and talked of trade and ",
    "no spaces": "A",
    "small letters without spaces": "the",
    "full stops": "a.",
    "list of people": "Minister of Trade Milo Vastar, Ada Korvin of Borvania, ",
    "positions without an end": "Minister of ",
    "list lines": "* Ada Korvin, Minister\n",
    "new people without end": "",
    "meetings without end": "Later President Ada Korvin met Minister Milo Vastar of Borvania in Geneva on Monday. ",
    "apostrophes": "'s ",
    "digits": "1, 2 and 3 May ",
    "combining marks": "e\u0301",
}


def text_of(kind: str, length: int) -> str:
    if kind == "new people without end":
        names = (
            f"Minister Q{number:05}a R{number:05}b met Ambassador S{number:05}c. " for number in range(length // 40)
        )
        return "".join(names).translate(str.maketrans("0123456789", "abcdefghij"))
    return PIECES[kind] * (length // len(PIECES[kind]))


@pytest.mark.parametrize("kind", PIECES)
def test_work_grows_in_proportion_to_length(kind: str) -> None:
    count_steps(text_of(kind, 200))  # what is built once is built now
    once, twice = count_steps(text_of(kind, LENGTH)), count_steps(text_of(kind, 2 * LENGTH))
    assert once > 20
    assert twice <= 2.2 * once + 2_000


def test_nested_brackets_cost_no_more_than_flat_ones() -> None:
    once, twice = (count_steps("(" * size + "Ada Korvin" + ")" * size) for size in (2_000, 4_000))
    assert twice <= 2.2 * once + 2_000


@pytest.mark.parametrize(
    "text",
    ["," * 100_000, "(" * 5_000 + ")" * 5_000, "A" * 50_000, "a." * 10_000, "ROE " * 5_000, "\n" * 20_000],
    ids=["commas", "brackets", "no-spaces", "dots", "capitals", "lines"],
)
def test_hostile_text_is_read(text: str) -> None:
    extract_release(release("News", text))


@pytest.mark.parametrize("way", ["direct", True, "near-nobody"])
def test_a_frame_whose_object_no_sentence_can_have_is_refused(way: object) -> None:
    english = load_language("en")
    frames = [{**english.grammar["frames"][0], "rule": "waved-at", "object": [way]}]
    with pytest.raises(ConfigurationError, match=r"languages/en/grammar\.yml: .*waved-at"):
        Lexicon(replace(english, grammar={**english.grammar, "frames": frames}))
