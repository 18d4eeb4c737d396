"""Where money, chair and death meet: nothing is kept for nothing, nothing is promised twice."""

import asyncio
from datetime import timedelta

from temporalio.client import WorkflowExecutionStatus

from domain.case import CaseState, Outcome
from domain.plan_records import DEPOSIT_USED
from domain.records import DepositState
from domain.slots import Opening
from tests.activities.test_deposits import paid
from tests.stack import Stack
from tests.story import Story
from tests.workflows.test_after_booking import booked_with_deposit, live_appointments
from tests.workflows.test_deposit import holding, money, told_once
from workflows.contracts import case as wire


async def phone_booking(stack: Stack, opening: Opening) -> None:
    """The front desk gives this very time to somebody else."""
    local = opening.start.astimezone(stack.parts.locations.get("boise").tz)
    somebody = stack.patient_of(stack.plan("crown"))["PatNum"]
    taken = {"at": f"{local:%Y-%m-%d %H:%M:%S}", "op": int(opening.operatory_id), "prov": int(opening.provider_id)}
    await stack.practice.post("book_by_phone", pat_num=somebody, minutes=60, **taken)


async def paid_for_a_time_that_went(stack: Stack) -> Story:
    """Paid, but somebody took the chair in the PMS before it could be booked."""
    story = await holding(stack)
    opening = story.openings()[0]
    await phone_booking(stack, opening)
    await story.pay()
    await stack.deliver()
    await stack.settle()
    assert story.state == CaseState.OFFERING
    return story


async def waived_crown(stack: Stack) -> Story:
    story = await stack.accept(stack.plan("crown"))
    waived = wire.WaiveDeposit(by="paula", reason="pays at the desk")
    await stack.gateway.waive_deposit(story.case_id, waived, f"waive-{story.row.plan_id}")
    return story


async def reads_before_a_booking(stack: Stack) -> int:
    """How often the schedule is read from the choice to the write, counted by booking one plan."""
    story = await waived_crown(stack)
    before = len(await stack.practice.requests("opendental"))
    await story.choose()
    lines = [f"{r['method']} {r['path']}" for r in (await stack.practice.requests("opendental"))[before:]]
    written = next(at for at, line in enumerate(lines) if line.startswith("POST") and "/appointments" in line)
    return sum(line.startswith("GET") and "/appointments" in line for line in lines[:written])


async def test_declined_while_the_booking_s_answer_is_lost_leaves_no_appointment(stack: Stack) -> None:
    reads = await reads_before_a_booking(stack)
    story = await waived_crown(stack)
    schedule = {"vendor": "opendental", "path": "/appointments"}
    await stack.practice.fault(**schedule, method="POST", kind="lost_response", count=1)
    await stack.practice.fault(**schedule, method="GET", kind="status", status=503, skip=reads)
    choice = wire.ChooseOpening(opening=story.openings()[0], command_id="form-1")
    choosing = asyncio.create_task(stack.gateway.choose(story.case_id, choice))
    await stack.practice.struck("status")
    await stack.advance(minutes=21, settle=False)
    assert (await choosing).kind is wire.ChoiceKind.PENDING
    assert len(await live_appointments(story)) == 1, "the PMS has it, and we do not know"
    declined = wire.Response(command=wire.Declined(reason="no more"))
    declining = asyncio.create_task(stack.gateway.respond(story.case_id, declined, "decline-1"))
    await asyncio.sleep(0.3)
    await stack.practice.recover()
    await stack.advance(minutes=10, settle=False)
    await declining
    await stack.until(lambda: story.state == CaseState.DECLINED)
    assert await live_appointments(story) == [], "no chair is taken for somebody who declined"


async def test_a_checkout_that_cannot_be_opened_keeps_no_chair(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    await stack.practice.fault(vendor="stripe", method="POST", path="checkout/sessions", kind="status", status=401)
    assert (await story.choose()).kind is wire.ChoiceKind.LOST
    assert stack.stores.holds.live_of_case(story.case_id) is None
    assert [task.kind for task in story.open_tasks()] == ["claim_failed"]
    await stack.practice.recover()
    again = await story.choose(key="form-2")
    assert again.kind is wire.ChoiceKind.PAY


async def test_a_lost_second_choice_keeps_the_chair_in_hand(stack: Stack) -> None:
    story = await holding(stack)
    held = stack.stores.holds.live_of_case(story.case_id)
    assert held is not None
    taken = story.openings()[1]
    await phone_booking(stack, taken)
    await stack.step("mirror")
    lost = await stack.gateway.choose(
        story.case_id, wire.ChooseOpening(opening=taken, command_id="form-2", policy_from="203.0.113.7")
    )
    assert lost.kind is wire.ChoiceKind.LOST
    still = stack.stores.holds.live_of_case(story.case_id)
    assert still is not None
    assert still.id == held.id
    await story.pay()
    await stack.deliver()
    await stack.settle()
    assert story.state == CaseState.BOOKED


async def test_not_now_after_a_paid_time_went_gives_the_money_back(stack: Stack) -> None:
    story = await paid_for_a_time_that_went(stack)
    await story.respond(wire.NotNow(until=stack.now + timedelta(days=270), reason="busy"), "later-1")
    assert await money(stack) == (50_000, 50_000)
    await told_once(story)


async def test_who_stays_silent_after_a_paid_time_went_gets_the_money_back_with_the_escalation(stack: Stack) -> None:
    story = await paid_for_a_time_that_went(stack)
    await stack.advance(hours=74)
    assert await money(stack) == (50_000, 50_000)
    assert any("goes back" in task.text for task in story.open_tasks())
    paid_id = story.deposits()[0].id
    news = await stack.client.get_workflow_handle(f"refund/{paid_id}/itself-{paid_id}").describe()
    assert news.status is WorkflowExecutionStatus.RUNNING, "told as soon as the caps allow one more text"


async def test_a_session_paid_unheard_is_carried_to_the_next_choice(stack: Stack) -> None:
    """The first hold's session was paid in another tab, and its news never came, while another time was chosen."""
    story = await holding(stack)
    await stack.practice.fault(vendor="stripe", kind="drop")
    assert (await story.pay())["payment_status"] == "paid"
    await story.choose(1, key="form-2")
    assert story.state == CaseState.BOOKED
    assert await money(stack) == (50_000, 0)
    assert [d.state for d in story.deposits()] == [DepositState.PAID]


async def test_late_news_of_a_deposit_that_became_a_down_payment_asks_nobody(stack: Stack) -> None:
    story = await holding(stack)
    await stack.practice.fault(vendor="stripe", kind="drop")
    await story.pay()
    used = story.deposits()[0]
    checkout = await asyncio.to_thread(stack.parts.vendors.payments("boise").checkout, used.checkout_id)
    paid = {"payment_id": checkout.payment_id, "paid_at": stack.now, "note": f"{DEPOSIT_USED} pp_1"}
    stack.stores.deposits.settle(used.id, DepositState.PAID, paid)
    await stack.practice.post("revoke", treat_plan_num=int(story.row.plan_id))
    await stack.advance(minutes=1)
    assert story.state == CaseState.SUPERSEDED
    inbox = stack.loops["inbox"]
    await inbox._deposits.note_paid(used)  # type: ignore[attr-defined]  # the loop behind the Protocol
    assert await money(stack) == (50_000, 0)
    assert not [task for task in story.open_tasks() if task.kind == "deposit"]


async def test_a_second_payment_whose_news_comes_while_the_case_ends_goes_back(stack: Stack) -> None:
    """The end takes long, since the PMS does not close the task; what is heard meanwhile is not lost."""
    story = await paid_for_a_time_that_went(stack)
    await story.respond(wire.PersonNeeded(kind="call", text="please call", command_id="p-1"), "call-1")
    await stack.practice.fault(vendor="opendental", method="PUT", path="/tasks", kind="status", status=503)
    said = wire.Resolve(outcome=Outcome.DECLINED, by="paula", note="no more")
    ending = asyncio.create_task(stack.gateway.resolve(story.case_id, said, "resolve-1"))
    await stack.until(lambda: story.deposits()[0].state is DepositState.REFUNDED)
    await stack.practice.fault(vendor="stripe", kind="drop")  # nobody else hears of it
    second = await paid(stack, story.row, 7)  # the case has given back by now all that it knew of
    await stack.gateway.deposit_paid(story.case_id, second.id)
    assert story.state != CaseState.DECLINED
    await stack.practice.recover()
    await stack.advance(minutes=5, settle=False)
    await ending
    assert (await story.end()).state is CaseState.DECLINED
    assert await money(stack) == (50_000 + second.amount_cents, 50_000 + second.amount_cents)
    assert {each.state for each in story.deposits()} == {DepositState.REFUNDED}


async def test_a_dispute_after_the_booking_is_a_person_s_task_and_freezes_the_page(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    payment = story.deposits()[-1].payment_id
    await stack.practice.post("stripe/disputes", payment_intent=payment)
    await stack.deliver()
    assert story.deposits()[-1].state is DepositState.DISPUTED
    assert [task.kind for task in story.open_tasks()] == ["dispute"]


async def test_move_and_cancel_at_once_leave_one_truth(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    other = next(o for o in stack.parts.openings.all_for(story.row, stack.now) if o.start != story.row.booked_start)
    await asyncio.gather(
        stack.gateway.reschedule(story.case_id, other, "page-move-000001"),
        stack.gateway.cancel_booking(story.case_id, "patient", "page-cancel-0001"),
    )
    await stack.settle()
    alive = await live_appointments(story)
    charged, refunded = await money(stack)
    if story.row.appointment_id:
        assert alive == [story.row.appointment_id]
        assert refunded == 0
    else:
        assert alive == []
        assert refunded == charged


async def test_numbers_of_the_offer_before_book_nothing(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    first = [each.number for each in story.numbered()]
    await story.respond(wire.MoreTimes(), "more-1")
    assert not set(first) & {each.number for each in story.numbered()}
    await story.reply(str(first[1]))
    assert story.state != CaseState.BOOKED
    assert await story.appointments() == []


async def disputed_deposit(stack: Stack) -> tuple[Story, str]:
    """A booked visit whose deposit is disputed, and the dispute."""
    story = await booked_with_deposit(stack)
    payment = story.deposits()[-1].payment_id
    dispute = await stack.practice.post("stripe/disputes", payment_intent=payment)
    return story, dispute["id"]


async def test_an_inquiry_that_ends_without_a_chargeback_lets_the_deposit_count_again(stack: Stack) -> None:
    story, dispute = await disputed_deposit(stack)
    await stack.deliver()
    assert story.deposits()[-1].state is DepositState.DISPUTED
    await stack.practice.post("stripe/disputes", dispute=dispute, status="warning_closed")
    await stack.deliver()
    assert story.deposits()[-1].state is DepositState.PAID
    assert any("counts again" in task.text for task in story.open_tasks())


async def test_a_dispute_that_is_lost_before_we_hear_of_it_is_lost(stack: Stack) -> None:
    """Whatever the first event says, the processor says how it stands: no deposit stays disputed for ever."""
    story, dispute = await disputed_deposit(stack)
    await stack.practice.post("stripe/disputes", dispute=dispute, status="lost")
    await stack.deliver()
    assert story.deposits()[-1].state is DepositState.REFUNDED
    assert [task.kind for task in story.open_tasks()] == ["dispute"]


async def test_nothing_is_booked_on_a_disputed_deposit(stack: Stack) -> None:
    story = await paid_for_a_time_that_went(stack)
    opening = story.openings()[0]
    await stack.practice.post("stripe/disputes", payment_intent=story.deposits()[-1].payment_id)
    await stack.deliver()
    choice = wire.ChooseOpening(opening=opening, command_id="form-7", policy_from="203.0.113.7")
    assert (await stack.gateway.choose(story.case_id, choice)).kind is wire.ChoiceKind.REFUSED
    await stack.settle()
    assert await live_appointments(story) == []
    assert any("nothing was booked" in task.text for task in story.open_tasks())
