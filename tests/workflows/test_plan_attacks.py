"""Attacks on a plan that collects: killed at any write, webhooks replayed, two workers, clocks that jump."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.plan_charges import ChargeTry, PlanChargeActivities
from activities.plan_posting import _posted
from db.session import Database
from domain.payment_plan.frequency import Frequency
from domain.plan_records import PlanDay
from loops.plans import PlansLoop
from runtime.clock import SteppedClock
from tests.stack import Stack
from tests.workflows.plan_office import DECLINING, GOOD, PlanStory, a_plan
from workflows.plan_gateway import PlanGateway


async def a_weekly_plan(stack: Stack, payments: int) -> PlanStory:
    plan = await a_plan(stack, number_of_payments=payments, frequency=Frequency.WEEKLY)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.run()
    return plan


@contextmanager
def killed_after(write: int) -> Iterator[list[int]]:
    """The process dies right after its n-th committed write, once; gives how many writes there were."""
    seen, lock, real = [0], threading.Lock(), Database.write

    @contextmanager
    def dying(self: Database) -> Iterator[Any]:
        with real(self) as session:
            yield session
        with lock:
            seen[0] += 1
            dead = seen[0] == write
        if dead:
            raise RuntimeError("killed")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Database, "write", dying)
        yield seen


async def test_killed_after_any_write_the_money_is_taken_once_posted_once_and_told_once(stack: Stack) -> None:
    weeks = 14
    plan = await a_weekly_plan(stack, weeks)
    first = plan.row.shown_plan.terms.first_payment
    most = 0
    for week in range(weeks):
        due = first + timedelta(weeks=week)
        while plan.today < due:
            await stack.move(stack.now + timedelta(days=1))
        with killed_after(week + 1) as writes:
            for _ in range(60):
                for loop in ("plans", "inbox", "plan_office", "plan_ledger"):
                    try:
                        await stack.step(loop)
                    except RuntimeError:
                        continue  # the loop's runner tries again
                await stack.move(stack.now + timedelta(seconds=20))
                await asyncio.sleep(0.05)
                done = plan.states() == ["paid"] * (week + 1) and all(row.ledger_id for row in plan.money())
                if done and writes[0] > week:
                    break
        most = max(most, writes[0])
        assert plan.states() == ["paid"] * (week + 1), f"killed after write {week + 1}"
    assert most >= weeks - 1, "every write of a week was hit once"
    total = plan.row.shown_plan.principal_cents
    charges = await plan.charges()
    assert len(charges) == weeks
    assert sum(charges) == total
    assert sorted(await plan.ledger()) == sorted(Decimal(cents) / 100 for cents in charges)
    assert sum(split.amount_cents for split in plan.row.shown_plan.splits) == total
    assert plan.tasks() == []


@pytest.mark.parametrize(
    ("vendor", "path"),
    [
        ("stripe", "/v1/payment_intents$"),
        ("opendental", "/payments$"),
        ("twilio", "/Messages"),
        ("opendental", "/tasks$"),
    ],
)
async def test_a_vendor_whose_answer_is_lost_did_it_once(stack: Stack, vendor: str, path: str) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card(GOOD if vendor == "stripe" or path == "/payments$" else DECLINING)
    due = plan.row.shown_plan.terms.first_payment
    while plan.today < due:
        await stack.move(stack.now + timedelta(days=1))
    await stack.practice.fault(vendor=vendor, method="POST", path=path, kind="lost_response", count=1)
    for _ in range(3):
        for _ in range(5):
            await stack.step("plans")
            await stack.move(stack.now + timedelta(seconds=40))
            await asyncio.sleep(0.05)
        await plan.days(2)
        await stack.step("outbox")
    charges = await plan.charges()
    assert charges == ([plan.row.shown_plan.principal_cents] if plan.states() == ["paid"] else [])
    assert await plan.ledger() == [Decimal(cents) / 100 for cents in charges]
    rows = (await stack.practice.records())["tasks"]
    assert len([row for row in rows if plan.plan_id in row["Descript"]]) == len(plan.tasks())
    bodies = [each["text"] for each in await stack.practice.texts(plan.row.phone)]
    assert len(bodies) == len(set(bodies)) == len(plan.texts())


async def test_every_webhook_twice_and_backwards_changes_nothing(stack: Stack) -> None:
    plan = await a_weekly_plan(stack, 2)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    [row] = plan.money()
    stack.parts.plans.money.refund(row.id, 700, "paula")
    await plan.run()
    before, money, tasks = plan.row.plan, plan.money(), plan.tasks()
    events = (await stack.practice.get("stripe/records"))["events"]
    taken = stack.parts.plans.events(PlanGateway(stack.gateway))
    for event in [*reversed(events), *events]:
        await taken.take(event)
    await plan.run()
    assert plan.row.plan == before
    assert plan.money() == money
    assert plan.tasks() == tasks
    assert len(await plan.charges()) == 1


async def test_a_refund_by_page_and_its_webhook_at_once_come_off_the_plan_once(stack: Stack) -> None:
    plan = await a_weekly_plan(stack, 2)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    [stale] = plan.money()
    money = stack.parts.plans.money
    money.refund(stale.id, 700, "paula")
    money.went_back(stale, 700)
    assert plan.money()[0].refunded_cents == 700
    assert sum(split.amount_cents for split in plan.row.shown_plan.splits) == stale.paid_cents - 700


async def test_a_refund_that_fails_at_the_bank_is_the_plans_money_again_and_a_persons_task(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card("4000000000005126")
    await plan.to(plan.row.shown_plan.terms.first_payment)
    [row] = plan.money()
    stack.parts.plans.money.refund(row.id, row.paid_cents, "paula")
    assert plan.states() == ["refunded"]
    await plan.days(1)
    assert plan.states() == ["paid"]
    assert plan.money()[0].refunded_cents == 0
    assert sum(split.amount_cents for split in plan.row.shown_plan.splits) == row.paid_cents
    assert [task.kind for task in plan.tasks()] == ["plan_refund_failed"]


async def test_two_workers_at_the_same_attempt_take_the_money_once(stack: Stack) -> None:
    plan = await a_weekly_plan(stack, 1)
    due = plan.row.shown_plan.terms.first_payment
    while plan.today < due:
        await stack.move(stack.now + timedelta(days=1))
    posting = stack.parts.plans.posting
    page = posting.due_page("boise", due, 10)
    posting.save_posted([_posted(each, due, stack.parts.plans.steps.by("boise")) for each in page.records])
    [row] = plan.money()
    [charger] = [each for each in stack.parts.plans.activities() if isinstance(each, PlanChargeActivities)]
    given = ChargeTry(plan_id=plan.plan_id, collection_id=row.id, attempt=1)
    with ThreadPoolExecutor(4) as threads:
        results = await asyncio.gather(
            *(asyncio.get_running_loop().run_in_executor(threads, charger.charge, given) for _ in range(4)),
            return_exceptions=True,
        )
    assert any(not isinstance(each, BaseException) for each in results)
    assert charger.charge(given).kind == "paid"
    for _ in range(2):
        charger.post_payment(given)
    assert len(await plan.charges()) == 1
    assert len(await plan.ledger()) == 1
    assert sum(split.amount_cents for split in plan.row.shown_plan.splits) == row.amount_cents


async def test_a_clock_that_jumps_back_charges_nothing_again(stack: Stack) -> None:
    plan = await a_weekly_plan(stack, 3)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    charges, now = await plan.charges(), stack.now
    stack.clock._at = now - timedelta(days=9)
    for _ in range(2):
        await stack.step("plans")
    await plan.calm()
    assert await plan.charges() == charges
    assert len(plan.money()) == 1
    stack.clock.set(now)
    await plan.days(7)
    assert len(await plan.charges()) == 2


async def test_a_clock_that_jumps_ahead_catches_up_each_date_once(stack: Stack) -> None:
    plan = await a_weekly_plan(stack, 4)
    await stack.move(stack.now + timedelta(days=200))
    await plan.run()
    await plan.run()
    first = plan.row.shown_plan.terms.first_payment
    assert [row.day for row in plan.money()] == [first + timedelta(weeks=week) for week in range(4)]
    assert sum(await plan.charges()) == plan.row.shown_plan.principal_cents


async def test_month_ends_fall_on_the_last_day_there_is(stack: Stack) -> None:
    first = date(2030, 1, 31)
    plan = await a_plan(stack, number_of_payments=4, first_payment=first)
    plan.offer_and_sign()
    await plan.give_card()
    await stack.move(stack.now + (first - plan.today) + timedelta(days=100))
    await plan.run()
    assert [row.day for row in plan.money()] == [first, date(2030, 2, 28), date(2030, 3, 31), date(2030, 4, 30)]
    assert plan.states() == ["paid"] * 4


class _Days:
    def __init__(self) -> None:
        self.done: list[date] = []

    def last(self, location: str) -> PlanDay | None:
        at = datetime(2027, 1, 1, tzinfo=UTC)
        return (
            PlanDay(location=location, day=self.done[-1], done_at=at, plans=0, charged_cents=0) if self.done else None
        )


@pytest.mark.parametrize(
    ("collect_at", "start", "end"),
    [
        ("02:30", datetime(2027, 3, 13, tzinfo=UTC), datetime(2027, 3, 17, tzinfo=UTC)),
        ("01:30", datetime(2027, 11, 6, tzinfo=UTC), datetime(2027, 11, 10, tzinfo=UTC)),
        ("00:00", datetime(2027, 3, 13, tzinfo=UTC), datetime(2027, 3, 17, tzinfo=UTC)),
    ],
)
async def test_each_local_day_is_run_once_though_its_hour_is_missing_or_comes_twice(
    stack: Stack, collect_at: str, start: datetime, end: datetime
) -> None:
    place = stack.parts.locations.get("boise")
    settings = place.payment_plans.model_copy(update={"collect_at": time.fromisoformat(collect_at)})
    place = place.model_copy(update={"payment_plans": settings})
    days, clock, runs = _Days(), SteppedClock(start), []

    class Here:
        def all(self) -> list[Any]:
            return [place]

        def any_in_force(self, location: str) -> bool:
            return True

        def not_started(self, location: str, limit: int = 0) -> list[Any]:
            return []

        def mark_started(self, ids: Any) -> None:
            """Nothing was."""

        def in_state(self, *_: Any) -> list[Any]:
            return []

        def being_collected(self, *_: Any) -> list[Any]:
            return []

        async def start_day(self, location: str, day: date) -> None:
            days.done.append(day)
            runs.append(clock.now())

    here: Any = Here()
    loop = PlansLoop(here, here, days, here, here, here, clock, here)  # type: ignore[arg-type]  # of which this asks little
    while clock.now() < end:
        await loop.step()
        clock.set(clock.now() + timedelta(minutes=10))
    first = days.done[0]
    assert days.done == [first + timedelta(days=count) for count in range(len(days.done))]
    assert len(days.done) >= 4
    for day, at in zip(days.done[1:], runs[1:], strict=True):
        local = at.astimezone(place.tz)
        assert local.date() == day
        assert local.time() >= settings.collect_at
