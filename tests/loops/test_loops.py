"""The loops beside the workflows: safe to run twice, one at a time, and never in the way of each other."""

import asyncio
from datetime import UTC, datetime, timedelta

from db.session import Database
from db.stores.running import HeartbeatStore, LeaseStore
from domain.case import CaseState
from domain.records import DepositState, TextState
from loops.running import LEASE_SECONDS, Runner
from runtime.clock import SteppedClock
from tests.stack import Stack

NOON = datetime(2029, 3, 5, 12, tzinfo=UTC)


class Counting:
    name = "counting"
    every = 0.01

    def __init__(self) -> None:
        self.rounds = 0
        self.fails = False

    async def step(self) -> None:
        self.rounds += 1
        if self.fails:
            raise ConnectionError("the vendor is down")


def runner(database: Database, loop: Counting, clock: SteppedClock, holder: str) -> Runner:
    return Runner(loop, LeaseStore(database), HeartbeatStore(database), clock, holder)


async def test_of_two_processes_one_does_the_work_and_the_other_takes_over(sqlite_database: Database) -> None:
    clock, loop = SteppedClock(NOON), Counting()
    first, second = (runner(sqlite_database, loop, clock, holder) for holder in ("one", "two"))
    assert await first.once()
    assert not await second.once()
    clock.set(NOON + timedelta(seconds=LEASE_SECONDS + 1))
    assert await second.once(), "the first one died"
    assert not await first.once()


async def test_a_failing_round_is_tried_again(sqlite_database: Database) -> None:
    loop = Counting()
    one = runner(sqlite_database, loop, SteppedClock(NOON), "one")
    loop.fails = True
    assert await one.once()
    loop.fails = False
    assert await one.once()
    assert loop.rounds == 2


async def rounds(loop: Counting, many: int) -> None:
    """Wait until it has gone round so often."""
    async with asyncio.timeout(30):
        while loop.rounds < many:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_waking_ends_the_pause(sqlite_database: Database) -> None:
    loop = Counting()
    loop.every = 60
    one = runner(sqlite_database, loop, SteppedClock(NOON), "one")
    running = asyncio.create_task(one.run())
    await rounds(loop, 1)
    await asyncio.sleep(0.3)
    assert loop.rounds == 1
    one.wake()
    await rounds(loop, 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_news_of_a_payment_that_the_case_saw_first_gives_nothing_back(stack: Stack) -> None:
    """The event was read before the case asked Stripe itself, and is handled after the case was booked."""
    story = await stack.accept(stack.plan("implant"))
    await story.choose()
    await story.pay()
    stale = story.deposits()[0]
    assert stale.state is DepositState.REQUESTED
    await stack.deliver()
    assert story.state == CaseState.BOOKED
    await story.end()
    inbox = stack.loops["inbox"]
    await inbox._deposits.note_paid(stale)  # type: ignore[attr-defined]  # the loop behind the Protocol
    assert (await stack.practice.get("stripe/records"))["refunds"] == []
    assert story.deposits()[0].state is DepositState.PAID


async def test_a_row_that_fails_is_kept_and_handled_later(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    await story.choose()
    await stack.practice.fault(vendor="stripe", method="GET", kind="status", status=500)
    await story.pay()
    await stack.deliver()
    assert story.state == CaseState.AWAITING_DEPOSIT
    assert stack.stores.inbox.unhandled(), "the event waits"
    await stack.practice.recover()
    await stack.advance(minutes=3)
    assert story.state == CaseState.BOOKED


async def test_news_that_come_in_the_wrong_order_do_not_take_a_text_back(stack: Stack) -> None:
    await stack.practice.fault(vendor="twilio", kind="reorder", probability=0.5)
    await stack.practice.fault(vendor="twilio", kind="duplicate", probability=0.5)
    story = await stack.accept(stack.plan("fillings"))
    for _ in range(6):
        await stack.advance(seconds=20)
    assert [t.state for t in stack.stores.outbox.of_case(story.case_id)] == ["delivered"]


async def test_a_task_that_the_pms_did_not_take_is_made_there_later_and_once(stack: Stack) -> None:
    plan = stack.plan("fillings")
    await stack.practice.post("patient", pat_num=stack.patient_of(plan)["PatNum"], fields={"TxtMsgOk": "No"})
    await stack.practice.fault(vendor="opendental", method="POST", path="/tasks", kind="status", status=503)
    story = await stack.accept(plan)
    assert story.open_tasks()[0].pms_task_id == ""
    await stack.practice.recover()
    await stack.step("tasks")
    assert story.open_tasks()[0].pms_task_id == "", "its first minutes belong to the activity that opened it"
    await stack.advance(minutes=8)
    for _ in range(3):
        await stack.step("tasks")
    made = [t for t in (await stack.practice.records())["tasks"] if story.open_tasks()[0].id in t["Descript"]]
    assert len(made) == 1


async def test_what_is_left_of_a_location_that_was_taken_away_stops_nobody_else(
    stack: Stack,
) -> None:
    sent = stack.stores.outbox.add
    story = await stack.accept(stack.plan("fillings"))
    (text,) = stack.stores.outbox.of_case(story.case_id)
    queued = {"state": TextState.QUEUED, "sid": "", "begun_at": None, "created_at": stack.now - timedelta(minutes=2)}
    sent(text.model_copy(update={**queued, "id": "tx_left", "location": "left", "to": "+12085550198"}))
    sent(text.model_copy(update={**queued, "id": "tx_here", "to": "+12085550199", "step": "again"}))
    await stack.step("outbox")
    states = {name: row.state for name in ("tx_left", "tx_here") if (row := stack.stores.outbox.get(name))}
    assert states["tx_left"] not in (TextState.SENT, TextState.DELIVERED)
    assert states["tx_here"] is TextState.SENT


async def test_a_round_of_every_loop_may_be_repeated(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    for _ in range(3):
        await stack.round()
    assert len(await story.texts()) == 1
    assert len(stack.all_cases()) == 1
