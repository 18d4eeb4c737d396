"""The product on the embedded Temporal server, in real time: what the time-skipping server does not have."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from domain.records import CaseRecord
from loops.detect import new_case
from runtime.processes import embedded_temporal, free_port
from runtime.temporal import connect
from tests.practice import Practice, PracticeProcess, opened
from tests.stack import settings_for, take_baseline
from wiring import Parts, build_parts
from workflows.gateway import LOCATION, Gateway


@dataclass(frozen=True)
class Embedded:
    """No worker and no loop runs; the test starts what it needs."""

    practice: Practice
    parts: Parts
    client: Client
    gateway: Gateway

    async def accept(self, location: str, clinic: int, kinds: tuple[str, ...], count: int) -> list[CaseRecord]:
        """Plans of these kinds are signed and their cases started, as the detection loop does it."""
        plans = (await self.practice.get("records"))["treatplans"]
        waiting = [p for p in plans if p["clinic"] == clinic and not p["signed"] and p["outcome"] == "acceptable"]
        chosen = [p["TreatPlanNum"] for kind in kinds for p in waiting if p["kind"] == kind][:count]
        assert len(chosen) == count, f"{location} has only {len(chosen)} such plans"
        since = (await self.practice.get("clock"))["now"]
        await self.practice.post("accept", treat_plan_nums=chosen)
        pms = self.parts.vendors.pms(location)
        page = await asyncio.to_thread(pms.accepted_since, since)
        wanted = {str(number) for number in chosen}
        found = [a for a in page.acceptances if a.plan_id in wanted]
        rows = [new_case(a, self.parts.locations.get(location), self.parts.clock.now()) for a in found]
        for row in rows:
            self.parts.stores.cases.add(row)
            await self.gateway.start(row)
        return rows

    async def until_read(self, cases: list[CaseRecord], seconds: float = 60) -> None:
        """Every one of them has been read from the PMS and routed."""
        async with asyncio.timeout(seconds):
            while not all(self.parts.stores.cases.get(case.case_id).tier for case in cases):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@asynccontextmanager
async def embedded(home: Path) -> AsyncIterator[Embedded]:
    async with AsyncExitStack() as cleanup:
        process = PracticeProcess(home / "sandbox", at=None)
        cleanup.callback(process.stop)
        practice = await opened(process)
        cleanup.push_async_callback(practice.http.aclose)
        settings = settings_for(home, practice.url, ("boise", "phoenix"))
        settings = settings.model_copy(update={"temporal_search_attributes": True})
        parts = build_parts(settings)
        cleanup.callback(parts.stores.database.close)
        await take_baseline(parts)
        port = free_port()
        server = embedded_temporal(home, port, settings.temporal_namespace, [LOCATION.name])
        server.start()
        cleanup.callback(server.stop)
        await server.until_listening(port)
        client = await connect(settings, f"127.0.0.1:{port}")
        yield Embedded(practice, parts, client, parts.gateway(client))
