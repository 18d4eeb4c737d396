"""Cases about rates, dates, payments and amounts: no plan lives through them."""

from collections.abc import Callable
from typing import Any

from domain.money import Cents
from domain.payment_plan.balance import Overpayment
from domain.payment_plan.frequency import PERIODS_PER_YEAR, period_date
from domain.payment_plan.interest import Period, payment_for_count, period_rate
from domain.payment_plan.old_plan import fixed_schedule, recalculate
from domain.payment_plan.paid import money_of
from domain.payment_plan.plan import Charge, PaymentSplit, SplitKind
from domain.payment_plan.terms import Terms
from tests.conformance.facts import by_period, in_detail, plan_facts
from tests.conformance.inputs import (
    Inputs,
    case_production,
    case_splits,
    case_terms,
    cents,
    dollars,
    percent,
    read_charge,
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
    start = int(inputs.get("start_index", 0))
    indexes = range(start, start + int(inputs.get("count") or inputs.get("number_of_payments") or 1))
    return {"dates": [period_date(frequency, first, index).isoformat() for index in indexes]}


def _interest_start(inputs: Inputs) -> Facts:
    start = case_terms(inputs, read_today(inputs)).interest_from
    return {"interest_start": start.isoformat() if start else None}


def old_schedule(inputs: Inputs) -> Facts:
    terms = case_terms(inputs, read_today(inputs))
    principal = sum(item.amount_cents for item in case_production(inputs))
    periods = fixed_schedule(terms, principal)
    charges = [Charge(period.date, "", period.principal_cents, period.interest_cents) for period in periods]
    interest = sum(period.interest_cents for period in periods)
    facts: Facts = {
        "payment_amount": dollars(terms.payment_for(principal)),
        "total_cost": dollars(principal + interest),
        "total_interest": dollars(interest),
        "number_of_charges": len(periods),
        "charges": in_detail(charges),
        "expected_by_period": by_period(charges),
        "interest_by_charge": [dollars(period.interest_cents) for period in periods],
        "principal_by_charge": [dollars(period.principal_cents) for period in periods],
        "last_charge": in_detail(charges)[-1] if charges else None,
        "total_principal": dollars(principal),
    }
    return facts | _recalculated(inputs, terms, principal)


def _recalculated(inputs: Inputs, terms: Terms, principal: Cents) -> Facts:
    mode = inputs.get("recalculate") or inputs.get("mode")
    if not mode:
        return {}
    charged = _charged(inputs, terms, principal)
    asked = terms.down_payment_cents + sum(period.principal_cents + period.interest_cents for period in charged)
    given = cents(inputs.get("paid")) or sum(split.amount_cents for split in case_splits(inputs))
    paid = asked + cents(inputs["overpayment"]) if "overpayment" in inputs else given
    coming = recalculate(terms, charged, principal, paid, Overpayment(mode))
    interest = sum(period.interest_cents for period in coming)
    whole = interest + sum(period.interest_cents for period in charged)
    rows = by_period(Charge(each.date, "", each.principal_cents, each.interest_cents) for each in coming)
    return {
        "total_interest": dollars(whole),
        "total_cost": dollars(principal + whole),
        "recalculated_interest": dollars(interest),
        "remaining_interest": dollars(interest),
        "recalculated_charges": rows,
        "remaining_charges": rows,
    }


def _charged(inputs: Inputs, terms: Terms, principal: Cents) -> list[Period]:
    """The charges made so far: those of the case, else those of the schedule that are due."""
    posted = inputs.get("posted_charges")
    if not isinstance(posted, list):
        periods, today = fixed_schedule(terms, principal), inputs.get("today")
        made_by = sum(period.date <= read_day(today) for period in periods) if today else 0
        return periods[: int(inputs.get("charges_due", made_by))]
    made = [read_charge(each, (), terms.first_payment) for each in posted]
    return [Period(each.date, each.principal_cents, each.interest_cents) for each in made]


def _production_amount(inputs: Inputs) -> Facts:
    items = case_production(inputs)
    total = sum(item.amount_cents for item in items)
    facts: Facts = {
        "amount": dollars(total),
        "amounts": {item.id: dollars(item.amount_cents) for item in items},
        "amount_original": dollars(sum(item.amount_original_cents for item in items)),
        "amount_end": dollars(sum(item.amount_end_cents for item in items)),
        "plan_total": dollars(total),
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
    for at in range(int(inputs.get("steps", 1))):
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
        "after_all": after[-1],
        "remaining": after[-1],
        "principal_remaining": after[-1],
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
