"""What is attached to a payment plan. A locked or closed plan refuses every change (Open Dental API 25.3)."""

from __future__ import annotations

from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.payplan_entries import entry
from sandbox.opendental.resource import Row, insert, parse_body, select, update
from sandbox.opendental.resources.money import ADJUSTMENTS, PAY_PLAN_CHARGES, PAY_PLAN_LINKS, PAY_PLANS
from sandbox.opendental.resources.plans import PROCEDURE_LOGS
from sandbox.opendental.wire import bad


def attach(call: Call, plan: int, link_type: str, number: int, override: int = 0) -> int:
    """Put a procedure or an adjustment on a plan; an item may be on one plan only."""
    resource, name = (ADJUSTMENTS, "adjNums") if link_type == "Adjustment" else (PROCEDURE_LOGS, "procNums")
    row = call.check(resource, name, number)
    if link_type == "Adjustment" and (row["AdjAmt"] <= 0 or row["ProcNum"]):
        raise bad(f"{name} is invalid: only positive adjustments that are attached to no procedure can be on a plan.")
    if call.store.one("SELECT 1 FROM payplanlink WHERE FKey = ? AND LinkType = ?", (number, link_type)):
        raise bad(f"{name} is invalid: {link_type.lower()} {number} is already on a payment plan.")
    values = {"PayPlanNum": plan, "LinkType": link_type, "FKey": number, "SecDateTEntry": call.local_now}
    link = insert(call.store, PAY_PLAN_LINKS, call.office.number, values)
    _override(call, call.row(PAY_PLAN_LINKS, link), override)
    return link


def create(call: Call) -> Reply:
    """POST /payplanlinks"""
    required = ("PayPlanNum", "LinkType", "FKey")
    values = parse_body(PAY_PLAN_LINKS, call.body, allowed=(*required, "AmountOverride"), required=required)
    _open_plan(call, values["PayPlanNum"])
    number = attach(call, values["PayPlanNum"], values["LinkType"], values["FKey"], values.get("AmountOverride", 0))
    return call.made(PAY_PLAN_LINKS, number)


def change(call: Call) -> Reply:
    """PUT /payplanlinks/{n}: the override only."""
    link = call.row(PAY_PLAN_LINKS, call.ids[0])
    values = parse_body(PAY_PLAN_LINKS, call.body, allowed=("AmountOverride",), required=("AmountOverride",))
    _open_plan(call, link["PayPlanNum"])
    _override(call, link, values["AmountOverride"])
    return call.changed(PAY_PLAN_LINKS, link["PayPlanLinkNum"])


def delete(call: Call) -> Reply:
    """DELETE /payplanlinks/{n}: not once something was charged on it."""
    link = call.row(PAY_PLAN_LINKS, call.ids[0])
    _open_plan(call, link["PayPlanNum"])
    where = "t.PayPlanNum = ? AND t.FKey = ? AND t.LinkType = ?"
    given = (link["PayPlanNum"], link["FKey"], link["LinkType"])
    if select(call.store, PAY_PLAN_CHARGES, call.office.number, where, given):
        raise bad("The payplanlink has charges and cannot be deleted.")
    call.store.execute("DELETE FROM payplanlink WHERE PayPlanLinkNum = ?", (link["PayPlanLinkNum"],))
    return Reply({})


def _open_plan(call: Call, number: int) -> Row:
    plan = call.check(PAY_PLANS, "PayPlanNum", number)
    for flag, word in (("IsLocked", "locked"), ("IsClosed", "closed")):
        if plan[flag] == "true":
            raise bad(f"PayPlanNum is invalid: the payment plan is {word}.")
    return plan


def _override(call: Call, link: Row, override: int) -> None:
    found = entry(call, link)
    if override < 0 or (found is not None and override > found.owed):
        raise bad("AmountOverride is invalid: it cannot exceed the amount remaining on the production.")
    update(call.store, PAY_PLAN_LINKS, link["PayPlanLinkNum"], {"AmountOverride": override})


ENDPOINTS = (
    Endpoint("POST", "/payplanlinks", create),
    Endpoint("PUT", "/payplanlinks/{}", change),
    Endpoint("DELETE", "/payplanlinks/{}", delete),
)
