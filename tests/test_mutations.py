"""A sample of the soak's mutated pages and feeds: no crash, no broken promise, none over two seconds."""

from __future__ import annotations

import time
from dataclasses import replace

from tests.mutations import load_bases, try_case, warm_up


def test_five_hundred_mutated_pages_and_feeds_end_well() -> None:
    warm_up()
    results = [try_case(number) for number in range(500)]
    assert [failure for _, _, failure in results if failure is not None] == []
    assert {"release", "listed", "no-text"} <= {outcome for outcome, _, _ in results}


def test_a_control_character_in_a_declared_encoding_does_no_harm() -> None:
    base = next(base for base in load_bases() if base.name == "sources/ukraine_president/listing.html")
    body = base.page.body.replace(b'charset="utf-8"', b'charset="utf\x01-8"')
    assert body != base.page.body
    assert base.read(replace(base.page, body=body))


def test_blanks_in_a_declared_date_take_no_time() -> None:
    base = next(base for base in load_bases() if base.name == "families/tw-president")
    meta = b'<meta name="date" content="4 may' + b" " * 2_000 + b'x"></head>'
    begin = time.process_time()
    base.read(replace(base.page, body=base.page.body.replace(b"</head>", meta)))
    assert time.process_time() - begin < 2


def test_tags_that_are_never_closed_on_a_page_nested_too_deep_take_no_time() -> None:
    base = next(base for base in load_bases() if base.name == "families/agency-signed")
    begin = time.process_time()
    base.read(replace(base.page, body=b"<div>" * 3_000 + b"<a" * 28_000 + b"/" + base.page.body))
    assert time.process_time() - begin < 2


def test_a_tag_of_many_attributes_among_quoted_angles_takes_no_time() -> None:
    base = next(base for base in load_bases() if base.name == "families/agency-signed")
    attributes = b" ".join(b'a%d="<>"' % number if number % 2_000 == 0 else b"a%d" % number for number in range(90_000))
    begin = time.process_time()
    base.read(replace(base.page, body=base.page.body.replace(b"<body", b"<p " + attributes + b"></p><body")))
    assert time.process_time() - begin < 2


def test_cases_that_once_took_long_or_left_a_blank_end_well() -> None:
    """A declared title of thousands of separators; a page cut off behind a blank."""
    warm_up()
    for number in (31934, 45201, 53233, 78033):
        assert try_case(number)[2] is None


def test_what_is_mutated_is_of_all_kinds() -> None:
    names = {base.name for base in load_bases()}
    assert len(names) >= 130
    assert {name.rpartition(".")[2] for name in names if name.startswith("sources/")} >= {"html", "xml", "atom", "json"}
