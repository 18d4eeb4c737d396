"""What Regulation Z (12 CFR 1026.18) wants shown before a payment plan is signed.

It applies to a plan with a finance charge, or payable in more than four installments (1026.2(a)(17)); a down payment
is no installment. A price that is lower for those who do not take the plan is a finance charge too, though no
interest is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from domain.apr import apr_of_dates
from domain.money import Cents, format_usd
from domain.payment_plan.frequency import Frequency

MOST_INSTALLMENTS_WITHOUT_BOX = 4

EVERY = {
    Frequency.WEEKLY: "every week",
    Frequency.EVERY_OTHER_WEEK: "every other week",
    Frequency.ORDINAL_WEEKDAY: "every month on the same weekday",
    Frequency.MONTHLY: "every month",
    Frequency.QUARTERLY: "every three months",
}


class Stands(StrEnum):
    """How a transaction stands to the agreement before it.

    NEW: there was none. FIRST: it changes one that needed no disclosures; what was paid under that paid down the price.
    REPLACES: a refinancing of one that was disclosed (12 CFR 1026.20(a)).
    """

    NEW = "new"
    FIRST = "first"
    REPLACES = "replaces"


@dataclass(frozen=True, slots=True)
class CreditSale:
    """A sale on a plan, or the rest of one under other terms. `cash_price_cents` is what a buyer pays who takes no
    plan; `payments` leave out the down payment. `most_payments`: when work is done at different times there may be
    more of them, and those made under the agreement before are counted too. `fixed_charge_cents` is the part of the
    finance charge that paying early does not lessen; `new_work_cents` what treatment costs that a change adds."""

    cash_price_cents: Cents
    down_payment_cents: Cents
    agreed_on: date
    payments: tuple[tuple[date, Cents], ...]
    frequency: Frequency
    most_payments: int = 0
    fixed_charge_cents: Cents = 0
    stands: Stands = Stands.NEW
    new_work_cents: Cents = 0

    @property
    def installments(self) -> int:
        """The most payments it may come to."""
        return max(len(self.payments), self.most_payments)

    @property
    def amount_financed_cents(self) -> Cents:
        """The credit of which the patient has the use: the cash price less the down payment."""
        return self.cash_price_cents - self.down_payment_cents

    @property
    def total_of_payments_cents(self) -> Cents:
        """The sum of all payments after the down payment."""
        return sum(cents for _, cents in self.payments)

    @property
    def finance_charge_cents(self) -> Cents:
        """What the credit costs, whatever it is called."""
        return max(0, self.total_of_payments_cents - self.amount_financed_cents)


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A row of the payment schedule: this many equal payments, the first on this date."""

    count: int
    amount_cents: Cents
    first_on: date


@dataclass(frozen=True, slots=True)
class TruthInLendingBox:
    """The disclosures, whole cents and the APR in per cent with two decimals."""

    apr_percent: Decimal
    finance_charge_cents: Cents
    amount_financed_cents: Cents
    total_of_payments_cents: Cents
    down_payment_cents: Cents
    total_sale_price_cents: Cents
    payments: tuple[PaymentLine, ...]
    frequency: Frequency
    fixed_charge_cents: Cents = 0
    stands: Stands = Stands.NEW
    new_work_cents: Cents = 0

    @property
    def cash_price_cents(self) -> Cents:
        """The first line of the itemization (12 CFR 1026.18(c)): the price, of which the down payment is taken off."""
        return self.amount_financed_cents + self.down_payment_cents

    @property
    def old_balance_cents(self) -> Cents:
        """What of the amount financed was owed under the agreement that is replaced."""
        return self.amount_financed_cents - self.new_work_cents

    @property
    def is_sale(self) -> bool:
        """Whether something is sold: a credit sale that is refinanced is disclosed as a loan, without the total sale
        price, unless new treatment is sold with it (comment 2(a)(16)-3)."""
        return self.stands is not Stands.REPLACES or self.new_work_cents > 0

    def payment_rows(self) -> list[str]:
        """The payment schedule in words: number, amount and when."""
        return [_row(line, self.frequency) for line in self.payments]


def disclosure_required(finance_charge_cents: Cents, installments: int) -> bool:
    """Whether the box must be shown: any finance charge, or more than four installments even at 0 %."""
    return finance_charge_cents > 0 or installments > MOST_INSTALLMENTS_WITHOUT_BOX


def needs_box(sale: CreditSale) -> bool:
    """Whether this sale must be disclosed. Changed terms of which nothing is left to pay give no credit."""
    nothing_left = sale.stands is not Stands.NEW and not sale.payments
    return not nothing_left and disclosure_required(sale.finance_charge_cents, sale.installments)


def truth_in_lending(sale: CreditSale) -> TruthInLendingBox:
    """The disclosures of a sale. The time from the agreement to the first payment counts, odd or not.

    Raises ValueError when nothing is financed, or when no payment repays it.
    """
    if sale.amount_financed_cents <= 0 and sale.stands is not Stands.NEW:
        raise ValueError(
            "the money kept for coming charges is more than what is owed without interest to come; put it on principal "
            "first, then change the terms"
        )
    if sale.amount_financed_cents <= 0 or not sale.payments:
        raise ValueError("nothing is financed: there is no amount after the down payment, or no payment")
    return TruthInLendingBox(
        apr_percent=_apr(sale),
        finance_charge_cents=sale.finance_charge_cents,
        amount_financed_cents=sale.amount_financed_cents,
        total_of_payments_cents=sale.total_of_payments_cents,
        down_payment_cents=sale.down_payment_cents,
        total_sale_price_cents=sale.total_of_payments_cents + sale.down_payment_cents,
        payments=tuple(payment_lines(sale.payments)),
        frequency=sale.frequency,
        fixed_charge_cents=sale.fixed_charge_cents,
        stands=sale.stands,
        new_work_cents=sale.new_work_cents,
    )


def payment_lines(payments: Sequence[tuple[date, Cents]]) -> list[PaymentLine]:
    """Equal payments in a row drawn together."""
    lines: list[PaymentLine] = []
    for day, cents in payments:
        if lines and lines[-1].amount_cents == cents:
            lines[-1] = PaymentLine(lines[-1].count + 1, cents, lines[-1].first_on)
        else:
            lines.append(PaymentLine(1, cents, day))
    return lines


def _apr(sale: CreditSale) -> Decimal:
    if sale.finance_charge_cents == 0:
        return Decimal("0.00")
    paid = [(max(day, sale.agreed_on), cents) for day, cents in sale.payments]
    financed = sale.amount_financed_cents
    if sale.stands is not Stands.NEW:  # what is due already is paid as the term begins: no credit is given for it
        financed -= sum(cents for day, cents in paid if day == sale.agreed_on)
        paid = [(day, cents) for day, cents in paid if day > sale.agreed_on]
    apr = apr_of_dates(financed, sale.agreed_on, paid, sale.frequency)
    return apr.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _row(line: PaymentLine, frequency: Frequency) -> str:
    amount, day = format_usd(line.amount_cents), line.first_on.isoformat()
    if line.count == 1:
        return f"1 payment of {amount} on {day}"
    return f"{line.count} payments of {amount}, {EVERY[frequency]} from {day}"
