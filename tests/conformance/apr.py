"""APR cases: Appendix J by advances and payments in unit-periods."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from domain.apr import Flow, annual_percentage_rate, apr_of_dates
from domain.money import Cents
from tests.conformance.compare import AnyOf
from tests.conformance.inputs import Inputs, cents, read_day, read_frequency
from tests.conformance.vocabulary import reading_all

Facts = dict[str, Any]


def _apr(inputs: Inputs) -> Facts:
    if any("date" in group for group in inputs["payments"]):
        return _dated(inputs)
    advances = [*_first_advance(inputs), *_flows(inputs.get("advances") or [])]
    payments = _flows(inputs["payments"])
    per_year = Fraction(str(inputs.get("unit_periods_per_year", 12)))
    apr = annual_percentage_rate(advances, payments, per_year)
    total = sum(flow.amount_cents for flow in payments)
    return _facts(apr, total, sum(flow.amount_cents for flow in advances))


def _dated(inputs: Inputs) -> Facts:
    """One advance on a day, payments on days: the product counts the unit-periods."""
    payments = [(read_day(group["date"]), cents(group["amount"])) for group in inputs["payments"]]
    start = inputs.get("advanced_on") or inputs.get("consummated_on") or inputs["agreement_date"]
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
    rounded = [apr.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) for places in (2, 3, 4)]
    return {
        "apr_percent": AnyOf(rounded),
        "apr": AnyOf(rounded),
        "total_of_payments": Decimal(total).scaleb(-2),
        "amount_financed": Decimal(advanced).scaleb(-2),
        "finance_charge": Decimal(total - advanced).scaleb(-2),
    }


def _flows(groups: list[Inputs]) -> list[Flow]:
    return [flow for group in groups for flow in _flow_series(group)]


def _flow_series(group: Inputs) -> list[Flow]:
    """Equal amounts one unit-period apart, or every `every_periods`."""
    begins = Fraction(str(group.get("first_at_periods") or group.get("at_periods") or group.get("periods") or 0))
    first = begins.numerator // begins.denominator
    fraction = Fraction(str(group.get("fraction") or 0)) + begins - first
    step = int(group.get("every_periods", 1))
    amount = cents(group["amount"])
    return [Flow(amount, first + at * step, fraction) for at in range(int(group.get("count", 1)))]


OPERATIONS: dict[str, Callable[[dict[str, Any]], Facts]] = {"apr": reading_all(_apr)}
