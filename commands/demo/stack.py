"""The demo's own stack on free ports: sandbox, time-skipping Temporal, worker and web app, all on one stepped clock."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from google.protobuf.empty_pb2 import Empty
from temporalio.api.testservice.v1 import SleepRequest, UnlockTimeSkippingRequest
from temporalio.client import Client

from commands.up import copy_sandbox_locations, point_sandbox_at_us, web_server
from runtime.clock import SteppedClock
from runtime.processes import Child, StartError, free_port, sandbox
from runtime.settings import Settings
from runtime.temporal import connect
from wiring import Parts, build_parts
from worker import Processes

_GLANCE = timedelta(milliseconds=100)
_AT_ONCE_SECONDS = 0.06


@dataclass(frozen=True)
class Stack:
    """Everything that runs, and the one way to move its time."""

    settings: Settings
    clock: SteppedClock
    parts: Parts
    client: Client
    processes: Processes
    control: httpx.AsyncClient

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def ask(self, path: str, **query: str | int) -> Any:
        """GET of a control endpoint of the sandbox, or of any other path of it."""
        answer = await self.control.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    async def tell(self, path: str, **body: Any) -> Any:
        """POST to a control endpoint of the sandbox; raises httpx.HTTPStatusError when it refuses."""
        answer = await self.control.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    async def move(self, due: datetime) -> None:
        """Let ``due`` come: our clock and the practice's first, then Temporal's, whose timers ring on the way."""
        reached = await _temporal_time(self.client)
        await self._set_clocks(max(due, reached, self.now))
        await _skip(self.client, max(self.now - reached, timedelta()) + _GLANCE)

    async def keep_up(self) -> None:
        """Follow Temporal's clock, which runs on in real time while we work: a deadline must not ring before the
        activities believe that it has come. The practice sends the webhooks that are due by then."""
        await self._set_clocks(max(await _temporal_time(self.client), self.now))

    async def _set_clocks(self, at: datetime) -> None:
        self.clock.set(at)
        await self.tell("/_sandbox/clock", at=at.isoformat())

    async def unlock(self) -> None:
        """Let Temporal's time pass again. A child workflow that ends after its parent leaves the clock of the test
        server locked for good (temporal-test-server 1.40.0)."""
        await self.client.test_service.unlock_time_skipping(UnlockTimeSkippingRequest())

    async def is_idle(self) -> bool:
        """Whether no activity or workflow task is under way: else Temporal's clock passes in real time."""
        began = time.perf_counter()
        await _skip(self.client, _GLANCE)
        return time.perf_counter() - began < _AT_ONCE_SECONDS


@asynccontextmanager
async def running(home: Path, at: datetime, seed: int) -> AsyncIterator[Stack]:
    """Start it all in ``home`` with every clock at ``at``; stop it all at the end. Raises StartError."""
    settings = _settings(home)
    async with AsyncExitStack() as ends:
        child = sandbox(home, settings.sandbox_port, seed, "--clock", "manual", "--at", at.isoformat())
        ends.callback(child.stop)
        child.start()
        await child.until_listening(settings.sandbox_port, seconds=60)
        copy_sandbox_locations(settings.locations_folder, settings.sandbox_port)
        clock = SteppedClock(at)
        parts = build_parts(settings, clock)
        client = await _temporal(ends, settings)
        processes = await ends.enter_async_context(Processes(parts, client, loops=False))
        await _serve(ends, settings, parts, client)
        control = httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.sandbox_port}", trust_env=False, timeout=60)
        await ends.enter_async_context(control)
        await point_sandbox_at_us(settings, parts.locations, parts)
        stack = Stack(settings, clock, parts, client, processes, control)
        await stack.move(at)
        yield stack


def _settings(home: Path) -> Settings:
    """Whatever the environment says, the demo touches nothing outside its home."""
    return Settings(
        home=home,
        web_host="127.0.0.1",
        web_port=free_port(),
        sandbox_port=free_port(),
        public_url="",
        temporal_search_attributes=False,
        deployment="",
        database_url="",
        locations=home / "locations",
        rules=None,
        encryption_keys="",
    )


async def _temporal(ends: AsyncExitStack, settings: Settings) -> Client:
    """Temporal's time-skipping test server: its clock runs on in real time unless somebody skips."""
    program = Path(sys.executable).with_name("temporal-test-server")
    if not program.exists():
        raise StartError(f"{program.name} is not here; run `make setup`, which installs its wheel")
    port = free_port()
    child = Child("Temporal", [str(program), str(port)], settings.home / "logs" / "temporal.log")
    ends.callback(child.stop)
    child.start()
    await child.until_listening(port)
    return await connect(settings, f"127.0.0.1:{port}")


async def _temporal_time(client: Client) -> datetime:
    answer = await client.test_service.get_current_time(Empty())
    return answer.time.ToDatetime(UTC)


async def _skip(client: Client, by: timedelta) -> None:
    """Returns when Temporal's clock has gone on by so much; timers on the way ring."""
    request = SleepRequest()
    request.duration.FromTimedelta(by)
    await client.test_service.unlock_time_skipping_with_sleep(request)


async def _serve(ends: AsyncExitStack, settings: Settings, parts: Parts, client: Client) -> None:
    server = web_server(settings, parts, client, lambda: None)
    serving = asyncio.create_task(server.serve())
    ends.push_async_callback(_stop, server, serving)
    while not (server.started or serving.done()):  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.02)


async def _stop(server: uvicorn.Server, serving: "asyncio.Task[None]") -> None:
    server.should_exit = True
    server.force_exit = True
    await serving
