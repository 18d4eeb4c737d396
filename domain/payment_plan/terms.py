"""The terms of a payment plan, and what makes them wrong."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.money import Cents, format_usd
from domain.payment_plan.frequency import Frequency, period_date
from domain.payment_plan.interest import MAX_CHARGES, Rate, payment_for_count, period_rate

HIGHEST_APR = 100
MOST_CHARGES = f"a schedule has {MAX_CHARGES:,} payments or fewer"
DEFAULT_PAYMENTS = 4
"""The most installments that need no disclosure when there is no finance charge."""


class TreatmentPlanned(StrEnum):
    """What happens to treatment-planned work: it waits until it is done, or counts from the start."""

    AWAIT_COMPLETE = "await_complete"
    TREAT_AS_COMPLETE = "treat_as_complete"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the patient agrees to. Exactly one of `number_of_payments` and `payment_cents` is given.

    `interest_start` and `no_interest_payments` both delay interest; at most one is given.
    """

    first_payment: date
    agreement_date: date | None = None
    frequency: Frequency = Frequency.MONTHLY
    apr_percent: Decimal = Decimal(0)
    number_of_payments: int | None = None
    payment_cents: Cents | None = None
    down_payment_cents: Cents = 0
    interest_start: date | None = None
    no_interest_payments: int = 0
    treatment_planned: TreatmentPlanned = TreatmentPlanned.AWAIT_COMPLETE
    locked: bool = False

    @property
    def first_due(self) -> date:
        """The date of the first period; a first payment on a fifth weekday is due on the fourth."""
        return period_date(self.frequency, self.first_payment, 0)

    @property
    def rate(self) -> Rate:
        """The interest of one period."""
        return period_rate(self.apr_percent, self.frequency)

    @property
    def interest_from(self) -> date | None:
        """First date on which a charge carries interest; None means always."""
        if self.no_interest_payments:
            return period_date(self.frequency, self.first_payment, self.no_interest_payments)
        return self.interest_start

    def payment_for(self, principal_cents: Cents) -> Cents:
        """The payment amount; from a count it rests on the full principal less the down payment."""
        if self.payment_cents is not None:
            return self.payment_cents
        if self.number_of_payments is None:
            raise ValueError("the terms give neither a payment amount nor a number of payments; give one of them")
        return payment_for_count(principal_cents - self.down_payment_cents, self.rate, self.number_of_payments)


def default_terms(today: date) -> Terms:
    """What is offered unless the office chose otherwise: no interest, four monthly payments, the first in a month."""
    return Terms(
        first_payment=period_date(Frequency.MONTHLY, today, 1),
        agreement_date=today,
        number_of_payments=DEFAULT_PAYMENTS,
    )


@dataclass(frozen=True, slots=True)
class OfficePolicy:
    """Office preferences that the terms must keep (Open Dental preference names in the manual)."""

    allow_future_agreement: bool = False
    require_lock_for_apr: bool = True
    allow_apr: bool = True


def fix_payment(terms: Terms, principal_cents: Cents) -> Terms:
    """Terms that hold the payment itself; the count is forgotten, so a plan that grows later gets longer."""
    return replace(terms, payment_cents=terms.payment_for(principal_cents), number_of_payments=None)


def term_problems(terms: Terms, principal_cents: Cents, today: date, policy: OfficePolicy) -> list[str]:
    """Every reason why a plan with these terms cannot be saved, in plain words; empty when there is none."""
    checks = [
        (
            (terms.number_of_payments is None) == (terms.payment_cents is None),
            "Give either the number of payments or the payment amount, and only one of them.",
        ),
        (terms.number_of_payments is not None and terms.number_of_payments < 1, "Give 1 or more payments."),
        (
            max(terms.number_of_payments or 0, terms.no_interest_payments) > MAX_CHARGES,
            f"{terms.number_of_payments or terms.no_interest_payments:,} is too many; {MOST_CHARGES}.",
        ),
        (terms.payment_cents is not None and terms.payment_cents <= 0, "The payment amount must be above zero."),
        (
            terms.payment_cents is not None
            and principal_cents - terms.down_payment_cents > MAX_CHARGES * terms.payment_cents > 0,
            f"The payment amount is too small: {MOST_CHARGES}. Raise it.",
        ),
        (terms.first_payment.year > today.year + 10, "The first payment is more than ten years ahead."),
        (terms.apr_percent < 0, "The APR cannot be negative."),
        (terms.apr_percent > HIGHEST_APR, f"The APR cannot be above {HIGHEST_APR} %."),
        (terms.down_payment_cents < 0, "The down payment cannot be negative."),
        (principal_cents <= 0, "Attach production first: the total principal is not above zero."),
        (
            terms.down_payment_cents > max(principal_cents, 0),
            f"The down payment of {format_usd(terms.down_payment_cents)} is more than the total principal of "
            f"{format_usd(principal_cents)}.",
        ),
        (
            terms.interest_start is not None and terms.no_interest_payments > 0,
            "Give either the interest start date or the number of payments without interest, not both.",
        ),
        (terms.no_interest_payments < 0, "The number of payments without interest cannot be negative."),
        (
            terms.agreement_date is not None and terms.agreement_date > today and not policy.allow_future_agreement,
            "The date of agreement is in the future; this office does not allow future dates.",
        ),
        (terms.apr_percent > 0 and not policy.allow_apr, "This location does not allow an APR above zero."),
        (
            terms.apr_percent > 0 and policy.require_lock_for_apr and not terms.locked,
            "A plan with an APR needs the full lock.",
        ),
    ]
    return [message for wrong, message in checks if wrong]
