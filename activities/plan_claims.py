"""Whose turn it is: what a plan owes is taken once, however many of its dates, pages and cards ask for it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from activities.plan_ports import CollectionStore, PlanStore
from domain.money import Cents
from domain.plan_life import PlanChangedError
from domain.plan_money import balance_due
from domain.plan_records import Collection, CollectionState, Moved, PlanRecord, PlanState


class PlanBusyError(Exception):
    """Another payment of this plan is being made just now; ask again in a moment."""


class PlanClaims:
    """A claim saves the plan as it was read, so of two claims on one balance the second sees the first."""

    def __init__(self, plans: PlanStore, collections: CollectionStore, end_page: Callable[[Collection], None]) -> None:
        self._plans = plans
        self._collections = collections
        self._end_page = end_page

    def claim(
        self, record: PlanRecord, moved: Moved, today: date, most: Callable[[PlanRecord, Collection, date], Cents]
    ) -> Cents:
        """Move this collection on to be paid; returns how much of it, 0 when nothing is due and nothing was moved.

        Open pages that want the same money are ended first. Raises PlanBusyError while a card of this plan is being
        charged, PlanChangedError when the plan is another one by now, CollectionMovedError.
        """
        rows = self._collections.of_plan(record.id)
        mine = next(row for row in rows if row.id == moved.collection_id)
        others = [row for row in rows if row.id != mine.id]
        if any(row.state is CollectionState.CHARGING for row in others):
            raise PlanBusyError(record.id)
        amount = most(record, mine, today)
        if amount <= 0:
            return 0
        pages = [row for row in others if row.state is CollectionState.PAYING]
        if pages and amount + sum(row.amount_cents for row in pages) > _balance(record, today):
            for page in pages:
                self._end_page(page)
            raise PlanChangedError(record.id)
        self._plans.save(record, (), moved=_with_amount(moved, amount))
        return amount


def owed_now(record: PlanRecord, row: Collection, today: date) -> Cents:
    """What is still to be taken for this date: never more than the plan owes in all."""
    if record.plan is None or record.state is PlanState.DELETED:
        return 0
    return min(row.amount_cents, balance_due(record.plan, max(row.day, today)))


def _balance(record: PlanRecord, today: date) -> Cents:
    return balance_due(record.plan, today) if record.plan is not None else 0


def _with_amount(moved: Moved, amount: Cents) -> Moved:
    """The card is charged what was claimed, also when its attempt is repeated."""
    if moved.after is not CollectionState.CHARGING:
        return moved
    changes: Mapping[str, Any] = {**moved.changes, "amount_cents": amount}
    return Moved(moved.collection_id, moved.before, moved.after, changes, moved.expected)
