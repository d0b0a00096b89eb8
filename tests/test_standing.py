"""People whom no rule seats: seated where how they stand in the text makes it likely, and told why or why not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from benchmarks.fit_standing import as_yaml, read_asked
from benchmarks.logistic import Row, fit
from pipeline.errors import ConfigurationError
from pipeline.extract import explain_release
from pipeline.extract.factors import factors_from
from pipeline.extract.standing import LIKELY, RULE, standing_factors
from pipeline.languages import load_language
from pipeline.records import Release

GOLD = Path(__file__).parent / "gold"
SESSION = Release(
    "test", "https://example.org/1", "President Orlan opens the Council",
    "President Ada Orlan opened the winter session of the National Council on Monday.\n\n"
    "Ringed around the long table were Finance Minister Milo Vastar, Trade Minister Astrid Holm, Interior Minister Ivo Karst, "
    "Health Minister Jana Brod, Justice Minister Oleg Marin and Governor Petra Zelnik.\n\n"
    "A study by the historian Nadia Brell counts nine such sessions in Borvania.",
)  # fmt: skip


def test_who_stands_like_a_participant_is_seated_and_who_does_not_is_not() -> None:
    explained = explain_release(SESSION)
    people = {person.name: person for person in explained.people}
    assert [seat.rule for seat in people["Petra Zelnik"].seats] == [RULE]
    assert (people["Petra Zelnik"].chance or 0) >= LIKELY
    assert people["Nadia Brell"].seats == ()
    assert 0 < (people["Nadia Brell"].chance or 0) < LIKELY
    assert people["Nadia Brell"].points
    assert people["Ada Orlan"].chance is None, "a rule seats her, so her standing is not asked"


def test_every_seat_by_standing_cites_a_name_that_is_in_the_text() -> None:
    [event] = explain_release(SESSION).extraction.events
    seated = [a for a in event.attendees if any(e.rule == RULE for e in a.evidence)]
    assert seated
    for attendee in seated:
        cited = [SESSION.text[e.begin_at : e.end_at] for e in attendee.evidence if e.field == "name"]
        assert attendee.name in cited


def test_a_wrong_file_of_points_is_named() -> None:
    language = replace(load_language("en"), standing={"start": "high"})
    with pytest.raises(ConfigurationError, match=r"languages/en/standing\.yml"):
        standing_factors(language)


def test_fitted_points_can_be_read_again_whatever_words_they_are_for() -> None:
    rows = [
        Row("attendee", str(n), {"next": '"' if n % 2 else "\\", "office": "no: #"}, bool(n % 2)) for n in range(50)
    ]
    factors = fit(rows, 4.0)
    assert factors_from(yaml.safe_load(as_yaml(factors, 50, 25, 50))) == factors


def test_candidates_of_annotated_releases_are_judged_by_their_annotation() -> None:
    asked = list(read_asked(GOLD))
    assert any(one.row.right for one in asked)
    assert any(one.absent for one in asked)
    assert not any(one.absent and one.row.right for one in asked)
