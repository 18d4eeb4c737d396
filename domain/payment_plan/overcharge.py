"""Overcharged plans: more principal charged than the production is worth now, compared over the whole plan."""

from datetime import date

from domain.money import Cents
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan, principal_of


def overcharged_cents(plan: PaymentPlan, today: date) -> Cents:
    """By how much the plan is overcharged; 0 when it is not, or when its first payment is still to come.

    Payments on the plan do not matter; payments outside it lower what the production is worth, but nobody is
    overcharged more than was charged.
    """
    if plan.terms.first_payment > today:
        return 0
    charged = principal_of(plan.charges)
    return max(0, min(charged, charged - plan.principal_cents))


def offset_charges(plan: PaymentPlan, today: date) -> list[Charge]:
    """Negative debits that mend an overcharged plan, on the items that were charged too much."""
    left = overcharged_cents(plan, today)
    charged = plan.charged_by_item()
    over = charged | {item.id: charged.get(item.id, 0) - item.amount_cents for item in plan.production}
    charges = []
    for item_id, cents in sorted(over.items(), key=lambda pair: -pair[1]):
        part = min(left, max(0, cents))
        if part:
            charges.append(Charge(today, item_id, -part, kind=ChargeKind.OFFSET))
            left -= part
    return charges


def mend_overcharge(plan: PaymentPlan, today: date) -> PaymentPlan:
    """The plan with its overcharge offset; unchanged when there is none."""
    return plan.with_charges(offset_charges(plan, today))
