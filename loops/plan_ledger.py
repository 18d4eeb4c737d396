"""Once a day a plan: desk payments are read back from the PMS; what does not agree gets a row and a person."""

import asyncio
from datetime import date

import structlog

from connectors.errors import ABOUT_THIS_ROW, ConnectorError
from domain.location import Location
from domain.money import format_usd
from domain.plan_ledger import MoneyDifference
from domain.plan_records import UNSETTLED, PlanMoneyDifference, PlanRecord
from loops.plan_ports import Collections, Days, Door, LedgerReader, Locations, Plans, TaskKeeper
from loops.ports import Clock

log = structlog.get_logger(__name__)

TASK_KIND = "plan_ledger"
UNREAD_KIND = "plan_ledger_unread"


class PlanLedgerLoop:
    """A round may be repeated at any point: each payment of the PMS is counted once, each task opened once."""

    name = "plan_ledger"
    every = 60.0

    def __init__(
        self,
        plans: Plans,
        collections: Collections,
        days: Days,
        ledger: LedgerReader,
        keeper: TaskKeeper,
        door: Door,
        locations: Locations,
        clock: Clock,
    ) -> None:
        self._plans = plans
        self._collections = collections
        self._days = days
        self._ledger = ledger
        self._keeper = keeper
        self._door = door
        self._locations = locations
        self._clock = clock

    async def step(self) -> None:
        for location in self._locations.all():
            today = self._today(location)
            for plan in await asyncio.to_thread(self._plans.ledgers_to_compare, location.key, today):
                if not await self._look(location, plan):
                    break

    async def _look(self, location: Location, plan: PlanRecord) -> bool:
        """False when the PMS does not answer: the round ends, the next one goes on here. A plan of which the PMS tells
        nothing waits until tomorrow, and the next one is looked at."""
        try:
            news = await asyncio.to_thread(self._ledger.hear, plan.id)
            await asyncio.to_thread(self._compare, location, plan)
        except ABOUT_THIS_ROW as refused:
            await asyncio.to_thread(self._put_aside, location, plan, type(refused).__name__)
            return True
        except ConnectorError as down:
            log.warning("a plan's payments wait for the PMS", location=location.key, error=type(down).__name__)
            return False
        if news:
            for row in await asyncio.to_thread(self._collections.of_plan, plan.id):
                if row.state in UNSETTLED and row.started:
                    await self._door.look_again(row, "paid at the desk")
        return True

    def _today(self, location: Location) -> date:
        return self._clock.now().astimezone(location.tz).date()

    def _put_aside(self, location: Location, plan: PlanRecord, why: str) -> None:
        """Staff must know: nobody else sees that money paid at the desk is not counted."""
        cause = f"the PMS does not tell the payments of this plan's people ({why}); look there whether all is well"
        self._keeper.keep_tasks(plan.id, UNREAD_KIND, {why: cause})
        self._plans.mark(plan.id, {"ledger_compared_on": self._today(location)})
        log.warning("a plan's payments are put aside", plan_id=plan.id, error=why)

    def _compare(self, location: Location, plan: PlanRecord) -> None:
        today = self._today(location)
        found = self._ledger.compare(plan.id)
        self._days.replace_money_differences(plan.id, [_row(plan, each, today) for each in found])
        wanted = {f"{each.reference}:{each.our_cents}:{each.pms_cents}": _why(plan, each) for each in found}
        self._keeper.keep_tasks(plan.id, TASK_KIND, wanted)
        self._keeper.keep_tasks(plan.id, UNREAD_KIND, {})
        self._plans.mark(plan.id, {"ledger_compared_on": today})


def _row(plan: PlanRecord, each: MoneyDifference, today: date) -> PlanMoneyDifference:
    return PlanMoneyDifference(
        plan_id=plan.id,
        reference=each.reference,
        day=each.day,
        our_cents=each.our_cents,
        pms_cents=each.pms_cents,
        explanation=each.explanation,
        seen_on=today,
    )


def _why(plan: PlanRecord, each: MoneyDifference) -> str:
    """For the person: which payment, how much, of when."""
    sums = f"ours {format_usd(each.our_cents)}, PMS {format_usd(each.pms_cents)}"
    amount = format_usd(abs(each.our_cents - each.pms_cents))
    return f"{amount} differ on payment {each.reference} of {each.day} ({sums}): {each.explanation}"
