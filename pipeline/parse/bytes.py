"""Bytes -> UTF-8: finds the encoding, drops what is no text."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from pipeline.parse.repair import repair_text, was_encoded_twice

SAMPLE = 20_000
"""Bytes looked at where encodings have to be weighed against each other."""
FEW, RARE = 3, 0.1
"""Places with letters beyond ASCII, and share of the words, below which a text in Latin letters shows no encoding."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HTML_LANG = re.compile(rb"<html[^>]{0,400}?\blang\s*=\s*[\"']?([A-Za-z]{2})\b", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding=[\"']([\w.-]+)", re.IGNORECASE
)
# Names that browsers read as a larger encoding (https://encoding.spec.whatwg.org/#names-and-labels).
_AS_BROWSERS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "tis-620": "cp874",
}
# The encoding that pages in a language had before UTF-8, as browsers take it where none is declared.
_OF_LANGUAGE = {
    **dict.fromkeys(["ru", "uk", "be", "bg", "mk", "sr", "kk", "ky"], "cp1251"),
    **dict.fromkeys(["ar", "fa", "ur"], "cp1256"),
    **dict.fromkeys(["pl", "cs", "sk", "hu", "ro", "hr", "sl", "bs", "sq"], "cp1250"),
    **dict.fromkeys(["tr", "az"], "cp1254"),
    "el": "cp1253",
    "he": "cp1255",
    "zh": "gb18030",
    "ja": "cp932",
    "ko": "cp949",
    "th": "cp874",
}
_FALLBACKS = ("cp1251", "cp1256", "cp1252", "gb18030", "cp932", "cp949", "cp1253", "cp1254", "cp1250", "koi8_r")
_LATIN = ("cp1252", "cp1254", "cp1250")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_MARKUP = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)|<[^>]*>|&\w+;", re.DOTALL | re.IGNORECASE)
_SIGNATURES = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"RIFF",
    b"ID3",
)
_UNTEXTUAL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0C, 0x0D, 0x1B})
_PLAIN_ASCII = bytes(set(range(0x80)) - set(_CONTROL_BYTES))


class NoTextError(ValueError):
    """The bytes are a picture, an archive or the like."""


def read_utf8(body: bytes, content_type: str = "", language: str | None = None) -> bytes:
    """Return the page in UTF-8, read in the encoding that its first bytes, the HTTP header, itself or its letters name.

    A declared encoding that does not fit gives way to UTF-8 where that does, else to the usual one of the page's
    language (`language` where the page names none), else to the most plausible one. Text that was encoded twice is
    repaired. The result is valid and holds no control characters, soft hyphens, zero-width or direction marks, and no
    noncharacters. Raises NoTextError for a binary file.
    """
    if body.startswith(_SIGNATURES):
        raise NoTextError("a binary file")
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _cleaned(body[len(mark) :].decode(encoding, "replace"))
    if b"\0" in body and body.count(0) > len(body) // 8:
        return _cleaned(_decode_wide(body))
    rare = body.translate(None, _PLAIN_ASCII)  # on most pages little, so that looking at all of it is quick
    if not rare:
        return body
    letters = rare.translate(None, _CONTROL_BYTES)
    if len(letters) < len(rare):
        if len(rare) - len(letters) > 0.1 * len(body):
            raise NoTextError("a binary file")
        body = body.translate(None, _CONTROL_BYTES)
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return _cleaned(repair_text(_decode_narrow(body, content_type, language)))
    high = letters.decode("utf-8")
    if was_encoded_twice(high):
        return _cleaned(repair_text(body.decode("utf-8")))
    for letter in set(_UNTEXTUAL.findall(high)):
        body = body.replace(letter.encode("utf-8"), b"")
    return body


def clean_text(text: str) -> str:
    """Return the text without what no reader sees: controls, soft hyphens, zero-width and direction marks."""
    return text if text.isascii() and text.isprintable() else _UNTEXTUAL.sub("", text.replace("\x85", "\n"))


def _cleaned(text: str) -> bytes:
    return clean_text(text).encode("utf-8", "replace")


def _decode_narrow(body: bytes, content_type: str, language: str | None) -> str:
    declared = _CHARSET.search(content_type)
    in_page = _META_CHARSET.search(body[:4096])
    names = [declared[1]] if declared else []
    if in_page:
        names.append((in_page[1] or in_page[2]).decode("ascii", "replace"))
    for name in names:
        encoding = _codec(name)
        if encoding is None or encoding == "utf-8":
            continue
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            if body.decode(encoding, "ignore") and _damage(body, encoding) < 0.01:
                return body.decode(encoding, "replace")
    if _damage(body, "utf-8") < 0.1:  # UTF-8 with bytes lost on the way
        return body.decode("utf-8", "replace")
    in_lang = _HTML_LANG.search(body[:4096])
    of_language = _OF_LANGUAGE.get(in_lang[1].decode("ascii").lower() if in_lang else language or "")
    if of_language is not None and _damage(body, of_language) < 0.01:
        return body.decode(of_language, "replace")
    return body.decode(_most_plausible(body), "replace")


def _decode_wide(body: bytes) -> str:
    """Decode UTF-16 without a byte order mark; other bytes full of NULs are no text."""
    even, odd = body[0::2].count(0), body[1::2].count(0)
    if max(even, odd) < 4 * min(even, odd) + len(body) // 8:
        raise NoTextError("a binary file")
    return body.decode("utf-16-be" if even > odd else "utf-16-le", "replace")


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    return _AS_BROWSERS.get(codec, codec)


def _damage(body: bytes, encoding: str) -> float:
    """Return the share of letters beyond ASCII that the encoding cannot read."""
    text = body.decode(encoding, "replace")
    high = sum(1 for letter in text if letter > "\x7f")
    return text.count("\ufffd") / high if high else 0.0


def _most_plausible(body: bytes) -> str:
    """Return the encoding in which the bytes outside markup look most like words.

    Letters that mostly stand alone between those of ASCII are accents of a language in Latin letters, since other scripts
    write whole words beyond ASCII; a few of them tell no more, so that windows-1252 is taken, the commonest by far.
    """
    lines = _MARKUP.sub(b"\n", body[: 40 * SAMPLE]).split(b"\n")
    sample = b"\n".join(line for line in lines if not line.isascii())[:SAMPLE]
    runs = _HIGH_RUN.findall(sample)
    latin = 2 * sum(len(run) == 1 for run in runs) >= len(runs)
    if latin and len(runs) < max(FEW, RARE * len(sample.split())):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=list(_LATIN if latin else _FALLBACKS)).best()
    return "cp1252" if best is None else best.encoding
