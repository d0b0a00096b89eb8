"""The straight line, one function a step: discover, fetch, parse, extract, load, summarise, publish.

The only module where the stages meet. Each step takes records and gives records, works without Airflow, and turns what it
could not do into a Problem; `pipeline.runs` cuts the line into pieces that can be tried again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

OnProgress = Callable[[str, int, int | None], None]
"""Called with a stage's name, how many are done, and how many there are (None: not known yet)."""
