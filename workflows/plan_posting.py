"""One location's day of payment plans: post what is due, tell payers what comes, notice cards that run out."""

from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.courier import Sent
    from activities.plan_people import PlanPeople, PlanText
    from activities.plan_posting import CloseDay, DayRef, PlanPostingActivities
    from activities.plan_tasks import PlanTask, PlanTasks
    from workflows.contracts.plan_posting import PlanNews, PostingEnd, PostingStart, Telling
    from workflows.options import OURS, PMS, POSTING, VENDOR

_PAGES_A_RUN = 200
"""Forty thousand plans; then a fresh history."""

_NOT_SENT = frozenset({Sent.BLOCKED, Sent.FAILED})

_TRY_TEXTS_FOR = timedelta(hours=20)


@workflow.defn(name="PlanPosting")
class PlanPosting:
    """Running a day again posts nothing twice: each plan knows through which day it was posted."""

    def __init__(self) -> None:
        self._sends = 0

    @workflow.run
    async def run(self, start: PostingStart) -> PostingEnd:
        """Post page by page, ask a person about the plans that were left out, then look ahead."""
        self._day = DayRef(location=start.location, day=start.day)
        if start.telling is None:
            start = await self._posted(start)
        told = start.telling or await self._look_ahead()
        while told.waiting:
            told = await self._wait(await self._told(start, told))
        return PostingEnd(plans=start.plans, charged_cents=start.charged_cents, texts=told.texts)

    async def _posted(self, start: PostingStart) -> PostingStart:
        """With what the day came to. No plan waits for a person to be asked about another one."""
        plans, charged = start.plans, start.charged_cents
        stuck: list[tuple[str, str]] = []
        for _ in range(_PAGES_A_RUN):
            page = await workflow.execute_activity_method(PlanPostingActivities.post_page, self._day, **POSTING)
            plans, charged = plans + page.plans, charged + page.charged_cents
            stuck += page.stuck
            if not page.more:
                break
        done = start.model_copy(update={"plans": plans, "charged_cents": charged})
        if page.more:
            await self._ask_person(stuck)
            workflow.continue_as_new(done)
        end = CloseDay(location=start.location, day=start.day, plans=plans, charged_cents=charged)
        await workflow.execute_local_activity_method(PlanPostingActivities.close_day, end, **OURS)
        await self._ask_person(stuck)
        return done

    async def _look_ahead(self) -> Telling:
        ahead = await workflow.execute_activity_method(PlanPostingActivities.look_ahead, self._day, **POSTING)
        notices = [(plan_id, "charge", day) for plan_id, day in ahead.notices]
        expiring = [(plan_id, "card", day) for plan_id, day in ahead.expiring]
        return Telling(waiting=(*notices, *expiring), ends=workflow.now() + _TRY_TEXTS_FOR)

    async def _told(self, start: PostingStart, told: Telling) -> Telling:
        """Whoever waits was told once more; `later` are those whom the hours of the day forbid. Whoever no text reaches
        is called by a person. Many texts fill a history, so that it begins afresh."""
        later, until, texts = list(told.later), told.until, told.texts
        for at, news in enumerate(told.waiting):
            if self._sends >= start.texts_a_run:
                rest = told.model_copy(
                    update={"waiting": told.waiting[at:], "later": tuple(later), "until": until, "texts": texts}
                )
                workflow.continue_as_new(start.model_copy(update={"telling": rest}))
            self._sends += 1
            result = await workflow.execute_activity_method(PlanPeople.send, _text(news), **VENDOR)
            texts += result.sent is Sent.SENT
            if result.sent is Sent.DEFERRED and result.until is not None:
                later.append(news)
                until = result.until if until is None else min(until, result.until)
            elif result.sent in _NOT_SENT:
                await self._call_instead(_text(news), result.why)
        return told.model_copy(update={"waiting": (), "later": tuple(later), "until": until, "texts": texts})

    async def _wait(self, told: Telling) -> Telling:
        """The texts once their hour has come; none when that is too late, then tomorrow's run has them, if there is
        a day left."""
        if told.until is None:
            return told
        over = told.model_copy(update={"later": (), "until": None})
        if told.until < told.ends:
            await workflow.sleep(max(told.until - workflow.now(), timedelta(minutes=1)))
            return over.model_copy(update={"waiting": told.later})
        tomorrow = self._day.day + timedelta(days=1)
        for text in map(_text, told.later):
            if text.day is not None and text.day <= tomorrow:
                await self._call_instead(text, "no text may go out before that")
        return over

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

    async def _ask_person(self, stuck: Sequence[tuple[str, str]]) -> None:
        for plan_id, why in stuck:
            task = PlanTask(
                plan_id=plan_id,
                kind="plan_stuck",
                why=f"This plan was not charged: {why}",
                location=self._day.location,
            )
            await workflow.execute_activity_method(PlanTasks.open_task, task, **PMS)


def _text(news: PlanNews) -> PlanText:
    """Of a card that runs out once a month: the text is the same for every charge of a month."""
    plan_id, about, day = news
    if about == "card":
        return PlanText(plan_id=plan_id, step=f"card:{day:%Y-%m}", template="card_expiring")
    return PlanText(plan_id=plan_id, step=f"notice:{day}", template="charge_notice", day=day)
