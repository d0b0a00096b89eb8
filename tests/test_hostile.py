"""A sample of the hostile strings through every table, export and page; the whole campaign is `make soak`."""

from __future__ import annotations

from pathlib import Path

from tests.hostile import CONTROL, FORMULAS, HTML, MEGABYTE, OTHER, SQL, hostile_strings, run_campaign


def test_hostile_text_is_text_in_every_table_export_and_page(tmp_path: Path) -> None:
    texts = hostile_strings(60)
    assert len(texts) == len(set(texts)) == 60
    assert max(map(len, texts)) >= MEGABYTE * 0.9
    for family in (SQL, HTML, FORMULAS, CONTROL, OTHER):
        assert set(family) & set(texts)
    seen = run_campaign(tmp_path, texts)
    assert seen["cells"] >= 6 * 59
    assert seen["pages"] == 59
