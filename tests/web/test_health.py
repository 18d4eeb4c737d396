"""``/healthz`` says what carriers stopped and stays well: starting the process anew would not mend that."""

from datetime import UTC, datetime

import httpx
from fastapi import FastAPI

from db.session import Database
from db.stores.running import HeartbeatStore
from db.stores.switch import TextingSwitch
from runtime.clock import SteppedClock
from web.health import HealthDeps, router

NOON = datetime(2029, 3, 5, 12, tzinfo=UTC)


async def test_a_halt_is_said_and_is_no_outage(sqlite_database: Database) -> None:
    async def ready() -> bool:
        return True

    beats, switch = HeartbeatStore(sqlite_database), TextingSwitch(sqlite_database)
    beats.beat("worker", NOON)
    app = FastAPI()
    app.include_router(router(HealthDeps(ready, sqlite_database.check, beats, dict, switch.stops, SteppedClock(NOON))))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        assert (await client.get("/healthz")).json()["texting"] == "ok"
        switch.halt("boise", "the carrier refuses this sender (code 30034)")
        switch.stop("boise", "offer", "the carrier took it for spam (code 30007)")
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert [(stop["location"], stop["template"]) for stop in answer.json()["texting"]] == [
        ("boise", ""),
        ("boise", "offer"),
    ]
