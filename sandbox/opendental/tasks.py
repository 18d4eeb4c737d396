"""Tasks on the office's lists. There is no way to delete one."""

from __future__ import annotations

from datetime import timedelta

from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.reading import find, write_rows
from sandbox.opendental.resource import Row, insert, parse_body, update
from sandbox.opendental.resources.people import PATIENTS
from sandbox.opendental.resources.scheduling import APPOINTMENTS
from sandbox.opendental.resources.setup import DEFINITIONS, USERODS
from sandbox.opendental.resources.work import TASK_LISTS, TASK_NOTES, TASKS
from sandbox.opendental.wire import NO_DATETIME, bad

LISTED_DAYS = 14
LONGEST_OVERRIDE = 256
REQUIRED = ("TaskListNum", "Descript", "UserNum")
CHANGEABLE = (*REQUIRED, "KeyNum", "ObjectType", "DateTimeEntry", "PriorityDefNum", "DescriptOverride")
CHECKED = (("TaskListNum", TASK_LISTS), ("UserNum", USERODS), ("PriorityDefNum", DEFINITIONS))
OBJECTS = {"Patient": PATIENTS, "Appointment": APPOINTMENTS}


def list_tasks(call: Call) -> Reply:
    """GET /tasks: those made in the last 14 days, unless DateTimeOriginal says otherwise."""
    since = call.office.local_text(call.now - timedelta(days=LISTED_DAYS))
    query = {"DateTimeOriginal": since, **call.query}
    return Reply(write_rows(call, TASKS, find(call, TASKS, query)))


def create(call: Call) -> Reply:
    """POST /tasks"""
    values = parse_body(TASKS, call.body, allowed=CHANGEABLE, required=REQUIRED)
    _check(call, values)
    defaults = {"DateTimeEntry": call.local_now}
    stamps = {"DateTimeOriginal": call.local_now, "SecDateTEdit": call.local_now}
    return call.made(TASKS, insert(call.store, TASKS, call.office.number, defaults | values | stamps))


def change(call: Call) -> Reply:
    """PUT /tasks/{n}: a new text on a finished task makes it Viewed again."""
    row = call.row(TASKS, call.ids[0])
    values = parse_body(TASKS, call.body, allowed=(*CHANGEABLE, "TaskStatus"))
    _check(call, row | values)
    if row["TaskStatus"] == "Done" and "Descript" in values:
        values.setdefault("TaskStatus", "Viewed")
    if "TaskStatus" in values and values["TaskStatus"] != row["TaskStatus"]:
        values["DateTimeFinished"] = call.local_now if values["TaskStatus"] == "Done" else NO_DATETIME
    update(call.store, TASKS, row["TaskNum"], values | {"SecDateTEdit": call.local_now})
    return call.changed(TASKS, row["TaskNum"])


def _check(call: Call, values: Row) -> None:
    for name, resource in CHECKED:
        if values.get(name):
            call.check(resource, name, values[name])
    if len(values.get("DescriptOverride", "")) > LONGEST_OVERRIDE:
        raise bad(f"DescriptOverride is invalid: at most {LONGEST_OVERRIDE} characters.")
    kind, key = values.get("ObjectType", "None"), values.get("KeyNum", 0)
    if kind in OBJECTS:
        call.check(OBJECTS[kind], "KeyNum", key)
    elif key:
        raise bad("ObjectType is required with KeyNum.")


def add_note(call: Call) -> Reply:
    """POST /tasknotes"""
    required = ("TaskNum", "UserNum", "Note")
    values = parse_body(TASK_NOTES, call.body, allowed=required, required=required)
    call.check(TASKS, "TaskNum", values["TaskNum"])
    call.check(USERODS, "UserNum", values["UserNum"])
    number = insert(call.store, TASK_NOTES, call.office.number, values | {"DateTimeNote": call.local_now})
    return call.made(TASK_NOTES, number)


def change_note(call: Call) -> Reply:
    """PUT /tasknotes/{n}"""
    row = call.row(TASK_NOTES, call.ids[0])
    values = parse_body(TASK_NOTES, call.body, allowed=("Note", "UserNum"), required=("Note",))
    update(call.store, TASK_NOTES, row["TaskNoteNum"], values)
    return call.changed(TASK_NOTES, row["TaskNoteNum"])


ENDPOINTS = (
    Endpoint("GET", "/tasks", list_tasks),
    Endpoint("POST", "/tasks", create),
    Endpoint("PUT", "/tasks/{}", change),
    Endpoint("POST", "/tasknotes", add_note),
    Endpoint("PUT", "/tasknotes/{}", change_note),
)
