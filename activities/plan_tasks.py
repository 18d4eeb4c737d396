"""Tasks for a person of the office about a plan: a named owner, what they need, the next owner when untouched."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import count, islice

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.plan_people import PlanLinks
from activities.plan_ports import CollectionStore, PlanStore
from activities.plan_steps import PlanSteps
from activities.ports import CaseStore, Clock, Locations, RuleBook, TaskStore
from activities.rungs import climbs_at, owner_on
from connectors.base import TaskDraft, Vendors
from connectors.errors import Ambiguous, ConnectorError
from domain.location import Location
from domain.money import format_usd
from domain.plan_money import balance_due
from domain.plan_records import PlanRecord
from domain.records import TaskRecord
from domain.route import OwnerStep

_OVER = "the two sides agree, or a newer task says how they differ"


class PlanTask(BaseModel):
    """`kind` and `command_id` make it the same task; `anew`: as long as that is open, a closed one is followed by
    another. `location` is needed for a plan whose row cannot be read."""

    model_config = ConfigDict(frozen=True)

    plan_id: str
    kind: str
    why: str
    command_id: str = ""
    urgent: bool = False
    location: str = ""
    anew: bool = False


class ClosePlanTasks(BaseModel):
    """`command_id`: only the tasks of that cause; all of the plan's without one."""

    model_config = ConfigDict(frozen=True)

    plan_id: str
    outcome: str
    command_id: str = ""


class PlanTasks:
    """Our row is the record; the PMS task mirrors it, made once and moved along with its owner."""

    def __init__(
        self,
        plans: PlanStore,
        collections: CollectionStore,
        tasks: TaskStore,
        cases: CaseStore,
        steps: PlanSteps,
        links: PlanLinks,
        locations: Locations,
        rules: RuleBook,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._plans = plans
        self._collections = collections
        self._tasks = tasks
        self._cases = cases
        self._steps = steps
        self._links = links
        self._locations = locations
        self._rules = rules
        self._vendors = vendors
        self._clock = clock

    @activity.defn(name="open_plan_task")
    def open_task(self, given: PlanTask) -> str:
        """A task with its context on its owner's list, here and in the PMS, once. Returns its id.

        Our row stands whatever the PMS says; a loop puts it there later (`mirror`).
        """
        task = self.put_task(given)
        try:
            self.mirror(task)
        except ConnectorError as fault:
            self._not_told(task, f"the task waits for the PMS: {type(fault).__name__}")
        return task.id

    def put_task(self, given: PlanTask) -> TaskRecord:
        """Our row of the task, once; a loop takes it to the PMS, so that many cost this caller no request there."""
        plan = self._plans.readable(given.plan_id)
        location = self._locations.get(plan.location if plan else given.location)
        now, chain = self._clock.now(), self._chain(plan, location)
        owner = owner_on(location, chain, 0, now)
        return self._tasks.put(
            TaskRecord(
                id=self._id(given),
                case_id=given.plan_id,
                location=location.key,
                kind=given.kind,
                owner=owner.key,
                text=self._context(plan, given.why) if plan else f"{given.why}\nRef {given.plan_id}",
                urgent=given.urgent,
                opened_at=now,
                next_climb_at=climbs_at(self._rules, location, chain, 0, now),
                pms_list_id=owner.task_list_id,
            )
        )

    def mirror(self, task: TaskRecord) -> None:
        """Put an open task that the PMS does not have yet on its owner's list there."""
        plan = self._plans.readable(task.case_id)
        if plan is not None and not task.pms_task_id and task.done_at is None:
            self._mirror(plan, task)

    @activity.defn(name="close_plan_tasks")
    def close_tasks(self, given: ClosePlanTasks) -> None:
        """What the tasks of this plan asked for is done."""
        most = len(self._tasks.of_case(given.plan_id))
        for task in self._tasks.open_of_case(given.plan_id):
            if not given.command_id or task.id in islice(_ids(given.plan_id, task.kind, given.command_id), most):
                self._close(task, given.outcome)

    def keep_tasks(self, plan_id: str, kind: str, wanted: Mapping[str, str]) -> None:
        """One task of this kind for each of these causes (why, by cause); those of causes that are gone are closed."""
        for cause, why in wanted.items():
            self.open_task(PlanTask(plan_id=plan_id, kind=kind, why=why, command_id=cause))
        ids = {task_id(plan_id, kind, cause) for cause in wanted}
        for task in self._tasks.open_of_case(plan_id):
            if task.kind == kind and task.id not in ids:
                self._close(task, _OVER)

    def climb(self, task: TaskRecord) -> None:
        """Nobody touched it in its time: the next owner has it, whether the PMS answers or not."""
        now = self._clock.now()
        if task.next_climb_at is None or task.next_climb_at > now:
            return
        location = self._locations.get(task.location)
        chain, level = self._chain(self._plans.readable(task.case_id), location), task.level + 1
        owner = owner_on(location, chain, level, now)
        climb_at = climbs_at(self._rules, location, chain, level, now)
        self._tasks.update(task.id, {"owner": owner.key, "level": level, "next_climb_at": climb_at})
        who = self._steps.by(task.location)
        self._plans.log(task.case_id, [who.event("climb", f"task untouched; now with {owner.name}")])

    def move_along(self, task: TaskRecord) -> None:
        """Put the PMS's copy on the list of the owner that our row names by now."""
        owner = self._locations.get(task.location).member(task.owner)
        if not task.pms_task_id or task.pms_list_id == owner.task_list_id:
            return
        note = f"Not touched in time; now with {owner.name}."
        self._vendors.pms(task.location).move_task(task.pms_task_id, owner.task_list_id, owner.user_id, note)
        self._tasks.update(task.id, {"pms_list_id": owner.task_list_id})

    def _id(self, given: PlanTask) -> str:
        ids = _ids(given.plan_id, given.kind, given.command_id)
        if not given.anew:
            return next(ids)
        done = {task.id for task in self._tasks.of_case(given.plan_id) if task.done_at is not None}
        return next(each for each in ids if each not in done)

    def _close(self, task: TaskRecord, outcome: str) -> None:
        if task.pms_task_id:
            try:
                self._vendors.pms(task.location).close_task(task.pms_task_id, outcome)
            except ConnectorError as refused:
                if refused.retryable or isinstance(refused, Ambiguous):
                    raise
                self._not_told(task, f"the task stays open in the PMS: {type(refused).__name__}")
        done = {"done_at": self._clock.now(), "outcome": outcome, "done_by": "chairtime"}
        self._tasks.update(task.id, done)

    def _not_told(self, task: TaskRecord, why: str) -> None:
        self._plans.log(task.case_id, [self._steps.by(task.location).event("task", why)])

    def _chain(self, plan: PlanRecord | None, location: Location) -> Sequence[OwnerStep]:
        """The owners of the case's rule; the location's own for plans that belong to none."""
        route = self._cases.get(plan.case_id).route if plan and plan.case_id else None
        return (route.owners if route else ()) or location.payment_plans.owners

    def _mirror(self, plan: PlanRecord, task: TaskRecord) -> None:
        owner = self._locations.get(task.location).member(task.owner)
        draft = TaskDraft(
            patient_id=plan.patient_id,
            task_list_id=owner.task_list_id,
            user_id=owner.user_id,
            text=task.text,
            tag=task.id,
            urgent=task.urgent,
        )
        pms = self._vendors.pms(plan.location)
        pms_task_id = pms.find_task(draft) or pms.put_task(draft)
        self._tasks.update(task.id, {"pms_task_id": pms_task_id, "pms_list_id": owner.task_list_id})
        who = self._steps.by(plan.location)
        self._plans.log(plan.id, [who.event("task", f"task for {owner.name}: {task.text.splitlines()[0]}")])

    def _context(self, plan: PlanRecord, why: str) -> str:
        today = self._steps.today(plan.location)
        due = balance_due(plan.plan, today) if plan.plan else 0
        card = f"{plan.card.brand} ending in {plan.card.last4}" if plan.card else "none"
        rows = self._collections.of_plan(plan.id)
        lines = [
            why,
            f"Patient: {plan.first_name} {plan.last_name} (#{plan.patient_id}), paid by {plan.guarantor_name} "
            f"(#{plan.guarantor_id}), phone {plan.phone or 'see chart'}",
            f"Due now {format_usd(due)}; card: {card}",
            *(f"- {row.day} {format_usd(row.amount_cents)} {row.state} {row.code}".rstrip() for row in rows[-6:]),
            f"Open the plan: {self._links.staff_address(plan.id)}",
            f"Ref {plan.id}",
        ]
        return "\n".join(lines)


def _ids(plan_id: str, kind: str, command_id: str) -> Iterator[str]:
    """The task of this cause, and those that followed it because the cause came back."""
    yield task_id(plan_id, kind, command_id)
    for number in count(2):
        yield task_id(plan_id, kind, f"{command_id}#{number}")


def task_id(plan_id: str, kind: str, command_id: str) -> str:
    """The same request is the same task."""
    return "tk_" + sha256(f"{plan_id}|{kind}|{command_id}".encode()).hexdigest()[:20]
