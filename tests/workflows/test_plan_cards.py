"""When a permission ends, the card comes off at the card processor too: once, and not while another plan charges it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.stack import Stack
from tests.workflows.plan_office import PlanStory, a_plan


async def attached(stack: Stack, plan: PlanStory) -> bool:
    """Whether the processor still has the plan's card on its customer."""
    card = next(each for each in (plan.row.card, *plan.row.released_cards) if each is not None)
    return await on_customer(stack, card.payment_method_id)


async def on_customer(stack: Stack, method_id: str) -> bool:
    methods: list[dict[str, Any]] = (await stack.practice.get("stripe/records"))["payment_methods"]
    found = [each for each in methods if each["id"] == method_id]
    assert len(found) == 1
    return found[0]["customer"] is not None


async def with_card(stack: Stack) -> PlanStory:
    plan = await a_plan(stack)
    plan.offer_and_sign()
    await plan.give_card()
    assert plan.row.card is not None
    assert await attached(stack, plan)
    return plan


@pytest.mark.parametrize("act", ["close", "delete"])
async def test_the_card_comes_off_once_when_a_plan_is_closed_or_deleted(stack: Stack, act: str) -> None:
    plan = await with_card(stack)
    card = plan.row.card
    assert card is not None
    getattr(stack.parts.plans.desk, act)(plan.plan_id, "paula")
    assert plan.row.card is None, "nothing may be charged from this moment on"
    await stack.step("plan_cards")
    await stack.step("plan_cards")
    assert not await on_customer(stack, card.payment_method_id)
    assert plan.row.released_cards == ()
    assert [line for line in plan.audit if "detached at the processor" in line] == [
        "card: the card ending in 4242 is detached at the processor"
    ]


async def test_an_answer_that_is_lost_leaves_the_card_waiting_and_the_next_round_finds_it_off(stack: Stack) -> None:
    plan = await with_card(stack)
    stack.parts.plans.desk.close(plan.plan_id, "paula")
    (card,) = plan.row.released_cards
    await stack.practice.fault(vendor="stripe", path="detach", kind="lost_response", count=1)
    await stack.step("plan_cards")
    assert [each.payment_method_id for each in plan.row.released_cards] == [card.payment_method_id]
    await stack.step("plan_cards")
    assert not plan.row.released_cards
    assert not await on_customer(stack, card.payment_method_id)


async def test_a_card_that_another_plan_charges_stays_until_that_one_ends(stack: Stack) -> None:
    first, second = await with_card(stack), await with_card(stack)
    plans = stack.parts.plans.plans
    shared = first.row.card
    assert shared is not None
    record = second.row
    plans.save(record.model_copy(update={"card": shared}), ())
    stack.parts.plans.desk.close(first.plan_id, "paula")
    await stack.step("plan_cards")
    assert await on_customer(stack, shared.payment_method_id)
    assert any(f"stays at the processor: it pays {second.plan_id} too" in line for line in first.audit)
    stack.parts.plans.desk.close(second.plan_id, "paula")
    await stack.step("plan_cards")
    assert not await on_customer(stack, shared.payment_method_id)


async def test_a_card_that_was_replaced_comes_off_and_the_new_one_stays(stack: Stack) -> None:
    plan = await with_card(stack)
    old = plan.row.card
    await stack.move(stack.now + timedelta(minutes=5))
    money = stack.parts.plans.money
    first = money.card_page(plan.plan_id, "https://plans.example/p/x")
    await stack.move(stack.now + timedelta(minutes=5))
    assert money.card_page(plan.plan_id, "https://plans.example/p/y") == first, "the page that is open is shown again"
    await plan.give_card("5555555555554444")
    new = plan.row.card
    assert old is not None
    assert new is not None
    assert new.last4 == "4444"
    await stack.step("plan_cards")
    assert not await on_customer(stack, old.payment_method_id)
    assert await on_customer(stack, new.payment_method_id)
