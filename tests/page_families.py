"""Families of pages in the shapes of official sites, filled with invented releases: what the parser's figures are taken from.

A family is a template in `tests/families/NAME.html` below a YAML head: how its issuer writes (language, country, timezone,
day_first, locale), its `url`, and what a reader of the page would say: `date` (time, day or none), `byline` (writers or
none); `said_by` puts a speaker before each paragraph. The template is Jinja. It sees `r`, the release: `title`, `at` (local,
aware), `writers`, `id`, `slug`; `others`, three more releases with `title`, `at` and `teaser`; `fetched`. `r.html(style)`
gives the body's markup; a line that belongs to the text before or after it is given through `r.first` and `r.last`. Month
names come from the CLDR through Babel, so they are no list of the parser's own.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from babel.dates import format_datetime
from jinja2 import Environment

from pipeline.errors import StepProblem
from pipeline.parse import ParseHints, parse_page
from pipeline.records import Address, Page, Release

FOLDER = Path(__file__).parent / "families"
FETCHED = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)
MOMENTS = (
    datetime(2026, 3, 4, 9, 30),
    datetime(2025, 11, 27, 16, 5),
    datetime(2026, 1, 12, 11, 45),
    datetime(2024, 7, 8, 14, 20),
    datetime(2026, 8, 31, 18, 10),
)
"""Local times of publication; days below and above twelve, so that day and month can be mistaken for each other."""
_SOLAR_MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split()
_SOLAR_NEW_YEARS = {2024: date(2024, 3, 20), 2025: date(2025, 3, 21), 2026: date(2026, 3, 21), 2023: date(2023, 3, 21)}


@dataclass(frozen=True)
class Sample:
    """One page of a family, and what a reader would say of it; `moment` is None where the page tells but the day."""

    family: str
    number: int
    page: Page
    hints: ParseHints
    title: str
    day: date | None
    moment: datetime | None
    byline: tuple[str, ...]
    body: tuple[str, ...]


@dataclass
class Verdict:
    """What the parser got right of a sample: each part right or wrong, and the body's precision and recall."""

    sample: Sample
    release: Release | None
    right: dict[str, bool] = field(default_factory=dict)
    precision: float = 0.0
    recall: float = 0.0


def read_samples() -> Iterator[Sample]:
    """Yield the pages of all families, in order of their names."""
    for path in sorted(FOLDER.glob("*.html")):
        yield from family_samples(path)


def family_samples(path: Path) -> Iterator[Sample]:
    """Yield a family's pages, one for each release in its language, at least three."""
    _, head, markup = path.read_text(encoding="utf-8").split("---\n", 2)
    says: dict[str, Any] = yaml.safe_load(head)
    releases = load_releases()[says["language"]]
    zone = ZoneInfo(says["timezone"])
    environment = Environment(autoescape=False, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "date": lambda at, pattern: format_datetime(at, pattern, locale=says.get("locale", says["language"])),
        "utc": lambda at: at.astimezone(UTC),
        "solar": solar_hijri,
        "arabic_digits": lambda text: text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        "persian_digits": lambda text: text.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
    }
    template = environment.from_string(markup)
    for number in range(max(3, len(releases))):
        release = {**releases[number % len(releases)]}
        if "said_by" in says:  # paragraphs alone, each with this before it
            spoken = [piece for piece in release["body"] if isinstance(piece, str)]
            release["body"] = [f"{says['said_by']} {piece}".strip() for piece in spoken]
        at = MOMENTS[(number + len(path.stem)) % len(MOMENTS)].replace(tzinfo=zone)
        others = [
            {
                "title": other["title"],
                "at": at + timedelta(days=2 * n + 1, hours=n),
                "teaser": next(piece for piece in other["body"] if isinstance(piece, str))[:90] + "…",
                "id": 7000 + n,
            }
            for n, other in enumerate((releases * 4)[number + 1 : number + 4])
        ]
        code = int(hashlib.sha256(f"{path.stem}{number}".encode()).hexdigest()[:6], 16) % 90_000 + 10_000
        slug = re.sub(r"[^a-z0-9]+", "-", release["title"].lower()).strip("-")[:60] or str(code)
        r = {**release, "at": at, "id": code, "slug": slug, "pieces": release["body"], "link": says["url"]}
        r["html"] = lambda style="p", pieces=release["body"]: body_html(pieces, style)
        first: list[str] = []
        last: list[str] = []
        r["first"] = lambda line, first=first: first.append(re.sub("<.*?>", " ", line)) or line
        r["last"] = lambda line, last=last: last.append(re.sub("<.*?>", " ", line)) or line
        url = says["url"].format(id=code, slug=slug, at=at)
        page_text = template.render(r=r, others=others, fetched=FETCHED.astimezone(zone), escape=escape, url=url)
        if says.get("double"):
            page_text = "".join(
                chr(b) if b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([b]).decode("cp1252")
                for b in page_text.encode()
            )
        encoding = says.get("encoding", "utf-8")
        listed = at if says.get("listed") else None
        day_only = says["date"] == "day"
        yield Sample(
            path.stem,
            number,
            Page(
                Address(path.stem, url, published=datetime.combine(at, time(), zone) if listed and day_only else listed,
                        date_only=bool(listed) and day_only),
                url, 200, f"text/html{says.get('charset', '; charset=' + encoding)}",
                page_text.encode(encoding, "xmlcharrefreplace"), "0" * 64, FETCHED, "",
            ),
            ParseHints(says["country"], says["language"], says["timezone"], says.get("day_first")),
            release["title"],
            None if says["date"] == "none" else at.date(),
            at.astimezone(UTC) if says["date"] == "time" else None,
            tuple(release["writers"]) if says["byline"] == "writers" else (),
            (*first, *body_lines(release["body"]), *last),
        )  # fmt: skip


@cache
def load_releases() -> dict[str, list[dict[str, Any]]]:
    """Return the invented releases by language."""
    read: dict[str, list[dict[str, Any]]] = yaml.safe_load((FOLDER / "releases.yml").read_text(encoding="utf-8"))
    return read


def body_html(pieces: list[Any], style: str) -> str:
    """Return a body's markup: paragraphs as `p`, `div`, `br` (two of them between), `br1` (one), or `span` in `p`."""
    around = {
        "p": "<p>{}</p>\n",
        "div": "<div>{}</div>\n",
        "span": '<p style="text-align: justify;"><span style="font-size: 12pt;">{}</span></p>\n',
        "nbsp": "<p>{}</p>\n<p>&nbsp;</p>\n",
        "br": "{}<br />\n<br />\n",
        "br1": "{}<br>\n",
    }[style]
    parts = []
    for piece in pieces:
        if isinstance(piece, str):
            parts.append(around.format(escape(piece, quote=False)))
        elif "h" in piece:
            parts.append(f"<h3>{piece['h']}</h3>\n")
        elif "list" in piece:
            parts.append("<ul>" + "".join(f"<li>{item}</li>" for item in piece["list"]) + "</ul>\n")
        else:
            rows = ("".join(f"<td>{cell}</td>" for cell in row) for row in piece["table"])
            parts.append("<table><tbody>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</tbody></table>\n")
    return "".join(parts)


def body_lines(pieces: list[Any]) -> Iterator[str]:
    """Yield the lines that a reader would copy."""
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        elif "h" in piece:
            yield piece["h"]
        elif "list" in piece:
            yield from (f"- {item}" for item in piece["list"])
        else:
            yield from (" | ".join(row) for row in piece["table"])


def solar_hijri(at: datetime) -> str:
    """Return day, month name and year of the Solar Hijri calendar, counted from its new year's days."""
    year = at.year if at.date() >= _SOLAR_NEW_YEARS[at.year] else at.year - 1
    days = (at.date() - _SOLAR_NEW_YEARS[year]).days
    month, day = (days // 31, days % 31) if days < 186 else (6 + (days - 186) // 30, (days - 186) % 30)
    return f"{day + 1} {_SOLAR_MONTHS[month]} {year - 621}"


def judge(sample: Sample) -> Verdict:
    """Read the sample and say what is right."""
    try:
        release = parse_page(sample.page, sample.hints)
    except StepProblem:
        return Verdict(sample, None, dict.fromkeys(("title", "date", "byline"), False))
    right = {
        "title": release.title == sample.title,
        "date": release.published_date == sample.day
        and (sample.moment is None or release.published_at == sample.moment),
        "byline": release.byline == sample.byline,
    }
    wanted, found = shingles("\n".join(sample.body)), shingles(release.body)
    common = sum((wanted & found).values())
    return Verdict(sample, release, right, common / max(1, sum(found.values())), common / max(1, sum(wanted.values())))


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return how often each run of four words (of scripts without spaces: letters) stands in the text."""
    words = re.findall(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|\w+", text)
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)))
