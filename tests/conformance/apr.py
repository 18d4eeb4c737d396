"""APR cases: Appendix J by advances and payments in unit-periods."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from domain.apr import Flow, annual_percentage_rate, apr_of_dates
from domain.money import Cents
from domain.payment_plan.frequency import PERIODS_PER_YEAR
from tests.conformance.compare import AnyOf
from tests.conformance.given import how_many
from tests.conformance.inputs import Inputs, cents, read_day, read_frequency
from tests.conformance.vocabulary import reading_all

Facts = dict[str, Any]


def _apr(inputs: Inputs) -> Facts:
    groups = _payments(inputs)
    if any("date" in group for group in groups):
        return _dated(inputs)
    advances = [*_first_advance(inputs), *_flows(inputs.get("advances") or [], begins=0)]
    payments = _flows(groups, begins=1)
    usual = PERIODS_PER_YEAR[read_frequency(inputs.get("frequency", "monthly"))]
    per_year = _fraction(inputs.get("unit_periods_per_year", usual))
    apr = annual_percentage_rate(advances, payments, per_year)
    total = sum(flow.amount_cents for flow in payments)
    return _facts(apr, total, sum(flow.amount_cents for flow in advances))


def _payments(inputs: Inputs) -> list[Inputs]:
    """Groups of payments; plain amounts are one unit-period apart, and one amount may stand beside its number."""
    if "payments" not in inputs and inputs.get("payment_amount") is not None:
        return [{"amount": inputs["payment_amount"], "count": inputs["number_of_payments"]}]
    return [
        dict(each) if isinstance(each, Mapping) else {"amount": each, "first_at_periods": at}
        for at, each in enumerate(inputs["payments"], 1)
    ]


def _dated(inputs: Inputs) -> Facts:
    """One advance on a day, payments on days: the product counts the unit-periods."""
    payments = [(read_day(group["date"]), cents(group["amount"])) for group in inputs["payments"]]
    named = ("advanced_on", "advance_date", "consummated_on")
    start = next((inputs[name] for name in named if inputs.get(name)), None) or inputs["agreement_date"]
    advanced = sum(flow.amount_cents for flow in _first_advance(inputs))
    apr = apr_of_dates(advanced, read_day(start), payments, read_frequency(inputs.get("frequency", "monthly")))
    return _facts(apr, sum(amount for _, amount in payments), advanced)


def _first_advance(inputs: Inputs) -> list[Flow]:
    """What the borrower has the use of at the start: a charge paid in advance is no part of it (12 CFR 1026.18(b))."""
    prepaid = cents(inputs.get("prepaid_finance_charge"))
    for name in ("amount_advanced", "amount_financed", "cash_price"):
        if inputs.get(name) is not None:
            down = cents(inputs.get("down_payment")) if name == "cash_price" else 0
            return [Flow(cents(inputs[name]) - down - prepaid)]
    return [Flow(-prepaid)] if prepaid else []


def _facts(apr: Decimal, total: Cents, advanced: Cents) -> Facts:
    rounded = [apr.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) for places in (2, 3, 4, 5, 6, 8)]
    return {
        "apr_percent": AnyOf(rounded),
        "apr": AnyOf(rounded),
        "total_of_payments": Decimal(total).scaleb(-2),
        "amount_financed": Decimal(advanced).scaleb(-2),
        "finance_charge": Decimal(total - advanced).scaleb(-2),
    }


def _flows(groups: list[Inputs], *, begins: int) -> list[Flow]:
    return [flow for group in groups for flow in _flow_series(group, begins)]


def _flow_series(group: Inputs, usual: int) -> list[Flow]:
    """Equal amounts one unit-period apart, or every `every_periods`; the first at its usual place unless it is said."""
    said = next((group[name] for name in ("first_at_periods", "at_periods", "periods") if name in group), None)
    begins = _fraction(said) if said is not None else Fraction(0 if "fraction" in group else usual)
    first = begins.numerator // begins.denominator
    fraction = _fraction(group.get("fraction") or 0) + begins - first
    step = int(group.get("every_periods") or group.get("every") or 1)
    amount = cents(group["amount"])
    return [Flow(amount, first + at * step, fraction) for at in range(how_many(group.get("count", 1)))]


def _fraction(value: Any) -> Fraction:
    """A number, or a text such as `19/30` or `1 19/30`."""
    return sum((Fraction(part) for part in str(value).split()), Fraction(0))


OPERATIONS: dict[str, Callable[[dict[str, Any]], Facts]] = {"apr": reading_all(_apr)}
