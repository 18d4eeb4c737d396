"""What a case costs in billed actions (design: at most 12 to a booking with a deposit, at most 16 to a hand-over)."""

from collections import Counter
from datetime import timedelta
from typing import Any

import worker as product_worker
from domain.case import CaseState, Outcome
from runtime.billing import billed_actions
from tests.stack import Stack
from tests.story import Story


async def billed(stack: Stack, story: Story) -> Counter[str]:
    history = await stack.handle(story.case_id).fetch_history()
    return billed_actions(history.events)


async def test_accepted_to_booked_with_a_deposit_is_at_most_12_actions(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    await stack.advance(minutes=20)
    await story.choose()
    await stack.advance(minutes=5)
    await story.pay()
    await stack.deliver()
    assert (await story.end()).state is CaseState.BOOKED
    actions = await billed(stack, story)
    assert 0 < actions.total() <= 12, actions


async def test_accepted_nudged_and_handed_over_is_at_most_16_actions(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    await stack.advance(hours=72, minutes=5)
    await story.resolve(Outcome.NOT_REACHED)
    assert (await story.end()).state is CaseState.HANDED_OVER
    actions = await billed(stack, story)
    assert 0 < actions.total() <= 16, actions


async def test_an_idle_location_costs_nothing(stack: Stack) -> None:
    """A day of all loops without any way to Temporal: none of them misses it."""
    nobody: Any = None
    idle = product_worker._loops(stack.parts, stack.parts.gateway(nobody), lambda _: None)
    assert len(idle) >= 7
    for _ in range(6):
        await stack.move(stack.now + timedelta(hours=4))
        for loop in idle:
            await loop.step()
    assert stack.all_cases() == []
