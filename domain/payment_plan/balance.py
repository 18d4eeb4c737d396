"""Overpayment: what to do with money on a plan beyond what was charged (Open Dental 24.3 behaviour).

First the oldest under-paid charge is refilled, interest before principal. The rest is kept as a prepayment for the
charges to come, or pays on principal at once, as the office prefers. What the plan cannot use goes to regular
unearned money. The transfers always add up to zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.money import Cents
from domain.payment_plan.interest import Period
from domain.payment_plan.paid import Money, dues, money_of
from domain.payment_plan.plan import (
    PAYING,
    Charge,
    ChargeKind,
    PaymentPlan,
    PaymentSplit,
    SplitKind,
    interest_of,
    principal_of,
)
from domain.payment_plan.posting import pay_due
from domain.payment_plan.schedule import Pieces, expected_periods, uncharged_cents


class Overpayment(StrEnum):
    """The office's choice for overpaid money."""

    PREPAY = "prepay"
    PAY_ON_PRINCIPAL = "pay_on_principal"


@dataclass(frozen=True, slots=True)
class Balanced:
    """The plan after balancing, and what moved. `retyped_cents` went from one kind of payment to an under-paid
    other."""

    plan: PaymentPlan
    retyped_cents: Cents = 0
    to_prepayment_cents: Cents = 0
    from_prepayment_cents: Cents = 0
    to_unearned_cents: Cents = 0
    charges: tuple[Charge, ...] = ()


def balance(plan: PaymentPlan, today: date, mode: Overpayment) -> Balanced:
    """Settle overpaid money on the charges due by `today`, then prepay or pay on principal with the rest."""
    surplus, taken = _take_surplus(plan, today)
    if not taken:
        return _trim(plan, today) if mode is Overpayment.PREPAY else Balanced(plan)
    refills, rest = _refill(plan, today, surplus)
    refilled = plan.with_splits([*taken, *refills])
    moved = refilled.with_splits([PaymentSplit(rest, SplitKind.PREPAYMENT, today)])
    after = _trim(moved, today) if mode is Overpayment.PREPAY else pay_on_principal(moved, today, rest)
    return Balanced(
        after.plan,
        surplus - rest,
        rest,
        after.from_prepayment_cents,
        after.to_unearned_cents,
        after.charges,
    )


def _due_by(plan: PaymentPlan, today: date) -> list[Charge]:
    return [charge for charge in plan.charges if charge.date <= today]


def _take_surplus(plan: PaymentPlan, today: date) -> tuple[Cents, list[PaymentSplit]]:
    """Money of each kind beyond what that kind may pay, and the splits that take it back."""
    charges = _due_by(plan, today)
    principal, interest = principal_of(charges), interest_of(charges)
    money = money_of(plan.splits)
    over = {
        SplitKind.PRINCIPAL: money.principal_cents - principal,
        SplitKind.INTEREST: money.interest_cents - interest,
    }
    room = sum(max(0, -cents) for cents in over.values())
    over[SplitKind.UNKNOWN] = money.unknown_cents - room
    taken = [PaymentSplit(-cents, kind, today) for kind, cents in over.items() if cents > 0]
    return -sum(split.amount_cents for split in taken), taken


def _refill(plan: PaymentPlan, today: date, surplus: Cents) -> tuple[list[PaymentSplit], Cents]:
    """Splits that pay under-paid charges from the surplus, and what is left of it."""
    charges = _due_by(plan, today)
    kept = _within(money_of(plan.splits), principal_of(charges), interest_of(charges))
    splits: list[PaymentSplit] = []
    for due in dues(charges, kept):
        paid = pay_due(due, surplus, today)
        surplus -= sum(split.amount_cents for split in paid)
        splits += paid
    return splits, surplus


def _within(money: Money, principal: Cents, interest: Cents) -> Money:
    """The money that stays with its kind once the surplus is taken."""
    kept_principal = min(money.principal_cents, max(0, principal))
    kept_interest = min(money.interest_cents, interest)
    room = max(0, principal) - kept_principal + interest - kept_interest
    return Money(kept_principal, kept_interest, min(money.unknown_cents, room))


def _trim(plan: PaymentPlan, today: date) -> Balanced:
    """Prepayment beyond all that the plan can still charge goes to regular unearned money."""
    held = plan.held_cents(SplitKind.PREPAYMENT)
    if held <= 0:
        return Balanced(plan)
    excess = max(0, held - _still_to_pay(plan, today))
    return Balanced(_release(plan, today, excess), from_prepayment_cents=excess, to_unearned_cents=excess)


def _still_to_pay(plan: PaymentPlan, today: date) -> Cents:
    posted = sum(due.total_cents for due in dues(plan.charges, money_of(plan.splits)))
    projected = sum(period.principal_cents + period.interest_cents for period in expected_periods(plan, today))
    return posted + projected


def pay_on_principal(plan: PaymentPlan, today: date, money_cents: Cents) -> Balanced:
    """New charges of principal only, dated today, paid at once from money that is held for the plan; money beyond the
    production becomes regular unearned."""
    principal = max(0, min(money_cents, uncharged_cents(plan, today)))
    pieces = Pieces(plan, today).lay(Period(today, principal, 0), ChargeKind.PAY_ON_PRINCIPAL)
    charged = plan.with_charges(pieces)
    new = charged.charges[len(plan.charges) :]
    paid = charged.with_splits(
        [
            PaymentSplit(-principal, SplitKind.PREPAYMENT, today),
            *(PaymentSplit(charge.principal_cents, SplitKind.PRINCIPAL, today, charge.number) for charge in new),
        ]
    )
    excess = money_cents - principal
    return Balanced(
        _release(paid, today, excess),
        from_prepayment_cents=money_cents,
        to_unearned_cents=excess,
        charges=new,
    )


def _release(plan: PaymentPlan, today: date, cents: Cents) -> PaymentPlan:
    return plan.with_splits(release(cents, today))


def release(cents: Cents, today: date) -> list[PaymentSplit]:
    """Splits that move prepayment to regular unearned money."""
    return [PaymentSplit(-cents, SplitKind.PREPAYMENT, today), PaymentSplit(cents, SplitKind.UNEARNED, today)]


def paid_cents(splits: Sequence[PaymentSplit]) -> Cents:
    """Net money on charges."""
    return sum(split.amount_cents for split in splits if split.kind in PAYING)
