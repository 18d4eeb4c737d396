"""One phone's texts are taken in their order, and no phone waits for another's."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from db.session import Database
from domain.inbox import Delivery, Hook
from domain.records import InboundText
from loops.inbox import InboxLoop
from runtime.clock import SteppedClock
from tests.databases import sqlite_database, sqlite_template
from wiring import Stores

__all__ = ["sqlite_database", "sqlite_template"]

NOW = datetime(2029, 3, 5, 17, 0, tzinfo=UTC)
ANN, BEN = "+12085550142", "+12085550143"


class Slow:
    """Ann's choice takes until Ben's text is read."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.ben = asyncio.Event()

    async def take(self, location: str, text: InboundText) -> None:
        if text.sender == BEN:
            self.ben.set()
        async with asyncio.timeout(5):
            await self.ben.wait()
        self.taken.append(text.sid)


async def test_an_emergency_does_not_wait_for_somebody_else_s_slow_choice(sqlite_database: Database) -> None:
    stores, replies = Stores(sqlite_database, SteppedClock(NOW)), Slow()
    for number, phone in enumerate((ANN, ANN, BEN)):
        form = urlencode({"MessageSid": f"SM{number}", "From": phone, "To": "+12085550100", "Body": "1"})
        body = Delivery(location="boise", raw=form).model_dump_json()
        stores.inbox.add(Hook.TWILIO_INBOUND.value, f"SM{number}", body, NOW + timedelta(seconds=number))
    unused: Any = None
    door: Any = replies
    loop = InboxLoop(stores.inbox, stores.outbox, unused, unused, door, unused, unused, SteppedClock(NOW), unused)
    await loop.step()
    assert stores.inbox.unhandled() == []
    assert [sid for sid in replies.taken if sid != "SM2"] == ["SM0", "SM1"]
