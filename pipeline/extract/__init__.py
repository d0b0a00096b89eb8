"""Read a release into events, attendees and topics. Pure: no files, no network, no clock."""

from __future__ import annotations

from pipeline.extract.explain import Explanation, Mark, SeatNote, Verdict, explain_stages
from pipeline.extract.lexicon import lexicon_of
from pipeline.extract.stages import Stages, run_stages
from pipeline.languages import known_languages, load_language
from pipeline.records import Extraction, Problem, Release

__all__ = ["Explanation", "Mark", "SeatNote", "Verdict", "explain_release", "extract_release"]


def extract_release(release: Release) -> Extraction:
    """Return the release's events in order of appearance, its authors, and the people it names who took part in none.

    A release in a language without rules has no events and one problem, `language-without-rules`.
    """
    found = _read(release)
    return found.extraction if isinstance(found, Stages) else found


def explain_release(release: Release) -> Explanation:
    """Return the extraction with every mention that it rests on, and for each person why they were or weren't seated."""
    found = _read(release)
    return explain_stages(found) if isinstance(found, Stages) else Explanation((), (), found)


def _read(release: Release) -> Stages | Extraction:
    """Return what the stages found; an extraction alone where there are no rules or no words to read."""
    code = release.language or "en"
    if code not in known_languages():
        detail = f"no rules for the language {code!r}, so no events were read"
        problem = Problem(
            "extract", "language-without-rules", detail, release.source_id, release.url, release.release_id
        )
        return Extraction(problems=(problem,))
    return run_stages(release, lexicon_of(load_language(code))) or Extraction(authors=release.byline)
