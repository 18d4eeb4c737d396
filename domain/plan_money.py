"""Money of a plan in force: what a day posts, what a payment pays, what a refund takes back."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.money import Cents
from domain.payment_plan.balance import pay_on_principal
from domain.payment_plan.frequency import index_on_or_after, period_date
from domain.payment_plan.paid import dues, money_of
from domain.payment_plan.plan import (
    PAYING,
    Charge,
    ChargeKind,
    PaymentPlan,
    PaymentSplit,
    SplitKind,
    interest_of,
    principal_of,
)
from domain.payment_plan.posting import pay_due, post_due
from domain.payment_plan.schedule import completed_cents, uncharged_cents


@dataclass(frozen=True, slots=True)
class Posted:
    """The plan after a day's run, and what is to be collected for each date that it charged."""

    plan: PaymentPlan
    owed: tuple[tuple[date, Cents], ...]


def post_day(plan: PaymentPlan, today: date) -> Posted:
    """Run the plan for today, with every date missed since the last run. Running it again changes nothing.

    A charge that was made ahead by hand is owed from its own date on.
    """
    after = post_due(plan, today)
    reached = frozenset(charge.number for charge in _ahead(plan) if charge.date <= today)
    return Posted(after, owed_by(after, already=len(plan.charges), today=today, also=reached))


def owed_by(
    plan: PaymentPlan, already: int, today: date, also: frozenset[int] = frozenset()
) -> tuple[tuple[date, Cents], ...]:
    """What is unpaid on the charges after the first `already` (and those numbered in `also`), by date; dates to come
    are left for their day."""
    new = {charge.number for charge in plan.charges[already:]} | also
    sums: dict[date, Cents] = {}
    for due in dues(plan.charges, money_of(plan.splits)):
        if due.charge.number in new and due.charge.date <= today and due.total_cents:
            sums[due.charge.date] = sums.get(due.charge.date, 0) + due.total_cents
    return tuple(sorted(sums.items()))


def balance_due(plan: PaymentPlan, today: date) -> Cents:
    """What has fallen due by today and is not paid; money held for the plan counts as paid."""
    charges = [charge for charge in plan.charges if charge.date <= today]
    unpaid = sum(due.total_cents for due in dues(charges, money_of(plan.splits)))
    return max(0, unpaid - kept_cents(plan))


def receive(
    plan: PaymentPlan, cents: Cents, day: date, source: str = "", waits_cents: Cents | None = None
) -> PaymentPlan:
    """The plan with a payment: the oldest due first, interest before principal; the rest is kept for later charges.

    At most `waits_cents` of the rest waits as a prepayment when that is given; what is more lowers the principal that
    bears interest from today on, and pays the next charges too (Open Dental's money on a plan that is not unearned).
    """
    if cents <= 0:
        raise ValueError(f"a payment of {cents} cents is none; give an amount above zero")
    left = cents
    splits: list[PaymentSplit] = []
    for due in dues([charge for charge in plan.charges if charge.date <= day], money_of(plan.splits)):
        paid = pay_due(due, left, day)
        left -= sum(split.amount_cents for split in paid)
        splits += paid
    waits = left if waits_cents is None else min(left, waits_cents)
    splits += [PaymentSplit(waits, SplitKind.PREPAYMENT, day), PaymentSplit(left - waits, SplitKind.UNKNOWN, day)]
    return plan.with_splits([replace(split, source=source) for split in splits])


def receive_on_principal(plan: PaymentPlan, cents: Cents, day: date, source: str = "") -> PaymentPlan:
    """The plan with a payment whose rest, once all that is due is paid, lowers the principal today.

    It earns no more interest from today on and the plan ends sooner (Open Dental's pay on principal). What is beyond
    the work done so far is kept, for work that is still planned. A payment that leaves nothing to pay uses what was
    held before as well: held back, it would bear interest again and the plan would not be paid off.
    """
    after = receive(plan, cents, day, source)
    new = kept_cents(after) - kept_cents(plan)
    if payoff_cents(after, day) == 0:
        after = gathered(after, day)
        new = kept_cents(after)
    rest = min(new, uncharged_cents(after, day))
    return pay_on_principal(after, day, rest).plan if rest > 0 else after


def kept_cents(plan: PaymentPlan) -> Cents:
    """What was paid beyond what is due and waits for charges to come; it saves no interest until then."""
    return max(0, plan.held_cents(SplitKind.PREPAYMENT))


def over_cents(plan: PaymentPlan) -> Cents:
    """What is on the charges beyond all of them: it lowers the principal that bears interest, and pays what comes."""
    return money_of(plan.splits).over(principal_of(plan.charges), interest_of(plan.charges))


def on_plan_cents(plan: PaymentPlan) -> Cents:
    """Money that is still on the plan; what left it for the patient's unearned money cannot come off it again."""
    return sum(split.amount_cents for split in plan.splits if split.kind is not SplitKind.UNEARNED)


def gathered(plan: PaymentPlan, day: date) -> PaymentPlan:
    """The plan with untyped money beyond its charges made a prepayment, to be used or given back."""
    cents = min(over_cents(plan), money_of(plan.splits).unknown_cents)
    return plan.with_splits(
        [PaymentSplit(-cents, SplitKind.UNKNOWN, day), PaymentSplit(cents, SplitKind.PREPAYMENT, day)]
    )


def kept_to_principal(plan: PaymentPlan, day: date) -> PaymentPlan:
    """The plan with what it holds for charges to come paid on principal, as far as work is done. Raises ValueError
    when there is nothing to pay so."""
    plan = gathered(plan, day)
    rest = min(kept_cents(plan), uncharged_cents(plan, day))
    if rest <= 0:
        raise ValueError("Nothing is kept for coming charges, or all the work done so far is charged.")
    return pay_on_principal(plan, day, rest).plan


def payoff_cents(plan: PaymentPlan, today: date) -> Cents:
    """What pays all of the work done so far if it is paid today; no interest of days to come is in it."""
    unpaid = sum(due.total_cents for due in dues(plan.charges, money_of(plan.splits)))
    coming = 0 if plan.is_closed else max(0, uncharged_cents(plan, today) - over_cents(plan))
    return max(0, unpaid + coming - kept_cents(plan))


def pays_whole(plan: PaymentPlan, today: date) -> bool:
    """Whether paying it off now pays all of the plan: no work awaits completion."""
    return completed_cents(plan, today) >= plan.principal_cents


def take_back(plan: PaymentPlan, cents: Cents, day: date) -> PaymentPlan:
    """The plan after money went back to the payer: first what is held for later, then what paid the newest charges."""
    held = min(cents, kept_cents(plan))
    splits, left = [PaymentSplit(-held, SplitKind.PREPAYMENT, day)], cents - held
    for number, kind, amount in _paid_newest_first(plan):
        part = min(left, amount)
        splits.append(PaymentSplit(-part, kind, day, number))
        left -= part
    if left:
        raise ValueError(f"only {cents - left} cents were paid on this plan; {cents} cannot go back")
    return plan.with_splits(splits)


def next_due(plan: PaymentPlan) -> date | None:
    """The next day on which the daily run must look at this plan; None when nothing is left to charge."""
    if plan.is_closed:
        return None
    ahead = [charge.date for charge in _ahead(plan)]
    if sum(charge.principal_cents for charge in plan.charges) >= plan.principal_cents:
        return min(ahead, default=None)
    first, frequency = plan.terms.first_payment, plan.terms.frequency
    start = first if plan.posted_through is None else plan.posted_through + timedelta(days=1)
    regular = period_date(frequency, first, index_on_or_after(frequency, first, start))
    return min((regular, *plan.owed_dates, *ahead))


def _ahead(plan: PaymentPlan) -> list[Charge]:
    """Charges made by hand for days that the daily run has not reached; a down payment is owed when it is made."""
    seen = plan.posted_through
    made = [charge for charge in plan.charges if charge.kind is not ChargeKind.DOWN_PAYMENT and charge.total_cents]
    return [charge for charge in made if seen is not None and charge.date > seen]


def _paid_newest_first(plan: PaymentPlan) -> list[tuple[int | None, SplitKind, Cents]]:
    """Net money by charge and kind, of the newest charge first."""
    net: dict[tuple[int | None, SplitKind], Cents] = {}
    for split in plan.splits:
        if split.kind in PAYING:
            key = (split.charge_number, split.kind)
            net[key] = net.get(key, 0) + split.amount_cents
    ordered = sorted(net.items(), key=lambda pair: -(pair[0][0] or 0))
    return [(number, kind, cents) for (number, kind), cents in ordered if cents > 0]
