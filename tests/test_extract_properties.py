"""What holds for every text: no error, ranges that exist, the same answer twice, work in proportion to length."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract import extract_release
from pipeline.extract.annotation import to_annotation
from pipeline.extract.document import Document, prepare_document
from pipeline.extract.lexicon import lexicon_of
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
texts = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=70).map(" ".join))


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
    assert len(to_annotation(given_release, found, id="x")["events"]) == len(found.events)


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


class CountingWords(list[str]):
    """A list of words that counts how often one is looked at."""

    looks = 0

    def __getitem__(self, key):  # type: ignore[no-untyped-def]
        self.looks += 1
        return super().__getitem__(key)


def count_looks(text: str) -> int:
    from pipeline.extract.mentions import find_mentions

    document: Document = prepare_document(text, 0, lexicon_of(load_language("en")), normalise_text(text))
    counting = CountingWords(document.tagged.tag)
    document.tagged.tag = counting
    find_mentions(document)
    return counting.looks


@pytest.mark.parametrize(
    "piece",
    [
        ", ",
        "( ",
        "PRESIDENT ROE MET ",
        "Minister of ",
        "John Roe and ",
        "deputy foreign ",
        "Xqz ",
        "John Roe, Minister of Trade, ",
        "the meeting of ",
    ],
)
def test_work_grows_in_proportion_to_length(piece: str) -> None:
    once, twice = count_looks(piece * 400), count_looks(piece * 800)
    assert twice <= 2.2 * once + 100


@pytest.mark.parametrize(
    "text",
    ["," * 20_000, "(" * 5_000 + ")" * 5_000, "A" * 50_000, "a." * 10_000, "ROE " * 5_000, "\n" * 20_000],
    ids=["commas", "brackets", "no-spaces", "dots", "capitals", "lines"],
)
def test_hostile_text_is_read(text: str) -> None:
    extract_release(release("News", text))
