"""A real HTTP server on loopback for tests, well-behaved or faulty by path. It counts what it is asked and stops itself.

Answers are written to the socket by hand, so that they can drip, lie about their length or break off.
"""

from __future__ import annotations

import gzip
import socket
import socketserver
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import TracebackType
from typing import Self

LONGEST_LIFE_S = 60.0
"""No answer is kept up for longer, whatever happens to the test."""


@dataclass(frozen=True)
class Asked:
    """One request: when it came and when its answer was complete (monotonic seconds), its path and headers."""

    begun: float
    path: str
    headers: Mapping[str, str]


@dataclass
class Conversation:
    """One connection's request, and the socket to answer on."""

    path: str
    headers: Mapping[str, str]
    sock: socket.socket
    stopping: threading.Event
    begun: float = field(default_factory=time.monotonic)

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.sock.sendall(data)

    def answer(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        """Send a proper answer; header names are written with underscores."""
        named = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self.send(f"HTTP/1.1 {status} Status\r\n{lines}\r\n".encode("latin-1") + body)

    def pause(self, seconds: float) -> bool:
        """Wait; False when the server is stopping or the conversation has lasted too long."""
        return not self.stopping.wait(seconds) and time.monotonic() - self.begun < LONGEST_LIFE_S


Behaviour = Callable[[Conversation], None]


class FaultyServer:
    """Answers by path: `behaviours` with what they do (whatever the query, if none is named), `pages`, else 404."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.behaviours: dict[str, Behaviour] = {}
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer._handle(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler, bind_and_activate=True)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order, robots.txt aside."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def _handle(self, sock: socket.socket) -> None:
        sock.settimeout(10)
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            head = b""
            while b"\r\n\r\n" not in head:
                part = sock.recv(65536)
                if not part:
                    return
                head += part
            first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            path = first.split(" ")[1]
            self.asked.append(Asked(time.monotonic(), path, headers))
            conversation = Conversation(path, headers, sock, self._stopping)
            behaviour = self.behaviours.get(path) or self.behaviours.get(path.partition("?")[0])
            if behaviour is not None:
                behaviour(conversation)
            elif path in self.pages:
                conversation.answer(200, self.pages[path])
            else:
                conversation.answer(404, b"<h1>Not found</h1>")
        except OSError:
            pass  # the client has gone, which is its right
        finally:
            with self._lock:
                self._at_once -= 1


def slow_drip(talk: Conversation) -> None:
    """One byte at a time, each in time, for ever."""
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    while talk.pause(0.05):
        talk.send(b"x")


def slow_drip_without_length(talk: Conversation) -> None:
    """One byte at a time and no word of how many."""
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    while talk.pause(0.05):
        talk.send(b"x")


def slow_headers(talk: Conversation) -> None:
    """A header that never ends, slowly."""
    talk.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while talk.pause(0.05):
        talk.send(b"x")


def slow_chunks(talk: Conversation) -> None:
    """Chunks of one byte, slowly, for ever."""
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while talk.pause(0.05):
        talk.send(b"1\r\nx\r\n")


def slow_chunk_size(talk: Conversation) -> None:
    """A chunk whose size never ends, slowly."""
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while talk.pause(0.05):
        talk.send(b"0")


def silence(talk: Conversation) -> None:
    """Nothing at all."""
    talk.pause(LONGEST_LIFE_S)


def endless_chunks(talk: Conversation) -> None:
    """Chunks as fast as they go, for ever."""
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    while talk.pause(0):
        talk.send(chunk)


def endless_body(talk: Conversation) -> None:
    """Bytes as fast as they go, for ever."""
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    while talk.pause(0):
        talk.send(b"x" * 65536)


def huge_length(talk: Conversation) -> None:
    """Announces a terabyte."""
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\nx")


def lying_length(talk: Conversation) -> None:
    """Announces more than it sends."""
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort")


def broken_chunk(talk: Conversation) -> None:
    """Breaks off within a chunk."""
    talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nshort")


def missing_last_chunk(talk: Conversation) -> None:
    """Breaks off between two chunks."""
    talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n")


def wrong_chunk_size(talk: Conversation) -> None:
    """A chunk size that is no number."""
    talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n0\r\n\r\n")


def no_http(talk: Conversation) -> None:
    """Another protocol."""
    talk.send(b"220 mail.example ESMTP\r\n")


def no_answer(talk: Conversation) -> None:
    """Hangs up."""
    talk.sock.shutdown(socket.SHUT_RDWR)


def reset(talk: Conversation) -> None:
    """Resets the connection within the body."""
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort")
    talk.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    talk.sock.close()


def huge_header(talk: Conversation) -> None:
    """One header of a megabyte."""
    talk.send(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1_000_000 + b"\r\n\r\nbody")


def many_headers(talk: Conversation) -> None:
    """Ten thousand headers."""
    talk.send(b"HTTP/1.1 200 OK\r\n" + b"X-One: 1\r\n" * 10_000 + b"\r\nbody")


def gzip_bomb(talk: Conversation) -> None:
    """Half a gigabyte of zeros in half a megabyte."""
    talk.answer(200, _bomb(), Content_Encoding="gzip")


@cache
def _bomb() -> bytes:
    member = gzip.compress(bytes(1 << 24))
    return member * 32


def double_gzip(talk: Conversation) -> None:
    """Many codings on top of each other."""
    talk.answer(200, b"x", Content_Encoding=", ".join(["gzip"] * 50))


def cut_gzip(talk: Conversation) -> None:
    """A gzip stream without its end."""
    body = gzip.compress(b"<p>whole</p>" * 1000)
    talk.answer(200, body[: len(body) // 2], Content_Encoding="gzip")


def false_gzip(talk: Conversation) -> None:
    """Plain text labelled gzip."""
    talk.answer(200, b"<p>plain</p>", Content_Encoding="gzip")


def unasked_coding(talk: Conversation) -> None:
    """A content coding that nobody asked for."""
    talk.answer(200, b"\x0b\x02\x80abc\x03", Content_Encoding="br")


def redirect_to_itself(talk: Conversation) -> None:
    """Redirects to the same address."""
    talk.answer(302, Location=talk.path)


def redirect_for_ever(talk: Conversation) -> None:
    """Redirects to ever new addresses."""
    talk.answer(302, Location=talk.path + ("&" if "?" in talk.path else "?") + "again")


def redirect_nowhere(talk: Conversation) -> None:
    """Redirects without saying where."""
    talk.answer(302)


def redirect_to_file(talk: Conversation) -> None:
    """Redirects to another scheme."""
    talk.answer(302, Location="file:///etc/passwd")


def redirect_inside(talk: Conversation) -> None:
    """Redirects to an address of the local network."""
    talk.answer(302, Location="http://169.254.169.254/latest/meta-data/")


def unasked_304(talk: Conversation) -> None:
    """Says that nothing changed to somebody who has nothing."""
    talk.answer(304)


def challenge(talk: Conversation) -> None:
    """A page that is there to keep robots out."""
    talk.answer(202, b"<script>prove()</script>")


def deflate_bomb(talk: Conversation) -> None:
    """Sixty-four megabytes of zeros behind the other coding that we ask for."""
    talk.answer(200, _deflated_zeros(), Content_Encoding="deflate")


@cache
def _deflated_zeros() -> bytes:
    packer = zlib.compressobj(1)
    return b"".join([*(packer.compress(bytes(1 << 24)) for _ in range(4)), packer.flush()])


def brotli_bomb(talk: Conversation) -> None:
    """A brotli stream, which nobody asked for; what it would unpack to is not found out."""
    talk.answer(200, b"\x5b\xff\xff\x3f\x00\x25\x00" * 1000, Content_Encoding="br")


def two_lengths(talk: Conversation) -> None:
    """Two lengths that contradict each other."""
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 500\r\n\r\nshort")


def redirect_back_and_forth(talk: Conversation) -> None:
    """Two addresses that redirect to each other."""
    path, _, turn = talk.path.partition("?")
    talk.answer(301, Location=path if turn else path + "?there")


def status_999(talk: Conversation) -> None:
    """A status that no standard knows."""
    talk.answer(999, b"no")


FAULTS: dict[str, tuple[Behaviour, str]] = {
    "slow-drip": (slow_drip, "timeout"),
    "slow-drip-without-length": (slow_drip_without_length, "timeout"),
    "slow-headers": (slow_headers, "timeout"),
    "slow-chunks": (slow_chunks, "timeout"),
    "slow-chunk-size": (slow_chunk_size, "timeout"),
    "silence": (silence, "timeout"),
    "endless-chunks": (endless_chunks, "too-large"),
    "endless-body": (endless_body, "too-large"),
    "huge-length": (huge_length, "too-large"),
    "gzip-bomb": (gzip_bomb, "too-large"),
    "deflate-bomb": (deflate_bomb, "too-large"),
    "lying-length": (lying_length, "connection"),
    "two-lengths": (two_lengths, "connection"),
    "broken-chunk": (broken_chunk, "connection"),
    "missing-last-chunk": (missing_last_chunk, "connection"),
    "wrong-chunk-size": (wrong_chunk_size, "connection"),
    "no-answer": (no_answer, "connection"),
    "reset": (reset, "connection"),
    "no-http": (no_http, "bad-response"),
    "huge-header": (huge_header, "bad-response"),
    "many-headers": (many_headers, "bad-response"),
    "double-gzip": (double_gzip, "bad-response"),
    "cut-gzip": (cut_gzip, "bad-response"),
    "false-gzip": (false_gzip, "bad-response"),
    "unasked-coding": (unasked_coding, "bad-response"),
    "brotli-bomb": (brotli_bomb, "bad-response"),
    "status-999": (status_999, "bad-response"),
    "unasked-304": (unasked_304, "bad-response"),
    "challenge": (challenge, "bad-response"),
    "redirect-to-itself": (redirect_to_itself, "bad-redirect"),
    "redirect-back-and-forth": (redirect_back_and_forth, "bad-redirect"),
    "redirect-for-ever": (redirect_for_ever, "bad-redirect"),
    "redirect-nowhere": (redirect_nowhere, "bad-redirect"),
    "redirect-to-file": (redirect_to_file, "bad-redirect"),
    "redirect-inside": (redirect_inside, "refused-address"),
    "status-403": (lambda talk: talk.answer(403, b"no"), "forbidden"),
    "status-404": (lambda talk: talk.answer(404, b"none"), "not-found"),
    "status-410": (lambda talk: talk.answer(410, b"gone"), "gone"),
    "status-418": (lambda talk: talk.answer(418, b"tea"), "client-error"),
    "status-429": (lambda talk: talk.answer(429, b"slow"), "rate-limited"),
    "status-429-for-an-hour": (lambda talk: talk.answer(429, b"slow", Retry_After="3600"), "rate-limited"),
    "status-500": (lambda talk: talk.answer(500, b"oh"), "server-error"),
    "status-503-later": (lambda talk: talk.answer(503, b"oh", Retry_After="86400"), "rate-limited"),
}
"""Faults by name: what the server does, and the reason that the problem has to carry."""
