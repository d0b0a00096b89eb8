"""XML from strangers: a document type is refused before it is read, broken markup is mended where that is possible.
Pure.
"""

from __future__ import annotations

import html
import re

from lxml import etree

_PROLOG_STEP = 4096
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITY = re.compile(r"&(#?[A-Za-z0-9]{1,32};)?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_HTML = re.compile(
    rb"(?is)\A[\s\xef\xbb\xbf]*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b"
)
_DOCTYPE = re.compile(r"(?is)\A\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<!DOCTYPE")


class XmlRefusedError(ValueError):
    """The bytes are no XML that we read; `reason` is a slug, the text one line."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def read_xml(body: bytes, charset: str | None = None) -> etree._Element:
    """Return the root of an XML document; one that is not well-formed is mended as far as its tags allow.

    Raises XmlRefusedError: `not-xml` for HTML and other things, `xml-with-dtd` for a document type declaration,
    `malformed-xml` for what cannot be mended. Nothing is fetched, no entity is expanded.
    """
    if looks_like_html(body):
        raise XmlRefusedError("not-xml", "answers an HTML page where XML is expected")
    body = body.lstrip(b" \t\r\n")
    if not body:
        raise XmlRefusedError("not-xml", "answers nothing where XML is expected")
    _refuse_doctype(body)
    try:
        return etree.fromstring(body, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError):
        return _mend(body, charset)


def looks_like_html(body: bytes) -> bool:
    """Say whether the bytes begin as an HTML page does."""
    return _HTML.match(body[:8192]) is not None


def local_name(element: etree._Element) -> str:
    """Return the element's name without its namespace, in lower case; empty for comments and instructions."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def child_text(element: etree._Element, *names: str) -> str | None:
    """Return the text of the first child that has one of the names (the first name goes first) and any text."""
    for name in names:
        for child in element:
            if local_name(child) == name:
                text = "".join(child.itertext()).strip()
                if text:
                    return text
    return None


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover, remove_comments=True
    )


def _refuse_doctype(body: bytes) -> None:
    """Read no further than the root's start tag, so that what a document type declares is never used."""
    puller = etree.XMLPullParser(("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        for begin in range(0, len(body), _PROLOG_STEP):
            puller.feed(body[begin : begin + _PROLOG_STEP])
            event = next(puller.read_events(), None)
            if event is not None:
                if event[1].getroottree().docinfo.internalDTD is not None:
                    raise XmlRefusedError("xml-with-dtd", "declares a document type, which we do not read")
                return
    except etree.XMLSyntaxError:
        pass
    if _DOCTYPE.match(body[:65536].decode("latin-1").replace("\0", "")):
        raise XmlRefusedError("xml-with-dtd", "declares a document type, which we do not read")


def _mend(body: bytes, charset: str | None) -> etree._Element:
    """Parse once more with control characters gone, stray ampersands and HTML entities written out, tags closed."""
    declared = _DECLARED.match(body)
    text = _decode(body, declared[1].decode("ascii") if declared else charset)
    text = re.sub(r"\A\ufeff?\s*<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL)
    text = _CONTROL.sub("", _ENTITY.sub(_mend_entity, text))
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefusedError("malformed-xml", f"cannot be read as XML: {' '.join(str(error).split())}") from None
    if root is None:
        raise XmlRefusedError("not-xml", "answers something that is no XML")
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRefusedError("xml-with-dtd", "declares a document type, which we do not read")
    return root


def _decode(body: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8"):
        try:
            return body.decode(name or "utf-8", "replace")
        except LookupError:
            continue
    return body.decode("utf-8", "replace")


def _mend_entity(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;"
    if name[:-1] in _XML_ENTITIES:
        return match[0]
    meant = html.unescape(f"&{name}")
    return "&amp;" + name if meant == f"&{name}" else html.escape(meant)
