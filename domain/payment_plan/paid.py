"""Which money pays which charge (Open Dental 24.3 behaviour).

Money typed as interest pays charged interest, untyped money pays what interest is left, and all the rest pays
principal. What then remains is money over: it lowers the principal that bears interest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.money import Cents
from domain.payment_plan.plan import PAYING, Charge, PaymentSplit, SplitKind


@dataclass(frozen=True, slots=True)
class Money:
    """Net money on the plan by type, after negative splits were taken from their own kind. Never negative."""

    principal_cents: Cents = 0
    interest_cents: Cents = 0
    unknown_cents: Cents = 0

    @property
    def total_cents(self) -> Cents:
        """All money that pays charges."""
        return self.principal_cents + self.interest_cents + self.unknown_cents

    def over(self, principal_charged: Cents, interest_charged: Cents) -> Cents:
        """Money beyond these charges."""
        return max(0, self.for_principal(interest_charged) - principal_charged)

    def unpaid_principal(self, principal_charged: Cents, interest_charged: Cents) -> Cents:
        """Charged principal that no money has paid."""
        return max(0, principal_charged - self.for_principal(interest_charged))

    def for_interest(self, interest_charged: Cents) -> Cents:
        """Money that pays interest: all of it that principal money is not needed for."""
        return min(interest_charged, self.interest_cents + self.unknown_cents)

    def for_principal(self, interest_charged: Cents) -> Cents:
        """Money left for principal once interest is paid; principal money never pays interest."""
        return self.total_cents - self.for_interest(interest_charged)


@dataclass(frozen=True, slots=True)
class Due:
    """What is still unpaid on one charge."""

    charge: Charge
    principal_cents: Cents
    interest_cents: Cents

    @property
    def total_cents(self) -> Cents:
        """Unpaid principal and interest."""
        return self.principal_cents + self.interest_cents


def money_of(splits: Iterable[PaymentSplit]) -> Money:
    """Net money by type. Negative splits cancel their own kind; untyped ones also take principal, then interest."""
    sums = dict.fromkeys(PAYING, 0)
    for split in splits:
        if split.kind in sums:
            sums[split.kind] += split.amount_cents
    principal, interest, unknown = sums[SplitKind.PRINCIPAL], sums[SplitKind.INTEREST], sums[SplitKind.UNKNOWN]
    if unknown < 0:
        principal, unknown = principal + unknown, 0
    if principal < 0:
        interest, principal = interest + principal, 0
    if interest < 0:
        principal, interest = principal + interest, 0
    if principal < 0:
        unknown, principal = unknown + principal, 0
    return Money(principal, interest, max(0, unknown))


def dues(charges: Sequence[Charge], money: Money) -> list[Due]:
    """What each charge still lacks, oldest first, interest and principal each paid in order of date."""
    interest_money = money.for_interest(sum(charge.interest_cents for charge in charges))
    return _dues(charges, interest_money, money.total_cents - interest_money, 0)


def dues_in_turn(charges: Sequence[Charge], money: Money) -> list[Due]:
    """What each charge still lacks when untyped money paid one charge after the other, as it did when it came in."""
    interest_money = min(sum(charge.interest_cents for charge in charges), money.interest_cents)
    principal_money = money.principal_cents + money.interest_cents - interest_money
    return _dues(charges, interest_money, principal_money, money.unknown_cents)


def _dues(charges: Sequence[Charge], interest_money: Cents, principal_money: Cents, untyped: Cents) -> list[Due]:
    ordered = sorted(charges, key=lambda charge: (charge.date, charge.number))
    credit = -sum(charge.principal_cents for charge in ordered if charge.principal_cents < 0)
    principal_money += credit  # an offset pays earlier charges as money would
    found = []
    for charge in ordered:
        interest = min(interest_money, charge.interest_cents)
        principal = min(principal_money, max(0, charge.principal_cents))
        interest_money -= interest
        principal_money -= principal
        interest_left, principal_left = charge.interest_cents - interest, max(0, charge.principal_cents) - principal
        to_interest = min(untyped, interest_left)
        to_principal = min(untyped - to_interest, principal_left)
        untyped -= to_interest + to_principal
        found.append(Due(charge, principal_left - to_principal, interest_left - to_interest))
    return found


def auto_split(principal_due: Cents, interest_due: Cents, payment_cents: Cents) -> list[PaymentSplit]:
    """How a payment is split over what is due: interest first, then principal, the rest is unearned."""
    interest = min(payment_cents, interest_due)
    principal = min(payment_cents - interest, principal_due)
    splits = [
        PaymentSplit(principal, SplitKind.PRINCIPAL),
        PaymentSplit(interest, SplitKind.INTEREST),
        PaymentSplit(payment_cents - interest - principal, SplitKind.UNEARNED),
    ]
    return [split for split in splits if split.amount_cents]
