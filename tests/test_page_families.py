"""Title, date, byline and body on families of pages in the shapes of official sites of all regions."""

from __future__ import annotations

import statistics

import pytest

from tests.page_families import Verdict, judge, load_releases, read_samples


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    return [judge(sample) for sample in read_samples()]


def wrong(verdicts: list[Verdict], part: str) -> list[str]:
    return [f"{v.sample.family}/{v.sample.number}" for v in verdicts if not v.right[part]]


@pytest.mark.parametrize("part", ["title", "date", "byline"])
def test_what_a_page_says_of_itself_is_read_right_on_nearly_all(verdicts: list[Verdict], part: str) -> None:
    mistaken = wrong(verdicts, part)
    assert len(mistaken) <= 0.01 * len(verdicts), mistaken


def test_bodies_are_whole_and_hold_nothing_else(verdicts: list[Verdict]) -> None:
    assert statistics.fmean(v.precision for v in verdicts) >= 0.985
    assert statistics.fmean(v.recall for v in verdicts) >= 0.985
    assert [v.sample.family for v in verdicts if v.recall < 0.5 or v.precision < 0.5] == []


def test_no_date_is_invented_where_a_page_has_none(verdicts: list[Verdict]) -> None:
    undated = [v for v in verdicts if v.sample.day is None and v.release is not None]
    assert len(undated) >= 8
    assert [v.sample.page.address.url for v in undated if v.release and v.release.published_at is not None] == []


def test_the_families_are_many_and_of_all_regions(verdicts: list[Verdict]) -> None:
    families = {v.sample.family: v.sample.hints.country for v in verdicts}
    assert len(families) >= 60
    assert len(set(families.values())) >= 25
    assert len(load_releases()) >= 18
