"""A location's day: every plan that is due posts its charges, payers are told ahead, cards that run out are noticed."""

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.plan_desk import PlanDesk
from activities.plan_facts import heard, waits
from activities.plan_money import card_is_good
from activities.plan_ports import PlanDayStore, PlanStore
from activities.plan_steps import PlanSteps
from activities.ports import Clock, Locations
from connectors.base import Vendors
from domain import plan_life as life
from domain.money import Cents, format_usd
from domain.payment_plan.interest import PaymentTooSmallError
from domain.payment_plan.schedule import expected_periods
from domain.plan_life import By, PlanRefusedError, Step
from domain.plan_money import next_due, post_day
from domain.plan_records import PlanDay, PlanRecord, PlanState

PAGE = 100


class DayRef(BaseModel):
    model_config = ConfigDict(frozen=True)

    location: str
    day: date


class PostedPage(BaseModel):
    """`stuck`: plans that could not be posted, each with the reason; a person must look."""

    model_config = ConfigDict(frozen=True)

    plans: int
    charged_cents: Cents
    more: bool
    stuck: tuple[tuple[str, str], ...] = ()


class Ahead(BaseModel):
    """Whom to tell: plans with a charge to come and its date, and plans whose card runs out before it."""

    model_config = ConfigDict(frozen=True)

    notices: tuple[tuple[str, date], ...] = ()
    expiring: tuple[tuple[str, date], ...] = ()


class CloseDay(DayRef):
    plans: int
    charged_cents: Cents


class PlanPostingActivities:
    def __init__(
        self,
        plans: PlanStore,
        days: PlanDayStore,
        steps: PlanSteps,
        desk: PlanDesk,
        locations: Locations,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._plans = plans
        self._days = days
        self._steps = steps
        self._desk = desk
        self._locations = locations
        self._vendors = vendors
        self._clock = clock

    @activity.defn(name="post_plans")
    def post_page(self, given: DayRef) -> PostedPage:
        """Post up to a hundred plans that are due; posting one again changes nothing. Missed days are caught up."""
        ids = self._plans.due(given.location, given.day, PAGE)
        charged, stuck = 0, []
        for plan_id in ids:
            try:
                charged += self._post(plan_id, given.day)
            except (PlanRefusedError, PaymentTooSmallError) as refused:
                stuck.append((plan_id, str(refused)))
                self._set_aside(plan_id, given.day, str(refused))
        return PostedPage(plans=len(ids), charged_cents=charged, more=len(ids) == PAGE, stuck=tuple(stuck))

    @activity.defn(name="look_ahead_at_plans")
    def look_ahead(self, given: DayRef) -> Ahead:
        """Who must be told of a charge within the notice days, and whose card runs out before their next charge."""
        settings = self._locations.get(given.location).payment_plans
        soon = given.day + timedelta(days=settings.notice_days)
        near = self._plans.due_between(given.location, given.day + timedelta(days=1), soon)
        due = [(plan, day) for plan in near if (day := _charges_on(plan, given.day)) and day <= soon]
        later = self._plans.due_between(given.location, given.day, given.day + timedelta(days=45))
        expiring = [(plan.id, plan.next_due) for plan in later if plan.next_due and _runs_out(plan, plan.next_due)]
        return Ahead(notices=tuple((plan.id, day) for plan, day in due), expiring=tuple(expiring))

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

    def _post(self, plan_id: str, day: date) -> Cents:
        record = self._plans.get(plan_id)
        if record.state is PlanState.SIGNED:
            record = self._desk.activate(plan_id)
        self._hear(record)
        charged: list[Cents] = [0]

        def work(now: PlanRecord, who: By) -> Step:
            charged[0] = 0
            if now.plan is None or now.state is not PlanState.ACTIVE or now.next_due is None or now.next_due > day:
                return Step(now, ())
            posted = post_day(now.plan, day)
            charged[0] = sum(cents for _, cents in posted.owed)
            after = now.model_copy(update={"plan": posted.plan, "next_due": next_due(posted.plan)})
            new = posted.plan.charges[len(now.plan.charges) :]
            lines = [f"charged {format_usd(each.total_cents)} for {each.date}" for each in new]
            return Step(after, tuple(who.event("charge", line) for line in lines), posted.owed)

        self._steps.take(plan_id, work)
        return charged[0]

    def _hear(self, record: PlanRecord) -> None:
        """Planned work may be done by now: ask before the day is posted, so that it is charged from today."""
        if not waits(record):
            return
        items = tuple(heard(self._vendors.pms(record.location), record))
        if not items:
            return

        def work(now: PlanRecord, who: By) -> Step:
            return life.newer_production(now, items, who) or Step(now, ())

        self._steps.take(record.id, work)

    def _set_aside(self, plan_id: str, day: date, why: str) -> None:
        """It is tried again tomorrow; the others of this day go on."""

        def work(now: PlanRecord, who: By) -> Step:
            event = who.event("stuck", f"not posted on {day}: {why}")
            return Step(now.model_copy(update={"next_due": day + timedelta(days=1)}), (event,))

        self._steps.take(plan_id, work)


def _charges_on(record: PlanRecord, today: date) -> date | None:
    """The date of the next charge with an amount; work that awaits completion gives none."""
    if record.plan is None or record.paused:
        return None
    periods = expected_periods(record.plan, today)
    return periods[0].date if periods else None


def _runs_out(record: PlanRecord, day: date) -> bool:
    return record.autopay and record.card is not None and not card_is_good(record, day)
