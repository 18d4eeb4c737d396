"""Payment plans: terms are stored, and charges only once they are posted."""

from __future__ import annotations

from datetime import date

from sandbox.opendental import payplan_terms as terms
from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.resource import Row, insert, parse_body, select, update
from sandbox.opendental.resources.money import PAY_PLAN_CHARGES, PAY_PLAN_LINKS, PAY_PLANS
from sandbox.opendental.resources.people import PATIENTS
from sandbox.opendental.resources.plans import PROCEDURE_LOGS
from sandbox.opendental.resources.setup import DEFINITIONS
from sandbox.opendental.wire import NO_DATE, ApiError, bad

ALLOWED = (
    "PatNum",
    "PayAmt",
    "NumberOfPayments",
    "Guarantor",
    "PayPlanDate",
    "APR",
    "DownPayment",
    "Note",
    "PlanCategory",
    "ChargeFrequency",
    "DatePayPlanStart",
    "DateInterestStart",
    "IsLocked",
    "DynamicPayPlanTPOption",
)


def create(call: Call) -> Reply:
    """POST /payplans/Dynamic"""
    extra = ("procNums", "adjNums")
    values = parse_body(PAY_PLANS, call.body, allowed=ALLOWED, required=("PatNum",), extra=extra)
    numbers, _ = values.pop("procNums", None), values.pop("adjNums", None)
    procedures = _procedures(call, values["PatNum"], numbers)
    values |= _terms(call, values, sum(_amount(p) for p in procedures))
    plan = insert(call.store, PAY_PLANS, call.office.number, values)
    for procedure in procedures:
        link = {"PayPlanNum": plan, "FKey": procedure["ProcNum"], "SecDateTEntry": call.local_now}
        override = _amount(procedure) if values["IsLocked"] == "true" else 0
        insert(call.store, PAY_PLAN_LINKS, call.office.number, link | {"AmountOverride": override})
    if values["DownPayment"]:
        _charge_down_payment(call, plan, values, procedures)
    return call.made(PAY_PLANS, plan)


def _procedures(call: Call, patient: int, numbers: object) -> list[Row]:
    call.check(PATIENTS, "PatNum", patient)
    if not isinstance(numbers, list) or not numbers:
        raise bad("procNums is required: the array of procedures to put on the plan.")
    rows = [call.check(PROCEDURE_LOGS, "procNums", int(n)) for n in numbers]
    for row in rows:
        if call.store.one("SELECT 1 FROM payplanlink WHERE FKey = ?", (row["ProcNum"],)):
            raise bad(f"procNums is invalid: procedure {row['ProcNum']} is already on a payment plan.")
    return rows


def _amount(procedure: Row) -> int:
    return int(procedure["ProcFee"] - procedure["Discount"])


def _terms(call: Call, values: Row, principal: int) -> Row:
    """What the request left open, filled in; raises ApiError 400 for terms that cannot stand."""
    if ("PayAmt" in values) == ("NumberOfPayments" in values):
        raise bad("Either PayAmt or NumberOfPayments is required, not both.")
    apr, down = values.get("APR", 0.0), values.get("DownPayment", 0)
    frequency, locked = values.get("ChargeFrequency", "Monthly"), values.get("IsLocked", "true")
    if down > principal:
        raise bad("DownPayment is invalid: it is more than the principal.")
    if apr and locked != "true":
        raise bad("IsLocked must be true when APR is more than zero.")
    if values.get("PlanCategory"):
        call.check(DEFINITIONS, "PlanCategory", values["PlanCategory"])
    agreed = date.fromisoformat(values.get("PayPlanDate", call.local_today))
    payment = values.get("PayAmt") or _payment(values, principal - down, apr, frequency)
    if payment <= 0:
        raise bad("PayAmt is invalid: it must be more than zero.")
    return {
        "Guarantor": values.get("Guarantor") or values["PatNum"],
        "PayPlanDate": agreed.isoformat(),
        "PayAmt": payment,
        "NumberOfPayments": 0,
        "DownPayment": down,
        "ChargeFrequency": frequency,
        "PaySchedule": frequency,
        "IsLocked": locked,
        "DatePayPlanStart": values.get("DatePayPlanStart") or terms.due_date(agreed, 1, "Monthly").isoformat(),
        "principalAmount": principal,
    }


def _payment(values: Row, principal: int, apr: float, frequency: str) -> int:
    count = values["NumberOfPayments"]
    if count < 1:
        raise bad("NumberOfPayments is invalid: it must be at least 1.")
    return terms.payment_cents(principal, count, apr, frequency)


def _charge_down_payment(call: Call, plan: int, values: Row, procedures: list[Row]) -> None:
    """Posted when the plan is made, over the entries in order, without interest."""
    left = values["DownPayment"]
    for procedure in procedures:
        part = min(left, _amount(procedure))
        if part:
            row = {"PayPlanNum": plan, "Principal": part, "Note": "Down Payment", "FKey": procedure["ProcNum"]}
            post_charge(call, row | {"ProvNum": procedure["ProvNum"]}, values)
            left -= part


def post_charge(call: Call, row: Row, plan: Row) -> None:
    """Store one charge of a plan, dated today unless it says otherwise."""
    stamps = {"SecDateTEntry": call.local_now, "SecDateTEdit": call.local_now, "ChargeDate": call.local_today}
    who = {"Guarantor": plan["Guarantor"], "PatNum": plan["PatNum"], "ClinicNum": call.office.clinic_num}
    insert(call.store, PAY_PLAN_CHARGES, call.office.number, stamps | who | row)


def close(call: Call) -> Reply:
    """PUT /payplans/{n}/Close: what is left of entries with a charge falls due today."""
    plan = call.row(PAY_PLANS, call.ids[0])
    if plan["IsClosed"] == "true":
        raise bad("The payment plan is already closed.")
    where, given = "t.PayPlanNum = ?", (plan["PayPlanNum"],)
    for link in select(call.store, PAY_PLAN_LINKS, call.office.number, where, given):
        charged = [c for c in charges(call, plan) if c["FKey"] == link["FKey"]]
        procedure = call.row(PROCEDURE_LOGS, link["FKey"])
        left = (link["AmountOverride"] or _amount(procedure)) - sum(c["Principal"] for c in charged)
        if charged and left > 0:
            row = {"PayPlanNum": plan["PayPlanNum"], "Principal": left, "Note": "Close Out Charge"}
            post_charge(call, row | {"FKey": link["FKey"], "ProvNum": procedure["ProvNum"]}, plan)
        elif not charged:
            call.store.execute("DELETE FROM payplanlink WHERE PayPlanLinkNum = ?", (link["PayPlanLinkNum"],))
    update(call.store, PAY_PLANS, plan["PayPlanNum"], {"IsClosed": "true"})
    content = call.write(PAY_PLANS, call.row(PAY_PLANS, plan["PayPlanNum"]))
    # This one method shows real JSON booleans.
    flags = {name: content[name] == "true" for name in ("IsClosed", "IsDynamic", "IsLocked")}
    return Reply(content | flags)


def charges(call: Call, plan: Row) -> list[Row]:
    return select(call.store, PAY_PLAN_CHARGES, call.office.number, "t.PayPlanNum = ?", (plan["PayPlanNum"],))


def old_plan(call: Call) -> Reply:
    """POST /payplans: gone."""
    raise ApiError(410, "This method was deprecated in version 23.3.1. Use POST /payplans/Dynamic.")


def interest_starts(plan: Row) -> str:
    """The first date that carries interest; blank terms mean always."""
    return str(plan["DateInterestStart"]) if plan["DateInterestStart"] != NO_DATE else ""


ENDPOINTS = (
    Endpoint("POST", "/payplans/Dynamic", create),
    Endpoint("PUT", "/payplans/{}/Close", close),
    Endpoint("POST", "/payplans", old_plan),
)
