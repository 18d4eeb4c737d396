"""One location's day of payment plans: post what is due, tell payers what comes, notice cards that run out."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.courier import Sent
    from activities.plan_people import PlanPeople, PlanText
    from activities.plan_posting import CloseDay, DayRef, PlanPostingActivities
    from activities.plan_tasks import PlanTask, PlanTasks
    from workflows.contracts.plan_posting import PostingEnd, PostingStart
    from workflows.options import OURS, PMS, POSTING, VENDOR

_PAGES_A_RUN = 200
"""Forty thousand plans; then a fresh history."""

_NOT_SENT = frozenset({Sent.BLOCKED, Sent.FAILED})

_TRY_TEXTS_FOR = timedelta(hours=20)


@workflow.defn(name="PlanPosting")
class PlanPosting:
    """Running a day again posts nothing twice: each plan knows through which day it was posted."""

    @workflow.run
    async def run(self, start: PostingStart) -> PostingEnd:
        """Post page by page, then look ahead."""
        self._day = DayRef(location=start.location, day=start.day)
        plans, charged = start.plans, start.charged_cents
        for _ in range(_PAGES_A_RUN):
            page = await workflow.execute_activity_method(PlanPostingActivities.post_page, self._day, **POSTING)
            plans, charged = plans + page.plans, charged + page.charged_cents
            for plan_id, why in page.stuck:
                await self._ask_person(plan_id, why)
            if not page.more:
                break
        else:
            workflow.continue_as_new(start.model_copy(update={"plans": plans, "charged_cents": charged}))
        done = CloseDay(location=start.location, day=start.day, plans=plans, charged_cents=charged)
        await workflow.execute_local_activity_method(PlanPostingActivities.close_day, done, **OURS)
        return PostingEnd(plans=plans, charged_cents=charged, texts=await self._tell())

    async def _tell(self) -> int:
        """Texts that the hours of the day forbid wait for their hour, for as long as they are of use. Whoever no text
        reaches is called by a person."""
        ahead = await workflow.execute_activity_method(PlanPostingActivities.look_ahead, self._day, **POSTING)
        waiting = [_notice(plan_id, day) for plan_id, day in ahead.notices]
        waiting += [_expiring(plan_id, day) for plan_id, day in ahead.expiring]
        ends = workflow.now() + _TRY_TEXTS_FOR
        sent = 0
        while waiting:
            later, until = [], None
            for text in waiting:
                result = await workflow.execute_activity_method(PlanPeople.send, text, **VENDOR)
                sent += result.sent is Sent.SENT
                if result.sent is Sent.DEFERRED and result.until is not None:
                    later.append(text)
                    until = result.until if until is None else min(until, result.until)
                elif result.sent in _NOT_SENT:
                    await self._call_instead(text, result.why)
            waiting = await self._wait(later, until, ends)
        return sent

    async def _wait(self, texts: Sequence[PlanText], until: datetime | None, ends: datetime) -> list[PlanText]:
        """The texts once their hour has come; none when that is too late, then tomorrow's run has them, if there is
        a day left."""
        if until is None:
            return []
        if until < ends:
            await workflow.sleep(max(until - workflow.now(), timedelta(minutes=1)))
            return list(texts)
        tomorrow = self._day.day + timedelta(days=1)
        for text in texts:
            if text.day is not None and text.day <= tomorrow:
                await self._call_instead(text, "no text may go out before that")
        return []

    async def _call_instead(self, text: PlanText, why: str) -> None:
        """The charge itself runs as it was agreed; that it was announced is a person's to see to."""
        about = f"is charged on {text.day}" if text.day else "runs out before the next charge; ask for a new one"
        task = PlanTask(
            plan_id=text.plan_id,
            kind="plan_call",
            why=f"Please call the payer: the card on file {about}. No text could be sent: {why}",
            command_id=text.step,
        )
        await workflow.execute_activity_method(PlanTasks.open_task, task, **PMS)

    async def _ask_person(self, plan_id: str, why: str) -> None:
        task = PlanTask(
            plan_id=plan_id,
            kind="plan_stuck",
            why=f"This plan was not charged: {why}",
            location=self._day.location,
        )
        await workflow.execute_activity_method(PlanTasks.open_task, task, **PMS)


def _notice(plan_id: str, day: date) -> PlanText:
    return PlanText(plan_id=plan_id, step=f"notice:{day}", template="charge_notice", day=day)


def _expiring(plan_id: str, day: date) -> PlanText:
    """Once a month: the text is the same for every charge of a month."""
    return PlanText(plan_id=plan_id, step=f"card:{day:%Y-%m}", template="card_expiring")
