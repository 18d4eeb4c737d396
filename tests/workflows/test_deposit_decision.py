"""A late-cancelled deposit waits for a person; giving it back or keeping it happens once, whatever dies."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from activities.decisions import DecisionActivities
from db.stores.deposits import DepositStore
from domain.deposit_decisions import DECISION_TASK, DISPUTED_WORDS, DecisionKind
from domain.records import DepositState, TaskRecord
from tests.stack import Stack
from tests.story import Story
from tests.workflows.test_after_booking import booked_with_deposit
from tests.workflows.test_deposit import money
from workflows.contracts.deposit_decision import Decide, DecisionAnswer

PAID = 50_000
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


async def late_cancelled(stack: Stack) -> Story:
    """Cancelled an hour before the visit: too late for the policy."""
    story = await booked_with_deposit(stack)
    assert story.row.booked_start is not None
    await stack.move(story.row.booked_start - HOUR)
    await stack.gateway.cancel_booking(story.case_id, "patient", "page-cancel-0001")
    await stack.settle()
    await stack.until(lambda: decision_tasks(story))
    return story


def decision_tasks(story: Story) -> list[TaskRecord]:
    return [task for task in story.open_tasks() if task.kind == DECISION_TASK]


async def decide(story: Story, kind: DecisionKind, *, command: str = "form-1", cents: int = 0) -> DecisionAnswer:
    reason = "regular patient" if command == "form-1" else f"said in {command}"
    said = Decide(kind=kind, by="paula", reason=reason, command_id=command, amount_cents=cents)
    return await story.stack.gateway.decide_deposit(story.case_id, story.deposits()[-1].id, said)


async def ledger_cents(story: Story) -> list[int]:
    """What the practice's ledger has of this patient, in order: payments above 0, refunds below."""
    rows = (await story.stack.practice.records())["payments"]
    return [round(float(p["PayAmt"]) * 100) for p in rows if str(p["PatNum"]) == story.row.patient_id]


def actors(story: Story, kind: str) -> list[tuple[str, str]]:
    events = story.stack.stores.cases.events(story.case_id)
    return [(event.actor, event.text) for event in events if event.kind == kind]


async def test_late_cancelled_it_stays_paid_and_the_task_names_the_decision_and_climbs(stack: Stack) -> None:
    story = await late_cancelled(stack)
    assert [d.state for d in story.deposits()] == [DepositState.PAID]
    assert await money(stack) == (PAID, 0)
    [task] = decision_tasks(story)
    assert "give it back or keep it" in task.text
    assert "$500.00" in task.text
    first = task.owner
    for _ in range(2):
        [task] = decision_tasks(story)
        assert task.next_climb_at is not None
        level = task.level
        await stack.move(task.next_climb_at + SECOND)
        await stack.until(lambda: decision_tasks(story)[0].level > level)  # noqa: B023
    [task] = decision_tasks(story)
    assert task.owner != first or task.level >= 2
    await stack.advance(days=2)
    assert [d.state for d in story.deposits()] == [DepositState.PAID], "nothing is kept without a click"
    assert await money(stack) == (PAID, 0)


async def test_giving_it_back_is_one_refund_one_reversal_and_names_the_person(stack: Stack) -> None:
    story = await late_cancelled(stack)
    answer = await decide(story, DecisionKind.REFUND)
    assert (answer.refused, answer.cents, answer.left_cents) == ("", PAID, 0)
    again = await decide(story, DecisionKind.REFUND)
    assert (again.refused, again.cents) == ("", PAID), "the same form gets the same answer"
    other = await decide(story, DecisionKind.REFUND, command="form-2")
    assert "given back already" in other.refused
    assert await money(stack) == (PAID, PAID)
    assert await ledger_cents(story) == [PAID, -PAID]
    [deposit] = story.deposits()
    assert (deposit.state, deposit.refunded_cents) == (DepositState.REFUNDED, PAID)
    assert actors(story, "refund") == [("paula", "deposit given back, $500.00: regular patient")]
    await stack.until(lambda: not decision_tasks(story))
    [done] = [task for task in story.tasks() if task.kind == DECISION_TASK]
    assert (done.outcome, done.done_by) == ("refund", "paula")
    assert story.row.next_at is None


async def test_keeping_it_moves_no_money_and_stands_in_the_pms(stack: Stack) -> None:
    story = await late_cancelled(stack)
    assert (await decide(story, DecisionKind.FORFEIT)).refused == ""
    assert (await decide(story, DecisionKind.FORFEIT)).refused == ""
    assert "kept already" in (await decide(story, DecisionKind.FORFEIT, command="form-2")).refused
    assert await money(stack) == (PAID, 0)
    assert [d.state for d in story.deposits()] == [DepositState.FORFEITED]
    assert await ledger_cents(story) == [PAID]
    assert actors(story, "forfeit") == [("paula", "deposit of $500.00 kept: regular patient")]
    notes = [str(row["Note"]) for row in (await stack.practice.records())["commlogs"]]
    assert len([note for note in notes if "kept, decided by Paula" in note]) == 1
    await stack.until(lambda: not decision_tasks(story))
    assert stack.parts.vendors.pms("boise").prepaid_cents(story.row.patient_id) == PAID
    held = stack.parts.prepayments.held_cents(story.row)
    assert held == 0, "a kept deposit does not count as a prepayment for the next visit"


async def test_a_part_goes_back_and_the_rest_still_waits_for_a_decision(stack: Stack) -> None:
    story = await late_cancelled(stack)
    assert "Only $500.00" in (await decide(story, DecisionKind.REFUND, command="form-0", cents=PAID + 1)).refused
    part = await decide(story, DecisionKind.REFUND, cents=20_000)
    assert (part.cents, part.left_cents) == (20_000, 30_000)
    assert await decide(story, DecisionKind.REFUND, cents=20_000) == part, "the same form acts once"
    assert "Only $300.00" in (await decide(story, DecisionKind.REFUND, command="form-2", cents=30_001)).refused
    assert decision_tasks(story), "the rest is not decided yet"
    assert await money(stack) == (PAID, 20_000)
    assert await ledger_cents(story) == [PAID, -PAID, 30_000]
    assert (await decide(story, DecisionKind.FORFEIT, command="form-3")).cents == 30_000
    await stack.until(lambda: not decision_tasks(story))
    assert story.deposits()[-1].state is DepositState.FORFEITED
    assert await money(stack) == (PAID, 20_000)


async def test_a_part_and_then_the_rest_go_back_and_the_ledger_is_even(stack: Stack) -> None:
    story = await late_cancelled(stack)
    await decide(story, DecisionKind.REFUND, cents=20_000)
    assert (await decide(story, DecisionKind.REFUND, command="form-2")).cents == 30_000
    assert await money(stack) == (PAID, PAID)
    assert sum(await ledger_cents(story)) == 0
    assert story.deposits()[-1].state is DepositState.REFUNDED


async def test_a_disputed_deposit_is_neither_given_back_nor_kept(stack: Stack) -> None:
    story = await late_cancelled(stack)
    await stack.practice.fault(vendor="stripe", kind="drop")
    await stack.practice.post("stripe/disputes", payment_intent=story.deposits()[0].payment_id)
    for number, kind in enumerate(DecisionKind):
        before = await decide(story, kind, command=f"before-the-news-{number}")
        assert before.refused == DISPUTED_WORDS
    await stack.practice.recover()
    stack.stores.deposits.settle(story.deposits()[0].id, DepositState.DISPUTED, {})
    for number, kind in enumerate(DecisionKind):
        assert (await decide(story, kind, command=f"after-it-{number}")).refused == DISPUTED_WORDS
    assert await money(stack) == (PAID, 0)
    [task] = decision_tasks(story)
    assert task.next_climb_at is not None
    await stack.move(task.next_climb_at + SECOND)
    await stack.until(lambda: not decision_tasks(story))


async def test_two_people_at_once_give_it_back_once(stack: Stack) -> None:
    story = await late_cancelled(stack)
    answers = await asyncio.gather(*(decide(story, DecisionKind.REFUND, command=f"form-{n}") for n in range(4)))
    assert len([answer for answer in answers if not answer.refused]) == 1
    assert await money(stack) == (PAID, PAID)
    assert await ledger_cents(story) == [PAID, -PAID]


async def test_one_gives_back_while_another_keeps_it(stack: Stack) -> None:
    story = await late_cancelled(stack)
    kept, returned = await asyncio.gather(
        decide(story, DecisionKind.FORFEIT, command="keeps"), decide(story, DecisionKind.REFUND, command="returns")
    )
    assert not returned.refused, "keeping it is no way round giving it back"
    assert bool(kept.refused) == (actors(story, "forfeit") == [])
    assert story.deposits()[-1].state is DepositState.REFUNDED
    assert await money(stack) == (PAID, PAID)


@pytest.mark.parametrize("where", ["after stripe", "after our row", "in the ledger"])
async def test_a_death_anywhere_gives_back_once(stack: Stack, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    story = await late_cancelled(stack)
    target, name = {
        "after stripe": (DepositStore, "settle"),
        "after our row": (stack.stores.cases.__class__, "note"),
        "in the ledger": (DecisionActivities, "_reverse"),
    }[where]
    kept, died = getattr(target, name), list[str]()

    def dying(self: Any, *given: Any, **more: Any) -> Any:
        done = kept(self, *given, **more) if where != "after stripe" else None
        if not died:
            died.append(where)
            raise RuntimeError("killed here")
        return kept(self, *given, **more) if where == "after stripe" else done

    monkeypatch.setattr(target, name, dying)
    answer = await decide(story, DecisionKind.REFUND)
    assert died
    assert (answer.refused, answer.cents) == ("", PAID)
    assert await money(stack) == (PAID, PAID)
    assert await ledger_cents(story) == [PAID, -PAID]
    assert len(actors(story, "refund")) == 1


async def test_the_answer_of_stripe_is_lost_and_it_is_still_one_refund(stack: Stack) -> None:
    story = await late_cancelled(stack)
    await stack.practice.fault(vendor="stripe", method="POST", path="refunds", kind="lost_response", count=1)
    answer = await decide(story, DecisionKind.REFUND)
    assert answer.cents == PAID
    assert await money(stack) == (PAID, PAID)


async def test_staff_give_back_the_deposit_of_a_booked_visit_without_a_task(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    assert "still booked" in (await decide(story, DecisionKind.FORFEIT, command="form-0")).refused
    assert (await decide(story, DecisionKind.REFUND)).cents == PAID
    assert story.state == "booked"
    assert story.row.appointment_id
    assert await ledger_cents(story) == [PAID, -PAID]
    assert not decision_tasks(story)


async def test_done_in_the_pms_is_no_decision(stack: Stack) -> None:
    story = await late_cancelled(stack)
    [task] = decision_tasks(story)
    assert task.pms_task_id
    stack.parts.vendors.pms("boise").close_task(task.pms_task_id, "done")
    await stack.step("tasks")
    assert decision_tasks(story)
    assert story.deposits()[-1].state is DepositState.PAID


async def test_the_office_calls_it_off_late_and_the_deposit_goes_back_by_itself(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    assert story.row.booked_start is not None
    await stack.move(story.row.booked_start - HOUR)
    await stack.gateway.cancel_booking(story.case_id, "Paula", "console-cancel-1", office=True)
    await stack.settle()
    assert await money(stack) == (PAID, PAID)
    assert any("have to call off" in text["text"] for text in await story.texts())
