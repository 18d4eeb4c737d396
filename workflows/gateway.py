"""The only door to the cases: web, command line and loops start and message them here. No workflow imports this."""

from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from pydantic import BaseModel
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import Priority, SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.common import WorkflowIDConflictPolicy as OnConflict
from temporalio.common import WorkflowIDReusePolicy as OnReuse
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.case import CaseState
from domain.records import CaseRecord
from domain.slots import Opening
from workflows.case import Case
from workflows.change import BookingChange
from workflows.contracts import case as wire
from workflows.contracts.change import ChangeEnd, ChangeStart
from workflows.contracts.deposit_decision import Decide, DecisionAnswer, DecisionStart
from workflows.deposit_decision import DepositDecision
from workflows.options import QUEUE

LOCATION = SearchAttributeKey.for_keyword("ChairtimeLocation")
"""The one search attribute: the location's opaque key. Registered by deploy and by the embedded server's start."""

_PATIENCE = timedelta(seconds=25)
"""How long a page waits for an update before it says "we are on it"."""
_TOO_LATE = (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)


_LATE = wire.Answer(state=CaseState.PAUSED, done="taken; it is being worked on")
_Outcome = TypeVar("_Outcome", wire.Answer, wire.ChoiceOutcome)


class CaseGone(Exception):
    """The case has ended or was never started; the caller shows what the database says."""


class Gateway:
    def __init__(self, client: Client, *, search_attributes: bool = True) -> None:
        self._client = client
        self._search_attributes = search_attributes

    @property
    def client(self) -> Client:
        """For the doors to other workflows."""
        return self._client

    async def start(self, case: CaseRecord, *, revive: bool = False) -> None:
        """Start the case's workflow, or find it running; ``revive``: also after it closed, for a row still open."""
        given = wire.CaseStart(
            case_id=case.case_id,
            location=case.location,
            accepted_at=case.accepted_at,
            person_first=case.person_first,
        )
        try:
            await self._client.start_workflow(
                Case.run,
                given,
                id=case.case_id,
                task_queue=QUEUE,
                id_conflict_policy=OnConflict.USE_EXISTING,
                id_reuse_policy=OnReuse.ALLOW_DUPLICATE if revive else OnReuse.REJECT_DUPLICATE,
                priority=Priority(priority_key=case.priority, fairness_key=case.location),
                search_attributes=self._attributes(case.location),
            )
        except WorkflowAlreadyStartedError:
            return

    async def choose(self, case_id: str, choice: wire.ChooseOpening) -> wire.ChoiceOutcome:
        """PENDING when the case is still at it after a while: the page then reads the database."""
        late = wire.ChoiceOutcome(kind=wire.ChoiceKind.PENDING)
        return await self._update(case_id, "choose_opening", choice, choice.command_id, late)

    async def respond(self, case_id: str, said: wire.Response, command_id: str) -> wire.Answer:
        return await self._update(case_id, "respond", said, command_id, _LATE)

    async def resolve(self, case_id: str, said: wire.Resolve, command_id: str) -> wire.Answer:
        return await self._update(case_id, "resolve", said, command_id, _LATE)

    async def approve(self, case_id: str, said: wire.Approve, command_id: str) -> wire.Answer:
        return await self._update(case_id, "approve", said, command_id, _LATE)

    async def waive_deposit(self, case_id: str, said: wire.WaiveDeposit, command_id: str) -> wire.Answer:
        return await self._update(case_id, "waive_deposit", said, command_id, _LATE)

    async def reroute(self, case_id: str, said: wire.Reroute, command_id: str) -> wire.Answer:
        return await self._update(case_id, "reroute", said, command_id, _LATE)

    async def deposit_paid(self, case_id: str, deposit_id: str) -> None:
        await self._signal(case_id, "deposit_paid", wire.DepositPaid(deposit_id=deposit_id))

    async def look_again(self, case_id: str, why: str) -> None:
        await self._signal(case_id, "look_again", wire.LookAgain(why=why))

    async def no_times_left(self, case_id: str) -> None:
        await self._signal(case_id, "no_times_left", wire.NoTimesLeft())

    async def texts_stopped(self, case_id: str, why: str) -> None:
        await self._signal(case_id, "texts_stopped", wire.TextsStopped(why=why))

    async def person_needed(self, case_id: str, needed: wire.PersonNeeded) -> None:
        await self._signal(case_id, "person_needed", needed)

    async def decide_deposit(self, case_id: str, deposit_id: str, said: Decide) -> DecisionAnswer:
        """A staff member gives a paid deposit back or keeps it; clicks about one deposit are taken one by one."""
        start = WithStartWorkflowOperation(
            DepositDecision.run,
            DecisionStart(case_id=case_id, deposit_id=deposit_id),
            id=f"deposit/{deposit_id}",
            task_queue=QUEUE,
            id_conflict_policy=OnConflict.USE_EXISTING,
        )
        try:
            answer = await self._client.execute_update_with_start_workflow(
                "decide",
                said,
                start_workflow_operation=start,
                id=said.command_id,
                result_type=DecisionAnswer,
                rpc_timeout=_PATIENCE,
            )
            return cast(DecisionAnswer, answer)
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            return DecisionAnswer(pending=True)
        except RPCError as late:
            if late.status in _TOO_LATE:
                return DecisionAnswer(pending=True)
            raise

    async def cancel_booking(self, case_id: str, by: str, command_id: str, *, office: bool = False) -> wire.Answer:
        """Cancel a booked visit, and the plan goes on with a person. Inside its policy the deposit goes back.

        ``office``: the practice calls it off, so the deposit goes back at any time.
        """
        end = await self._change(ChangeStart(case_id=case_id, by=by, command_id=command_id, office=office))
        done = end.kind if end else "taken; it is being worked on"
        return wire.Answer(state=CaseState.BOOKED, done=done)

    async def reschedule(
        self, case_id: str, opening: Opening, command_id: str, by: str = "patient"
    ) -> wire.ChoiceOutcome:
        """Move a booked visit to another opening; LOST when that has gone, and nothing changed."""
        end = await self._change(ChangeStart(case_id=case_id, by=by, command_id=command_id, opening=opening))
        if end is None:
            return wire.ChoiceOutcome(kind=wire.ChoiceKind.PENDING)
        kinds = {"moved": wire.ChoiceKind.BOOKED, "refused": wire.ChoiceKind.REFUSED}
        return wire.ChoiceOutcome(kind=kinds.get(end.kind, wire.ChoiceKind.LOST), start=end.start, why=end.why)

    async def displace(self, case_id: str, booked_start: datetime) -> None:
        """The provider of a booked visit is out; said once for each booked time."""
        command_id = f"displaced-{int(booked_start.timestamp())}"
        await self._start_change(ChangeStart(case_id=case_id, by="the office", command_id=command_id, displaced=True))

    async def _change(self, wish: ChangeStart) -> ChangeEnd | None:
        """None when it takes longer than a page may wait."""
        try:
            handle = await self._start_change(wish)
            return await handle.result(rpc_timeout=_PATIENCE)
        except RPCError as late:
            if late.status in _TOO_LATE:
                return None
            raise

    async def _start_change(self, wish: ChangeStart) -> WorkflowHandle[Any, ChangeEnd]:
        """The same wish is one workflow, whether it runs or has ended."""
        change_id = wish.workflow_id
        try:
            return await self._client.start_workflow(
                BookingChange.run,
                wish,
                id=change_id,
                task_queue=QUEUE,
                id_conflict_policy=OnConflict.USE_EXISTING,
                id_reuse_policy=OnReuse.ALLOW_DUPLICATE_FAILED_ONLY,
            )
        except WorkflowAlreadyStartedError:
            return self._client.get_workflow_handle_for(BookingChange.run, change_id)

    async def is_open(self, case_id: str) -> bool:
        """Whether a workflow of that id is running; for the no-void watch."""
        try:
            described = await self._handle(case_id).describe()
        except RPCError as failed:
            if failed.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return described.close_time is None

    async def snapshot(self, case_id: str) -> wire.CaseSnapshot:
        """For operators (`chairtime cases show`)."""
        return await self._handle(case_id).query(Case.snapshot)

    async def ready(self) -> bool:
        """Whether the Temporal frontend answers."""
        return await self._client.service_client.check_health()

    def _handle(self, case_id: str) -> WorkflowHandle[Any, wire.CaseEnd]:
        return self._client.get_workflow_handle_for(Case.run, case_id)

    async def _update(self, case_id: str, name: str, said: BaseModel, command_id: str, late: _Outcome) -> _Outcome:
        """``late`` is the answer when the case takes longer than a page may wait."""
        handle = self._handle(case_id)
        try:
            answer = await handle.execute_update(
                name, said, id=command_id, result_type=type(late), rpc_timeout=_PATIENCE
            )
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            return late
        except (WorkflowUpdateFailedError, RPCError) as failed:
            raise _gone(failed) from failed
        return cast(_Outcome, answer)

    async def _signal(self, case_id: str, name: str, said: BaseModel) -> None:
        try:
            await self._handle(case_id).signal(name, said)
        except RPCError as failed:
            raise _gone(failed) from failed

    def _attributes(self, location: str) -> TypedSearchAttributes:
        pairs = [SearchAttributePair(LOCATION, location)] if self._search_attributes else []
        return TypedSearchAttributes(pairs)


def _gone(failed: Exception) -> Exception:
    """CaseGone when the case is not there (any more); any other fault is the caller's to retry."""
    ended = isinstance(failed, WorkflowUpdateFailedError)
    missing = isinstance(failed, RPCError) and failed.status is RPCStatusCode.NOT_FOUND
    return CaseGone(str(failed)) if ended or missing else failed
