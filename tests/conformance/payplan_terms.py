"""Cases about rates, dates, payments and amounts: no plan lives through them."""

from collections.abc import Callable
from typing import Any

from domain.money import Cents
from domain.payment_plan.frequency import PERIODS_PER_YEAR, period_date
from domain.payment_plan.interest import payment_for_count, period_rate
from domain.payment_plan.paid import money_of
from domain.payment_plan.plan import PaymentSplit, SplitKind
from domain.payment_plan.production import attach_problem
from tests.conformance.facts import plan_facts
from tests.conformance.given import how_many, percent
from tests.conformance.inputs import (
    Inputs,
    case_production,
    case_terms,
    cents,
    dollars,
    read_day,
    read_frequency,
    read_today,
    split_kind,
)
from tests.conformance.story import Facts, Story
from tests.conformance.wording import phrase_dates, same_or_list


def _rate(inputs: Inputs) -> Facts:
    frequency = read_frequency(inputs["frequency"])
    numerator, denominator = period_rate(percent(inputs.get("apr_percent")), frequency)
    return {"periods_per_year": PERIODS_PER_YEAR[frequency], "rate": numerator / denominator}


def _payment(inputs: Inputs) -> Facts:
    rate = period_rate(percent(inputs.get("apr_percent")), read_frequency(inputs.get("frequency", "monthly")))
    for name in ("amount_financed_after_down_payment", "amount_financed", "principal", "total_principal"):
        if inputs.get(name) is not None:
            principal = cents(inputs[name])
            break
    else:
        raise KeyError("amount_financed_after_down_payment")
    if name in ("principal", "total_principal"):
        principal -= cents(inputs.get("down_payment"))
    count = inputs["count"] if inputs.get("number_of_payments") is None else inputs["number_of_payments"]
    return {"payment_amount": dollars(payment_for_count(principal, rate, int(count)))}


def _dates(inputs: Inputs) -> Facts:
    frequency, first = read_frequency(inputs["frequency"]), read_day(inputs["first_payment"])
    start = how_many(inputs.get("start_index", 0))
    indexes = range(start, start + how_many(inputs.get("count") or inputs.get("number_of_payments") or 1))
    return {"dates": [period_date(frequency, first, index).isoformat() for index in indexes]}


def _interest_start(inputs: Inputs) -> Facts:
    start = case_terms(inputs, read_today(inputs)).interest_from
    return {"interest_start": start.isoformat() if start else None}


def _production_amount(inputs: Inputs) -> Facts:
    items = case_production(inputs)
    total = sum(item.amount_cents for item in items)
    facts: Facts = {
        "amount": dollars(total),
        "amounts": {item.id: dollars(item.amount_cents) for item in items},
        "amount_original": dollars(sum(item.amount_original_cents for item in items)),
        "amount_end": dollars(sum(item.amount_end_cents for item in items)),
        "plan_total": dollars(total),
        "attachable": all(attach_problem(item, None) is None for item in items),
    }
    if not inputs.get("terms"):
        return facts
    first = case_terms(inputs, read_today(inputs)).first_payment
    story = Story(dict(inputs) | {"today": inputs.get("today") or first}, post_today="posted_charges" not in inputs)
    known = plan_facts(story)
    principals = known["principal_by_charge"]
    dates = known["expected_dates"]
    phrase = phrase_dates(dates, first)
    each = same_or_list(principals) if principals else None
    return facts | known | {"each_principal": each, "expected_dates": phrase or dates} | facts


def _principal_remaining(inputs: Inputs) -> Facts:
    principal, kind = cents(inputs["principal"]), split_kind(inputs.get("split_type"))
    next_only = bool(inputs.get("for_next_period_only"))
    charged = charged_interest = 0
    splits: list[PaymentSplit] = []
    after = []
    for at in range(how_many(inputs.get("steps", 1))):
        charged += _each(inputs.get("charge_principal_each"), at)
        charged_interest += _each(inputs.get("charge_interest_each"), at)
        splits.append(PaymentSplit(_each(inputs.get("payment_each"), at), kind))
        splits.append(PaymentSplit(_each(inputs.get("payment_principal_each"), at), SplitKind.PRINCIPAL))
        splits.append(PaymentSplit(_each(inputs.get("payment_interest_each"), at), SplitKind.INTEREST))
        money = money_of(splits)
        left = principal - charged - money.over(charged, charged_interest)
        left += money.unpaid_principal(charged, charged_interest) if next_only else 0
        after.append(dollars(max(0, left)))
    return {
        "before_any": dollars(principal),
        "after_each_step": after,
        **dict.fromkeys(("after_all", "remaining", "principal_remaining"), after[-1] if after else dollars(principal)),
    }


def _each(value: Any, at: int) -> Cents:
    return cents(value[at] if isinstance(value, list) else value)


OPERATIONS: dict[str, Callable[[dict[str, Any]], Facts]] = {
    "period_rate": _rate,
    "period_payment": _payment,
    "period_dates": _dates,
    "interest_start": _interest_start,
    "production_amount": _production_amount,
    "principal_remaining": _principal_remaining,
}
