"""How a case moves: its texts, its tasks, what the PMS says of it, and its end."""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.offers import OfferInput, OfferKind, OfferResult
    from activities.standing import Look, Standing
    from activities.tasks import CloseTasks, OpenTask, TaskInput
    from domain.case import CaseState, Outcome
    from domain.records import COST_TASK, NO_OPENINGS_TASK
    from domain.route import Route
    from workflows.agenda import Agenda, Ending, Task
    from workflows.calls import CaseCalls
    from workflows.contracts import case as wire
    from workflows.timing import Deadline

CALL_BACK_AFTER = timedelta(days=1)
"""When the owner names no time."""
_FOR_A_PERSON = frozenset({"urgent", "question", "wrong_number", "dispute", "refund_failed"})
"""What no booking answers."""


class CaseFlow:
    """The moves of a case that is not being booked at this moment; ``workflows/case.py`` tells the story."""

    def __init__(self, start: wire.CaseStart) -> None:
        self._case_id = start.case_id
        self._call = CaseCalls(start.case_id)
        self._agenda = Agenda(accepted_at=start.accepted_at)
        self._deadline = Deadline()
        self._state = CaseState.DETECTED
        self._end: wire.CaseEnd | None = None
        self._tasks = asyncio.Lock()
        """A person may be called while the case is being ended: never between listing its tasks and closing them."""

    @property
    def _route(self) -> Route:
        assert self._agenda.route is not None
        return self._agenda.route

    # --- texts

    async def _send_next_text(self) -> None:
        step = self._agenda.next_step()
        assert step is not None
        if step.channel == "call":
            self._agenda.texts_done += 1
            await self._open_task(step.name, "The rules say: call this patient now")
            return
        next_what, next_at = self._agenda.after_this_text()
        late_after = None if self._agenda.texts_done == 0 else self._agenda.escalate_at
        given = OfferInput(
            case_id=self._case_id,
            step=f"{step.name}_again_{self._agenda.rounds}" if self._agenda.rounds else step.name,
            template=step.template,
            late_after=late_after,
            next_at=next_at,
            next_what=next_what,
            asked_about=self._agenda.ignored_appointment,
        )
        result = await self._offer(given)
        if result.kind in (OfferKind.SENT, OfferKind.SKIPPED):
            self._agenda.texts_done += 1
            self._agenda.not_before = None

    async def _send_fresh(self, template: str) -> None:
        """Fresh openings at once, as the answer to what the patient just did."""
        self._agenda.fresh_offers += 1
        next_what, next_at = self._agenda.deadline()
        given = OfferInput(
            case_id=self._case_id,
            step=f"fresh_{self._agenda.fresh_offers}",
            template=template,
            answer=True,
            next_at=next_at,
            next_what=next_what,
            asked_about=self._agenda.ignored_appointment,
        )
        await self._offer(given)

    async def _offer(self, given: OfferInput) -> OfferResult:
        self._agenda.queued = False
        result = await self._call.offer(given)
        if result.kind is OfferKind.SENT:
            self._state = CaseState.OFFERING
        elif result.kind is OfferKind.DEFERRED:
            self._agenda.not_before = result.until
            self._agenda.queued = result.queued
        elif result.kind is OfferKind.STOPPED and result.look is not None:
            await self._obey_look(result.look)
        elif result.kind is OfferKind.NO_OPENINGS:
            self._agenda.not_before = result.until
            self._agenda.queued = True
            if self._agenda.task is None:
                await self._open_task(NO_OPENINGS_TASK, result.why)
        elif result.kind is OfferKind.BLOCKED:
            await self._give_to_person("callback", f"No text can be sent: {result.why}")
        if given.answer and result.kind in (OfferKind.NO_OPENINGS, OfferKind.DEFERRED):
            await self._call.notice(f"{given.step}_none", "person_will_call", answer=True, link_path=None)
        return result

    async def _no_times_left(self, said: wire.NoTimesLeft) -> None:
        """Somebody calls, as the page says; the steps go on and offer what comes free."""
        if self._agenda.task is None:
            await self._open_task("callback", "The patient wants a time and none is left. Please call")

    async def _more_times(self, said: wire.MoreTimes) -> None:
        await self._send_fresh(said.template)

    async def _texts_stopped(self, stopped: wire.TextsStopped) -> None:
        if self._agenda.texting:
            await self._give_to_person("callback", f"Texts stopped: {stopped.why}. Please call")

    # --- people

    async def _escalate(self) -> None:
        self._agenda.escalated = True
        hours = self._route.escalate_after_hours
        paid = self._agenda.paid_deposit
        more = ". The deposit that was paid for a time that went goes back" if paid else ""
        why = f"No booking {hours} hours after the acceptance{more}"
        await self._open_task("escalated", why, CaseState.ESCALATED)
        if paid:
            await self._give_back_or_ask("no time was booked for it")

    async def _give_to_person(self, kind: str, why: str) -> None:
        """Texts end here; a person calls."""
        self._agenda.texting = False
        self._agenda.escalated = True
        await self._open_task(kind, why, CaseState.ESCALATED)

    async def _person_needed(self, needed: wire.PersonNeeded, *, meanwhile: bool = False) -> None:
        """Also of a case that is booked or ending, which it changes nothing about; its end leaves that task open.

        ``meanwhile``: while a move is made. The chair in hand may be booked by now, and then it stays so.
        """
        over = self._agenda.is_over
        if not over:
            self._agenda.texting = False
            self._agenda.cost_asked = self._agenda.cost_asked or needed.kind == COST_TASK
        state = None if over or (meanwhile and self._agenda.hold is not None) else CaseState.PAUSED
        async with self._tasks:
            task_id = await self._open_task(
                needed.kind, needed.text, state, urgent=needed.urgent, command_id=needed.command_id
            )
            if (over or needed.kind in _FOR_A_PERSON) and self._agenda.task is not None:
                self._agenda.asked_tasks.append(self._agenda.task)
        if needed.urgent:
            await self._call.alert_on_call(task_id)

    async def _open_task(
        self, kind: str, why: str, state: CaseState | None = None, *, urgent: bool = False, command_id: str = ""
    ) -> str:
        """The task's id."""
        given = TaskInput(
            case_id=self._case_id,
            kind=kind,
            why=why,
            chain=self._route.owners if self._agenda.route else (),
            urgent=urgent,
            state=state,
            command_id=f"{command_id}#{self._agenda.closings}" if self._agenda.closings else command_id,
        )
        opened = await self._call.open_task(given)
        self._keep_task(opened)
        self._agenda.task_kinds.add(kind)
        self._state = state or self._state
        return opened.task_id

    async def _climb(self) -> None:
        task = self._agenda.task
        assert task is not None
        self._keep_task(await self._call.climb(task.task_id, self._route.owners))

    def _keep_task(self, opened: OpenTask) -> None:
        self._agenda.task = Task(opened.task_id, opened.owner, opened.next_climb_at)

    async def _close_tasks(
        self, outcome: str, note: str, by: str = "chairtime", *, goes_on: CaseState | None = None
    ) -> None:
        """``goes_on``: the state in which the case waits for its next deadline now."""
        async with self._tasks:
            kept, self._agenda.task = self._agenda.task, self._agenda.asked_task()
            keep = tuple(task.task_id for task in self._agenda.asked_tasks)
            given = CloseTasks(case_id=self._case_id, outcome=outcome, note=note, by=by, keep=keep)
            if goes_on is not None:
                self._state = goes_on
                next_what, next_at = self._agenda.deadline()
                given = given.model_copy(update={"state": goes_on, "next_at": next_at, "next_what": next_what})
            try:
                await self._call.close_tasks(given)
            except ActivityError:
                self._agenda.task = kept
                raise
        self._agenda.closings += 1
        self._agenda.task_kinds.clear()

    async def _resolve(self, said: wire.Resolve) -> None:
        """The owner's outcome ends the case, postpones the task, or hands the case back to the texts."""
        ends = {Outcome.BOOKED: CaseState.BOOKED_ELSEWHERE, Outcome.DECLINED: CaseState.DECLINED}
        if said.outcome is not Outcome.CALL_BACK:
            self._agenda.asked_tasks.clear()
        if said.outcome is Outcome.CALL_BACK:
            await self._call_back(said, said.call_back_at or workflow.now() + CALL_BACK_AFTER)
        elif said.outcome is Outcome.RESUME_TEXTS:
            self._resume_texts()
            await self._close_tasks(str(said.outcome), said.note, by=said.by, goes_on=CaseState.OFFERING)
        else:
            state = ends.get(said.outcome, CaseState.HANDED_OVER)
            taken_over = self._agenda.ending is not None
            await self._finish(state, f"{said.outcome} {said.note}".strip(), by=said.by, taken_over=taken_over)

    def _resume_texts(self) -> None:
        """Where they stopped; from the beginning, when the time for a first person to ask has passed by now."""
        self._agenda.ending = self._agenda.cost_until = None
        self._agenda.texting = True
        self._agenda.escalated = False
        if workflow.now() >= self._agenda.escalate_at:
            self._agenda.start_over(workflow.now())

    async def _call_back(self, said: wire.Resolve, at: datetime) -> None:
        """The task stays, or is made, and is quiet until then."""
        if self._agenda.task is None:
            await self._open_task("call_back", f"{said.by} calls back. {said.note}".strip())
        assert self._agenda.task is not None
        self._agenda.task.climb_at = at
        await self._call.pause(at, f"{said.by} calls back")

    async def _ask_approval(self, index: int) -> None:
        approval = self._route.approvals[index]
        self._agenda.approvals_asked = index + 1
        self._agenda.approval_ends = workflow.now() + timedelta(minutes=approval.after_minutes)
        why = f"Approve before the first offer: {approval.name}"
        await self._open_task("approval", why, CaseState.AWAITING_APPROVAL, command_id=str(index))

    async def _approval_lapsed(self) -> None:
        approval = self._route.approvals[self._agenda.approvals_asked - 1]
        proceed = approval.otherwise == "proceed"
        await self._approve(wire.Approve(approved=proceed, by="chairtime", note="nobody answered in time"))

    async def _approve(self, said: wire.Approve) -> None:
        if self._agenda.approval_ends is None:
            return
        asked_until, self._agenda.approval_ends = self._agenda.approval_ends, None
        outcome = "approved" if said.approved else "not approved"
        try:
            await self._close_tasks(outcome, said.note, by=said.by, goes_on=CaseState.CLASSIFIED)
        except ActivityError:  # until the answer is taken in, the case still waits for it
            self._state, self._agenda.approval_ends = CaseState.AWAITING_APPROVAL, asked_until
            raise
        if not said.approved:
            await self._give_to_person("callback", f"Not approved for texts: {said.note}")
        elif self._agenda.approvals_asked < len(self._route.approvals):
            await self._ask_approval(self._agenda.approvals_asked)

    async def _not_now(self, said: wire.NotNow) -> None:
        """Ask again when the patient said; the steps start over then. The last word counts, also after paying."""
        await self._undo(f"not now: {said.reason}", answer=True)
        until = max(said.until, self._agenda.opens_at or said.until)
        self._agenda.start_over(until)
        if self._agenda.opens_at is not None:
            self._agenda.opens_at = until
        self._state = CaseState.PAUSED
        await self._call.pause(until, f"not now: {said.reason}")

    async def _reroute(self, said: wire.Reroute) -> None:
        """The rules of today from here on; what was sent, held or handed over already stays."""
        reading = await self._call.read()
        if reading.look.standing is not Standing.GO:
            await self._obey_look(reading.look)
        elif reading.facts is not None:
            self._agenda.route = await self._call.route(reading)
            if self._agenda.opens_at is not None:
                self._agenda.opens_at = self._agenda.accepted_at = self._route.start_at or workflow.now()

    async def _declined(self, said: wire.Declined) -> None:
        await self._finish(CaseState.DECLINED, said.reason or "the patient declined", answer=True)

    # --- what the PMS says

    async def _look_again(self, said: wire.LookAgain) -> None:
        if self._agenda.queued:
            self._agenda.not_before = None
        await self._obey_look(await self._call.look(self._agenda.ignored_appointment))

    async def _obey_look(self, found: Look) -> None:
        """Stop when it should: the answer of a look decides whether and how the case goes on."""
        if found.standing is Standing.OTHER_APPOINTMENT:
            self._agenda.texting = False
            self._agenda.ignored_appointment = found.appointment_id
            why = f"Is it this plan's visit? {found.why}"
            await self._open_task("other_appointment", why, CaseState.PAUSED, command_id=found.appointment_id)
        elif found.standing is Standing.NO_CONSENT:
            await self._texts_stopped(wire.TextsStopped(why=found.why))
        elif found.standing is not Standing.GO:
            await self._end_on(found)

    async def _visit_settled(self, said: wire.VisitSettled) -> None:
        await self._finish(CaseState.BOOKED_ELSEWHERE, said.why)

    async def _end_on(self, found: Look) -> None:
        if found.standing is Standing.SILENT:
            await self._open_task("withdrawn", f"Stopped without a word: {found.why}")
        ends = {Standing.SILENT: CaseState.WITHDRAWN, Standing.BOOKED_ELSEWHERE: CaseState.BOOKED_ELSEWHERE}
        await self._finish(ends.get(found.standing, CaseState.SUPERSEDED), found.why)

    async def _finish(
        self, state: CaseState, why: str, *, by: str = "chairtime", taken_over: bool = False, answer: bool = False
    ) -> None:
        """Undo what is half done, close what is open, end. A withdrawn case leaves its task to be read.

        What refuses to be undone is tried again until it is; ``taken_over``: or a person sees to it themselves.
        ``answer``: the patient just wished it.
        """
        self._agenda.ending = Ending(state, why, by, told=self._agenda.ending is not None)
        try:
            await self._undo(why, answer=answer)
        except ActivityError:
            if not taken_over:
                raise
            why = f"{why} (a deposit could not be given back; {by} sees to it)"
        if self._agenda.task is not None and state is not CaseState.WITHDRAWN:
            await self._close_tasks(str(state), why, by)
        await self._call.close(state, why, by)
        self._state = state
        self._end = wire.CaseEnd(state=state, why=why)

    async def _end_again(self) -> None:
        ending = self._agenda.ending
        assert ending is not None
        await self._finish(ending.state, ending.why, by=ending.by)

    async def _undo(self, why: str, *, answer: bool = False) -> None:
        await self._let_go(why, answer=answer)
        if self._agenda.paid_deposit:
            await self._call.refund(self._agenda.paid_deposit, why, answer=answer)
            self._agenda.paid_deposit = ""

    async def _give_back_or_ask(self, why: str, deposit_id: str = "", *, answer: bool = False) -> None:
        """What is refused is a person's to see to; the case's own deposit is tried again with its end."""
        deposit_id = deposit_id or self._agenda.paid_deposit
        try:
            await self._call.refund(deposit_id, why, answer=answer)
        except ActivityError as refused:
            kind = getattr(refused.cause, "type", None) or type(refused.cause).__name__
            asked = f"A deposit has to go back ({why}), but that is refused ({kind}). Please give it back"
            await self._open_task("refund_failed", asked, command_id=f"refund-{deposit_id}")
            return
        if deposit_id == self._agenda.paid_deposit:
            self._agenda.paid_deposit = ""

    async def _let_go(self, why: str, *, answer: bool) -> None:
        """The held time is given up for good; what was paid for it goes back."""
        hold = self._agenda.hold
        if await self._released() or hold is None:
            return
        await self._call.refund(hold.deposit_id, why, answer=answer)
        self._agenda.paid_deposit = ""
        await self._released()

    async def _released(self) -> bool:
        """False when the deposit turned out to be paid; the hold then stands."""
        hold = self._agenda.hold
        if hold is None:
            return True
        next_what, next_at = self._agenda.without_hold()
        if await self._call.settle(hold, next_at, next_what):
            self._agenda.paid_deposit = hold.deposit_id
            return False
        self._agenda.hold = None
        self._state = CaseState.OFFERING
        return True
