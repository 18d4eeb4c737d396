"""The plan window and the reports, as staff use them."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.money import format_usd
from domain.payment_plan.plan import ChargeKind
from domain.plan_life import By, PlanRefusedError, Step
from domain.plan_news import newer_production
from domain.plan_records import PlanRecord, PlanState
from tests.stack import Stack
from tests.web.plans.visits import Visitor, staff
from tests.workflows.plan_office import PlanStory, a_plan


def terms_of(page: httpx.Response) -> dict[str, str]:
    """The terms form as the browser would send it."""
    form = next(each for each in re.findall(r"<form\b[^>]*>.*?</form>", page.text, re.S) if 'id="terms"' in each)
    fields = dict(re.findall(r'<input(?: type="date")? name="(\w+)"[^>]*? value="([^"]*)"', form))
    fields |= dict(re.findall(r'type="checkbox" name="(\w+)" value="(\w+)"[^>]* checked', form))
    for name, options in re.findall(r'<select name="(\w+)">(.*?)</select>', form):
        chosen = re.search(r'value="(\w+)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields | dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


async def test_the_window_shows_what_an_open_dental_user_looks_for(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=3)
    page = await staff(stack).open(f"/console/plans/{plan.plan_id}")
    assert page.status_code == 200
    for words in (
        "Date of agreement",
        "Total principal amount",
        "Handle treatment planned",
        "Full lock",
        "Total Cost of Loan",
        "Accumulated Due",
        "Principal paid so far",
        "Tx Completed Amt",
        "Amortization schedule",
        f"Today {plan.today}",
        "Production",
    ):
        assert words in page.text, words


async def test_the_schedule_follows_the_terms_as_typed_and_keeps_nothing(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=3)
    visitor = staff(stack)
    page = await visitor.open(f"/console/plans/{plan.plan_id}")
    before = plan.row
    typed = terms_of(page) | {"number_of_payments": "6"}
    part = await visitor.http.post(f"/console/plans/{plan.plan_id}/preview?part=yes", data=typed)
    assert part.status_code == 200
    assert part.text.count('class="projected"') == 6
    assert "Truth in Lending box is required" in part.text
    whole = await visitor.http.post(f"/console/plans/{plan.plan_id}/preview", data=typed)
    assert "as typed, not saved" in whole.text
    assert 'value="6"' in whole.text
    wrong = await visitor.http.post(f"/console/plans/{plan.plan_id}/preview?part=yes", data=typed | {"apr": "9.9"})
    assert "does not allow an APR" in wrong.text
    bad = await visitor.http.post(f"/console/plans/{plan.plan_id}/preview?part=yes", data=typed | {"apr": "lots"})
    assert "is not a number" in bad.text
    assert plan.row == before


async def test_a_plan_is_saved_offered_and_signed_on_the_office_s_tablet(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=3)
    visitor = staff(stack)
    page = await visitor.open(f"/console/plans/{plan.plan_id}")
    typed = terms_of(page) | {"number_of_payments": "", "payment_amount": "150.00", "by": "paula"}
    saved = await visitor.http.post(f"/console/plans/{plan.plan_id}/terms", data=typed, follow_redirects=True)
    assert saved.status_code == 200
    assert plan.row.shown_plan.payment_cents == 15_000
    out = await visitor.send(saved, "/offer")
    assert "can be signed until" in out.text
    tablet = await visitor.send(out, "/tablet")
    assert "Sign the agreement" in tablet.text, "staff opened it, so no date of birth is asked"
    signed = await visitor.send(tablet, "/sign", name="Ann Example", read="yes", agree="yes")
    assert signed.status_code == 200
    version = stack.parts.plans.plans.version(plan.plan_id, 1)
    assert version is not None
    assert version.signature is not None
    assert version.signature.in_office
    paper = await visitor.open(f"/console/plans/{plan.plan_id}/agreement/1.pdf")
    assert paper.content == version.signed_agreement


async def test_a_key_that_is_not_the_office_s_opens_nothing(stack: Stack) -> None:
    plan = await a_plan(stack)
    stack.parts.plans.desk.offer(plan.plan_id, "paula")
    link = stack.parts.plans.page_links.address(plan.row)
    page = await staff(stack).open(f"{link}/office?key=abc.def")
    assert "when were you born" in page.text


async def test_the_offer_goes_by_text_once(stack: Stack) -> None:
    plan = await a_plan(stack)
    visitor = staff(stack)
    out = await visitor.send(await visitor.open(f"/console/plans/{plan.plan_id}"), "/offer")
    sent = await visitor.send(out, "/send")
    assert "on its way" in sent.text
    await visitor.send(sent, "/send")
    texts = await stack.practice.texts(plan.row.phone)
    [text] = [each["text"] for each in texts if "/p/" in each["text"]]
    assert "Crown" not in text


async def test_a_case_gets_a_plan_in_place_of_its_deposit(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    visitor = staff(stack)
    listed = await visitor.open("/console/plans")
    made = await visitor.send(listed, "/new", location="", patient="", treatment_plan="", case=story.case_id)
    plan = PlanStory(stack, str(made.url).rsplit("/", 1)[1])
    assert plan.row.case_id == story.case_id
    assert [item.id for item in plan.row.shown_plan.production] == [p.id for p in story.row.procedures]
    again = await visitor.send(listed, "/new", location="", patient="", treatment_plan="", case=story.case_id)
    assert again.url == made.url
    out = await visitor.send(made, "/offer")
    tablet = await visitor.send(out, "/tablet")
    await visitor.send(tablet, "/sign", name="Ann Example", read="yes", agree="yes")
    await stack.settle()
    outcome = await story.choose()
    assert not outcome.pay_url, "a signed plan takes the place of the deposit"


async def test_staff_pages_answer_on_this_computer_only(stack: Stack) -> None:
    plan = await a_plan(stack)
    visitor = staff(stack)
    for path in ("/console/plans", f"/console/plans/{plan.plan_id}", "/console/plans/overcharged"):
        answer = await visitor.http.get(path, headers={"X-Forwarded-For": "203.0.113.9"})
        assert answer.status_code == 403
    posted = await visitor.http.post(
        f"/console/plans/{plan.plan_id}/delete", headers={"X-Forwarded-For": "203.0.113.9"}, data={"by": "paula"}
    )
    assert posted.status_code == 403
    assert plan.row.state is PlanState.DRAFT


async def test_an_overcharged_plan_is_reported_and_mended(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.to(plan.row.shown_plan.terms.first_payment)

    def cheaper(record: PlanRecord, who: By) -> Step:
        first, *_ = record.shown_plan.production
        step = newer_production(record, (replace(first, insurance_cents=first.insurance_cents + 10_000),), who)
        assert step is not None
        return step

    stack.parts.plans.steps.take(plan.plan_id, cheaper)
    visitor = staff(stack)
    report = await visitor.open("/console/plans/overcharged")
    assert "$100.00" in report.text
    window = await visitor.open(f"/console/plans/{plan.plan_id}")
    assert "overcharged by $100.00" in window.text
    await visitor.send(window, "/mend")
    assert "No plan is overcharged" in (await visitor.open("/console/plans/overcharged")).text


async def test_payments_that_differ_from_the_pms_stand_on_their_page(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=2)
    plan.offer_and_sign()
    await plan.give_card()
    stack.parts.plans.money.record_payment(plan.plan_id, 3_000, "cash", "paula")
    await stack.step("plan_ledger")
    visitor = staff(stack)
    report = await visitor.open("/console/plans/differences")
    assert "$30.00" in report.text
    assert "no such payment is in the PMS" in report.text
    assert "1 differ" in (await visitor.open(f"/console/plans/{plan.plan_id}")).text


async def test_charges_are_changed_by_hand_with_an_audit(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4)
    plan.offer_and_sign()
    await plan.give_card()
    visitor = staff(stack)
    page = await visitor.open(f"/console/plans/{plan.plan_id}")
    day = plan.row.shown_plan.terms.first_payment
    await visitor.send(page, "/charge", what="zero", number="0", day=day.isoformat(), principal="", note="")
    assert plan.row.shown_plan.charges[0].principal_cents == 0
    assert "charge: zero by hand: " + day.isoformat() in plan.audit
    page = await visitor.open(f"/console/plans/{plan.plan_id}")
    refused = await visitor.send(page, "/charge", what="delete", number="99", day="", principal="", note="")
    assert refused.status_code == 400
    assert "charge 99 is not on this plan" in refused.text


async def test_a_coming_charge_is_moved_but_not_split_into_a_fifth_payment(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4)
    plan.offer_and_sign()
    await plan.give_card()
    visitor = staff(stack)
    page = await visitor.open(f"/console/plans/{plan.plan_id}")
    day = plan.row.shown_plan.terms.first_payment
    moved = day + timedelta(days=4)
    given: dict[str, Any] = {"what": "coming", "number": "0", "day": day.isoformat(), "note": ""}
    refused = await visitor.send(page, "/charge", **given, to_day="", principal="1.00")
    assert refused.status_code == 400
    assert "This would make 5 payments, but 4 were signed" in refused.text
    await visitor.send(page, "/charge", **given, to_day=moved.isoformat(), principal="")
    charges = plan.row.shown_plan.charges
    assert {charge.date for charge in charges if charge.total_cents} == {moved}
    assert {charge.date for charge in charges if not charge.total_cents} == {day}
    assert plan.row.next_due == day, "that day is looked at, and charges nothing"


async def test_a_payment_at_the_desk_may_lower_the_principal(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4)
    plan.offer_and_sign()
    await plan.give_card()
    visitor = staff(stack)
    page = await visitor.open(f"/console/plans/{plan.plan_id}")
    assert "pays off the whole plan" in page.text
    await visitor.send(page, "/payment", amount="10.00", about="cash", rest="principal")
    [charge] = plan.row.shown_plan.charges
    assert (charge.principal_cents, charge.kind) == (1_000, ChargeKind.PAY_ON_PRINCIPAL)
    assert any("lowers the principal" in line for line in plan.audit)
    page = await visitor.open(f"/console/plans/{plan.plan_id}")
    await visitor.send(page, "/payment", amount="7.00", about="cash", rest="prepay")
    page = await visitor.open(f"/console/plans/{plan.plan_id}")
    assert "$7.00 is kept for the next charges" in page.text
    after = [await visitor.send(page, "/principal") for _ in range(2)]
    assert [each.principal_cents for each in plan.row.shown_plan.charges] == [1_000, 700]
    assert "kept for the next charges" not in after[0].text


async def test_money_at_the_desk_and_back_to_the_card(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=2)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.to(plan.row.shown_plan.terms.first_payment)
    visitor = staff(stack)
    page = await visitor.open(f"/console/plans/{plan.plan_id}")
    await visitor.send(page, "/payment", amount="12.50", about="cash")
    assert "paid: $12.50 taken at the desk. cash" in plan.audit
    [row] = plan.money()
    refused = await visitor.send(page, "/refund", collection=row.id, amount="9999")
    assert "can be given back" in refused.text
    await visitor.send(page, "/refund", collection=row.id, amount="10.00")
    assert plan.money()[0].refunded_cents == 1_000
    refused = await visitor.send(page, "/delete")
    assert "Payments are on this plan" in refused.text


async def test_an_unknown_plan_is_said_to_be_unknown(stack: Stack) -> None:
    visitor: Visitor = staff(stack)
    assert (await visitor.open("/console/plans/pp_nothing")).status_code == 404


async def test_the_case_page_shows_the_plan_of_its_case(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    visitor = staff(stack)
    page = await visitor.open(f"/console/cases/{story.case_id.removeprefix('case/')}")
    assert "Draft a payment plan" in page.text
    made = await visitor.send(page, "/console/plans/new")
    assert "Payment plan of" in made.text
    page = await visitor.open(f"/console/cases/{story.case_id.removeprefix('case/')}")
    assert "Draft a payment plan" not in page.text
    assert str(made.url.path) in page.text


async def test_a_cash_price_below_the_down_payment_is_refused_and_an_old_one_leaves_the_window_open(
    stack: Stack,
) -> None:
    plan = await a_plan(stack, number_of_payments=4, down_payment_cents=20_000)
    visitor = staff(stack)
    page = await visitor.open(f"/console/plans/{plan.plan_id}")
    answer = await visitor.send(page, "/about", cash_price="100.00", autopay="yes", by="paula")
    assert answer.status_code == 400
    assert "cash price does not fit" in answer.text
    above = format_usd(plan.row.shown_plan.principal_cents + 1)
    for amount in (above, "99,999,999.99"):
        answer = await visitor.send(page, "/about", cash_price=amount, autopay="yes", by="paula")
        assert answer.status_code == 400
        assert "at most" in answer.text
    assert plan.row.cash_price_cents is None

    def kept(now: PlanRecord, _: By) -> Step:
        return Step(now.model_copy(update={"cash_price_cents": 10_000}), ())

    stack.parts.plans.steps.take(plan.plan_id, kept, "paula")
    page = await visitor.open(f"/console/plans/{plan.plan_id}")
    assert page.status_code == 200
    with pytest.raises(PlanRefusedError):
        stack.parts.plans.desk.offer(plan.plan_id, "paula")
