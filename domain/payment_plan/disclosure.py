"""The credit sale that a payment plan is, for the disclosures of Regulation Z."""

from dataclasses import replace
from datetime import date
from itertools import groupby

from domain.money import Cents
from domain.payment_plan.installments import most_installments
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.payment_plan.schedule import expected_charges
from domain.payment_plan.terms import TreatmentPlanned
from domain.reg_z import CreditSale


def credit_sale(
    plan: PaymentPlan, today: date, cash_price_cents: Cents | None = None, agreed_on: date | None = None
) -> CreditSale:
    """The sale as agreed: every payment of the plan, planned work counted as if it were done.

    `cash_price_cents` is the price without the plan when that is lower than the plan's principal; the difference is
    then part of the finance charge. The term begins at consummation (12 CFR 1026.2(a)(13)), the day of signing: for a
    new plan `agreed_on`, else `today`, whatever date of agreement was typed.
    """
    whole = replace(plan, terms=replace(plan.terms, treatment_planned=TreatmentPlanned.TREAT_AS_COMPLETE))
    opened = open_plan(whole, today) if is_new(plan) else whole
    charges = [charge for charge in opened.charges if charge.kind is not ChargeKind.DOWN_PAYMENT]
    return CreditSale(
        cash_price_cents=plan.principal_cents if cash_price_cents is None else cash_price_cents,
        down_payment_cents=plan.terms.down_payment_cents,
        agreed_on=(agreed_on or today) if is_new(plan) else _began(plan, today),
        payments=_payments([*charges, *expected_charges(opened, today)]),
        frequency=plan.terms.frequency,
        most_payments=most_installments(plan, today),
        fixed_charge_cents=0 if cash_price_cents is None else max(0, plan.principal_cents - cash_price_cents),
    )


def is_new(plan: PaymentPlan) -> bool:
    """Whether the plan was never put to work."""
    return not plan.charges and plan.posted_through is None


def _began(plan: PaymentPlan, today: date) -> date:
    """When the term of a plan at work began, as far as the plan itself knows."""
    days = [charge.date for charge in plan.charges]
    return min([plan.terms.agreement_date or today, today, *days])


def _payments(charges: list[Charge]) -> tuple[tuple[date, Cents], ...]:
    ordered = sorted(charges, key=lambda charge: charge.date)
    by_day = groupby(ordered, key=lambda charge: charge.date)
    sums = ((day, sum(charge.total_cents for charge in same)) for day, same in by_day)
    return tuple((day, cents) for day, cents in sums if cents)
