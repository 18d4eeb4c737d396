"""A vendor that will not have us, or does not know the card: nothing is lost, a person knows, it is tried again."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from domain.payment_plan.frequency import Frequency
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.plan_money import next_due
from domain.plan_records import Collection
from tests.stack import Stack
from tests.workflows.plan_office import GOOD, PlanStory, a_plan
from tests.workflows.test_plan_tasks import spoil
from workflows.contracts.plan_posting import PostingStart
from workflows.options import QUEUE
from workflows.plan_posting import PlanPosting


async def due(stack: Stack) -> PlanStory:
    """A plan with a card whose first payment is today; nothing has run yet."""
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card()
    while plan.today < plan.row.shown_plan.terms.first_payment:
        await stack.move(stack.now + timedelta(days=1))
    return plan


async def half_an_hour(plan: PlanStory) -> None:
    await plan.stack.move(plan.stack.now + timedelta(minutes=31))
    await plan.run()


def handled(plan: PlanStory) -> None:
    """A person says that it is done."""
    for task in plan.tasks():
        plan.stack.stores.tasks.update(task.id, {"done_at": task.done_at or plan.stack.now})


async def test_a_pms_that_refuses_our_key_once_delays_the_charge_and_loses_nothing(stack: Stack) -> None:
    plan = await due(stack)
    await stack.practice.fault(vendor="opendental", method="GET", path="/patients/", kind="status", status=401, count=1)
    await plan.run()
    assert plan.states() == ["waiting"]
    assert [task.kind for task in plan.tasks()] == ["plan_stuck"]
    await half_an_hour(plan)
    assert plan.states() == ["paid"]
    assert len(await plan.charges()) == 1
    assert plan.tasks()[0].done_at is not None


async def test_a_charge_that_is_still_stuck_has_one_open_task_however_often_it_is_closed(stack: Stack) -> None:
    plan = await due(stack)
    await stack.practice.fault(vendor="opendental", method="GET", path="/patients/", kind="status", status=401)
    await plan.run()
    for closed, rounds in enumerate((1, 2)):
        handled(plan)
        for _ in range(rounds):
            await stack.move(stack.now + timedelta(hours=4))
            await plan.run()
        assert [task.done_at is None for task in plan.tasks()].count(True) == 1
        assert len(plan.tasks()) == closed + 2
    await stack.practice.recover()
    await stack.move(stack.now + timedelta(days=1))
    await plan.run()
    assert plan.states() == ["paid"]
    assert all(task.done_at is not None for task in plan.tasks())


async def test_a_processor_that_refuses_our_key_leaves_the_payment_free_for_a_page(stack: Stack) -> None:
    plan = await due(stack)
    await stack.practice.fault(vendor="stripe", path="/v1/payment_intents", kind="status", status=401, count=1)
    await plan.run()
    assert plan.states() == ["declined"], "nothing was taken, so nothing is being made just now"
    await half_an_hour(plan)
    assert plan.states() == ["paid"]
    assert [row.attempt for row in plan.money()] == [1]
    assert len(await plan.charges()) == 1


async def test_a_card_that_the_processor_does_not_know_is_a_decline_for_a_person(stack: Stack) -> None:
    plan = await due(stack)
    await stack.practice.fault(
        vendor="stripe", method="POST", path="/v1/payment_intents$", kind="status", status=404, count=1
    )
    await plan.run()
    assert [(row.state, row.code) for row in plan.money()] == [("person", "card_gone")]
    assert [task.kind for task in plan.tasks()] == ["plan_unpaid"]
    await plan.give_card(GOOD)
    await plan.run()
    assert plan.states() == ["paid"]


async def test_a_payment_that_the_pms_refuses_is_entered_once_it_does_not(stack: Stack) -> None:
    plan = await due(stack)
    await stack.practice.fault(vendor="opendental", method="POST", path="/payments", kind="status", status=403, count=1)
    await plan.run()
    assert plan.states() == ["paid"]
    assert await plan.ledger() == []
    assert "not entered" in plan.tasks()[0].text
    paid_on = plan.today
    await plan.days(1)
    assert len(await plan.ledger()) == 1
    assert plan.tasks()[0].done_at is not None
    payments = (await stack.practice.records())["payments"]
    assert [each["PayDate"] for each in payments if each["CheckNum"] == plan.money()[0].id] == [paid_on.isoformat()]


async def test_a_collection_whose_workflow_was_ended_is_started_again_and_a_person_is_told(stack: Stack) -> None:
    plan = await due(stack)
    await stack.practice.fault(vendor="opendental", method="GET", path="/patients/", kind="status", status=401, count=1)
    await plan.run()
    handled(plan)
    [row] = plan.money()
    await stack.client.get_workflow_handle(row.workflow_id).terminate("by an operator")
    await half_an_hour(plan)
    assert plan.states() == ["paid"]
    assert len(await plan.charges()) == 1
    assert len(plan.tasks()) == 2, "the first was closed before it broke off"
    assert all(task.done_at is not None for task in plan.tasks())


BREAKS: dict[str, dict[str, object]] = {
    "before the patient is asked": {"vendor": "opendental", "method": "GET", "path": "/patients/"},
    "before the desk's payments are read": {"vendor": "opendental", "path": "paysplits"},
    "before the card is charged": {"vendor": "stripe", "method": "POST", "path": "/v1/payment_intents$"},
    "after the card was charged": {
        "vendor": "stripe", "method": "POST", "path": "/v1/payment_intents$", "kind": "lost_response"
    },
    "before the ledger has it": {"vendor": "opendental", "method": "POST", "path": "/payments"},
    "after the ledger had it": {
        "vendor": "opendental", "method": "POST", "path": "/payments", "kind": "lost_response"
    },
}  # fmt: skip


async def broken_off(plan: PlanStory, **fault: object) -> Collection:
    """The money of the day, its workflow ended from outside while it waits to try again."""
    await plan.stack.practice.fault(**({"kind": "status", "status": 503} | fault))
    for _ in range(400):
        await plan.stack.step("plans")
        for row in plan.money():
            handle = plan.stack.client.get_workflow_handle(row.workflow_id)
            with suppress(RPCError):
                waiting = (await handle.describe()).raw_description.pending_activities
                if any(activity.attempt > 1 for activity in waiting):
                    await handle.terminate("by an operator")
                    return plan.money()[0]
        await asyncio.sleep(0.02)
    raise AssertionError("no step of the charge failed")


async def test_money_whose_workflow_is_ended_at_any_step_is_taken_and_entered_once(stack: Stack) -> None:
    states = []
    for step, fault in BREAKS.items():
        plan = await due(stack)
        row = await broken_off(plan, **fault)
        states.append((row.state, row.paid_cents > 0, row.ledger_id != ""))
        await stack.practice.recover()
        await half_an_hour(plan)
        assert plan.states() == ["paid"], step
        assert await plan.charges() == [plan.row.shown_plan.principal_cents], step
        assert [int(each * 100) for each in await plan.ledger()] == await plan.charges(), step
        assert plan.tasks(), f"{step}: a person hears of it"
        assert all(task.done_at is not None for task in plan.tasks()), step
    waiting, charging, paid = ("waiting", False, False), ("charging", False, False), ("paid", True, False)
    assert states == [waiting, waiting, charging, charging, paid, paid]


async def test_a_task_that_the_pms_refused_is_put_there_by_the_next_round(stack: Stack) -> None:
    plan = await due(stack)
    await stack.practice.fault(vendor="opendental", path="/(patients/|tasks)", kind="status", status=401)
    await plan.run()
    assert [task.pms_task_id for task in plan.tasks()] == [""]
    await stack.practice.recover()
    await stack.move(stack.now + timedelta(minutes=2))
    await stack.step("plan_tasks")
    assert plan.tasks()[0].pms_task_id


async def test_a_stuck_plan_and_a_pms_that_refuses_its_task_keep_no_other_plan_and_no_day(stack: Stack) -> None:
    broken = await a_plan(stack, number_of_payments=1)
    broken.offer_and_sign()
    sound = await due(stack)
    spoil(stack, broken.plan_id)
    await stack.practice.fault(vendor="opendental", path="/tasks", kind="status", status=401)
    await sound.run()
    assert sound.states() == ["paid"]
    last = stack.parts.plans.days.last("boise")
    assert last is not None
    assert last.day == sound.today
    assert [task.kind for task in stack.stores.tasks.of_case(broken.plan_id)] == ["plan_stuck"]


async def test_a_day_of_many_pages_begins_fresh_histories_posts_each_plan_and_tells_each_payer_once(
    stack: Stack,
) -> None:
    """Pages of two plans and two texts, two pages a history: five plans are due, and four again a week later."""
    store, first = stack.parts.plans.plans, await due(stack)
    draft, today = first.row, first.today
    ids = [first.plan_id]
    for number in range(2, 6):
        item = replace(draft.shown_plan.production[0], id=f"{number}0001")
        half = item.amount_cents // 2 + 1
        terms = replace(draft.shown_plan.terms, number_of_payments=None, payment_cents=half, frequency=Frequency.WEEKLY)
        plan = open_plan(PaymentPlan(terms, (item,)), today)
        ids.append(f"pp_{number}")
        fields = {"id": ids[-1], "plan": plan, "next_due": next_due(plan), "phone": f"+1406555019{number}"}
        store.add(draft.model_copy(update=fields), ())
    start = PostingStart(location="boise", day=today, pages_a_run=2, plans_a_page=2, texts_a_page=2)
    handle = await stack.client.start_workflow(PlanPosting.run, start, id="posting/many", task_queue=QUEUE)
    end = await handle.result()
    assert end.plans == 5
    await stack.move(stack.now + timedelta(days=6))
    assert [len(stack.parts.plans.collections.of_plan(plan_id)) for plan_id in ids] == [1] * 5
    await stack.move(stack.now + timedelta(days=6))
    again = start.model_copy(update={"day": today + timedelta(days=6)})
    told = await stack.client.start_workflow(PlanPosting.run, again, id="posting/more", task_queue=QUEUE)
    assert (await told.result()).texts == 4
    notices = [[t.template for t in stack.stores.outbox.of_case(each)].count("charge_notice") for each in ids]
    assert notices == [0, 1, 1, 1, 1], "the first plan has no second payment"
    for each in (handle, told):
        run = stack.client.get_workflow_handle(each.id, run_id=each.first_execution_run_id)
        assert (await run.describe()).status is WorkflowExecutionStatus.CONTINUED_AS_NEW
