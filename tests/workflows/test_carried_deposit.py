"""A deposit whose visit was called off too late stands for the patient's next visit, unless staff decide first."""

from datetime import timedelta

import pytest

from db.stores.deposits import DepositStore
from domain.case import CaseState
from domain.deposit_decisions import MOVED_ON_WORDS, DecisionKind
from domain.records import DepositState
from tests.stack import Stack
from tests.story import Story
from tests.workflows.test_deposit import money
from tests.workflows.test_deposit_decision import PAID, decide, decision_tasks, late_cancelled, ledger_cents
from workflows.contracts import case as wire
from workflows.contracts.deposit_decision import Decide

DAY = timedelta(days=1)


async def following(stack: Stack, story: Story) -> tuple[Story, wire.ChoiceOutcome]:
    """The case that goes on after the cancellation, and what came of choosing a time far enough ahead in it."""
    (row,) = [each for each in stack.open_cases() if each.patient_id == story.row.patient_id]
    again = Story(stack, row.case_id)
    await stack.until(lambda: again.row.route is not None)
    ahead = next(o for o in stack.parts.openings.all_for(again.row, stack.now) if o.start > stack.now + 3 * DAY)
    choice = wire.ChooseOpening(opening=ahead, command_id="form-9", policy_from="203.0.113.7")
    outcome = await stack.gateway.choose(again.case_id, choice)
    await stack.settle()
    return again, outcome


async def test_the_next_booking_takes_the_deposit_over_and_nobody_decides_any_more(stack: Stack) -> None:
    story = await late_cancelled(stack)
    kept = story.deposits()[-1]
    again, outcome = await following(stack, story)
    assert outcome.kind is wire.ChoiceKind.BOOKED, again.timeline
    assert (await again.end()).state is CaseState.BOOKED
    [carried] = again.deposits()
    assert (carried.id, carried.state, story.deposits()) == (kept.id, DepositState.PAID, [])
    assert await money(stack) == (PAID, 0), "nothing was asked for again"
    assert await ledger_cents(story) == [PAID], "the prepayment stays in the PMS"
    await stack.until(lambda: not decision_tasks(story))
    said = Decide(kind=DecisionKind.FORFEIT, by="paula", reason="late", command_id="form-2")
    late = await stack.gateway.decide_deposit(story.case_id, kept.id, said)
    assert late.refused == MOVED_ON_WORDS
    await stack.gateway.cancel_booking(again.case_id, "patient", "page-cancel-0002")
    await stack.settle()
    assert await money(stack) == (PAID, PAID), "in time by the new visit's policy"
    assert sum(await ledger_cents(story)) == 0


async def test_a_deposit_that_staff_kept_or_gave_back_is_asked_for_anew(stack: Stack) -> None:
    story = await late_cancelled(stack)
    assert not (await decide(story, DecisionKind.FORFEIT)).refused
    again, outcome = await following(stack, story)
    assert outcome.kind is wire.ChoiceKind.PAY
    assert [each.amount_cents for each in again.deposits()] == [PAID]
    assert story.deposits()[-1].state is DepositState.FORFEITED


async def test_a_kept_deposit_that_goes_elsewhere_while_it_is_booked_leaves_a_task(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another visit of the patient takes it over in the moment between the choice and the record."""
    await late_cancelled(stack)
    monkeypatch.setattr(DepositStore, "carry", lambda *_: False)
    [row] = stack.open_cases()
    again, outcome = await following(stack, Story(stack, row.case_id))
    assert outcome.kind is wire.ChoiceKind.BOOKED
    assert (await again.end()).state is CaseState.BOOKED
    [task] = [each for each in again.open_tasks() if each.kind == "deposit"]
    assert "Booked without its deposit" in task.text
