"""Cases about old payment plans: a fixed schedule, its recalculation, its negative adjustments, its closing."""

from datetime import date
from typing import Any

from domain.money import Cents
from domain.payment_plan.balance import Overpayment
from domain.payment_plan.interest import Period
from domain.payment_plan.old_plan import apply_negative_adjustment, close_out_cents, fixed_schedule, recalculate
from domain.payment_plan.plan import Charge, principal_of
from domain.payment_plan.production import ProductionItem
from domain.payment_plan.terms import Terms
from tests.conformance.compare import AnyOf
from tests.conformance.facts import by_period, in_detail
from tests.conformance.inputs import (
    Inputs,
    case_production,
    case_splits,
    case_terms,
    cents,
    dollars,
    read_charge,
    read_day,
    read_today,
)
from tests.conformance.story import Facts, read_mode

_MODE = ("recalculate", "recalculation", "mode", "office_choice")
_PAID = ("paid", "paid_to_date", "payments_to_date", "payment_made", "payment")
_OVERPAID = ("overpayment", "overpaid")
_ADJUSTED = ("negative_adjustment", "adjustment", "adjustments")
_CHARGES = ("charges", "schedule", "posted_charges")
_TP_CREDITS = ("tp_credits", "treatment_planned_credits")
_OTHER_CREDITS = ("other_credits", "completed_credits")
_TOTAL = ("total", "total_amount", "principal", "total_principal")


def _first(inputs: Inputs, names: tuple[str, ...]) -> Any:
    return next((inputs[name] for name in names if inputs.get(name) is not None), None)


def old_schedule(inputs: Inputs) -> Facts:
    """The fixed schedule, and what overpaid money or a negative adjustment makes of it."""
    terms = case_terms(inputs, read_today(inputs))
    principal = sum(item.amount_cents for item in case_production(_without(inputs, _ADJUSTED)))
    periods = fixed_schedule(terms, principal)
    charges = [Charge(period.date, "", period.principal_cents, period.interest_cents) for period in periods]
    interest = sum(period.interest_cents for period in periods)
    facts: Facts = {
        "payment_amount": dollars(terms.payment_for(principal)),
        "total_cost": dollars(principal + interest),
        "total_interest": dollars(interest),
        "number_of_charges": len(periods),
        "charges": in_detail(charges),
        "schedule": in_detail(charges),
        "expected_by_period": by_period(charges),
        "interest_by_charge": [dollars(period.interest_cents) for period in periods],
        "principal_by_charge": [dollars(period.principal_cents) for period in periods],
        "last_charge": in_detail(charges)[-1] if charges else None,
        "total_principal": dollars(principal),
    }
    return facts | _recalculated(inputs, terms, principal) | _adjusted(inputs, periods)


def _without(inputs: Inputs, names: tuple[str, ...]) -> Inputs:
    return {name: value for name, value in inputs.items() if name not in names}


def _recalculated(inputs: Inputs, terms: Terms, principal: Cents) -> Facts:
    said = _first(inputs, _MODE)
    if isinstance(said, dict):
        return _recalculated(_without(inputs, _MODE) | said, terms, principal)
    mode = read_mode(said)
    if mode:
        return _after(inputs, terms, principal, mode)
    if _first(inputs, (*_PAID, *_OVERPAID)) is None:
        return {}
    return {
        f"{name}_{each.value}": value
        for each in Overpayment
        for name, value in _after(inputs, terms, principal, each).items()
    }


def _after(inputs: Inputs, terms: Terms, principal: Cents, mode: Overpayment) -> Facts:
    """What is still to come when this much was paid; nothing new when interest is not to be worked out again."""
    if inputs.get("recalculate_interest") is False:
        return {}
    charged = _charged(inputs, terms, principal)
    asked = terms.down_payment_cents + sum(period.principal_cents + period.interest_cents for period in charged)
    over = _first(inputs, _OVERPAID)
    given = cents(_first(inputs, _PAID)) or sum(split.amount_cents for split in case_splits(inputs))
    paid = asked + cents(over) if over is not None else given
    coming = recalculate(terms, charged, principal, paid, mode)
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


def _adjusted(inputs: Inputs, periods: list[Period]) -> Facts:
    """The schedule after a negative adjustment, and the negative debits that take it off the last charges."""
    adjustment = _first(inputs, _ADJUSTED)
    if adjustment is None or cents(adjustment) >= 0:
        return {}
    kept = {period.date: period.principal_cents for period in apply_negative_adjustment(periods, cents(adjustment))}
    debits = [
        {"date": period.date.isoformat(), "principal": dollars(taken), "interest": dollars(0)}
        for period in periods
        if (taken := kept.get(period.date, 0) - period.principal_cents)
    ]
    return {
        "negative_debits": AnyOf((debits, debits[::-1], len(debits))),
        "negative_charges": AnyOf((debits, debits[::-1], len(debits))),
        "principal_after_adjustment": [dollars(amount) for amount in kept.values()],
        "total_principal_after_adjustment": dollars(sum(kept.values())),
    }


def close_old(inputs: Inputs) -> Facts:
    """The one charge that closes an old plan."""
    today = read_today(inputs)
    planned = [item for item in _items(inputs) if not item.is_complete(today)]
    done = [item for item in _items(inputs) if item.is_complete(today)]
    given = {name: _first(inputs, names) for name, names in (("tp", _TP_CREDITS), ("other", _OTHER_CREDITS))}
    future = inputs.get("future_principal")
    charge = close_out_cents(
        cents(future) if future is not None else _future(inputs, today),
        cents(given["tp"]) if given["tp"] is not None else sum(item.amount_cents for item in planned),
        cents(_first(inputs, _TOTAL)) or sum(item.amount_cents for item in _items(inputs)),
        cents(given["other"]) if given["other"] is not None else sum(item.amount_cents for item in done),
    )
    row = {"date": today.isoformat(), "principal": dollars(charge), "interest": dollars(0), "note": "Close Out Charge"}
    return {
        "close_out_charge": AnyOf((dollars(charge), row)),
        "close_out_charges": [row],
        "close_out_principal": dollars(charge),
        "close_out_interest": dollars(0),
        "close_out_total": dollars(charge),
    }


def _items(inputs: Inputs) -> tuple[ProductionItem, ...]:
    lists = ("production", "procedures", "entries")
    given = any(isinstance(inputs.get(name), list) for name in lists)
    return case_production(_without(inputs, _ADJUSTED)) if given else ()


def _future(inputs: Inputs, today: date) -> Cents:
    """Principal of charges after today: of the case's own list, else of the schedule of its terms."""
    for name in _CHARGES:
        if isinstance(inputs.get(name), list):
            charges = [read_charge(each, (), today) for each in inputs[name]]
            return principal_of(charge for charge in charges if charge.date > today)
    if _first(inputs.get("terms") or inputs, ("payment_amount", "number_of_payments")) is None:
        return 0
    principal = cents(_first(inputs, _TOTAL)) or sum(item.amount_cents for item in _items(inputs))
    periods = fixed_schedule(case_terms(inputs, today), principal)
    adjustment = cents(_first(inputs, _ADJUSTED))
    after = apply_negative_adjustment(periods, adjustment) if adjustment < 0 else periods
    return sum(period.principal_cents for period in after if period.date > today)
