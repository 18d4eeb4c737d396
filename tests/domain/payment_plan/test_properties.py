"""What holds for every plan, whatever its terms."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.payment_plan.balance import Overpayment, balance, paid_cents
from domain.payment_plan.close import close
from domain.payment_plan.edit import (
    ChargeEdit,
    add_charge,
    delete_charge,
    edit_coming,
    edit_posted,
    edit_projected,
    zero_out,
)
from domain.payment_plan.overcharge import mend_overcharge, overcharged_cents
from domain.payment_plan.plan import ChargeKind, PaymentPlan, PaymentSplit, principal_of
from domain.payment_plan.posting import post_due
from domain.payment_plan.schedule import completed_cents, expected_charges, expected_periods, uncharged_cents
from domain.payment_plan.totals import loan_totals
from tests.domain.payment_plan.plans import TODAY, payments, plans


def _chargeable(plan: PaymentPlan) -> int:
    """All principal that may be charged today; a down payment on planned work counts against what is done."""
    return max(completed_cents(plan, TODAY), principal_of(plan.charges))


def _whole(plan: PaymentPlan, today: date = TODAY) -> int:
    return principal_of(plan.charges) + principal_of(expected_charges(plan, today))


@given(plans())
def test_repays_the_principal_to_the_cent(plan: PaymentPlan) -> None:
    assert _whole(plan) == _chargeable(plan)
    by_item = plan.charged_by_item()
    for charge in expected_charges(plan, TODAY):
        by_item[charge.item_id] = by_item.get(charge.item_id, 0) + charge.principal_cents
    assert all(0 < cents <= plan.item(item_id).amount_cents for item_id, cents in by_item.items())


@given(plans())
def test_no_charge_is_larger_than_the_payment_and_only_the_last_is_smaller(plan: PaymentPlan) -> None:
    totals = [period.principal_cents + period.interest_cents for period in expected_periods(plan, TODAY)]
    assert all(total == plan.payment_cents for total in totals[:-1])
    assert all(0 < total <= plan.payment_cents for total in totals[-1:])


@given(plans())
def test_every_charge_has_a_date_of_its_own_that_is_not_past(plan: PaymentPlan) -> None:
    dates = [period.date for period in expected_periods(plan, TODAY)]
    assert dates == sorted(set(dates))
    assert all(day >= TODAY or day in plan.owed_dates for day in dates)


@given(plans())
def test_unpaid_plans_bear_no_interest_on_interest(plan: PaymentPlan) -> None:
    """Nobody pays anything: a period's interest never exceeds one period on the whole principal."""
    highest = round(plan.principal_cents * plan.terms.rate.numerator / plan.terms.rate.denominator) + 1
    run = plan
    for period in expected_periods(plan, TODAY)[:30]:
        run = post_due(run, period.date)
    assert all(charge.interest_cents <= highest for charge in run.charges)


@settings(max_examples=60)
@given(plans(), payments, st.integers(min_value=1, max_value=110))
def test_posting_day_by_day_equals_posting_after_an_outage(
    plan: PaymentPlan, splits: list[PaymentSplit], outage: int
) -> None:
    start = plan.with_splits(splits)
    daily = start
    for day in range(outage + 1):
        daily = post_due(daily, TODAY + timedelta(days=day))
    assert post_due(start, TODAY + timedelta(days=outage)) == daily


@given(plans(), st.integers(min_value=0, max_value=100))
def test_running_a_day_again_changes_nothing(plan: PaymentPlan, later: int) -> None:
    once = post_due(plan, TODAY + timedelta(days=later))
    assert post_due(once, TODAY + timedelta(days=later)) == once


@given(plans(), st.integers(min_value=0, max_value=100), st.data())
def test_editing_never_loses_a_cent(new: PaymentPlan, later: int, data: st.DataObject) -> None:
    """Whatever is edited, moved, zeroed, added or deleted by hand, before and after days that posted."""
    today = TODAY + timedelta(days=later)
    plan = post_due(new, today)
    whole = _whole(plan, today)
    for _ in range(4):
        plan = _any_edit(data, plan, today)
        assert _whole(plan, today) == whole
        assert loan_totals(plan, today).total_principal_cents == plan.principal_cents
        dates = [period.date for period in expected_periods(plan, today)]
        assert dates == sorted(set(dates))
        assert all(cents <= plan.item(item_id).amount_cents for item_id, cents in plan.charged_by_item().items())
    month_on = today + timedelta(days=31)
    assert _whole(post_due(plan, month_on), month_on) == whole


def _any_edit(data: st.DataObject, plan: PaymentPlan, today: date) -> PaymentPlan:
    rows = expected_charges(plan, today)
    changeable = [charge for charge in plan.charges if charge.kind is not ChargeKind.DOWN_PAYMENT]
    kinds = [*(_OF_COMING if rows else ()), *(_OF_POSTED if changeable else ())]
    if not kinds:
        return plan
    kind = data.draw(st.sampled_from(kinds))
    charge = data.draw(st.sampled_from(changeable if kind in _OF_POSTED else rows))
    day = data.draw(st.dates(today, today + timedelta(days=200)))
    principal = data.draw(st.integers(min_value=0, max_value=charge.principal_cents))
    edit = data.draw(st.sampled_from([ChargeEdit(principal), ChargeEdit(to_date=day), ChargeEdit(principal, 0, day)]))
    if kind == "row":
        return edit_projected(plan, today, rows.index(charge), edit)
    if kind == "date":
        return edit_coming(plan, today, charge.date, edit)
    if kind == "zero":
        return zero_out(plan, today, charge.date)
    if kind == "add":
        return add_charge(plan, today, day)
    if kind == "posted":
        return edit_posted(plan, charge.number, edit)
    return delete_charge(plan, today, charge.number)


_OF_COMING = ("row", "date", "zero", "add")
_OF_POSTED = ("posted", "delete")


@given(plans(), payments, st.sampled_from(list(Overpayment)))
def test_balancing_keeps_every_cent_of_the_money(
    plan: PaymentPlan, splits: list[PaymentSplit], mode: Overpayment
) -> None:
    paid = post_due(plan, TODAY).with_splits(splits)
    done = balance(paid, TODAY, mode)
    assert sum(split.amount_cents for split in done.plan.splits) == sum(split.amount_cents for split in paid.splits)
    due = [charge for charge in done.plan.charges if charge.date <= TODAY]
    assert paid_cents(done.plan.splits) <= sum(charge.total_cents for charge in due)
    assert uncharged_cents(done.plan, TODAY) >= min(0, uncharged_cents(paid, TODAY))
    again = balance(done.plan, TODAY, mode)
    assert again.plan == done.plan


@given(plans(), payments)
def test_closing_charges_what_was_begun_and_nothing_else(plan: PaymentPlan, splits: list[PaymentSplit]) -> None:
    open_ = post_due(plan, TODAY).with_splits(splits)
    done = close(open_, TODAY)
    assert principal_of(done.plan.charges) == done.plan.principal_cents
    assert {item.id for item in done.plan.production} | set(done.detached) == {item.id for item in open_.production}
    assert expected_charges(done.plan, TODAY) == []
    assert sum(s.amount_cents for s in done.plan.splits) == sum(s.amount_cents for s in open_.splits)


@given(plans(), st.integers(min_value=0, max_value=300_000))
def test_an_offset_mends_an_overcharge_exactly(plan: PaymentPlan, insurance: int) -> None:
    charged = post_due(plan, max(TODAY, plan.terms.first_payment))
    cheaper = replace(charged.production[0], insurance_cents=insurance)
    changed = replace(charged, production=(cheaper, *charged.production[1:]))
    day = max(TODAY, plan.terms.first_payment)
    over = overcharged_cents(changed, day)
    mended = mend_overcharge(changed, day)
    assert overcharged_cents(mended, day) == 0
    assert principal_of(changed.charges) - principal_of(mended.charges) == over
