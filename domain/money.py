"""Money as whole cents.

Every amount inside the product is an `int` of US cents and its name ends in `_cents`. Vendors write money as text or as
numbers, so `parse_cents` reads both and refuses anything that is not a whole number of cents.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

Cents = int

MoneyInput = str | int | float | Decimal


def parse_cents(value: MoneyInput) -> Cents:
    """Whole cents of an amount written in dollars, such as `"$1,234.56"`, `"130.00"`, `204.0` or `Decimal("12.5")`.

    A float is read by its shortest decimal form, so `139.1` is exactly 13,910 cents. Raises ValueError when the value
    is no number or has a fraction of a cent.
    """
    cents = _decimal(value) * 100
    if cents != cents.to_integral_value():
        raise ValueError(f"{value!r} is not a whole number of cents; give at most two decimals")
    return int(cents)


def round_to_cents(dollars: Decimal) -> Cents:
    """Whole cents of a dollar amount, half a cent rounded away from zero."""
    return int((dollars * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def format_usd(cents: Cents) -> str:
    """Dollars as a person reads them: `123456` is `"$1,234.56"`, `-500` is `"-$5.00"`."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}${dollars:,}.{rest:02d}"


def to_dollars(cents: Cents) -> Decimal:
    """Exact dollars with two decimals, for vendors and files that want dollars: `12345` is `Decimal("123.45")`."""
    return Decimal(cents).scaleb(-2)


def percent_of(cents: Cents, percent: Decimal) -> Cents:
    """`percent` per cent of an amount in cents, half a cent rounded away from zero."""
    return int((Decimal(cents) * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def split_evenly(cents: Cents, parts: int) -> list[Cents]:
    """`parts` amounts that differ by at most one cent and add up to `cents`; the larger ones come first."""
    if parts < 1:
        raise ValueError(f"cannot split money into {parts} parts; give 1 or more")
    each, rest = divmod(cents, parts)
    return [each + 1] * rest + [each] * (parts - rest)


def split_by_weight(cents: Cents, weights: Sequence[int]) -> list[Cents]:
    """Amounts in proportion to `weights` that add up to `cents`; cents left over go to the largest remainders first."""
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must be zero or more and at least one above zero")
    shares = [divmod(cents * weight, total) for weight in weights]
    amounts = [whole for whole, _ in shares]
    by_remainder = sorted(range(len(weights)), key=lambda at: -shares[at][1])
    for at in by_remainder[: cents - sum(amounts)]:
        amounts[at] += 1
    return amounts


def _decimal(value: MoneyInput) -> Decimal:
    try:
        number = Decimal(str(value).strip().replace("$", "").replace(",", ""))  # str(True) is no number either
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount of money; write it like 1234.56") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not an amount of money; write it like 1234.56")
    return number
