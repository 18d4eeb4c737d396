"""Money that staff give back is told to the patient: once, at a permitted hour, and never to a house in mourning."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.deposit_decisions import DecisionKind
from tests.stack import Stack
from tests.workflows.test_after_booking import booked_with_deposit
from tests.workflows.test_deposit import told
from tests.workflows.test_deposit_decision import decide

BOISE = ZoneInfo("America/Boise")


async def at(stack: Stack, hour: int) -> None:
    """The next time that the office's clock shows this hour."""
    local = stack.now.astimezone(BOISE)
    then = local.replace(hour=hour, minute=0)
    await stack.move((then if then > local else then + timedelta(days=1)).astimezone(stack.now.tzinfo))


async def test_it_is_told_in_the_morning_and_without_an_amount(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    await at(stack, 23)
    assert not (await decide(story, DecisionKind.REFUND)).refused
    await stack.settle()
    assert told(story) == [], "nobody is woken by it"
    await at(stack, 10)
    await stack.until(lambda: told(story))
    [text] = told(story)
    assert "we sent your deposit back to your card" in text.body
    assert "$" not in text.body
    assert len([text for text in await story.texts() if "back to your card" in text["text"]]) == 1


async def test_a_part_is_called_a_part_and_a_form_sent_twice_is_one_text(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    await stack.advance(days=1)
    for _ in range(2):
        assert not (await decide(story, DecisionKind.REFUND, cents=20_000)).refused
    await stack.until(lambda: told(story))
    await stack.settle()
    [text] = told(story)
    assert "part of your deposit" in text.body


async def test_keeping_a_deposit_and_a_patient_who_died_bring_no_text(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    await stack.practice.post("patient", pat_num=int(story.row.patient_id), fields={"PatStatus": "Deceased"})
    assert not (await decide(story, DecisionKind.REFUND)).refused
    news = stack.client.get_workflow_handle(f"refund/{story.deposits()[-1].id}/form-1")
    assert await news.result() == "stale"
    assert told(story) == []
