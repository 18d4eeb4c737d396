"""Entries of payment plans: procedures and adjustments, and what is owed on each (Open Dental 24.3 behaviour)."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.opendental.call import Call
from sandbox.opendental.resource import Row, get, select
from sandbox.opendental.resources.money import ADJUSTMENTS, CLAIM_PROCS, NOT_KNOWN, PAY_PLAN_LINKS, PAY_SPLITS
from sandbox.opendental.resources.plans import PROCEDURE_LOGS

_PAID, _ESTIMATED = ("Received", "Supplemental", "CapComplete"), ("Estimate", "CapEstimate")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a link puts on its plan. `owed` leaves out an override; `amount` is the override when there is one."""

    link: Row
    owed: int
    complete: bool
    provider: int

    @property
    def amount(self) -> int:
        return int(self.link["AmountOverride"]) or self.owed

    @property
    def charge_fields(self) -> Row:
        return {"FKey": self.link["FKey"], "LinkType": self.link["LinkType"], "ProvNum": self.provider}

    def is_of(self, charge: Row) -> bool:
        return (charge["FKey"], charge["LinkType"]) == (self.link["FKey"], self.link["LinkType"])


def entries(call: Call, plan: Row) -> list[Entry]:
    """The entries of a plan, in the order in which they were attached; one whose row is gone has nothing to charge."""
    where, given = "t.PayPlanNum = ?", (plan["PayPlanNum"],)
    links = select(call.store, PAY_PLAN_LINKS, call.office.number, where, given)
    return [found for link in links if (found := entry(call, link)) is not None]


def entry(call: Call, link: Row) -> Entry | None:
    if link["LinkType"] == "Adjustment":
        row = get(call.store, ADJUSTMENTS, call.office.number, link["FKey"])
        paid = _payments(call, "AdjNum", link["FKey"])
        return Entry(link, row["AdjAmt"] - paid, True, row["ProvNum"]) if row else None
    row = get(call.store, PROCEDURE_LOGS, call.office.number, link["FKey"])
    return Entry(link, owed(call, row), row["ProcStatus"] == "C", row["ProvNum"]) if row else None


def owed(call: Call, procedure: Row) -> int:
    """Fee and adjustments of the same provider and clinic, less insurance, write-offs, discount and payments."""
    number, where = procedure["ProcNum"], "t.ProcNum = ?"
    adjustments = select(call.store, ADJUSTMENTS, call.office.number, where, (number,))
    same = [a for a in adjustments if (a["ProvNum"], a["ClinicNum"]) == (procedure["ProvNum"], procedure["ClinicNum"])]
    claims = select(call.store, CLAIM_PROCS, call.office.number, where, (number,))
    total = procedure["ProcFee"] * max(1, procedure["UnitQty"] + procedure["BaseUnits"])
    planned = procedure["Discount"] if procedure["ProcStatus"] == "TP" else 0
    off = sum(_insurance(claim) + _write_off(claim) for claim in claims) + planned
    return int(total + sum(a["AdjAmt"] for a in same) - off - _payments(call, "ProcNum", number))


def _payments(call: Call, key: str, number: int) -> int:
    """What the patient paid on an item outside any plan."""
    where = f"t.{key} = ? AND t.PayPlanNum = 0"
    return sum(row["SplitAmt"] for row in select(call.store, PAY_SPLITS, call.office.number, where, (number,)))


def _insurance(claim: Row) -> int:
    if claim["Status"] in _PAID:
        return int(claim["InsPayAmt"])
    if claim["Status"] in _ESTIMATED:
        return _known(claim["InsEstTotalOverride"], claim["InsEstTotal"])
    return int(claim["InsPayEst"]) if claim["Status"] == "NotReceived" else 0


def _write_off(claim: Row) -> int:
    if claim["Status"] in (*_PAID, "NotReceived"):
        return int(claim["WriteOff"])
    return _known(claim["WriteOffEstOverride"], claim["WriteOffEst"]) if claim["Status"] in _ESTIMATED else 0


def _known(*amounts: int) -> int:
    return next((amount for amount in amounts if amount != NOT_KNOWN), 0)
