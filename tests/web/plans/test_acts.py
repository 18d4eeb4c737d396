"""Forms of the plan window: each acts once, keeps what is left empty, and says nothing over somebody else's word."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx

from domain.payment_plan.frequency import Frequency
from domain.payment_plan.schedule import expected_charges
from domain.plan_money import balance_due
from domain.plan_records import CollectionState
from tests.stack import Stack
from tests.web.plans.visits import Visitor, payer, staff
from tests.workflows.plan_office import DECLINING, GOOD, PlanStory, a_plan


async def at_work(stack: Stack, card: str = GOOD, payments: int = 4) -> PlanStory:
    """Weekly payments, four of them or as many as are given, the first one asked for."""
    plan = await a_plan(stack, number_of_payments=payments, frequency=Frequency.WEEKLY)
    plan.offer_and_sign()
    await plan.give_card(card)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    return plan


def window(plan: PlanStory) -> str:
    return f"/console/plans/{plan.plan_id}"


async def test_the_same_payment_form_twice_is_one_payment(stack: Stack) -> None:
    plan = await at_work(stack)
    visitor = staff(stack)
    page = await visitor.open(window(plan))
    for _ in range(2):
        answer = await visitor.send(page, "/payment", amount="5.00", about="cash", by="paula")
    assert "sent before" in answer.text
    assert len([line for line in plan.audit if "taken at the desk" in line]) == 1
    page = await visitor.open(window(plan))
    await visitor.send(page, "/payment", amount="5.00", about="cash", by="paula")
    assert len([line for line in plan.audit if "taken at the desk" in line]) == 2, "a new form is a new payment"


async def test_the_same_refund_form_twice_gives_back_once(stack: Stack) -> None:
    plan = await at_work(stack)
    visitor = staff(stack)
    page = await visitor.open(window(plan))
    for _ in range(2):
        await visitor.send(page, "/refund", amount="10.00", by="paula")
    assert [row.refunded_cents for row in plan.money()] == [1_000]


async def test_the_same_charge_form_twice_adds_one_charge_and_the_page_says_how_it_is_paid(stack: Stack) -> None:
    plan = await at_work(stack)
    visitor = staff(stack)
    page = await visitor.open(window(plan))
    assert "the card on file is never charged for it" in page.text
    before = len({each.date for each in plan.row.shown_plan.charges})
    day = (plan.today + timedelta(days=2)).isoformat()
    form: dict[str, Any] = {"what": "add", "number": "0", "day": day, "to_day": "", "principal": "", "note": ""}
    form["by"] = "paula"
    for _ in range(2):
        await visitor.send(page, "/charge", **form)
    assert len({each.date for each in plan.row.shown_plan.charges}) == before + 1
    page = await visitor.open(window(plan))
    refused = await visitor.send(page, "/charge", **form)
    assert refused.status_code == 400, "signed and unsigned money never share a date"


async def test_a_posted_charge_keeps_its_date_when_none_is_given(stack: Stack) -> None:
    plan = await at_work(stack, DECLINING)
    await plan.days(2)
    charge = plan.row.shown_plan.charges[-1]
    assert charge.date < plan.today
    visitor = staff(stack)
    page = await visitor.open(window(plan))
    form: dict[str, Any] = {
        "what": "edit",
        "number": str(charge.number),
        "day": "",
        "to_day": "",
        "principal": "",
        "note": "as agreed",
    }
    answer = await visitor.send(page, "/charge", **form, by="paula")
    assert answer.status_code == 200
    after = next(each for each in plan.row.shown_plan.charges if each.number == charge.number)
    assert (after.date, after.principal_cents, after.note) == (charge.date, charge.principal_cents, "as agreed")


async def test_a_coming_charge_is_not_taken_earlier_than_was_signed(stack: Stack) -> None:
    plan = await at_work(stack)
    due = plan.row.next_due
    assert due is not None
    visitor = staff(stack)
    page = await visitor.open(window(plan))
    form: dict[str, Any] = {"what": "coming", "number": "0", "day": due.isoformat(), "to_day": plan.today.isoformat()}
    answer = await visitor.send(page, "/charge", **form, principal="", note="", by="paula")
    assert answer.status_code == 400
    assert "wants a new signature" in answer.text


async def test_a_charge_that_was_moved_to_a_later_date_is_announced_and_taken_on_it(stack: Stack) -> None:
    plan = await at_work(stack)
    due = plan.row.next_due
    assert due is not None
    later = due + timedelta(days=3)
    visitor = staff(stack)
    page = await visitor.open(window(plan))
    form: dict[str, Any] = {"what": "coming", "number": "0", "day": due.isoformat(), "to_day": later.isoformat()}
    answer = await visitor.send(page, "/charge", **form, principal="", note="", by="paula")
    assert answer.status_code == 200
    taken = len(await plan.charges())
    noticed = plan.texts().count("charge_notice")
    await plan.days((due - plan.today).days)
    assert len(await plan.charges()) == taken
    assert plan.texts().count("charge_notice") == noticed + 1
    await plan.days(3)
    assert len(await plan.charges()) == taken + 1
    await plan.to(plan.today + timedelta(days=30))
    assert len(await plan.charges()) == 4
    assert sum(await plan.charges()) == plan.row.shown_plan.principal_cents


async def test_saving_a_note_tries_no_card_and_texts_nobody(stack: Stack) -> None:
    plan = await at_work(stack, DECLINING)
    visitor = staff(stack)
    for number in range(3):
        page = await visitor.open(window(plan))
        await visitor.send(page, "/about", category="", cash_price="", note=f"n{number}", autopay="yes", by="paula")
        await plan.calm()
    assert plan.row.note == "n2"
    stale = await visitor.send(page, "/about", category="", note="mine, typed before", autopay="yes", by="paula")
    assert stale.status_code == 400
    assert plan.row.note == "n2", "another person's newer words stand"
    for words in ("Somebody else changed this", ">n2</textarea>", "readonly>mine, typed before</textarea>"):
        assert words in stale.text
    await visitor.send(stale, "/about", category="", note="n2, and mine", autopay="yes", by="paula")
    assert plan.row.note == "n2, and mine"
    assert [(row.attempt, row.state) for row in plan.money()] == [(1, CollectionState.DECLINED)]
    assert plan.texts() == ["charge_failed"]
    page = await visitor.open(window(plan))
    due = balance_due(plan.row.shown_plan, plan.today)
    await visitor.send(page, "/payment", amount=f"{due / 100:.2f}", about="cash", by="paula")
    await plan.run()
    assert plan.states() == ["nothing_due"], "money at the desk is heard of at once"


async def test_terms_that_somebody_else_saved_meanwhile_are_not_overwritten(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4)
    one, other = staff(stack), staff(stack)
    first, second = await one.open(window(plan)), await other.open(window(plan))
    assert (await save_terms(one, first, plan, "3")).startswith("Saved")
    assert "Somebody else changed these terms" in await save_terms(other, second, plan, "2")
    assert plan.row.shown_plan.terms.number_of_payments == 3
    again = await other.open(window(plan))
    assert (await save_terms(other, again, plan, "2")).startswith("Saved")


async def save_terms(visitor: Visitor, page: httpx.Response, plan: PlanStory, count: str) -> str:
    """What the window says after the save."""
    terms = plan.row.shown_plan.terms
    items: dict[str, Any] = {f"item_{item.id}": "yes" for item in plan.row.newest_production}
    answer = await visitor.send(
        page,
        "/terms",
        agreement_date=str(terms.agreement_date or ""),
        first_payment=terms.first_payment.isoformat(),
        number_of_payments=count,
        frequency=terms.frequency.value,
        treatment_planned=terms.treatment_planned.value,
        by="paula",
        **items,
    )
    said = answer.text.split('role="status">' if answer.status_code == 200 else 'role="alert">')[1]
    return said.split("</p>")[0]


async def test_the_office_s_key_opens_nothing_a_few_minutes_later(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4)
    plan.stack.parts.plans.desk.offer(plan.plan_id, "paula")
    visitor = staff(stack)
    page = await visitor.open(window(plan))
    sent = await visitor.send(page, "/tablet", follow=False, by="paula")
    address = sent.headers["location"]
    opened = await payer(stack).open(address)
    assert 'name="sha256"' in opened.text, "the tablet shows the offer"
    await stack.move(stack.now + timedelta(minutes=5))
    late = await payer(stack).open(address)
    assert 'name="sha256"' not in late.text
    assert "/who" in late.text


async def test_a_posted_charge_takes_no_unsigned_money_from_the_card(stack: Stack) -> None:
    plan = await at_work(stack)
    payment, taken = plan.row.shown_plan.payment_cents, await plan.charges()
    due = plan.row.next_due
    assert due is not None
    visitor = staff(stack)
    page = await visitor.open(window(plan))
    coming: dict[str, Any] = {"what": "coming", "number": "0", "day": due.isoformat(), "to_day": "", "principal": ""}
    nothing = await visitor.send(page, "/charge", **coming, item="no item", note="", by="paula")
    assert "nothing of this item is to come" in nothing.text
    page = await visitor.open(window(plan))
    [item] = {each.item_id for each in expected_charges(plan.row.shown_plan, plan.today) if each.date == due}
    await visitor.send(page, "/charge", **coming, item=item, note="posted", by="paula")
    [charge] = [each for each in plan.row.shown_plan.charges if each.date == due]
    form: dict[str, Any] = {"what": "edit", "number": str(charge.number), "to_day": "", "note": "", "by": "paula"}
    page = await visitor.open(window(plan))
    more = await visitor.send(page, "/charge", **form, day="", principal=str(Decimal(payment + 1) / 100))
    assert more.status_code == 400
    assert "that was signed" in more.text
    page = await visitor.open(window(plan))
    sooner = await visitor.send(page, "/charge", **form, day=plan.today.isoformat(), principal="")
    assert sooner.status_code == 400
    assert "wants a new signature" in sooner.text
    await plan.days(1)
    assert await plan.charges() == taken


async def test_a_charge_that_was_zeroed_and_is_raised_again_is_asked_for_by_page_only(stack: Stack) -> None:
    plan = await at_work(stack, DECLINING, payments=3)
    charge = plan.row.shown_plan.charges[-1]
    visitor = staff(stack)
    page = await visitor.open(window(plan))
    day = charge.date.isoformat()
    zero: dict[str, Any] = {"what": "zero", "number": "0", "day": day, "principal": "", "note": "", "by": "paula"}
    [row] = plan.money()
    collections = stack.parts.plans.collections
    collections.move(row.id, {row.state}, CollectionState.CHARGING)
    assert "being charged just now" in (await visitor.send(page, "/charge", **zero)).text
    collections.move(row.id, {CollectionState.CHARGING}, row.state)
    page = await visitor.open(window(plan))
    await visitor.send(page, "/charge", **zero)
    await plan.run()
    assert plan.states() == ["nothing_due"]
    await plan.give_card(GOOD)
    page = await visitor.open(window(plan))
    whole = str(Decimal(charge.principal_cents) / 100)
    form: dict[str, Any] = {"what": "edit", "number": str(charge.number), "day": "", "principal": whole, "note": ""}
    answer = await visitor.send(page, "/charge", **form, by="paula")
    assert "the payer finds it on the page" in answer.text.replace("\n", " ")
    await plan.run()
    assert [(row.state, row.amount_cents, row.code) for row in plan.money()[1:]] == [
        ("paying", charge.principal_cents, "by_hand")
    ]
    assert await plan.charges() == []
    await plan.pay_page(plan.money()[-1])
    await plan.run()
    assert await plan.charges() == [charge.principal_cents]
    assert plan.states() == ["nothing_due", "paid"]
