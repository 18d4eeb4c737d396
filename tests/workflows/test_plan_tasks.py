"""Tasks about plans: they reach a person, climb when nobody acts, and stand in the PMS once."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from domain.plan_life import By, Step
from domain.plan_records import PlanRecord
from tests.stack import Stack
from tests.workflows.plan_office import DECLINING, PlanStory, a_plan


async def an_unpaid_task(stack: Stack) -> PlanStory:
    """A plan whose card was declined on every rung, so that a person has it."""
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card(DECLINING)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    for _ in range(3):
        await plan.days(2)
    assert [task.kind for task in plan.tasks()] == ["plan_unpaid"]
    return plan


async def test_an_untouched_task_climbs_in_open_hours_and_the_pms_has_one_copy_of_it(stack: Stack) -> None:
    plan = await an_unpaid_task(stack)
    [task] = plan.tasks()
    location = stack.parts.locations.get("boise")
    chain = location.payment_plans.owners
    assert location.member(task.owner).role == chain[0].owner
    assert task.next_climb_at is not None
    await stack.step("plan_tasks")
    assert plan.tasks()[0].level == task.level, "its time has not come"
    await stack.move(task.next_climb_at + timedelta(seconds=1))
    await stack.step("plan_tasks")
    await stack.step("plan_tasks")
    [climbed] = plan.tasks()
    assert climbed.level == task.level + 1
    assert location.member(climbed.owner).role == "manager"
    assert climbed.pms_list_id == location.member(climbed.owner).task_list_id
    copies = await pms_copies(stack, plan)
    assert [str(copy["TaskListNum"]) for copy in copies] == [climbed.pms_list_id]
    assert climbed.next_climb_at > task.next_climb_at
    await stack.move(climbed.next_climb_at + timedelta(seconds=1))
    await stack.step("plan_tasks")
    [again] = plan.tasks()
    assert again.level == climbed.level + 1
    assert again.owner == climbed.owner, "the last one is asked again and again"


async def test_a_task_climbs_while_the_pms_is_down_and_its_copy_follows(stack: Stack) -> None:
    plan = await an_unpaid_task(stack)
    [task] = plan.tasks()
    await stack.move(task.next_climb_at + timedelta(seconds=1))
    await stack.practice.fault(vendor="opendental", method="PUT", path="/tasks/", kind="status", status=504, count=1)
    await stack.step("plan_tasks")
    [climbed] = plan.tasks()
    assert climbed.level == task.level + 1
    owner = stack.parts.locations.get("boise").member(climbed.owner)
    for _ in range(3):
        await stack.step("plan_tasks")
    assert plan.tasks()[0].pms_list_id == owner.task_list_id
    [copy] = await pms_copies(stack, plan)
    assert str(copy["TaskListNum"]) == owner.task_list_id


async def test_a_finished_task_does_not_climb(stack: Stack) -> None:
    plan = await an_unpaid_task(stack)
    [task] = plan.tasks()
    await stack.practice.post("task", task_num=int(task.pms_task_id))
    await stack.step("tasks")
    assert plan.tasks()[0].done_at is not None
    await stack.move(task.next_climb_at + timedelta(days=9))
    await stack.step("plan_tasks")
    assert plan.tasks()[0].level == task.level


async def test_a_payer_whom_no_text_reaches_is_called_before_the_charge_and_the_charge_runs(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card()
    without_phone(stack, plan)
    due = plan.row.shown_plan.terms.first_payment
    await plan.to(due - timedelta(days=3))
    await plan.days(2)
    [task] = plan.tasks()
    assert task.kind == "plan_call"
    assert f"charged on {due}" in task.text
    assert "no number that may be texted" in task.text
    await stack.move(stack.now + timedelta(minutes=2))
    await stack.step("plan_tasks")
    assert plan.tasks()[0].pms_task_id
    assert plan.texts() == []
    await plan.to(due)
    assert plan.states() == ["paid"], "the agreement names date and amount; the call is about courtesy"


async def test_a_card_that_runs_out_is_a_call_where_no_text_can_go_and_once_a_month(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=2)
    plan.offer_and_sign()
    due = plan.row.shown_plan.terms.first_payment
    last = due - timedelta(days=due.day)
    await plan.give_card(expiry=f"{last.month:02}/{last.year % 100}")
    without_phone(stack, plan)
    await plan.to(due - timedelta(days=5))
    await plan.days(2)
    calls = [task for task in plan.tasks() if "runs out" in task.text]
    assert len(calls) == 1
    assert calls[0].kind == "plan_call"
    await plan.days(6)
    assert await plan.charges() == []
    assert {task.kind for task in plan.tasks()} == {"plan_call", "plan_unpaid"}


async def test_a_payer_without_card_or_phone_is_called_on_the_day_itself(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    stack.parts.plans.desk.describe(plan.plan_id, "paula", autopay=False)
    plan.offer_and_sign()
    without_phone(stack, plan)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    assert plan.states() == ["person"]
    assert "plan_unpaid" in {task.kind for task in plan.tasks()}


async def test_a_plan_whose_row_is_broken_reaches_a_person_and_the_day_ends(stack: Stack) -> None:
    broken = await a_plan(stack, number_of_payments=1)
    broken.offer_and_sign()
    await broken.give_card()
    sound = await a_plan(stack, number_of_payments=1)
    sound.offer_and_sign()
    await sound.give_card()
    due = max(each.row.shown_plan.terms.first_payment for each in (broken, sound))
    spoil(stack, broken.plan_id)
    await sound.to(due)
    assert sound.states() == ["paid"]
    last = stack.parts.plans.days.last("boise")
    assert last is not None
    assert last.day == due
    [task] = stack.stores.tasks.of_case(broken.plan_id)
    assert task.kind == "plan_stuck"
    assert "cannot be read" in task.text


def without_phone(stack: Stack, plan: PlanStory) -> None:
    def work(record: PlanRecord, _who: By) -> Step:
        return Step(record.model_copy(update={"phone": ""}), ())

    stack.parts.plans.steps.take(plan.plan_id, work)


def spoil(stack: Stack, plan_id: str) -> None:
    with stack.stores.database.write() as session:
        session.connection().execute(text("UPDATE plans SET plan = '{\"terms\": 3}' WHERE id = :id"), {"id": plan_id})


async def pms_copies(stack: Stack, plan: PlanStory) -> list[dict[str, Any]]:
    """The PMS tasks that carry this plan's task."""
    [task] = [each for each in plan.tasks() if each.kind == "plan_unpaid"]
    rows = (await stack.practice.records())["tasks"]
    return [row for row in rows if task.id in row["Descript"] or str(row["TaskNum"]) == task.pms_task_id]
