"""A plan whose card is not charged for a while, and what fell due meanwhile once it is let go on."""

from datetime import date

from activities.plan_ports import CollectionStore, PlanStore
from activities.plan_steps import PlanSteps
from domain.money import Cents
from domain.plan_life import By, Step
from domain.plan_money import balance_due
from domain.plan_records import IN_FORCE, UNSETTLED, Collection, CollectionState, PlanRecord

PAUSED_CODE = "paused: "
"""Begins the code of money that was not taken because its plan was paused."""

_TAKEN_UP = "taken up again"


class PlanPauses:
    def __init__(self, plans: PlanStore, collections: CollectionStore, steps: PlanSteps) -> None:
        self._plans = plans
        self._collections = collections
        self._steps = steps

    def set(self, plan_id: str, why: str, by: str) -> None:
        """Stop charging this plan's card; "" lets it go on, and what fell due meanwhile is asked for again."""

        def work(record: PlanRecord, who: By) -> Step:
            if record.paused == why:
                return Step(record, ())
            event = who.event("paused", why) if why else who.event("resumed", "the card may be charged again")
            after = record.model_copy(update={"paused": why})
            return Step(after, (event,), () if why else self._left_out(after, who.today))

        before = self._plans.get(plan_id).paused
        self._steps.take(plan_id, work, by)
        if before and not why:
            for row in self._held_back(plan_id):
                self._collections.set(row.id, {"code": _TAKEN_UP})

    def _left_out(self, record: PlanRecord, today: date) -> tuple[tuple[date, Cents], ...]:
        """What fell due while the plan was paused and is still unpaid. Money that a refund or a lost dispute took off
        the plan is not among it: no card is charged for that again by itself."""
        if record.plan is None or record.state not in IN_FORCE:
            return ()
        rows = self._collections.of_plan(record.id)
        coming = sum(row.amount_cents for row in rows if row.state in UNSETTLED)
        held_back = sum(row.amount_cents for row in self._held_back(record.id))
        cents = min(held_back, balance_due(record.plan, today) - coming)
        return ((today, cents),) if cents > 0 else ()

    def _held_back(self, plan_id: str) -> list[Collection]:
        """Money of dates on which the plan was paused."""
        rows = self._collections.of_plan(plan_id)
        return [row for row in rows if row.state is CollectionState.CANCELED and row.code.startswith(PAUSED_CODE)]
