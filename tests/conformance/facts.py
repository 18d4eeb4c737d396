"""Every fact about a plan that a case may ask for: what is posted, what is to come, where the money is."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from domain.money import Cents
from domain.payment_plan.balance import paid_cents
from domain.payment_plan.interest import PaymentTooSmallError, is_exact_half
from domain.payment_plan.paid import dues, money_of
from domain.payment_plan.plan import Charge, ChargeKind, SplitKind, interest_of, principal_of
from domain.payment_plan.schedule import completed_cents, uncharged_cents
from domain.payment_plan.totals import loan_totals
from tests.conformance.compare import AnyOf
from tests.conformance.inputs import dollars
from tests.conformance.story import INVALID, Facts, Story
from tests.conformance.wording import same_or_list


def by_period(charges: Iterable[Charge]) -> list[Facts]:
    """Charges summed by date."""
    sums: dict[date, list[Cents]] = {}
    for charge in charges:
        both = sums.setdefault(charge.date, [0, 0])
        both[0] += charge.principal_cents
        both[1] += charge.interest_cents
    return [
        {"date": day.isoformat(), "principal": dollars(principal), "interest": dollars(interest)}
        for day, (principal, interest) in sums.items()
    ]


def shapes(charges: Iterable[Charge]) -> AnyOf:
    """A list of charges in every shape that cases use: by period with the down payment or without, or one by one."""
    every = list(charges)
    down = [charge for charge in every if charge.kind is ChargeKind.DOWN_PAYMENT]
    rest = [charge for charge in every if charge.kind is not ChargeKind.DOWN_PAYMENT]
    periods = [*by_period(down), *by_period(rest)]
    totals = AnyOf(([row["principal"] for row in in_detail(every)], [row["principal"] for row in periods]))
    listed = (by_period(every), periods, by_period(rest), in_detail(every), in_detail(rest))
    return AnyOf((*listed, *totals, len(every), len(rest)))


def in_detail(charges: Iterable[Charge]) -> list[Facts]:
    """Charges one by one."""
    return [
        {
            "date": charge.date.isoformat(),
            "entry": charge.item_id,
            "principal": dollars(charge.principal_cents),
            "interest": dollars(charge.interest_cents),
            "total": dollars(charge.total_cents),
            "note": charge.note,
            "is_offset": charge.kind is ChargeKind.OFFSET,
        }
        for charge in charges
    ]


def money_facts(story: Story) -> Facts:
    """Where the plan's money is."""
    plan, today = story.plan, story.today
    due = [charge for charge in plan.charges if charge.date <= today]
    prepaid = [split.amount_cents for split in plan.splits if split.kind is SplitKind.PREPAYMENT]
    money = money_of(plan.splits)
    left = sum(each.total_cents for each in dues(due, money))
    return {
        "total_paid_on_charges": dollars(paid_cents(plan.splits)),
        "total_paid": dollars(paid_cents(plan.splits)),
        "left_due": dollars(left),
        "left_due_excluding_future": dollars(left),
        "due_including_future": dollars(sum(each.total_cents for each in dues(plan.charges, money))),
        "hidden_unearned": dollars(plan.held_cents(SplitKind.PREPAYMENT)),
        "regular_unearned": dollars(plan.held_cents(SplitKind.UNEARNED)),
        "moved_to_hidden": dollars(sum(cents for cents in prepaid if cents > 0)),
        "moved_from_hidden": dollars(-sum(cents for cents in prepaid if cents < 0)),
        "interest_paid_net": dollars(plan.held_cents(SplitKind.INTEREST)),
        "principal_paid_net": dollars(plan.held_cents(SplitKind.PRINCIPAL)),
        "sum_of_all_plan_splits": dollars(sum(split.amount_cents for split in plan.splits)),
    }


def schedule_facts(story: Story) -> Facts:
    """What is posted and what is to come."""
    posted, coming = list(story.plan.charges), story.expected()
    return _posted_facts(posted) | _coming_facts(coming) | _whole_facts(posted + coming)


def _issued(charges: list[Charge]) -> list[Charge]:
    return [charge for charge in charges if charge.kind is not ChargeKind.DOWN_PAYMENT]


def _posted_facts(posted: list[Charge]) -> Facts:
    issued = _issued(posted)
    dates = [charge.date.isoformat() for charge in posted]
    return {
        "posted": shapes(posted),
        "posted_detail": shapes(posted),
        "posted_charges": shapes(posted),
        "posted_rows": AnyOf((len(issued), len(posted))),
        "posted_rows_including_down_payment": len(posted),
        "posted_periods": len(by_period(issued)),
        "posted_principal": dollars(principal_of(posted)),
        "posted_interest": dollars(interest_of(posted)),
        "posted_principals": [dollars(charge.principal_cents) for charge in posted],
        "principals": [dollars(charge.principal_cents) for charge in posted],
        "posted_interests": [dollars(charge.interest_cents) for charge in posted],
        "posted_dates": AnyOf(([row["date"] for row in by_period(posted)], dates)),
        "dates": dates,
        "down_payment_rows": len(posted) - len(issued),
        "down_payment": dollars(principal_of(posted) - principal_of(issued)),
    }


def _coming_facts(coming: list[Charge]) -> Facts:
    periods = by_period(coming)
    first = periods[0] if periods else None
    return {
        "expected_by_period": shapes(coming),
        "expected_charges_detail": shapes(coming),
        "expected_charges": shapes(coming),
        "remaining_charges": shapes(coming),
        "expected_rows": len(coming),
        "expected_rows_excluding_down_payment": len(coming),
        "expected_periods": len(periods),
        "expected_dates": [row["date"] for row in periods],
        "expected_total_principal": dollars(principal_of(coming)),
        "expected_total": dollars(principal_of(coming) + interest_of(coming)),
        "remaining_expected_interest": dollars(interest_of(coming)),
        "expected_interest": dollars(interest_of(coming)),
        "next_charge": first,
        "next_charge_date": first["date"] if first else None,
        "first_expected_charge_date": first["date"] if first else None,
        "next_period_date": first["date"] if first else None,
        "next_period_total_principal": first["principal"] if first else dollars(0),
        "next_period_total_interest": first["interest"] if first else dollars(0),
        "next_period_rows": shapes(charge for charge in coming if charge.date == coming[0].date),
    }


def _whole_facts(every: list[Charge]) -> Facts:
    issued = _issued(every)
    periods, days = by_period(issued), [charge.date.isoformat() for charge in every]
    principal, interest = principal_of(every), interest_of(every)
    return {
        "rows": shapes(every),
        "charges": shapes(every),
        "charges_by_period": shapes(every),
        "all_charges": shapes(every),
        "schedule": shapes(issued),
        "rows_derived": shapes(issued),
        "all_charges_after_down_payment": shapes(issued),
        "total_rows": len(every),
        "number_of_charges": AnyOf((len(periods), len(every), len(issued), len(by_period(every)))),
        "number_of_periods": len(periods),
        "number_of_payments": AnyOf((len(periods), len(by_period(every)))),
        "last_payment": periods[-1]["principal"] + periods[-1]["interest"] if periods else None,
        "final_payment": periods[-1]["principal"] + periods[-1]["interest"] if periods else None,
        "interest_by_charge": [row["interest"] for row in periods],
        "principal_by_charge": [row["principal"] for row in periods],
        "total_principal": dollars(principal),
        "total_interest": dollars(interest),
        "total_charged": dollars(principal + interest),
        "total": dollars(principal + interest),
        "has_interest": interest > 0,
        "first_charge_date": min(days, default=None),
        "last_charge_date": max(days, default=None),
        "end_date": max(days, default=None),
        "first_charge": in_detail(issued)[0] if issued else None,
        "last_charge": in_detail(issued)[-1] if issued else None,
        "first_charge_rows": shapes(charge for charge in issued if charge.date == issued[0].date),
        **_interest_facts([row["interest"] for row in periods if row["interest"]]),
    }


def _interest_facts(bearing: list[Decimal]) -> Facts:
    """How many periods bear interest, and how much each."""
    return {
        "periods_with_interest": len(bearing),
        "interest_periods": len(bearing),
        "interest_each_period": same_or_list(bearing) if bearing else dollars(0),
    }


def plan_facts(story: Story) -> Facts:
    """Everything a case may ask about the plan as it stands."""
    plan, today = story.plan, story.today
    facts = schedule_facts(story) | money_facts(story)
    if not story.has_payment:
        return INVALID | facts
    try:
        totals = loan_totals(plan, today)
    except PaymentTooSmallError:
        return INVALID | facts | {"is_closed": plan.is_closed}
    return facts | {
        "is_closed": plan.is_closed,
        "terms_valid": not story.problems,
        "terms_invalid": bool(story.problems),
        "valid": not story.problems,
        "invalid": bool(story.problems),
        "error": AnyOf((bool(story.problems), *story.problems)),
        "total_cost": dollars(totals.total_cost_cents),
        "accumulated_due": dollars(totals.accumulated_due_cents),
        "paid_so_far": dollars(totals.paid_cents),
        "principal_paid_so_far": dollars(totals.principal_paid_cents),
        "completed_amount": dollars(completed_cents(plan, today)),
        "tx_completed": dollars(totals.tx_completed_cents),
        "tx_completed_amt": dollars(totals.tx_completed_cents),
        "total_tx": dollars(totals.total_tx_cents),
        "total_tx_amt": dollars(totals.total_tx_cents),
        "plan_total": dollars(plan.principal_cents),
        "financed_now": dollars(uncharged_cents(plan, today)),
        "principal_remaining": dollars(uncharged_cents(plan, today)),
        "payment_amount": dollars(plan.payment_cents),
        "_tie": has_tie(story),
    }


def has_tie(story: Story) -> bool:
    """Whether a projected interest is exactly half a cent, where binary arithmetic may round the other way."""
    left = uncharged_cents(story.plan, story.today)
    start = story.plan.terms.interest_from
    for row in by_period(story.expected()):
        if (start is None or row["date"] >= start.isoformat()) and is_exact_half(left, story.plan.terms.rate):
            return True
        left -= int(row["principal"] * 100)
    return False
