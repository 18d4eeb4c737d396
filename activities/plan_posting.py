"""A location's day: every plan that is due posts its charges."""

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.plan_desk import PlanDesk
from activities.plan_facts import waits
from activities.plan_hearing import PlanHearing
from activities.plan_ports import PlanDayStore, PlanPostingStore, PlanStore
from activities.plan_steps import PlanSteps
from activities.ports import Clock, Locations
from connectors.base import Vendors
from domain.money import Cents, format_usd
from domain.payment_plan.interest import PaymentTooSmallError
from domain.plan_life import By, PlanRefusedError, Step
from domain.plan_money import next_due, post_day
from domain.plan_records import PlanDay, PlanRecord, PlanState

PAGE = 200
"""Plans a transaction: enough to spread its fixed cost thin, few enough that other writers wait for moments only."""

_ATTEMPTS_BEFORE_ASIDE = 4
_MOST_BROKEN = 10


class DayRef(BaseModel):
    model_config = ConfigDict(frozen=True)

    location: str
    day: date


class PostPage(DayRef):
    limit: int = PAGE


class PostedPage(BaseModel):
    """`stuck`: plans that could not be posted, each with the reason; a person must look."""

    model_config = ConfigDict(frozen=True)

    plans: int
    charged_cents: Cents
    more: bool
    stuck: tuple[tuple[str, str], ...] = ()


class CloseDay(DayRef):
    plans: int
    charged_cents: Cents


class PlanPostingActivities:
    def __init__(
        self,
        plans: PlanStore,
        posting: PlanPostingStore,
        days: PlanDayStore,
        steps: PlanSteps,
        desk: PlanDesk,
        locations: Locations,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._plans = plans
        self._posting = posting
        self._days = days
        self._steps = steps
        self._desk = desk
        self._locations = locations
        self._hearing = PlanHearing(plans, steps, vendors)
        self._clock = clock

    @activity.defn(name="post_plans")
    def post_page(self, given: PostPage) -> PostedPage:
        """Post a page of plans that are due, in one transaction. Missed days are caught up; posting a plan again
        changes nothing; a plan that cannot be posted is put aside and does not keep the others."""
        page = self._posting.due_page(given.location, given.day, given.limit)
        stuck = dict(page.unreadable)
        posted = self._save(self._worked_out(page.records, given.day, stuck), stuck)
        for plan_id, why in stuck.items():
            self._set_aside(plan_id, given, why)
        return PostedPage(
            plans=len(page.records) + len(page.unreadable),
            charged_cents=sum(cents for step in posted for _, cents in step.owed),
            more=page.full or len(posted) + len(stuck) < len(page.records) + len(page.unreadable),
            stuck=tuple(stuck.items()),
        )

    @activity.defn(name="close_plan_day")
    def close_day(self, given: CloseDay) -> None:
        """The day is done: the loop starts no other run of it."""
        self._days.done(
            PlanDay(
                location=given.location,
                day=given.day,
                done_at=self._clock.now(),
                plans=given.plans,
                charged_cents=given.charged_cents,
            )
        )

    def _worked_out(self, records: Sequence[PlanRecord], day: date, stuck: dict[str, str]) -> list[Step]:
        """What the day makes of each plan; one that cannot be worked out goes to `stuck` with its reason."""
        steps, broken = [], 0
        for record in records:
            try:
                ready = self._made_ready(record)
                steps.append(_posted(ready, day, self._steps.by(ready.location)))
            except (PlanRefusedError, PaymentTooSmallError) as refused:
                stuck[record.id] = str(refused)
            except Exception as fault:
                if may_pass():
                    raise
                broken += 1
                stuck[record.id] = f"{type(fault).__name__}: {fault}"
                if broken > max(_MOST_BROKEN, len(records) // 2):
                    raise  # so many cannot be the plans' own fault: try the page again later, put none of it aside
        return steps

    def _save(self, steps: list[Step], stuck: dict[str, str]) -> list[Step]:
        """The steps that were kept. Whoever was saved by somebody else meanwhile stays due and comes with a later page.

        When the database refuses the page time and again, each plan is tried alone, so that only the one it refuses is
        put aside.
        """
        try:
            changed = self._posting.save_posted(steps)
            return [step for step in steps if step.record.id not in changed]
        except Exception as fault:
            if may_pass():
                raise
            if len(steps) == 1:
                stuck[steps[0].record.id] = f"{type(fault).__name__}: it cannot be saved"
                return []
        return [kept for step in steps for kept in self._save([step], stuck)]

    def _made_ready(self, record: PlanRecord) -> PlanRecord:
        """A signed plan goes to work on its first date; planned work may be done by now, so the PMS is asked."""
        if record.state is PlanState.SIGNED:
            record = self._desk.activate(record.id)
        return self._hearing.hear(record.id) if waits(record) else record

    def _set_aside(self, plan_id: str, given: DayRef, why: str) -> None:
        """It is tried again tomorrow; the others of this day go on."""
        event = self._steps.by(given.location).event("stuck", f"not posted on {given.day}: {why}")
        self._posting.put_aside(plan_id, given.day + timedelta(days=1), event)


def may_pass() -> bool:
    """Whether what refuses may only be away for a moment: the whole page is tried again then."""
    return activity.in_activity() and activity.info().attempt < _ATTEMPTS_BEFORE_ASIDE


def _posted(record: PlanRecord, day: date, who: By) -> Step:
    """The plan after the day's run, with what is to be collected."""
    if record.plan is None or record.state is not PlanState.ACTIVE or record.next_due is None or record.next_due > day:
        return Step(record, ())
    posted = post_day(record.plan, day)
    after = record.model_copy(update={"plan": posted.plan, "next_due": next_due(posted.plan)})
    new = posted.plan.charges[len(record.plan.charges) :]
    lines = [f"charged {format_usd(each.total_cents)} for {each.date}" for each in new]
    return Step(after, tuple(who.event("charge", line) for line in lines), posted.owed)
