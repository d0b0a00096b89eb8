"""The archive: what was fetched comes back as it was, through kills, parallel tasks and lost indexes; once and for any tool."""

from __future__ import annotations

import gzip
import io
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from pipeline.archive import INDEX, Archive, ArchiveError, rebuild_index
from pipeline.content_coding import ContentCodingError, TooLargeError, decode_content, gunzip
from pipeline.records import Address, Exchange

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
ADDRESS = Address(
    "office", "https://press.example/a", NOON, True, "Ünïted: a title", "id-7", "feed https://press.example/f"
)


def exchange(
    body: bytes, *headers: tuple[str, str], status: int = 200, url: str = ADDRESS.url, hours: int = 0
) -> Exchange:
    named = (("Content-Type", "text/html; charset=utf-8"), *headers)
    return Exchange(
        url, (("Host", "press.example"),), status, "Status", named, body, NOON + timedelta(hours=hours), "192.0.2.1"
    )


def records(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(folder.glob("*.warc.gz")):
        with path.open("rb") as stream:
            found += [
                (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"))
                for record in ArchiveIterator(stream)
            ]
    return found


def test_a_page_comes_back_as_it_was_fetched(tmp_path: Path) -> None:
    packed = gzip.compress("<p>Köln</p>".encode())
    with Archive(tmp_path, "office") as archive:
        ref = archive.store(
            exchange(packed, ("Content-Encoding", "gzip"), ("ETag", '"1"'), ("Transfer-Encoding", "chunked")),
            ADDRESS,
            "release",
        )
        while_open = archive.read_page(ref)
    with Archive(tmp_path) as archive:
        page = archive.read_page(ref)
        archived = archive.read(ref)
        entry = archive.latest(ADDRESS.url, "office")
    assert page == while_open
    assert page.body == "<p>Köln</p>".encode()
    assert page.address == ADDRESS
    assert (page.status, page.content_type, page.fetched_at, page.archive_ref) == (
        200,
        "text/html; charset=utf-8",
        NOON,
        ref,
    )
    assert archived.payload == packed
    assert entry is not None
    assert (entry.etag, entry.role, entry.sha256) == ('"1"', "release", page.sha256)


def test_an_unchanged_page_is_a_revisit_that_reads_like_the_original(tmp_path: Path) -> None:
    with Archive(tmp_path, "office") as archive:
        first = archive.store(exchange(b"<p>text</p>", ("ETag", '"1"')), ADDRESS, "release")
        later = replace(ADDRESS, date_only=False)
        second = archive.store(exchange(b"", status=304, hours=1), later, "release")
        third = archive.store(exchange(b"<p>text</p>", ("ETag", '"2"'), hours=2), later, "release")
        pages = [archive.read_page(ref) for ref in (first, second, third)]
        newest = archive.latest(ADDRESS.url, good=True)
        assert archive.latest(ADDRESS.url, "another") is None
    assert [page.body for page in pages] == [b"<p>text</p>"] * 3
    assert [page.status for page in pages] == [200] * 3
    assert len({page.sha256 for page in pages}) == 1
    assert [page.fetched_at.hour for page in pages] == [12, 13, 14]
    assert [page.address.date_only for page in pages] == [True, False, False]
    assert newest is not None
    assert newest.etag == '"2"'
    assert [kind for kind, _ in records(tmp_path) if kind in ("response", "revisit")] == [
        "response",
        "revisit",
        "revisit",
    ]


def test_a_304_without_validators_of_its_own_keeps_those_of_the_page(tmp_path: Path) -> None:
    with Archive(tmp_path, "office") as archive:
        archive.store(exchange(b"x", ("ETag", '"1"'), ("Last-Modified", "yesterday")), ADDRESS, "release")
        archive.store(exchange(b"", status=304, hours=1), ADDRESS, "release")
        entry = archive.latest(ADDRESS.url)
    assert entry is not None
    assert (entry.status, entry.etag, entry.last_modified, entry.content_type) == (
        304, '"1"', "yesterday", "text/html; charset=utf-8",
    )  # fmt: skip


def test_failures_are_kept_but_are_no_pages(tmp_path: Path) -> None:
    with Archive(tmp_path, "office") as archive:
        good = archive.store(exchange(b"text"), ADDRESS, "release")
        archive.store(exchange(b"gone", status=410, hours=1), ADDRESS, "release")
        newest, page = archive.latest(ADDRESS.url), archive.latest(ADDRESS.url, good=True)
    assert newest is not None
    assert page is not None
    assert (newest.status, page.archive_ref) == (410, good)


def test_a_redirected_page_is_found_under_the_address_asked_for(tmp_path: Path) -> None:
    with Archive(tmp_path, "office") as archive:
        archive.store(exchange(b"", ("Location", "/b"), status=301), ADDRESS, "redirect")
        archive.store(exchange(b"text", url="https://press.example/b"), ADDRESS, "release")
        entry = archive.latest(ADDRESS.url, good=True)
        roles = [(entry.role, entry.url, entry.location) for entry in archive.entries()]
    assert entry is not None
    assert entry.url == "https://press.example/b"
    assert roles == [("redirect", ADDRESS.url, "/b"), ("release", "https://press.example/b", None)]


def test_files_are_kept_once_whatever_their_names(tmp_path: Path) -> None:
    packed = gzip.compress(b"<p>text</p>")
    one, two = Address("inbox", "folder:a%20b.html.gz"), Address("inbox", "folder:c.html.gz")
    with Archive(tmp_path, "inbox") as archive:
        first = archive.store_file(one, packed)
        assert archive.store_file(one, packed) == first
        second = archive.store_file(two, packed)
        changed = archive.store_file(one, b"<p>other</p>")
        pages = [archive.read_page(ref) for ref in (first, second, changed)]
        text = archive.read_page(archive.store_file(Address("inbox", "folder:d.txt"), b"Title"))
    assert [page.body for page in pages] == [b"<p>text</p>", b"<p>text</p>", b"<p>other</p>"]
    assert {page.content_type for page in pages} == {"text/html"}
    assert text.content_type == "text/plain"
    assert records(tmp_path).count(("resource", "folder:a%20b.html.gz")) == 2
    assert [kind for kind, _ in records(tmp_path) if kind in ("resource", "revisit")].count("revisit") == 1


def test_any_warc_tool_reads_it(tmp_path: Path) -> None:
    fill(tmp_path)
    [path] = tmp_path.glob("*.warc.gz")
    out = io.StringIO()
    with redirect_stdout(out), pytest.raises(SystemExit) as ended:
        warcio(["check", "-v", str(path)])
    assert ended.value.code == 0
    assert out.getvalue().count("digest pass") >= 10
    kinds = [kind for kind, _ in records(tmp_path)]
    assert kinds[0] == "warcinfo"
    assert {"request", "response", "revisit", "resource", "metadata"} <= set(kinds)
    with gzip.open(path) as stream:
        assert stream.readline() == b"WARC/1.1\r\n"


def fill(folder: Path) -> list[str]:
    """Store a bit of everything; return the references."""
    with Archive(folder, "office") as archive:
        return [
            archive.store(exchange(b"<p>one</p>", ("ETag", '"1"')), ADDRESS, "release"),
            archive.store(exchange(b"", status=304, hours=1), ADDRESS, "release"),
            archive.store(
                exchange(gzip.compress(b"<p>two</p>"), ("Content-Encoding", "gzip"), hours=2), ADDRESS, "release"
            ),
            archive.store(exchange(b"", ("Location", "/b"), status=302, hours=3), ADDRESS, "redirect"),
            archive.store(exchange(b"no", status=404, hours=3), ADDRESS, "release"),
            archive.store(exchange(b"User-agent: *", url="https://press.example/robots.txt"), ADDRESS, "robots"),
            archive.store_file(Address("office", "folder:a.txt"), b"Title"),
            archive.store_file(Address("office", "folder:b.txt"), b"Title"),
        ]


def test_the_index_is_made_again_from_the_files_alone(tmp_path: Path) -> None:
    refs = fill(tmp_path)
    with Archive(tmp_path) as archive:
        before, pages = list(archive.entries()), [archive.read_page(ref) for ref in refs]
    for path in tmp_path.glob(INDEX + "*"):
        path.unlink()
    with Archive(tmp_path) as archive:
        assert list(archive.entries()) == before
        assert [archive.read_page(ref) for ref in refs] == pages
    told: list[tuple[int, int]] = []
    assert rebuild_index(tmp_path, lambda done, total: told.append((done, total))) == 1
    assert told == [(1, 1)]
    with Archive(tmp_path) as archive:
        assert list(archive.entries()) == before


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\0 and then nothing", b"\0" * 5000])
def test_an_unreadable_index_is_replaced(tmp_path: Path, damage: bytes) -> None:
    refs = fill(tmp_path)
    (tmp_path / INDEX).write_bytes(damage)
    with Archive(tmp_path) as archive:
        assert len(list(archive.entries())) == len(refs)


def test_visits_are_told_in_order_and_by_source_role_and_address(tmp_path: Path) -> None:
    fill(tmp_path)
    with Archive(tmp_path) as archive:
        assert [entry.fetched_at for entry in archive.entries()] == sorted(
            entry.fetched_at for entry in archive.entries()
        )
        assert [entry.status for entry in archive.entries(role="release", url=ADDRESS.url)] == [200, 304, 200, 404]
        assert not list(archive.entries(source_id="nobody"))


WRITER = """
import sys
import zlib
from pathlib import Path
from datetime import UTC, datetime
from pipeline.archive import Archive
from pipeline.records import Address, Exchange
folder, name, count, ends = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "ends"
archive = Archive(folder, name)
for number in range(count):
    url = f"https://press.example/{name}/{number}"
    body = f"{name} {number} ".encode() * 500
    moment = datetime.now(UTC).replace(microsecond=0)
    archive.store(Exchange(url, (), 200, "OK", (), body, moment), Address(name, url), "release")
    print(number, flush=True)
if ends:
    archive.close()
else:
    sys.stdin.read()
"""


def start_writer(folder: Path, name: str, count: int, *, ends: bool) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), name, str(count), "ends" if ends else "hangs"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_what_a_killed_task_stored_is_kept_under_the_same_references(tmp_path: Path) -> None:
    with start_writer(tmp_path, "killed", 5, ends=False) as writer:
        assert writer.stdout is not None
        while writer.stdout.readline() != "4\n":
            pass
        with Archive(tmp_path) as archive:  # while the other is alive, its file is left alone, but can be read
            entries = list(archive.entries())
            assert archive.read(entries[3].archive_ref).body.startswith(b"killed 3")
        assert len(list(tmp_path.glob("*.warc.gz.open"))) == 1
        os.kill(writer.pid, signal.SIGKILL)
    with Archive(tmp_path) as archive:
        assert list(archive.entries()) == entries
        assert archive.read(entries[3].archive_ref).body.startswith(b"killed 3")
    assert not list(tmp_path.glob("*.open"))


def test_a_record_torn_by_a_crash_is_cut_off_wherever_it_was_torn(tmp_path: Path) -> None:
    fill(tmp_path / "whole")
    [whole] = (tmp_path / "whole").glob("*.warc.gz")
    data = whole.read_bytes()
    with Archive(tmp_path / "whole") as archive:
        ends = sorted(int(entry.archive_ref.rpartition(":")[2]) for entry in archive.entries())
    for number, cut in enumerate(range(1, len(data), len(data) // 40)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / (whole.name + ".open")).write_bytes(data[:cut])
        with Archive(folder) as archive:
            kept = list(archive.entries())
            for entry in kept:
                archive.read(entry.archive_ref)
            archive.store(exchange(b"new"), ADDRESS, "release")
        assert sum(end < cut for end in ends) - 1 <= len(kept) <= sum(end < cut for end in ends)
        assert not list(folder.glob("*.open"))


def test_tasks_write_side_by_side(tmp_path: Path) -> None:
    writers = [start_writer(tmp_path, f"task{number}", 20, ends=True) for number in range(3)]
    assert [(writer.communicate(timeout=60), writer.returncode)[1] for writer in writers] == [0, 0, 0]
    with Archive(tmp_path) as archive:
        entries = list(archive.entries())
        assert len(entries) == 60
        assert all(
            archive.read(entry.archive_ref).body.startswith(entry.url[22:].replace("/", " ").encode())
            for entry in entries
        )
    rebuild_index(tmp_path)
    with Archive(tmp_path) as archive:
        assert list(archive.entries()) == entries


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from pipeline.archive import Archive, ArchiveError
from pipeline.records import Address, Exchange
from datetime import UTC, datetime
import os
with Archive(Path(sys.argv[1]), "full") as archive:
    def store(name, size):
        url = f"https://press.example/{name}"
        moment = datetime.now(UTC)
        archive.store(Exchange(url, (), 200, "OK", (), os.urandom(size), moment), Address("full", url), "release")
    store("a", 1000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    try:
        store("b", 300_000)
    except ArchiveError as error:
        print(error)
    store("c", 1000)
"""


def test_a_full_disk_costs_one_record_and_is_told_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "File too large" in done.stdout
    with Archive(tmp_path) as archive:
        assert [entry.url[-1] for entry in archive.entries()] == ["a", "c"]
        assert all(len(archive.read(entry.archive_ref).body) == 1000 for entry in archive.entries())


def test_an_interrupt_between_writing_and_indexing_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with Archive(tmp_path, "office") as archive:
        archive.store(exchange(b"one"), ADDRESS, "release")
        with monkeypatch.context() as patch:
            patch.setattr(archive._index, "add", interrupt)
            with pytest.raises(KeyboardInterrupt):
                archive.store(exchange(b"two", hours=1), ADDRESS, "release")
    with Archive(tmp_path) as archive:
        assert [archive.read(entry.archive_ref).body for entry in archive.entries()] == [b"one", b"two"]


def test_reading_alone_writes_no_warc(tmp_path: Path) -> None:
    with Archive(tmp_path):
        pass
    assert not list(tmp_path.glob("*.warc*"))


@pytest.mark.parametrize("ref", ["", "nothing", "../secret:0", "none.warc.gz:0", "none.warc.gz:-1"])
def test_an_unknown_reference_gets_one_line(tmp_path: Path, ref: str) -> None:
    with Archive(tmp_path) as archive, pytest.raises(ArchiveError) as caught:
        archive.read(ref)
    assert "\n" not in str(caught.value)


def test_a_lost_file_and_a_foreign_one_get_one_line(tmp_path: Path) -> None:
    [ref, *_] = fill(tmp_path)
    [path] = tmp_path.glob("*.warc.gz")
    path.unlink()
    with Archive(tmp_path) as archive, pytest.raises(ArchiveError, match="the file is gone"):
        archive.read(ref)
    path.write_bytes(gzip.compress(b"no warc at all"))
    path.rename(tmp_path / "x-no-warc.warc.gz")
    with pytest.raises(ArchiveError, match="x-no-warc"):
        Archive(tmp_path)


HEADERS = st.text(st.characters(codec="latin-1", exclude_characters="\0"), max_size=30)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=40), HEADERS, st.sampled_from([200, 301, 404, 503]))
def test_any_body_title_and_header_come_back(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, title: str, header: str, status: int
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    address = replace(ADDRESS, title=" ".join(title.encode("utf-8", "replace").decode().split()) or None)
    with Archive(folder, "office") as archive:
        ref = archive.store(exchange(body, ("X-Any", header), ("ETag", header), status=status), address, "release")
        before = list(archive.entries())
        assert archive.read_page(ref).body == body
    rebuild_index(folder)
    with Archive(folder) as archive:
        assert archive.read_page(ref).address == address
        assert list(archive.entries()) == before


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
}


@given(st.binary(max_size=2000), st.lists(st.sampled_from([*PACKERS, "identity"]), max_size=2))
def test_content_codings_are_undone(body: bytes, codings: list[str]) -> None:
    payload = body
    for name in codings:
        payload = PACKERS[name](payload) if name in PACKERS else payload
    assert decode_content(payload, ", ".join(codings), 4000) == body


@given(st.binary(max_size=2000), st.sampled_from(sorted(PACKERS)), st.integers(1, 5))
def test_cut_off_content_is_told(body: bytes, coding: str, missing: int) -> None:
    with pytest.raises(ContentCodingError):
        decode_content(PACKERS[coding](body)[:-missing], coding, 4000)


def test_bare_deflate_and_padded_gzip_are_read_and_bombs_are_not() -> None:
    packer = zlib.compressobj(wbits=-15)
    assert decode_content(packer.compress(b"text") + packer.flush(), "deflate", 100) == b"text"
    assert gunzip(gzip.compress(b"a") + gzip.compress(b"b") + b"\0\0", 100) == b"ab"
    with pytest.raises(TooLargeError):
        gunzip(gzip.compress(bytes(1 << 24)) * 100, 1 << 20)
    with pytest.raises(TooLargeError):
        decode_content(gzip.compress(gzip.compress(bytes(1 << 24))), "gzip, gzip", 1 << 20)
