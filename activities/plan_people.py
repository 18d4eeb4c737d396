"""Texts to the payer of a plan, and tasks for a person of the office about one."""

from datetime import date, timedelta
from hashlib import sha256

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.courier import Courier, SendResult, Sent, TextDraft, location_fields
from activities.plan_ports import CollectionStore, PlanStore
from activities.plan_steps import PlanSteps
from activities.ports import Clock, LinkStore, Locations, TaskStore
from connectors.base import TaskDraft, Vendors
from domain.money import format_usd
from domain.plan_money import balance_due
from domain.plan_records import PlanRecord
from domain.records import TaskRecord
from rules.messages import day_line

LINK_LIFE = timedelta(days=60)


class PlanText(BaseModel):
    """`step` is unique within the plan: the same step is one text, whatever dies. `path` follows the plan's link."""

    model_config = ConfigDict(frozen=True)

    plan_id: str
    step: str
    template: str
    path: str = ""
    day: date | None = None
    answer: bool = False


class PlanTask(BaseModel):
    model_config = ConfigDict(frozen=True)

    plan_id: str
    kind: str
    why: str
    command_id: str = ""
    urgent: bool = False


class ClosePlanTasks(BaseModel):
    model_config = ConfigDict(frozen=True)

    plan_id: str
    outcome: str
    command_id: str = ""


class PlanLinks:
    """Addresses of a plan's pages for its payer; the token is known by its hash only."""

    def __init__(self, links: LinkStore, clock: Clock, public_url: str) -> None:
        self._links = links
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    def address(self, plan: PlanRecord, path: str = "") -> str:
        """A new link of this plan."""
        now = self._clock.now()
        token = self._links.issue(plan.id, plan.phone, now, now + LINK_LIFE)
        return f"{self._public_url}/p/{token}{path}"

    def staff_address(self, plan_id: str) -> str:
        """The plan in the staff pages."""
        return f"{self._public_url}/console/plans/{plan_id}"


class PlanPeople:
    def __init__(
        self,
        plans: PlanStore,
        collections: CollectionStore,
        tasks: TaskStore,
        steps: PlanSteps,
        links: PlanLinks,
        courier: Courier,
        locations: Locations,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._plans = plans
        self._collections = collections
        self._tasks = tasks
        self._steps = steps
        self._links = links
        self._courier = courier
        self._locations = locations
        self._vendors = vendors
        self._clock = clock

    @activity.defn(name="send_plan_text")
    def send(self, given: PlanText) -> SendResult:
        """Text the payer, once a step. BLOCKED when there is no number that may be texted."""
        plan = self._plans.get(given.plan_id)
        if not plan.phone or plan.paused:
            return SendResult(sent=Sent.BLOCKED, why=plan.paused or "no number that may be texted")
        place = self._locations.get(plan.location)
        fields = location_fields(place, plan.guarantor_name.split(" ")[0]).model_copy(
            update={
                "link": self._links.address(plan, given.path),
                "date": day_line(given.day, plan.language) if given.day else "",
            }
        )
        draft = TextDraft(
            case_id=plan.id,
            location=plan.location,
            to=plan.phone,
            state=plan.patient_state,
            step=given.step,
            template=given.template,
            language=plan.language,
            fields=fields,
            answer=given.answer,
        )
        result = self._courier.send(draft)
        if result.sent is not Sent.DEFERRED:
            who = self._steps.by(plan.location)
            self._plans.log(plan.id, [who.event("text", f"{given.template}: {result.sent} {result.why}".strip())])
        return result

    @activity.defn(name="open_plan_task")
    def open_task(self, given: PlanTask) -> str:
        """A task with its context on the list of the location's default owner, here and in the PMS. Returns its id."""
        plan = self._plans.get(given.plan_id)
        place = self._locations.get(plan.location)
        owner = place.member(place.default_owner)
        task = self._tasks.put(
            TaskRecord(
                id=task_id(given.plan_id, given.kind, given.command_id),
                case_id=plan.id,
                location=plan.location,
                kind=given.kind,
                owner=owner.key,
                text=self._context(plan, given.why),
                urgent=given.urgent,
                opened_at=self._clock.now(),
                pms_list_id=owner.task_list_id,
            )
        )
        if not task.pms_task_id and task.done_at is None:
            draft = TaskDraft(
                patient_id=plan.patient_id,
                task_list_id=owner.task_list_id,
                user_id=owner.user_id,
                text=task.text,
                tag=task.id,
                urgent=task.urgent,
            )
            pms = self._vendors.pms(plan.location)
            self._tasks.update(task.id, {"pms_task_id": pms.find_task(draft) or pms.put_task(draft)})
            who = self._steps.by(plan.location)
            self._plans.log(plan.id, [who.event("task", f"task for {owner.name}: {given.why}")])
        return task.id

    @activity.defn(name="close_plan_tasks")
    def close_tasks(self, given: ClosePlanTasks) -> None:
        """What the tasks of this plan asked for is done."""
        plan = self._plans.get(given.plan_id)
        for task in self._tasks.open_of_case(plan.id):
            if given.command_id and task.id != task_id(plan.id, task.kind, given.command_id):
                continue
            if task.pms_task_id:
                self._vendors.pms(plan.location).close_task(task.pms_task_id, given.outcome)
            done = {"done_at": self._clock.now(), "outcome": given.outcome, "done_by": "chairtime"}
            self._tasks.update(task.id, done)

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


def task_id(plan_id: str, kind: str, command_id: str) -> str:
    """The same request is the same task."""
    return "tk_" + sha256(f"{plan_id}|{kind}|{command_id}".encode()).hexdigest()[:20]
