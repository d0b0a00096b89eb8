"""One HTTP request and its complete answer, within limits of time and size: the only module that uses requests."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, IncompleteRead, ReadTimeoutError

from pipeline.content_coding import ContentCodingError, TooLargeError, decode_content
from pipeline.fetch.body import IncompleteBodyError, read_body
from pipeline.fetch.guard import Guard, RefusedAddressError, guarded_pools
from pipeline.fetch.policy import FetchLimits
from pipeline.fetch.robots import ROBOT
from pipeline.records import Exchange

_CUT_OFF = (http.client.IncompleteRead, http.client.RemoteDisconnected)


class RequestFailed(Exception):
    """There is no complete answer; `reason` is a slug, the text one line."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class HttpClient:
    """Sends requests that name themselves honestly, over guarded sockets; keeps no cookies, uses no proxies."""

    def __init__(self, connect: Mapping[str, str], contact: str, language: str, limits: FetchLimits) -> None:
        """Prepare to send. `connect` maps hosts to where they are served; `contact`, `language` go into headers."""
        self._limits = limits
        self._guard = Guard(connect, limits.connect_s)
        self._session = _new_session(self._guard, contact, language)

    def close(self) -> None:
        """Close what is open."""
        self._session.close()

    def exchange(self, url: str, conditions: Mapping[str, str], seconds: float) -> Exchange:
        """Send one GET request and return its complete answer, whatever its status; no redirect is followed.

        Raises RequestFailed: timeout (the seconds are over), connection, too-large, bad-response or refused-address.
        """
        try:
            request = self._session.prepare_request(requests.Request("GET", url, headers=dict(conditions)))
            with self._guard.deadline(seconds):
                return self._send(url, request)
        except RefusedAddressError as error:
            raise RequestFailed("refused-address", f"{url} was not asked for: {error}") from None
        except TooLargeError as error:
            raise RequestFailed("too-large", f"{url} {error}") from None
        except (IncompleteBodyError, ContentCodingError) as error:
            raise RequestFailed("bad-response", f"{url}: {error}") from None
        except (requests.RequestException, HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            if self._guard.expired:
                raise RequestFailed("timeout", f"{url} did not answer completely within {seconds:.3g} s") from None
            raise RequestFailed(*_describe_error(url, error)) from None
        finally:
            self._session.close()  # no connection outlives the request for which it was checked

    def _send(self, url: str, request: requests.PreparedRequest) -> Exchange:
        moment = datetime.now(UTC)
        timeouts = (self._limits.connect_s, self._limits.read_s)
        response = self._session.send(request, stream=True, timeout=timeouts, allow_redirects=False)
        try:
            body = read_body(response.raw, self._limits.max_bytes)
        finally:
            response.close()
        if self._guard.expired:  # a connection without announced length ends like this, too
            raise TimeoutError
        decode_content(body, response.headers.get("Content-Encoding", ""), self._limits.max_bytes)
        return Exchange(
            url,
            (("Host", urlsplit(url).netloc), *((name, _text(value)) for name, value in request.headers.items())),
            response.status_code,
            _text(response.reason or ""),
            tuple((name, value) for name, value in response.raw.headers.items()),
            body,
            moment,
            self._guard.peer,
        )


class _GuardedAdapter(HTTPAdapter):
    """The adapter whose sockets the guard opens."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        self.poolmanager = guarded_pools(self._guard, num_pools=connections, maxsize=maxsize, block=block, **options)


def user_agent(contact: str) -> str:
    """Return how Readout names itself to issuers: its version and how to reach who runs it."""
    try:
        number = version("readout")
    except PackageNotFoundError:
        number = "0"
    readable = "".join(letter for letter in contact if letter.isascii() and letter.isprintable() and letter not in "()")
    return f"{ROBOT}/{number} (+{readable.strip()})"


def _new_session(guard: Guard, contact: str, language: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers.update(
        {
            "User-Agent": user_agent(contact),
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5",
            "Accept-Language": f"{language},*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
    )
    for scheme in ("http://", "https://"):
        session.mount(scheme, _GuardedAdapter(guard))
    return session


def _describe_error(url: str, error: BaseException) -> tuple[str, str]:
    """Return reason and one clear line for what requests, urllib3 or the socket raised."""
    causes = list(_causes(error))
    words = next((text for cause in reversed(causes) if (text := str(cause).strip())), type(error).__name__)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return "refused-address", f"{url} is no address that can be asked for: {words}"
    if any(isinstance(cause, requests.Timeout | TimeoutError | ReadTimeoutError) for cause in causes):
        return "timeout", f"{url} did not answer in time"
    if any(isinstance(cause, http.client.HTTPException) and not isinstance(cause, _CUT_OFF) for cause in causes):
        return "bad-response", f"{url} answers no proper HTTP: {words}"
    if any(isinstance(cause, http.client.IncompleteRead | IncompleteRead) for cause in causes):
        return "connection", f"{url}: the answer was cut off"
    return "connection", f"{url} could not be reached: {words}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what lies behind it, outermost first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        inner = [part for part in error.args if isinstance(part, BaseException)]
        reason = getattr(error, "reason", None)
        error = inner[-1] if inner else reason if isinstance(reason, BaseException) else error.__cause__


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
