"""What the pages say when the PMS or the card processor refuses or is down: never a bare error, nothing half kept."""

import pytest

from tests.stack import Stack
from tests.web.plans.visits import known_payer, staff
from tests.workflows.plan_office import a_plan


async def test_staff_are_told_what_happened_and_nothing_is_half_kept(stack: Stack) -> None:
    plan = await a_plan(stack)
    visitor, window = staff(stack), f"/console/plans/{plan.plan_id}"
    page = await visitor.open(window)
    before = plan.row
    for number in ("999999", "abc"):
        answer = await visitor.send(page, "/about", guarantor=number, category="", cash_price="", note="n", by="paula")
        assert answer.status_code == 400
    assert plan.row == before, "the note is not kept without the guarantor"
    start = await visitor.open("/console/plans")
    for patient in ("999999", "abc"):
        answer = await visitor.send(start, "/new", location="boise", patient=patient, treatment_plan="1", by="paula")
        assert answer.status_code == 400
    await stack.practice.fault(vendor="opendental", kind="status", status=503)
    down = await visitor.open(f"{window}?more=yes")
    assert down.status_code == 502
    assert "try again in a few minutes" in down.text


@pytest.mark.parametrize(("language", "words"), [("en", "do not pay again"), ("es", "no pague otra vez")])
async def test_a_payer_is_told_in_their_language_that_the_processor_is_down(
    stack: Stack, language: str, words: str
) -> None:
    plan = await a_plan(stack)
    plan.offer_and_sign()
    visitor, link = await known_payer(stack, plan)
    page = await visitor.open(f"{link}?lang={language}")
    await stack.practice.fault(vendor="stripe", kind="status", status=503)
    answer = await visitor.send(page, "/card", follow=False)
    assert answer.status_code == 502
    assert words in answer.text
