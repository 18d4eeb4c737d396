"""A person decides about a paid deposit: asked by a task that climbs until somebody does, or on their own account.

Nothing here ends by itself with money kept: a deposit is forfeited by a click and no other way.
"""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.decisions import CloseDecision, Decided, DecideInput, DecisionActivities, FileInput
    from activities.deposits import DepositRef
    from activities.tasks import ClimbInput, OpenTask, TaskActivities, TaskInput
    from domain.deposit_decisions import DECISION_TASK, DecisionKind
    from workflows.contracts import deposit_decision as wire
    from workflows.contracts.refund_notice import RefundNews
    from workflows.options import OURS, PMS, VENDOR

_REST_AFTER_TROUBLE = timedelta(minutes=30)
_BY_ITSELF = "chairtime"
_UNSURE = "The card processor or the PMS refuses ({}). Look there before you try again."


@workflow.defn(name="DepositDecision")
class DepositDecision:
    """One deposit at a time; clicks are taken one after the other."""

    @workflow.init
    def __init__(self, start: wire.DecisionStart) -> None:
        self._start = start
        self._turn = asyncio.Lock()
        self._task: OpenTask | None = None
        self._climb_at: datetime | None = None
        self._over = False

    @workflow.run
    async def run(self, start: wire.DecisionStart) -> None:
        """Ask where nobody came by themselves, then wait for the click, handing the task on each time it is due."""
        if start.ask:
            async with self._turn:
                if not self._over:  # a click may have been faster than the question
                    await self._ask(start)
        while not self._over:
            try:
                await workflow.wait_condition(lambda: self._over, timeout=self._patience())
            except TimeoutError:
                async with self._turn:
                    await self._climb(start)
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update(name="decide")
    async def decide(self, said: wire.Decide) -> wire.DecisionAnswer:
        """Give back or keep, as a staff member clicked."""
        async with self._turn:
            decided = await self._decided(said)
            if not decided.refused:
                await self._file(said, decided)
                await self._tell(said, decided)
            asked_still = bool(self._start.ask) and (decided.open or bool(decided.refused))
            if self._task is not None and not asked_still:
                await self._close(str(said.kind), said.reason, said.by)
            self._over = self._over or not asked_still
        return wire.DecisionAnswer(refused=decided.refused, cents=decided.cents, left_cents=decided.left_cents)

    @workflow.signal(name="moved_on")
    async def moved_on(self) -> None:
        """The patient booked again and the deposit stands for that visit now: there is nothing to decide here."""
        async with self._turn:
            if self._task is not None:
                await self._close("carried", "The patient booked again; the deposit stands for that visit")
            self._over = True

    @workflow.query(name="snapshot")
    def snapshot(self) -> wire.DecisionSnapshot:
        """For operators; pages read the database."""
        return wire.DecisionSnapshot(task_id=self._task.task_id if self._task else "", climb_at=self._climb_at)

    async def _decided(self, said: wire.Decide) -> Decided:
        given = DecideInput(
            case_id=self._start.case_id,
            deposit_id=self._start.deposit_id,
            kind=said.kind,
            amount_cents=said.amount_cents,
            by=said.by,
            reason=said.reason,
            command_id=said.command_id,
            at=workflow.now(),
        )
        try:
            return await workflow.execute_activity_method(DecisionActivities.decide_deposit, given, **VENDOR)
        except ActivityError as refused:
            return Decided(refused=_UNSURE.format(_name_of(refused)), open=True)

    async def _file(self, said: wire.Decide, decided: Decided) -> None:
        """The money has moved; whatever the PMS says, the decision stands."""
        given = FileInput(
            case_id=self._start.case_id,
            deposit_id=self._start.deposit_id,
            kind=said.kind,
            cents=decided.cents,
            left_cents=decided.left_cents,
            ledger_id=decided.ledger_id,
            by=said.by,
            reason=said.reason,
            command_id=said.command_id,
            at=workflow.now(),
        )
        try:
            await workflow.execute_activity_method(DecisionActivities.file_decision, given, **PMS)
        except ActivityError as refused:
            workflow.logger.warning("the decision is not in the PMS: %s", _name_of(refused))

    async def _tell(self, said: wire.Decide, decided: Decided) -> None:
        """The patient hears of money that goes back. One that was paid for nothing is the answer to their payment."""
        if said.kind is not DecisionKind.REFUND:
            return
        news = RefundNews(
            case_id=self._start.case_id,
            deposit_id=self._start.deposit_id,
            command_id=said.command_id,
            part=decided.left_cents > 0,
            answer=said.by == _BY_ITSELF,
        )
        try:
            await workflow.start_child_workflow(
                "RefundNotice", news, id=news.workflow_id, parent_close_policy=ParentClosePolicy.ABANDON
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("the patient is being told of this refund already")

    async def _ask(self, start: wire.DecisionStart) -> None:
        given = TaskInput(
            case_id=start.case_id, kind=DECISION_TASK, why=start.ask, chain=start.owners, command_id=start.command_id
        )
        self._keep(await workflow.execute_activity_method(TaskActivities.open_task, given, **PMS))

    async def _climb(self, start: wire.DecisionStart) -> None:
        """Due and untouched: the next person; closed when there is nothing to decide any more."""
        if self._task is None:
            return
        ref = DepositRef(case_id=start.case_id, deposit_id=start.deposit_id)
        if not await workflow.execute_local_activity_method(DecisionActivities.still_undecided, ref, **OURS):
            await self._close("decided otherwise", "The deposit is disputed, given back or used elsewhere")
            return
        given = ClimbInput(case_id=start.case_id, task_id=self._task.task_id, chain=start.owners)
        try:
            self._keep(await workflow.execute_activity_method(TaskActivities.climb_task, given, **PMS))
        except ActivityError as refused:
            workflow.logger.warning("the task was not handed on: %s", _name_of(refused))
            self._climb_at = workflow.now() + _REST_AFTER_TROUBLE

    async def _close(self, outcome: str, note: str, by: str = "chairtime") -> None:
        assert self._task is not None
        given = CloseDecision(
            case_id=self._start.case_id,
            deposit_id=self._start.deposit_id,
            task_id=self._task.task_id,
            outcome=outcome,
            note=note,
            by=by,
        )
        try:
            await workflow.execute_activity_method(DecisionActivities.close_decision, given, **PMS)
        except ActivityError as refused:
            workflow.logger.warning("the task was not closed: %s", _name_of(refused))
        self._task = None
        self._over = True

    def _keep(self, opened: OpenTask) -> None:
        self._task, self._climb_at = opened, opened.next_climb_at

    def _patience(self) -> timedelta | None:
        """Until the next rung; None when no task waits."""
        if self._climb_at is None:
            return None
        return max(self._climb_at - workflow.now(), timedelta(seconds=1))


def _name_of(refused: ActivityError) -> str:
    return getattr(refused.cause, "type", None) or type(refused.cause).__name__
