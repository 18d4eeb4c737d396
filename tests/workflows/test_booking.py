"""From the acceptance to the chair: by page, by reply, with and without a deposit."""

from domain.case import CaseState
from tests.stack import Stack
from workflows.contracts import case as wire


async def test_a_choice_without_a_deposit_books(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    assert story.state == CaseState.OFFERING
    outcome = await story.choose()
    assert outcome.kind is wire.ChoiceKind.BOOKED
    assert (await story.end()).state is CaseState.BOOKED
    [appointment] = await story.appointments()
    assert appointment["AptNum"] == int(story.row.appointment_id)
    assert len(await story.texts()) == 2
