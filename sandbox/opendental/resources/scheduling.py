"""The book: appointments, provider schedules, blockouts."""

from __future__ import annotations

from sandbox.opendental.resource import Filter, Resource
from sandbox.opendental.wire import Field, Kind

INT, BOOL, DATE, DATETIME, TIME, INT_TEXT = Kind.INT, Kind.BOOL, Kind.DATE, Kind.DATETIME, Kind.TIME, Kind.INT_TEXT

APT_STATUSES = ("Scheduled", "Complete", "UnschedList", "ASAP", "Broken", "Planned", "PtNote", "PtNoteCompleted")
PRIORITIES = ("Normal", "ASAP")
SCHED_TYPES = ("Practice", "Provider", "Blockout", "Employee", "WebSchedASAP")


def _days(column: str) -> tuple[tuple[str, Filter], ...]:
    """The date parameters of a dated resource: one day, or a range with both ends in it."""
    return (
        ("date", Filter(f"date({column}) = ?", Field("date", DATE))),
        ("dateStart", Filter(f"{column} >= ?", Field("dateStart", DATE))),
        ("dateEnd", Filter(f"{column} < date(?, '+1 day')", Field("dateEnd", DATE))),
    )


APPOINTMENTS = Resource(
    name="appointments",
    table="appointment",
    key="AptNum",
    order="t.AptDateTime, t.AptNum",
    equal=("PatNum", "Op", "ClinicNum", "AppointmentTypeNum"),
    since=("DateTStamp",),
    more_filters=(
        ("AptStatus", Filter("? IN (t.AptStatus, t.Priority)", Field("AptStatus", choices=APT_STATUSES))),
        *_days("t.AptDateTime"),
    ),
    joins=(
        "LEFT JOIN provider p ON p.ProvNum = t.ProvNum LEFT JOIN definition c ON c.DefNum = t.Confirmed "
        "LEFT JOIN definition u ON u.DefNum = t.UnschedStatus"
    ),
    indexes=("AptDateTime, AptNum", "DateTStamp", "PatNum", "NextAptNum"),
    server_time=True,
    fields=(
        Field("AptNum", INT),
        Field("PatNum", INT),
        Field("AptStatus", choices=APT_STATUSES),
        Field("Pattern", default="/XX/"),
        Field("Confirmed", INT),
        Field("confirmed", sql="COALESCE(c.ItemName, '')"),
        Field("TimeLocked", BOOL),
        Field("Op", INT),
        Field("Note"),
        Field("ProvNum", INT),
        Field("provAbbr", sql="COALESCE(p.Abbr, '')"),
        Field("ProvHyg", INT),
        Field("AptDateTime", DATETIME),
        Field("NextAptNum", INT),
        Field("UnschedStatus", INT),
        Field("unschedStatus", sql="COALESCE(u.ItemName, '')"),
        Field("IsNewPatient", BOOL),
        Field("ProcDescript"),
        Field("ClinicNum", INT),
        Field("IsHygiene", BOOL),
        Field("DateTStamp", DATETIME),
        Field("DateTimeArrived", DATETIME),
        Field("DateTimeSeated", DATETIME),
        Field("DateTimeDismissed", DATETIME),
        Field("DateTimeAskedToArrive", DATETIME),
        Field("InsPlan1", INT),
        Field("InsPlan2", INT),
        Field("colorOverride", default="0,0,0"),
        Field("AppointmentTypeNum", INT),
        Field("SecUserNumEntry", INT),
        Field("SecDateTEntry", DATETIME),
        Field("Priority", choices=PRIORITIES),
        Field("PatternSecondary"),
        Field("ItemOrderPlanned", INT),
    ),
)

HIST_ACTIONS = ("Created", "Changed", "Missed", "Cancelled", "Deleted")

HIST_APPOINTMENTS = Resource(
    name="histappointments",
    table="histappointment",
    key="HistApptNum",
    order="t.HistApptNum",
    equal=("PatNum", "AptNum", "ClinicNum", "HistApptAction", "AptStatus"),
    since=("HistDateTStamp",),
    more_filters=_days("t.AptDateTime"),
    joins=APPOINTMENTS.joins,
    indexes=("HistApptAction, AptDateTime", "AptNum"),
    fields=(
        Field("HistApptNum", INT),
        Field("HistUserNum", INT),
        Field("HistDateTStamp", DATETIME),
        Field("HistApptAction", choices=HIST_ACTIONS),
        *APPOINTMENTS.fields,
    ),
)

_OPS_OF_SCHEDULE = (
    "COALESCE((SELECT group_concat(o.OperatoryNum) FROM (SELECT OperatoryNum FROM scheduleop "
    "WHERE ScheduleNum = t.ScheduleNum ORDER BY OperatoryNum) o), '')"
)

SCHEDULES = Resource(
    name="schedules",
    table="schedule",
    key="ScheduleNum",
    order="t.SchedDate, t.StartTime, t.ScheduleNum",
    equal=("SchedType", "ProvNum", "EmployeeNum"),
    more_filters=(
        ("BlockoutDefNum", Filter("t.BlockoutType = ?", Field("BlockoutDefNum", INT))),
        *_days("t.SchedDate"),
    ),
    joins="LEFT JOIN definition b ON b.DefNum = t.BlockoutType",
    indexes=("SchedDate, StartTime", "DateTStamp"),
    fields=(
        Field("ScheduleNum", INT_TEXT),
        Field("SchedDate", DATE),
        Field("StartTime", TIME),
        Field("StopTime", TIME),
        Field("SchedType", choices=SCHED_TYPES),
        Field("ProvNum", INT_TEXT),
        Field("BlockoutType", INT_TEXT),
        Field("blockoutType", sql="COALESCE(b.ItemName, '')"),
        Field("Note"),
        Field("operatories", sql=_OPS_OF_SCHEDULE),
        Field("EmployeeNum", INT_TEXT),
        Field("DateTStamp", DATETIME),
    ),
)

SCHEDULE_OPS = Resource(
    name="scheduleops",
    table="scheduleop",
    key="ScheduleOpNum",
    order="t.ScheduleOpNum",
    equal=("ScheduleNum", "OperatoryNum"),
    fields=(Field("ScheduleOpNum", INT), Field("ScheduleNum", INT), Field("OperatoryNum", INT)),
)
EXTRA_INDEXES = "CREATE INDEX IF NOT EXISTS scheduleop_schedule ON scheduleop (ScheduleNum, OperatoryNum);"

ALL = (APPOINTMENTS, HIST_APPOINTMENTS, SCHEDULES, SCHEDULE_OPS)
