"""The example newsroom over HTTP, on loopback only: pages, a paginated listing, conditional requests, a request log.

`python -m examples.newsroom.server --port 8080` prints the address to open; `serve_newsroom` is the same for code. What the
office later revised or withdrew lies in `earlier/` as it stood before, and is shown to who asks for an earlier day.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

HOST = "press.xanthia.example"
"""The name under which the office publishes: the host of every address in its feed and of its canonical links."""

SITE = Path(__file__).resolve().parent / "site"
EARLIER = SITE.parent / "earlier"

# HTML says its charset in its own head, as one of the pages differs from the rest.
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/rss+xml",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One answered request: what was asked (path with query), when (UTC), by whom, and the status it got."""

    method: str
    path: str
    at: datetime
    status: int
    user_agent: str


@dataclass(slots=True)
class Newsroom:
    """A running server: its port and the requests it answered, oldest first.

    `as_of` shows revised and withdrawn pages as they stood at that moment; None is today.
    """

    port: int
    requests: list[Request] = field(default_factory=list)
    as_of: datetime | None = None

    @property
    def url(self) -> str:
        """The address of its home page."""
        return f"http://127.0.0.1:{self.port}/"


@contextmanager
def serve_newsroom(port: int = 0) -> Iterator[Newsroom]:
    """Serve the site on 127.0.0.1 while the context lasts. Port 0 takes a free one; raises OSError for a taken one."""
    with _Server(("127.0.0.1", port), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.newsroom
        finally:
            server.shutdown()
            thread.join()


def earlier_states() -> dict[Path, tuple[Path, datetime]]:
    """Return, by the path in the site, the file that stood there before and until when; a withdrawn page has none after it."""
    with (EARLIER / "until.csv").open(encoding="utf-8", newline="") as table:
        return {
            SITE / row["path"]: (EARLIER / row["path"], datetime.fromisoformat(row["until"]))
            for row in csv.DictReader(table)
        }


def find_file(target: str, as_of: datetime | None = None, site: Path = SITE) -> Path | None:
    """Return the file that answers a request target, None where none does. `/news?page=N` is the Nth listing page.

    The answer is that of the moment `as_of`, today without one. Nothing outside the folder `site` is found.
    """
    try:
        parts = urlsplit(target)
        path = unquote(parts.path)
        if path == "/news":
            page = parse_qs(parts.query).get("page", ["1"])[-1]
            path = f"/news/page-{page}.html" if re.fullmatch("[1-9][0-9]{0,5}", page) else "/none"
        elif path.endswith("/"):
            path += "index.html"
        file = (site / path.lstrip("/")).resolve()
    except ValueError:
        return None
    before, until = EARLIER_STATES.get(file, (file, None))
    if until is not None and as_of is not None and as_of < until:
        return before
    return file if file.is_relative_to(site) and file.suffix in CONTENT_TYPES and file.is_file() else None


def is_withdrawn(target: str) -> bool:
    """Say whether a page stood at the address that the office has taken away."""
    file = SITE / unquote(urlsplit(target).path).lstrip("/")
    return file in EARLIER_STATES and not file.exists()


EARLIER_STATES = earlier_states()


class _Server(ThreadingHTTPServer):
    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.newsroom = Newsroom(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that goes away is no error of ours
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "XanthiaPress"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: the request log is what one reads."""

    def _answer(self, *, with_body: bool) -> None:
        file = find_file(self.path, self.server.newsroom.as_of)
        status = HTTPStatus.OK if file else HTTPStatus.GONE if is_withdrawn(self.path) else HTTPStatus.NOT_FOUND
        shown = file or SITE / f"{status.value}.html"
        content, changed = shown.read_bytes(), int(shown.stat().st_mtime)
        etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        if file and self._has_it_already(etag, changed):
            status, content = HTTPStatus.NOT_MODIFIED, b""
        agent = self.headers.get("User-Agent", "")
        self.server.newsroom.requests.append(Request(self.command, self.path, datetime.now(UTC), status, agent))
        self.send_response(status)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", CONTENT_TYPES[shown.suffix])
            self.send_header("Content-Length", str(len(content)))
        if file:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", formatdate(changed, usegmt=True))
            self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        if with_body:
            self.wfile.write(content)

    def _has_it_already(self, etag: str, changed: int) -> bool:
        """Say whether the request's validators hold; If-None-Match goes before If-Modified-Since (RFC 9110)."""
        known = self.headers.get("If-None-Match")
        if known is not None:
            return known.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return changed <= (since if since.tzinfo else since.replace(tzinfo=UTC)).timestamp()


def main() -> int:
    """Serve until Ctrl-C. Returns 0, or 2 with one line on stderr where the port cannot be had."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.newsroom.server", description="Serve the example newsroom."
    )
    parser.add_argument("--port", type=int, default=8080, help="port on 127.0.0.1, 0 for a free one (default: 8080)")
    port = parser.parse_args().port
    try:
        with serve_newsroom(port) as newsroom:
            print(f"The example newsroom is at {newsroom.url} (Ctrl-C stops it)", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print("stopped")
    except (OSError, OverflowError) as error:
        print(f"port {port}: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
