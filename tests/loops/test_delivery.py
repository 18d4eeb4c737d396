"""A text that did not arrive when no case is left to hear of it."""

from datetime import timedelta
from typing import Any

import pytest

from db.session import Database
from domain.case import CaseState
from domain.records import TextState
from loops.delivery import FailedTexts
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
