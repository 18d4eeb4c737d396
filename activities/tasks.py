"""Tasks for people: a named owner, everything they need, and the next rung when nobody touches it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from pydantic import BaseModel, ConfigDict
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.cases import CaseRef
from activities.pms_tasks import refused_for_good
from activities.ports import (
    CaseStore,
    Clock,
    DepositStore,
    Locations,
    OpeningSearch,
    RuleBook,
    TaskStore,
)
from activities.rungs import climbs_at, owner_on
from activities.standing import case_tag
from connectors.base import TaskDraft, Vendors
from connectors.errors import ConnectorError
from domain.case import CaseState
from domain.deposit_decisions import left_cents
from domain.location import Location, StaffMember
from domain.money import format_usd
from domain.records import CaseRecord, DepositState, TaskRecord
from domain.route import OwnerStep
from domain.slots import Opening

_FITTING = 5
_OURS_TO_MIRROR = timedelta(minutes=1)


class TaskInput(CaseRef):
    """``kind`` names why a person is asked ("escalated", "callback", "same_visit", "reply", ...); ``why`` says it.

    ``chain``: the rungs of the route. ``due_minutes``: open minutes to the first climb, None for the chain's own.
    """

    kind: str
    why: str
    chain: tuple[OwnerStep, ...] = ()
    urgent: bool = False
    state: CaseState | None = None
    command_id: str = ""


class TaskRef(CaseRef):
    task_id: str


class OpenTask(BaseModel):
    """An open task and the instant at which the next rung is asked."""

    model_config = ConfigDict(frozen=True)

    task_id: str
    owner: str
    next_climb_at: datetime


class CloseTasks(CaseRef):
    """``state``, ``next_at``, ``next_what``: where the case stands then, for the projection; none when it ends.

    ``keep``: tasks that stay open, because what they ask for came after what is said here.
    """

    outcome: str
    note: str = ""
    by: str = "chairtime"
    state: CaseState | None = None
    next_at: datetime | None = None
    next_what: str = ""
    keep: tuple[str, ...] = ()


class ClimbInput(TaskRef):
    chain: tuple[OwnerStep, ...] = ()


class TaskActivities:
    """Our row is the record and always made; the PMS task mirrors it, later by the task loop if the PMS is down."""

    def __init__(
        self,
        cases: CaseStore,
        tasks: TaskStore,
        deposits: DepositStore,
        openings: OpeningSearch,
        locations: Locations,
        rules: RuleBook,
        vendors: Vendors,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._cases = cases
        self._tasks = tasks
        self._deposits = deposits
        self._openings = openings
        self._locations = locations
        self._rules = rules
        self._vendors = vendors
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    @activity.defn(name="open_task")
    def open_task(self, given: TaskInput) -> OpenTask:
        """Put a task with full context on its owner's list."""
        case = self._cases.get(given.case_id)
        location = self._locations.get(case.location)
        now = self._clock.now()
        owner = owner_on(location, given.chain, 0, now)
        task = self._tasks.put(
            TaskRecord(
                id=_task_id(given),
                case_id=case.case_id,
                location=case.location,
                kind=given.kind,
                owner=owner.key,
                text=self._context(case, location, given, now),
                urgent=given.urgent,
                opened_at=now,
                next_climb_at=climbs_at(self._rules, location, given.chain, 0, now),
                pms_list_id=owner.task_list_id,
            )
        )
        self._mirror(case, task, owner)
        if self._cases.get(case.case_id).ended_at is None:
            state = {"state": given.state} if given.state else {}
            waits = {"next_at": task.next_climb_at, "next_what": f"task of {owner.name}"}
            self._cases.update(case.case_id, {"owner": owner.key, **waits, **state})
        self._cases.note(case.case_id, "task", f"{given.kind} task for {owner.name}: {given.why}", task.opened_at)
        return OpenTask(task_id=task.id, owner=owner.key, next_climb_at=task.next_climb_at or now)

    @activity.defn(name="climb_task")
    def climb_task(self, given: ClimbInput) -> OpenTask:
        """Nobody touched it: hand it to the next rung; the last one is asked again and again.

        Whatever else of this case waits untouched goes with it.
        """
        case = self._cases.get(given.case_id)
        now = self._clock.now()
        waiting = self._tasks.open_of_case(given.case_id)
        task = next((each for each in waiting if each.id == given.task_id), None)
        if task is None:
            raise ApplicationError(f"task {given.task_id} is not open", type="TaskNotOpen", non_retryable=True)
        for other in waiting:
            if other.id != task.id and other.next_climb_at is not None and other.next_climb_at <= now:
                self._hand_on(case, other, given.chain, now)
        owner, climb_at = self._hand_on(case, task, given.chain, now)
        self._cases.update(
            case.case_id, {"owner": owner.key, "next_at": climb_at, "next_what": f"task of {owner.name}"}
        )
        self._cases.note(case.case_id, "climb", f"task now with {owner.name}", now)
        return OpenTask(task_id=task.id, owner=owner.key, next_climb_at=climb_at)

    def _hand_on(
        self, case: CaseRecord, task: TaskRecord, chain: Sequence[OwnerStep], now: datetime
    ) -> tuple[StaffMember, datetime]:
        location = self._locations.get(case.location)
        level = task.level + 1
        owner = owner_on(location, chain, level, now)
        climb_at = climbs_at(self._rules, location, chain, level, now)
        if task.pms_task_id:
            self._move(case, task, owner, now)
        self._tasks.update(
            task.id,
            {"owner": owner.key, "level": level, "next_climb_at": climb_at, "pms_list_id": owner.task_list_id},
        )
        return owner, climb_at

    def _move(self, case: CaseRecord, task: TaskRecord, owner: StaffMember, now: datetime) -> None:
        """Before our row: an attempt that fails halfway must not leave a rung out."""
        note = f"Not touched in time; now with {owner.name}."
        pms = self._vendors.pms(case.location)
        refused = refused_for_good(lambda: pms.move_task(task.pms_task_id, owner.task_list_id, owner.user_id, note))
        if refused:
            line = f"the PMS refuses to hand its {task.kind} task on ({refused}); it is with {owner.name} here"
            self._cases.note(case.case_id, "task", line, now)

    @activity.defn(name="close_tasks")
    def close_tasks(self, given: CloseTasks) -> None:
        """Close the open tasks of the case with one outcome, here and in the PMS."""
        case = self._cases.get(given.case_id)
        now = self._clock.now()
        for task in self._tasks.open_of_case(given.case_id):
            if task.id in given.keep:
                continue
            if task.pms_task_id:
                self._close_there(case, task, f"{given.outcome}. {given.note}".strip(), now)
            self._tasks.update(
                task.id,
                {"done_at": now, "outcome": given.outcome, "outcome_note": given.note, "done_by": given.by},
            )
        if given.state is not None:
            standing = {"state": given.state, "next_at": given.next_at, "next_what": given.next_what, "owner": ""}
            self._cases.update(case.case_id, standing)
        self._cases.note(case.case_id, "resolved", f"{given.outcome} {given.note}".strip(), now, actor=given.by)

    def _close_there(self, case: CaseRecord, task: TaskRecord, note: str, now: datetime) -> None:
        pms = self._vendors.pms(case.location)
        if refused := refused_for_good(lambda: pms.close_task(task.pms_task_id, note)):
            line = f"the PMS refuses to close its {task.kind} task ({refused}); it is closed here"
            self._cases.note(case.case_id, "task", line, now)

    def _mirror(self, case: CaseRecord, task: TaskRecord, owner: StaffMember) -> None:
        """One try at the PMS; when it is down the task loop makes it later, our own row stands already.

        Not in a late retry of the activity: from then on the loop alone may make it, so that it is made once.
        """
        if task.pms_task_id or self._clock.now() - task.opened_at > _OURS_TO_MIRROR:
            return
        draft = TaskDraft(
            patient_id=case.patient_id,
            task_list_id=owner.task_list_id,
            user_id=owner.user_id,
            text=task.text,
            tag=task.id,
            urgent=task.urgent,
        )
        pms = self._vendors.pms(case.location)
        try:
            pms_task_id = pms.find_task(draft) or pms.put_task(draft)
        except ConnectorError as down:
            activity.logger.warning("task %s is not in the PMS yet: %s", task.id, type(down).__name__)
            return
        self._tasks.update(task.id, {"pms_task_id": pms_task_id})

    def _context(self, case: CaseRecord, location: Location, given: TaskInput, now: datetime) -> str:
        """Patient, plan, value, what was tried and when, what the patient said, the openings that fit, a link."""
        fitting = self._openings.ranked(case, _FITTING, now) if case.pattern else []
        lines = [
            f"{given.why}",
            f"Patient: {case.first_name} {case.last_name} (#{case.patient_id}), phone {case.phone or 'see chart'}",
            f"Plan {case.plan_id}: {_procedures(case)}",
            f"Value {format_usd(case.value_cents)}, accepted {_local(case.accepted_at, location)}, {case.tier} tier",
            *self._money_lines(case),
            "Tried and said:",
            *(f"- {_local(event.at, location)} {event.text}" for event in self._cases.events(case.case_id)[-12:]),
            "Openings that fit:",
            *([f"- {self._opening(case, o)}" for o in fitting] or ["- none in the next weeks"]),
            f"Open the case: {self._public_url}/console/cases/{case.case_id.removeprefix('case/')}",
            f"Ref {case_tag(case)}",
        ]
        return "\n".join(lines)

    def _opening(self, case: CaseRecord, opening: Opening) -> str:
        office = self._locations.get(case.office_of(opening))
        place = f", {office.name}" if office.key != case.location else ""
        return f"{_local(opening.start, office)}, {opening.minutes} min, chair {opening.operatory_id}{place}"

    def _money_lines(self, case: CaseRecord) -> list[str]:
        paid = [d for d in self._deposits.of_case(case.case_id) if d.state is DepositState.PAID]
        if paid:
            return [f"Deposit paid: {format_usd(paid[-1].amount_cents)} ({paid[-1].id})"]
        kept = self._deposits.kept_for(case.location, case.patient_id)
        if kept is not None and case.deposit_cents:
            return [f"Deposit kept from a visit that was called off, for the next one: {format_usd(left_cents(kept))}"]
        if case.deposit_cents:
            return [f"Deposit due when booking: {format_usd(case.deposit_cents)}"]
        return []


def _task_id(given: TaskInput) -> str:
    """The same request is the same task, so an activity retry makes no second one."""
    seed = f"{given.case_id}|{given.kind}|{given.command_id}"
    return "tk_" + sha256(seed.encode()).hexdigest()[:20]


def _procedures(case: CaseRecord) -> str:
    return ", ".join(f"{p.code} {p.description} {format_usd(p.fee_cents)}" for p in case.procedures) or "see the chart"


def _local(at: datetime, location: Location) -> str:
    return at.astimezone(location.tz).strftime("%a %b %d %I:%M %p")
