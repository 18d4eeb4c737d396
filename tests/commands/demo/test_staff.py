"""What the demo's staff do about texts that a carrier stopped."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from commands.demo import staff
from db.session import Database
from domain.records import TEXTING_TASK, TaskRecord
from runtime.clock import SteppedClock
from tests.databases import sqlite_database, sqlite_template
from tests.web.console.practice import LOCATIONS
from wiring import Stores

__all__ = ["sqlite_database", "sqlite_template"]

NOW = datetime(2029, 3, 5, 17, 0, tzinfo=UTC)


async def test_the_manager_asks_the_vendor_and_lifts_what_was_stopped(sqlite_database: Database) -> None:
    stores = Stores(sqlite_database, SteppedClock(NOW))
    stack: Any = SimpleNamespace(parts=SimpleNamespace(stores=stores, locations=LOCATIONS), now=NOW)
    for place in ("boise", "spokane"):
        stores.switch.stop(place, "offer", "the carrier took it for spam (code 30007)", NOW)
    stores.tasks.put(
        TaskRecord(
            id="tk_1", case_id="location/boise", location="boise", kind=TEXTING_TASK, owner="lee", text="x",
            opened_at=NOW,
        )
    )  # fmt: skip
    [(at, task)] = staff.stopped_texts(stack)
    assert NOW < at < NOW + timedelta(hours=2)
    await staff.lift(stack, task)
    assert [(stop.location, stop.template) for stop in stores.switch.stops()] == [("spokane", "offer")]
    assert staff.stopped_texts(stack) == []
