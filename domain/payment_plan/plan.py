"""A payment plan: its terms, its production, what was charged and what was paid.

Only posted charges are kept. The rest of the schedule is worked out from the terms whenever it is asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.money import Cents
from domain.payment_plan.production import ProductionItem, total_cents
from domain.payment_plan.terms import Terms


class ChargeKind(StrEnum):
    """Why a charge exists."""

    PERIOD = "period"
    DOWN_PAYMENT = "down_payment"
    ADDED = "added"
    PAY_ON_PRINCIPAL = "pay_on_principal"
    CLOSE_OUT = "close_out"
    OFFSET = "offset"


NOTES = {
    ChargeKind.DOWN_PAYMENT: "Down Payment",
    ChargeKind.PAY_ON_PRINCIPAL: "(Charge created for pay on principal)",
    ChargeKind.CLOSE_OUT: "Close Out Charge",
}


@dataclass(frozen=True, slots=True)
class Charge:
    """A debit on one production item. `number` is unique in its plan; 0 means projected, not posted."""

    date: date
    item_id: str
    principal_cents: Cents
    interest_cents: Cents = 0
    kind: ChargeKind = ChargeKind.PERIOD
    number: int = 0
    note: str = ""
    provider: str = ""
    clinic: str = ""

    @property
    def total_cents(self) -> Cents:
        """Principal and interest together."""
        return self.principal_cents + self.interest_cents

    @property
    def takes_its_date(self) -> bool:
        """Whether no period is issued on this charge's date any more."""
        return self.kind not in (ChargeKind.DOWN_PAYMENT, ChargeKind.OFFSET)


class SplitKind(StrEnum):
    """What a payment split pays; the two unearned kinds hold money for later and pay no charge."""

    PRINCIPAL = "principal"
    INTEREST = "interest"
    UNKNOWN = "unknown"
    PREPAYMENT = "prepayment"
    UNEARNED = "unearned"


PAYING = frozenset({SplitKind.PRINCIPAL, SplitKind.INTEREST, SplitKind.UNKNOWN})


@dataclass(frozen=True, slots=True)
class PaymentSplit:
    """A part of a payment. `PREPAYMENT` is hidden unearned money tied to the plan; `UNEARNED` has left the plan.

    `paid_on` of None counts on every day. `charge_number` names the charge when the split is tied to one. `source` says
    where the money came from: a collection, a deposit, a payment of the PMS; "" for money that was only moved.
    """

    amount_cents: Cents
    kind: SplitKind = SplitKind.UNKNOWN
    paid_on: date | None = None
    charge_number: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """One plan. `posted_through` is the last day on which the daily run looked at it.

    `owed_dates` are past dates on which a period must still be posted: the past first payment of a new plan, or the
    date of a deleted charge that was the only one billed.
    """

    terms: Terms
    production: tuple[ProductionItem, ...] = ()
    charges: tuple[Charge, ...] = ()
    splits: tuple[PaymentSplit, ...] = ()
    posted_through: date | None = None
    owed_dates: tuple[date, ...] = ()
    closed_on: date | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the plan was closed and not reopened."""
        return self.closed_on is not None

    @property
    def principal_cents(self) -> Cents:
        """Total principal: all attached production, planned work included."""
        return total_cents(self.production)

    @property
    def payment_cents(self) -> Cents:
        """The payment of each period."""
        return self.terms.payment_for(self.principal_cents)

    def item(self, item_id: str) -> ProductionItem:
        """The attached item with this id; KeyError when there is none."""
        for item in self.production:
            if item.id == item_id:
                return item
        raise KeyError(f"production item {item_id!r} is not on this plan")

    def charge(self, number: int) -> Charge:
        """The posted charge with this number; KeyError when there is none."""
        for charge in self.charges:
            if charge.number == number:
                return charge
        raise KeyError(f"charge {number} is not on this plan")

    def charged_by_item(self) -> dict[str, Cents]:
        """Principal posted so far, by item id."""
        charged: dict[str, Cents] = {}
        for charge in self.charges:
            charged[charge.item_id] = charged.get(charge.item_id, 0) + charge.principal_cents
        return charged

    def held_cents(self, kind: SplitKind, day: date | None = None) -> Cents:
        """Net money of one kind, up to and including `day` when it is given."""
        return sum(split.amount_cents for split in splits_until(self.splits, day) if split.kind is kind)

    def with_charges(self, charges: Iterable[Charge]) -> "PaymentPlan":
        """The plan with these charges posted: each gets the next number and the note of its kind."""
        number = max((charge.number for charge in self.charges), default=0)
        posted = list(self.charges)
        for charge in charges:
            number += 1
            posted.append(replace(charge, number=number, note=charge.note or NOTES.get(charge.kind, "")))
        return replace(self, charges=tuple(posted))

    def with_splits(self, splits: Iterable[PaymentSplit]) -> "PaymentPlan":
        """The plan with more payment splits; splits of nothing are left out."""
        return replace(self, splits=self.splits + tuple(split for split in splits if split.amount_cents))


def splits_until(splits: Iterable[PaymentSplit], day: date | None) -> list[PaymentSplit]:
    """Splits dated on or before `day`; all of them when `day` is None."""
    return [split for split in splits if day is None or split.paid_on is None or split.paid_on <= day]


def principal_of(charges: Iterable[Charge]) -> Cents:
    """Sum of the charges' principal."""
    return sum(charge.principal_cents for charge in charges)


def interest_of(charges: Iterable[Charge]) -> Cents:
    """Sum of the charges' interest."""
    return sum(charge.interest_cents for charge in charges)
