"""Payments and how they are laid over what is owed."""

from __future__ import annotations

from typing import Any

from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.resource import Row, get, insert, parse_body, select, update
from sandbox.opendental.resources.money import PAY_PLANS, PAY_SPLITS, PAYMENTS
from sandbox.opendental.resources.people import PATIENTS
from sandbox.opendental.resources.plans import PROCEDURE_LOGS
from sandbox.opendental.resources.setup import DEFINITIONS
from sandbox.opendental.wire import bad

PAY_TYPE_CATEGORY, UNEARNED_CATEGORY = 10, 29
EXTRA = ("isPatientPreferred", "isPrepayment", "procNums", "payPlanNum")


def create(call: Call) -> Reply:
    """POST /payments: one unearned split when isPrepayment, else oldest debts first, plan charges before all."""
    allowed = ("PayAmt", "PatNum", "PayType", "PayDate", "CheckNum", "PayNote", "BankBranch", "ClinicNum")
    values = parse_body(PAYMENTS, call.body, allowed=allowed, required=("PayAmt", "PatNum"), extra=EXTRA)
    wanted = {name: values.pop(name, None) for name in EXTRA}
    if values["PayAmt"] <= 0:
        raise bad("PayAmt is invalid: it must be more than zero.")
    patient = call.check(PATIENTS, "PatNum", values["PatNum"])
    values["PayType"] = _pay_type(call, values.get("PayType"))
    defaults = {"PayDate": call.local_today, "ClinicNum": patient["ClinicNum"], "IsSplit": "true"}
    stamps = {"DateEntry": call.local_today, "SecDateTEdit": call.local_now}
    number = insert(call.store, PAYMENTS, call.office.number, defaults | values | stamps)
    for split in _splits(call, patient, values["PayAmt"], wanted):
        _add_split(call, number, patient, split)
    return call.made(PAYMENTS, number)


def _pay_type(call: Call, number: int | None) -> int:
    if number is not None:
        row = call.check(DEFINITIONS, "PayType", number)
        if row["Category"] != PAY_TYPE_CATEGORY:
            raise bad(f"PayType is invalid: definition {number} is not a payment type.")
        return number
    where, given = "t.Category = ?", (PAY_TYPE_CATEGORY,)
    return int(select(call.store, DEFINITIONS, call.office.number, where, given)[0]["DefNum"])


def _splits(call: Call, patient: Row, amount: int, wanted: dict[str, Any]) -> list[Row]:
    unearned = {"UnearnedType": _unearned(call), "SplitAmt": amount, "ProvNum": 0}
    if str(wanted["isPrepayment"]).lower() == "true":
        plan = int(wanted["payPlanNum"] or 0)
        if plan:
            call.check(PAY_PLANS, "payPlanNum", plan)
        return [unearned | {"PayPlanNum": plan}]
    splits: list[Row] = []
    for debt in _debts(call, patient, wanted["procNums"]):
        part = min(amount, debt["owed"])
        if part > 0:
            splits.append(debt["split"] | {"SplitAmt": part})
            amount -= part
    return [*splits, unearned | {"SplitAmt": amount}] if amount else splits


def _debts(call: Call, patient: Row, numbers: Any) -> list[dict[str, Any]]:
    """What may be paid, in the order that money goes to it: the named procedures, or plan charges, then the rest."""
    if numbers:
        procedures = [call.check(PROCEDURE_LOGS, "procNums", int(n)) for n in numbers]
        return [_procedure_debt(call, p) for p in procedures]
    where, given = "t.PatNum = ? AND t.ProcStatus = 'C'", (patient["PatNum"],)
    done = select(call.store, PROCEDURE_LOGS, call.office.number, where, given)
    return [*_plan_debts(call, patient), *(_procedure_debt(call, p) for p in reversed(done))]


def _plan_debts(call: Call, patient: Row) -> list[dict[str, Any]]:
    rows = call.store.all(
        "SELECT c.*, (SELECT COALESCE(SUM(SplitAmt), 0) FROM paysplit s WHERE s.PayPlanChargeNum = c.PayPlanChargeNum)"
        " AS paid FROM payplancharge c WHERE c.Office = ? AND c.Guarantor = ? ORDER BY c.ChargeDate, 1",
        (call.office.number, patient["Guarantor"]),
    )
    return [
        {
            "owed": r["Principal"] + r["Interest"] - r["paid"],
            "split": {
                "PayPlanNum": r["PayPlanNum"],
                "PayPlanChargeNum": r["PayPlanChargeNum"],
                "ProvNum": r["ProvNum"],
            },
        }
        for r in rows
    ]


def _procedure_debt(call: Call, procedure: Row) -> dict[str, Any]:
    sql = "SELECT COALESCE(SUM(SplitAmt), 0) AS paid FROM paysplit WHERE ProcNum = ?"
    paid = call.store.one(sql, (procedure["ProcNum"],))
    owed = procedure["ProcFee"] - procedure["Discount"] - (paid["paid"] if paid else 0)
    return {"owed": owed, "split": {"ProcNum": procedure["ProcNum"], "ProvNum": procedure["ProvNum"]}}


def _unearned(call: Call) -> int:
    where, given = "t.Category = ?", (UNEARNED_CATEGORY,)
    return int(select(call.store, DEFINITIONS, call.office.number, where, given)[0]["DefNum"])


def _add_split(call: Call, payment: int, patient: Row, split: Row) -> None:
    common = {"PayNum": payment, "PatNum": patient["PatNum"], "ClinicNum": patient["ClinicNum"]}
    insert(call.store, PAY_SPLITS, call.office.number, common | {"DatePay": call.local_today} | split)


def refund(call: Call) -> Reply:
    """POST /payments/Refund: a negative twin of the payment; refused on a plan or when refunded before."""
    values = parse_body(PAYMENTS, call.body, allowed=("PayNum",), required=("PayNum",))
    payment = call.check(PAYMENTS, "PayNum", values["PayNum"])
    splits = select(call.store, PAY_SPLITS, call.office.number, "t.PayNum = ?", (payment["PayNum"],))
    if any(s["PayPlanNum"] or s["SplitAmt"] < 0 for s in splits):
        raise bad("PayNum is invalid: payments on payment plans or with negative splits cannot be refunded.")
    same = (payment["PatNum"], -payment["PayAmt"], payment["CheckNum"], payment["PayNote"], payment["PayNum"])
    twin = "SELECT 1 FROM payment WHERE PatNum = ? AND PayAmt = ? AND CheckNum = ? AND PayNote = ? AND PayNum > ?"
    if call.store.one(twin, same):
        raise bad("PayNum is invalid: the payment has already been refunded.")
    patient = get(call.store, PATIENTS, call.office.number, payment["PatNum"]) or {}
    kept = {name: payment[name] for name in ("PatNum", "PayType", "CheckNum", "PayNote", "ClinicNum", "IsSplit")}
    stamps = {"PayDate": call.local_today, "DateEntry": call.local_today, "SecDateTEdit": call.local_now}
    negative = kept | stamps | {"PayAmt": -payment["PayAmt"]}
    number = insert(call.store, PAYMENTS, call.office.number, negative)
    for split in splits:
        names = ("ProvNum", "ProcNum", "UnearnedType")
        _add_split(call, number, patient, {name: split[name] for name in names} | {"SplitAmt": -split["SplitAmt"]})
    return call.made(PAYMENTS, number)


def desk_payment(call: Call) -> Reply:
    """What staff do in the payment window, which allows more than the API: a payment or, below zero, a refund, tied to
    a payment plan or a procedure, or to neither."""
    patient = call.check(PATIENTS, "PatNum", call.body["PatNum"])
    kept = {"PatNum": patient["PatNum"], "PayAmt": call.body["cents"], "PayNote": call.body["note"], "IsSplit": "true"}
    stamps = {"PayDate": call.local_today, "DateEntry": call.local_today, "SecDateTEdit": call.local_now}
    kept |= {"PayType": _pay_type(call, None), "ClinicNum": patient["ClinicNum"]}
    number = insert(call.store, PAYMENTS, call.office.number, kept | stamps)
    for name, resource in (("PayPlanNum", PAY_PLANS), ("ProcNum", PROCEDURE_LOGS)):
        if call.body[name]:
            call.check(resource, name, call.body[name])
    tied = {"PayPlanNum": call.body["PayPlanNum"], "ProcNum": call.body["ProcNum"]}
    unearned = {} if call.body["ProcNum"] else {"UnearnedType": _unearned(call)}
    _add_split(call, number, patient, tied | unearned | {"SplitAmt": call.body["cents"]})
    return call.made(PAYMENTS, number)


def change(call: Call) -> Reply:
    """PUT /payments/{n}"""
    row = call.row(PAYMENTS, call.ids[0])
    allowed = ("PayType", "CheckNum", "BankBranch", "PayNote", "ProcessStatus")
    values = parse_body(PAYMENTS, call.body, allowed=allowed)
    if "PayType" in values:
        _pay_type(call, values["PayType"])
    update(call.store, PAYMENTS, row["PayNum"], values | {"SecDateTEdit": call.local_now})
    return call.changed(PAYMENTS, row["PayNum"])


ENDPOINTS = (
    Endpoint("POST", "/payments", create),
    Endpoint("POST", "/payments/Refund", refund),
    Endpoint("PUT", "/payments/{}", change),
)
