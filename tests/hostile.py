"""Text that was written to do harm, through every table, export and page. Run the campaign: python -m tests.hostile [COUNT]

`make soak` takes 1,000 strings; tests/test_hostile.py takes a sample through the same checks.
"""

from __future__ import annotations

import csv
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import networkx
import pyarrow.parquet as pq

from pipeline import steps
from pipeline.cli.explained_page import explanation_page
from pipeline.cli.printing import shown_table
from pipeline.exports import FORMULA
from pipeline.extract import explain_release
from pipeline.people import block_key
from pipeline.records import Attendee, Event, Evidence, Extraction, Release, Topic
from pipeline.rows import release_rows
from pipeline.settings import Settings
from pipeline.summaries import build_summaries
from pipeline.warehouse import publish
from tests.warehouse_samples import load_rows, make_settings, make_vocabulary

SQL = (
    "'; DROP TABLE events; --", "' OR '1'='1", "\"; DELETE FROM readings; --", "$$; DROP SCHEMA summary CASCADE; $$",
    "{{ ref('engagements') }}", "{% raw %}", "${jndi:ldap://x}", "%s %(id)s ?", "$1 :name", "COPY events TO '/tmp/x'",
    "name'); ATTACH 'x' AS y; --", "E'\\x27'", "`backtick`", "/* comment", "-- comment", "\\'; SELECT 1; --",
)  # fmt: skip
HTML = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</title><script>1</script>", "\"><svg onload=alert(1)>",
    "&lt;b&gt;", "<!-- -->", "]]>", "<![CDATA[x]]>", "javascript:alert(1)", "<style>*{display:none}</style>", "<?xml version='1'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", "&e;", "<iframe srcdoc='x'>", "' onmouseover='x", "[x](javascript:x)",
)  # fmt: skip
FORMULAS = (
    "=HYPERLINK(\"http://x.example\",\"a\")", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "  =1+1",
    "＝1+1", "=DDE(\"cmd\")", "'=1", "\"=1", ";=1", ",=1", "\n=1",
)  # fmt: skip
CONTROL = (
    "\0", "a\0b", "\x01\x02\x1b[31mred\x1b[0m", "\x07bell", "\x7f", "\x85", "\u2028line\u2029", "\ufeffmark", "\r\n\r\nHeader: x",
    "\ud800 lone", "\ufffe\uffff", "\u202etxt.exe", "\u2066isolate", "\u200frtl\u200e", "ا\u202eب", "\u0000\u0000", "\x1a",
    "\x08\x08", "\U000e0001tag", "a\u0301\u0301\u0301\u0301", "\x9b31m",
)  # fmt: skip
OTHER = (
    "👩‍👩‍👧‍👦🏳️‍🌈", "🇽🇦", "𝔄𝔫𝔞", "ﷺ", "Ω≈ç√", "名前", "İıŞş", "NULL", "None", "nan", "-0", "1e309", "true", "{}", "[]", "\\N",
    "../../etc/passwd", "con", "~", "*", "a,b;c|d", "''", '""', "\\", "\\u0000", "%00", "ſtraſſe", "Ǆ", "ﬁ",
)  # fmt: skip
MEGABYTE = 1_000_000


def hostile_strings(count: int) -> list[str]:
    """Return so many different strings: each single one, one of a megabyte, then mixtures, the same ones every time."""
    alone = [*SQL, *HTML, *FORMULAS, *CONTROL, *OTHER]
    chance = random.Random(20260301)
    spread = alone if count > len(alone) else [alone[at * len(alone) // (count - 1)] for at in range(count - 1)]
    found = dict.fromkeys([*spread, "<b>'=\0\u202e👩\n" * (MEGABYTE // 9)])
    while len(found) < count:
        found.setdefault(chance.choice(["", " ", "\n"]).join(chance.sample(alone, chance.randint(2, 4))))
    return list(found)


def tell(number: int, text: str) -> tuple[Release, Extraction]:
    """Return a release and a meeting in it, with the text as title, name, position, place and named topic."""
    published = datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(hours=number)
    name, place = f"{text} {number}", f"{text} Hall"
    release = Release(
        "example",
        f"https://press.example/{number}",
        text,
        f"Ana Berro met {name} in {place} today.",
        published_at=published,
        published_date=published.date(),
        date_basis="meta",
        language="en",
        country="XA",
        page_sha256="0" * 64,
        archive_ref=f"one.warc.gz:{number}",
        fetched_at=published,
    )

    def cited(words: str) -> tuple[Evidence, ...]:
        at = release.text.index(words, len(text) + 2)
        return (Evidence("name", at, at + len(words), "test"),)

    guests = (
        Attendee("person", "Ana Berro", ("Ana Berro",), "Minister", None, "XA", "host", 1.0, cited("Ana Berro")),
        Attendee("person", name, (name,), text or None, text, "XB", "guest", 1.0, cited(name)),
        Attendee("group", text, (text,), evidence=cited(text)),
    )
    meeting = Event(
        "meeting", "primary", "held", (len(text) + 2, len(release.text)), start_date=published.date(), date_precision="day",
        date_basis="today", place=place, country="XA", name=name, attendees=guests,
        topics=(Topic(text, kind="named"), Topic("Water", "water", "20000437")),
    )  # fmt: skip
    return release, Extraction((meeting,), mentioned=(name,), authors=(name,))


def stored(text: str) -> str:
    """Return the text as tables hold it: a lone surrogate is no character."""
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)


def run_campaign(folder: Path, texts: Sequence[str]) -> dict[str, int]:
    """Load, summarise, publish, export and show the strings; return counts of what was looked at. Raises AssertionError."""
    settings = make_settings(folder)
    read = [tell(number, text) for number, text in enumerate(texts)]
    load_rows(
        settings,
        make_vocabulary(),
        release_rows(read, rules_version="1", name_key=block_key, seen_at=datetime.now(UTC)),
    )
    build_summaries(settings)
    publish(settings)
    return {
        "cells": check_tables(settings, texts),
        "exported": check_exports(settings, folder / "out", texts),
        "pages": check_pages(settings, read),
    }


def check_tables(settings: Settings, texts: Sequence[str]) -> int:
    """Every text stands where it was put, and every table, view and macro answers."""
    count = 0
    with duckdb.connect(str(settings.published_file), read_only=True) as con:
        for sql in (
            "SELECT title FROM releases", "SELECT name FROM attendees WHERE kind = 'group'",
            "SELECT position FROM attendees WHERE country = 'XB'", "SELECT label FROM topics WHERE kind = 'named'",
        ):  # fmt: skip
            found = sorted(value for (value,) in con.execute(sql).fetchall() if value)
            assert found == sorted(map(stored, filter(None, texts))), sql
            count += len(found)
        places = {value for (value,) in con.execute("SELECT place FROM events").fetchall()}
        assert places == {stored(f"{text} Hall") for text in texts}
        names = [value for (value,) in con.execute("SELECT name FROM attendees WHERE country = 'XB'").fetchall()]
        assert sorted(names) == sorted(stored(f"{text} {number}") for number, text in enumerate(texts))
        assert con.execute("SELECT bool_and(words = value) FROM citations WHERE field = 'name'").fetchall() == [(True,)]
        for text in [*sorted(texts, key=len)[:: len(texts) // 6][:5], "Ana Berro"]:
            con.execute("FROM person($text)", {"text": stored(text)}).fetchall()
            con.execute("FROM meetings_between('Ana Berro', $text)", {"text": stored(text)}).fetchall()
        tables = con.execute(
            "SELECT DISTINCT table_schema || '.' || table_name FROM information_schema.tables"
        ).fetchall()
        for (name,) in tables:
            con.execute(f"SELECT count(*) FROM {name}").fetchall()
    return count + len(places) + len(names)


def check_exports(settings: Settings, folder: Path, texts: Sequence[str]) -> int:
    """Every export opens in its usual reader with as many rows and the same texts; no cell of a CSV is a formula."""
    csv.field_size_limit(sys.maxsize)
    count = 0
    files = {kind: dict(steps.export(settings, folder / kind, kind)) for kind in ("parquet", "csv", "jsonl")}
    titles = sorted(map(stored, texts))
    for path, rows in files["parquet"].items():
        assert pq.read_metadata(path).num_rows == rows
        count += rows
    assert sorted(pq.read_table(folder / "parquet" / "releases.parquet")["title"].to_pylist()) == titles
    for path, rows in files["csv"].items():
        with path.open(encoding="utf-8", newline="") as file:
            cells = list(csv.reader(file, strict=True))
        assert len(cells) == rows + 1
        assert {len(row) for row in cells} == {len(cells[0])}
        assert not [
            cell for row in cells for cell in row if cell.lstrip(" ").startswith(FORMULA) and not _is_number(cell)
        ]
        assert "\0" not in path.read_text(encoding="utf-8")
    with (folder / "csv" / "releases.csv").open(encoding="utf-8", newline="") as file:
        shown = [row["title"] for row in csv.DictReader(file)]
    plain = [text.replace("\0", "\ufffd") for text in titles]
    assert sorted(shown) == sorted("'" + text if text.lstrip(" ").startswith(FORMULA) else text for text in plain)
    for path, rows in files["jsonl"].items():
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len([json.loads(line) for line in lines]) == rows
    read = [
        json.loads(line)["title"]
        for line in (folder / "jsonl" / "releases.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert sorted(read) == titles
    [(path, edges)] = steps.export(settings, folder / "network.graphml", "graphml")
    graph = networkx.read_graphml(path)
    assert graph.number_of_edges() == edges == len(graph) - 1  # everybody met Ana Berro; a few names are one person's
    assert edges > 0.5 * len(texts)
    assert {data["country"] for _, data in graph.nodes(data=True)} == {"XA", "XB"}
    return count + edges


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def check_pages(settings: Settings, read: Sequence[tuple[Release, Extraction]]) -> int:
    """No text becomes a tag, an attribute or an address of a page, or moves the cursor of a terminal."""
    count = 0
    for release, _ in read:
        if len(release.text) > 10_000:
            continue
        page = explanation_page(release, explain_release(release))
        tags = _Tags()
        tags.feed(page)
        tags.close()
        assert not {"script", "iframe", "img", "svg"} & {tag for tag, _ in tags.found}
        for _, attributes in tags.found:
            assert not [name for name in attributes if name.startswith("on")]
            assert not any((value or "").strip().lower().startswith("javascript:") for value in attributes.values())
        assert sum(tag == "style" for tag, _ in tags.found) == 1
        count += 1
    columns, rows = steps.query("SELECT title, url FROM releases WHERE length(title) < 10000", settings)
    shown = shown_table(columns, rows)
    assert all(letter.isprintable() for line in shown.split("\n") for letter in line)
    return count


def main() -> int:
    """Run the campaign and print what was looked at."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        seen = run_campaign(Path(folder), hostile_strings(count))
    print(f"{count} hostile strings: {', '.join(f'{value:,} {name}' for name, value in seen.items())}; all inert")
    return 0


if __name__ == "__main__":
    sys.exit(main())
