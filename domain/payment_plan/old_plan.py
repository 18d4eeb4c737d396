"""Old payment plans: a fixed stored schedule, as Open Dental made before dynamic plans.

Same interest and dates as a dynamic plan. With a number of payments the last of them takes all that is left, be it
more.
"""

from collections.abc import Sequence
from datetime import date
from itertools import islice

from domain.money import Cents
from domain.payment_plan.balance import Overpayment
from domain.payment_plan.frequency import period_dates
from domain.payment_plan.interest import MAX_CHARGES, Period, interest_cents, too_many, too_small
from domain.payment_plan.terms import Terms


def fixed_schedule(terms: Terms, principal_cents: Cents) -> list[Period]:
    """All charges of an old plan, without its down payment.

    Raises PaymentTooSmallError when the payment does not cover the interest.
    """
    dates = list(islice(period_dates(terms.frequency, terms.first_payment), terms.number_of_payments or MAX_CHARGES))
    return _charges(terms, principal_cents - terms.down_payment_cents, terms.payment_for(principal_cents), dates)


def recalculate(
    terms: Terms, charged: Sequence[Period], principal_cents: Cents, paid_cents: Cents, mode: Overpayment
) -> list[Period]:
    """The charges to come after the down payment and the ones in `charged`, when `paid_cents` is more than those.

    Paying on principal lowers the principal and runs the schedule again. A prepayment keeps the dates and takes the
    next charges' place: a charge that it pays in full is gone with its interest, one that it pays in part bears
    interest on what is left. Source: Open Dental 24.3 behaviour.
    """
    asked = terms.down_payment_cents + sum(period.principal_cents + period.interest_cents for period in charged)
    over = max(0, paid_cents - asked)
    left = principal_cents - terms.down_payment_cents - sum(period.principal_cents for period in charged)
    dates = list(islice(period_dates(terms.frequency, terms.first_payment, len(charged)), _count(terms, charged)))
    payment = terms.payment_for(principal_cents)
    if mode is Overpayment.PAY_ON_PRINCIPAL:
        return _charges(terms, left - over, payment, dates)
    return _prepaid(terms, left, over, payment, dates)


def close_out_cents(
    future_principal_cents: Cents, tp_credits_cents: Cents, total_cents: Cents, other_credits_cents: Cents
) -> Cents:
    """The one charge that closes an old plan: future principal, less planned credits that the total still covers."""
    return future_principal_cents - max(0, min(tp_credits_cents, total_cents - other_credits_cents))


def apply_negative_adjustment(charges: Sequence[Period], adjustment_cents: Cents) -> list[Period]:
    """The charges after a negative adjustment, which is used up from the last charge backwards."""
    left = -adjustment_cents
    kept: list[Period] = []
    for period in reversed(charges):
        used = min(left, period.principal_cents)
        left -= used
        kept.append(period._replace(principal_cents=period.principal_cents - used))
    return [period for period in reversed(kept) if period.principal_cents or period.interest_cents]


def _count(terms: Terms, charged: Sequence[Period]) -> int:
    return MAX_CHARGES if terms.number_of_payments is None else max(1, terms.number_of_payments - len(charged))


def _charges(terms: Terms, left: Cents, payment: Cents, dates: Sequence[date]) -> list[Period]:
    periods: list[Period] = []
    for at, day in enumerate(dates, 1):
        if left <= 0:
            break
        interest = _interest(terms, left, day)
        takes_rest = terms.number_of_payments is not None and at == len(dates)
        principal = left if takes_rest else min(left, payment - interest)
        if principal <= 0:
            raise too_small(payment, interest, day)
        periods.append(Period(day, principal, interest))
        left -= principal
    if left > 0 and len(periods) == MAX_CHARGES:
        raise too_many(payment)
    return periods


def _prepaid(terms: Terms, left: Cents, over: Cents, payment: Cents, dates: Sequence[date]) -> list[Period]:
    """The charges that a prepayment of `over` leaves."""
    for at, day in enumerate(dates):
        interest = _interest(terms, left, day)
        due = min(left + interest, payment)
        if over >= due or left <= 0:
            left, over = max(0, left - due), over - due
            continue
        is_last = terms.number_of_payments is not None and at + 1 == len(dates)
        principal = max(0, (left if is_last else min(left, payment - interest)) - over)
        first = Period(day, principal, _interest(terms, left - over, day))
        rest = _charges(terms, left - over - principal, payment, dates[at + 1 :])
        return [period for period in (first, *rest) if period.principal_cents or period.interest_cents]
    return []


def _interest(terms: Terms, left: Cents, day: date) -> Cents:
    start = terms.interest_from
    return interest_cents(max(0, left), terms.rate) if start is None or day >= start else 0
