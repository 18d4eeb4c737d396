"""Ours beside the PMS's posted charges."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.payment_plan.comparison import Explanation, charge_differences
from domain.payment_plan.plan import Charge, PaymentPlan
from domain.payment_plan.posting import post_due
from tests.domain.payment_plan.plans import plan_of, plans

TODAY = date(2026, 6, 10)


def _plan() -> PaymentPlan:
    return post_due(plan_of(60_000, apr_percent=Decimal(12), payment_cents=15_000), TODAY)


def _explained(pms: list[Charge]) -> list[tuple[int, Explanation]]:
    return [(each.date.month, each.explanation) for each in charge_differences(_plan(), pms, TODAY)]


@given(plans(), st.integers(min_value=0, max_value=5))
def test_the_same_charges_in_any_pieces_agree(plan: PaymentPlan, cut: int) -> None:
    posted = post_due(plan, TODAY)
    pieces = []
    for charge in posted.charges:
        part = min(cut, charge.principal_cents)
        pieces += [
            replace(charge, principal_cents=part),
            replace(charge, principal_cents=charge.principal_cents - part, interest_cents=0),
        ]
    assert charge_differences(posted, pieces, TODAY) == []


def test_every_difference_is_explained() -> None:
    april, may, june = _plan().charges
    assert _explained([april, june]) == [(5, Explanation.MISSED_IN_PMS)]
    assert _explained([april, may]) == [(6, Explanation.PMS_BEHIND)]
    assert _explained([april, may, june, replace(june, date=date(2026, 6, 9))]) == [(6, Explanation.ONLY_IN_PMS)]
    cent = replace(may, principal_cents=may.principal_cents - 1, interest_cents=may.interest_cents + 1)
    assert _explained([april, cent, june]) == [(5, Explanation.ROUNDING)]
    laid = replace(may, principal_cents=may.principal_cents - 50, interest_cents=may.interest_cents + 50)
    assert _explained([april, laid, june]) == [(5, Explanation.SPLIT_DIFFERS)]
    less = replace(may, principal_cents=1)
    assert _explained([april, less, june]) == [(5, Explanation.AMOUNT_DIFFERS)]


def test_what_is_dated_later_does_not_count() -> None:
    future = Charge(date(2026, 7, 1), "p1", 100)
    assert charge_differences(_plan(), [*_plan().charges, future], TODAY) == []
