"""The stages of reading one release, in order, and what each of them found."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.extract.assembly import RecordMaker
from pipeline.extract.byline import find_bylines, find_issuers
from pipeline.extract.chains import build_chains
from pipeline.extract.coreference import resolve_mentions
from pipeline.extract.document import Document, Mention, prepare_document
from pipeline.extract.drafts import Draft
from pipeline.extract.events import EventAssembler
from pipeline.extract.headline import HeadlineReader
from pipeline.extract.home import infer_home
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.lists import ListJoiner
from pipeline.extract.mentions import find_mentions
from pipeline.extract.noun_readings import read_sentence
from pipeline.extract.places import default_country, find_dateline, inherit_country, locate_event, place_by_dateline
from pipeline.extract.seating import share_posts
from pipeline.extract.sides import settle_countries
from pipeline.extract.standing import Candidate, seat_likely
from pipeline.extract.story import Story
from pipeline.extract.text import normalise_text
from pipeline.extract.wording import name_of
from pipeline.records import Extraction, Release


@dataclass(frozen=True, slots=True)
class Stages:
    """One release as it was read: its prepared text, what each sentence says, the events, and the records made of them.

    `drafts` are parallel to `extraction.events`. `bylined` are the mentions in bylines, which no later stage saw;
    `issuers` those of spokespersons whom the title names as its source; `candidates` are the people whom no rule seats.
    """

    document: Document
    story: Story
    drafts: list[Draft]
    bylined: list[Mention]
    issuers: list[Mention]
    candidates: list[Candidate]
    extraction: Extraction


def run_stages(release: Release, lexicon: Lexicon) -> Stages | None:
    """Read the release with the words of its language; None where it has no words at all."""
    text = release.text
    normal = normalise_text(text)
    title_length = len(normalise_text(release.title).text)
    document = prepare_document(text, title_length, lexicon, normal)
    if not len(document.tokens):
        return None
    mentions = find_mentions(document)
    authors, lines = find_bylines(document, mentions)
    issuers = find_issuers(document, mentions)
    bylined = [mention for index in sorted(lines) for mention in mentions[index]]
    for index in lines:
        mentions[index] = []
    people = resolve_mentions(document, mentions)
    joiner = ListJoiner(document)
    chains = [joiner.join(build_chains(document, found)) for found in mentions]
    readings = [read_sentence(document, index, found) for index, found in enumerate(chains)]
    home = release.country or infer_home(document, people, readings)
    story = Story(document, mentions, chains, readings, people)
    assembler = EventAssembler(story)
    assembler.assemble()
    drafts = HeadlineReader(assembler).settle()
    candidates = seat_likely(story, drafts)
    share_posts(lexicon.offices["posts"], drafts)
    covered = _covered_tokens(len(document.tokens), mentions)
    first = next((draft for draft in drafts if draft.mention == "primary"), None)
    for draft in drafts:
        locate_event(document, draft, covered, draft is first)
    drafts = _distinct_drafts(drafts)
    for draft in drafts:
        inherit_country(draft, first)
    settle_countries(document, drafts, home)
    dateline = find_dateline(document)
    for draft in drafts:
        default_country(draft, home)
        place_by_dateline(document, draft, dateline)
    events = RecordMaker(story, release, home, drafts).make_events()
    seated = {key for draft in drafts for key in draft.seats}
    mentioned = tuple(dict.fromkeys(name_of(document, person) for person in people.people if id(person) not in seated))
    authors += [document.original_text(*mention.name) for mention in issuers if mention.name is not None]
    extraction = Extraction(events, mentioned, tuple(dict.fromkeys((*release.byline, *authors))))
    return Stages(document, story, drafts, bylined, issuers, candidates, extraction)


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
