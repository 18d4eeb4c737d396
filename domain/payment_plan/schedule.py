"""The schedule of a plan: which charges are still to come, and when (Open Dental 24.3, without its defects)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import takewhile

from domain.money import Cents
from domain.payment_plan.frequency import index_on_or_after, period_date, period_dates
from domain.payment_plan.interest import MAX_CHARGES, Period, amortize, interest_cents, too_many, too_small
from domain.payment_plan.paid import Money, money_of
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan, interest_of, principal_of, splits_until
from domain.payment_plan.production import ProductionItem, chargeable, total_cents
from domain.payment_plan.terms import TreatmentPlanned


def uncharged_cents(plan: PaymentPlan, day: date) -> Cents:
    """Principal that may be charged and is not yet: without planned work that awaits completion, and without a down
    payment still to be posted."""
    items = chargeable(plan.production, plan.terms.treatment_planned, day)
    down_payment = 0 if plan.charges else plan.terms.down_payment_cents
    return total_cents(items) - principal_of(plan.charges) - down_payment


def completed_cents(plan: PaymentPlan, day: date) -> Cents:
    """Open Dental's completed amount: work done, or all of it when planned work is treated as complete."""
    return total_cents(chargeable(plan.production, plan.terms.treatment_planned, day))


def due_dates(plan: PaymentPlan, today: date) -> Iterator[date]:
    """Dates on which a period is to be charged, from the first one missed, leaving out dates already taken."""
    taken = {charge.date for charge in plan.charges if charge.takes_its_date}
    start = today
    if plan.posted_through is not None:
        start = plan.posted_through + timedelta(days=1)
    owed = sorted(day for day in plan.owed_dates if day < start)
    first, frequency = plan.terms.first_payment, plan.terms.frequency
    regular = period_dates(frequency, first, index_on_or_after(frequency, first, start))
    if not taken and not owed:
        return regular
    return _without(taken, owed, regular)


def expected_periods(plan: PaymentPlan, today: date) -> list[Period]:
    """What is to fall due on each date, supposing that everything due is paid and the work done so far.

    Raises PaymentTooSmallError when the terms never repay the principal.
    """
    if plan.is_closed:
        return []
    left = uncharged_cents(plan, today)
    dates = due_dates(plan, today)
    money = money_of(plan.splits)
    terms, payment = plan.terms, plan.payment_cents
    if money.over(principal_of(plan.charges), interest_of(plan.charges)) == 0:
        return amortize(left, terms.rate, payment, dates, terms.interest_from)
    return _overpaid_periods(plan, money, left, payment, dates)


def expected_charges(plan: PaymentPlan, today: date) -> list[Charge]:
    """The projected charges: each period laid over the items that still have an amount to charge."""
    pieces = Pieces(plan, today)
    return [charge for period in expected_periods(plan, today) for charge in pieces.lay(period)]


def next_period(plan: PaymentPlan, day: date) -> Period:
    """The period to post on `day`, which also bears interest on charged principal that is unpaid by then.

    Never on unpaid interest. A period without anything left to charge is empty. When unpaid principal brings the
    interest above the payment, the payment is all interest: a charge never exceeds what was agreed.
    """
    left = uncharged_cents(plan, day)
    if left <= 0:
        return Period(day, 0, 0)
    money = money_of(splits_until(plan.splits, day))
    principal, interest = principal_of(plan.charges), interest_of(plan.charges)
    base = left + money.unpaid_principal(principal, interest) - money.over(principal, interest)
    due = min(_interest(plan, day, base), plan.payment_cents)
    return Period(day, min(left, plan.payment_cents - due), due)


def down_payment_charges(plan: PaymentPlan, today: date) -> list[Charge]:
    """The down payment: due today, or on the first period's date when that is past. All principal, no interest, laid
    over the items whether or not the work is done."""
    day = min(today, plan.terms.first_due)
    pieces = Pieces(plan, today, TreatmentPlanned.TREAT_AS_COMPLETE, with_down_payment=False)
    return pieces.lay(Period(day, plan.terms.down_payment_cents, 0), ChargeKind.DOWN_PAYMENT)


class Pieces:
    """What each item still has to be charged, given out in order as periods are laid over the items."""

    def __init__(
        self,
        plan: PaymentPlan,
        day: date,
        handling: TreatmentPlanned | None = None,
        *,
        with_down_payment: bool = True,
    ) -> None:
        items = chargeable(plan.production, handling or plan.terms.treatment_planned, day)
        charged = plan.charged_by_item()
        self._left = {item.id: item.amount_cents - charged.get(item.id, 0) for item in items}
        self._items = {item.id: item for item in items}
        if with_down_payment and not plan.charges and plan.terms.down_payment_cents:
            for charge in down_payment_charges(plan, day):
                if charge.item_id in self._left:
                    self._left[charge.item_id] -= charge.principal_cents

    def lay(self, period: Period, kind: ChargeKind = ChargeKind.PERIOD) -> list[Charge]:
        """The period as charges; all of its interest is on the first one."""
        parts = list(self._take(period.principal_cents)) or self._first_with_amount()
        interests = [period.interest_cents] + [0] * len(parts)
        return [
            Charge(period.date, item.id, principal, interest, kind, provider=item.provider, clinic=item.clinic)
            for (item, principal), interest in zip(parts, interests, strict=False)
            if principal or interest
        ]

    def left_of(self, item_id: str) -> Cents:
        """What the item still has to be charged."""
        return max(0, self._left.get(item_id, 0))

    def _first_with_amount(self) -> list[tuple[ProductionItem, Cents]]:
        """Where a charge goes that has no principal; nowhere when everything is charged."""
        return next(([(self._items[item_id], 0)] for item_id, left in self._left.items() if left > 0), [])

    def _take(self, principal: Cents) -> Iterator[tuple[ProductionItem, Cents]]:
        for item_id, item in self._items.items():
            part = min(principal, self._left[item_id])
            if part > 0:
                self._left[item_id] -= part
                principal -= part
                yield item, part


def missed_dates(plan: PaymentPlan, today: date) -> list[date]:
    """Dates up to and including today on which a period is to be posted."""
    return list(takewhile(lambda day: day <= today, due_dates(plan, today)))


def is_due(plan: PaymentPlan, today: date) -> bool:
    """Whether the daily run has anything to post or to catch up; cheap, for a run over every open plan."""
    start = today if plan.posted_through is None else min(today, plan.posted_through + timedelta(days=1))
    first, frequency = plan.terms.first_payment, plan.terms.frequency
    return bool(plan.owed_dates) or (period_date(frequency, first, index_on_or_after(frequency, first, start)) <= today)


def _without(taken: set[date], owed: Sequence[date], regular: Iterable[date]) -> Iterator[date]:
    for day in owed:
        if day not in taken:
            yield day
    for day in regular:
        if day not in taken:
            yield day


def _overpaid_periods(
    plan: PaymentPlan, money: Money, left: Cents, payment: Cents, dates: Iterator[date]
) -> list[Period]:
    principal, interest = principal_of(plan.charges), interest_of(plan.charges)
    periods: list[Period] = []
    while left > 0:
        if len(periods) == MAX_CHARGES:
            raise too_many(payment)
        period = _period(plan, next(dates), left, left - money.over(principal, interest), payment)
        periods.append(period)
        left -= period.principal_cents
        principal += period.principal_cents
        interest += period.interest_cents
    return periods


def _period(plan: PaymentPlan, day: date, left: Cents, base: Cents, payment: Cents) -> Period:
    interest = _interest(plan, day, base)
    principal = min(left, payment - interest)
    if principal <= 0:
        raise too_small(payment, interest, day)
    return Period(day, principal, interest)


def _interest(plan: PaymentPlan, day: date, base: Cents) -> Cents:
    start = plan.terms.interest_from
    if start is not None and day < start:
        return 0
    return interest_cents(max(0, base), plan.terms.rate)
