"""Moving or cancelling a booked visit, and what follows: the text, the refund, the case that goes on."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.bookings import BookingActivities, Claim, ClaimInput, ClaimKind
    from activities.changes import (
        CancelInput,
        CancelResult,
        ChangeActivities,
        GiveUpInput,
        MoveInput,
        MoveResult,
        Reopened,
        ReopenInput,
    )
    from activities.courier import SendResult, Sent
    from activities.deposits import DepositActivities, RefundInput
    from activities.offers import NoticeInput, OfferActivities
    from activities.tasks import TaskActivities, TaskInput
    from domain.slots import Opening
    from workflows.contracts.case import CaseStart, PersonNeeded, VisitSettled
    from workflows.contracts.change import ChangeEnd, ChangeStart, News
    from workflows.contracts.deposit_decision import DecisionStart
    from workflows.options import MOVE, OURS, PMS, QUEUE, VENDOR

_DECIDING = timedelta(minutes=1)
_PATIENT = "patient"


@workflow.defn(name="BookingChange")
class BookingChange:
    """One wish of one patient about a booked visit."""

    @workflow.run
    async def run(self, wish: ChangeStart) -> ChangeEnd:
        if wish.news:
            return await self._news(wish, wish.news)
        if wish.displaced:
            return await self._displace(wish)
        return await (self._move(wish, wish.opening) if wish.opening else self._cancel(wish))

    async def _move(self, wish: ChangeStart, opening: Opening) -> ChangeEnd:
        """Hold the new chair, book it, let the old one go; a chair in hand is never given up first."""
        claim = await self._claim(wish, opening)
        if claim.kind is ClaimKind.LOST:
            return ChangeEnd(kind="lost")
        given = MoveInput(case_id=wish.case_id, hold_id=claim.hold_id, by=wish.by, command_id=wish.command_id)
        try:
            moved = await workflow.execute_activity_method(ChangeActivities.move_visit, given, **MOVE)
        except ActivityError as refused:
            moved = await self._give_up(wish, refused, claim.hold_id)
            if not moved.moved:
                return ChangeEnd(kind="refused", why=f"the PMS refuses it ({_kind_of(refused)})")
        if not moved.moved:
            return ChangeEnd(kind="lost", why=moved.why)
        await self._settle(moved.settles, "the booked visit has a new time")
        await self._tell(wish, News(template="rescheduled", late_after=moved.tell_by))
        return ChangeEnd(kind="moved", start=moved.start)

    async def _claim(self, wish: ChangeStart, opening: Opening) -> Claim:
        given = ClaimInput(case_id=wish.case_id, opening=opening, command_id=wish.command_id)
        return await workflow.execute_activity_method(BookingActivities.claim_opening, given, **VENDOR)

    async def _cancel(self, wish: ChangeStart) -> ChangeEnd:
        given = CancelInput(case_id=wish.case_id, by=wish.by, office=wish.office, command_id=wish.command_id)
        try:
            cancelled = await workflow.execute_activity_method(ChangeActivities.cancel_visit, given, **PMS)
        except ActivityError as refused:
            await self._give_up(wish, refused)
            return ChangeEnd(kind="refused", why=f"the PMS refuses it ({_kind_of(refused)})")
        if not cancelled.cancelled:
            return ChangeEnd(kind="nothing")
        await self._settle(cancelled.settles, "the booked visit was cancelled; a new case goes on")
        fresh = await self._go_on(wish, f"The visit was cancelled by {wish.by}. Please call and find another time")
        refunded = await self._refund(wish, cancelled.refund_deposit, fresh)
        await self._ask_about_deposit(wish, cancelled)
        template = ("called_off" if wish.office else "cancelled") + ("_refunded" if refunded else "")
        await self._tell(wish, News(template=template, late_after=cancelled.start, link_case=fresh))
        return ChangeEnd(kind="cancelled", refunded_cents=refunded)

    async def _displace(self, wish: ChangeStart) -> ChangeEnd:
        """An apology with first pick, at a permitted hour; and a person, so that nobody stands at a closed door."""
        displaced = await self._reopened(wish, "The provider is out at the booked time. Please move this visit")
        news = News(template="paused_apology", late_after=displaced.start, link_path="/reschedule")
        await self._tell_at_last(wish, news, await self._text(wish, news))
        return ChangeEnd(kind="displaced")

    async def _refund(self, wish: ChangeStart, deposit_id: str, fresh: str) -> int:
        """What refuses to be given back goes to a person; the patient is told of the cancellation all the same."""
        if not deposit_id:
            return 0
        given = RefundInput(case_id=wish.case_id, deposit_id=deposit_id, why="cancelled in time")
        try:
            result = await workflow.execute_activity_method(DepositActivities.refund_deposit, given, **PMS)
        except ActivityError as refused:
            kind = _kind_of(refused)
            why = f"Cancelled in time, but the deposit could not be given back ({kind}). Please give it back"
            needed = PersonNeeded(kind="refund_failed", text=why, command_id=f"refund-{deposit_id}")
            await self._say(fresh, "person_needed", needed)
            return 0
        return result.refunded_cents

    async def _ask_about_deposit(self, wish: ChangeStart, cancelled: CancelResult) -> None:
        """Too late for the policy: the deposit stays where it is until a person decides."""
        if not cancelled.ask_deposit:
            return
        start = DecisionStart(
            case_id=wish.case_id,
            deposit_id=cancelled.ask_deposit,
            ask=cancelled.ask,
            owners=cancelled.owners,
            command_id=wish.command_id,
        )
        deciding = f"deposit/{cancelled.ask_deposit}"
        while True:
            try:
                await workflow.start_child_workflow(
                    "DepositDecision", start, id=deciding, parent_close_policy=ParentClosePolicy.ABANDON
                )
                return
            except WorkflowAlreadyStartedError:  # staff are deciding a part of it at this moment
                await workflow.sleep(_DECIDING)

    async def _settle(self, cases: tuple[str, ...], why: str) -> None:
        """Cases that were there to move this visit have nothing left to do."""
        for case_id in cases:
            await self._say(case_id, "visit_settled", VisitSettled(why=why))

    async def _say(self, case_id: str, signal: str, said: PersonNeeded | VisitSettled) -> None:
        """To another case, which may have ended."""
        try:
            await workflow.get_external_workflow_handle(case_id).signal(signal, said)
        except FailureError:
            workflow.logger.info("a case had ended before it was told")

    async def _give_up(self, wish: ChangeStart, refused: ActivityError, hold_id: str = "") -> MoveResult:
        """The PMS will never do it: the chair is free again, and a person sees to the visit."""
        given = GiveUpInput(case_id=wish.case_id, command_id=wish.command_id, hold_id=hold_id)
        moved = await workflow.execute_local_activity_method(ChangeActivities.give_up_change, given, **OURS)
        what = "to take the earlier appointment of this visit off" if moved.moved else "this change of the visit"
        who = "The patient" if wish.by == _PATIENT else wish.by
        doing = "move it to another time" if wish.opening else "cancel it"
        why = f"The PMS refuses {what} ({_kind_of(refused)}). {who} wished to {doing}. Please see to it there"
        await self._ask_person(wish, "change_refused", why)
        return moved

    async def _tell(self, wish: ChangeStart, news: News) -> None:
        """At once to who changed it themselves. What staff did is said at a permitted hour, by a workflow of its own,
        so that nobody waits for it."""
        result = await self._text(wish, news)
        if result.sent is not Sent.DEFERRED or result.until is None:
            await self._call_instead(wish, news, result)
            return
        later = wish.model_copy(update={"news": news, "news_at": result.until})
        await workflow.start_child_workflow(
            "BookingChange", later, id=f"{wish.workflow_id}/news", parent_close_policy=ParentClosePolicy.ABANDON
        )

    async def _news(self, wish: ChangeStart, news: News) -> ChangeEnd:
        waiting = SendResult(sent=Sent.DEFERRED, until=wish.news_at)
        await self._call_instead(wish, news, await self._tell_at_last(wish, news, waiting))
        return ChangeEnd(kind="told")

    async def _tell_at_last(self, wish: ChangeStart, news: News, result: SendResult) -> SendResult:
        """Each time it may leave, it is looked whether it is still so."""
        while result.sent is Sent.DEFERRED and result.until is not None:
            await workflow.sleep(max(result.until - workflow.now(), timedelta(seconds=1)))
            result = await self._text(wish, news)
        return result

    async def _call_instead(self, wish: ChangeStart, news: News, result: SendResult) -> None:
        """No text can go there, and no row of the outbox will say so: somebody calls. Who did it themselves knows."""
        unheard = result.sent in (Sent.BLOCKED, Sent.FAILED) and not result.text_id
        if not unheard or wish.by == _PATIENT:
            return
        done = "called off" if wish.opening is None else "moved"
        why = f"The visit was {done} by {wish.by}, and no text could tell the patient ({result.why}). Please call"
        if news.link_case:
            needed = PersonNeeded(kind="call", text=why, command_id=f"call-{wish.command_id}")
            await self._say(news.link_case, "person_needed", needed)
        else:
            await self._ask_person(wish, "call", why)

    async def _ask_person(self, wish: ChangeStart, kind: str, why: str) -> None:
        given = TaskInput(case_id=wish.case_id, kind=kind, why=why, command_id=wish.command_id)
        await workflow.execute_activity_method(TaskActivities.open_task, given, **PMS)

    async def _text(self, wish: ChangeStart, news: News) -> SendResult:
        given = NoticeInput(
            case_id=wish.case_id,
            step=f"{news.template}_{wish.command_id}",
            template=news.template,
            answer=wish.by == _PATIENT,
            link=True,
            link_path=news.link_path,
            link_case=news.link_case,
            late_after=None if wish.by == _PATIENT else news.late_after,
        )
        return await workflow.execute_activity_method(OfferActivities.send_notice, given, **VENDOR)

    async def _go_on(self, wish: ChangeStart, why: str) -> str:
        return (await self._reopened(wish, why)).case_id

    async def _reopened(self, wish: ChangeStart, why: str) -> Reopened:
        """The plan is still accepted: a new case, with a person first, so that it does not fall out."""
        given = ReopenInput(case_id=wish.case_id, why=why, command_id=wish.command_id, displaced=wish.displaced)
        fresh = await workflow.execute_local_activity_method(ChangeActivities.reopen_case, given, **OURS)
        start = CaseStart(
            case_id=fresh.case_id, location=fresh.location, accepted_at=fresh.accepted_at, person_first=why
        )
        await workflow.start_child_workflow(
            "Case", start, id=fresh.case_id, task_queue=QUEUE, parent_close_policy=ParentClosePolicy.ABANDON
        )
        return fresh


def _kind_of(refused: ActivityError) -> str:
    return getattr(refused.cause, "type", None) or type(refused.cause).__name__
