"""Payers are told ahead of a charge, and of a card that runs out before it: page by page, each of them once.

Nothing of this is a list that grows with the plans: where the walk stands is all that a workflow keeps. A payer who was
told is known by the outbox, so that a page may be told again at any point.
"""

from datetime import date, datetime, timedelta
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.courier import SendResult, Sent
from activities.plan_people import PlanText
from activities.plan_ports import PlanPostingStore, PlanStore
from activities.plan_posting import DayRef, may_pass
from activities.plan_steps import PlanSteps
from activities.plan_tasks import PlanTask
from activities.ports import Locations
from connectors.errors import ConnectorError
from domain.payment_plan.schedule import expected_periods
from domain.plan_records import NearPage, Place, PlanRecord
from domain.records import TaskRecord

TEXTS = 100
"""Texts a page; it must end within its time also when the carrier takes seconds for each."""

_CARDS_AHEAD = timedelta(days=45)
_NOT_SENT = frozenset({Sent.BLOCKED, Sent.FAILED})

About = Literal["charge", "card"]


class Stand(BaseModel):
    """Where the walk stands: notices of charges come first, then cards that run out."""

    model_config = ConfigDict(frozen=True)

    about: About = "charge"
    after: Place | None = None


class TellPage(DayRef):
    """No text goes out after `ends`: who may not have one until then is called, if tomorrow were too late."""

    at: Stand
    ends: datetime
    limit: int = TEXTS


class ToldPage(BaseModel):
    """`at`: where the next page begins, None after the last. `until`: when somebody of it may have their text."""

    model_config = ConfigDict(frozen=True)

    at: Stand | None
    texts: int = 0
    until: datetime | None = None


class Texting(Protocol):
    """Satisfied by ``activities.plan_people.PlanPeople``."""

    def send(self, given: PlanText) -> SendResult: ...


class Tasks(Protocol):
    """Satisfied by ``activities.plan_tasks.PlanTasks``."""

    def put_task(self, given: PlanTask) -> TaskRecord:
        """Our row of a task; a loop takes it to the PMS."""
        ...


class PlanTelling:
    def __init__(
        self,
        plans: PlanStore,
        posting: PlanPostingStore,
        steps: PlanSteps,
        locations: Locations,
        people: Texting,
        tasks: Tasks,
    ) -> None:
        self._plans = plans
        self._posting = posting
        self._steps = steps
        self._locations = locations
        self._people = people
        self._tasks = tasks

    @activity.defn(name="tell_payers")
    def tell(self, given: TellPage) -> ToldPage:
        """Text the payers of a page. Who can get no text is a task to call; a plan that cannot be worked out keeps
        nobody else from being told. Raises a retryable ConnectorError while no text can be sent at all."""
        page = self._page(given)
        texts, until = 0, None
        for plan in page.records:
            result = self._told(plan, given)
            if result is None:
                continue
            texts += result.sent is Sent.SENT and not result.known
            if result.sent is Sent.DEFERRED and result.until is not None:
                until = result.until if until is None else min(until, result.until)
        return ToldPage(at=_next(given.at, page), texts=texts, until=until)

    def _page(self, given: TellPage) -> NearPage:
        days = self._locations.get(given.location).payment_plans.notice_days
        place, after, limit, today = given.location, given.at.after, given.limit, given.day
        if given.at.about == "charge":
            first, last = today + timedelta(days=1), today + timedelta(days=days)
            return self._posting.near_page(place, first, last, after, limit)
        return self._posting.cards_ending(place, today, today + _CARDS_AHEAD, after, limit)

    def _told(self, plan: PlanRecord, given: TellPage) -> SendResult | None:
        """What came of this payer's text; None when there is nothing to tell, or a person was asked to."""
        try:
            text = self._text(plan, given)
            return self._sent(text, given) if text else None
        except ConnectorError:
            raise
        except Exception as fault:
            if may_pass():
                raise
            why = f"nothing could be told of what is near: {type(fault).__name__}"
            self._plans.log(plan.id, [self._steps.by(plan.location).event("stuck", why)])
            return None

    def _text(self, plan: PlanRecord, given: TellPage) -> PlanText | None:
        """A card that runs out is told once a month: the text is the same for every charge of a month."""
        if given.at.about == "card":
            day = _runs_out(plan)
            return PlanText(plan_id=plan.id, step=f"card:{day:%Y-%m}", template="card_expiring") if day else None
        day = _charges_on(plan, given.day)
        soon = given.day + timedelta(days=self._locations.get(given.location).payment_plans.notice_days)
        if day is None or day > soon:
            return None
        return PlanText(plan_id=plan.id, step=f"notice:{day}", template="charge_notice", day=day)

    def _sent(self, text: PlanText, given: TellPage) -> SendResult | None:
        result = self._people.send(text)
        if result.sent in _NOT_SENT:
            self._call_instead(text, result.why)
        elif result.sent is Sent.DEFERRED and (result.until is None or result.until >= given.ends):
            if text.day is not None and text.day <= given.day + timedelta(days=1):
                self._call_instead(text, "no text may go out before that")
            return None  # tomorrow's run has it, if there is a day left
        return result

    def _call_instead(self, text: PlanText, why: str) -> None:
        """The charge itself runs as it was agreed; that it was announced is a person's to see to."""
        about = f"is charged on {text.day}" if text.day else "runs out before the next charge; ask for a new one"
        words = f"Please call the payer: the card on file {about}. No text could be sent: {why}"
        self._tasks.put_task(PlanTask(plan_id=text.plan_id, kind="plan_call", why=words, command_id=text.step))


def _next(at: Stand, page: NearPage) -> Stand | None:
    if page.last is not None:
        return Stand(about=at.about, after=page.last)
    return Stand(about="card") if at.about == "charge" else None


def _charges_on(record: PlanRecord, today: date) -> date | None:
    """The date of the next charge with an amount, made ahead or not; work that awaits completion gives none."""
    if record.plan is None or record.paused:
        return None
    ahead = [charge.date for charge in record.plan.charges if charge.date > today and charge.total_cents]
    return min((*ahead, *(period.date for period in expected_periods(record.plan, today))), default=None)


def _runs_out(record: PlanRecord) -> date | None:
    """The date of the next charge, when the card on file has run out by then."""
    day = record.next_due
    if day is None or record.card is None or not record.autopay or record.paused:
        return None
    return None if record.card.good_on(day) else day
