"""The loan information of a plan, in Open Dental's words."""

from dataclasses import dataclass
from datetime import date

from domain.money import Cents
from domain.payment_plan.balance import paid_cents
from domain.payment_plan.paid import dues, money_of
from domain.payment_plan.plan import PaymentPlan, interest_of, principal_of
from domain.payment_plan.schedule import completed_cents, expected_periods


@dataclass(frozen=True, slots=True)
class LoanTotals:
    """Loan information as of a day.

    `total_cost_cents` is all principal with the interest charged and to come. `accumulated_due_cents` is what has
    fallen due. `tx_completed_cents` is the amount of the work done, `total_tx_cents` of all attached production.
    """

    total_principal_cents: Cents
    total_cost_cents: Cents
    accumulated_due_cents: Cents
    paid_cents: Cents
    principal_paid_cents: Cents
    interest_paid_cents: Cents
    balance_due_cents: Cents
    tx_completed_cents: Cents
    total_tx_cents: Cents


def loan_totals(plan: PaymentPlan, today: date) -> LoanTotals:
    """The plan's loan information at the end of `today`."""
    money = money_of(plan.splits)
    due = [charge for charge in plan.charges if charge.date <= today]
    interest = interest_of(plan.charges)
    to_come = sum(period.interest_cents for period in expected_periods(plan, today))
    interest_paid = money.for_interest(interest)
    return LoanTotals(
        total_principal_cents=plan.principal_cents,
        total_cost_cents=plan.principal_cents + interest + to_come,
        accumulated_due_cents=principal_of(due) + interest_of(due),
        paid_cents=paid_cents(plan.splits),
        principal_paid_cents=min(money.total_cents - interest_paid, principal_of(plan.charges)),
        interest_paid_cents=interest_paid,
        balance_due_cents=sum(each.total_cents for each in dues(due, money)),
        tx_completed_cents=completed_cents(plan, today),
        total_tx_cents=plan.principal_cents,
    )
