"""What staff do about texts: lift what a carrier's refusal stopped, close a task that is about no case."""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Depends, Response

from domain.case import CASE_ID
from domain.deposit_decisions import DECISION_TASK
from domain.location import Location
from domain.plan_records import PLAN_ID
from domain.records import CaseRecord, TaskRecord
from web.console.desk import Desk, desk
from web.console.forms import fields
from web.site import PageRoute, Turned

routes = APIRouter(route_class=PageRoute)

_MOST_LETTERS = 500


@routes.post("/console/texting/lift")
async def lift(at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Text again, once the refusal was dealt with at the vendor; the task that it made is done with it."""
    place = at.location(form.get("location", ""))
    if place is None:
        return at.message("Nothing was lifted", "There is no such location.", 404, "/console/health")
    at.command_id(f"lift {place.key}", form)
    by = _who(at, place, form)
    template = form.get("template", "")
    why = await asyncio.to_thread(at.deps.switch.lift, place.key, at.now, template)
    await asyncio.to_thread(_close_tasks, at, place, by)
    what = f'the text "{template}"' if template else "texting"
    done = f"{place.name}: {what} goes on (it was stopped: {why})." if why else "Nothing was stopped any more."
    return at.remembering(at.to("/console/health", done), by)


@routes.post("/console/tasks/{task_id}/done")
async def close(task_id: str, at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """A task that no case closes: a text of an unknown phone, one that did not arrive, a stop of texting, and what is
    left of a case that has ended."""
    task = await asyncio.to_thread(at.deps.tasks.get, task_id)
    place = at.location(task.location) if task else None
    case = await asyncio.to_thread(at.deps.cases.find, task.case_id) if task else None
    if task is None or place is None or not is_loose(task, case):
        return at.message("Nothing was done", "There is no such task to close here.", 404, "/console/tasks")
    at.command_id(task.id, form)
    by = _who(at, place, form)
    if task.done_at is None:
        await asyncio.to_thread(_close, at, task, by, form.get("note", "").strip()[:_MOST_LETTERS])
    there = " It is ticked off in the PMS within minutes." if task.pms_task_id else ""
    return at.remembering(at.to("/console/tasks", f"Done, by {at.owner_name(task.location, by)}.{there}"), by)


def is_about_somebody(task: TaskRecord) -> bool:
    """A case or a plan can be looked at."""
    return task.case_id.startswith((CASE_ID, PLAN_ID))


def is_loose(task: TaskRecord, case: CaseRecord | None) -> bool:
    """No open case and no plan closes it, and nobody has to decide about money on the case's page."""
    if task.kind == DECISION_TASK:
        return False
    return not is_about_somebody(task) or task.kind == "text" or (case is not None and case.ended_at is not None)


def _close_tasks(at: Desk, place: Location, by: str) -> None:
    """All of the location's, once nothing is stopped there any more."""
    if any(stop.location == place.key for stop in at.deps.switch.stops()):
        return
    for task in at.deps.tasks.of_case(f"location/{place.key}"):
        if task.done_at is None:
            _close(at, task, by, "lifted")


def _close(at: Desk, task: TaskRecord, by: str, note: str) -> None:
    done = {"done_at": at.now, "outcome": "done", "outcome_note": note, "done_by": by}
    done |= {"close_there": bool(task.pms_task_id)}
    at.deps.tasks.update(task.id, done)


def _who(at: Desk, place: Location, form: Mapping[str, str]) -> str:
    if form.get("by") not in {person.key for person in place.staff}:
        raise Turned(at.message("Please say who you are", "Go back and choose your name, so that it is kept.", 400))
    return form["by"]
