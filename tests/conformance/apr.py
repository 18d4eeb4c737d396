"""APR cases: Appendix J by advances and payments in unit-periods."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from domain.apr import Flow, annual_percentage_rate
from tests.conformance.compare import AnyOf
from tests.conformance.inputs import Inputs, cents

Facts = dict[str, Any]


def _apr(inputs: Inputs) -> Facts:
    advances = _flows(inputs.get("advances") or [])
    if inputs.get("amount_advanced") is not None:
        advances = [Flow(cents(inputs["amount_advanced"])), *advances]
    payments = _flows(inputs["payments"])
    per_year = Fraction(str(inputs.get("unit_periods_per_year", 12)))
    apr = annual_percentage_rate(advances, payments, per_year)
    rounded = [apr.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) for places in (2, 3, 4)]
    total = sum(flow.amount_cents for flow in payments)
    advanced = sum(flow.amount_cents for flow in advances)
    return {
        "apr_percent": AnyOf(rounded),
        "total_of_payments": Decimal(total).scaleb(-2),
        "amount_financed": Decimal(advanced).scaleb(-2),
        "finance_charge": Decimal(total - advanced).scaleb(-2),
    }


def _flows(groups: list[Inputs]) -> list[Flow]:
    return [flow for group in groups for flow in _flow_series(group)]


def _flow_series(group: Inputs) -> list[Flow]:
    """Equal amounts one unit-period apart, or every `every_periods`."""
    first = int(group.get("first_at_periods") or group.get("at_periods") or group.get("periods") or 0)
    fraction = Fraction(str(group.get("fraction", 0)))
    step = int(group.get("every_periods", 1))
    amount = cents(group["amount"])
    return [Flow(amount, first + at * step, fraction) for at in range(int(group.get("count", 1)))]


OPERATIONS: dict[str, Callable[[dict[str, Any]], Facts]] = {"apr": _apr}
