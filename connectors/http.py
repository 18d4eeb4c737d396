"""HTTP to a vendor: timeouts, pacing, and the one place where a status or a broken line becomes a connector error.

A request that certainly never reached the vendor is ``Unavailable``. Once it may have arrived, a write is
``Ambiguous`` (look before any retry) and a read is ``Unavailable`` (ask again).
"""

import ssl
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from typing import Any

import httpx

from connectors.base import Pacer
from connectors.errors import (
    Ambiguous,
    AuthFailed,
    Conflict,
    ConnectorError,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RateLimited,
    Unavailable,
    Unsupported,
)

READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
PAGE_TIMEOUT = httpx.Timeout(2.0, connect=1.0)
"""For a read that somebody waits for at a page, which can do without the answer."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_LONGEST_WAIT_SECONDS = 3600.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Never sent through a proxy of the environment."""

_BY_STATUS: Mapping[int, type[ConnectorError]] = {
    HTTPStatus.UNAUTHORIZED: AuthFailed,
    HTTPStatus.FORBIDDEN: PermissionDenied,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.GONE: Unsupported,
}

Pace = Callable[[], None]


@cache
def _trusted() -> ssl.SSLContext:
    """One for all: reading the authorities takes 20 ms, and a group of offices has hundreds of accounts."""
    return httpx.create_ssl_context()


def no_pace() -> None:
    """For vendors that need no rate budget of ours."""


def pace_of(pacer: Pacer, account: str) -> Pace:
    """The wait before each request of ``account``."""
    return lambda: pacer.wait(account)


class Wire:
    """One vendor account over HTTP. Raises only ``connectors.errors``; messages hold method and path, never a body.

    Idle connections are dropped after 2 s: a server that closes one just as a write goes out would make it ambiguous.
    """

    def __init__(
        self,
        vendor: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        pace: Pace = no_pace,
        timeout: httpx.Timeout = DEFAULT_TIMEOUT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.vendor = vendor
        self.base_url = base_url.rstrip("/")
        self._pace = pace
        self._http = httpx.Client(
            headers=dict(headers or {}),
            timeout=timeout,
            transport=transport,
            limits=httpx.Limits(max_connections=20, keepalive_expiry=2.0),
            follow_redirects=False,
            verify=_trusted(),
            trust_env=httpx.URL(self.base_url).host not in _LOOPBACK,
        )

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """One paced request to ``base_url + path``; any answer is returned, whatever its status.

        Raises Unavailable or Ambiguous when there is no answer.
        """
        self._pace()
        call = describe(method, path)
        try:
            return self._http.request(method, self.base_url + path, **request)
        except _NEVER_SENT as broken:
            raise Unavailable(f"{self.vendor}: {call}: no connection to {self.base_url}") from broken
        except httpx.InvalidURL as broken:
            raise Unavailable(f"{self.vendor}: {call}: {self.base_url} is no address") from broken
        except httpx.HTTPError as broken:
            raise self.lost(method, call, type(broken).__name__) from broken

    def lost(self, method: str, call: str, why: str) -> ConnectorError:
        """The error for an answer that never came or says nothing: Ambiguous for a write."""
        if method.upper() in READ_METHODS:
            return Unavailable(f"{self.vendor}: {call}: {why}")
        return Ambiguous(f"{self.vendor}: {call}: {why}; it may have been carried out")

    def failure(self, method: str, path: str, response: httpx.Response, *, code: str = "") -> ConnectorError | None:
        """What a status means, None for success. ``code`` is the vendor's own error code, kept on the error."""
        status = response.status_code
        call = describe(method, path)
        if status < HTTPStatus.MULTIPLE_CHOICES:
            return None
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = retry_after(response.headers)
            return RateLimited(f"{self.vendor}: {call}: too many requests", retry_after=wait, code=code)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            error = self.lost(method, call, f"answered {status}")
            error.code = code
            return error
        kind = _BY_STATUS.get(status, InvalidRequest)
        return kind(f"{self.vendor}: {call}: answered {status}" + (f" (code {code})" if code else ""), code=code)

    def close(self) -> None:
        self._http.close()


def describe(method: str, path: str) -> str:
    """A call as messages name it: the query is left out, it may hold a name or a number."""
    return f"{method.upper()} {path.partition('?')[0]}"


def retry_after(headers: Mapping[str, str], default: float = 1.0) -> float:
    """Seconds that ``Retry-After`` asks for, at most one hour. A date is counted from the answer's own ``Date``."""
    value = headers.get("Retry-After", "").strip()
    if not value:
        return default
    try:
        seconds = float(value)
    except ValueError:
        seconds = _seconds_between(headers.get("Date", ""), value, default)
    return min(max(seconds, 0.0), _LONGEST_WAIT_SECONDS)


def _seconds_between(first: str, then: str, default: float) -> float:
    try:
        return (parsedate_to_datetime(then) - parsedate_to_datetime(first)).total_seconds()
    except (ValueError, TypeError):
        return default
