"""The straight line, one function a step: discover, fetch, parse, extract, load, summarise, publish.

The only module where the stages meet. Each step takes records and gives records and works without Airflow; what it could not
do becomes a Problem. `pipeline.runs` cuts the line into pieces that can be tried again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pipeline import drift, exports, people, rows, summaries, vocabulary, warehouse
from pipeline.archive import Archive
from pipeline.corrections import lay_corrections, read_corrections
from pipeline.errors import ReadoutError, StepProblem
from pipeline.extract import Explanation, explain_release, extract_release
from pipeline.fetch import Fetcher
from pipeline.fetch.revisits import choose_revisits
from pipeline.parse import ParseHints, parse_page
from pipeline.parse.files import read_file
from pipeline.records import Address, Extraction, Gone, Interval, Page, Problem, Release, Run, utc_now
from pipeline.reuse import settle_release
from pipeline.settings import Settings
from pipeline.sources import Source, load_valid_sources
from pipeline.sources.discovery import Discovery, discover_addresses

OnProgress = Callable[[str, int, int | None], None]
"""Called with a stage's name, how many are done, and how many there are (None: not known yet)."""

PACKAGE = Path(__file__).resolve().parent
RULES = ("parse*.py", "parse/**/*", "extract/**/*", "languages/**/*", "vocabulary/**/*")
"""The files that decide what is read from a page, relative to this package."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """How many corrections there are, how many pages were read again, and a line on each correction that is not in force."""

    corrections: int
    read_again: int
    problems: tuple[str, ...]


MANY = 1_000_000
"""More corrections than people write."""


def no_progress(stage: str, done: int, total: int | None) -> None:
    """Show nothing."""


def discover(
    source: Source, interval: Interval, settings: Settings, on_progress: OnProgress = no_progress
) -> Discovery:
    """Return the addresses that the source listed in the interval, with coverage and what could not be looked at.

    Behind them come known releases of other times that there is cause to look at again: each says which (`Address.again`).
    """
    now = utc_now()
    with Archive(settings.archive, source.id) as archive, Fetcher(settings, archive, source) as fetcher:
        found = discover_addresses(source, interval, fetcher.fetch_listing, now=now, on_progress=on_progress)
        revisits, problems = choose_revisits(source, interval, found, archive, now)
    addresses = (*found.addresses, *revisits)
    return replace(found, addresses=addresses, problems=(*found.problems, *problems), revisits=len(revisits))


def fetch(
    source: Source, addresses: Sequence[Address], settings: Settings, on_progress: OnProgress = no_progress
) -> Iterator[Page | Gone | Problem]:
    """Yield each address's page, that its issuer took it away, or what kept it from being fetched, in the order given.

    A page that the archive has is asked for again only with cause; every answer is in the archive before it is yielded.
    """
    with Archive(settings.archive, source.id) as archive, Fetcher(settings, archive, source) as fetcher:
        for number, address in enumerate(addresses):
            on_progress("fetch", number, len(addresses))
            try:
                yield fetcher.fetch(address)
            except StepProblem as error:
                yield _find_gone(archive, address, error.problem) or error.problem
        on_progress("fetch", len(addresses), len(addresses))


def _find_gone(archive: Archive, address: Address, problem: Problem) -> Gone | None:
    """Return that a page was taken away, where the issuer says so (404, 410) of a release that the warehouse has."""
    if problem.reason not in ("not-found", "gone") or not archive.is_known(address.url, address.source_id):
        return None
    page = archive.latest(address.url, address.source_id, good=True)
    visit = archive.latest(address.url, address.source_id)
    if page is None or visit is None:
        return None
    return Gone(address, visit.archive_ref, visit.fetched_at, problem.detail, page.archive_ref)


def read_archived(
    source: Source | None,
    refs: Sequence[str],
    settings: Settings,
    keep: Callable[[int, Release], bool] | None = None,
    on_progress: OnProgress = no_progress,
) -> tuple[list[tuple[Release, Extraction]], list[Problem]]:
    """Parse and extract archived pages with today's rules, asking nobody; return what was read and what could not be.

    `keep` is asked for each parsed release, with the place of its reference, whether it is wanted; None wants all. What is
    read of a page that did not change between two visits is told for both.
    """
    read: list[tuple[Release, Extraction]] = []
    problems: list[Problem] = []
    known: dict[tuple[object, ...], tuple[Release, Extraction]] = {}
    with Archive(settings.archive) as archive:
        for nth, ref in enumerate(refs):
            on_progress("read", nth, len(refs))
            try:
                page = archive.read_page(ref)
                listed = replace(page.address, found_in=None, again=None, updated=None)
                likeness = (listed, page.final_url, page.sha256, page.content_type, page.fetched_at.date())
                if likeness in known:
                    release, extraction = known[likeness]
                    release = replace(release, archive_ref=ref, fetched_at=page.fetched_at)
                    read += [(release, extraction)] * (keep is None or keep(nth, release))
                    continue
                release = _settle(archive, parse(page, source), source)
                if keep is None or keep(nth, release):
                    known[likeness] = release, extract(release)
                    read.append(known[likeness])
            except StepProblem as error:
                problems.append(error.problem)
        on_progress("read", len(refs), len(refs))
    return read, problems


def _settle(archive: Archive, release: Release, source: Source | None) -> Release:
    """Return the release under an id of its own, should its address or issuer's id have named another one before."""
    earlier = []
    for page in archive.read_earlier(release.archive_ref):
        with suppress(StepProblem):  # what held no release took no id
            earlier.append(parse(page, source))
    return settle_release(earlier, release) if earlier else release


def read_withdrawn(
    source: Source | None, gone: Sequence[Gone], settings: Settings
) -> tuple[list[tuple[Release, Gone]], list[Problem]]:
    """Return which releases the pages were that are gone now, and problems of those whose last page holds none any more."""
    withdrawn: list[tuple[Release, Gone]] = []
    problems: list[Problem] = []
    with Archive(settings.archive) as archive:
        for one in gone:
            try:
                withdrawn.append((_settle(archive, parse(archive.read_page(one.page_ref), source), source), one))
            except StepProblem as error:
                problems.append(error.problem)
    return withdrawn, problems


def parse(page: Page, source: Source | None = None) -> Release:
    """Return the release on a page; a source helps with its zone, language and selectors.

    Raises StepProblem for a page that holds none.
    """
    if source is None:
        return parse_page(page)
    selectors = {name: ", ".join(value) if name == "remove" else value for name, value in source.parse if value}
    hints = ParseHints(source.country, source.language, source.timezone, source.day_first, selectors)
    return parse_page(page, hints)


def extract(release: Release) -> Extraction:
    """Return the release's events with attendees and topics, each citing its words. Pure."""
    return extract_release(release)


def explain(release: Release) -> Explanation:
    """Return the extraction with every mention that it rests on, and why each person was or wasn't seated. Pure."""
    return explain_release(release)


def hold_back(
    source: Source, run: Run, tables: Sequence[rows.Tables], settings: Settings
) -> tuple[list[rows.Tables], list[Problem]]:
    """Return the rows of a run without the releases that look wrong for their source, and a problem for all that drifted.

    What is held back stays in the archive and is loaded by a later run that finds it as usual, or once the source's YAML
    says that the change is right (its floors and ceilings, or `redesigned`).
    """
    versions = {key: version for part in tables for key, version in rows.read_versions(part)}
    earlier = warehouse.read_earlier(settings, source.id, run.interval, versions, source.redesigned)
    read = [drift.Read(*row) for part in tables for row in rows.read_for_drift(part, earlier.new)]
    unread = [reason for part in tables for reason in rows.parse_failures(part)]
    usual = drift.Usual(tuple(drift.Read(*one) for one in earlier.releases), earlier.quiet_days)
    found = drift.find_drift(source, read, unread, usual, run.interval, run.coverage)
    problems = [Problem("drift", one.field, f"{source.id}: {one.field}: {one.told}", source.id) for one in found]
    held = {release_id: one for one in reversed(found) for release_id in one.suspects}
    kept, addresses = rows.without_releases(tables, held)
    problems += [
        Problem("drift", "held-back", f"{source.id}: {held[key].field}: {held[key].told}", source.id, url, key)
        for key, url in addresses.items()
    ]
    return kept, problems


def load(run: Run, tables: Iterable[rows.Tables], settings: Settings, gone: Iterable[str] = ()) -> warehouse.LoadResult:
    """Load rows into the working file in one transaction with the run's own row, all or none.

    The archive notes which visits went in (`gone` are those that found pages taken away), so that it can be rebuilt from.
    """
    batch = rows.join_rows([*tables, rows.run_rows([replace(run, ended_at=utc_now())]), *vocabulary_tables(settings)])
    batch = correct(batch, settings)
    with Archive(settings.archive, run.source_id) as archive:
        archive.note_loaded([*batch["releases"]["archive_ref"].to_pylist(), *gone])
    return warehouse.load(settings, batch, resolve=resolve_people)


def correct(tables: rows.Tables, settings: Settings) -> rows.Tables:
    """Return the rows with people's corrections laid over them; lines of the file that are wrong are left out."""
    return lay_corrections(tables, read_corrections(settings.corrections_file)[0], people.block_key)


def apply_corrections(settings: Settings, on_progress: OnProgress = no_progress) -> Corrected:
    """Let the file of corrections be in force: read again, from the archive, the releases over which others lie so far.

    What is wrong in the file, and what matches nothing, becomes a problem each. Asks nobody; without archive it changes nothing.
    """
    known, wrong = read_corrections(settings.corrections_file)
    with warehouse.open_working(settings) as con:
        stale = warehouse.find_stale(con, known)
    refs: dict[str, list[str]] = {}
    for page in stale:
        refs.setdefault(page.source_id, []).append(page.archive_ref)
    sources = {source.id: source for source in load_valid_sources(settings.sources)[0]} if refs else {}
    for source_id, of_source in refs.items():
        source = sources.get(source_id)
        read, problems = read_archived(source, of_source, settings, on_progress=on_progress)
        warehouse.load(settings, correct(make_rows(read, problems), settings), resolve=resolve_people)
    with warehouse.open_working(settings) as con:
        told = warehouse.note_corrections(con, known, wrong, settings.corrections_file.name)
    return Corrected(len(known) + len(wrong), len(stale), tuple(told))


def list_corrections(settings: Settings) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return columns and rows of the corrections as they were last applied, in the order of the file."""
    with warehouse.open_working(settings) as con:
        return warehouse.sample_rows(
            con, "SELECT line, state, what, id, field, value, author, reason, why FROM corrections ORDER BY line", MANY
        )


def resolve_people(mentions: Iterable[warehouse.MentionRow]) -> list[people.Person]:
    """Return which people the mentions are of."""
    return people.resolve_people(people.Mention(**mention._asdict()) for mention in mentions)


def summarise(settings: Settings) -> str:
    """Apply corrections, build the summary models in the working file and check them; return one line with the counts.

    Raises PublishRefusedError naming the checks that failed.
    """
    apply_corrections(settings)
    return str(summaries.build_summaries(settings))


def publish(settings: Settings) -> Path:
    """Publish the working file as the one that people open, built again first if rows came since; return its path.

    Raises PublishRefusedError, and then the last published file stays in place.
    """
    return summaries.publish_built(settings).path


def make_rows(
    read: Sequence[tuple[Release, Extraction]],
    problems: Sequence[Problem],
    withdrawn: Sequence[tuple[Release, Gone]] = (),
) -> rows.Tables:
    """Return what was read from a batch of releases as tables, with the problems met and the releases found withdrawn."""
    moment = utc_now()
    told = [problem for _, extraction in read for problem in extraction.problems]
    return {
        **rows.release_rows(read, rules_version=rules_version(), name_key=people.block_key, seen_at=moment),
        **rows.problem_rows([*problems, *told], seen_at=moment),
        **rows.withdrawal_rows((release.release_id, gone.seen_at, gone.detail) for release, gone in withdrawn),
    }


def make_problem_rows(problems: Sequence[Problem]) -> rows.Tables:
    """Return problems as tables, met now."""
    return rows.problem_rows(problems, seen_at=utc_now())


def parse_file(path: Path) -> Release:
    """Return the release in a saved file (.txt, .html, .html.gz). Raises StepProblem."""
    return parse(read_file(path))


def query(
    sql: str, settings: Settings, parameters: Mapping[str, object] | None = None
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return columns and rows of one statement on the published file. Raises ReadoutError in one line."""
    return warehouse.query_published(settings, sql, parameters)


def read_changes(
    settings: Settings, since: int = 0, limit: int | None = None
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return columns and rows of the published stream of changes after a place in it, in order.

    Raises ReadoutError for a place that the stream has not come to.
    """
    [[last]] = query("SELECT coalesce(max(seq), 0) FROM changes", settings)[1]
    if since > int(str(last)):
        raise ReadoutError(f"the stream of changes ends at {last}, before {since}: it was begun anew, read it from 0")
    return query(
        "SELECT seq, changed_at, what, kind, id, release_id, run_id FROM changes WHERE seq > $since ORDER BY seq LIMIT $limit",
        settings,
        {"since": since, "limit": limit},
    )


def export(
    settings: Settings, target: Path, kind: str, *, table: str | None = None, query: str | None = None
) -> Iterator[tuple[Path, int]]:
    """Write what the published file holds; yield each file as it is done, with its rows (edges for graphml).

    `kind` is parquet, csv, jsonl or graphml. A target without ending, with neither table nor query, is a folder that gets a file
    for each table. Raises ReadoutError in one line for what is not there or cannot be written.
    """
    try:
        if kind == "graphml":
            with warehouse.read_batches(settings, warehouse.NODES, warehouse.EDGES) as (nodes, edges):
                yield target, exports.write_graphml(target, nodes, edges)
            return
        known = warehouse.list_tables(settings)
        if target.suffix or table or query:
            wanted = {target: query or _whole_table(table or target.stem, known)}
        else:
            wanted = {target / f"{name}.{kind}": _whole_table(name, known) for name in known}
            target.mkdir(parents=True, exist_ok=True)
        for path, sql in wanted.items():
            with warehouse.read_batches(settings, sql) as (rows,):
                yield path, exports.WRITERS[kind](path, rows)
    except OSError as error:
        raise ReadoutError(f"{error.filename or target}: {error.strerror}") from error


def _whole_table(name: str, known: Sequence[str]) -> str:
    if name not in known:
        raise ReadoutError(f"no table {name!r}; there are {', '.join(known)}")
    return "FROM " + ".".join(f'"{part}"' for part in name.split("."))


def build_docs(settings: Settings) -> str:
    """Write dbt's documentation as one page; return its path. Raises ReadoutError in one line."""
    return summaries.build_docs(settings)


def describe_warehouse(settings: Settings) -> str:
    """Return the data dictionary of the published file as Markdown. Raises ReadoutError in one line."""
    with warehouse.open_published(settings) as con:
        return warehouse.describe_tables(con)


def list_sources(settings: Settings) -> tuple[list[Source], list[ReadoutError]]:
    """Return the sources in order of their ids, and what is wrong with the files that describe none."""
    known, wrong = load_valid_sources(settings.sources)
    return known, list(wrong.values())


def vocabulary_tables(settings: Settings) -> list[rows.Tables]:
    """Return the sources and the closed vocabularies as tables, so that every load brings them up to date."""
    entries: dict[str, Iterable[object]] = {
        "sources": load_valid_sources(settings.sources)[0],
        "event_types": vocabulary.load_event_types().values(),
        "topic_vocabulary": vocabulary.load_topics().values(),
        "countries": vocabulary.load_countries().values(),
    }
    return [rows.vocabulary_rows(name, of_table) for name, of_table in entries.items()]


@cache
def rules_version() -> str:
    """Return what names today's rules: a hash over the code and data that decide what is read from a page."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in RULES for path in PACKAGE.glob(pattern)}):
        if path.suffix in (".py", ".yml"):
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
