"""The daily service: posts the charges of payment plans that have fallen due.

The real one skips a due date on which it did not run; a sandbox clock jumps, so here missed dates are posted.
"""

from __future__ import annotations

from datetime import date, datetime

from sandbox.opendental import payplan_terms as terms
from sandbox.opendental.call import Call
from sandbox.opendental.office import Office, offices
from sandbox.opendental.payplan_entries import Entry, entries
from sandbox.opendental.payplans import charges, interest_starts, post_charge
from sandbox.opendental.resource import Row, select
from sandbox.opendental.resources.money import PAY_PLANS
from sandbox.state import SandboxState

MOST_PERIODS = 100


class PayPlanService:
    """A ticker step that does its work once for each local day of each office."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self._done: dict[int, str] = {}

    async def step(self, now: datetime) -> None:
        for office in offices(self._state.store):
            today = office.local_text(now)[:10]
            if self._done.get(office.number) != today:
                self._post_due(office)
                self._done[office.number] = today

    def _post_due(self, office: Office) -> None:
        call = Call(self._state, office, "")
        with self._state.store.transaction():
            for plan in select(call.store, PAY_PLANS, office.number, "t.IsClosed = 'false'"):
                _post_plan(call, plan)


def _post_plan(call: Call, plan: Row) -> None:
    first = date.fromisoformat(plan["DatePayPlanStart"])
    for index in range(MOST_PERIODS):
        due = terms.due_date(first, index, plan["ChargeFrequency"])
        if due.isoformat() > call.local_today:
            return
        posted = {c["ChargeDate"] for c in charges(call, plan) if c["Note"] != "Down Payment"}
        if due.isoformat() not in posted and due.isoformat() >= plan["PayPlanDate"]:
            _post_period(call, plan, due)


def _post_period(call: Call, plan: Row, due: date) -> None:
    remaining = _remaining(call, plan)
    total = sum(amount for _, amount in remaining)
    if total <= 0:
        return
    starts = interest_starts(plan)
    base = total + _unpaid_principal(call, plan)
    bearing = not starts or due.isoformat() >= starts
    interest = terms.interest_cents(base, plan["APR"], plan["ChargeFrequency"]) if bearing else 0
    principal = min(total, max(0, plan["PayAmt"] - interest))
    for each, amount in remaining:
        part = min(principal, amount)
        if part or interest:
            row = {"PayPlanNum": plan["PayPlanNum"], "ChargeDate": due.isoformat(), "Principal": part}
            post_charge(call, row | {"Interest": interest} | each.charge_fields, plan)
            principal, interest = principal - part, 0


def _remaining(call: Call, plan: Row) -> list[tuple[Entry, int]]:
    """The entries in force and what is left to charge of each."""
    posted = charges(call, plan)
    waiting = plan["DynamicPayPlanTPOption"] == "AwaitComplete"
    found: list[tuple[Entry, int]] = []
    for each in entries(call, plan):
        left = each.amount - sum(charge["Principal"] for charge in posted if each.is_of(charge))
        if left > 0 and (each.complete or not waiting):
            found.append((each, left))
    return found


def _unpaid_principal(call: Call, plan: Row) -> int:
    """Charged but unpaid principal, less any overpayment (negative then)."""
    posted = charges(call, plan)
    principal, interest = sum(c["Principal"] for c in posted), sum(c["Interest"] for c in posted)
    row = call.store.one(
        "SELECT COALESCE(SUM(SplitAmt), 0) FROM paysplit WHERE PayPlanNum = ? AND UnearnedType = 0",
        (plan["PayPlanNum"],),
    )
    return int(principal - max(0, (row[0] if row else 0) - interest))
