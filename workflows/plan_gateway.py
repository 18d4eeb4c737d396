"""The door to the workflows of payment plans, for the web and the loops. No workflow imports this."""

from datetime import date

from temporalio.client import WorkflowExecutionStatus as Status
from temporalio.common import Priority
from temporalio.common import WorkflowIDConflictPolicy as OnConflict
from temporalio.common import WorkflowIDReusePolicy as OnReuse
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.plan_records import Collection, CollectionState
from workflows.contracts.plan_charge import ChargeStart, LookAgain
from workflows.contracts.plan_posting import PostingStart
from workflows.gateway import Gateway
from workflows.options import QUEUE
from workflows.plan_charge import PlanCharge
from workflows.plan_posting import PlanPosting

_AFTER_CASES = 4
"""A patient who waits for a text comes before a card that is charged some time today."""

_BROKEN = frozenset({Status.FAILED, Status.TERMINATED, Status.TIMED_OUT, Status.CANCELED})
"""Ends at which a workflow of ours never comes by itself."""

_OVER = frozenset({Status.COMPLETED, None})
"""Ended by itself, perhaps so long ago that the server forgot it."""


class PlanGateway:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def start_day(self, location: str, day: date) -> None:
        """Start the location's day, or find it running. A day that failed before its end may be started again."""
        await self._gateway.client.start_workflow(
            PlanPosting.run,
            PostingStart(location=location, day=day),
            id=f"posting/{location}/{day.isoformat()}",
            task_queue=QUEUE,
            id_conflict_policy=OnConflict.USE_EXISTING,
            id_reuse_policy=OnReuse.ALLOW_DUPLICATE,
            priority=Priority(priority_key=_AFTER_CASES, fairness_key=location),
        )

    async def start_charge(self, row: Collection, retry_days: tuple[int, ...]) -> None:
        """Start collecting this money, or find it being collected; once collected it is not started again."""
        await self._start(row, retry_days, OnReuse.REJECT_DUPLICATE)

    async def broke(self, row: Collection) -> bool:
        """Whether the workflow of this money failed, or was ended from outside."""
        return await self._status(row.workflow_id) in _BROKEN

    async def start_again(self, row: Collection, retry_days: tuple[int, ...]) -> None:
        """Start the workflow of this money again if it broke.

        An attempt whose end is not known is repeated under its own key. A payment by page that came after the workflow
        had ended by itself is posted by another run, of which nobody needs to be told.
        """
        status = await self._status(row.workflow_id)
        late = status in _OVER and row.state is CollectionState.PAID
        if status not in _BROKEN and not late:
            return
        made = row.attempt - 1 if row.state is CollectionState.CHARGING else row.attempt
        reuse = OnReuse.ALLOW_DUPLICATE if late else OnReuse.ALLOW_DUPLICATE_FAILED_ONLY
        await self._start(row, retry_days, reuse, attempts=max(0, made), again=True)

    async def _status(self, workflow_id: str) -> Status | None:
        """How the workflow stands; None when the server knows it no more."""
        try:
            return (await self._gateway.client.get_workflow_handle(workflow_id).describe()).status
        except RPCError as failed:
            if failed.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    async def _start(
        self, row: Collection, retry_days: tuple[int, ...], reuse: OnReuse, *, attempts: int = 0, again: bool = False
    ) -> None:
        start = ChargeStart(
            plan_id=row.plan_id,
            collection_id=row.id,
            location=row.location,
            day=row.day,
            retry_days=retry_days,
            attempts=attempts,
            again=again,
        )
        try:
            await self._gateway.client.start_workflow(
                PlanCharge.run,
                start,
                id=row.workflow_id,
                task_queue=QUEUE,
                id_conflict_policy=OnConflict.USE_EXISTING,
                id_reuse_policy=reuse,
                priority=Priority(priority_key=_AFTER_CASES, fairness_key=row.location),
            )
        except WorkflowAlreadyStartedError:
            return

    async def look_again(self, row: Collection, why: str) -> None:
        """Tell the workflow of this money that something changed; an ended one needs not hear it."""
        try:
            await self._gateway.client.get_workflow_handle(row.workflow_id).signal("look_again", LookAgain(why=why))
        except RPCError as failed:
            if failed.status is not RPCStatusCode.NOT_FOUND:
                raise
