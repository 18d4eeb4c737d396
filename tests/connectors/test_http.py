"""What a status or a broken line means, for a read and for a write."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

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
from connectors.http import Wire, pace_of, retry_after
from tests.connectors.pacers import CountingPacer


@contextmanager
def answering(reply: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A real server on a free port whose every request gets ``reply``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply(self)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            reply(self)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def status(code: int) -> Callable[[BaseHTTPRequestHandler], None]:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return reply


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def say_nothing(handler: BaseHTTPRequestHandler) -> None:
    threading.Event().wait(1.0)


def failure_of(url: str, method: str, *, silence: float = 30.0) -> ConnectorError:
    wire = Wire("Vendor", url, timeout=httpx.Timeout(30, read=silence))
    try:
        error = wire.failure(method, "/thing", wire.send(method, "/thing?phone=secret"))
    except ConnectorError as raised:
        return raised
    finally:
        wire.close()
    assert error is not None
    return error


@pytest.mark.parametrize(
    ("code", "read", "write"),
    [
        (400, InvalidRequest, InvalidRequest),
        (401, AuthFailed, AuthFailed),
        (403, PermissionDenied, PermissionDenied),
        (404, NotFound, NotFound),
        (409, Conflict, Conflict),
        (410, Unsupported, Unsupported),
        (422, InvalidRequest, InvalidRequest),
        (429, RateLimited, RateLimited),
        (500, Unavailable, Ambiguous),
        (502, Unavailable, Ambiguous),
        (504, Unavailable, Ambiguous),
    ],
)
def test_status(code: int, read: type[ConnectorError], write: type[ConnectorError]) -> None:
    with answering(status(code)) as url:
        assert type(failure_of(url, "GET")) is read
        assert type(failure_of(url, "POST")) is write


def test_nobody_listening_means_nothing_was_done() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert type(failure_of(url, "POST")) is Unavailable
    assert type(failure_of("http://no-such-host.invalid", "POST")) is Unavailable
    assert type(failure_of("nonsense", "POST")) is Unavailable


@pytest.mark.parametrize("broken", [hang_up, say_nothing])
def test_a_lost_answer_is_ambiguous_for_a_write_only(broken: Callable[[BaseHTTPRequestHandler], None]) -> None:
    with answering(broken) as url:
        assert type(failure_of(url, "GET", silence=0.2)) is Unavailable
        assert type(failure_of(url, "POST", silence=0.2)) is Ambiguous


def test_messages_hold_the_path_but_no_query() -> None:
    with answering(status(400)) as url:
        message = str(failure_of(url, "GET"))
    assert "GET /thing" in message
    assert "secret" not in message


def test_success_is_no_failure() -> None:
    with answering(status(201)) as url:
        wire = Wire("Vendor", url)
        assert wire.failure("POST", "/", wire.send("POST", "/")) is None
        wire.close()


def test_every_request_waits_for_its_account() -> None:
    pacer = CountingPacer()
    with answering(status(200)) as url:
        wire = Wire("Vendor", url, pace=pace_of(pacer, "opendental:north"))
        wire.send("GET", "/")
        wire.send("POST", "/")
        wire.close()
    assert pacer.waits == ["opendental:north", "opendental:north"]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 1.0),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "-3"}, 0.0),
        ({"Retry-After": "999999"}, 3600.0),
        ({"Retry-After": "soon"}, 1.0),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT"}, 1.0),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers) == seconds
