"""Closing and reopening a plan (Open Dental 24.3 behaviour)."""

from dataclasses import dataclass, replace
from datetime import date

from domain.money import Cents
from domain.payment_plan.balance import release
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan, SplitKind
from domain.payment_plan.posting import apply_prepayments


@dataclass(frozen=True, slots=True)
class Closed:
    """The closed plan; the new close-out charges; the items taken off it; money moved to regular unearned."""

    plan: PaymentPlan
    charges: tuple[Charge, ...]
    detached: tuple[str, ...]
    to_unearned_cents: Cents


def close(plan: PaymentPlan, today: date) -> Closed:
    """Close the plan today.

    Each item with a charge gets a close-out charge for its remaining amount, without interest. Items never charged
    leave the plan. Future charges are dated today. Prepayments pay what is due; what is left goes to regular unearned
    money.
    """
    charged = plan.charged_by_item()
    kept = tuple(item for item in plan.production if item.id in charged)
    detached = tuple(item.id for item in plan.production if item.id not in charged)
    dated = tuple(replace(charge, date=min(charge.date, today)) for charge in plan.charges)
    new = [
        Charge(
            today,
            item.id,
            item.amount_cents - charged[item.id],
            kind=ChargeKind.CLOSE_OUT,
            provider=item.provider,
            clinic=item.clinic,
        )
        for item in kept
        if item.amount_cents > charged[item.id]
    ]
    closed = replace(plan, production=kept, charges=dated, closed_on=today, owed_dates=()).with_charges(new)
    paid = apply_prepayments(closed, today)
    left = max(0, paid.held_cents(SplitKind.PREPAYMENT))
    done = paid.with_splits(release(left, today))
    return Closed(done, done.charges[len(dated) :], detached, left)


def reopen(plan: PaymentPlan, today: date) -> PaymentPlan:
    """Open a closed plan again: close-out charges stay, and the days it was closed are not caught up."""
    return replace(plan, closed_on=None, posted_through=today)
