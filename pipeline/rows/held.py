"""Rows of a run as drift looks at them, and without the releases that it holds back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.rows.release import CHILDREN

Tables = dict[str, pa.Table]


def read_versions(tables: Tables) -> Iterator[tuple[str, str]]:
    """Yield id and version id of each reading of a release, the one fetched last at the end."""
    if "releases" in tables:
        releases = tables["releases"].select(("release_id", "version_id", "fetched_at")).sort_by("fetched_at")
        yield from ((row["release_id"], row["version_id"]) for row in releases.to_pylist())


def read_for_drift(tables: Tables, new: Collection[str]) -> Iterator[tuple[str, str, str, bool, str, str | None, bool]]:
    """Yield id, title, body, whether dated, the date's signal, language and whether signed, of each new release once."""
    columns = ("release_id", "title", "text", "published_date", "date_basis", "language", "byline")
    known: set[str] = set()
    for row in tables["releases"].select(columns).to_pylist() if "releases" in tables else ():
        if row["release_id"] in new and row["release_id"] not in known:
            known.add(row["release_id"])
            body = row["text"][len(row["title"]) :].lstrip("\n")
            yield (
                *(row["release_id"], row["title"], body, row["published_date"] is not None),
                *(row["date_basis"], row["language"], bool(row["byline"])),
            )


def parse_failures(tables: Tables) -> list[str]:
    """Return the reasons for which pages of the run gave no release."""
    problems = tables["problems"]
    return [row["reason"] for row in problems.select(("stage", "reason")).to_pylist() if row["stage"] == "parse"]


def without_releases(parts: Sequence[Tables], ids: Collection[str]) -> tuple[list[Tables], dict[str, str]]:
    """Return the tables without these releases and all that was read from them, and the addresses of those left out."""
    if not ids:
        return list(parts), {}
    wanted = pa.array(sorted(ids), pa.string())
    kept: list[Tables] = []
    addresses: dict[str, str] = {}
    for part in parts:
        if "releases" not in part:
            kept.append(part)
            continue
        releases = part["releases"]
        held = pc.is_in(releases["release_id"].cast(pa.string()), value_set=wanted)
        gone = releases.filter(held)
        addresses |= dict(zip(gone["release_id"].to_pylist(), gone["url"].to_pylist(), strict=True))
        readings = gone["reading_id"].cast(pa.string()).combine_chunks()
        left = {**part, "releases": releases.filter(pc.invert(held))}
        for name in CHILDREN:
            if name in part:
                of_held = pc.is_in(part[name]["reading_id"].cast(pa.string()), value_set=readings)
                left[name] = part[name].filter(pc.invert(of_held))
        kept.append(left)
    return kept, addresses
