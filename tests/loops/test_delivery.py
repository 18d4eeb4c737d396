"""A text that did not arrive when no case is left to hear of it."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import SentText, TextStatus
from db.session import Database
from domain.case import CaseState
from domain.records import TextState
from loops.delivery import FailedTexts
from loops.outbox import OutboxLoop
from loops.reply_tasks import ReplyTasks
from runtime.clock import SteppedClock
from runtime.locations import LocationBook
from tests.databases import sqlite_database, sqlite_template
from tests.db.samples import NOON, a_case, a_text
from tests.web.console.practice import a_location
from wiring import Stores
from workflows.gateway import CaseGone

__all__ = ["sqlite_database", "sqlite_template"]

HOUR = timedelta(hours=1)


class Ended:
    """Temporal: the workflow of this case is over."""

    async def texts_stopped(self, case_id: str, why: str) -> None:
        raise CaseGone(case_id)


@pytest.mark.parametrize(
    ("state", "text", "called"),
    [
        (CaseState.BOOKED, {"template": "rescheduled", "created_at": NOON + HOUR}, True),
        (CaseState.BOOKED, {"template": "called_off", "created_at": NOON + HOUR}, True),
        (CaseState.BOOKED, {"template": "booked", "kind": "answer"}, True),
        (CaseState.BOOKED, {"template": "nudge_1"}, False),
        (CaseState.DECLINED, {"template": "declined_answer", "kind": "answer"}, False),
    ],
)
async def test_news_of_the_visit_that_did_not_arrive_are_a_call(
    sqlite_database: Database, state: CaseState, text: dict[str, Any], called: bool
) -> None:
    clock, book = SteppedClock(NOON + 2 * HOUR), LocationBook([a_location("north", "North Dental")])
    stores, unused, gateway = Stores(sqlite_database, clock), None, Ended()
    stores.cases.add(a_case(1, location="north", state=state, ended_at=NOON + HOUR / 2))
    stores.outbox.add(a_text(1, **text))
    stores.outbox.settle("tx_1", TextState.UNDELIVERED, at=clock.now())
    quiet: Any = unused
    door: Any = gateway
    tasks = ReplyTasks(stores.tasks, stores.cases, quiet, book, clock, "https://chairtime.example")
    failed = FailedTexts(stores.outbox, stores.cases, tasks, quiet, quiet, door, clock)
    for _ in range(2):
        await failed.tell_all()
    assert [task.kind for task in stores.tasks.of_case(a_case(1).case_id)] == (["text"] if called else [])
    assert stores.outbox.untold() == []


class Carrier:
    """Says of every text that it was sent, and never more."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def texting(self, location: str) -> "Carrier":
        return self

    def fetch(self, sid: str) -> SentText:
        self.asked.append(sid)
        return SentText(sid=sid, to="+12085550142", status=TextStatus.SENT)


async def test_texts_that_never_get_news_are_asked_about_ever_more_seldom(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loops.outbox._MOST_ASKED", 4)
    clock, carrier = SteppedClock(NOON), Carrier()
    outbox, unused = Stores(sqlite_database, clock).outbox, None
    for number in range(6):
        outbox.add(a_text(number, state=TextState.SENT, sent_at=NOON, sid=f"SM{number}"))
    quiet: Any = unused
    vendors: Any = carrier
    failed = FailedTexts(outbox, quiet, quiet, quiet, quiet, quiet, clock)
    loop = OutboxLoop(outbox, quiet, vendors, failed, clock)
    for _ in range(3 * 24 * 3):
        clock.set(clock.now() + timedelta(minutes=20))
        await loop.step()
    counts = Counter(carrier.asked)
    assert len(counts) == 6, "none is in the way of another"
    assert 5 < min(counts.values()) <= max(counts.values()) < 25
