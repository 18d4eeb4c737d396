"""Telling people of an emergency at any hour: whom the first text does not reach, the next one in turn does."""

from activities.courier import Courier, Sent
from activities.ports import CaseStore, Clock, Locations, OutboxStore, TaskStore
from activities.refusals import STAFF_ALERT
from domain.location import StaffMember
from domain.records import FAILED_TEXT_STATES, TextRecord

_STEP = "alert_"
_NOBODY = "NOBODY ON CALL COULD BE REACHED BY TEXT. Call them."


class Alarm:
    """Nothing of what the patient said is in an alert; it leads to the task. Safe to repeat."""

    def __init__(
        self,
        courier: Courier,
        outbox: OutboxStore,
        tasks: TaskStore,
        cases: CaseStore,
        locations: Locations,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._courier = courier
        self._outbox = outbox
        self._tasks = tasks
        self._cases = cases
        self._locations = locations
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    def sound(self, location: str, task_id: str, case_id: str) -> None:
        """Text everybody on call at once; for each whom no text can reach, the next in turn."""
        called = self._locations.get(location).on_call()
        missed = [person for person in called if not self._tell(location, task_id, case_id, person)]
        for person in missed:
            self._instead_of(person.name, location, task_id, case_id)
        if not called:
            self._next(location, task_id, case_id)

    def failed(self, text: TextRecord) -> None:
        """An alert did not arrive: the next in turn is told, and the task says what happened."""
        people = self._locations.get(text.location).alarm_chain()
        name = next((person.name for person in people if person.mobile == text.to), text.to)
        self._instead_of(name, text.location, text.step.removeprefix(_STEP), text.case_id)

    def _instead_of(self, name: str, location: str, task_id: str, case_id: str) -> None:
        if self._mark(task_id, case_id, f"The alert to {name} did not arrive."):
            self._next(location, task_id, case_id)

    def _next(self, location: str, task_id: str, case_id: str) -> None:
        on_its_way = False
        for person in self._locations.get(location).alarm_chain():
            sent = self._outbox.by_key(case_id, _STEP + task_id, person.mobile)
            if sent is None and self._tell(location, task_id, case_id, person):
                self._mark(task_id, case_id, f"{person.name} was alerted instead.")
                return
            on_its_way = on_its_way or (sent is not None and sent.state not in FAILED_TEXT_STATES)
        if not on_its_way:
            self._mark(task_id, case_id, _NOBODY)

    def _tell(self, location: str, task_id: str, case_id: str, person: StaffMember) -> bool:
        link = self._link(case_id)
        result = self._courier.answer(location, person.mobile, _STEP + task_id, STAFF_ALERT, "en", case_id, link=link)
        return result.sent in (Sent.SENT, Sent.UNSURE)

    def _mark(self, task_id: str, case_id: str, line: str) -> bool:
        """Said first in the task and on the case's timeline; False when it was said before."""
        task = self._tasks.get(task_id)
        if task is None:
            return True
        if line in task.text:
            return False
        self._tasks.update(task_id, {"text": f"{line}\n{task.text}"})
        if self._cases.find(case_id) is not None:
            self._cases.note(case_id, "task", line, self._clock.now())
        return True

    def _link(self, case_id: str) -> str:
        known = case_id.startswith("case/")
        return f"{self._public_url}/console/" + (f"cases/{case_id.removeprefix('case/')}" if known else "tasks")
