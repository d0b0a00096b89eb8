"""How the extractor reads the project's own annotated releases, and the list of what it is known to read otherwise.

usage: python -m tests.gold_answers [--all]

Takes what is no longer read otherwise off tests/gold_differences.json, so that the list shrinks. With --all it is written anew, new
differences too: for new releases only, and to be justified in the change that does it.
"""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.extract import extract_release
from pipeline.extract.annotation import to_annotation
from pipeline.scoring import score_releases
from pipeline.steps import parse_file

FOLDER = Path(__file__).parent / "gold"
_ANSWER = re.compile(r" answered |: '| missed \[| \[")
KNOWN = Path(__file__).parent / "gold_differences.json"


@cache
def annotations() -> dict[str, dict[str, Any]]:
    """Return the annotations by the release's id."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


@cache
def differences() -> dict[str, list[str]]:
    """Return for each release that is not read as annotated what differs: one line each, without the wrong answer."""
    predicted = {}
    for name in annotations():
        release = parse_file(FOLDER / f"{name}.txt")
        predicted[name] = to_annotation(release, extract_release(release), id=name)
    _, notes = score_releases(annotations(), predicted)
    return {name: sorted({_ANSWER.split(line)[0] for line in lines}) for name, lines in notes.items()}


def known_differences() -> dict[str, list[str]]:
    """Return the differences that are known, in the same form."""
    return dict(json.loads(KNOWN.read_text(encoding="utf-8")))


def main() -> None:
    """Write the list."""
    found = differences()
    if "--all" not in sys.argv[1:]:
        known = known_differences()
        found = {name: [line for line in lines if line in known.get(name, [])] for name, lines in found.items()}
    kept = {name: lines for name, lines in found.items() if lines}
    KNOWN.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    exact = len(annotations()) - len(differences())
    print(
        f"{exact} of {len(annotations())} releases are read as annotated; {sum(map(len, kept.values()))} differences listed"
    )


if __name__ == "__main__":
    main()
