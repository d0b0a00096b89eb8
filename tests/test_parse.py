"""The parser: saved pages in the shapes of real issuers, and what bodies, titles, bylines and refusals must hold to."""

from __future__ import annotations

import gzip
import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError, StepProblem
from pipeline.parse import MOST_BYTES, ParseHints, parse_page, parse_text
from pipeline.parse.files import read_file
from pipeline.records import Address, Page, Problem, Release

PAGES = Path(__file__).parent / "pages"
FAMILIES = sorted(path.stem for path in PAGES.glob("*.json"))
FETCHED = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)
FIRST = "Foreign Minister Hassan al-Qadri of Xanthia received today the Ambassador of Dunmark, Freya Lund, in Xanthe."
SECOND = "They discussed trade and investment, and the reopening of the consulate in Port Selim next spring."


def make_page(text: str | bytes, url: str = "https://mfa.example/news/1", content_type: str = "text/html") -> Page:
    body = text if isinstance(text, bytes) else text.encode()
    return Page(Address("test", url), url, 200, content_type, body, "0" * 64, FETCHED, "")


def parse(text: str | bytes, hints: ParseHints | None = None) -> Release:
    return parse_page(make_page(text), hints)


def refusal(page: Page) -> str:
    with pytest.raises(StepProblem) as caught:
        parse_page(page)
    problem = caught.value.problem
    assert problem.stage == "parse"
    assert problem.source_id == page.address.source_id
    assert problem.address == page.address.url
    assert problem.detail
    assert "\n" not in problem.detail
    return problem.reason


def release_or_problem(page: Page, hints: ParseHints | None = None) -> Release | Problem:
    try:
        return parse_page(page, hints)
    except StepProblem as error:
        return error.problem


def family_page(name: str) -> tuple[Page, ParseHints, dict[str, Any]]:
    expected = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    listed = expected.get("listed", {})
    address = Address(
        "test",
        expected["url"],
        published=datetime.fromisoformat(listed["published"]) if "published" in listed else None,
        date_only=listed.get("date_only", False),
        title=listed.get("title"),
    )
    fetched = datetime.fromisoformat(expected["fetched_at"])
    body = (PAGES / f"{name}.html").read_bytes()
    page = Page(address, expected["url"], 200, "text/html", body, "0" * 64, fetched, "")
    return page, ParseHints(**expected["hints"]), expected


@pytest.mark.parametrize("name", FAMILIES)
def test_a_saved_page_gives_the_release_written_beside_it(name: str) -> None:
    page, hints, expected = family_page(name)
    release = parse_page(page, hints)
    assert release.title == expected["title"]
    assert release.published_at is not None
    assert release.published_at.isoformat() == expected["published_at"]
    assert str(release.published_date) == expected["published_date"]
    assert release.date_basis == expected["date_basis"]
    assert release.language == expected["language"]
    assert list(release.byline) == expected["byline"]
    assert release.body == "\n\n".join(expected["body"])


def test_there_are_pages_of_many_families_in_several_languages() -> None:
    expected = [json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8")) for name in FAMILIES]
    assert len(expected) >= 12
    assert {item["language"] for item in expected} >= {"en", "ar", "ru", "fa"}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_saved_page_reads_the_same_without_its_names_for_furniture_titles_and_dates(name: str) -> None:
    """The general parser carries a page: without class, id or role it still finds a headline and most of the text."""
    page, hints, expected = family_page(name)
    bare = re.sub(rb'\s(?:class|id|role)="[^"]*"', b"", page.body)
    release = parse_page(replace(page, body=bare), hints)
    if re.search(rb"<h[12]", bare):
        assert release.title == expected["title"]
    wanted, found = set("\n".join(expected["body"]).split("\n")), set(release.body.replace("\n\n", "\n").split("\n"))
    assert len(wanted & found) >= 0.7 * len(wanted)


def article(inner: str, head: str = "") -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Minister receives Ambassador | MFA</title>{head}</head>
<body><nav><a href="/">Home</a></nav><div id="wrap"><h1>Minister receives Ambassador</h1>{inner}</div>
<footer><p>Ministry of Foreign Affairs of Xanthia, Palace Road, Xanthe. All rights reserved by the state.</p></footer>
</body></html>"""


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "system",
            "The page you visited does not exist or has been deleted. You will be led to the home page in 5 seconds.",
        ),
        (
            "Ministry",
            "We are sorry: the content you are trying to view was removed, or has a new address on this site.",
        ),
        (
            "404-页面不存在",
            "抱歉，您访问的页面不存在或已被删除，5秒后返回首页。请您检查网址是否正确，或者使用搜索功能。",
        ),
        ("خطأ 404", "لم يتم العثور على الصفحة التي طلبتها، يرجى التأكد من الرابط أو استخدام البحث للوصول إلى ما تريد."),
        ("МИД", "Запрашиваемая страница не существует. Вернитесь на главную страницу или воспользуйтесь поиском."),
        (
            "Erreur 404",
            "Ce que vous cherchez n’est plus à cette adresse. Vous pouvez revenir à la page d’accueil du ministère.",
        ),
        (
            "Cancillería",
            "Lo sentimos, la página que busca ha sido movida a otra dirección de nuestro portal en internet.",
        ),
        ("404", "متاسفانه صفحه مورد نظر شما وجود ندارد یا حذف شده است. لطفا به صفحه اصلی بازگردید یا جستجو کنید."),
        (
            "Halaman tidak ditemukan",
            "Maaf, alamat yang Anda tuju sudah dipindahkan. Silakan kembali ke beranda atau gunakan pencarian.",
        ),
        (
            "Η σελίδα δεν βρέθηκε",
            "Λυπούμαστε, η διεύθυνση που ζητήσατε έχει αλλάξει. Επιστρέψτε στην αρχική ή αναζητήστε.",
        ),
        ("הדף לא נמצא", "מצטערים, הכתובת שביקשת אינה קיימת או שהוסרה מן האתר. אפשר לחזור אל דף הבית ולחפש שם."),
    ],
)
def test_a_page_that_says_in_its_language_that_nothing_is_there_is_a_soft_404(title: str, text: str) -> None:
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div><p>{text}</p></div></body></html>"
    assert refusal(make_page(page)) == "soft-404"


@pytest.mark.parametrize(
    "title",
    ["No: 404, 3 October 2026, Regarding the Attack in Port Selim", "Consular portal closed for scheduled maintenance"],
)
def test_a_release_that_only_sounds_like_an_error_is_none(title: str) -> None:
    assert parse(f"<h1>{title}</h1><p>{FIRST}</p>").title == title


@pytest.mark.parametrize(
    "inner",
    [
        f"<p>{FIRST}</p><p>{SECOND}</p>",
        f"<div>{FIRST}<br><br>{SECOND}</div>",
        f"<div>{FIRST}<br>&nbsp;<br/>{SECOND}</div>",
        f"<div>{FIRST}<br>{SECOND}</div>",
        f"<div>{FIRST}</div><div>{SECOND}</div>",
        f"<table><tr><td><p>{FIRST}</p><p>{SECOND}</p></td></tr></table>",
        f"<form method=post><input type=hidden name=__VIEWSTATE><span>{FIRST}<br><br>{SECOND}</span></form>",
        f"<section><p>{FIRST}</p></section><section><p>{SECOND}</p></section>",
        f"<p>{FIRST}<p>{SECOND}",
        f"<blockquote><p>{FIRST}</p></blockquote><p>{SECOND}</p>",
        f"<p>{FIRST}</p><figure><img src=x><figcaption>Minister and Ambassador.</figcaption></figure><p>{SECOND}</p>",
        f"<p>{FIRST}</p><script>var text = 'no text of ours';</script><style>p {{}}</style><p>{SECOND}</p>",
        f"<p>{FIRST}</p><p style='display:none'>Hidden from every reader of this page.</p><p>{SECOND}</p>",
        f"<p>{FIRST}</p><div class='share-buttons'><a href=#>Share</a></div><p>{SECOND}</p>",
        f"<p>{FIRST}</p><p>{SECOND}</p><h3>Related news</h3><ul><li><a href=/a>A call by phone</a></li></ul>",
        f"<p>{FIRST}</p><p>{SECOND}</p><p>###</p>",
        f"<p>{FIRST}</p><p>{SECOND}</p><p>* * *</p>",
        f"<p>{FIRST}</p><p>{SECOND}</p><p>###</p><p>This address is not watched.</p>",
        f"<p>{FIRST}</p><p>{SECOND}</p><div class='tags'>Tags: <a href=/t>Dunmark</a></div>",
        f"<p>{FIRST}</p><p>{SECOND}</p><p><a href=/pdf>Download the statement as a PDF file</a></p>",
        f"<h2>Minister receives Ambassador</h2><p>{FIRST}</p><p>{SECOND}</p>",
        f"<p>{FIRST}</p><p>{FIRST}</p><p>{SECOND}</p>",
    ],
)
def test_paragraphs_come_out_alike_however_the_page_marks_them(inner: str) -> None:
    assert parse(article(inner)).body == f"{FIRST}\n\n{SECOND}"


def test_list_items_and_table_rows_stand_on_lines_of_their_own() -> None:
    release = parse(
        article(
            f"<p>{FIRST}</p><ul><li>trade in grain</li><li><p>two <b>new</b> <i>rail</i>ways</p></li></ul>"
            "<table><tr><th>Country<th>Vote</tr><tr><td>Dunmark<td>for</tr><tr><td>Estmere<td>against</tr></table>"
            f"<p>{SECOND}</p>"
        )
    )
    assert release.body.split("\n\n")[1:] == [
        "- trade in grain\n- two new railways",
        "Country | Vote\nDunmark | for\nEstmere | against",
        SECOND,
    ]


def test_stars_within_a_text_do_not_end_it() -> None:
    assert parse(article(f"<p>{FIRST}</p><p>* * *</p><p>{SECOND}</p>")).body.endswith(SECOND)


def test_inline_elements_join_as_a_browser_shows_them() -> None:
    body = parse(
        article(
            "<p>Dr.&nbsp;<b>H</b>assan <a href=/x>al-Qadri</a>, <i>Mini</i><wbr>ster of Fo&shy;reign Aff&#8203;airs,"
            f"\n   met the press<sup>1</sup>.</p><p>{SECOND}</p>"
        )
    ).body
    assert body.split("\n\n")[0] == "Dr. Hassan al-Qadri, Minister of Foreign Affairs, met the press1."


def test_name_and_office_lines_keep_their_breaks_and_wrapped_lines_are_joined() -> None:
    present = "<p>Present were:<br>Omar Dahl – Minister<br>Lina Orr – Ambassador</p>"
    inner = f"<p>{FIRST}</p>{present}<p>He spoke of the<br>new road.</p>"
    paragraphs = parse(article(inner)).body.split("\n\n")
    assert paragraphs[1:] == [
        "Present were:",
        "Omar Dahl – Minister\nLina Orr – Ambassador",
        "He spoke of the new road.",
    ]


def test_no_word_of_a_body_is_invented_and_the_title_does_not_repeat_in_it() -> None:
    for name in FAMILIES:
        page, hints, _ = family_page(name)
        release = parse_page(page, hints)
        source = page.body.decode("cp1251" if name == "mfa-belarus" else "utf-8")
        shown = html.unescape(re.sub(r"<[^>]*>", "", source)).replace("\u00ad", "").split()
        assert set(release.body.replace("|", " ").split()) - {"-"} <= {
            *shown,
            *" ".join(re.split(r"<[^>]*>", source)).split(),
        }
        assert release.title not in release.body.split("\n\n")


@pytest.mark.parametrize(
    ("head", "shown", "title"),
    [
        ("<title>MFA</title>", "<h1>Minister meets Ambassador</h1>", "Minister meets Ambassador"),
        (
            "<title>A visit - MFA</title><meta property=og:title content='A long visit to Estmere in the spring'>",
            "<h1>Minister meets Ambassador</h1>",
            "Minister meets Ambassador",
        ),
        (
            "<title>Minister meets Ambassador of Dunmark - MFA</title>",
            "<h1>Press releases</h1><h2>Minister meets Ambassador of Dunmark</h2>",
            "Minister meets Ambassador of Dunmark",
        ),
        (
            "<title>News</title><meta property='og:title' content='Minister meets Ambassador of Dunmark'>",
            "<h1>News</h1>",
            "Minister meets Ambassador of Dunmark",
        ),
        (
            "<title>Minister meets Ambassador of Dunmark | Ministry of Xanthia</title>"
            "<meta property='og:site_name' content='Ministry of Xanthia'>",
            "<h1><img src=logo.png></h1>",
            "Minister meets Ambassador of Dunmark",
        ),
        (
            "<title>Ministry of Xanthia: Minister meets Ambassador</title>"
            "<meta property='og:site_name' content='Ministry of Xanthia'>",
            "",
            "Minister meets Ambassador",
        ),
        (
            "<title>Talks: President to meet Prime Minister</title>",
            "",
            "Talks: President to meet Prime Minister",
        ),
        (
            "<title>Ministry</title>",
            "<div class='news-title'>Minister meets Ambassador</div>",
            "Minister meets Ambassador",
        ),
    ],
)
def test_the_title_is_the_headline_that_the_page_shows_before_the_one_it_declares(
    head: str, shown: str, title: str
) -> None:
    page = f"<html><head>{head}</head><body>{shown}<div><p>{FIRST}</p><p>{SECOND}</p></div></body></html>"
    assert parse_page(make_page(page, "https://www.president.example/news/1")).title == title


def test_a_shortened_title_of_the_listing_is_replaced_by_the_pages_own() -> None:
    page = make_page(f"<body><h2>Minister meets the Ambassador of Dunmark</h2><p>{FIRST}</p><p>{SECOND}</p>")
    page = replace(page, address=replace(page.address, title="Minister meets the…"))
    assert parse_page(page).title == "Minister meets the Ambassador of Dunmark"


@pytest.mark.parametrize(
    ("head", "inner", "byline"),
    [
        ("<meta name=author content='Nour Haddad and Lina Orr'>", "", ("Nour Haddad", "Lina Orr")),
        ("<meta name=author content='Press Office'>", "", ()),
        ("<meta name=author content=admin>", "", ()),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","author":[{"name":"Nour Haddad"},'
            '{"@type":"Organization","name":"Xanthian News"}]}</script>',
            "",
            ("Nour Haddad",),
        ),
        ("", "<div class=byline>By <b>Nour Haddad</b></div>", ("Nour Haddad",)),
        ("", "<p>Written by <a rel=author href=/a>Nour Haddad</a></p>", ("Nour Haddad",)),
        ("", "<!--last--><p>Nour Haddad</p>", ("Nour Haddad",)),
        ("", "<!--last--><p>N. Haddad/ L.O.</p>", ("N. Haddad", "L.O.")),
        ("", "<!--last--><p>A.Ch.</p>", ("A.Ch.",)),
        ("", "<!--last--><p>Press Office</p>", ()),
        ("", "<!--last--><p>Xanthe, Xanthia</p>", ()),
        ("", "<!--last--><p>Thank you.</p>", ()),
    ],
)
def test_the_byline_names_writers_and_no_offices(head: str, inner: str, byline: tuple[str, ...]) -> None:
    last = inner.startswith("<!--last-->")
    text = f"<p>{FIRST}</p><p>{SECOND}</p>"
    assert parse(article(text + inner if last else inner + text, head)).byline == byline


def test_a_signature_in_the_text_stays_there_and_one_beside_it_does_not() -> None:
    text = f"<p>{FIRST}</p><p>{SECOND}</p>"
    assert parse(article(f"{text}<p>Nour Haddad</p>")).body.endswith("\n\nNour Haddad")
    assert "Haddad" not in parse(article(f"<p class=byline>By Nour Haddad</p>{text}")).body


def test_selectors_of_a_source_come_before_the_general_parser() -> None:
    text = article(
        f"<h2 id=t>Call with Estmere</h2><div class=extra><p>{FIRST}</p></div><div class=b><p>{SECOND}</p>"
        f"<p class=ad>{FIRST}</p></div><div class=b><p>And more of it stands here, to the end.</p></div>"
        "<i id=d>on 04/03/2026</i><u>By Ruan Deel</u>"
    )
    hints = ParseHints(
        day_first=False, selectors={"title": "#t", "body": ".b", "date": "#d", "byline": "u", "remove": ".ad"}
    )
    release = parse(text, hints)
    assert release.title == "Call with Estmere"
    assert release.body == f"{SECOND}\n\nAnd more of it stands here, to the end."
    assert str(release.published_date) == "2026-04-03"
    assert release.byline == ("Ruan Deel",)
    assert parse(text, ParseHints(selectors={"body": ".none"})).body == parse(text).body


@pytest.mark.parametrize(
    "wrong", [{"selectors": {"body": "p >"}}, {"selectors": {"text": "p"}}, {"timezone": "Xanthia/Xanthe"}]
)
def test_a_wrong_hint_is_told_in_one_line_when_it_is_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ParseHints(**wrong)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (make_page(""), "empty"),
        (make_page(" \n\t "), "empty"),
        (make_page(b"%PDF-1.7 \x00\x01"), "unreadable"),
        (make_page(bytes(range(256)) * 40), "unreadable"),
        (make_page("<p>x", content_type="image/png"), "unreadable"),
        (make_page(b"<p>word " * (MOST_BYTES // 8 + 1)), "too-large"),
        (make_page("<p>a" * 120_000), "too-large"),
        (make_page("<html><body></body></html>"), "no-text"),
        (make_page("<!-- nothing -->"), "no-text"),
        (make_page(article("")), "no-text"),
        (
            make_page(
                "<title>Page not found | MFA</title><h1>Page not found</h1><p>The page you asked for has moved.</p>"
            ),
            "soft-404",
        ),
        (make_page(f"<title>Error 404</title><h1>Oops!</h1><p>{SECOND}</p>"), "soft-404"),
        (
            make_page("<title>Access denied</title><p>You have no right to see this page. Reference 18.2f1.</p>"),
            "not-a-release",
        ),
        (make_page(article("<p>Photos.</p>" + "<a href=/p><img src=p.jpg></a>" * 30)), "no-text"),
        (
            make_page(
                "<h1>Contact</h1><p>Write to us, and we shall answer you within three working days of the week.</p>"
                "<form><input name=name><input type=email name=m><input name=subject><textarea></textarea></form>"
            ),
            "not-a-release",
        ),
        (
            make_page(
                "<h1>Sign in</h1><p>Accredited journalists sign in here with the password that they were given.</p>"
                "<form><input type=password></form>"
            ),
            "not-a-release",
        ),
        (
            make_page(
                "<h1>Newsroom</h1><ul>"
                + "".join(f"<li><a href=/n/{n}>Minister receives Ambassador number {n}</a></li>" for n in range(20))
                + "</ul>"
            ),
            "not-a-release",
        ),
        (
            make_page(
                "<h1>Newsroom</h1>"
                + "".join(
                    f"<div><h3><a href=/n/{n}>Ambassador {n} received</a></h3><p>{n}. {FIRST}</p></div>"
                    for n in range(9)
                )
            ),
            "not-a-release",
        ),
    ],
)
def test_what_is_no_release_is_refused_with_its_reason(page: Page, reason: str) -> None:
    assert refusal(page) == reason


@pytest.mark.parametrize(
    "inner",
    [
        "<p>President Velmar received the Ambassador of Dunmark today. They discussed consular matters.</p>",
        f"<p>{FIRST}</p><form class=newsletter><input name=a><input type=email><input name=b></form>",
        f"<p>{FIRST}</p>"
        + "".join(f"<h4><a href=/n/{n}>Other news of the ministry, number {n}</a></h4>" for n in range(6)),
        f"<p>{FIRST}</p>"
        + "".join(f"<div><h4><a href=/{n}>News {n}</a></h4><p>{n} {SECOND}</p></div>" for n in range(4)),
        f"<p>{FIRST}</p>" + "<a href=/p><img src=p.jpg></a>" * 20,
        "<p>The page that leaked was not found to be authentic, said the spokesperson of the ministry on Monday.</p>",
    ],
)
def test_a_short_release_is_not_taken_for_something_else(inner: str) -> None:
    assert parse(article(inner)).title == "Minister receives Ambassador"


def test_text_that_stands_in_json_ld_alone_is_read_from_there() -> None:
    data = {"@type": "NewsArticle", "headline": "Call", "articleBody": f"{FIRST}\n{SECOND}\n{FIRST[:-1]} again."}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    text = f"<html><head><title>Call</title>{script}</head><body><div id=app>"
    assert parse(text).body.split("\n\n")[:2] == [FIRST, SECOND]


def test_text_files_have_a_head_or_begin_with_their_title() -> None:
    text = f"Minister receives Ambassador\npublished: 2026-03-10\n\n{FIRST}\n\n{SECOND}\n\nNour Haddad\n"
    with_head = parse_text(make_page(text), ParseHints(timezone="Asia/Damascus", country="XA"))
    assert (with_head.title, str(with_head.published_date), with_head.date_basis) == (
        "Minister receives Ambassador",
        "2026-03-10",
        "head",
    )
    assert with_head.published_at == datetime(2026, 3, 9, 21, tzinfo=UTC)
    assert with_head.body == f"{FIRST}\n\n{SECOND}\n\nNour Haddad"
    assert with_head.byline == ("Nour Haddad",)
    assert with_head.language == "en"
    unknown = parse_text(make_page(text.replace("2026-03-10", "unknown")))
    assert (unknown.published_at, unknown.published_date, unknown.date_basis) == (None, None, "none")
    plain = parse_page(make_page(text.replace("published: 2026-03-10\n", ""), content_type="text/plain; charset=utf-8"))
    assert (plain.title, plain.body, plain.date_basis) == (with_head.title, with_head.body, "none")
    no_day = parse_text(make_page(text.replace("2026-03-10", "2026-02-30")))
    assert (no_day.body, no_day.published_date) == (with_head.body, None)


def test_a_text_without_a_body_is_a_problem() -> None:
    with pytest.raises(StepProblem) as caught:
        parse_text(make_page("Minister receives Ambassador\n"))
    assert caught.value.problem.reason == "no-text"


def test_saved_files_are_read_as_pages_packed_or_not(tmp_path: Path) -> None:
    saved = article(f"<p>{FIRST}</p><p>{SECOND}</p>").encode()
    plain, packed, broken, bomb = (tmp_path / name for name in ("a.html", "b.html.gz", "c.html.gz", "d.html.gz"))
    plain.write_bytes(saved)
    packed.write_bytes(gzip.compress(saved))
    broken.write_bytes(gzip.compress(saved)[:100])
    bomb.write_bytes(gzip.compress(b"<p>" * 20_000_000))
    assert parse_page(read_file(plain)).body == parse_page(read_file(packed)).body == f"{FIRST}\n\n{SECOND}"
    for path, reason in ((broken, "unreadable"), (bomb, "too-large"), (tmp_path / "none.html", "unreadable")):
        with pytest.raises(StepProblem) as caught:
            read_file(path)
        assert caught.value.problem.reason == reason


HOSTILE = {
    "deeply nested divs": "<div>" * 10_000 + f"<p>{FIRST}</p>" + "</div>" * 10_000,
    "unclosed bold tags": "<p>" + "<b>" * 5_000 + FIRST,
    "nested tables": "<table><tr><td>" * 1_000 + FIRST,
    "a hundred thousand attributes": "<div "
    + " ".join(f'a{n}="{n}"' for n in range(100_000))
    + f"><p>{FIRST}</p></div>",
    "a line of a megabyte": f"<p>{FIRST} " + "word " * 200_000,
    "a word of a megabyte": f"<p>{FIRST}</p><p>" + "w" * 1_000_000,
    "a flood of breaks": f"<p>{FIRST}</p>" + "a<br>" * 40_000,
    "a flood of dates": f"<h1>Dates</h1><p>{FIRST}</p><p>" + "1.2.2020 " * 50_000,
    "json-ld without end": '<script type="application/ld+json">' + "[" * 50_000 + f"</script><p>{FIRST}</p>",
    "a title of separators": "<title>" + " | a" * 50_000 + f"</title><p>{FIRST}</p>",
    "bare angle brackets": f"<p>{FIRST}</p>" + "< " * 50_000,
    "NULs": f"<p>{FIRST}</p>".replace("i", "\0i"),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_pages_end_and_keep_their_text(text: str) -> None:
    release = parse(f"<html><body>{text}")
    assert FIRST in release.body or release.title in FIRST


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=600),
    st.sampled_from(["text/html", "text/html; charset=utf-16", "text/plain", "", "x;charset=\0"]),
)
@example(b"<", "text/html")
@example(b"\xff\xfe\x00", "text/html")
@example("Ã©â€™".encode() * 3, "text/plain")
def test_arbitrary_bytes_give_a_release_or_a_problem(body: bytes, content_type: str) -> None:
    read = release_or_problem(make_page(body, content_type=content_type))
    if isinstance(read, Problem):
        assert read.reason in {"empty", "unreadable", "no-text", "not-a-release", "soft-404", "too-large"}
    else:
        assert read.body.strip()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_pages_give_a_release_or_a_problem(data: st.DataObject) -> None:
    page, hints, _ = family_page(data.draw(st.sampled_from(FAMILIES)))
    body = bytearray(page.body)
    pieces = st.sampled_from(
        [b"<", b'"', b"</div>", b"<script>", b"<!--", b"<table><td>", b"&#0;", b"\xff", b"<br>", b"</body>", b"<svg>"]
    )
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 200))] = data.draw(pieces)
    read = release_or_problem(replace(page, body=bytes(body)), hints)
    if isinstance(read, Problem):
        assert "\n" not in read.detail
    else:
        assert read.title
        assert read.body == read.body.strip()
        assert (read.published_at is None) == (read.published_date is None) == (read.date_basis == "none")


WORDS = st.lists(
    st.sampled_from(
        ["trade", "visit", "talks", "border", "energy", "Xanthe", "minister", "of", "the", "and", "with", "new"]
    ),
    min_size=9,
    max_size=30,
)
PARAGRAPHS = st.lists(WORDS.map(lambda words: " ".join(words).capitalize() + "."), min_size=2, max_size=8, unique=True)


@settings(max_examples=100, deadline=None)
@given(PARAGRAPHS, st.sampled_from(["<p>{}</p>", "<div>{}</div>", "{}<br><br>", "<p><span>{}</span></p>\n"]))
def test_every_paragraph_of_a_plain_article_comes_back_in_order(paragraphs: list[str], markup: str) -> None:
    inner = "<div class=text>" + "".join(markup.format(text) for text in paragraphs) + "</div>"
    assert parse(article(inner)).body == "\n\n".join(paragraphs)
