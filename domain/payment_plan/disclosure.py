"""The credit sale that a payment plan is, for the disclosures of Regulation Z."""

from dataclasses import replace
from datetime import date
from itertools import groupby

from domain.money import Cents
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.payment_plan.schedule import expected_charges
from domain.payment_plan.terms import TreatmentPlanned
from domain.reg_z import CreditSale


def credit_sale(plan: PaymentPlan, today: date, cash_price_cents: Cents | None = None) -> CreditSale:
    """The sale as agreed: every payment of the plan, planned work counted as if it were done.

    `cash_price_cents` is the price without the plan when that is lower than the plan's principal; the difference is
    then part of the finance charge.
    """
    agreed = plan.terms.agreement_date or today
    whole = replace(plan, terms=replace(plan.terms, treatment_planned=TreatmentPlanned.TREAT_AS_COMPLETE))
    is_new = not plan.charges and plan.posted_through is None
    opened = open_plan(whole, today) if is_new else whole
    charges = [charge for charge in opened.charges if charge.kind is not ChargeKind.DOWN_PAYMENT]
    return CreditSale(
        cash_price_cents=plan.principal_cents if cash_price_cents is None else cash_price_cents,
        down_payment_cents=plan.terms.down_payment_cents,
        agreed_on=agreed,
        payments=_payments([*charges, *expected_charges(opened, today)]),
        frequency=plan.terms.frequency,
    )


def _payments(charges: list[Charge]) -> tuple[tuple[date, Cents], ...]:
    ordered = sorted(charges, key=lambda charge: charge.date)
    by_day = groupby(ordered, key=lambda charge: charge.date)
    sums = ((day, sum(charge.total_cents for charge in same)) for day, same in by_day)
    return tuple((day, cents) for day, cents in sums if cents)
