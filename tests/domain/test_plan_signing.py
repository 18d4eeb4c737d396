"""What may be signed: only the paper that was read, of a plan that still is what the paper says."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.payment_plan.frequency import Frequency
from domain.payment_plan.production import ProcedureStatus
from domain.plan_law import rate_holds_until, shown
from domain.plan_life import (
    PlanRefusedError,
    activated,
    deleted,
    offered,
    propose,
    proposed_plan,
    sign_problems,
    signed,
    waits_for_signature,
    with_payer,
)
from domain.plan_money import post_day
from domain.plan_news import newer_production
from domain.plan_records import Parties, PlanRecord, PlanState, PlanVersion, Proposal
from tests.db.plan_samples import PAULA, TODAY, a_plan, a_proposal, an_item
from tests.domain.test_plan_life import STRICT, TYPED, WITH_APR, at_work, later, version_of

PARTIES = Parties(
    practice="River Street Dental",
    address="120 River Street",
    phone="+12085550100",
    zone="America/Boise",
    patient="Ann Example",
    guarantor_id="7",
    guarantor="Ann Example",
    debit_patient_id="7",
    autopay=True,
)


def offer_of(plan: PlanRecord, on: date = TODAY, number: int = 1, **fields: Any) -> tuple[PlanRecord, PlanVersion]:
    """The plan with its proposal on offer since that day, and the version."""
    assert plan.proposal is not None
    figures = shown(proposed_plan(plan, plan.proposal, on, WITH_APR), on, plan.cash_price_cents, plan.plan)
    version = version_of(plan, number, shown=figures, parties=PARTIES, valid_until=on + timedelta(days=40), **fields)
    return offered(plan, number, PAULA).record, version


def test_a_deleted_plan_cannot_be_signed_or_offered_again() -> None:
    out, version = offer_of(a_plan())
    gone = deleted(out, PAULA).record
    assert not waits_for_signature(gone, version)
    with pytest.raises(PlanRefusedError, match="deleted"):
        signed(gone, version, TYPED, "abc", PAULA)
    with pytest.raises(PlanRefusedError, match="deleted"):
        offered(gone, 2, PAULA)
    assert deleted(propose(at_work(a_plan()), a_proposal(), STRICT, PAULA).record, PAULA).record.proposal is None


def test_another_payer_ends_the_offer() -> None:
    out, version = offer_of(a_plan())
    assert waits_for_signature(out, version)
    other = with_payer(out, {"guarantor_id": "9", "guarantor_name": "Bo Other", "debit_patient_id": "9"}, (), PAULA)
    assert other.record.state is PlanState.DRAFT
    assert not waits_for_signature(other.record, version)
    for moved in (other.record, other.record.model_copy(update={"state": PlanState.OFFERED})):
        with pytest.raises(PlanRefusedError, match="Who pays"):
            signed(moved, version, TYPED, "abc", PAULA)
    with pytest.raises(PlanRefusedError, match="Who pays"):
        signed(out.model_copy(update={"autopay": False}), version, TYPED, "abc", PAULA)


def test_who_pays_is_part_of_what_was_signed() -> None:
    with pytest.raises(PlanRefusedError, match="part of what was signed"):
        with_payer(at_work(a_plan()), {"guarantor_id": "9"}, (), PAULA)


def interest(**terms: Any) -> PlanRecord:
    fields: dict[str, Any] = {"apr_percent": Decimal(12), "number_of_payments": 6, "locked": True}
    return a_plan(proposal=a_proposal(an_item(cents=100_000), **(fields | terms)))


def test_the_term_begins_on_the_day_of_the_offer_whatever_date_of_agreement_was_typed() -> None:
    _, version = offer_of(interest(agreement_date=TODAY - timedelta(days=200)))
    assert version.shown.box is not None
    assert version.shown.box.apr_percent == Decimal("12.00")


def test_an_offer_whose_rate_is_no_longer_true_is_made_anew() -> None:
    plan = interest()
    out, version = offer_of(plan)
    assert sign_problems(out, version, "abc", TODAY) == []
    [problem] = sign_problems(out, version, "abc", TODAY + timedelta(days=14))
    assert "offer the plan again" in problem
    last = rate_holds_until(version.shown, plan.shown_plan, None, TODAY + timedelta(days=14))
    assert TODAY < last < TODAY + timedelta(days=14)
    assert sign_problems(out, version, "abc", last) == []
    assert sign_problems(out, version, "abc", last + timedelta(days=1))


def test_a_plan_without_a_finance_charge_may_be_signed_on_any_day_of_its_offer() -> None:
    out, version = offer_of(a_plan(proposal=a_proposal(number_of_payments=6)))
    assert sign_problems(out, version, "abc", TODAY + timedelta(days=20)) == []


def test_the_owner_s_switch_holds_for_plans_in_force_too() -> None:
    plan = at_work(a_plan()).model_copy(update={"cash_price_cents": 57_000, "cash_price_for_cents": 60_000})
    more = a_proposal(an_item(), an_item(2))
    with pytest.raises(PlanRefusedError, match="finance charge"):
        propose(plan, more, STRICT, PAULA)
    assert propose(plan, more, WITH_APR, PAULA).record.proposal == more


def test_the_cash_price_is_a_discount_that_stays_when_work_is_added() -> None:
    plan = at_work(a_plan(cash_price_cents=60_000, cash_price_for_cents=60_000))
    assert plan.cash_price_of(110_000) == 110_000
    step = propose(plan, a_proposal(an_item(), an_item(2, 50_000)), STRICT, PAULA)
    assert step.record.proposal is not None
    assert a_plan(cash_price_cents=55_000, cash_price_for_cents=60_000).cash_price_of(80_000) == 75_000
    assert a_plan().cash_price_of(80_000) is None


def test_a_run_a_day_late_charges_the_dates_that_were_signed() -> None:
    first = TODAY + timedelta(days=30)
    plan = a_plan(proposal=a_proposal(an_item(), down_payment_cents=20_000, first_payment=first))
    out, version = offer_of(plan, first)
    by = later(30)
    agreed = signed(out, version, TYPED, "abc", by).record
    assert (agreed.signed_on, agreed.next_due) == (first, first)
    work = activated(agreed, later(31)).record
    assert work.plan is not None
    posted = post_day(work.plan, first + timedelta(days=1)).plan
    assert [charge.date for charge in posted.charges] == [first, first]
    assert [row.date for row in version.shown.rows[:2]] == [first, first]


def test_a_first_payment_on_a_fifth_weekday_is_looked_at_on_the_fourth() -> None:
    first = date(2026, 12, 29)
    proposal = a_proposal(first_payment=first, frequency=Frequency.ORDINAL_WEEKDAY)
    out, version = offer_of(a_plan(proposal=proposal))
    agreed = signed(out, version, TYPED, "abc", PAULA).record
    assert agreed.next_due == date(2026, 12, 22) == version.shown.rows[0].date


def test_new_terms_of_a_plan_that_is_not_at_work_keep_its_down_payment_due_at_once() -> None:
    out, version = offer_of(a_plan(proposal=a_proposal(down_payment_cents=20_000)))
    agreed = signed(out, version, TYPED, "abc", PAULA).record
    changed = a_proposal(down_payment_cents=20_000, number_of_payments=3)
    again, second = offer_of(propose(agreed, changed, STRICT, PAULA).record, number=2)
    assert signed(again, second, TYPED, "abc", PAULA).record.next_due == TODAY == agreed.next_due


def test_news_of_the_work_is_taken_into_what_staff_proposed() -> None:
    plan = at_work(a_plan())
    wanted = a_proposal(an_item(), an_item(2, 50_000), number_of_payments=6)
    out, version = offer_of(propose(plan, wanted, STRICT, PAULA).record, number=2)
    step = newer_production(out, (an_item(cents=66_000),), PAULA)
    assert step is not None
    assert step.record.proposal == replace(wanted, production=(an_item(cents=66_000), an_item(2, 50_000)))
    assert any("can no longer be signed" in event.text for event in step.events)
    assert not waits_for_signature(step.record, version)
    assert newer_production(step.record, (an_item(cents=66_000),), PAULA) is None


def test_an_older_offer_takes_no_fact_back() -> None:
    waits = an_item(status=ProcedureStatus.TREATMENT_PLANNED)
    plan = at_work(a_plan(proposal=a_proposal(waits)))
    assert plan.plan is not None
    wanted = Proposal(plan.plan.terms, (waits, an_item(2, 5_000)))
    out, version = offer_of(propose(plan, wanted, STRICT, PAULA).record, number=2)
    done = newer_production(out, (an_item(),), PAULA)
    assert done is not None
    assert sign_problems(done.record, version, "abc", TODAY)
    stale = done.record.model_copy(update={"proposal": wanted})
    assert stale.plan is not None
    kept = proposed_plan(stale, wanted, TODAY, STRICT)
    assert kept.item("1").status is ProcedureStatus.COMPLETE
    assert sign_problems(stale, version, "abc", TODAY)
    eased = newer_production(out, (an_item(status=waits.status, insurance_cents=40_000),), PAULA)
    assert eased is not None
    assert sign_problems(eased.record, version, "abc", TODAY)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"number_of_payments": 10**9}, "too many"),
        ({"no_interest_payments": 10**9}, "too many"),
        ({"number_of_payments": None, "payment_cents": 1}, "too small"),
        ({"apr_percent": Decimal("1E+300")}, "above 100"),
        ({"first_payment": date(9990, 1, 1)}, "ten years"),
    ],
)
def test_terms_beyond_all_measure_are_refused_at_once(terms: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"apr_percent": Decimal(12), "locked": True} | terms
    with pytest.raises(PlanRefusedError, match=words):
        proposed_plan(a_plan(), a_proposal(**given), TODAY, WITH_APR)
