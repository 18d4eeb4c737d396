"""The Twilio and Stripe look-alikes served over real HTTP, and a receiver for their webhooks."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
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
from starlette.types import ASGIApp

from sandbox.faultgate import FaultGate
from sandbox.faults import FaultSpec
from sandbox.settings import SandboxSettings
from sandbox.state import SandboxState, open_state
from sandbox.stripe import app as stripe_app
from sandbox.stripe import control as stripe_control
from sandbox.twilio import app as twilio_app
from sandbox.twilio import control as twilio_control

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


@contextmanager
def running_box(home: Path, *, seed: int = 7) -> Iterator[Box]:
    """Both vendors behind the fault gate on a free port, the clock standing at START."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        state = open_state(SandboxSettings(home=home, port=port, seed=seed, manual_clock=True, at=START))
        url = f"http://127.0.0.1:{port}"
        served = _served(FaultGate(_app(state), state), listener)
        with served as loop, httpx.Client(base_url=url, trust_env=False) as http:
            yield Box(url, state, loop, http)
        state.store.close()


@contextmanager
def _served(app: ASGIApp, listener: socket.socket) -> Iterator[asyncio.AbstractEventLoop]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(sockets=[listener]),), daemon=True)
    thread.start()
    until(lambda: server.started, "the sandbox to start")
    yield loop
    server.should_exit = True
    thread.join(10)
    loop.close()


def _app(state: SandboxState) -> FastAPI:
    @asynccontextmanager
    async def ticking(_app: FastAPI) -> AsyncIterator[None]:
        running = asyncio.create_task(state.ticker.run())
        yield
        running.cancel()
        await state.delivery.close()

    app = FastAPI(lifespan=ticking)
    app.include_router(twilio_app.router(state), prefix="/twilio")
    app.include_router(twilio_app.phone_router(state))
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
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield receiver
    server.shutdown()
    server.server_close()
