"""Why a release was read as it was: reasons for everybody named, marks that cut the text, a page that stays inert."""

from __future__ import annotations

import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import explaining  # noqa: F401  (registers the command)
from pipeline.cli.app import app
from pipeline.cli.explained import inert, paragraphs, pieces, tell_mark
from pipeline.cli.explained_page import explanation_page
from pipeline.extract import Explanation, explain_release, extract_release
from pipeline.extract.explain import REASONS
from pipeline.records import Release
from pipeline.steps import parse_file

GOLD = sorted((Path(__file__).parent / "gold").glob("*.txt"))
LEAD = "President Ada Korvin received Borvania's Foreign Minister Milo Vastar in Xanthe today."


def release(body: str, title: str = "President receives Foreign Minister of Borvania") -> Release:
    return Release("test", "https://example.org/1", title, body, published_date=date(2026, 5, 15), language="en")


def reasons(body: str, title: str = "President receives Foreign Minister of Borvania") -> dict[str, str]:
    return {verdict.name: verdict.reason for verdict in explain_release(release(body, title)).people}


@pytest.mark.parametrize(
    ("sentence", "name", "reason"),
    [
        ("Vastar conveyed the greetings of President Oleg Dunn.", "Oleg Dunn", "greetings"),
        ("Vastar delivered a message from President Oleg Dunn.", "Oleg Dunn", "greetings"),
        ("Vastar spoke on behalf of Prime Minister Oleg Dunn.", "Oleg Dunn", "on-behalf"),
        ("Vastar succeeds former Foreign Minister Oleg Dunn.", "Oleg Dunn", "predecessor"),
        ("The President did not meet Minister of Trade Oleg Dunn.", "Oleg Dunn", "negated"),
        ("Minister of Trade Oleg Dunn could not attend the meeting.", "Oleg Dunn", "absence"),
        ("The bridge of engineer Dr. Oleg Dunn was also mentioned.", "Oleg Dunn", "no-frame"),
        ("\n\nBy Oleg Dunn", "Oleg Dunn", "byline"),
    ],
)  # fmt: skip
def test_whoever_was_not_seated_has_the_reason_of_the_stage_that_passed_them_over(
    sentence: str, name: str, reason: str
) -> None:
    found = reasons(f"{LEAD} {sentence}" if not sentence.startswith("\n") else LEAD + sentence)
    assert found[name] == reason
    assert (found["Ada Korvin"], found["Milo Vastar"]) == ("", "")


def test_the_reason_cites_its_words() -> None:
    given = release(f"{LEAD} Vastar conveyed the greetings of President Oleg Dunn.")
    verdict = next(v for v in explain_release(given).people if v.name == "Oleg Dunn")
    assert verdict.shown_at is not None
    assert "greetings of" in given.text[slice(*verdict.shown_at)]


def test_a_seat_names_its_rule_and_the_words_that_gave_it() -> None:
    given = release(f"{LEAD} Minister of Trade Lena Okoro attended the meeting.")
    seats = {v.name: v.seats for v in explain_release(given).people}
    guest, companion = seats["Milo Vastar"][0], seats["Lena Okoro"][0]
    assert (guest.rule, guest.side, given.text[slice(*guest.frame)]) == ("received", "guest", "received")
    assert companion.rule == "attendance"
    assert given.text[slice(*companion.mention)] == "Minister of Trade Lena Okoro"


def test_pronouns_and_offices_lead_to_the_person_they_stand_for() -> None:
    found = explain_release(release(f"{LEAD} She thanked the minister. The President also spoke of trade."))
    told = [tell_mark(found, mark) for mark in found.marks if mark.kind in ("pronoun", "role") and mark.person == 0]
    assert told
    assert all("= Ada Korvin" in line for line in told)


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_an_explanation_agrees_with_the_extraction_it_explains(path: Path) -> None:
    given = parse_file(path)
    found = explain_release(given)
    assert found.extraction == extract_release(given)
    text = given.text
    assert all(0 <= mark.begin_at < mark.end_at <= len(text) for mark in found.marks)
    assert all(verdict.reason in REASONS for verdict in found.people if not verdict.seats)
    seated = {(seat.event, verdict.name) for verdict in found.people for seat in verdict.seats}
    attending = {
        (number, attendee.name)
        for number, event in enumerate(found.extraction.events)
        for attendee in event.attendees
        if attendee.kind == "person"
    }
    assert seated == attending
    without = [v.name for v in found.people if not v.seats and v.reason != "byline"]
    assert set(without) == set(found.extraction.mentioned)
    for begin, end in paragraphs(given):
        cut = list(pieces(begin, end, found.marks))
        assert "".join(text[piece.begin : piece.end] for piece in cut) == text[begin:end]


def test_the_codebook_names_every_reason_in_the_same_words() -> None:
    codebook = (Path(__file__).parent.parent / "CODEBOOK.md").read_text(encoding="utf-8")
    missing = [reason for reason, words in REASONS.items() if f"| `{reason}` | {words} |" not in codebook]
    assert missing == []


class PageReader(HTMLParser):
    """Collects a page's tags, attributes and the words of its article."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links.extend(value or "" for name, value in attrs if name in ("href", "src"))
        self.inside = self.inside or tag == "article"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "article"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.words.append(data)


HOSTILE = (
    "President Ada <script>alert(1)</script> Korvin received \"Minister\" Milo Vastar' onmouseover='alert(2) &lt; today.\n\n"
    "</article><img src=x onerror=alert(3)> \x1b[31mred\x1b[0m \u202egnp.exe\u202c \ud800 By <b>Oleg Dunn</b>"
)


def read_page(page: str) -> PageReader:
    reader = PageReader()
    reader.feed(page)
    return reader


def test_a_page_keeps_hostile_text_inert_and_whole() -> None:
    given = release(HOSTILE, title='<svg onload="alert(4)">President & Minister</title><script>')
    page = explanation_page(given, explain_release(given))
    reader = read_page(page)
    assert reader.tags.isdisjoint({"script", "img", "svg", "b onload"})
    assert not [name for name in reader.attributes if name.startswith("on") or name in ("src", "style")]
    assert all(link.startswith("#p") for link in reader.links)
    assert "default-src 'none'" in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "".join("".join(reader.words).split()) == "".join(inert(given.text).split())
    page.encode("utf-8")


def test_inert_text_keeps_every_range() -> None:
    assert inert("a\x1bb\u202ec\nd\u200de\x00") == "a b c\nd\u200de "
    assert len(inert(HOSTILE)) == len(HOSTILE)


def test_a_release_that_cannot_be_read_is_explained_by_its_problem() -> None:
    found = explain_release(Release("test", "u", "Titre", "Le président a reçu le ministre.", language="xx"))
    assert isinstance(found, Explanation)
    assert (found.marks, found.people) == ((), ())
    assert found.extraction.problems[0].reason == "language-without-rules"


def test_the_command_prints_marks_and_reasons_and_writes_a_page_that_needs_nothing(tmp_path: Path) -> None:
    def call(*arguments: str | Path) -> Any:
        return CliRunner().invoke(app, ["explain", *map(str, arguments)], env={"COLUMNS": "200"})

    file = tmp_path / "release.txt"
    file.write_text(
        f"Talks in Xanthe\npublished: 2026-05-15\n\n{LEAD} Vastar conveyed the greetings of President Oleg Dunn.\n"
    )
    shown = call(file)
    assert shown.exit_code == 0, shown.output
    assert "seated in e1 as guest by received" in shown.output
    assert "named as the sender of greetings" in shown.output
    records = json.loads(call(file, "--format", "jsonl").output)
    assert {person["reason"] for person in records["people"]} == {"", "greetings"}
    page = tmp_path / "explained.html"
    written = call(file, "--html", page)
    assert written.exit_code == 0, written.output
    reader = read_page(page.read_text(encoding="utf-8"))
    assert "http" not in "".join(reader.links)
    assert "Oleg Dunn" in "".join(reader.words)
    nowhere = call(file, "--html", tmp_path / "no" / "such.html")
    assert nowhere.exit_code == 1
    assert nowhere.output.count("\n") == 1
