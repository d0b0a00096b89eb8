"""Canonical addresses: one spelling for one page, so that ids and the archive know it again. Pure.

Scheme and host are written in lower case, the host in its ASCII form; the default port, the fragment, an empty query
and the parameters that only count visitors are dropped; letters that an address cannot hold are percent-encoded. Path
and query stay as they are otherwise, the query in its order: servers may tell `/a` from `/a/`, and `?a&b` from
`?b&a`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING_PARAMETERS = frozenset(
    {
        "_ga",
        "_gl",
        "dclid",
        "fbclid",
        "gbraid",
        "gclid",
        "gclsrc",
        "igshid",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "msclkid",
        "twclid",
        "vero_id",
        "wbraid",
        "yclid",
    }
)
TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_")

_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def canonical_url(url: str, base: str | None = None, drop: Collection[str] = ()) -> str | None:
    """Return the canonical form of an address, relative ones joined to `base`; None where it is no http(s) address.

    `drop` names further query parameters that mean nothing to the issuer; `*` drops the whole query. The result is
    its own canonical form. Addresses that carry a user name are refused.
    """
    cleaned = _CONTROL.sub("", url).strip()
    try:
        parts = urlsplit(urljoin(base, cleaned) if base else cleaned)
        scheme, port = parts.scheme.lower(), parts.port
        host = _ascii_host(parts.hostname or "")
    except (ValueError, UnicodeError):
        return None
    if scheme not in DEFAULT_PORTS or not host or "@" in parts.netloc:
        return None
    if ":" in host:
        host = f"[{host}]"
    netloc = host if port in (None, DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    query = "" if "*" in drop else "&".join(part for part in parts.query.split("&") if _is_kept(part, drop))
    return urlunsplit((scheme, netloc, _quote(parts.path) or "/", _quote(query), ""))


def host_of(url: str) -> str:
    """Return the host of a canonical address, without port and without a leading `www.`; empty for other addresses."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def same_place(one: str, other: str) -> bool:
    """Say whether two addresses differ only in scheme, `www.`, port and final slash, as redirects make them."""
    return _place(one) == _place(other)


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return host_of(url), parts.path.rstrip("/"), parts.query


def _ascii_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if ":" in host:  # an IPv6 address
        return host
    host = host.encode("idna").decode("ascii").lower()
    return host if re.fullmatch(r"[a-z0-9._-]+", host) else ""


def _is_kept(parameter: str, drop: Collection[str]) -> bool:
    name = parameter.partition("=")[0].lower()
    tracks = name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES)
    return bool(parameter) and not tracks and name not in drop


def _quote(text: str) -> str:
    return quote(_BROKEN_PERCENT.sub("%25", text), safe="/%:@!$&'()*+,;=~-._?[]|")
