"""Content codings of HTTP (gzip, deflate) undone within a size limit. Pure."""

from __future__ import annotations

import zlib

KNOWN_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})
MOST_CODINGS = 2
"""Honest servers apply one; a longer chain is a mistake or a bomb."""


class ContentCodingError(ValueError):
    """The bytes are not what their content coding says, or it is one we did not ask for."""


class TooLargeError(ValueError):
    """The content would be larger than the limit; it was not unpacked further."""


def decode_content(payload: bytes, codings: str, limit: int) -> bytes:
    """Return the payload without its content codings, as the Content-Encoding header lists them in the order applied.

    Raises TooLargeError as soon as more than `limit` bytes come out, ContentCodingError for an unknown, broken or
    cut-off one.
    """
    names = [name for name in (part.strip().lower() for part in codings.split(",")) if name not in ("", "identity")]
    if len(names) > MOST_CODINGS:
        raise ContentCodingError(f"{len(names)} content codings on top of each other")
    for name in reversed(names):
        if name not in KNOWN_CODINGS:
            raise ContentCodingError(f"content coding {name!r} was not asked for")
        payload = _inflate(payload, name, limit)
    if len(payload) > limit:
        raise TooLargeError(f"more than {limit} bytes")
    return payload


def gunzip(payload: bytes, limit: int) -> bytes:
    """Return what a gzip file holds. Raises as `decode_content` does."""
    return decode_content(payload, "gzip", limit)


def _inflate(payload: bytes, name: str, limit: int) -> bytes:
    if not payload:  # a 304, or a server that labels an empty answer
        return b""
    if name != "deflate":
        return _inflate_members(payload, zlib.MAX_WBITS | 16, limit, name)
    try:
        return _inflate_members(payload, zlib.MAX_WBITS, limit, name)
    except ContentCodingError:
        return _inflate_members(payload, -zlib.MAX_WBITS, limit, name)  # many servers leave the zlib wrapper out


def _inflate_members(payload: bytes, window: int, limit: int, name: str) -> bytes:
    """Inflate one stream, or the concatenated members of a gzip file; zero bytes behind the last are padding."""
    parts: list[bytes] = []
    size = 0
    rest = payload
    while rest:
        inflater = zlib.decompressobj(window)
        try:
            part = inflater.decompress(rest, limit - size + 1)
        except zlib.error as error:
            raise ContentCodingError(f"broken {name} data: {error}") from None
        size += len(part)
        if size > limit:
            raise TooLargeError(f"more than {limit} bytes unpacked from {len(payload)}")
        if not inflater.eof:
            raise ContentCodingError(f"{name} data cut off after {size} bytes")
        parts.append(part)
        rest = inflater.unused_data.lstrip(b"\0")
        if name == "deflate":
            break
    return b"".join(parts)
