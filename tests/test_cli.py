"""The command line as a person meets it: help, wrong arguments, bad files, many files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.conftest import Readout

COMMANDS = [
    "run",
    "plan",
    "extract",
    "explain",
    "parse",
    "query",
    "sources",
    "sources check",
    "problems",
    "publish",
    "rebuild",
    "corrections",
    "cite",
    "export",
    "changes",
]
RELEASE = """President Idris Velmar receives Foreign Minister of Borvania
published: 2026-03-10

President Idris Velmar of Xanthia received today Foreign Minister of Borvania Danilo Hresko in Xanthe. They discussed trade and
investment between the two countries.
"""


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(readout: Readout, command: str) -> None:
    result = readout(*command.split(), "--help")
    assert result.returncode == 0
    assert f"readout {command}" in result.stdout
    assert "Example" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["run"],
        ["run", "example", "--from", "tomorrow"],
        ["run", "example", "--from", "2026-03-02", "--to", "2026-03-01"],
        ["run", "no-such-source"],
        ["extract"],
        ["extract", "no-such-file.txt", "--format", "xml"],
    ],
)
def test_a_wrong_argument_ends_in_plain_words_and_exit_2(readout: Readout, arguments: list[str]) -> None:
    result = readout(*arguments)
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()


def test_asking_before_anything_is_published_says_what_to_do(readout: Readout) -> None:
    result = readout("query", "SELECT 1")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


def test_extract_prints_the_codebooks_json_one_object_a_line(readout: Readout, tmp_path: Path) -> None:
    file = tmp_path / "visit.txt"
    file.write_text(RELEASE)
    result = readout("extract", "--format", "jsonl", file)
    assert result.returncode == 0, result.stderr
    [line] = result.stdout.splitlines()
    annotation = json.loads(line)
    assert annotation["id"] == "visit"
    assert annotation["published"] == "2026-03-10"
    [event] = [event for event in annotation["events"] if event["mention"] == "primary"]
    assert {attendee["name"] for attendee in event["attendees"]} == {"Idris Velmar", "Danilo Hresko"}


def test_a_text_without_a_head_has_its_first_line_as_title_and_no_date(readout: Readout, tmp_path: Path) -> None:
    file = tmp_path / "plain.txt"
    file.write_text(RELEASE.replace("published: 2026-03-10\n", ""))
    annotation = json.loads(readout("extract", "--format", "jsonl", file).stdout)
    assert annotation["title"] == "President Idris Velmar receives Foreign Minister of Borvania"
    assert annotation["published"] is None


def test_a_bad_file_among_good_ones_is_told_in_one_line_and_the_rest_goes_on(readout: Readout, tmp_path: Path) -> None:
    good, empty, binary = tmp_path / "good.txt", tmp_path / "empty.txt", tmp_path / "binary.html"
    good.write_text(RELEASE)
    empty.write_bytes(b"")
    binary.write_bytes(bytes(range(256)) * 40)
    result = readout("extract", "--format", "jsonl", empty, binary, tmp_path / "missing.txt", good)
    assert result.returncode == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["good"]
    assert len(result.stderr.splitlines()) == 3
    assert "Traceback" not in result.stderr


def test_names_of_files_can_come_from_standard_input(readout: Readout, tmp_path: Path) -> None:
    names = []
    for number in range(3):
        file = tmp_path / f"release-{number}.txt"
        file.write_text(RELEASE)
        names.append(str(file))
    result = readout("extract", "--format", "jsonl", "-", stdin="\n".join(names))
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["release-0", "release-1", "release-2"]


def test_parse_reads_compressed_pages_and_prints_what_it_read(readout: Readout, tmp_path: Path) -> None:
    body = "".join(
        f"<p>The ministers of the two states agreed on point {n} of the common programme today.</p>" for n in range(6)
    )
    page = f"<html lang='en'><head><title>Talks | Press</title></head><body><h1>Talks on trade</h1>{body}</body></html>"
    file = tmp_path / "page.html.gz"
    file.write_bytes(gzip.compress(page.encode()))
    parsed = json.loads(readout("parse", "--format", "jsonl", file).stdout)
    assert parsed["id"] == "page"
    assert parsed["title"] == "Talks on trade"
    assert parsed["language"] == "en"
    assert parsed["published"] is None
    assert parsed["body"].count("\n\n") == 5
