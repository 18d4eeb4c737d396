"""Procedures: charting one, and moving it to an appointment."""

from __future__ import annotations

from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.resource import Row, insert, parse_body, select, update
from sandbox.opendental.resources.people import PATIENTS
from sandbox.opendental.resources.plans import PROCEDURE_LOGS
from sandbox.opendental.resources.scheduling import APPOINTMENTS
from sandbox.opendental.resources.setup import DEFINITIONS, FEES, PROCEDURE_CODES, PROVIDERS
from sandbox.opendental.wire import bad

FIXED_WHEN_COMPLETE = ("ProcFee", "CodeNum", "ToothNum", "Surf")
CHANGEABLE = (
    "AptNum",
    "PlannedAptNum",
    "ProcDate",
    "ProcFee",
    "Surf",
    "ToothNum",
    "ToothRange",
    "Priority",
    "ProcStatus",
    "ProvNum",
    "Discount",
    "CodeNum",
)
CHECKED = (
    ("AptNum", APPOINTMENTS),
    ("PlannedAptNum", APPOINTMENTS),
    ("ProvNum", PROVIDERS),
    ("Priority", DEFINITIONS),
    ("CodeNum", PROCEDURE_CODES),
)


def create(call: Call) -> Reply:
    """POST /procedurelogs: the fee comes from the fee schedule unless given."""
    required = ("PatNum", "ProcDate", "ProcStatus")
    allowed = (*required, *CHANGEABLE)
    values = parse_body(PROCEDURE_LOGS, call.body, allowed=allowed, required=required, extra=("procCode",))
    patient = call.check(PATIENTS, "PatNum", values["PatNum"])
    values["CodeNum"] = _code_num(call, values)
    _check(call, values)
    fee = select(call.store, FEES, call.office.number, "t.CodeNum = ?", (values["CodeNum"],))
    defaults = {"ProvNum": patient["PriProv"], "ClinicNum": call.office.clinic_num, "DateTP": values["ProcDate"]}
    defaults |= {"ProcFee": fee[0]["Amount"] if fee else 0, "SecDateEntry": call.local_today}
    stamped = defaults | values | {"DateTStamp": call.local_now}
    return call.made(PROCEDURE_LOGS, insert(call.store, PROCEDURE_LOGS, call.office.number, stamped))


def _code_num(call: Call, values: Row) -> int:
    text = values.pop("procCode", None)
    if values.get("CodeNum"):
        return int(values["CodeNum"])
    found = select(call.store, PROCEDURE_CODES, call.office.number, "t.ProcCode = ?", (text,))
    if not found:
        raise bad("CodeNum or procCode is required and must exist.")
    return int(found[0]["CodeNum"])


def change(call: Call) -> Reply:
    """PUT /procedurelogs/{n}: also how a procedure gets onto an ordinary appointment."""
    row = call.row(PROCEDURE_LOGS, call.ids[0])
    values = parse_body(PROCEDURE_LOGS, call.body, allowed=CHANGEABLE)
    refused = [name for name in FIXED_WHEN_COMPLETE if name in values]
    if row["ProcStatus"] == "C" and refused:
        raise bad(f"{refused[0]} cannot be changed once the procedure is complete.")
    _check(call, values)
    for name in ("AptNum", "PlannedAptNum"):
        if values.get(name) and call.row(APPOINTMENTS, values[name])["PatNum"] != row["PatNum"]:
            raise bad(f"{name} is invalid: that appointment belongs to another patient.")
    update(call.store, PROCEDURE_LOGS, row["ProcNum"], values | {"DateTStamp": call.local_now})
    return call.changed(PROCEDURE_LOGS, row["ProcNum"])


def _check(call: Call, values: Row) -> None:
    for name, resource in CHECKED:
        if values.get(name):
            call.check(resource, name, values[name])


def delete(call: Call) -> Reply:
    """DELETE /procedurelogs/{n}: leaves a row with status D, as polls show it."""
    row = call.row(PROCEDURE_LOGS, call.ids[0])
    if row["ProcStatus"] not in ("TP", "TPi", "C"):
        raise bad(f"ProcStatus is {row['ProcStatus']}. Only TP, TPi and C procedures can be deleted.")
    if call.store.one("SELECT 1 FROM paysplit WHERE ProcNum = ?", (row["ProcNum"],)):
        raise bad("The procedure has a payment attached and cannot be deleted.")
    update(call.store, PROCEDURE_LOGS, row["ProcNum"], {"ProcStatus": "D", "DateTStamp": call.local_now})
    return Reply({})


ENDPOINTS = (
    Endpoint("POST", "/procedurelogs", create),
    Endpoint("PUT", "/procedurelogs/{}", change),
    Endpoint("DELETE", "/procedurelogs/{}", delete),
)
