"""Reading an answer's body within limits of size and time."""

from __future__ import annotations

from urllib3.response import BaseHTTPResponse

from pipeline.content_coding import TooLargeError

_READ = 1 << 16


class IncompleteBodyError(ValueError):
    """The body ended before its end."""


def read_body(raw: BaseHTTPResponse, limit: int) -> bytes:
    """Return the body as it came, content coding still on, chunks put together.

    Reads what has arrived rather than waiting for full blocks, so that a deadline can end it. Raises TooLargeError as
    soon as the announced or the actual size exceeds the limit, IncompleteBodyError, and what urllib3 raises.
    """
    announced = raw.headers.get("Content-Length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > limit:
        raise TooLargeError(f"announces {announced} bytes, more than {limit}")
    parts: list[bytes] = []
    size = 0
    while part := raw.read1(_READ, decode_content=False):
        size += len(part)
        if size > limit:
            raise TooLargeError(f"sends more than {limit} bytes")
        parts.append(part)
    if announced.isascii() and announced.isdigit() and not raw.chunked and size < int(announced):
        raise IncompleteBodyError(f"announced {announced} bytes and sent {size}")
    return b"".join(parts)
