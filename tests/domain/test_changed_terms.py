"""Changed terms of a plan at work are disclosed as what is left of it (12 CFR 1026.20(a))."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.apr import unit_periods
from domain.payment_plan.change import attach_production, change_terms
from domain.payment_plan.disclosure import as_if_done, credit_sale
from domain.payment_plan.edit import EditRefusedError
from domain.payment_plan.frequency import PERIODS_PER_YEAR, Frequency
from domain.payment_plan.interest import PaymentTooSmallError
from domain.payment_plan.paid import dues, money_of
from domain.payment_plan.plan import PAYING, PaymentPlan, PaymentSplit, SplitKind, interest_of
from domain.payment_plan.posting import post_due
from domain.payment_plan.remaining import remaining
from domain.payment_plan.schedule import expected_charges
from domain.payment_plan.terms import OfficePolicy
from domain.plan_law import DUE_NOW, Shown, rate_holds_until, rest_holds_until, shown
from domain.plan_money import receive
from domain.reg_z import Stands, TruthInLendingBox, truth_in_lending
from tests.domain.payment_plan.plans import TODAY, aprs, frequencies, item, payments, plan_of, plans

LATER = TODAY + timedelta(days=75)
ANY = OfficePolicy(require_lock_for_apr=False)


def paid_so_far(plan: PaymentPlan) -> int:
    return sum(split.amount_cents for split in plan.splits if split.kind in PAYING | {SplitKind.PREPAYMENT})


def changed(plan: PaymentPlan, today: date = LATER, **terms: object) -> PaymentPlan:
    wanted: dict[str, object] = {"number_of_payments": 6, "payment_cents": None} | terms
    return change_terms(plan, replace(plan.terms, **wanted), today, ANY)  # type: ignore[arg-type]  # by name


def box_of(figures: Shown) -> TruthInLendingBox:
    assert figures.box is not None
    return figures.box


@st.composite
def changes(draw: st.DrawFn) -> tuple[PaymentPlan, PaymentPlan, date]:
    """A plan at work with what was paid on it, the plan with other terms, and the day."""
    before = draw(plans())
    before = replace(before, splits=tuple(draw(payments)))
    today = TODAY + timedelta(days=draw(st.integers(0, 150)))
    try:
        before = post_due(before, today)
        terms = replace(
            before.terms,
            frequency=draw(frequencies),
            apr_percent=draw(aprs),
            number_of_payments=draw(st.integers(1, 30)),
            payment_cents=None,
        )
        after = change_terms(before, terms, today, ANY)
        if draw(st.booleans()):
            after = attach_production(after, item("new", draw(st.integers(5_000, 300_000))))
        credit_sale(after, today, before=before)
    except (PaymentTooSmallError, EditRefusedError):
        assume(False)
    return before, after, today


@given(changes())
def test_what_is_left_is_every_charge_less_every_payment(case: tuple[PaymentPlan, PaymentPlan, date]) -> None:
    _, plan, today = case
    rest = remaining(plan, today)
    charged = sum(charge.total_cents for charge in (*plan.charges, *expected_charges(plan, today)))
    assert rest.total_cents == max(0, charged - paid_so_far(plan))
    assert rest.paid_cents == paid_so_far(plan)
    assert rest.due_now_cents + sum(each.total_cents for each in rest.to_come) == rest.total_cents
    days = [each.date for each in rest.payments]
    assert days == sorted(set(days))
    assert all(day >= today for day in days)


@given(changes())
def test_the_box_of_changed_terms_adds_up_and_is_the_plan_s_own_rest(
    case: tuple[PaymentPlan, PaymentPlan, date],
) -> None:
    before, plan, today = case
    sale = credit_sale(plan, today, before=before)
    assume(sale.amount_financed_cents > 0)
    box = truth_in_lending(sale)
    assert box.amount_financed_cents + box.finance_charge_cents == box.total_of_payments_cents
    assert box.total_of_payments_cents == sum(line.count * line.amount_cents for line in box.payments)
    whole = as_if_done(plan)
    rows = remaining(whole, today).payments
    assert sale.payments == tuple((row.date, row.total_cents) for row in rows)
    coming = [charge for charge in expected_charges(whole, today) if charge.date > today]
    assert box.finance_charge_cents == interest_of(coming) + sum(
        due.interest_cents for due in dues(plan.charges, money_of(plan.splits)) if due.charge.date > today
    )
    assert box.total_sale_price_cents == box.total_of_payments_cents + box.down_payment_cents
    assert box.down_payment_cents == (0 if box.stands is Stands.REPLACES else paid_so_far(plan))
    assert box.old_balance_cents + box.new_work_cents == box.amount_financed_cents
    assert box.is_sale == (box.stands is Stands.FIRST or any(each.id == "new" for each in plan.production))


@given(changes())
def test_the_rate_solves_appendix_j_s_equation_for_the_payments_that_are_left(
    case: tuple[PaymentPlan, PaymentPlan, date],
) -> None:
    before, plan, today = case
    sale = credit_sale(plan, today, before=before)
    later = [day for day, _ in sale.payments if day > today]
    assume(sale.amount_financed_cents > 0 and len(set(later)) > 1)
    box = truth_in_lending(sale)
    assume(box.finance_charge_cents > 0 and box.apr_percent < 400)
    advanced, slope = balance_at(sale.payments, today, sale.frequency, box.apr_percent)
    # The rate is rounded to a hundredth: half of that may move the present value by this much.
    assert abs(advanced - sale.amount_financed_cents) <= abs(slope) * 0.00006 + 0.01


def balance_at(
    payments: Sequence[tuple[date, int]], start: date, frequency: Frequency, apr: Decimal
) -> tuple[float, float]:
    """Present value of the payments at this rate, and how fast it falls with the rate in parts of one."""

    def value(rate: float) -> float:
        periods = [(unit_periods(start, day, frequency), cents) for day, cents in payments]
        return sum(cents / ((1 + float(part) * rate) * (1 + rate) ** whole) for (whole, part), cents in periods)

    per_year = float(Fraction(PERIODS_PER_YEAR[frequency]))
    rate = float(apr) / 100 / per_year
    step = 1e-6
    return value(rate), (value(rate + step) - value(rate - step)) / (2 * step) / per_year


def test_a_refinanced_plan_with_interest_is_a_loan_of_what_is_left() -> None:
    """1,200.00 at 12 %, 100.00 a month. Two payments posted, one paid with its interest, then 18 %."""
    before = plan_of(120_000, apr_percent=Decimal(12), payment_cents=10_000)
    before = post_due(receive(post_due(before, date(2026, 4, 2)), 10_000, date(2026, 4, 3)), date(2026, 5, 2))
    assert [(charge.principal_cents, charge.interest_cents) for charge in before.charges] == [
        (8_800, 1_200),
        (8_888, 1_112),
    ]
    figures = shown(changed(before, date(2026, 5, 12), apr_percent=Decimal(18)), date(2026, 5, 12), before=before)
    box = box_of(figures)
    assert box.stands is Stands.REPLACES
    assert not box.is_sale
    assert box.amount_financed_cents == 120_000 - 8_800 + 1_112, "principal unpaid, and the interest that fell due"
    assert figures.due_now_cents == 10_000
    assert (figures.paid_cents, figures.left_cents) == (10_000, box.amount_financed_cents)
    assert (figures.rows[0].description, figures.rows[0].date) == (DUE_NOW, date(2026, 5, 12))
    assert figures.installments == 6
    assert figures.first_on == date(2026, 6, 2)
    assert box.apr_percent > 12


def test_four_payments_that_become_six_are_disclosed_with_what_was_paid_as_paid_down() -> None:
    before = receive(post_due(plan_of(40_000), date(2026, 5, 2)), 20_000, date(2026, 5, 2))
    after = changed(before, date(2026, 5, 12), number_of_payments=4)
    figures = shown(after, date(2026, 5, 12), before=before)
    box = box_of(figures)
    assert (box.stands, box.is_sale) == (Stands.FIRST, True)
    assert (box.cash_price_cents, box.down_payment_cents, box.amount_financed_cents) == (40_000, 20_000, 20_000)
    assert (box.total_sale_price_cents, box.finance_charge_cents, box.apr_percent) == (40_000, 0, Decimal(0))
    assert figures.installments == 4, "the law counts the two that were made too"
    assert shown(changed(before, date(2026, 5, 12), number_of_payments=2), LATER, before=before).box is None


def test_a_plan_without_interest_that_was_disclosed_is_a_loan_and_more_work_makes_it_a_sale_again() -> None:
    before = receive(post_due(plan_of(100_000), date(2026, 5, 2)), 20_000, date(2026, 5, 2))
    loan = box_of(shown(changed(before, number_of_payments=8), LATER, before=before))
    assert (loan.is_sale, loan.amount_financed_cents, loan.down_payment_cents) == (False, 80_000, 0)
    grown = attach_production(before, item("implant", 50_000))
    sale = box_of(shown(grown, LATER, before=before))
    assert (sale.is_sale, sale.stands) == (True, Stands.REPLACES)
    assert (sale.new_work_cents, sale.old_balance_cents, sale.amount_financed_cents) == (50_000, 80_000, 130_000)
    assert sale.total_sale_price_cents == 130_000


def test_a_lost_cash_discount_is_a_finance_charge_as_far_as_it_is_not_earned() -> None:
    """900.00 in cash, 1,000.00 on the plan; 300.00 paid, 100.00 overdue: 60.00 of the 100.00 are in what is to come."""
    before = receive(post_due(plan_of(100_000), date(2026, 7, 2)), 30_000, date(2026, 7, 2))
    today = date(2026, 7, 12)
    box = box_of(shown(changed(before, today, number_of_payments=5), today, 90_000, before))
    assert (box.finance_charge_cents, box.fixed_charge_cents) == (6_000, 6_000)
    assert (box.amount_financed_cents, box.total_of_payments_cents) == (64_000, 70_000)
    assert box.payments[0].first_on == today
    assert box.apr_percent > 0


def test_money_that_is_held_is_no_part_of_the_new_credit() -> None:
    before = receive(plan_of(100_000, apr_percent=Decimal(12)), 15_000, TODAY)
    after = changed(before, TODAY, apr_percent=Decimal(12), number_of_payments=10)
    box = box_of(shown(after, TODAY, before=before))
    assert box.amount_financed_cents == 85_000
    assert box.payments[0].first_on == date(2026, 5, 2), "the first payment is paid, part of the second too"


def test_more_held_than_is_owed_wants_it_put_on_principal_first() -> None:
    before = receive(plan_of(100_000, apr_percent=Decimal(29), payment_cents=9_000), 100_500, TODAY)
    with pytest.raises(ValueError, match="put it on principal first"):
        shown(changed(before, TODAY, number_of_payments=20), TODAY, before=before)


def test_nothing_left_to_pay_has_no_box() -> None:
    before = receive(plan_of(100_000), 100_000, TODAY)
    figures = shown(changed(before, TODAY), TODAY, before=before)
    assert (figures.box, figures.rows, figures.left_cents) == (None, (), 0)


def test_a_single_payment_that_is_left_has_its_own_term_as_unit_period() -> None:
    """Appendix J (b)(4)(ii): what is due now is no payment of the new term."""
    before = post_due(plan_of(110_000, payment_cents=10_000), date(2026, 4, 2))
    terms = {"number_of_payments": 1, "apr_percent": Decimal(12), "first_payment": date(2026, 10, 2)}
    after = changed(before, date(2026, 4, 2), **terms)
    box = box_of(shown(after, date(2026, 4, 2), before=before))
    assert [line.amount_cents for line in box.payments] == [10_000, 101_000]
    assert box.finance_charge_cents == 1_000
    assert box.apr_percent == Decimal("2.00")


def test_an_offer_of_changed_terms_ends_before_the_next_charge_and_when_its_rate_is_no_longer_true() -> None:
    before = plan_of(100_000)
    last = TODAY + timedelta(days=60)
    assert rest_holds_until(before, TODAY, last) == date(2026, 4, 1)
    assert rest_holds_until(before, date(2026, 4, 2), last) == date(2026, 5, 1)
    assert rest_holds_until(receive(before, 100_000, TODAY), TODAY, last) == date(2026, 4, 1)
    after = changed(before, TODAY, apr_percent=Decimal(24), number_of_payments=3)
    figures = shown(after, TODAY, before=before)
    until = rate_holds_until(figures, after, None, date(2026, 4, 1), before)
    assert TODAY < until < date(2026, 4, 1)


def test_paid_money_of_other_kinds_is_not_counted_as_paid() -> None:
    plan = replace(plan_of(100_000), splits=(PaymentSplit(5_000, SplitKind.UNEARNED, TODAY),))
    assert remaining(plan, TODAY).paid_cents == 0
