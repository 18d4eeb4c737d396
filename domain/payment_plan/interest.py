"""Interest by the period, exact in whole cents."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from domain.money import Cents, format_usd
from domain.payment_plan.frequency import PERIODS_PER_YEAR, Frequency

MAX_CHARGES = 2000
"""Open Dental's own guard against a schedule without end."""


class PaymentTooSmallError(ValueError):
    """The payment does not cover the interest, or only in more charges than a plan may have."""


class Rate(NamedTuple):
    """Interest of one period as an exact fraction: APR / 100 / periods a year. No days are counted."""

    numerator: int
    denominator: int


class Period(NamedTuple):
    """What falls due on one date. A tuple, because a plan's schedule is made of hundreds of these."""

    date: date
    principal_cents: Cents
    interest_cents: Cents


def period_rate(apr_percent: Decimal, frequency: Frequency) -> Rate:
    """The rate of one period; zero when the APR is zero."""
    numerator, denominator = apr_percent.as_integer_ratio()
    return Rate(numerator, denominator * 100 * PERIODS_PER_YEAR[frequency])


def interest_cents(base_cents: Cents, rate: Rate) -> Cents:
    """Interest of one period on `base_cents`; exactly half a cent goes to the even cent, as in Open Dental."""
    scaled = base_cents * rate.numerator
    cents, rest = divmod(scaled, rate.denominator)
    twice = 2 * rest
    if twice > rate.denominator or (twice == rate.denominator and cents & 1):
        cents += 1
    return cents


def is_exact_half(base_cents: Cents, rate: Rate) -> bool:
    """Whether the interest on `base_cents` ends in exactly half a cent, where programs on binary numbers may differ."""
    return 2 * (base_cents * rate.numerator % rate.denominator) == rate.denominator


def payment_for_count(principal_cents: Cents, rate: Rate, count: int) -> Cents:
    """Payment that repays the principal in `count` periods, rounded up to the next cent.

    P/n without interest, else P*r / (1 - (1+r)^-n), worked out in whole numbers so that an amount that is exactly a
    cent is not rounded up. Source: Open Dental 24.3.
    """
    if count < 1:
        raise ValueError(f"the number of payments is {count}; give 1 or more")
    if count > MAX_CHARGES:
        raise ValueError(f"the number of payments is {count}; give {MAX_CHARGES} or fewer")
    if rate.numerator == 0:
        return -(-principal_cents // count)
    num, den = rate
    growth: int = (den + num) ** count
    whole: int = den**count
    return -(-principal_cents * num * growth // (den * (growth - whole)))


def amortize(
    principal_cents: Cents,
    rate: Rate,
    payment_cents: Cents,
    dates: Iterator[date],
    interest_start: date | None = None,
) -> list[Period]:
    """Charges on `dates` until the principal is all charged; the last one takes what is left and is never larger.

    Raises PaymentTooSmallError when a payment does not cover its interest, and when MAX_CHARGES do not repay it all.
    """
    # The rule of interest_cents, written out because this loop is what a schedule costs: adding half rounds half up,
    # and an exact half (no rest) then goes back to the even cent.
    half, twice, whole = rate.denominator, 2 * rate.numerator, 2 * rate.denominator
    left = principal_cents
    periods: list[Period] = []
    add, make = periods.append, tuple.__new__
    for day in dates:
        if left <= 0:
            break
        if len(periods) == MAX_CHARGES:
            raise too_many(payment_cents)
        interest = 0
        if interest_start is None or day >= interest_start:
            interest, rest = divmod(left * twice + half, whole)
            if not rest and interest & 1:
                interest -= 1
        principal = payment_cents - interest
        if principal >= left:
            principal = left
        elif principal <= 0:
            raise too_small(payment_cents, interest, day)
        add(make(Period, (day, principal, interest)))
        left -= principal
    return periods


def too_many(payment_cents: Cents) -> PaymentTooSmallError:
    """The error for a payment that would take more charges than a plan may have."""
    return PaymentTooSmallError(
        f"the payment of {format_usd(payment_cents)} is too small: a schedule has {MAX_CHARGES:,} payments or fewer; "
        "raise it"
    )


def too_small(payment_cents: Cents, interest: Cents, day: date) -> PaymentTooSmallError:
    """The error for a payment that does not reach the principal on `day`."""
    return PaymentTooSmallError(
        f"the payment of {format_usd(payment_cents)} does not cover the interest of {format_usd(interest)} due {day}; "
        "raise the payment amount (or give fewer payments), or lower the APR"
    )
