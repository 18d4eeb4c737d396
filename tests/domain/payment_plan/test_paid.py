"""Which money pays what."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payment_plan.paid import Money, auto_split, dues, money_of
from domain.payment_plan.plan import Charge, PaymentSplit, SplitKind

PRIN, INT, ANY = SplitKind.PRINCIPAL, SplitKind.INTEREST, SplitKind.UNKNOWN


@pytest.mark.parametrize(
    ("splits", "money"),
    [
        ([(100, PRIN), (20, INT), (5, ANY)], Money(100, 20, 5)),
        ([(100, PRIN), (-30, PRIN)], Money(70, 0, 0)),
        ([(100, PRIN), (20, INT), (5, ANY), (-110, ANY)], Money(0, 15, 0)),
        ([(10, PRIN), (20, INT), (-15, INT), (-15, INT)], Money(0, 0, 0)),
        ([(50, SplitKind.PREPAYMENT), (50, SplitKind.UNEARNED)], Money(0, 0, 0)),
    ],
)
def test_negative_splits_cancel_their_own_kind_first(splits: list[tuple[int, SplitKind]], money: Money) -> None:
    assert money_of(PaymentSplit(cents, kind) for cents, kind in splits) == money


def test_untyped_money_pays_interest_before_principal() -> None:
    money = Money(unknown_cents=100)
    assert (money.for_interest(30), money.for_principal(30)) == (30, 70)
    assert money.unpaid_principal(90, 30) == 20
    assert money.over(50, 30) == 20


def test_principal_money_never_pays_interest_but_interest_money_left_pays_principal() -> None:
    assert Money(principal_cents=100).for_interest(30) == 0
    assert Money(interest_cents=100).for_principal(30) == 70


def test_the_oldest_charge_is_paid_first() -> None:
    old = Charge(date(2026, 1, 1), "a", 100, 10, number=1)
    new = Charge(date(2026, 2, 1), "a", 100, 10, number=2)
    left = [(due.charge.number, due.principal_cents, due.interest_cents) for due in dues([new, old], Money(0, 0, 130))]
    assert left == [(1, 0, 0), (2, 90, 0)]


CHARGES = st.lists(
    st.builds(
        Charge,
        date=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        item_id=st.just("a"),
        principal_cents=st.integers(0, 10_000),
        interest_cents=st.integers(0, 500),
    ),
    max_size=6,
)
MONEY = st.builds(Money, st.integers(0, 30_000), st.integers(0, 3_000), st.integers(0, 30_000))


@given(CHARGES, MONEY)
def test_what_is_left_due_is_what_was_charged_less_the_money_that_paid(charges: list[Charge], money: Money) -> None:
    principal = sum(charge.principal_cents for charge in charges)
    interest = sum(charge.interest_cents for charge in charges)
    left = dues(charges, money)
    assert sum(due.principal_cents for due in left) == money.unpaid_principal(principal, interest)
    paid = principal + interest - sum(due.total_cents for due in left)
    assert paid + money.over(principal, interest) == money.total_cents


@given(st.integers(0, 10_000), st.integers(0, 500), st.integers(0, 20_000))
def test_auto_split_keeps_every_cent(principal: int, interest: int, payment: int) -> None:
    splits = {split.kind: split.amount_cents for split in auto_split(principal, interest, payment)}
    assert sum(splits.values()) == payment
    assert splits.get(INT, 0) == min(interest, payment)
    assert splits.get(PRIN, 0) == min(principal, payment - splits.get(INT, 0))
