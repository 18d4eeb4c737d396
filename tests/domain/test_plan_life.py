"""What a plan may do when, and what is refused."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.payment_plan.plan import PaymentSplit, SplitKind
from domain.payment_plan.production import ProcedureStatus
from domain.payment_plan.terms import OfficePolicy, TreatmentPlanned
from domain.plan_law import shown
from domain.plan_life import (
    By,
    PlanRefusedError,
    activated,
    card_released,
    closed,
    deleted,
    offered,
    propose,
    proposed_plan,
    reopened,
    sign_problems,
    signed,
    with_card,
)
from domain.plan_money import post_day
from domain.plan_news import newer_production
from domain.plan_records import PlanCard, PlanRecord, PlanState, PlanVersion, Proposal, Signature
from tests.db.plan_samples import NOW, PAULA, TODAY, a_plan, a_proposal, an_item

STRICT = OfficePolicy(allow_apr=False)
WITH_APR = OfficePolicy(allow_apr=True)
TYPED = Signature(name="Ann Example", how="typed", mark="Ann Example", address="192.0.2.7")
CARD = PlanCard(customer_id="cus_1", payment_method_id="pm_1", brand="visa", last4="4242", exp_month=12, exp_year=2034)


def version_of(plan: PlanRecord, number: int = 1, **fields: Any) -> PlanVersion:
    assert plan.proposal is not None
    anything = OfficePolicy(require_lock_for_apr=False)
    values: dict[str, Any] = {
        "plan_id": plan.id,
        "number": number,
        "proposal": plan.proposal,
        "shown": shown(proposed_plan(plan, plan.proposal, TODAY, anything), TODAY, plan.cash_price_cents, plan.plan),
        "words": "I will pay.",
        "offered_at": NOW,
        "offered_by": "paula",
        "valid_until": TODAY + timedelta(days=14),
        "agreement": b"%PDF",
        "agreement_sha256": "abc",
    }
    return PlanVersion.model_validate(values | fields)


def at_work(plan: PlanRecord, **more: Any) -> PlanRecord:
    out = offered(plan, 1, PAULA).record
    return activated(signed(out, version_of(plan), TYPED, "abc", PAULA).record, PAULA, **more).record


def later(days: int) -> By:
    return By("paula", NOW + timedelta(days=days), TODAY + timedelta(days=days))


def test_a_plan_goes_from_draft_to_work_and_each_step_is_audited() -> None:
    plan = a_plan()
    out = offered(plan, 1, PAULA)
    done = signed(out.record, version_of(plan), TYPED, "abc", PAULA)
    work = activated(done.record, PAULA)
    assert [step.record.state for step in (out, done, work)] == ["offered", "signed", "active"]
    assert all(step.events for step in (out, done, work))
    assert done.record.signed_version == 1
    assert "2026-11-23 version 1:" in done.record.terms_notes
    assert work.record.next_due == date(2026, 12, 23)


def test_what_the_law_wants_shown_must_be_in_the_offer_that_is_signed() -> None:
    plan = a_plan(proposal=a_proposal(number_of_payments=5))
    version = version_of(plan)
    assert version.shown.box is not None
    out = offered(plan, 1, PAULA).record
    bare = version.model_copy(update={"shown": replace(version.shown, box=None, box_required=False)})
    with pytest.raises(PlanRefusedError, match="Truth in Lending box is missing"):
        signed(out, bare, TYPED, "abc", PAULA)
    wrong = replace(version.shown.box, finance_charge_cents=1)
    other = version.model_copy(update={"shown": replace(version.shown, box=wrong)})
    with pytest.raises(PlanRefusedError, match="not that of these terms"):
        signed(out, other, TYPED, "abc", PAULA)
    assert signed(out, version, TYPED, "abc", PAULA).record.state is PlanState.SIGNED


def test_four_payments_at_nothing_need_no_box() -> None:
    assert version_of(a_plan()).shown.box is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"withdrawn_at": NOW}, "replaced or signed already"),
        ({"number": 7}, "replaced or signed already"),
        ({"valid_until": TODAY - timedelta(days=1)}, "ended on"),
        ({"agreement_sha256": "other"}, "not the one on offer"),
        ({"proposal": a_proposal(number_of_payments=2)}, "changed after this offer"),
    ],
)
def test_an_offer_that_is_not_the_newest_cannot_be_signed(change: dict[str, Any], words: str) -> None:
    out = offered(a_plan(), 1, PAULA).record
    [problem] = sign_problems(out, version_of(a_plan()).model_copy(update=change), "abc", TODAY)
    assert words in problem


def test_a_signature_needs_a_name_and_a_mark() -> None:
    out = offered(a_plan(), 1, PAULA).record
    for bad in (TYPED.model_copy(update={"name": " "}), TYPED.model_copy(update={"mark": ""})):
        with pytest.raises(PlanRefusedError, match="full name"):
            signed(out, version_of(a_plan()), bad, "abc", PAULA)


def test_interest_is_behind_the_owner_s_switch_and_wants_the_full_lock() -> None:
    interest = a_proposal(apr_percent=Decimal("9.9"), locked=True)
    with pytest.raises(PlanRefusedError, match="does not allow an APR"):
        propose(a_plan(), interest, STRICT, PAULA)
    with pytest.raises(PlanRefusedError, match="needs the full lock"):
        propose(a_plan(), a_proposal(apr_percent=Decimal("9.9")), WITH_APR, PAULA)
    assert propose(a_plan(), interest, WITH_APR, PAULA).record.proposal == interest


def test_a_price_that_is_lower_in_cash_is_a_finance_charge_too() -> None:
    plan = a_plan(cash_price_cents=57_000)
    with pytest.raises(PlanRefusedError, match="finance charge"):
        propose(plan, a_proposal(), STRICT, PAULA)
    proposed = propose(plan, a_proposal(), WITH_APR, PAULA).record
    figures = version_of(proposed).shown
    assert figures.finance_charge_cents == 3_000
    assert figures.box is not None
    assert figures.box.apr_percent > 0


def test_work_on_an_insurance_plan_wants_the_patient_s_portion() -> None:
    plan = a_plan(insured=("1",))
    with pytest.raises(PlanRefusedError, match="patient's portion"):
        propose(plan, a_proposal(), STRICT, PAULA)
    assert propose(plan, a_proposal(an_item(override_cents=20_000)), STRICT, PAULA).record.proposal is not None


def test_planned_work_that_waits_does_not_print_but_the_box_covers_it() -> None:
    waits = an_item(2, 40_000, status=ProcedureStatus.TREATMENT_PLANNED)
    figures = version_of(a_plan(proposal=a_proposal(an_item(), waits, number_of_payments=5))).shown
    assert figures.awaiting == ("Crown 2",)
    assert [name for name, _ in figures.production] == ["Crown 1"]
    assert sum(row.principal_cents for row in figures.rows) == 60_000
    assert figures.box is not None
    assert figures.box.total_of_payments_cents == 100_000


def test_a_deposit_pays_the_down_payment_and_is_not_owed_again() -> None:
    plan = a_plan(proposal=a_proposal(down_payment_cents=20_000))
    out = signed(offered(plan, 1, PAULA).record, version_of(plan), TYPED, "abc", PAULA).record
    assert activated(out, PAULA).owed == ((TODAY, 20_000),)
    step = activated(out, PAULA, "dep_1", 20_000)
    assert step.owed == ()
    assert step.record.deposit_id == "dep_1"
    more = activated(out, PAULA, "dep_1", 25_000).record
    assert more.plan is not None
    assert more.plan.held_cents(SplitKind.PREPAYMENT) == 5_000


def test_changed_terms_leave_what_is_signed_in_force() -> None:
    plan = at_work(a_plan())
    assert plan.plan is not None
    changed = Proposal(replace(plan.plan.terms, payment_cents=6_000), plan.plan.production)
    step = propose(plan, changed, STRICT, PAULA)
    assert step.record.plan == plan.plan
    assert step.record.state is PlanState.ACTIVE
    version = version_of(step.record, 2)
    assert version.shown.installments == 10
    assert version.shown.box is not None
    again = signed(offered(step.record, 2, PAULA).record, version, TYPED, "abc", PAULA).record
    assert again.plan is not None
    assert again.plan.payment_cents == 6_000
    assert again.proposal is None
    assert again.terms_notes.count("version") == 2


def test_a_full_lock_refuses_other_production() -> None:
    plan = at_work(a_plan(proposal=a_proposal(locked=True)))
    assert plan.plan is not None
    more = Proposal(plan.plan.terms, (*plan.plan.production, an_item(2)))
    with pytest.raises(PlanRefusedError, match="full lock"):
        propose(plan, more, STRICT, PAULA)


def test_closing_and_deleting_clear_the_card_permission() -> None:
    plan = with_card(at_work(a_plan()), CARD, PAULA).record
    assert plan.card == CARD
    ended = closed(plan, PAULA).record
    assert (ended.state, ended.card, ended.card_permission_at, ended.next_due) == ("closed", None, None, None)
    with pytest.raises(PlanRefusedError, match="reopen"):
        with_card(ended, CARD, PAULA)
    again = reopened(ended, later(40)).record
    assert (again.state, again.card) == ("active", None)
    gone = deleted(plan, PAULA).record
    assert (gone.state, gone.card) == ("deleted", None)


def test_every_end_of_a_permission_leaves_the_card_to_be_detached() -> None:
    """Closing, deleting and another card in its place; the same card given again is not let go of."""
    plan = with_card(at_work(a_plan()), CARD, PAULA).record
    other = CARD.model_copy(update={"payment_method_id": "pm_2", "last4": "4444"})
    assert with_card(plan, CARD, PAULA).record.released_cards == ()
    assert closed(plan, PAULA).record.released_cards == (CARD,)
    assert deleted(plan, PAULA).record.released_cards == (CARD,)
    replaced = with_card(plan, other, PAULA).record
    assert (replaced.card, replaced.released_cards) == (other, (CARD,))
    both = closed(replaced, PAULA).record
    assert both.released_cards == (CARD, other)
    one = card_released(both, CARD, "off", PAULA)
    assert (one.record.released_cards, [each.text for each in one.events]) == ((other,), ["off"])
    assert card_released(one.record, CARD, "off", PAULA).events == ()


def test_a_plan_with_payments_cannot_be_deleted() -> None:
    plan = at_work(a_plan())
    assert plan.plan is not None
    paid = plan.model_copy(update={"plan": plan.plan.with_splits([PaymentSplit(100, paid_on=TODAY)])})
    with pytest.raises(PlanRefusedError, match="Payments are on this plan"):
        deleted(paid, PAULA)


def test_a_draft_cannot_be_closed_and_an_open_plan_not_reopened() -> None:
    with pytest.raises(PlanRefusedError, match="delete a draft"):
        closed(a_plan(), PAULA)
    with pytest.raises(PlanRefusedError, match="Only a closed plan"):
        reopened(at_work(a_plan()), PAULA)


def test_done_work_counts_at_once_and_other_amounts_wait_for_a_signature() -> None:
    waits = an_item(1, status=ProcedureStatus.TREATMENT_PLANNED)
    plan = at_work(a_plan(proposal=a_proposal(waits, treatment_planned=TreatmentPlanned.AWAIT_COMPLETE)))
    assert newer_production(plan, (waits,), PAULA) is None
    done = newer_production(plan, (replace(waits, status=ProcedureStatus.COMPLETE),), PAULA)
    assert done is not None
    assert done.record.plan is not None
    assert done.record.plan.production[0].is_complete(TODAY)
    assert done.record.proposal is None
    undone = newer_production(done.record, (waits,), PAULA)
    assert undone is not None
    assert done.events[0].text.endswith("TP) is done")
    assert undone.events[0].text.endswith("C) is planned again")
    dearer = replace(waits, fee_cents=70_000, status=ProcedureStatus.COMPLETE)
    step = newer_production(plan, (dearer,), PAULA)
    assert step is not None
    assert step.record.plan is not None
    assert step.record.plan.principal_cents == 60_000
    assert step.record.proposal is not None
    assert step.record.proposal.production[0].amount_cents == 70_000
    assert [event.kind for event in step.events] == ["production", "production"]
    posted = post_day(step.record.plan, date(2026, 12, 23))
    assert sum(cents for _, cents in posted.owed) == 15_000


def test_what_insurance_pays_more_lowers_the_plan_at_once() -> None:
    plan = at_work(a_plan())
    step = newer_production(plan, (an_item(insurance_cents=20_000),), PAULA)
    assert step is not None
    assert step.record.proposal is None
    assert step.record.plan is not None
    assert step.record.plan.principal_cents == 40_000
    assert "is now" in step.events[0].text
    locked = at_work(a_plan(proposal=a_proposal(locked=True)))
    assert newer_production(locked, (an_item(insurance_cents=20_000),), PAULA) is None


def test_other_terms_of_a_plan_that_is_all_charged_are_refused_as_they_would_change_nothing() -> None:
    plan = at_work(a_plan())
    assert plan.plan is not None
    posted = post_day(plan.plan, TODAY + timedelta(days=200)).plan
    done = plan.model_copy(update={"plan": posted})
    terms = replace(posted.terms, payment_cents=5_000)
    with pytest.raises(PlanRefusedError, match="All of this plan is charged"):
        propose(done, Proposal(terms, posted.production), STRICT, later(200))
    more = Proposal(terms, (*posted.production, an_item(2, 50_000)))
    assert propose(done, more, STRICT, later(200)).record.proposal == more
