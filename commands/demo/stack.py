"""The demo's own stack on free ports: sandbox, time-skipping Temporal, worker and web app, all on one stepped clock."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from commands.up import copy_sandbox_locations, point_sandbox_at_us, web_server
from runtime.clock import SteppedClock
from runtime.processes import StartError, free_port, sandbox
from runtime.settings import Settings
from runtime.temporal import converter, keyring_of
from wiring import Parts, build_parts
from worker import Processes

LEAD = timedelta(seconds=30)
"""How far our clock is ahead of Temporal's after a step. Temporal's clock runs on in real time while we work; if it
overtook ours, a deadline would ring before the activities believe that it has come."""

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
    _time: WorkflowEnvironment

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
        reached = await self._time.get_current_time()
        at = max(due + LEAD, reached + LEAD, self.now)
        self.clock.set(at)
        await self.tell("/_sandbox/clock", at=at.isoformat())
        await self._time.sleep(max(at - LEAD - reached, timedelta()) + _GLANCE)

    async def deliver(self) -> None:
        """Let the practice's vendors send the webhooks that are due."""
        await self.tell("/_sandbox/clock", seconds=0)

    async def is_idle(self) -> bool:
        """Whether no activity runs: Temporal's clock can only be moved then, otherwise it passes in real time."""
        began = time.perf_counter()
        await self._time.sleep(_GLANCE)
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
        env = await WorkflowEnvironment.start_time_skipping(test_server_existing_path=_test_server())
        ends.push_async_callback(env.shutdown)
        client = await _client(env, settings)
        processes = await ends.enter_async_context(Processes(parts, client, loops=False))
        await _serve(ends, settings, parts, client)
        control = httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.sandbox_port}", trust_env=False, timeout=60)
        await ends.enter_async_context(control)
        await point_sandbox_at_us(settings, parts.locations, parts)
        stack = Stack(settings, clock, parts, client, processes, control, env)
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


def _test_server() -> str:
    path = Path(sys.executable).with_name("temporal-test-server")
    if not path.exists():
        raise StartError(f"{path.name} is not here; run `make setup`, which installs its wheel")
    return str(path)


async def _client(env: WorkflowEnvironment, settings: Settings) -> Client:
    """A plain client: the environment's own would unlock the clock whenever somebody waits for a result."""
    address = env.client.service_client.config.target_host
    return await Client.connect(address, data_converter=converter(keyring_of(settings), env.client.namespace))


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
