"""A vendor that will not have us, or does not know the card: nothing is lost, a person knows, it is tried again."""

from datetime import timedelta

from temporalio.client import WorkflowExecutionStatus

from tests.stack import Stack
from tests.workflows.plan_office import GOOD, PlanStory, a_plan
from tests.workflows.test_plan_tasks import spoil
from workflows.contracts.plan_posting import PostingStart, Telling
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
    await half_an_hour(plan)
    assert len(await plan.ledger()) == 1
    assert plan.tasks()[0].done_at is not None


async def test_a_collection_whose_workflow_was_ended_is_started_again_and_a_person_is_told(stack: Stack) -> None:
    plan = await due(stack)
    await stack.practice.fault(vendor="opendental", method="GET", path="/patients/", kind="status", status=401, count=1)
    await plan.run()
    [row] = plan.money()
    await stack.client.get_workflow_handle(row.workflow_id).terminate("by an operator")
    await half_an_hour(plan)
    assert plan.states() == ["paid"]
    assert len(await plan.charges()) == 1
    assert all(task.done_at is not None for task in plan.tasks())


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


async def test_a_day_with_very_many_texts_begins_a_fresh_history_and_tells_each_payer_once(
    stack: Stack,
) -> None:
    plan = await due(stack)
    soon = plan.today + timedelta(days=1)
    telling = Telling(waiting=((plan.plan_id, "charge", soon),) * 5, ends=stack.now + timedelta(hours=20))
    start = PostingStart(location="boise", day=plan.today, telling=telling, texts_a_run=2)
    handle = await stack.client.start_workflow(PlanPosting.run, start, id="posting/many", task_queue=QUEUE)
    end = await handle.result()
    assert end.texts >= 1
    assert plan.texts().count("charge_notice") == 1
    first = await stack.client.get_workflow_handle("posting/many", run_id=handle.first_execution_run_id).describe()
    assert first.status is WorkflowExecutionStatus.CONTINUED_AS_NEW
