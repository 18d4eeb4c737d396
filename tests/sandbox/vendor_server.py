"""The Twilio and Stripe look-alikes served over real HTTP, and a receiver for their webhooks."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qsl

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.faultgate import FaultGate
from sandbox.faults import FaultSpec
from sandbox.settings import SandboxSettings
from sandbox.state import SandboxState, open_state
from sandbox.stripe import app as stripe_app
from sandbox.stripe import control as stripe_control
from sandbox.twilio import app as twilio_app
from sandbox.twilio import control as twilio_control
from sandbox.twilio.phone import phone_router

START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Received:
    """One webhook as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Receiver:
    """A practice's webhook endpoint: keeps what comes and answers with the next of `answers`, then 204."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def wait(self, count: int, seconds: float = 5) -> list[Received]:
        """What has arrived once there are `count` of them; fails if they do not come."""
        until(lambda: len(self.received) >= count, f"{count} webhooks (have {len(self.received)})", seconds)
        return list(self.received)


@dataclass(frozen=True)
class Box:
    """A running sandbox with a manual clock."""

    url: str
    state: SandboxState
    loop: asyncio.AbstractEventLoop
    http: httpx.Client

    def advance(self, seconds: float) -> None:
        """Move the clock and let everything that is due happen."""
        self.state.clock.advance(seconds)
        self.tick()

    def tick(self) -> None:
        """Run the steps twice: what the first run queues, the second sends."""
        for _ in range(2):
            asyncio.run_coroutine_threadsafe(self.state.ticker.tick(), self.loop).result(20)

    def post(self, path: str, **body: Any) -> Any:
        """A control endpoint's answer."""
        answer = self.http.post(f"/_sandbox/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.http.get(f"/_sandbox/{path}")
        answer.raise_for_status()
        return answer.json()

    def fault(self, **spec: Any) -> None:
        self.state.faults.add(FaultSpec(**spec))


def until(done: Callable[[], bool], what: str, seconds: float = 5) -> None:
    """Wait for something in real time."""
    deadline = monotonic() + seconds
    while not done():
        if monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        sleep(0.01)


class Stage:
    """One web server for many sandboxes, one after the other: starting a server costs more than most tests."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self.loop = asyncio.new_event_loop()
        self._socket = socket.socket()
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each answer waits 40 ms for an ACK
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn.Server(uvicorn.Config(self, log_level="warning", lifespan="off"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None, "no sandbox is running"
        await self.app(scope, receive, send)

    @contextmanager
    def open(self) -> Iterator[Stage]:
        served = self._server.serve(sockets=[self._socket])
        thread = threading.Thread(target=self.loop.run_until_complete, args=(served,), daemon=True)
        thread.start()
        until(lambda: self._server.started, "the sandbox to start")
        yield self
        self._server.should_exit = True
        thread.join(10)
        self._socket.close()
        self.loop.close()


@contextmanager
def running_box(stage: Stage, home: Path, *, seed: int = 7) -> Iterator[Box]:
    """Both vendors behind the fault gate, the clock standing at START."""
    state = open_state(SandboxSettings(home=home, port=stage.port, seed=seed, manual_clock=True, at=START))
    stage.app = FaultGate(_app(state), state)
    ticking = asyncio.run_coroutine_threadsafe(state.ticker.run(), stage.loop)
    url = f"http://127.0.0.1:{stage.port}"
    with httpx.Client(base_url=url, trust_env=False) as http:
        yield Box(url, state, stage.loop, http)
    ticking.cancel()
    asyncio.run_coroutine_threadsafe(state.delivery.close(), stage.loop).result(20)
    state.store.close()


def _app(state: SandboxState) -> FastAPI:
    app = FastAPI()
    app.include_router(twilio_app.router(state), prefix="/twilio")
    app.include_router(phone_router(state))
    app.include_router(twilio_control.control_router(state))
    app.include_router(stripe_app.router(state), prefix="/stripe")
    app.include_router(stripe_control.control_router(state))
    return app


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """A webhook endpoint on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            receiver.received.append(Received(self.path, dict(self.headers.items()), body))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield receiver
    server.shutdown()
    server.server_close()
