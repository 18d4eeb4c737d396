"""The gate that every request passes: it is written down, and the faults in force are done to it."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import FaultSpec
from sandbox.requestlog import Received
from sandbox.state import SandboxState

VENDORS = ("opendental", "twilio", "stripe")
LONGEST_SILENCE_SECONDS = 120.0
DEFAULT_BODIES = {429: "Too many requests.", 504: "The request took too long."}


class FaultGate:
    """ASGI middleware around the whole app; pages and control requests pass untouched and unrecorded."""

    def __init__(self, app: ASGIApp, state: SandboxState) -> None:
        self._app, self._state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        vendor = scope["path"].split("/")[1] if scope["type"] == "http" else ""
        if vendor not in VENDORS:
            await self._app(scope, receive, send)
            return
        fault = self._state.faults.for_request(vendor, scope["method"], scope["path"])
        body = await _read_body(receive)
        seen: MutableMapping[str, int] = {"status": 0}

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
            await send(message)

        try:
            await self._answer(fault, scope, _replay(body, receive), watch)
        finally:
            self._state.requests.add(self._received(vendor, scope, body, seen["status"], fault))

    async def _answer(self, fault: FaultSpec | None, scope: Scope, receive: Receive, send: Send) -> None:
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.kind == "status":
            await _refusal(fault)(scope, receive, send)
        elif fault.kind == "timeout":
            await _stay_silent(receive, fault.seconds or LONGEST_SILENCE_SECONDS)
            await _drop_connection(send)
        else:
            await self._app(scope, receive, _swallow)
            await (_refusal(fault)(scope, receive, send) if fault.status else _drop_connection(send))

    def _received(self, vendor: str, scope: Scope, body: bytes, status: int, fault: FaultSpec | None) -> Received:
        return Received(
            at=self._state.clock.now().isoformat(),
            vendor=vendor,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode(),
            headers=dict(Headers(scope=scope)),
            body=body.decode(errors="replace"),
            status=status,
            fault=fault.kind if fault else "",
        )


def _refusal(fault: FaultSpec) -> PlainTextResponse:
    status = fault.status or 500
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
    return PlainTextResponse(fault.body or DEFAULT_BODIES.get(status, f"Sandbox fault {status}."), status, headers)


async def _read_body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body once more, then whatever comes (the disconnect)."""
    rest: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return rest.pop() if rest else await receive()

    return again


async def _stay_silent(receive: Receive, seconds: float) -> None:
    async def until_gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            continue

    try:
        await asyncio.wait_for(until_gone(), seconds)
    except TimeoutError:
        return


async def _swallow(message: Message) -> None:
    return


async def _drop_connection(send: Send) -> None:
    """Promise a body and never send it: the server then closes the connection under the client."""
    headers = [(b"content-length", b"1")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
