"""Payment plans: terms are stored, and charges only once they are posted."""

from __future__ import annotations

from datetime import date

from sandbox.opendental import payplan_terms as terms
from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.payplan_entries import Entry, entries
from sandbox.opendental.payplan_links import attach
from sandbox.opendental.resource import Row, insert, parse_body, select, update
from sandbox.opendental.resources.money import PAY_PLAN_CHARGES, PAY_PLAN_LINKS, PAY_PLANS
from sandbox.opendental.resources.people import PATIENTS
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
CHANGEABLE = (
    *("PayAmt", "NumberOfPayments", "Guarantor", "PayPlanDate", "APR", "Note", "PlanCategory", "ChargeFrequency"),
    *("DatePayPlanStart", "DateInterestStart", "IsLocked", "SheetDefNum"),
)


def create(call: Call) -> Reply:
    """POST /payplans/Dynamic"""
    extra = ("procNums", "adjNums")
    values = parse_body(PAY_PLANS, call.body, allowed=ALLOWED, required=("PatNum",), extra=extra)
    call.check(PATIENTS, "PatNum", values["PatNum"])
    wanted = [("Procedure", int(n)) for n in values.pop("procNums", None) or ()]
    wanted += [("Adjustment", int(n)) for n in values.pop("adjNums", None) or ()]
    if not wanted:
        raise bad("procNums or adjNums is required: the array of what to put on the plan.")
    plan = insert(call.store, PAY_PLANS, call.office.number, {"PatNum": values["PatNum"]})
    for link_type, number in wanted:
        attach(call, plan, link_type, number)
    attached = entries(call, call.row(PAY_PLANS, plan))
    update(call.store, PAY_PLANS, plan, values | _terms(call, values, sum(each.amount for each in attached)))
    made = call.row(PAY_PLANS, plan)
    if made["IsLocked"] == "true":
        _lock(call, made)
    if made["DownPayment"]:
        _charge_down_payment(call, made, attached)
    return call.made(PAY_PLANS, plan)


def change(call: Call) -> Reply:
    """PUT /payplans/{n}/Dynamic: neither the down payment nor how planned work is handled can be changed."""
    plan = call.row(PAY_PLANS, call.ids[0])
    values = parse_body(PAY_PLANS, call.body, allowed=CHANGEABLE)
    for flag, word in (("IsLocked", "locked"), ("IsClosed", "closed")):
        if plan[flag] == "true":
            raise bad(f"The payment plan is {word} and cannot be changed.")
    charged = bool(charges(call, plan))
    for name in ("Guarantor", "DatePayPlanStart"):
        if charged and name in values:
            raise bad(f"{name} cannot be changed once charges exist.")
    apr = values.get("APR", plan["APR"])
    if "DateInterestStart" in values and not apr:
        raise bad("DateInterestStart is only valid when APR is more than zero.")
    attached = entries(call, plan)
    filled = _terms(call, plan | values | _size(values), sum(each.amount for each in attached))
    filled |= {name: plan[name] for name in ("DownPayment", "PayPlanDate", "DatePayPlanStart") if name not in values}
    update(call.store, PAY_PLANS, plan["PayPlanNum"], filled | _stored(values))
    changed = call.row(PAY_PLANS, plan["PayPlanNum"])
    if changed["IsLocked"] == "true":
        _lock(call, changed)
    return call.changed(PAY_PLANS, plan["PayPlanNum"])


def _size(values: Row) -> Row:
    """Exactly one of the two must be given, also in a change."""
    if ("PayAmt" in values) == ("NumberOfPayments" in values):
        raise bad("Either PayAmt or NumberOfPayments is required, not both.")
    return {"PayAmt": values.get("PayAmt", 0), "NumberOfPayments": values.get("NumberOfPayments", 0)}


def _stored(values: Row) -> Row:
    return {name: value for name, value in values.items() if name not in ("PayAmt", "NumberOfPayments")}


def _lock(call: Call, plan: Row) -> None:
    """Full lock: each amount becomes its own override."""
    for each in entries(call, plan):
        update(call.store, PAY_PLAN_LINKS, each.link["PayPlanLinkNum"], {"AmountOverride": each.amount})


def _terms(call: Call, values: Row, principal: int) -> Row:
    """What the request left open, filled in; raises ApiError 400 for terms that cannot stand."""
    _size({name: values[name] for name in ("PayAmt", "NumberOfPayments") if values.get(name)})
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


def _charge_down_payment(call: Call, plan: Row, attached: list[Entry]) -> None:
    """Posted when the plan is made, over the entries in order, without interest."""
    left = plan["DownPayment"]
    for each in attached:
        part = min(left, each.amount)
        if part > 0:
            row = {"PayPlanNum": plan["PayPlanNum"], "Principal": part, "Note": "Down Payment"}
            post_charge(call, row | each.charge_fields, plan)
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
    for each in entries(call, plan):
        charged = [charge for charge in charges(call, plan) if each.is_of(charge)]
        left = each.amount - sum(charge["Principal"] for charge in charged)
        if charged and left > 0:
            row = {"PayPlanNum": plan["PayPlanNum"], "Principal": left, "Note": "Close Out Charge"}
            post_charge(call, row | each.charge_fields, plan)
        elif not charged:
            call.store.execute("DELETE FROM payplanlink WHERE PayPlanLinkNum = ?", (each.link["PayPlanLinkNum"],))
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
    Endpoint("PUT", "/payplans/{}/Dynamic", change),
    Endpoint("PUT", "/payplans/{}/Close", close),
    Endpoint("POST", "/payplans", old_plan),
)
