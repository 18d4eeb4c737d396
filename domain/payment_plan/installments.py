"""The most payments that a plan may come to while its planned work awaits completion.

Work that is done at different times leaves a smaller last payment each time, so four payments may become five.
"""

from datetime import date

from domain.money import Cents
from domain.payment_plan.frequency import period_dates
from domain.payment_plan.interest import amortize
from domain.payment_plan.plan import ChargeKind, PaymentPlan
from domain.payment_plan.production import chargeable
from domain.payment_plan.schedule import uncharged_cents

_EVERY_ORDER = 8
"""Up to this many planned items every order of completion is looked at; beyond it each counts as one of its own."""


def most_installments(plan: PaymentPlan, today: date) -> int:
    """Payments charged so far and the most still to come, whenever each planned item is done; no down payment."""
    made = [charge for charge in plan.charges if charge.total_cents > 0]
    posted = {charge.date for charge in made if charge.kind is not ChargeKind.DOWN_PAYMENT}
    return len(posted) + most_to_come(plan, today)


def most_to_come(plan: PaymentPlan, today: date) -> int:
    """The most payments that are still to be charged, whenever each planned item is done."""
    now = chargeable(plan.production, plan.terms.treatment_planned, today)
    ready = {item.id for item in now}
    planned = tuple(item.amount_cents for item in plan.production if item.id not in ready and item.amount_cents > 0)
    left = uncharged_cents(plan, today)
    runs = _Runs(plan)
    return runs.of(left) + runs.most(planned, max(0, -left))


class _Runs:
    """How many payments an amount takes that is charged by itself."""

    def __init__(self, plan: PaymentPlan) -> None:
        self._plan = plan
        self._payment = plan.payment_cents
        self._known: dict[Cents, int] = {}
        self._best: dict[tuple[tuple[Cents, ...], Cents], int] = {}

    def of(self, cents: Cents) -> int:
        """Payments that charge this amount, interest with it."""
        if cents <= 0:
            return 0
        if cents not in self._known:
            terms = self._plan.terms
            dates = period_dates(terms.frequency, terms.first_payment)
            self._known[cents] = len(amortize(cents, terms.rate, self._payment, dates))
        return self._known[cents]

    def most(self, planned: tuple[Cents, ...], charged_ahead: Cents) -> int:
        """The most payments over all orders of completion; what was charged ahead of the work is not charged again."""
        if not charged_ahead or len(planned) > _EVERY_ORDER:
            return sum(self.of(cents) for cents in planned)
        key = (tuple(sorted(planned)), charged_ahead)
        if key not in self._best:
            self._best[key] = max((self._after(key, at) for at in range(len(planned))), default=0)
        return self._best[key]

    def _after(self, key: tuple[tuple[Cents, ...], Cents], at: int) -> int:
        planned, ahead = key
        rest = planned[:at] + planned[at + 1 :]
        return self.of(planned[at] - ahead) + self.most(rest, max(0, ahead - planned[at]))
