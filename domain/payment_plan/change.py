"""Changing what a plan is about: its production and its terms. What is posted stays; what is to come follows.

A plan with the full lock refuses all of it: more treatment means a new plan.
"""

from dataclasses import replace
from datetime import date

from domain.money import Cents
from domain.payment_plan.edit import EditRefusedError, has_payments
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.production import ProductionItem, attach_problem, lock_amounts
from domain.payment_plan.terms import OfficePolicy, Terms, fix_payment, term_problems


def attach_production(plan: PaymentPlan, item: ProductionItem, other_plan: str | None = None) -> PaymentPlan:
    """The plan with one more item; `other_plan` names a plan that already has it. The plan gets longer, not dearer."""
    _refuse_locked(plan)
    already = "this one" if any(each.id == item.id for each in plan.production) else other_plan
    problem = attach_problem(item, already)
    if problem:
        raise EditRefusedError(problem)
    return replace(plan, production=(*plan.production, item))


def remove_production(plan: PaymentPlan, item_id: str) -> PaymentPlan:
    """The plan without an item, its charges gone too; refused once one of those was paid."""
    _refuse_locked(plan)
    plan.item(item_id)
    if any(has_payments(plan, charge) for charge in plan.charges if charge.item_id == item_id):
        raise EditRefusedError(f"{item_id} has payments; remove those first, or close the plan")
    return replace(
        plan,
        production=tuple(item for item in plan.production if item.id != item_id),
        charges=tuple(charge for charge in plan.charges if charge.item_id != item_id),
    )


def override_amount(plan: PaymentPlan, item_id: str, override_cents: Cents) -> PaymentPlan:
    """The plan with an item's amount overridden; zero goes back to the amount of the ledger."""
    _refuse_locked(plan)
    return refresh_production(plan, [replace(plan.item(item_id), override_cents=override_cents)])


def refresh_production(plan: PaymentPlan, items: list[ProductionItem]) -> PaymentPlan:
    """The plan with newer facts of items it has: work done, insurance, adjustments. Allowed under full lock, where the
    overrides keep the amounts."""
    newer = {item.id: item for item in items}
    return replace(plan, production=tuple(newer.get(item.id, item) for item in plan.production))


def change_terms(plan: PaymentPlan, terms: Terms, today: date, policy: OfficePolicy) -> PaymentPlan:
    """The plan with other terms from its next period on. Raises EditRefusedError with every problem of the new terms.

    A number of payments is counted over what is still to be charged. Full lock takes each amount as its override.
    """
    _refuse_locked(plan)
    posted = sum(charge.principal_cents for charge in plan.charges)
    down_payment_posted = bool(plan.charges) and plan.terms.down_payment_cents > 0
    if down_payment_posted and terms.down_payment_cents != plan.terms.down_payment_cents:
        raise EditRefusedError("the down payment is posted and cannot be changed")
    problems = term_problems(terms, plan.principal_cents, today, policy)
    if problems:
        raise EditRefusedError(" ".join(problems))
    to_charge = plan.principal_cents - posted + (terms.down_payment_cents if plan.charges else 0)
    changed = replace(plan, terms=fix_payment(terms, to_charge))
    return replace(changed, production=lock_amounts(plan.production)) if terms.locked else changed


def _refuse_locked(plan: PaymentPlan) -> None:
    if plan.is_closed:
        raise EditRefusedError("the plan is closed; reopen it first")
    if plan.terms.locked:
        raise EditRefusedError("the plan has the full lock; make a new plan for more or other treatment")
