"""One date's money of one plan: the card, the payer's text, the ladder after a decline, a person at its end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.courier import Sent
    from activities.plan_charges import Charged, ChargeKind, ChargeTry, CollectionRef, PlanChargeActivities
    from activities.plan_people import PlanPeople, PlanText
    from activities.plan_tasks import ClosePlanTasks, PlanTask, PlanTasks
    from workflows.contracts.plan_charge import ChargeEnd, ChargeStart, LookAgain
    from workflows.options import PMS, VENDOR
    from workflows.timing import Deadline

_LISTENS_FOR = timedelta(days=120)
"""After the ladder a page may still be paid; then the balance is the office's."""

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=30), timedelta(days=1)
"""How long a vendor that will not have us is left alone."""

_DONE = frozenset({ChargeKind.PAID, ChargeKind.OVER})

_PAYERS_TURN = frozenset({ChargeKind.ACTION_NEEDED, ChargeKind.NO_CARD})
"""Only the payer can go on; a person calls one whom no text reaches."""


@workflow.defn(name="PlanCharge")
class PlanCharge:
    """Every attempt has its own key; what a page took meanwhile is found before the card is asked."""

    @workflow.init
    def __init__(self, start: ChargeStart) -> None:
        self._start = start
        self._ref = CollectionRef(plan_id=start.plan_id, collection_id=start.collection_id)
        self._attempts = start.attempts
        self._deadline = Deadline()
        self._woken = False
        self._asked_person = False
        self._has_task = start.again

    @workflow.run
    async def run(self, start: ChargeStart) -> ChargeEnd:
        """Try, tell, wait for the next rung or for news; at the end of the ladder ask a person and listen on.

        News alone tries no card that was refused: it is tried again on its rung, and a hopeless one never.
        """
        began = workflow.now()
        rungs = [began + timedelta(days=days) for days in start.retry_days]
        charged, changed = await self._charge(), True
        while charged.kind not in _DONE:
            rungs = [rung for rung in rungs if rung > workflow.now()]
            if not charged.may_retry:
                rungs = [] if charged.kind is ChargeKind.DECLINED else rungs[-1:]
            last = not rungs
            if last:
                await self._ask_person(charged)
            until = began + _LISTENS_FOR if last else rungs[0]
            if changed and not await self._tell(charged, until) and charged.kind in _PAYERS_TURN:
                await self._ask_person(charged)
            if not await self._news(until) and last:
                return ChargeEnd(outcome="person", attempts=self._attempts)
            at_rung = workflow.now() >= until
            again = await self._charge("" if at_rung and charged.may_retry else charged.card)
            changed = at_rung or again.kind is not ChargeKind.UNCHANGED
            charged = charged if again.kind is ChargeKind.UNCHANGED else again
        return await self._finish(charged)

    @workflow.signal(name="look_again")
    def look_again(self, said: LookAgain) -> None:
        """A page was paid, a card was given, or the plan stopped: look at once."""
        self._woken = True

    async def _charge(self, refused: str = "") -> Charged:
        self._woken = False
        given = ChargeTry(
            plan_id=self._start.plan_id,
            collection_id=self._start.collection_id,
            attempt=self._attempts + 1,
            refused=refused,
        )
        charged: Charged = await self._until_done(PlanChargeActivities.charge, given, "The card was not tried")
        if charged.kind is not ChargeKind.UNCHANGED:
            self._attempts = given.attempt
        return charged

    async def _until_done(self, work: Callable[..., Any], given: CollectionRef, undone: str) -> Any:
        """What the activity returns. A vendor that will not have us (a key refused, a right that is missing) is asked
        again and again, and a person knows why nothing is done."""
        pause = _FIRST_PAUSE
        while True:
            self._woken = False
            try:
                return await workflow.execute_activity_method(work, given, **PMS)
            except ActivityError as refused:
                if is_cancelled_exception(refused):
                    raise
                await self._ask_about(undone, str(refused.cause))
            await self._news(workflow.now() + pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _ask_about(self, undone: str, why: str) -> None:
        """A task as long as it is stuck: one that was closed meanwhile is followed by another."""
        self._has_task = True
        task = PlanTask(
            plan_id=self._start.plan_id,
            kind="plan_stuck",
            why=f"{undone} for {self._start.day}, and it is tried again by itself. What was said: {why}",
            command_id=self._start.collection_id,
            anew=True,
        )
        await workflow.execute_activity_method(PlanTasks.open_task, task, **PMS)

    async def _news(self, until: datetime) -> bool:
        """Whether something happened before `until`."""
        self._deadline.set(until)
        await workflow.wait_condition(lambda: self._woken or self._deadline.rang)
        self._deadline.cancel()
        return self._woken

    async def _tell(self, charged: Charged, before: datetime) -> bool:
        """Text the payer what to do, when hours and caps allow it before the next try; news on the way ends it.

        False when this payer cannot be texted.
        """
        template = _TEMPLATES[charged.kind]
        if charged.kind is ChargeKind.NO_CARD and charged.manual:
            template = "charge_notice"
        text = PlanText(
            plan_id=self._start.plan_id,
            step=f"{self._start.collection_id}:{self._attempts}",
            template=template,
            path="" if charged.kind is ChargeKind.DECLINED else f"/pay/{self._start.collection_id}",
            day=self._start.day,
        )
        for _ in range(3):
            result = await workflow.execute_activity_method(PlanPeople.send, text, **VENDOR)
            if result.sent is not Sent.DEFERRED or result.until is None or result.until >= before:
                return result.sent not in (Sent.BLOCKED, Sent.FAILED)
            if await self._news(result.until):
                break
        return True

    async def _ask_person(self, charged: Charged) -> None:
        if self._asked_person:
            return
        self._asked_person = True
        await workflow.execute_activity_method(PlanChargeActivities.give_up, self._ref, **VENDOR)
        task = PlanTask(
            plan_id=self._start.plan_id,
            kind="plan_unpaid",
            why=f"The payment of {self._start.day} could not be taken, {_tries(self._attempts)}: {charged.why}",
            command_id=self._start.collection_id,
            anew=True,
        )
        await workflow.execute_activity_method(PlanTasks.open_task, task, **PMS)

    async def _finish(self, charged: Charged) -> ChargeEnd:
        if charged.kind is ChargeKind.PAID:
            undone = "The card payment is not entered in the practice management system"
            await self._until_done(PlanChargeActivities.post_payment, self._ref, undone)
        if self._asked_person or self._has_task:
            done = ClosePlanTasks(
                plan_id=self._start.plan_id, outcome=charged.kind.value, command_id=self._start.collection_id
            )
            await workflow.execute_activity_method(PlanTasks.close_tasks, done, **PMS)
        return ChargeEnd(outcome=charged.kind.value, attempts=self._attempts)


def _tries(count: int) -> str:
    return "1 try" if count == 1 else f"{count} tries"


_TEMPLATES = {
    ChargeKind.DECLINED: "charge_failed",
    ChargeKind.ACTION_NEEDED: "charge_action_needed",
    ChargeKind.NO_CARD: "charge_failed",
}
