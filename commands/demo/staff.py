"""The people at the practice: hours after a task came they do it, and say what became of it, or only tick it off."""

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from commands.demo.stack import Stack
from domain.case import Outcome
from domain.records import TEXTING_TASK, CaseRecord, TaskRecord
from workflows.contracts.case import Approve, Resolve
from workflows.gateway import CaseGone

_ENDINGS = (
    ("ticks off", 22),
    ("booked", 28),
    ("declined", 15),
    ("call back", 10),
    ("not reached", 10),
    ("leaves it", 15),
)
_HOURS = (1, 9)
_VENDOR_ANSWERS_IN = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class Intention:
    """What somebody will do with a task, and how long after it came."""

    what: str
    wait: timedelta


def intention(seed: int, task: TaskRecord) -> Intention:
    dice = random.Random(f"{seed}/task/{task.id}")
    names, weights = zip(*_ENDINGS, strict=True)
    return Intention(dice.choices(names, weights)[0], timedelta(minutes=dice.randint(_HOURS[0] * 60, _HOURS[1] * 60)))


def stopped_texts(stack: Stack) -> list[tuple[datetime, TaskRecord]]:
    """Where a carrier's refusal stopped texts: the manager's tasks, and when each will have asked the vendor."""
    tasks = stack.parts.stores.tasks
    places = (f"location/{place.key}" for place in stack.parts.locations.all())
    waiting = (task for place in places for task in tasks.open_of_case(place) if task.kind == TEXTING_TASK)
    return [(task.opened_at + _VENDOR_ANSWERS_IN, task) for task in waiting]


async def lift(stack: Stack, task: TaskRecord) -> None:
    """The vendor was asked: what was stopped at the location goes on, and the task is done."""
    await asyncio.to_thread(_lift, stack, task)


def _lift(stack: Stack, task: TaskRecord) -> None:
    stores, now = stack.parts.stores, stack.now
    for stop in stores.switch.stops():
        if stop.location == task.location:
            stores.switch.lift(stop.location, now, stop.template)
    done = {"done_at": now, "outcome": "done", "outcome_note": "the vendor was asked", "done_by": task.owner}
    stores.tasks.update(task.id, done)


async def act(stack: Stack, task_id: str, what: str) -> None:
    """Do it, unless the task is done by now."""
    task = await asyncio.to_thread(stack.parts.stores.tasks.get, task_id)
    if task is None or task.done_at is not None:
        return
    case = await asyncio.to_thread(stack.parts.stores.cases.get, task.case_id)
    try:
        if task.kind == "approval":
            await _approve(stack, task)
        elif what == "ticks off" or case.ended_at is not None:
            await stack.tell("/_sandbox/task", task_num=int(task.pms_task_id), status="Done")
        else:
            await _resolve(stack, task, case, what)
    except CaseGone:
        return


async def _approve(stack: Stack, task: TaskRecord) -> None:
    said = Approve(approved=True, by=task.owner, note="looked at")
    await stack.parts.gateway(stack.client).approve(task.case_id, said, f"demo-{task.id}")


async def _resolve(stack: Stack, task: TaskRecord, case: CaseRecord, what: str) -> None:
    outcomes = {
        "booked": Outcome.BOOKED,
        "declined": Outcome.DECLINED,
        "call back": Outcome.CALL_BACK,
        "not reached": Outcome.NOT_REACHED,
    }
    if what not in outcomes:
        return
    if what == "booked" and not await _book(stack, case):
        return
    back = stack.now + timedelta(hours=5) if what == "call back" else None
    said = Resolve(outcome=outcomes[what], by=task.owner, note=f"by phone: {what}", call_back_at=back)
    await stack.parts.gateway(stack.client).resolve(task.case_id, said, f"demo-{task.id}")


async def _book(stack: Stack, case: CaseRecord) -> bool:
    """Book at the desk first, as a coordinator would; False when there is no free time."""
    try:
        await stack.tell("/_sandbox/book_by_phone", treat_plan_num=int(case.plan_id))
    except httpx.HTTPStatusError:
        return False
    return True
