"""The case's calls on the world, each with its queue, timeout and retries said once."""

from collections.abc import Sequence
from datetime import datetime

from temporalio import workflow
from temporalio.common import Priority, WorkflowIDReusePolicy
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.bookings import BookingActivities, BookResult, Claim, ClaimInput, HoldRef
    from activities.cases import CaseActivities, CaseRef, CheckInput, CloseInput, Reading, RouteInput
    from activities.courier import SendResult
    from activities.deposits import DepositActivities, Recorded, RefundInput, WaiveInput
    from activities.offers import AlertInput, NoticeInput, OfferActivities, OfferInput, OfferResult
    from activities.standing import Look
    from activities.tasks import ClimbInput, CloseTasks, OpenTask, TaskActivities, TaskInput
    from domain.case import CaseState
    from domain.route import OwnerStep, Route
    from workflows.agenda import Hold
    from workflows.contracts import case as wire
    from workflows.contracts.change import ChangeEnd, ChangeStart
    from workflows.contracts.refund_notice import RefundNews
    from workflows.options import BOOK, CLAIM, OURS, PMS, QUEUE, VENDOR


class CaseCalls:
    """Names no decision: what to do with an answer is the case's business."""

    def __init__(self, case_id: str) -> None:
        self._id = case_id
        self._ref = CaseRef(case_id=case_id)
        self._priority = Priority()

    def put_first(self, priority_key: int) -> None:
        """From here on the case's calls queue by its tier (1 goes first); the fairness between locations stays."""
        self._priority = Priority(priority_key=priority_key)

    async def read(self) -> Reading:
        return await workflow.execute_activity_method(
            CaseActivities.read_case, self._ref, priority=self._priority, **PMS
        )

    async def route(self, reading: Reading) -> Route:
        assert reading.facts is not None
        given = RouteInput(
            case_id=self._id, facts=reading.facts, prepaid_cents=reading.prepaid_cents, moves=bool(reading.moves)
        )
        return await workflow.execute_local_activity_method(CaseActivities.route_case, given, **OURS)

    async def look(self, asked_about: str) -> Look:
        given = CheckInput(case_id=self._id, asked_about=asked_about)
        return await workflow.execute_activity_method(CaseActivities.check_case, given, priority=self._priority, **PMS)

    async def offer(self, given: OfferInput) -> OfferResult:
        return await workflow.execute_activity_method(OfferActivities.send_offer, given, priority=self._priority, **PMS)

    async def notice(self, step: str, template: str, *, answer: bool, link_path: str | None) -> SendResult:
        """``link_path`` None: no link; else a new link with this path behind it."""
        given = NoticeInput(
            case_id=self._id,
            step=step,
            template=template,
            answer=answer,
            link=link_path is not None,
            link_path=link_path or "",
        )
        return await workflow.execute_activity_method(
            OfferActivities.send_notice, given, priority=self._priority, **VENDOR
        )

    async def claim(self, given: ClaimInput) -> Claim:
        return await workflow.execute_activity_method(
            BookingActivities.claim_opening, given, priority=self._priority, **CLAIM
        )

    async def book(self, hold: Hold) -> BookResult:
        given = HoldRef(case_id=self._id, hold_id=hold.hold_id, deposit_id=hold.deposit_id)
        return await workflow.execute_activity_method(
            BookingActivities.book_visit, given, priority=self._priority, **BOOK
        )

    async def settle(self, hold: Hold, next_at: datetime, next_what: str) -> bool:
        """True when the deposit was paid after all; False: the hold is gone."""
        given = HoldRef(
            case_id=self._id,
            hold_id=hold.hold_id,
            deposit_id=hold.deposit_id,
            next_at=next_at,
            next_what=next_what,
        )
        settled = await workflow.execute_activity_method(
            BookingActivities.settle_deposit, given, priority=self._priority, **VENDOR
        )
        return settled.paid

    async def abandon_hold(self) -> None:
        """What a choice that failed halfway took: the chair is free again, whatever it was."""
        given = HoldRef(case_id=self._id)
        await workflow.execute_activity_method(BookingActivities.settle_deposit, given, **VENDOR)

    async def end_payment(self, hold: Hold) -> bool:
        """Expire the deposit's session and keep the chair; True when it was paid already."""
        given = HoldRef(case_id=self._id, hold_id=hold.hold_id, deposit_id=hold.deposit_id, keep_hold=True)
        settled = await workflow.execute_activity_method(BookingActivities.settle_deposit, given, **VENDOR)
        return settled.paid

    async def record_booking(self) -> Recorded | None:
        return await workflow.execute_activity_method(
            DepositActivities.record_booking, self._ref, priority=self._priority, **PMS
        )

    async def tell_decision(self, deposit_id: str) -> None:
        """Whoever is asked to decide about this deposit need not any more; nobody may be."""
        try:
            await workflow.get_external_workflow_handle(f"deposit/{deposit_id}").signal("moved_on")
        except FailureError:
            workflow.logger.info("nobody was asked about the deposit that moved on")

    async def waive(self, by: str, reason: str) -> None:
        given = WaiveInput(case_id=self._id, by=by, reason=reason)
        await workflow.execute_local_activity_method(DepositActivities.waive_deposit, given, **OURS)

    async def refund(self, deposit_id: str, why: str, *, answer: bool = False) -> None:
        """``answer``: to what the patient just did, so they are told at once."""
        given = RefundInput(case_id=self._id, deposit_id=deposit_id, why=why)
        result = await workflow.execute_activity_method(
            DepositActivities.refund_deposit, given, priority=self._priority, **PMS
        )
        await self.tell_given_back(result.given_back, answer=answer)

    async def tell_given_back(self, deposits: Sequence[str], *, answer: bool) -> None:
        """One text about what went back together; it may wait for the morning, and nobody waits with it."""
        if not deposits:
            return
        news = RefundNews(case_id=self._id, deposit_id=deposits[0], command_id=f"itself-{deposits[0]}", answer=answer)
        try:
            await workflow.start_child_workflow(
                "RefundNotice",
                news,
                id=news.workflow_id,
                task_queue=QUEUE,
                parent_close_policy=ParentClosePolicy.ABANDON,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("the patient was told of this refund already")

    async def open_task(self, given: TaskInput) -> OpenTask:
        return await workflow.execute_activity_method(TaskActivities.open_task, given, priority=self._priority, **PMS)

    async def alert_on_call(self, task_id: str) -> None:
        given = AlertInput(case_id=self._id, task_id=task_id)
        await workflow.execute_activity_method(OfferActivities.alert_on_call, given, priority=self._priority, **VENDOR)

    async def climb(self, task_id: str, chain: tuple[OwnerStep, ...]) -> OpenTask:
        given = ClimbInput(case_id=self._id, task_id=task_id, chain=chain)
        return await workflow.execute_activity_method(TaskActivities.climb_task, given, priority=self._priority, **PMS)

    async def close_tasks(self, given: CloseTasks) -> None:
        await workflow.execute_activity_method(TaskActivities.close_tasks, given, priority=self._priority, **PMS)

    async def close(self, state: CaseState, why: str, by: str) -> None:
        given = CloseInput(case_id=self._id, state=state, why=why, by=by)
        await workflow.execute_local_activity_method(CaseActivities.close_case, given, **OURS)

    async def move(self, booked_case: str, choice: wire.ChooseOpening) -> ChangeEnd:
        """Move the visit of a case that is booked; its deposit stays with it."""
        wish = ChangeStart(case_id=booked_case, by="patient", command_id=choice.command_id, opening=choice.opening)
        end: ChangeEnd = await workflow.execute_child_workflow(
            "BookingChange",
            wish,
            id=wish.workflow_id,
            task_queue=QUEUE,
            parent_close_policy=ParentClosePolicy.ABANDON,
            result_type=ChangeEnd,
        )
        return end

    async def pause(self, until: datetime, why: str) -> None:
        given = CloseInput(case_id=self._id, state=CaseState.PAUSED, why=why, next_at=until)
        await workflow.execute_local_activity_method(CaseActivities.pause_case, given, **OURS)
