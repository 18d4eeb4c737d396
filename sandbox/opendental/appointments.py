"""Writing appointments. Nothing here refuses an overlap, a closed chair or a blockout: no page says that the
real one does, so the caller must look before and after."""

from __future__ import annotations

import re
from typing import Any

from sandbox.opendental import history, patterns
from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.resource import Row, insert, parse_body, select, update
from sandbox.opendental.resources.people import PATIENTS
from sandbox.opendental.resources.plans import PROCEDURE_LOGS
from sandbox.opendental.resources.scheduling import APPOINTMENTS
from sandbox.opendental.resources.setup import APPOINTMENT_TYPES, DEFINITIONS, OPERATORIES, PROCEDURE_CODES, PROVIDERS
from sandbox.opendental.wire import NO_DATETIME, bad

CONFIRMED_CATEGORY = 2
CREATE_STATUSES = ("Scheduled", "Complete", "UnschedList", "PtNote", "PtNoteCompleted")
LONGEST_PATTERN = 108  # nine hours of five minutes
MOMENTS = ("DateTimeArrived", "DateTimeSeated", "DateTimeDismissed", "DateTimeAskedToArrive")
COMMON = (
    "Pattern",
    "Confirmed",
    "Note",
    "ProvNum",
    "ProvHyg",
    "ClinicNum",
    "IsHygiene",
    "IsNewPatient",
    "Priority",
    "AppointmentTypeNum",
    "SecUserNumEntry",
    "PatternSecondary",
    "colorOverride",
)
CHECKED = (
    ("PatNum", PATIENTS),
    ("Op", OPERATORIES),
    ("ProvNum", PROVIDERS),
    ("ProvHyg", PROVIDERS),
    ("AppointmentTypeNum", APPOINTMENT_TYPES),
    ("Confirmed", DEFINITIONS),
)
BREAK_CODES = {"Missed": "D9986", "Cancelled": "D9987"}
CONFIRM_VALUES = {
    "None": "Unconfirmed",
    "Sent": "eConfirm Sent",
    "Confirmed": "Appointment Confirmed",
    "Not Accepted": "Not Accepted",
    "Failed": "eConfirm Failed",
}


def create(call: Call) -> Reply:
    """POST /appointments"""
    required = ("PatNum", "Op", "AptDateTime")
    allowed = (*required, "AptStatus", *COMMON, *MOMENTS)
    values = _values(call, parse_body(APPOINTMENTS, call.body, allowed=allowed, required=required))
    if values.get("AptStatus", "Scheduled") not in CREATE_STATUSES:
        raise bad(f"AptStatus is invalid. Must be one of: {', '.join(CREATE_STATUSES)}.")
    patient = call.check(PATIENTS, "PatNum", values["PatNum"])
    chair = call.check(OPERATORIES, "Op", values["Op"])
    codes = _type_codes(call, values)
    filled = {"ProvNum": patient["PriProv"], "ClinicNum": chair["ClinicNum"]} | values
    number = _insert(call, filled)
    _add_procedures(call, number, filled, codes, "AptNum")
    return call.made(APPOINTMENTS, number)


def plan(call: Call) -> Reply:
    """POST /appointments/Planned: a visit without a time, made of procedures already in the chart."""
    body = parse_body(APPOINTMENTS, call.body, allowed=("PatNum", *COMMON), required=("PatNum",), extra=("procNums",))
    numbers = body.pop("procNums", None)
    values = _values(call, body)
    patient = call.check(PATIENTS, "PatNum", values["PatNum"])
    codes = _type_codes(call, values)
    if not numbers and not values.get("AppointmentTypeNum"):
        raise bad("procNums or AppointmentTypeNum is required.")
    procedures = _procedures(call, values["PatNum"], numbers or [])
    derived = patterns.of_procedures(call.store, call.office, [p["CodeNum"] for p in procedures])
    filled = {"ProvNum": patient["PriProv"], "ClinicNum": call.office.clinic_num, "Pattern": derived} | values
    number = _insert(call, filled | {"AptStatus": "Planned", "AptDateTime": NO_DATETIME, "Op": 0})
    _attach(call, [p["ProcNum"] for p in procedures], "PlannedAptNum", number)
    _add_procedures(call, number, filled, codes, "PlannedAptNum")
    _describe(call, number)
    return call.made(APPOINTMENTS, number)


def schedule_planned(call: Call) -> Reply:
    """POST /appointments/SchedulePlanned: the planned row stays; a scheduled one is made from it."""
    required = ("AptNum", "AptDateTime", "ProvNum", "Op")
    body = parse_body(APPOINTMENTS, call.body, allowed=(*required, "Confirmed", "Note"), required=required)
    values = _values(call, body)
    planned = call.check(APPOINTMENTS, "AptNum", values.pop("AptNum"))
    if planned["AptStatus"] != "Planned":
        raise bad(f"AptNum {planned['AptNum']} is not a planned appointment.")
    kept = ("PatNum", "Pattern", "ProvHyg", "ClinicNum", "IsHygiene", "Priority", "Note", "AppointmentTypeNum")
    copied = {name: planned[name] for name in (*kept, "PatternSecondary", "ProcDescript")}
    number = _insert(call, copied | values | {"NextAptNum": planned["AptNum"], "AptStatus": "Scheduled"})
    where, given = "t.PlannedAptNum = ? AND t.ProcStatus = 'TP'", (planned["AptNum"],)
    planned_rows = select(call.store, PROCEDURE_LOGS, call.office.number, where, given)
    _attach(call, [p["ProcNum"] for p in planned_rows], "AptNum", number)
    return call.made(APPOINTMENTS, number)


def change(call: Call) -> Reply:
    """PUT /appointments/{n}: setting it complete completes its procedures, as on the screen."""
    row = call.row(APPOINTMENTS, call.ids[0])
    allowed = ("AptStatus", "AptDateTime", "Op", "UnschedStatus", *COMMON, *MOMENTS)
    values = _values(call, parse_body(APPOINTMENTS, call.body, allowed=allowed))
    _update(call, row, values)
    if values.get("AptStatus") == "Complete" and row["AptStatus"] != "Complete":
        _complete_procedures(call, row["AptNum"], str(values.get("AptDateTime", row["AptDateTime"]))[:10])
    return call.changed(APPOINTMENTS, row["AptNum"])


def break_it(call: Call) -> Reply:
    """PUT /appointments/{n}/Break"""
    row = call.row(APPOINTMENTS, call.ids[0])
    body = call.body if isinstance(call.body, dict) else {}
    to_list, kind = str(body.get("sendToUnscheduledList", "")).lower(), body.get("breakType", "")
    if to_list not in ("true", "false"):
        raise bad('sendToUnscheduledList is required and must be "true" or "false".')
    if kind and kind not in BREAK_CODES:
        raise bad("breakType is invalid. Must be one of: Missed, Cancelled.")
    if row["AptStatus"] != "Scheduled":
        raise bad(f"AptStatus is {row['AptStatus']}. Only Scheduled appointments can be broken.")
    _update(call, row, {"AptStatus": "UnschedList" if to_list == "true" else "Broken"}, kind or "Changed")
    if kind:
        _add_procedures(call, 0, row, [BREAK_CODES[kind]], "AptNum", status="C")
    return call.changed(APPOINTMENTS, row["AptNum"])


def add_note(call: Call) -> Reply:
    """PUT /appointments/{n}/Note: the text becomes one more line."""
    row = call.row(APPOINTMENTS, call.ids[0])
    note = parse_body(APPOINTMENTS, call.body, allowed=("Note",), required=("Note",))["Note"]
    _update(call, row, {"Note": f"{row['Note']}\n{note}" if row["Note"] else note})
    return call.changed(APPOINTMENTS, row["AptNum"])


def confirm(call: Call) -> Reply:
    """PUT /appointments/{n}/Confirm: by name or by definition."""
    row = call.row(APPOINTMENTS, call.ids[0])
    body = call.body if isinstance(call.body, dict) else {}
    if "defNum" in body:
        status = _definition(call, "t.DefNum = ?", body["defNum"], "defNum")
    elif body.get("confirmVal") in CONFIRM_VALUES:
        status = _definition(call, "t.ItemName = ?", CONFIRM_VALUES[body["confirmVal"]], "confirmVal")
    else:
        raise bad(f"confirmVal is invalid. Must be one of: {', '.join(CONFIRM_VALUES)}; or give defNum.")
    _update(call, row, {"Confirmed": status})
    return call.changed(APPOINTMENTS, row["AptNum"])


def _definition(call: Call, where: str, value: Any, name: str) -> int:
    values = (value, CONFIRMED_CATEGORY)
    rows = select(call.store, DEFINITIONS, call.office.number, f"{where} AND t.Category = ?", values)
    if not rows:
        raise bad(f"{name} is invalid: no such confirmation status.")
    return int(rows[0]["DefNum"])


def _values(call: Call, values: Row) -> Row:
    """What was parsed, with every reference checked and the pattern in order."""
    for name, resource in CHECKED:
        if values.get(name):
            call.check(resource, name, values[name])
    for name in ("Pattern", "PatternSecondary"):
        if name in values and not re.fullmatch("[X/]*", values[name]):
            raise bad(f"{name} is invalid. It can only contain X and /.")
        if name in values:
            values[name] = values[name][:LONGEST_PATTERN]
    return values


def _insert(call: Call, values: Row) -> int:
    stamps = {"DateTStamp": call.local_now, "SecDateTEntry": call.local_now}
    confirmed = values.get("Confirmed") or _definition(call, "t.ItemName = ?", "Unconfirmed", "Confirmed")
    number = insert(call.store, APPOINTMENTS, call.office.number, values | stamps | {"Confirmed": confirmed})
    history.record(call, number, "Created")
    return number


def _update(call: Call, row: Row, values: Row, action: str = "Changed") -> None:
    update(call.store, APPOINTMENTS, row["AptNum"], values | {"DateTStamp": call.local_now})
    history.record(call, row["AptNum"], action)


def delete(call: Call) -> Reply:
    """What the desk can do and the API cannot: the row goes, the history and the detached procedures stay."""
    row = call.row(APPOINTMENTS, call.ids[0])
    history.record(call, row["AptNum"], "Deleted")
    for column in ("AptNum", "PlannedAptNum"):
        where, given = f"t.{column} = ?", (row["AptNum"],)
        for procedure in select(call.store, PROCEDURE_LOGS, call.office.number, where, given):
            _attach(call, [procedure["ProcNum"]], column, 0)
    call.store.execute("DELETE FROM appointment WHERE AptNum = ?", (row["AptNum"],))
    return Reply({"AptNum": row["AptNum"]})


def _complete_procedures(call: Call, appointment: int, day: str) -> None:
    """Every planned procedure on the appointment is done, on the day of the visit."""
    where, given = "t.AptNum = ? AND t.ProcStatus = 'TP'", (appointment,)
    done = {"ProcStatus": "C", "ProcDate": day, "DateTStamp": call.local_now}
    for procedure in select(call.store, PROCEDURE_LOGS, call.office.number, where, given):
        update(call.store, PROCEDURE_LOGS, procedure["ProcNum"], done)


def _type_codes(call: Call, values: Row) -> list[str]:
    """The codes that an appointment type brings; its pattern is taken over where none is given."""
    if not values.get("AppointmentTypeNum"):
        return []
    kind = call.check(APPOINTMENT_TYPES, "AppointmentTypeNum", values["AppointmentTypeNum"])
    if kind["Pattern"]:
        values.setdefault("Pattern", kind["Pattern"])
    return [code for code in kind["CodeStr"].split(",") if code]


def _procedures(call: Call, patient: int, numbers: Any) -> list[Row]:
    if not isinstance(numbers, list) or not all(isinstance(n, int) for n in numbers):
        raise bad("procNums is invalid: it must be an array of numbers.")
    rows = [call.check(PROCEDURE_LOGS, "procNums", n) for n in numbers]
    for row in rows:
        if row["PatNum"] != patient:
            raise bad(f"procNums is invalid: procedure {row['ProcNum']} belongs to another patient.")
        if row["ProcStatus"] not in ("TP", "TPi"):
            raise bad(f"procNums is invalid: procedure {row['ProcNum']} is not treatment planned.")
    return rows


def _attach(call: Call, numbers: list[int], column: str, appointment: int) -> None:
    for number in numbers:
        update(call.store, PROCEDURE_LOGS, number, {column: appointment, "DateTStamp": call.local_now})


def _add_procedures(
    call: Call, appointment: int, values: Row, codes: list[str], column: str, status: str = "TP"
) -> None:
    for code in codes:
        found = select(call.store, PROCEDURE_CODES, call.office.number, "t.ProcCode = ?", (code,))
        if found:
            row = {"PatNum": values["PatNum"], "CodeNum": found[0]["CodeNum"], "ProvNum": values.get("ProvNum", 0)}
            row |= {column: appointment, "ProcStatus": status, "ClinicNum": call.office.clinic_num}
            row |= {"ProcDate": call.local_today, "DateTP": call.local_today, "DateTStamp": call.local_now}
            insert(call.store, PROCEDURE_LOGS, call.office.number, row)


def _describe(call: Call, number: int) -> None:
    rows = select(call.store, PROCEDURE_LOGS, call.office.number, "t.PlannedAptNum = ?", (number,))
    codes = [r["CodeNum"] for r in reversed(rows)]
    update(call.store, APPOINTMENTS, number, {"ProcDescript": patterns.description(call.store, call.office, codes)})


ENDPOINTS = (
    Endpoint("POST", "/appointments", create),
    Endpoint("POST", "/appointments/Planned", plan),
    Endpoint("POST", "/appointments/SchedulePlanned", schedule_planned),
    Endpoint("PUT", "/appointments/{}", change),
    Endpoint("PUT", "/appointments/{}/Break", break_it),
    Endpoint("PUT", "/appointments/{}/Note", add_note),
    Endpoint("PUT", "/appointments/{}/Confirm", confirm),
)
