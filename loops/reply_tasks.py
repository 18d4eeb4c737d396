"""Replies after the end of a case: no workflow is left to ask a person, so the loop does it itself."""

import asyncio
from hashlib import sha256

from domain.calendar import add_open_minutes
from domain.location import StaffMember
from domain.records import CaseRecord, InboundText, TaskRecord, TextRecord
from domain.route import OwnerStep
from loops.ports import Alarm, Cases, Clock, Locations, Tasks
from rules.owners import owner_of

LETTER = "letter"
FIRST_CLIMB_MINUTES = 240
"""Open minutes for the owner to look."""


class ReplyTasks:
    """The PMS gets each task by the tasks loop. ``public_url``: where the console is reached."""

    def __init__(
        self, tasks: Tasks, cases: Cases, alarm: Alarm, locations: Locations, clock: Clock, public_url: str
    ) -> None:
        self._tasks = tasks
        self._cases = cases
        self._alarm = alarm
        self._locations = locations
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    async def open(self, case: CaseRecord, text: InboundText, kind: str, why: str) -> None:
        """One task a message and kind on the list of the case's location; kind "urgent" alarms the on-call people."""
        await asyncio.to_thread(self._open, case, text, kind, why)

    async def letter(self, location: str, text: InboundText, *, urgent: bool = False) -> None:
        """A text from a phone that no case knows: a task for whoever owns such things there; urgent ones alarm."""
        await asyncio.to_thread(self._letter, location, text, urgent)

    def about(self, case: CaseRecord, kind: str, why: str, key: str) -> None:
        """One task a key about a case that has ended."""
        name = f"{case.first_name} {case.last_name} (#{case.patient_id}), phone {case.phone}"
        words = (why, f"Patient: {name}", f"Open the case: {self._link(case.case_id)}")
        task = self._task(case.location, case.case_id, kind, key)
        self._tasks.put(task.model_copy(update={"text": "\n".join(words)}))

    def asked(self, case: CaseRecord, kind: str, why: str, key: str, urgent: bool) -> None:
        """One task a key about what a patient asked on the page of a case that has ended; urgent ones alarm."""
        task = self._task(case.location, case.case_id, kind, key, urgent=urgent)
        task = self._tasks.put(task.model_copy(update={"text": self._context(case, why, case.phone)}))
        owner = self._owner(case.location).name
        self._cases.note(case.case_id, "task", f"{kind} task for {owner}", task.opened_at)
        if task.urgent and task.done_at is None:
            self._alarm.sound(case.location, task.id, case.case_id)

    def _open(self, case: CaseRecord, text: InboundText, kind: str, why: str) -> None:
        task = self._task(case.location, case.case_id, kind, text.sid, urgent=kind == "urgent")
        self._tasks.put(
            task.model_copy(update={"text": self._context(case, why, text.sender, f'The patient wrote: "{text.body}"')})
        )
        owner = self._owner(case.location).name
        self._cases.note(case.case_id, "task", f"{kind} task for {owner}: {why}", task.opened_at)
        if task.urgent:
            self._alarm.sound(case.location, task.id, case.case_id)

    def _letter(self, key: str, text: InboundText, urgent: bool) -> None:
        task = self._task(key, f"phone/{key}", LETTER, text.sid, urgent=urgent)
        words = [
            "A text from a phone that is nobody's as far as we know",
            f'{text.sender} wrote to {text.recipient}: "{text.body}"',
            "Call back, or look for the number in the charts",
        ]
        task = self._tasks.put(task.model_copy(update={"text": "\n".join(words)}))
        if urgent:
            self._alarm.sound(key, task.id, task.case_id)

    def undelivered(self, text: TextRecord, case: CaseRecord | None, why: str) -> None:
        """A text that the patient should have and does not, when no case is left to hear of it."""
        name = f"{case.first_name} {case.last_name} (#{case.patient_id}), phone {text.to}" if case else text.to
        task = self._task(text.location, text.case_id, "text", text.id)
        words = [f"Please call: {why}", f"To: {name}", f'The text: "{text.body}"']
        self._tasks.put(task.model_copy(update={"text": "\n".join(words)}))
        if case:
            self._cases.note(case.case_id, "task", f"{words[0]} ({text.template})", task.opened_at)

    def _task(self, key: str, about: str, kind: str, seed: str, *, urgent: bool = False) -> TaskRecord:
        location, now = self._locations.get(key), self._clock.now()
        owner = self._owner(key)
        return TaskRecord(
            id=_task_id(about, kind, seed),
            case_id=about,
            location=key,
            kind=kind,
            owner=owner.key,
            text="",
            urgent=urgent,
            opened_at=now,
            next_climb_at=add_open_minutes(now, FIRST_CLIMB_MINUTES, location.open_hours, location.zone),
            pms_list_id=owner.task_list_id,
        )

    def _owner(self, key: str) -> StaffMember:
        location = self._locations.get(key)
        today = self._clock.now().astimezone(location.tz).date()
        return owner_of(OwnerStep(owner=location.default_owner), location, today)

    def _context(self, case: CaseRecord, why: str, phone: str, *said: str) -> str:
        booked = case.booked_start
        office = self._locations.get(case.visit_office)
        visit = [f"Booked visit: {booked.astimezone(office.tz):%a %b %d %I:%M %p}, {office.name}"] if booked else []
        lines = [
            why,
            *said,
            f"Patient: {case.first_name} {case.last_name} (#{case.patient_id}), phone {phone}",
            f"Plan {case.plan_id}; the case has ended: {case.state}",
            *visit,
            f"Open the case: {self._link(case.case_id)}",
        ]
        return "\n".join(lines)

    def _link(self, case_id: str) -> str:
        known = case_id.startswith("case/")
        return f"{self._public_url}/console" + (f"/cases/{case_id.removeprefix('case/')}" if known else "")


def _task_id(case_id: str, kind: str, sid: str) -> str:
    """As the case's own tasks are named: the same message makes the same task once."""
    return "tk_" + sha256(f"{case_id}|{kind}|{sid}".encode()).hexdigest()[:20]
