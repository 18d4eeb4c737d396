"""What of a payment plan the disclosures of Regulation Z cover: all of a new plan, the rest of one at work.

Terms that are changed replace what is left of the old agreement, so they are disclosed as a transaction of their own
(12 CFR 1026.20(a)): what was paid is no part of it.
"""

from dataclasses import replace
from datetime import date
from itertools import groupby

from domain.money import Cents
from domain.payment_plan.installments import most_installments
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.payment_plan.remaining import Remaining, remaining
from domain.payment_plan.schedule import expected_charges
from domain.payment_plan.terms import TreatmentPlanned
from domain.reg_z import CreditSale, Stands, disclosure_required


def credit_sale(
    plan: PaymentPlan,
    today: date,
    cash_price_cents: Cents | None = None,
    agreed_on: date | None = None,
    before: PaymentPlan | None = None,
) -> CreditSale:
    """What is disclosed of the plan when it is agreed; planned work counts as if it were done.

    `cash_price_cents` is the price without the plan when that is lower than the plan's principal; the difference is
    then part of the finance charge. The term begins at consummation (12 CFR 1026.2(a)(13)), the day of signing: for a
    new plan `agreed_on`, else `today`, whatever date of agreement was typed. `before`: the plan at work as it was
    signed, when this one changes it.
    """
    if not is_new(plan):
        return _rest(plan, today, cash_price_cents, before or plan)
    opened = open_plan(as_if_done(plan), today)
    charges = [charge for charge in opened.charges if charge.kind is not ChargeKind.DOWN_PAYMENT]
    return CreditSale(
        cash_price_cents=plan.principal_cents if cash_price_cents is None else cash_price_cents,
        down_payment_cents=plan.terms.down_payment_cents,
        agreed_on=agreed_on or today,
        payments=_payments([*charges, *expected_charges(opened, today)]),
        frequency=plan.terms.frequency,
        most_payments=most_installments(plan, today),
        fixed_charge_cents=_discount(plan, cash_price_cents),
    )


def is_new(plan: PaymentPlan) -> bool:
    """Whether the plan was never put to work."""
    return not plan.charges and plan.posted_through is None


def as_if_done(plan: PaymentPlan) -> PaymentPlan:
    """The plan with planned work counted from the start."""
    return replace(plan, terms=replace(plan.terms, treatment_planned=TreatmentPlanned.TREAT_AS_COMPLETE))


def _rest(plan: PaymentPlan, today: date, cash_price_cents: Cents | None, before: PaymentPlan) -> CreditSale:
    """What is left of a plan at work, as a transaction that begins today.

    The amount financed is what is owed today: principal and interest that fell due and is unpaid, and the principal
    to come, less money that is held and less the part of a lost cash discount that is not earned yet.
    """
    rest = remaining(as_if_done(plan), today)
    unearned = _unearned(plan, rest, cash_price_cents)
    financed = rest.total_cents - (rest.interest_cents + unearned if rest.payments else 0)
    stands = Stands.REPLACES if _was_disclosed(before, today, _discount(plan, cash_price_cents)) else Stands.FIRST
    paid = rest.paid_cents if stands is Stands.FIRST else 0
    return CreditSale(
        cash_price_cents=financed + paid,
        down_payment_cents=paid,
        agreed_on=today,
        payments=tuple((each.date, each.total_cents) for each in rest.payments),
        frequency=plan.terms.frequency,
        most_payments=most_installments(plan, today),
        fixed_charge_cents=unearned,
        stands=stands,
        new_work_cents=_new_work(before, plan),
    )


def _unearned(plan: PaymentPlan, rest: Remaining, cash_price_cents: Cents | None) -> Cents:
    """The part of a lost cash discount that is in the payments still to come: it is earned as principal falls due, in
    equal shares of it, and stays a finance charge under the new terms (12 CFR 1026.20(a))."""
    coming = sum(each.principal_cents for each in rest.to_come)
    discount, principal = _discount(plan, cash_price_cents), plan.principal_cents
    return (2 * discount * coming + principal) // (2 * principal) if discount else 0


def _discount(plan: PaymentPlan, cash_price_cents: Cents | None) -> Cents:
    return 0 if cash_price_cents is None else max(0, plan.principal_cents - cash_price_cents)


def _was_disclosed(before: PaymentPlan, today: date, discount_cents: Cents) -> bool:
    """Whether the agreement that is replaced came under the law itself, over all of its life."""
    interest = sum(charge.interest_cents for charge in (*before.charges, *expected_charges(as_if_done(before), today)))
    return disclosure_required(interest + discount_cents, most_installments(before, today))


def _new_work(before: PaymentPlan, plan: PaymentPlan) -> Cents:
    """What treatment costs that was not on the plan before."""
    known = {item.id for item in before.production}
    return sum(item.amount_cents for item in plan.production if item.id not in known)


def _payments(charges: list[Charge]) -> tuple[tuple[date, Cents], ...]:
    ordered = sorted(charges, key=lambda charge: charge.date)
    by_day = groupby(ordered, key=lambda charge: charge.date)
    sums = ((day, sum(charge.total_cents for charge in same)) for day, same in by_day)
    return tuple((day, cents) for day, cents in sums if cents)
