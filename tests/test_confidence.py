"""Confidences: chances made of points, fitted on annotated releases, and a table that shows what they are worth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.fit_confidence import as_yaml, cross_validate
from benchmarks.logistic import Row, fit
from pipeline.calibration import BANDS, Judged, calibrate, judge_release
from pipeline.cli import scoring  # noqa: F401  (registers the command)
from pipeline.cli.app import app
from pipeline.errors import ConfigurationError
from pipeline.extract.confidence import load_confidence, read_confidence
from pipeline.extract.factors import LEAST, MOST, Factors

GOLD = Path(__file__).parent / "gold"


def test_a_chance_is_the_logistic_of_the_points_and_unknown_values_add_none() -> None:
    factors = Factors(0.0, {"name": {"whole": 1.0, "one word": -1.0}})
    assert factors.chance({}) == factors.chance({"name": "other", "more": "x"}) == 0.5
    assert factors.chance({"name": "whole"}) == 0.73
    assert factors.chance({"name": "one word"}) == 0.27
    assert Factors(40.0, {}).chance({}) == MOST
    assert Factors(-40.0, {}).chance({}) == LEAST


def test_the_projects_points_are_read_and_a_wrong_file_is_named(tmp_path: Path) -> None:
    known = load_confidence()
    assert known.attendee.points["name"]["whole"] > known.attendee.points["name"]["one word"]
    wrong = tmp_path / "confidence.yml"
    wrong.write_text("attendee: {start: high, points: {}}\nevent: {}\nfixed: {}\n")
    with pytest.raises(ConfigurationError, match=r"confidence\.yml"):
        read_confidence(wrong)


def rows(count: int) -> list[Row]:
    return [
        Row("attendee", f"r{n // 3}", {"name": "whole" if n % 4 else "one word", "noise": str(n % 5)}, bool(n % 4))
        for n in range(count)
    ]


def test_fitted_points_tell_right_rows_from_wrong_ones_and_can_be_read_again(tmp_path: Path) -> None:
    factors = fit(rows(400), 4.0)
    whole, one = factors.chance({"name": "whole"}), factors.chance({"name": "one word"})
    assert whole > 0.85 > 0.15 > one
    assert all(abs(points) < 0.3 for points in factors.points.get("noise", {}).values())
    judged = cross_validate(rows(120), 5, 4.0)
    assert len(judged) == 120
    assert min(item.confidence for item in judged if item.right) > max(i.confidence for i in judged if not i.right)
    path = tmp_path / "confidence.yml"
    path.write_text(as_yaml({"attendee": factors, "event": fit([], 4.0)}, rows(400), 134))
    assert read_confidence(path).attendee == factors


def test_bands_count_rows_and_those_that_are_right() -> None:
    judged = [Judged("attendee", 0.97, True), Judged("attendee", 0.95, False), Judged("attendee", 0.1, True)]
    bands = {(band.row, band.low): band for band in calibrate(judged)}
    top = bands["attendee", 0.95]
    assert (top.rows, top.right, round(top.mean, 2)) == (2, 1, 0.96)
    assert (bands["attendee", 0.0].rows, bands["attendee", 0.9].rows) == (1, 0)
    assert len(bands) == 2 * len(BANDS)


def test_a_row_is_right_when_the_annotation_says_the_same() -> None:
    people = [{"name": "Ana Ruiz", "confidence": 0.9}, {"name": "Jon Ebb", "confidence": 0.4}]
    predicted = {
        "events": [{"type": "call", "confidence": 0.8, "attendees": people}, {"type": "visit", "attendees": people}]
    }
    gold = {"events": [{"type": "call", "attendees": [{"name": "Ana Ruiz"}]}]}
    judged = [(item.row, item.right) for item in judge_release(gold, predicted)]
    assert judged == [
        ("event", True), ("attendee", True), ("attendee", False), ("event", False), ("attendee", False), ("attendee", False),
    ]  # fmt: skip


def test_the_surest_half_of_the_attendees_of_the_projects_own_texts_is_right() -> None:
    result = CliRunner().invoke(app, ["score", str(GOLD), "--calibration", "--format", "json"])
    assert result.exit_code == 0, result.output
    table = json.loads(result.output)
    surest = [row for row in table if row["row"] == "attendee"][:2]
    assert sum(float(row["share of rows"]) for row in surest) >= 0.5
    assert sum(row["right"] for row in surest) >= 0.97 * sum(row["rows"] for row in surest)
    assert sum(row["rows"] for row in table if row["row"] == "attendee") > 300


def test_score_tells_a_wrong_annotation_in_one_line_and_skips_other_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"events": [{"type": "call", "attendees": [{}]}]}')
    (tmp_path / "b.json").write_text("{not json")
    (tmp_path / "notes.json").write_text('{"by": "hand"}')
    (tmp_path / "c.json").write_text('{"events": []}')
    (tmp_path / "c.txt").write_text("Nothing\npublished: unknown\n\nThe weather was fair in Xanthe.\n")
    result = CliRunner().invoke(app, ["score", str(tmp_path)])
    assert result.exit_code == 1
    assert "a.json: no annotation: event 1: an attendee has no name" in result.output
    assert "b.json: no annotation" in result.output
    assert "notes.json" not in result.output
    assert "event F1" in result.output
