"""What every page of ours shares: templates, headers, signed form ids, rate limits, the stylesheet."""

import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.location import Location

_STRIPE_API = "api.stripe.com"
_STRIPE_PAGES = "https://checkout.stripe.com"
_YEAR = 31_536_000


def templates(folder: Path) -> Environment:
    """Templates of a folder: everything is escaped, an unknown name is an error, never a blank."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def content_policy(form_to: Sequence[str] = ()) -> str:
    """Nothing is loaded from elsewhere and nothing runs; forms go to us or, by redirect, to ``form_to`` origins."""
    targets = " ".join(("'self'", *form_to))
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        f"form-action {targets}; base-uri 'none'; frame-ancestors 'none'"
    )


def strict_headers(*, https: bool) -> dict[str, str]:
    """What every answer carries; ``https``: browsers never come back without it."""
    headers = {
        "Content-Security-Policy": content_policy(),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    return headers | ({"Strict-Transport-Security": f"max-age={_YEAR}"} if https else {})


def answer_for_faults(*, https: bool) -> Callable[[Request, Exception], Response]:
    """The answer where our own code failed; it stands outside the middleware, so it brings the headers itself."""

    def broken(_: Request, __: Exception) -> Response:
        words = "Something went wrong on our side. Please go back and try again, or call the office."
        return PlainTextResponse(words, 500, headers=strict_headers(https=https))

    return broken


class SecurityHeaders:
    """ASGI middleware: the strict headers on every answer; a page that set one of them itself keeps its own."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app = app
        self._headers = strict_headers(https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs short values for one purpose each; ``key`` stays on our side."""

    key: bytes

    def sign(self, purpose: str, value: str) -> str:
        return f"{value}.{self._mac(purpose, value)}"

    def read(self, purpose: str, signed: str) -> str | None:
        """The value, or None when it was not signed by us for this purpose."""
        value, _, mac = signed.rpartition(".")
        genuine = hmac.compare_digest(mac.encode(), self._mac(purpose, value).encode())
        return value if value and genuine else None

    def command(self, scope: str) -> str:
        """A one-time id for a form of ``scope``; it cannot be made elsewhere, so it also stops forged forms."""
        return self.sign(f"command {scope}", secrets.token_hex(12))

    def command_id(self, scope: str, sent: str) -> str | None:
        """The id of a form that was sent back; the same form twice has the same id, so it acts once."""
        return self.read(f"command {scope}", sent)

    def _mac(self, purpose: str, value: str) -> str:
        return hmac.new(self.key, f"{len(purpose)} {purpose} {value}".encode(), sha256).hexdigest()[:32]


@dataclass(slots=True)
class RateLimiter:
    """At most so many requests a span for each key, counted in this process and in real time."""

    seconds: float = 60.0
    clock: Callable[[], float] = time.monotonic
    most_keys: int = 50_000
    _seen: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allow(self, key: str, most: int) -> bool:
        """Count one request; False when the key has had its share (and then it is not counted)."""
        with self._lock:
            return self._counted(key, most, self.clock())

    def _counted(self, key: str, most: int, now: float) -> bool:
        if len(self._seen) >= self.most_keys:
            self._forget(now)
        times = self._seen.setdefault(key, deque())
        while times and times[0] <= now - self.seconds:
            times.popleft()
        if len(times) >= most:
            return False
        times.append(now)
        return True

    def _forget(self, now: float) -> None:
        kept = {key: times for key, times in self._seen.items() if times and times[-1] > now - self.seconds}
        self._seen = kept if len(kept) < self.most_keys else {}


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """One stylesheet under an address that changes with its content, so that it may be kept by the browser."""

    name: str
    text: str
    href: str


def style_sheet(path: Path) -> StyleSheet:
    text = path.read_text("utf-8")
    return StyleSheet(path.stem, text, f"/static/{path.stem}-{sha256(text.encode()).hexdigest()[:12]}.css")


def static_router(*sheets: StyleSheet) -> APIRouter:
    """Serves the stylesheets; nothing else of ours is static."""
    routes = APIRouter()
    for sheet in sheets:
        routes.add_api_route(sheet.href, _serve(sheet), methods=["GET"], include_in_schema=False)
    return routes


def _serve(sheet: StyleSheet) -> Callable[[], Response]:
    def stylesheet() -> Response:
        headers = {"Cache-Control": f"public, max-age={_YEAR}, immutable"}
        return Response(sheet.text, media_type="text/css", headers=headers)

    return stylesheet


def client_address(request: Request) -> str:
    """Who asks. Behind a proxy the server must be told to trust its forwarding headers."""
    return request.client.host if request.client else ""


def is_loopback(address: str) -> bool:
    """Whether the address tells nobody apart: a proxy on this machine that forwards none, or a developer."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def pay_origin(location: Location) -> str:
    """Where the card processor's pay page lives: a form of ours may lead there and nowhere else."""
    parts = urlsplit(location.payments.base_url)
    return _STRIPE_PAGES if parts.hostname == _STRIPE_API else f"{parts.scheme}://{parts.netloc}"


class Turned(Exception):
    """The request is answered at once, whatever the handler was about to do.

    ``first``: what the answer promises; it is done before the answer leaves.
    """

    def __init__(self, response: Response, first: Callable[[], Awaitable[None]] | None = None) -> None:
        super().__init__(response.status_code)
        self.response = response
        self.first = first


class PageRoute(APIRoute):
    """A route whose dependencies and handler may raise ``Turned``."""

    def get_route_handler(self) -> Any:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Turned as turned:
                if turned.first is not None:
                    await turned.first()
                return turned.response

        return handled


async def form_fields(request: Request, most_bytes: int, most_fields: int) -> dict[str, str]:
    """The fields of a small form of ours. Raises 413 or 400 for what no form of ours sends."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise HTTPException(413, "this form is too long")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=most_fields))
    except ValueError as broken:
        raise HTTPException(400, "this is no form of ours") from broken
