"""The daily run: what posts, when, and what it does with an outage, a late completion and a prepayment."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from domain.payment_plan.plan import ChargeKind, PaymentPlan, PaymentSplit, SplitKind
from domain.payment_plan.posting import open_plan, post_due
from domain.payment_plan.production import ProcedureStatus
from domain.payment_plan.schedule import expected_periods
from domain.payment_plan.terms import Terms, TreatmentPlanned
from tests.domain.payment_plan.plans import TODAY, item, plan_of


def _dates(plan: PaymentPlan) -> list[date]:
    return [charge.date for charge in plan.charges]


def test_a_new_plan_with_a_past_first_payment_charges_it_once_and_then_goes_on_from_today() -> None:
    plan = plan_of(50_000, first_payment=date(2025, 12, 20))
    posted = post_due(plan, TODAY)
    assert _dates(posted) == [date(2025, 12, 20)]
    assert [period.date for period in expected_periods(posted, TODAY)][:2] == [date(2026, 3, 20), date(2026, 4, 20)]


def test_with_a_down_payment_the_past_date_is_the_down_payments() -> None:
    plan = plan_of(50_000, first_payment=date(2025, 12, 20), down_payment_cents=5_000)
    posted = post_due(plan, TODAY)
    assert [(charge.date, charge.kind) for charge in posted.charges] == [(date(2025, 12, 20), ChargeKind.DOWN_PAYMENT)]
    assert expected_periods(posted, TODAY)[0].date == date(2026, 3, 20)


def test_a_down_payment_is_charged_once() -> None:
    plan = plan_of(50_000, down_payment_cents=5_000)
    again = post_due(post_due(plan, TODAY), TODAY + timedelta(days=1))
    assert [charge.note for charge in again.charges] == ["Down Payment"]
    assert again.charges[0].date == TODAY


def test_late_completed_work_is_not_back_dated() -> None:
    production = (item("a", 30_000, "TP"),)
    terms = Terms(date(2026, 3, 20), payment_cents=10_000, treatment_planned=TreatmentPlanned.AWAIT_COMPLETE)
    plan = post_due(open_plan(PaymentPlan(terms, production), TODAY), date(2026, 5, 1))
    assert plan.charges == ()
    done = replace(production[0], status=ProcedureStatus.COMPLETE, completed_on=date(2026, 5, 2))
    later = post_due(replace(plan, production=(done,)), date(2026, 6, 1))
    assert _dates(later) == [date(2026, 5, 20)]


def test_an_outage_posts_every_missed_date_with_the_work_done_by_then() -> None:
    done = replace(item("b", 30_000), completed_on=date(2026, 4, 10))
    terms = Terms(date(2026, 3, 20), payment_cents=10_000)
    plan = post_due(open_plan(PaymentPlan(terms, (item("a", 5_000), done)), TODAY), TODAY)
    after = post_due(plan, date(2026, 5, 20))
    assert [(charge.date.month, charge.item_id, charge.principal_cents) for charge in after.charges] == [
        (3, "a", 5_000),
        (4, "b", 10_000),
        (5, "b", 10_000),
    ]


def test_unpaid_principal_bears_interest_until_all_is_charged() -> None:
    plan = plan_of(12_000, apr_percent=Decimal(10), payment_cents=3_500)
    for month in range(4, 13):
        plan = post_due(plan, date(2026, month, 2))
    assert [charge.interest_cents for charge in plan.charges] == [100, 100, 100, 100]


def test_a_projection_supposes_that_what_is_due_gets_paid() -> None:
    plan = plan_of(12_000, apr_percent=Decimal(10), payment_cents=3_500)
    assert [period.interest_cents for period in expected_periods(plan, TODAY)] == [100, 72, 43, 14]


def test_a_prepayment_is_applied_when_its_charge_falls_due() -> None:
    plan = plan_of(30_000, apr_percent=Decimal(12)).with_splits([PaymentSplit(10_500, SplitKind.PREPAYMENT, TODAY)])
    before = post_due(plan, date(2026, 4, 1))
    assert before.held_cents(SplitKind.PREPAYMENT) == 10_500
    after = post_due(before, date(2026, 4, 2))
    assert after.held_cents(SplitKind.PREPAYMENT) == 500
    assert (after.held_cents(SplitKind.INTEREST), after.held_cents(SplitKind.PRINCIPAL)) == (300, 9_700)


def test_a_closed_plan_posts_nothing() -> None:
    plan = replace(plan_of(30_000), closed_on=TODAY)
    assert post_due(plan, date(2027, 1, 1)) == plan


def test_full_lock_holds_the_amounts_against_later_insurance() -> None:
    plan = plan_of(30_000, locked=True)
    insured = replace(plan.production[0], insurance_cents=20_000)
    assert replace(plan, production=(insured,)).principal_cents == 30_000


def test_the_count_is_forgotten_so_a_grown_plan_gets_longer() -> None:
    plan = plan_of(30_000, payment_cents=None, number_of_payments=3)
    grown = replace(plan, production=(*plan.production, item("more", 20_000)))
    assert plan.payment_cents == 10_000
    assert [period.principal_cents for period in expected_periods(grown, TODAY)] == [10_000] * 5


def test_unpaid_principal_never_lifts_a_charge_above_the_payment() -> None:
    """A down payment never paid bears interest too; here it alone would bring the interest to 2.10, the payment is
    2.00."""
    plan = plan_of(20_000, apr_percent=Decimal("12.6"), payment_cents=200, down_payment_cents=2_000)
    posted = post_due(plan, date(2026, 4, 2)).charges[-1]
    assert (posted.principal_cents, posted.interest_cents) == (0, 200)
