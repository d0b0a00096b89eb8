"""Read a release into events, attendees and topics. Pure: no files, no network, no clock."""

from __future__ import annotations

from pipeline.extract.assembly import RecordMaker
from pipeline.extract.byline import find_bylines, find_issuers
from pipeline.extract.chains import build_chains
from pipeline.extract.coreference import resolve_mentions
from pipeline.extract.document import Mention, prepare_document
from pipeline.extract.drafts import Draft
from pipeline.extract.events import EventAssembler
from pipeline.extract.headline import HeadlineReader
from pipeline.extract.home import infer_home
from pipeline.extract.lexicon import lexicon_of
from pipeline.extract.mentions import find_mentions
from pipeline.extract.noun_readings import read_sentence
from pipeline.extract.places import default_country, inherit_country, locate_event
from pipeline.extract.sides import settle_countries
from pipeline.extract.story import Story
from pipeline.extract.text import normalise_text
from pipeline.extract.wording import name_of
from pipeline.languages import known_languages, load_language
from pipeline.records import Extraction, Problem, Release

__all__ = ["extract_release"]


def extract_release(release: Release) -> Extraction:
    """Return the release's events in order of appearance, its authors, and the people it names who took part in none.

    A release in a language without rules has no events and one problem, `language-without-rules`.
    """
    code = release.language or "en"
    if code not in known_languages():
        detail = f"no rules for the language {code!r}, so no events were read"
        problem = Problem(
            "extract", "language-without-rules", detail, release.source_id, release.url, release.release_id
        )
        return Extraction(problems=(problem,))
    lexicon = lexicon_of(load_language(code))
    text = release.text
    normal = normalise_text(text)
    title_length = len(normalise_text(release.title).text)
    document = prepare_document(text, title_length, lexicon, normal)
    if not len(document.tokens):
        return Extraction(authors=release.byline)
    mentions = find_mentions(document)
    authors, bylines = find_bylines(document, mentions)
    authors += find_issuers(document, mentions)
    for index in bylines:
        mentions[index] = []
    people = resolve_mentions(document, mentions)
    chains = [build_chains(document, found) for found in mentions]
    readings = [read_sentence(document, index, found) for index, found in enumerate(chains)]
    home = release.country or infer_home(document, people, readings)
    assembler = EventAssembler(Story(document, mentions, chains, readings, people))
    assembler.assemble()
    drafts = HeadlineReader(assembler).settle()
    covered = _covered_tokens(len(document.tokens), mentions)
    for draft in drafts:
        locate_event(document, draft, covered)
    drafts = _distinct_drafts(drafts)
    first = next((draft for draft in drafts if draft.mention == "primary"), None)
    for draft in drafts:
        inherit_country(draft, first)
    settle_countries(document, drafts, home)
    for draft in drafts:
        default_country(draft, home)
    events = RecordMaker(document, release, home).make_events(drafts)
    seated = {key for draft in drafts for key in draft.seats}
    mentioned = tuple(dict.fromkeys(name_of(document, person) for person in people.people if id(person) not in seated))
    return Extraction(events, mentioned, tuple(dict.fromkeys((*release.byline, *authors))))


def _covered_tokens(total: int, mentions: list[list[Mention]]) -> bytearray:
    covered = bytearray(total)
    for found in mentions:
        for mention in found:
            if mention.kind == "person":
                covered[mention.begin : mention.end] = b"\1" * (mention.end - mention.begin)
    return covered


def _distinct_drafts(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts without referenced events that name neither place nor party, or that a sentence tells twice."""
    kept: list[Draft] = []
    known: set[tuple[int, str, str | None]] = set()
    for draft in drafts:
        key = (draft.sentence, draft.type, draft.place)
        if draft.mention == "referenced" and (key in known or not (draft.place or draft.country or draft.parties)):
            continue
        known.add(key)
        kept.append(draft)
    return kept
