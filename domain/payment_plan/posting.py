"""What the daily run does to an open plan: post what fell due, then apply prepayments to it.

Posting looks at each date with the facts of that date (payments dated by then, work completed by then), so a run
after an outage of days gives the charges that daily runs would have given. Running a day again changes nothing.
"""

from dataclasses import replace
from datetime import date, timedelta

from domain.money import Cents
from domain.payment_plan.paid import Due, dues_in_turn, money_of
from domain.payment_plan.plan import PaymentPlan, PaymentSplit, SplitKind, splits_until
from domain.payment_plan.production import lock_amounts
from domain.payment_plan.schedule import (
    Pieces,
    down_payment_charges,
    is_due,
    missed_dates,
    next_period,
    uncharged_cents,
)
from domain.payment_plan.terms import fix_payment


def open_plan(plan: PaymentPlan, today: date) -> PaymentPlan:
    """A new plan put to work: payment and (under full lock) amounts fixed, down payment posted.

    A past first payment is marked to be posted. With a down payment that past date is the down payment's, and the first
    period follows one interval later.
    """
    production = lock_amounts(plan.production) if plan.terms.locked else plan.production
    fixed = fix_payment(plan.terms, plan.principal_cents)
    opened = replace(plan, terms=fixed, production=production, posted_through=today - timedelta(days=1))
    terms = plan.terms
    if terms.first_due < today and not terms.down_payment_cents:
        opened = replace(opened, owed_dates=(terms.first_due,))
    return post_down_payment(opened, today)


def post_down_payment(plan: PaymentPlan, today: date) -> PaymentPlan:
    """The plan with its down payment charged, once: only while nothing is posted yet."""
    if plan.charges or not plan.terms.down_payment_cents:
        return plan
    return plan.with_charges(down_payment_charges(plan, today))


def post_due(plan: PaymentPlan, today: date) -> PaymentPlan:
    """The plan after the run of `today`: every date missed since the last run, then today's."""
    if plan.is_closed:
        return plan
    if not is_due(plan, today) and plan.held_cents(SplitKind.PREPAYMENT) <= 0:
        return replace(plan, posted_through=_later(plan.posted_through, today))
    missed = missed_dates(plan, today)
    for day in sorted({*missed, *_prepayment_days(plan, today), today}):
        plan = apply_prepayments(post_period(plan, day) if day in missed else plan, day)
    return replace(plan, posted_through=_later(plan.posted_through, today), owed_dates=())


def post_period(plan: PaymentPlan, day: date) -> PaymentPlan:
    """The plan with one period charged on `day`, when any principal is left to charge."""
    if uncharged_cents(plan, day) <= 0:
        return plan
    pieces = Pieces(plan, day)
    return plan.with_charges(pieces.lay(next_period(plan, day)))


def apply_prepayments(plan: PaymentPlan, day: date) -> PaymentPlan:
    """The plan with its prepayments moved to what is due by `day`: oldest charge first, interest before principal."""
    held = min(plan.held_cents(SplitKind.PREPAYMENT, day), plan.held_cents(SplitKind.PREPAYMENT))
    if held <= 0:
        return plan
    charges = [charge for charge in plan.charges if charge.date <= day]
    splits: list[PaymentSplit] = []
    for due in dues_in_turn(charges, money_of(splits_until(plan.splits, day))):
        paid = pay_due(due, held, day)
        held -= sum(split.amount_cents for split in paid)
        splits += paid
    moved = sum(split.amount_cents for split in splits)
    return plan.with_splits([PaymentSplit(-moved, SplitKind.PREPAYMENT, day), *splits])


def pay_due(due: Due, money_cents: Cents, day: date) -> list[PaymentSplit]:
    """Splits that pay one charge with at most this money, interest first."""
    interest = min(money_cents, due.interest_cents)
    principal = min(money_cents - interest, due.principal_cents)
    number = due.charge.number
    splits = [
        PaymentSplit(interest, SplitKind.INTEREST, day, number),
        PaymentSplit(principal, SplitKind.PRINCIPAL, day, number),
    ]
    return [split for split in splits if split.amount_cents]


def _prepayment_days(plan: PaymentPlan, today: date) -> set[date]:
    """Days since the last run on which a prepayment may have met a charge; without prepayments there are none."""
    if plan.posted_through is None or plan.held_cents(SplitKind.PREPAYMENT) <= 0:
        return set()
    days = {plan.posted_through + timedelta(days=1)}
    days |= {split.paid_on for split in plan.splits if split.paid_on} | {charge.date for charge in plan.charges}
    return {day for day in days if plan.posted_through < day <= today}


def _later(one: date | None, other: date) -> date:
    return other if one is None else max(one, other)
