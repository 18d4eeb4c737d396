"""Replies after the end of a case: no workflow is left to ask a person, so the loop does it itself."""

import asyncio
from hashlib import sha256

from domain.calendar import add_open_minutes
from domain.location import StaffMember
from domain.records import CaseRecord, InboundText, TaskRecord
from domain.route import OwnerStep
from loops.ports import Cases, Clock, Locations, Sender, Tasks
from rules.owners import owner_of

FIRST_CLIMB_MINUTES = 240
"""Open minutes for the owner to look."""


class ReplyTasks:
    """The PMS gets each task by the tasks loop. ``public_url``: where the console is reached."""

    def __init__(
        self, tasks: Tasks, cases: Cases, sender: Sender, locations: Locations, clock: Clock, public_url: str
    ) -> None:
        self._tasks = tasks
        self._cases = cases
        self._sender = sender
        self._locations = locations
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    async def open(self, case: CaseRecord, text: InboundText, kind: str, why: str) -> None:
        """One task a message and kind on the list of the case's location; kind "urgent" alarms the on-call people."""
        await asyncio.to_thread(self._open, case, text, kind, why)

    async def alarm(self, location: str, task_id: str, case_id: str) -> None:
        """Text the on-call people at any hour. Nothing of what the patient said is in it."""
        await asyncio.to_thread(self._alarm, location, task_id, case_id)

    def _open(self, case: CaseRecord, text: InboundText, kind: str, why: str) -> None:
        owner, now = self._owner(case), self._clock.now()
        location = self._locations.get(case.location)
        task = TaskRecord(
            id=_task_id(case.case_id, kind, text.sid),
            case_id=case.case_id,
            location=case.location,
            kind=kind,
            owner=owner.key,
            text=self._context(case, text, why),
            urgent=kind == "urgent",
            opened_at=now,
            next_climb_at=add_open_minutes(now, FIRST_CLIMB_MINUTES, location.open_hours, location.zone),
            pms_list_id=owner.task_list_id,
        )
        self._tasks.put(task)
        self._cases.note(case.case_id, "task", f"{kind} task for {owner.name}: {why}", now)
        if task.urgent:
            self._alarm(case.location, task.id, case.case_id)

    def _alarm(self, location: str, task_id: str, case_id: str) -> None:
        for person in self._locations.get(location).on_call():
            link = self._link(case_id)
            self._sender.answer(location, person.mobile, f"alert_{task_id}", "staff_alert", "en", case_id, link=link)

    def _owner(self, case: CaseRecord) -> StaffMember:
        location = self._locations.get(case.location)
        today = self._clock.now().astimezone(location.tz).date()
        return owner_of(OwnerStep(owner=location.default_owner), location, today)

    def _context(self, case: CaseRecord, text: InboundText, why: str) -> str:
        booked = case.booked_start
        office = self._locations.get(case.visit_office)
        visit = [f"Booked visit: {booked.astimezone(office.tz):%a %b %d %I:%M %p}, {office.name}"] if booked else []
        lines = [
            why,
            f'The patient wrote: "{text.body}"',
            f"Patient: {case.first_name} {case.last_name} (#{case.patient_id}), phone {text.sender}",
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
