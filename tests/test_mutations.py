"""A sample of the soak's mutated pages and feeds: no crash, no broken promise, none over two seconds."""

from __future__ import annotations

from tests.mutations import load_bases, try_case, warm_up


def test_five_hundred_mutated_pages_and_feeds_end_well() -> None:
    warm_up()
    results = [try_case(number) for number in range(500)]
    assert [failure for _, _, failure in results if failure is not None] == []
    assert {"release", "listed", "no-text"} <= {outcome for outcome, _, _ in results}


def test_what_is_mutated_is_of_all_kinds() -> None:
    names = {base.name for base in load_bases()}
    assert len(names) >= 130
    assert {name.rpartition(".")[2] for name in names if name.startswith("sources/")} >= {"html", "xml", "atom", "json"}
