"""The projected schedule in its corners."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from domain.payment_plan.interest import Period
from domain.payment_plan.overcharge import mend_overcharge
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan, PaymentSplit, SplitKind
from domain.payment_plan.posting import open_plan, post_due
from domain.payment_plan.schedule import expected_charges, expected_periods, next_period, uncharged_cents
from domain.payment_plan.terms import Terms
from tests.domain.payment_plan.plans import TODAY, item, plan_of

FIRST = date(2026, 4, 2)


def test_a_down_payment_not_posted_yet_is_taken_off_before_interest() -> None:
    terms = Terms(FIRST, payment_cents=10_000, down_payment_cents=12_000, apr_percent=Decimal(12))
    draft = PaymentPlan(terms, (item("a", 10_000), item("b", 20_000)))
    assert uncharged_cents(draft, TODAY) == 18_000
    rows = expected_charges(draft, TODAY)
    assert [(row.item_id, row.principal_cents, row.interest_cents) for row in rows] == [
        ("b", 9_820, 180),
        ("b", 8_180, 82),
    ]


def test_interest_begins_on_its_start_date_itself() -> None:
    plan = plan_of(30_000, apr_percent=Decimal(12), interest_start=date(2026, 5, 2))
    assert [period.interest_cents for period in expected_periods(plan, TODAY)][:3] == [0, 200, 102]
    assert next_period(plan, FIRST).interest_cents == 0
    assert next_period(plan, date(2026, 5, 2)).interest_cents == 300
    paid = plan.with_splits([PaymentSplit(1_000, SplitKind.PRINCIPAL, TODAY)])
    assert [period.interest_cents for period in expected_periods(paid, TODAY)][:2] == [0, 200]


def test_no_interest_for_the_first_payments() -> None:
    plan = plan_of(30_000, apr_percent=Decimal(12), no_interest_payments=2)
    assert [period.interest_cents for period in expected_periods(plan, TODAY)] == [0, 0, 100, 1]


def test_exactly_half_a_cent_goes_to_the_even_cent() -> None:
    """At 10 % a month of 60.60 is 50.5 cents, and one of 61.80 is 51.5."""
    for principal, interest in ((6_060, 50), (6_180, 52)):
        plan = plan_of(principal, apr_percent=Decimal(10))
        assert expected_periods(plan, TODAY) == [Period(FIRST, principal, interest)]


def test_money_over_lowers_the_interest_but_not_the_payment() -> None:
    plan = plan_of(50_000, apr_percent=Decimal(12)).with_splits([PaymentSplit(20_000)])
    first, second = expected_periods(plan, TODAY)[:2]
    assert (first.principal_cents, first.interest_cents) == (9_700, 300)
    assert (second.principal_cents, second.interest_cents) == (9_697, 303)  # 3.00 of the money paid interest


def test_an_offset_takes_no_date_and_a_charge_paid_on_principal_does() -> None:
    plan = plan_of(30_000)
    offset = plan.with_charges([Charge(FIRST, "p1", -100, kind=ChargeKind.OFFSET)])
    assert expected_periods(offset, TODAY)[0].date == FIRST
    paid = plan.with_charges([Charge(FIRST, "p1", 100, kind=ChargeKind.PAY_ON_PRINCIPAL)])
    assert expected_periods(paid, TODAY)[0].date == date(2026, 5, 2)
    assert mend_overcharge(plan, TODAY) == plan


def test_work_done_after_the_run_of_a_period_date_is_charged_on_the_next_one() -> None:
    terms = Terms(FIRST, payment_cents=10_000)
    waiting = post_due(open_plan(PaymentPlan(terms, (item("a", 20_000, "TP"),)), TODAY), FIRST)
    assert waiting.charges == ()
    done = replace(waiting, production=(item("a", 20_000),))
    assert [row.date for row in expected_charges(done, FIRST)] == [date(2026, 5, 2), date(2026, 6, 2)]
    assert post_due(done, FIRST).charges == (), "what is shown is what the run does"
