"""One location's day of payment plans: post what is due, tell payers what comes, notice cards that run out."""

from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.plan_posting import CloseDay, PlanPostingActivities, PostPage
    from activities.plan_tasks import PlanTask, PlanTasks
    from activities.plan_telling import PlanTelling, Stand, TellPage, ToldPage
    from workflows.contracts.plan_posting import PostingEnd, PostingStart, Telling
    from workflows.options import OURS, PMS, POSTING, TELLING

_TRY_TEXTS_FOR = timedelta(hours=20)

_MOST_STUCK = 500
"""Tasks that one history asks for."""


@workflow.defn(name="PlanPosting")
class PlanPosting:
    """Running a day again posts nothing twice: each plan knows through which day it was posted, and each payer is told
    once. A history keeps where the day stands, never a list of its plans; many pages begin a fresh one."""

    def __init__(self) -> None:
        self._pages = 0

    @workflow.run
    async def run(self, start: PostingStart) -> PostingEnd:
        """Post page by page, ask a person about the plans that were left out, then tell who is charged next."""
        if start.telling is None:
            start = await self._posted(start)
        told = start.telling or Telling(ends=workflow.now() + _TRY_TEXTS_FOR)
        while True:
            told = await self._told(start, told)
            if told.until is None or workflow.now() >= told.ends:
                return PostingEnd(plans=start.plans, charged_cents=start.charged_cents, texts=told.texts)
            await workflow.sleep(max(told.until - workflow.now(), timedelta(minutes=1)))
            told = Telling(ends=told.ends, texts=told.texts)

    async def _posted(self, start: PostingStart) -> PostingStart:
        """With what the day came to. No plan waits for a person to be asked about another one."""
        given = PostPage(location=start.location, day=start.day, limit=start.plans_a_page)
        plans, charged = start.plans, start.charged_cents
        stuck: list[tuple[str, str]] = []
        more = True
        while more and self._pages < start.pages_a_run and len(stuck) < _MOST_STUCK:
            page = await workflow.execute_activity_method(PlanPostingActivities.post_page, given, **POSTING)
            self._pages += 1
            plans, charged, more = plans + page.plans, charged + page.charged_cents, page.more
            stuck += page.stuck
        done = start.model_copy(update={"plans": plans, "charged_cents": charged})
        if more:
            await self._ask_person(start, stuck)
            workflow.continue_as_new(done)
        end = CloseDay(location=start.location, day=start.day, plans=plans, charged_cents=charged)
        await workflow.execute_local_activity_method(PlanPostingActivities.close_day, end, **OURS)
        await self._ask_person(start, stuck)
        return done

    async def _told(self, start: PostingStart, told: Telling) -> Telling:
        """Everybody was told, or is to be told later: then `until` says when to begin again."""
        at: Stand | None = Stand(about=told.about, after=told.after)
        while at is not None:
            if self._pages >= start.pages_a_run:
                workflow.continue_as_new(start.model_copy(update={"telling": told}))
            self._pages += 1
            given = TellPage(location=start.location, day=start.day, at=at, ends=told.ends, limit=start.texts_a_page)
            page = await workflow.execute_activity_method(PlanTelling.tell, given, **TELLING)
            told, at = _with_page(told, page), page.at
        return told

    async def _ask_person(self, start: PostingStart, stuck: Sequence[tuple[str, str]]) -> None:
        for plan_id, why in stuck:
            task = PlanTask(
                plan_id=plan_id,
                kind="plan_stuck",
                why=f"This plan was not charged: {why}",
                location=start.location,
                anew=True,
            )
            await workflow.execute_activity_method(PlanTasks.open_task, task, **PMS)


def _with_page(told: Telling, page: ToldPage) -> Telling:
    """Where the walk stands after a page."""
    at = page.at or Stand()
    times = [each for each in (told.until, page.until) if each is not None]
    return Telling(
        about=at.about,
        after=at.after,
        until=min(times, default=None),
        ends=told.ends,
        texts=told.texts + page.texts,
    )
