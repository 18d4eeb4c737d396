"""What is still to be paid of a plan at work: charges that are due and unpaid, and those to come."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from domain.money import Cents
from domain.payment_plan.paid import Due, dues, money_of
from domain.payment_plan.plan import PAYING, PaymentPlan, SplitKind
from domain.payment_plan.schedule import expected_charges


@dataclass(frozen=True, slots=True)
class Owed:
    """What is to be paid on one date."""

    date: date
    principal_cents: Cents
    interest_cents: Cents
    item_ids: tuple[str, ...]

    @property
    def total_cents(self) -> Cents:
        """Principal and interest together."""
        return self.principal_cents + self.interest_cents


@dataclass(frozen=True, slots=True)
class Remaining:
    """The rest of a plan as of one day: `payments` by date, the first of them today when something is due by then.

    `interest_cents` is what the charges after today will add, also where money that is held will pay it; `paid_cents`
    all that was paid so far, held money too.
    """

    today: date
    payments: tuple[Owed, ...]
    interest_cents: Cents
    paid_cents: Cents

    @property
    def total_cents(self) -> Cents:
        """All that is still to be paid."""
        return sum(each.total_cents for each in self.payments)

    @property
    def due_now_cents(self) -> Cents:
        """What fell due by today and is unpaid."""
        return sum(each.total_cents for each in self.payments if each.date == self.today)

    @property
    def to_come(self) -> tuple[Owed, ...]:
        """The payments after today."""
        return tuple(each for each in self.payments if each.date > self.today)


def remaining(plan: PaymentPlan, today: date) -> Remaining:
    """The rest of the plan. Money that is held, or paid beyond what is charged, pays the oldest dates first."""
    money = money_of(plan.splits)
    posted = dues(plan.charges, money)
    charged = sum(charge.total_cents for charge in plan.charges)
    used = charged - sum(due.total_cents for due in posted)
    over = max(0, money.total_cents - used) + max(0, plan.held_cents(SplitKind.PREPAYMENT))
    coming = expected_charges(plan, today)
    projected = [Due(charge, charge.principal_cents, charge.interest_cents) for charge in coming]
    unpaid = sorted([*posted, *projected], key=lambda due: (due.charge.date, not due.charge.number))
    return Remaining(
        today=today,
        payments=_by_date(_less(unpaid, over), today),
        interest_cents=sum(due.interest_cents for due in unpaid if due.charge.date > today),
        paid_cents=sum(split.amount_cents for split in plan.splits if split.kind in _ON_PLAN),
    )


_ON_PLAN = PAYING | {SplitKind.PREPAYMENT}


def _less(unpaid: Iterable[Due], money_cents: Cents) -> list[Due]:
    """The dues that this money leaves, oldest first, interest before principal."""
    found = []
    for due in unpaid:
        interest = min(money_cents, due.interest_cents)
        principal = min(money_cents - interest, due.principal_cents)
        money_cents -= interest + principal
        found.append(replace(due, principal_cents=due.principal_cents - principal,
                             interest_cents=due.interest_cents - interest))  # fmt: skip
    return [due for due in found if due.total_cents]


def _by_date(left: Iterable[Due], today: date) -> tuple[Owed, ...]:
    """One payment a date; what is older is to be paid today."""

    def on(due: Due) -> date:
        return max(due.charge.date, today)

    return tuple(_owed(day, list(same)) for day, same in groupby(left, key=on))


def _owed(day: date, same: list[Due]) -> Owed:
    return Owed(
        date=day,
        principal_cents=sum(due.principal_cents for due in same),
        interest_cents=sum(due.interest_cents for due in same),
        item_ids=tuple(due.charge.item_id for due in same),
    )
