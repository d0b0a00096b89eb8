"""Dates are found as written, resolved against publication, and never invented."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.extract import extract_release
from pipeline.extract.date_words import date_words
from pipeline.extract.dates import FoundDate, find_dates
from pipeline.languages import Language, load_language
from pipeline.records import Release

ENGLISH = load_language("en")
MONDAY = date(2020, 3, 16)


def dates_in(text: str, published: date | None = MONDAY) -> list[FoundDate]:
    return find_dates(text, 0, len(text), published, ENGLISH)


def days(text: str, published: date | None = MONDAY) -> list[tuple[str, str, str]]:
    """What was found: the words, the first day (or none) and the basis."""
    return [(text[f.begin : f.end], str(f.start_date or ""), f.basis) for f in dates_in(text, published)]


@pytest.mark.parametrize(
    ("text", "words", "day", "basis"),
    [
        ("He received today the envoy.", "today", "2020-03-16", "today"),
        ("It was held this morning (16) at the palace.", "this morning (16)", "2020-03-16", "today"),
        ("It was held today (15).", "today (15)", "2020-03-15", "today"),
        ("Earlier today they met.", "Earlier today", "2020-03-16", "today"),
        ("They dined last night.", "last night", "2020-03-15", "yesterday"),
        ("Yesterday evening (15) they met.", "Yesterday evening (15)", "2020-03-15", "yesterday"),
        ("Two days ago he left.", "Two days ago", "2020-03-14", "today"),
        ("Tomorrow she leaves.", "Tomorrow", "2020-03-17", "today"),
        ("He arrived on Wednesday.", "on Wednesday", "2020-03-11", "weekday"),
        ("They met on Monday morning.", "on Monday morning", "2020-03-16", "weekday"),
        ("They met last Monday.", "last Monday", "2020-03-09", "weekday"),
        ("They meet next Monday.", "next Monday", "2020-03-23", "weekday"),
        ("He will meet her on Friday.", "on Friday", "2020-03-20", "weekday"),
        ("He said on Friday that he will come.", "on Friday", "2020-03-13", "weekday"),
        ("On 7 August 2019 they met.", "7 August 2019", "2019-08-07", "explicit"),
        ("On August 7, 2019, they met.", "August 7, 2019", "2019-08-07", "explicit"),
        ("On the 7th of August they met.", "the 7th of August", "2020-08-07", "explicit"),
        ("On Dec. 10th they met.", "Dec. 10th", "2019-12-10", "explicit"),
        ("this Saturday, March 21st, we meet", "this Saturday, March 21st", "2020-03-21", "explicit"),
        ("on Monday (16 March) they met", "on Monday (16 March", "2020-03-16", "explicit"),
        ("signed 2020-03-02 here", "2020-03-02", "2020-03-02", "explicit"),
        ("signed 02.03.2020 here", "02.03.2020", "2020-03-02", "explicit"),
        ("signed 3/4/2020 here", "3/4/2020", "2020-04-03", "explicit"),
        ("signed 3/14/2020 here", "3/14/2020", "2020-03-14", "explicit"),
        ("on the 5th of this month", "the 5th of this month", "2020-03-05", "explicit"),
        ("TALDOR, 12 March (XNA) - The President met", "12 March", "2020-03-12", "dateline"),
        ("News\n\nPort Caldera, March 12, 2020 – The President met", "March 12, 2020", "2020-03-12", "dateline"),
        ("In Taldor on 12 March - he said - they met", "12 March", "2020-03-12", "explicit"),
    ],
)
def test_a_day_is_found_and_resolved(text: str, words: str, day: str, basis: str):
    assert days(text) == [(words, day, basis)]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("January 18-20", "2020-01-18", "2020-01-20"),
        ("from 3 to 5 March", "2020-03-03", "2020-03-05"),
        ("March 3 and 4", "2020-03-03", "2020-03-04"),
        ("3, 4 and 5 March 2021", "2021-03-03", "2021-03-05"),
        ("from 28 February to 2 March 2020", "2020-02-28", "2020-03-02"),
        ("July 31 – August 2", "2020-07-31", "2020-08-02"),
        ("28 December - 3 January", "2019-12-28", "2020-01-03"),
        ("28 December - 3 January 2021", "2020-12-28", "2021-01-03"),
        ("December 28, 2019 - January 3, 2020", "2019-12-28", "2020-01-03"),
    ],
)
def test_a_span_has_its_first_and_last_day(text: str, start: str, end: str):
    (found,) = dates_in(text)
    assert (str(found.start_date), str(found.end_date), found.precision) == (start, end, "day")
    assert (found.begin, found.end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("in April 2021", "2021-04-01", "2021-04-30", "month"),
        ("in February", "2020-02-01", "2020-02-29", "month"),
        ("last March", "2019-03-01", "2019-03-31", "month"),
        ("next March", "2021-03-01", "2021-03-31", "month"),
        ("last month", "2020-02-01", "2020-02-29", "month"),
        ("in 2022", "2022-01-01", "2022-12-31", "year"),
        ("next year", "2021-01-01", "2021-12-31", "year"),
    ],
)
def test_a_month_or_year_has_its_first_and_last_day(text: str, start: str, end: str, precision: str):
    (found,) = dates_in(text)
    assert (str(found.start_date), str(found.end_date), found.precision) == (start, end, precision)


@pytest.mark.parametrize(
    "text",
    [
        "31 February 2020",
        "February 30",
        "45 March 2020",
        "2020-02-30",
        "31.13.2020",
        "30 to 31 February 2020",
        "he may 3 times march",
        "Good Friday",
        "the September 11 attacks",
        "1,200 people and 15 cars",
        "Resolution 2254 of room 2020-5",
        "10:30-12:45",
        "version 3.10.2",
    ],
)
def test_what_is_no_date_gives_nothing(text: str):
    assert dates_in(text) == []


@pytest.mark.parametrize(
    ("text", "basis", "direction"),
    [
        ("today", "today", "none"),
        ("yesterday", "yesterday", "past"),
        ("tomorrow", "today", "future"),
        ("last Friday", "weekday", "past"),
        ("next week", "explicit", "future"),
        ("on 5 March", "explicit", "none"),
        ("in March", "explicit", "none"),
    ],
)
def test_without_publication_date_the_basis_stays_and_no_day_is_guessed(text: str, basis: str, direction: str):
    (found,) = dates_in(text, None)
    assert (found.start_date, found.end_date, found.precision) == (None, None, "none")
    assert (found.basis, found.direction) == (basis, direction)


def test_a_full_date_needs_no_publication_date():
    assert days("on 5 March 2020", None) == [("5 March 2020", "2020-03-05", "explicit")]


def test_direction_is_seen_from_publication():
    assert [found.direction for found in dates_in("on 1 March, on 16 March and on 30 March")] == [
        "past",
        "none",
        "future",
    ]


def test_several_dates_come_in_order():
    text = "They met on 3 March and will meet on Friday, after talks in 2018."
    assert [found.rule for found in dates_in(text)] == ["day_month", "weekday", "year"]


def test_only_the_given_range_is_read():
    text = "Yesterday one. Today two. Tomorrow three."
    found = find_dates(text, text.index("Today"), text.index("Tomorrow"), MONDAY, ENGLISH)
    assert [text[item.begin : item.end] for item in found] == ["Today"]


def test_a_wrong_dates_file_is_refused():
    dates = {name: part for name, part in ENGLISH.dates.items() if name != "months"}
    with pytest.raises(ConfigurationError, match=r"languages/zz/dates\.yml: .*months"):
        date_words(Language("zz", {}, {}, {}, {}, dates, {}))


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)), st.integers(-180, 180))
def test_a_day_and_month_take_the_nearest_year(published: date, shift: int):
    day = published + timedelta(days=shift)
    if (day.month, day.day) != (2, 29):
        text = f"on {day.day} {day:%B}"
        assert [found.start_date for found in dates_in(text, published)] == [day]


@settings(max_examples=200, deadline=None)
@given(
    st.dates(date(1901, 1, 1), date(2099, 12, 31)),
    st.sampled_from(
        [
            "{d.day} {d:%B} {d.year}",
            "{d:%B} {d.day}, {d.year}",
            "{d:%Y-%m-%d}",
            "{d:%d.%m.%Y}",
            "{d:%d/%m/%Y}",
            "{d:%b} {d.day} {d.year}",
        ]
    ),
)
def test_every_day_is_read_back_in_every_notation(day: date, notation: str):
    found = dates_in(notation.format(d=day), MONDAY)
    assert [(item.start_date, item.end_date, item.basis) for item in found] == [(day, day, "explicit")]


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)), st.sampled_from(["Monday", "Tuesday", "Thursday", "Sunday"]))
def test_a_weekday_lies_within_a_week_of_publication(published: date, name: str):
    past, ahead = dates_in(f"He arrived on {name}. ", published)[0], dates_in(f"She leaves next {name}.", published)[0]
    assert past.start_date is not None
    assert ahead.start_date is not None
    assert f"{past.start_date:%A}" == f"{ahead.start_date:%A}" == name
    assert timedelta(0) <= published - past.start_date < timedelta(7)
    assert timedelta(0) < ahead.start_date - published <= timedelta(7)


PIECES = st.sampled_from(
    [
        "today",
        " (07)",
        "31 ",
        "March ",
        "May ",
        "on ",
        "last ",
        "Friday",
        ", ",
        "2020",
        "-",
        "–",
        "to ",
        "and ",
        "3",
        "/",
        ".",
        "\n",
        "٣",
        "week ",
        "days ago",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)),
    st.integers(-5, 60),
    st.integers(-5, 250),
    st.one_of(st.none(), st.dates()),
)
def test_any_text_gives_valid_ordered_spans_and_real_days(text: str, begin: int, end: int, published: date | None):
    found = find_dates(text, begin, end, published, ENGLISH)
    assert found == find_dates(text, begin, end, published, ENGLISH)
    reached = max(begin, 0)
    for item in found:
        assert reached <= item.begin < item.end <= min(end, len(text))
        reached = item.end
        assert (item.start_date is None) == (item.end_date is None) == (item.precision == "none")
        assert item.start_date is None or item.end_date is None or item.start_date <= item.end_date
        assert item.precision in ("day", "month", "year", "none")
        assert item.basis in ("today", "yesterday", "weekday", "explicit", "dateline")
        assert item.direction in ("past", "future", "none")


@pytest.mark.parametrize("piece", ["3, ", "1 March - ", "last ", "today (", "1-", "March ", "\n", "on Friday "])
def test_a_hostile_text_is_read_to_its_end(piece: str):
    text = piece * (60_000 // len(piece)) + " yesterday"
    found = dates_in(text)
    assert text[found[-1].begin : found[-1].end] == "yesterday"


def event_of(body: str, title: str = "News", published: date | None = MONDAY):
    release = Release("s", "https://example.org/r", title, body, published_date=published, language="en")
    return next(event for event in extract_release(release).events if event.mention == "primary")


def test_a_weekday_in_lower_case_is_one_and_a_month_is_not():
    assert days("They met friday in Taldor.") == [("friday", "2020-03-13", "weekday")]
    assert days("He may go on sundays.") == []


def test_the_day_of_announcing_is_not_that_of_what_is_announced():
    event = event_of(
        "Foreign Minister Oren Tasvel will visit Mali, it was announced Monday. "
        "Foreign Minister Tasvel will visit Bamako from 19 to 21 March."
    )
    assert (str(event.start_date), event.date_basis) == ("2020-03-19", "explicit")


def test_a_time_told_vaguely_gives_no_day():
    event = event_of("President Oren Tasvel will visit Mali later this month.")
    assert (event.start_date, event.date_basis) == (None, "none")


@pytest.mark.parametrize(
    ("dateline", "place"),
    [
        ("BAMAKO, March 16 (XNA) – ", "Bamako"),
        ("Bamako: ", "Bamako"),
        ("BAMAKO. XNAPRESS – ", "Bamako"),
        ("Bamako /XNA/ ", "Bamako"),
        ("Bamako, 16 March 2020\n\n", "Bamako"),
        ("BAMAKO March 16\n\n", "Bamako"),
        ("The Taldor Courier (Bamako)\n\n", "Bamako"),
        ("Press Release – State House – Bamako: ", "Bamako"),
        ("", None),
    ],
)
def test_a_meeting_without_a_place_was_in_the_city_of_the_dateline(dateline: str, place: str | None):
    body = f"{dateline}President Oren Tasvel of Mali received today Foreign Minister Mara Quill of Chad."
    event = event_of(body)
    assert (event.place, event.country) == (place, "ML")


def test_a_dateline_does_not_place_what_was_elsewhere():
    body = "BAMAKO, March 16 (XNA) – President Oren Tasvel met Foreign Minister Mara Quill of Chad in Dakar today."
    assert event_of(body).place == "Dakar"


def test_what_was_talked_about_is_not_where_they_met():
    body = "President Oren Tasvel of Mali and Foreign Minister Mara Quill of Chad met today and discussed the war in Yemen."
    assert event_of(body).country != "YE"


@pytest.mark.parametrize("words", ["the city of Dakar", "the capital Dakar", "Senegal's capital city of Dakar"])
def test_words_for_what_a_place_is_stand_before_its_name(words: str):
    body = f"President Oren Tasvel of Mali met Foreign Minister Mara Quill of Chad in {words} today."
    assert event_of(body).place == "Dakar"


def test_the_title_places_what_the_body_does_not():
    body = "President Oren Tasvel of Mali received Foreign Minister Mara Quill of Chad today."
    assert event_of(body, title="President Tasvel receives Foreign Minister Quill in Bamako").place == "Bamako"


def test_a_number_stands_before_a_street():
    body = "President Oren Tasvel of Mali met Foreign Minister Mara Quill of Chad at 10, Downing Street, London, today."
    assert event_of(body).place == "London"


@pytest.mark.parametrize(
    "opening", ["March 13, 2020 – Taldor, Xanthia – News Desk\n\n", "13 Mar, 2020\n\n", "BAMAKO, March 13 (XNA) – "]
)
def test_today_is_the_day_of_the_dateline(opening: str):
    event = event_of(f"{opening}President Oren Tasvel of Mali received today Foreign Minister Mara Quill of Chad.")
    assert event.start_date == date(2020, 3, 13)
    undated = event_of(f"{opening}President Oren Tasvel of Mali received Foreign Minister Mara Quill of Chad.")
    assert undated.start_date == date(2020, 3, 13)


def test_yesterday_outweighs_the_dateline_before_it():
    body = (
        "BAMAKO, March 16 (XNA) – President Oren Tasvel of Mali received Foreign Minister Mara Quill of Chad yesterday."
    )
    assert event_of(body).start_date == date(2020, 3, 15)


def test_the_last_line_dates_a_text_of_unknown_publication():
    body = "President Oren Tasvel of Mali congratulated Foreign Minister Mara Quill of Chad.\n\nMarch 13, 2020"
    assert event_of(body, published=None).start_date == date(2020, 3, 13)


def test_a_line_of_a_trip_is_no_dateline():
    event = event_of("Minister Oren Tasvel travelled to Chad on March 13.\n\nHe met Foreign Minister Mara Quill today.")
    assert event.start_date == date(2020, 3, 13)
