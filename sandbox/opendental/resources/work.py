"""The office's own work: task lists, tasks, notes on tasks; and subscriptions to changes."""

from __future__ import annotations

from sandbox.opendental.resource import Filter, Resource
from sandbox.opendental.wire import Field, Kind

INT, BOOL, DATE, DATETIME = Kind.INT, Kind.BOOL, Kind.DATE, Kind.DATETIME

TASK_STATUSES = ("New", "Viewed", "Done")
OBJECT_TYPES = ("None", "Patient", "Appointment")
DATABASE_TABLES = (
    "Appointment",
    "AppointmentDeleted",
    "Operatory",
    "Provider",
    "Schedule",
    "PatField",
    "Patient",
    "ToothInitial",
)

TASK_LISTS = Resource(
    name="tasklists",
    table="tasklist",
    key="TaskListNum",
    order="t.TaskListNum",
    more_filters=(
        ("TaskListStatus", Filter("t.TaskListStatus = ?", Field("TaskListStatus", choices=("Active", "Archived")))),
    ),
    fields=(
        Field("TaskListNum", INT),
        Field("Descript"),
        Field("Parent", INT),
        Field("DateTL", DATE),
        Field("IsRepeating", BOOL),
        Field("DateType", default="None"),
        Field("FromNum", INT),
        Field("ObjectType", choices=OBJECT_TYPES),
        Field("DateTimeEntry", DATETIME),
        Field("TaskListStatus", choices=("Active", "Archived")),
    ),
)

TASKS = Resource(
    name="tasks",
    table="task",
    key="TaskNum",
    order="t.DateTimeEntry, t.TaskNum",
    equal=("TaskListNum", "KeyNum", "ObjectType", "TaskStatus"),
    more_filters=(("DateTimeOriginal", Filter("t.DateTimeOriginal >= ?", Field("DateTimeOriginal", DATETIME))),),
    indexes=("TaskListNum", "KeyNum", "DateTimeOriginal"),
    fields=(
        Field("TaskNum", INT),
        Field("TaskListNum", INT),
        Field("DateTask", DATE),
        Field("KeyNum", INT),
        Field("Descript"),
        Field("TaskStatus", choices=TASK_STATUSES),
        Field("IsRepeating", BOOL),
        Field("DateType", default="None"),
        Field("FromNum", INT),
        Field("ObjectType", choices=OBJECT_TYPES),
        Field("DateTimeEntry", DATETIME),
        Field("UserNum", INT),
        Field("DateTimeFinished", DATETIME),
        Field("PriorityDefNum", INT),
        Field("ReminderGroupId"),
        Field("ReminderType", default="NoReminder"),
        Field("ReminderFrequency", INT),
        Field("DateTimeOriginal", DATETIME),
        Field("SecDateTEdit", DATETIME),
        Field("DescriptOverride"),
        Field("IsReadOnly", BOOL),
    ),
)

TASK_NOTES = Resource(
    name="tasknotes",
    table="tasknote",
    key="TaskNoteNum",
    order="t.DateTimeNote, t.TaskNoteNum",
    equal=("TaskNum", "UserNum"),
    indexes=("TaskNum",),
    fields=(
        Field("TaskNoteNum", INT),
        Field("TaskNum", INT),
        Field("UserNum", INT),
        Field("DateTimeNote", DATETIME),
        Field("Note"),
    ),
)

SUBSCRIPTIONS = Resource(
    name="subscriptions",
    table="subscription",
    key="SubscriptionNum",
    order="t.SubscriptionNum",
    fields=(
        Field("SubscriptionNum", INT),
        Field("CustomerKey"),
        Field("EndPointUrl"),
        Field("Workstation"),
        Field("WatchTable", choices=("", *DATABASE_TABLES)),
        Field("PollingSeconds", INT),
        Field("UiEventType", choices=("", "PatientSelected")),
        Field("DateTimeStart", DATETIME),
        Field("DateTimeStop", DATETIME),
        Field("Note"),
    ),
)

ALL = (TASK_LISTS, TASKS, TASK_NOTES, SUBSCRIPTIONS)
