"""The deposit and the chair as one transaction: unpaid, paid late, paid for nothing."""

from datetime import timedelta
from typing import Any

from connectors.base import LedgerPayment
from domain.case import CaseState, Outcome
from domain.records import TextRecord
from tests.stack import Stack
from tests.story import Story
from workflows.contracts import case as wire


async def money(stack: Stack) -> tuple[int, int]:
    """Charged and given back, in cents, by the card processor's records."""
    records: dict[str, Any] = await stack.practice.get("stripe/records")
    charged = sum(c["amount"] for c in records["charges"] if c["paid"])
    return charged, sum(r["amount"] for r in records["refunds"])


async def holding(stack: Stack) -> Story:
    story = await stack.accept(stack.plan("implant"))
    assert (await story.choose()).kind is wire.ChoiceKind.PAY
    return story


async def test_an_unpaid_hold_is_let_go_after_one_reminder_and_the_nudges_go_on(stack: Stack) -> None:
    story = await holding(stack)
    held = story.openings()[0]
    await stack.advance(minutes=34)
    assert len(await story.texts()) <= 2
    await stack.advance(minutes=3)
    assert story.state == CaseState.OFFERING
    assert stack.stores.holds.live_of_case(story.case_id) is None
    sessions = (await stack.practice.get("stripe/records"))["sessions"]
    assert [s["status"] for s in sessions] == ["expired"]
    await stack.advance(hours=26)
    assert [t.step for t in stack.stores.outbox.of_case(story.case_id)][-1] == "nudge_1"
    free = stack.parts.openings.still_free(story.row, held, stack.now)
    assert free, "the chair is free again"
    assert await money(stack) == (0, 0)


async def test_paid_in_the_last_second_books(stack: Stack) -> None:
    """The webhook never comes; the end of the hold asks Stripe, and Stripe says paid."""
    story = await holding(stack)
    await stack.practice.fault(vendor="stripe", kind="drop")
    await stack.move(stack.now + timedelta(minutes=30))
    assert (await story.pay())["payment_status"] == "paid"
    await stack.move(stack.now + timedelta(minutes=6))
    assert (await story.end()).state is CaseState.BOOKED
    assert await money(stack) == (50_000, 0)


async def test_a_lost_payment_event_is_asked_for_within_minutes(stack: Stack) -> None:
    story = await holding(stack)
    await stack.practice.fault(vendor="stripe", kind="drop")
    await story.pay()
    await stack.move(stack.now + timedelta(minutes=3))
    await stack.step("holds")
    assert (await story.end()).state is CaseState.BOOKED


async def test_the_same_payment_event_five_times_books_once(stack: Stack) -> None:
    story = await holding(stack)
    await stack.practice.fault(vendor="stripe", kind="duplicate")
    await story.pay()
    for _ in range(5):
        await stack.deliver()
        await stack.step("holds")
    assert (await story.end()).state is CaseState.BOOKED
    assert len(await story.appointments()) == 1
    records = await stack.practice.records()
    assert len([p for p in records["payments"] if str(p["PatNum"]) == story.row.patient_id]) == 1
    assert await money(stack) == (50_000, 0)


async def test_a_declined_card_leaves_the_hold_to_be_paid_with_another(stack: Stack) -> None:
    story = await holding(stack)
    refused = await story.pay(card="4000000000000002")
    assert refused["payment_status"] == "unpaid"
    await story.pay()
    await stack.deliver()
    assert (await story.end()).state is CaseState.BOOKED


async def test_choosing_another_time_before_paying_moves_the_hold_and_closes_the_first_checkout(stack: Stack) -> None:
    story = await holding(stack)
    assert (await story.choose(1, key="form-2")).kind is wire.ChoiceKind.PAY
    sessions = (await stack.practice.get("stripe/records"))["sessions"]
    assert [s["status"] for s in sessions] == ["expired", "open"]
    wanted = story.openings()[1]
    await story.pay()
    await stack.deliver()
    assert (await story.end()).state is CaseState.BOOKED
    assert story.row.booked_start == wanted.start
    assert await money(stack) == (50_000, 0)


async def test_choosing_another_time_after_paying_the_first_carries_the_deposit(stack: Stack) -> None:
    """The payment's news is still on its way when the patient presses another time."""
    story = await holding(stack)
    await stack.practice.fault(vendor="stripe", kind="drop")
    await story.pay()
    await story.choose(1, key="form-2")
    await stack.practice.recover()
    await stack.advance(minutes=40)
    assert story.state == CaseState.BOOKED
    assert await money(stack) == (50_000, 0), "one deposit, not two, and not given back"


def told(story: Story) -> list[TextRecord]:
    """The texts that say that money goes back."""
    texts = story.stack.stores.outbox.of_case(story.case_id)
    return [text for text in texts if text.template.startswith("refund")]


async def told_once(story: Story) -> None:
    await story.stack.until(lambda: told(story))
    await story.stack.settle()
    [text] = told(story)
    assert "sent your deposit back" in text.body


async def test_a_deposit_is_given_back_when_the_case_ends_unbooked(stack: Stack) -> None:
    story = await holding(stack)
    await stack.practice.fault(vendor="stripe", kind="drop")
    await story.pay()
    await story.respond(wire.Declined(reason="changed my mind"), "declined-1")
    assert (await story.end()).state is CaseState.DECLINED
    assert await money(stack) == (50_000, 50_000)
    [deposit] = story.deposits()
    assert (deposit.state, deposit.refunded_cents) == ("refunded", 50_000)
    await told_once(story)


async def test_paid_after_the_case_had_ended_is_given_back_once(stack: Stack) -> None:
    """Nobody can pay an expired session; the race is a payment whose news comes after the end."""
    plan = stack.plan("implant")
    story = await stack.accept(plan)
    await story.choose()
    await stack.practice.fault(vendor="stripe", kind="drop")
    await story.pay()
    await stack.practice.recover()
    await stack.practice.post("revoke", treat_plan_num=plan)
    await stack.advance(minutes=1)
    assert story.state == CaseState.SUPERSEDED
    for _ in range(3):
        await stack.step("holds")
    assert await money(stack) == (50_000, 50_000)
    await stack.advance(days=1)  # the offer was today, and one unasked text a day is enough
    await told_once(story)


async def test_a_waiver_books_without_a_deposit(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    said = wire.WaiveDeposit(by="paula", reason="pays at the desk")
    await stack.gateway.waive_deposit(story.case_id, said, "waive-1")
    await stack.settle()
    assert (await story.choose()).kind is wire.ChoiceKind.BOOKED
    assert await money(stack) == (0, 0)


async def test_a_disputed_deposit_stops_the_automation_for_good(stack: Stack) -> None:
    story = await holding(stack)
    await story.pay()
    await stack.deliver()
    await story.end()
    payment = story.deposits()[0].payment_id
    await stack.practice.post("stripe/disputes", payment_intent=payment)
    await stack.deliver()
    assert story.deposits()[0].state == "disputed"


async def test_handed_over_with_a_paid_deposit_gives_it_back(stack: Stack) -> None:
    story = await holding(stack)
    opening = stack.stores.holds.live_of_case(story.case_id)
    assert opening is not None
    await stack.practice.fault(vendor="opendental", method="POST", path="/appointments", kind="status", status=503)
    await stack.practice.fault(vendor="opendental", method="PUT", path="/appointments", kind="status", status=503)
    await story.pay()
    await stack.practice.set_clock(stack.now)
    await stack.step("inbox")
    await stack.advance(minutes=25, settle=False)
    await stack.until(lambda: story.open_tasks())
    await stack.practice.recover()
    await story.resolve(Outcome.OTHER, note="patient wants another office")
    assert (await story.end()).state is CaseState.HANDED_OVER
    assert await money(stack) == (50_000, 50_000)


def prepay(stack: Stack, story: Story, cents: int) -> None:
    """The patient hands money over at the desk; the office enters it as a prepayment."""
    stack.parts.vendors.pms("boise").post_payment(
        LedgerPayment(
            patient_id=story.row.patient_id,
            amount_cents=cents,
            day=stack.now.date(),
            reference=f"desk-{cents}",
            note="cash at the desk",
        )
    )


async def test_a_prepayment_taken_at_the_desk_after_the_offer_covers_the_deposit(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    prepay(stack, story, 50_000)
    assert (await story.choose()).kind is wire.ChoiceKind.BOOKED
    assert story.deposits() == []
    assert any("prepayment at the desk covers the deposit" in line for line in story.timeline)
    assert await money(stack) == (0, 0)


async def test_a_smaller_prepayment_at_the_desk_leaves_the_rest_to_pay(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    prepay(stack, story, 20_000)
    assert (await story.choose()).kind is wire.ChoiceKind.PAY
    assert [d.amount_cents for d in story.deposits()] == [30_000]
    await story.pay()
    await stack.deliver()
    assert (await story.end()).state is CaseState.BOOKED
    assert await money(stack) == (30_000, 0)


async def test_a_prepayment_that_is_there_before_the_acceptance_counts_once(stack: Stack) -> None:
    plan = stack.plan("implant")
    patient = stack.patient_of(plan)
    stack.parts.vendors.pms("boise").post_payment(
        LedgerPayment(
            patient_id=str(patient["PatNum"]), amount_cents=20_000, day=stack.now.date(), reference="early", note="cash"
        )
    )
    story = await stack.accept(plan)
    assert story.row.deposit_cents == 30_000
    assert (await story.choose()).kind is wire.ChoiceKind.PAY
    assert [d.amount_cents for d in story.deposits()] == [30_000], "not taken off a second time"


async def test_a_deposit_is_never_above_the_patients_estimated_portion(stack: Stack) -> None:
    for kind in ("implant", "crown", "two_crowns"):
        story = await stack.accept(stack.plan(kind))
        assert 0 <= story.row.deposit_cents <= story.row.patient_cents


async def test_exactly_one_reminder_however_long_the_hold_stays_unpaid(stack: Stack) -> None:
    await holding(stack)
    await stack.advance(hours=3)
    reminders = [t for t in await stack.practice.texts() if "minutes" in t["text"] or "until" in t["text"].lower()]
    sent = [t for c in stack.all_cases() for t in stack.stores.outbox.of_case(c) if t.template == "deposit_reminder"]
    assert len(sent) == 1
    assert len([t for t in reminders if t["text"] == sent[0].body]) <= 1


async def test_a_waiver_keeps_who_said_so_and_why(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    await stack.gateway.waive_deposit(story.case_id, wire.WaiveDeposit(by="paula", reason="pays at the desk"), "w-1")
    await stack.settle()
    [deposit] = story.deposits()
    assert (deposit.state, deposit.note) == ("waived", "paula: pays at the desk")
    [event] = [e for e in stack.stores.cases.events(story.case_id) if e.kind == "waived"]
    assert (event.actor, event.text) == ("paula", "deposit waived: pays at the desk")
