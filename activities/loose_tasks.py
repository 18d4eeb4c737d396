"""Tasks about no open case: no workflow watches over them, so a loop hands them on."""

from collections.abc import Sequence

from activities.pms_tasks import refused_for_good
from activities.ports import CaseStore, Clock, Locations, RuleBook, TaskStore
from activities.rungs import climbs_at, owner_on
from connectors.base import Vendors
from domain.case import CASE_ID
from domain.deposit_decisions import DECISION_TASK
from domain.location import Location
from domain.plan_records import PLAN_ID
from domain.records import CaseRecord, TaskRecord
from domain.route import OwnerStep


class LooseTasks:
    """Letters of strangers, requests and replies after the end, disputes, tasks that a withdrawn case left behind."""

    def __init__(
        self,
        tasks: TaskStore,
        cases: CaseStore,
        locations: Locations,
        rules: RuleBook,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._tasks = tasks
        self._cases = cases
        self._locations = locations
        self._rules = rules
        self._vendors = vendors
        self._clock = clock

    def climb(self, task: TaskRecord) -> None:
        """Nobody touched it in its time: the next owner has it, whether the PMS answers or not."""
        now = self._clock.now()
        if task.next_climb_at is None or task.next_climb_at > now or not self._is_loose(task):
            return
        location, case = self._locations.get(task.location), self._case(task)
        chain, level = _chain(case, location), task.level + 1
        owner = owner_on(location, chain, level, now)
        climb_at = climbs_at(self._rules, location, chain, level, now)
        list_id = {} if task.pms_task_id else {"pms_list_id": owner.task_list_id}
        self._tasks.update(task.id, {"owner": owner.key, "level": level, "next_climb_at": climb_at, **list_id})
        if case is not None:
            self._cases.note(case.case_id, "climb", f"task now with {owner.name}", now)

    def tick_off(self, task: TaskRecord) -> None:
        """Close the PMS's copy of what a person closed here; one that is done there already is left as it is."""
        pms = self._vendors.pms(task.location)
        said = f"Closed by {self._closer(task)}. {task.outcome_note}".strip()

        def close() -> None:
            if not pms.task(task.pms_task_id).done:
                pms.close_task(task.pms_task_id, said)

        refused = refused_for_good(close)
        if refused and self._case(task) is not None:
            line = f"the PMS refuses to close its {task.kind} task ({refused}); it is closed here"
            self._cases.note(task.case_id, "task", line, self._clock.now())
        self._tasks.update(task.id, {"close_there": False})

    def _closer(self, task: TaskRecord) -> str:
        staff = {person.key: person.name for person in self._locations.get(task.location).staff}
        return staff.get(task.done_by, task.done_by)

    def move_along(self, task: TaskRecord) -> None:
        """Put the PMS's copy on the list of the owner that our row names by now."""
        owner = self._locations.get(task.location).member(task.owner)
        if not task.pms_task_id or task.pms_list_id == owner.task_list_id or not self._is_loose(task):
            return
        note = f"Not touched in time; now with {owner.name}."
        self._vendors.pms(task.location).move_task(task.pms_task_id, owner.task_list_id, owner.user_id, note)
        self._tasks.update(task.id, {"pms_list_id": owner.task_list_id})

    def _is_loose(self, task: TaskRecord) -> bool:
        """No plan's, which have a loop, nor a decision about money, which has its workflow."""
        if task.kind == DECISION_TASK or task.case_id.startswith(PLAN_ID):
            return False
        case = self._case(task)
        return case is None or case.ended_at is not None

    def _case(self, task: TaskRecord) -> CaseRecord | None:
        return self._cases.find(task.case_id) if task.case_id.startswith(CASE_ID) else None


def _chain(case: CaseRecord | None, location: Location) -> Sequence[OwnerStep]:
    """The owners of the case's rule; for what belongs to none, the default owner and then the managers in turn."""
    if case is not None and case.route is not None and case.route.owners:
        return case.route.owners
    first = OwnerStep(owner=location.default_owner)
    managers = (person.key for person in location.staff if person.role == "manager")
    return (first, *(OwnerStep(owner=key, after_open_minutes=(n + 1) * 240) for n, key in enumerate(managers)))
