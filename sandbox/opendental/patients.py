"""Patients and the fields that an office adds to them."""

from __future__ import annotations

from typing import Any

from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.resource import Resource, Row, insert, parse_body, select, update
from sandbox.opendental.resources.people import APPT_FIELDS, PAT_FIELD_DEFS, PAT_FIELDS, PATIENTS
from sandbox.opendental.resources.scheduling import APPOINTMENTS
from sandbox.opendental.wire import ApiError, bad

CHANGEABLE = tuple(f.name for f in PATIENTS.stored if f.name not in ("PatNum", "DateTStamp", "SecDateEntry"))


def create(call: Call) -> Reply:
    """POST /patients: a new patient is their own guarantor unless told otherwise."""
    values = parse_body(PATIENTS, call.body, allowed=CHANGEABLE, required=("LName", "FName"))
    stamps = {"DateTStamp": call.local_now, "SecDateEntry": call.local_today, "ClinicNum": call.office.clinic_num}
    number = insert(call.store, PATIENTS, call.office.number, stamps | values)
    if not values.get("Guarantor"):
        update(call.store, PATIENTS, number, {"Guarantor": number})
    return call.made(PATIENTS, number)


def change(call: Call) -> Reply:
    """PUT /patients/{n}"""
    row = call.row(PATIENTS, call.ids[0])
    values = parse_body(PATIENTS, call.body, allowed=CHANGEABLE)
    update(call.store, PATIENTS, row["PatNum"], values | {"DateTStamp": call.local_now})
    return call.changed(PATIENTS, row["PatNum"])


def add_field(call: Call) -> Reply:
    """POST /patfields"""
    values = _field_values(call)
    if _existing(call, PAT_FIELDS, "PatNum", values):
        raise bad("FieldName is invalid: the patient already has that field; use PUT.")
    return call.made(PAT_FIELDS, _insert_field(call, values))


def put_field(call: Call) -> Reply:
    """PUT /patfields: no number in the URL; made if it is not there."""
    values = _field_values(call)
    existing = _existing(call, PAT_FIELDS, "PatNum", values)
    if not existing:
        return call.changed(PAT_FIELDS, _insert_field(call, values))
    changed = {"FieldValue": values["FieldValue"], "SecDateTEdit": call.local_now}
    update(call.store, PAT_FIELDS, existing["PatFieldNum"], changed)
    return call.changed(PAT_FIELDS, existing["PatFieldNum"])


def _field_values(call: Call) -> Row:
    names = ("PatNum", "FieldName", "FieldValue")
    values = parse_body(PAT_FIELDS, call.body, allowed=names, required=names[:2])
    if "FieldValue" not in values:
        raise bad("FieldValue is required.")
    call.check(PATIENTS, "PatNum", values["PatNum"])
    defined = select(call.store, PAT_FIELD_DEFS, call.office.number, "t.FieldName = ?", (values["FieldName"],))
    if not defined:
        raise bad(f"FieldName is invalid: no field named {values['FieldName']!r} is defined (case matters).")
    options: list[Any] = defined[0]["PickList"].split("\n")
    if defined[0]["FieldType"] == "PickList" and values["FieldValue"] not in options:
        raise bad(f"FieldValue is invalid. Must be one of: {', '.join(options)}.")
    return values


def _insert_field(call: Call, values: Row) -> int:
    stamps = {"SecDateEntry": call.local_today, "SecDateTEdit": call.local_now}
    return insert(call.store, PAT_FIELDS, call.office.number, values | stamps)


def _existing(call: Call, resource: Resource, owner: str, values: Row) -> Row | None:
    where, given = f"t.{owner} = ? AND t.FieldName = ?", (values[owner], values["FieldName"])
    rows = select(call.store, resource, call.office.number, where, given)
    return rows[0] if rows else None


def delete_field(call: Call) -> Reply:
    """DELETE /patfields/{n}"""
    row = call.row(PAT_FIELDS, call.ids[0])
    call.store.execute("DELETE FROM patfield WHERE PatFieldNum = ?", (row["PatFieldNum"],))
    return Reply({})


def put_appt_field(call: Call) -> Reply:
    """PUT /apptfields: made if it is not there."""
    names = ("AptNum", "FieldName", "FieldValue")
    values = parse_body(APPT_FIELDS, call.body, allowed=names, required=names[:2])
    if "FieldValue" not in values:
        raise ApiError(400, "FieldValue is required.")
    call.check(APPOINTMENTS, "AptNum", values["AptNum"])
    existing = _existing(call, APPT_FIELDS, "AptNum", values)
    if existing:
        update(call.store, APPT_FIELDS, existing["ApptFieldNum"], {"FieldValue": values["FieldValue"]})
    else:
        insert(call.store, APPT_FIELDS, call.office.number, values)
    return Reply(values)


ENDPOINTS = (
    Endpoint("POST", "/patients", create),
    Endpoint("PUT", "/patients/{}", change),
    Endpoint("POST", "/patfields", add_field),
    Endpoint("PUT", "/patfields", put_field),
    Endpoint("DELETE", "/patfields/{}", delete_field),
    Endpoint("PUT", "/apptfields", put_appt_field),
)
