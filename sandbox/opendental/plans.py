"""Treatment plans. There is no accepted status: acceptance is a Saved plan becoming signed, and can be undone."""

from __future__ import annotations

from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.resource import Row, insert, parse_body, select, update
from sandbox.opendental.resources.people import PATIENTS
from sandbox.opendental.resources.plans import PROC_TPS, PROCEDURE_LOGS, TREAT_PLAN_ATTACHES, TREAT_PLANS
from sandbox.opendental.resources.setup import DEFINITIONS, PROCEDURE_CODES, USERODS
from sandbox.opendental.wire import NO_DATETIME, bad

PUT_FIELDS = ("DateTP", "Heading", "Note", "ResponsParty", "TPType", "SignatureText", "SignaturePracticeText")
SIGNATURES = {"isSigned": "DateTSigned", "isSignedPractice": "DateTPracticeSigned"}


def create(call: Call) -> Reply:
    """POST /treatplans: always an Inactive plan."""
    allowed = ("PatNum", "Heading", "Note", "TPType")
    values = parse_body(TREAT_PLANS, call.body, allowed=allowed, required=("PatNum",))
    call.check(PATIENTS, "PatNum", values["PatNum"])
    defaults = {"Heading": "Inactive Treatment Plan", "TPStatus": "Inactive"}
    return call.made(TREAT_PLANS, insert(call.store, TREAT_PLANS, call.office.number, defaults | values | _now(call)))


def save(call: Call) -> Reply:
    """POST /treatplans/Saved: an unsigned, frozen copy of an Active or Inactive plan."""
    allowed = ("TreatPlanNum", "Heading", "UserNumPresenter")
    values = parse_body(TREAT_PLANS, call.body, allowed=allowed, required=("TreatPlanNum",))
    source = call.check(TREAT_PLANS, "TreatPlanNum", values.pop("TreatPlanNum"))
    if source["TPStatus"] == "Saved":
        raise bad("TreatPlanNum is invalid: the plan is already Saved.")
    if values.get("UserNumPresenter"):
        call.check(USERODS, "UserNumPresenter", values["UserNumPresenter"])
    kept = {name: source[name] for name in ("PatNum", "Heading", "Note", "TPType", "ResponsParty")}
    frozen = {"TPStatus": "Saved", "DateTP": call.local_today} | _now(call)
    number = insert(call.store, TREAT_PLANS, call.office.number, kept | values | frozen)
    where, given = "t.TreatPlanNum = ?", (source["TreatPlanNum"],)
    attached = select(call.store, TREAT_PLAN_ATTACHES, call.office.number, where, given)
    for order, attach in enumerate(attached):
        insert(call.store, PROC_TPS, call.office.number, _frozen_row(call, number, order, attach))
    return call.made(TREAT_PLANS, number)


def _frozen_row(call: Call, plan: int, order: int, attach: Row) -> Row:
    procedure = call.row(PROCEDURE_LOGS, attach["ProcNum"])
    code = call.row(PROCEDURE_CODES, procedure["CodeNum"])
    fee = procedure["ProcFee"]
    return {
        "TreatPlanNum": plan,
        "PatNum": procedure["PatNum"],
        "ProcNumOrig": procedure["ProcNum"],
        "ItemOrder": order,
        "Priority": attach["Priority"],
        "ToothNumTP": procedure["ToothNum"],
        "Surf": procedure["Surf"],
        "ProcCode": code["ProcCode"],
        "Descript": code["Descript"],
        "ProcAbbr": code["AbbrDesc"],
        "FeeAmt": fee,
        "PatAmt": fee - procedure["Discount"],
        "Discount": procedure["Discount"],
        "ProvNum": procedure["ProvNum"],
        "DateTP": call.local_today,
        "ClinicNum": call.office.clinic_num,
        "SecDateTEdit": call.local_now,
    }


def change(call: Call) -> Reply:
    """PUT /treatplans/{n}: signing included."""
    row = call.row(TREAT_PLANS, call.ids[0])
    values = parse_body(TREAT_PLANS, call.body, allowed=(*PUT_FIELDS, *SIGNATURES))
    saved_only = {"DateTP", *SIGNATURES} & set(values)
    if saved_only and row["TPStatus"] != "Saved":
        raise bad(f"{sorted(saved_only)[0]} can only be set on a Saved treatment plan.")
    for flag, moment in SIGNATURES.items():
        if flag in values and values[flag] != row[flag]:
            values[moment] = call.local_now if values[flag] == "true" else NO_DATETIME
    update(call.store, TREAT_PLANS, row["TreatPlanNum"], values | {"SecDateTEdit": call.local_now})
    return call.changed(TREAT_PLANS, row["TreatPlanNum"])


def delete(call: Call) -> Reply:
    """DELETE /treatplans/{n}: not once signed."""
    row = call.row(TREAT_PLANS, call.ids[0])
    if row["isSigned"] == "true":
        raise bad("A signed treatment plan cannot be deleted.")
    for table in ("proctp", "treatplanattach", "treatplan"):
        call.store.execute(f"DELETE FROM {table} WHERE TreatPlanNum = ?", (row["TreatPlanNum"],))
    return Reply({})


def change_row(call: Call) -> Reply:
    """PUT /proctps/{n}: only on an unsigned plan."""
    row = _unsigned_row(call)
    allowed = ("Priority", "ToothNumTP", "Surf", "Descript", "FeeAmt", "PatAmt", "Discount", "Prognosis", "Dx")
    values = parse_body(PROC_TPS, call.body, allowed=allowed)
    _check_priority(call, values)
    update(call.store, PROC_TPS, row["ProcTPNum"], values | {"SecDateTEdit": call.local_now})
    update(call.store, TREAT_PLANS, row["TreatPlanNum"], {"SecDateTEdit": call.local_now})
    return call.changed(PROC_TPS, row["ProcTPNum"])


def delete_row(call: Call) -> Reply:
    """DELETE /proctps/{n}: only on an unsigned plan."""
    row = _unsigned_row(call)
    call.store.execute("DELETE FROM proctp WHERE ProcTPNum = ?", (row["ProcTPNum"],))
    update(call.store, TREAT_PLANS, row["TreatPlanNum"], {"SecDateTEdit": call.local_now})
    return Reply({})


def _unsigned_row(call: Call) -> Row:
    row = call.row(PROC_TPS, call.ids[0])
    if call.row(TREAT_PLANS, row["TreatPlanNum"])["isSigned"] == "true":
        raise bad("The treatment plan is signed; its procedures cannot be changed.")
    return row


def attach(call: Call) -> Reply:
    """POST /treatplanattaches: put a procedure on an Active or Inactive plan."""
    required = ("TreatPlanNum", "ProcNum")
    values = parse_body(TREAT_PLAN_ATTACHES, call.body, allowed=(*required, "Priority"), required=required)
    plan = call.check(TREAT_PLANS, "TreatPlanNum", values["TreatPlanNum"])
    if plan["TPStatus"] == "Saved":
        raise bad("TreatPlanNum is invalid: a Saved plan does not change.")
    call.check(PROCEDURE_LOGS, "ProcNum", values["ProcNum"])
    _check_priority(call, values)
    return call.made(TREAT_PLAN_ATTACHES, insert(call.store, TREAT_PLAN_ATTACHES, call.office.number, values))


def change_attach(call: Call) -> Reply:
    """PUT /treatplanattaches/{n}"""
    row = call.row(TREAT_PLAN_ATTACHES, call.ids[0])
    values = parse_body(TREAT_PLAN_ATTACHES, call.body, allowed=("Priority",), required=("Priority",))
    _check_priority(call, values)
    update(call.store, TREAT_PLAN_ATTACHES, row["TreatPlanAttachNum"], values)
    return call.changed(TREAT_PLAN_ATTACHES, row["TreatPlanAttachNum"])


def _check_priority(call: Call, values: Row) -> None:
    if values.get("Priority"):
        call.check(DEFINITIONS, "Priority", values["Priority"])


def _now(call: Call) -> Row:
    return {"SecDateEntry": call.local_today, "SecDateTEdit": call.local_now}


ENDPOINTS = (
    Endpoint("POST", "/treatplans", create),
    Endpoint("POST", "/treatplans/Saved", save),
    Endpoint("PUT", "/treatplans/{}", change),
    Endpoint("DELETE", "/treatplans/{}", delete),
    Endpoint("PUT", "/proctps/{}", change_row),
    Endpoint("DELETE", "/proctps/{}", delete_row),
    Endpoint("POST", "/treatplanattaches", attach),
    Endpoint("PUT", "/treatplanattaches/{}", change_attach),
)
