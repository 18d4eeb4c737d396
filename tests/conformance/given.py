"""The inputs of a case as they are given: what is null is not there, numbers are within reason."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.money import to_dollars

MOST = 10_000
"""More steps, periods or payments than any case has; beyond it a number is a mistake that would never end."""


def how_many(value: Any) -> int:
    """A number of steps, periods or payments. Raises ValueError beyond what a case may have."""
    count = int(value)
    if not -MOST <= count <= MOST:
        raise ValueError(f"{value!r} is too many; give {MOST:,} or fewer")
    return count


def percent(value: Any) -> Decimal:
    """A rate in per cent, as a number or a text such as `"12 %"`; None is none."""
    return Decimal(str(0 if value is None else value).strip().removesuffix("%").strip())


def given(inputs: Any) -> Any:
    """The inputs without fields that are null, which is as if they were not there; `x_cents` as x in dollars."""
    if isinstance(inputs, list):
        return [given(each) for each in inputs]
    if not isinstance(inputs, Mapping):
        return inputs
    kept = {str(name): given(value) for name, value in inputs.items() if value is not None}
    return dict(_in_dollars(name, value) for name, value in kept.items())


def _in_dollars(name: str, value: Any) -> tuple[str, Any]:
    if not name.endswith("_cents") or not isinstance(value, int):
        return name, value
    return name.removesuffix("_cents"), to_dollars(value)
