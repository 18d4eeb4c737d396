"""Dynamic payment plans of Open Dental: made, changed as far as its API lets, read back, closed.

What its API cannot do (25.3): change the down payment or how planned work is handled; change the guarantor or the first
date once charges exist; change anything of a plan that is locked or closed; give a charge another date.
"""

from collections.abc import Sequence
from decimal import Decimal

from connectors.errors import Conflict, InvalidRequest, NotFound
from connectors.opendental import mapping, values
from connectors.opendental.client import made_row
from connectors.opendental.office import Office, has_tag, tagged
from connectors.opendental.values import Row, amount, cents, ident, text, truth
from connectors.plan_roles import PaymentPlanCharge, PaymentPlanDraft, PaymentPlanItem, PaymentPlanTerms

FREQUENCIES = {
    "weekly": "Weekly",
    "every_other_week": "EveryOtherWeek",
    "monthly": "Monthly",
    "quarterly": "Quarterly",
    "ordinal_weekday": "OrdinalWeekday",
}
TREAT_PLANNED = {"await_complete": "AwaitComplete", "treat_as_complete": "TreatAsComplete"}
ADJUSTMENT = "a"
"""Begins the id of an adjustment: Open Dental numbers procedures and adjustments apart."""

_OURS = {theirs: ours for ours, theirs in (FREQUENCIES | TREAT_PLANNED).items()}


class PayPlans:
    def __init__(self, office: Office) -> None:
        self._office = office

    def create_payment_plan(self, draft: PaymentPlanDraft) -> str:
        """A plan with overrides is made unlocked and without interest: `change_payment_plan` then gives it the rest."""
        if (draft.payment_cents > 0) == (draft.payments > 0):
            raise InvalidRequest("Open Dental: a payment plan needs a payment amount or a number of payments, not both")
        patient = values.number(draft.patient_id)
        for row in self._office.client.rows("/payplans", PatNum=patient):
            if has_tag(text(row, "Note"), draft.tag):
                return ident(row.get("PayPlanNum"))
        made = self._office.client.post("/payplans/Dynamic", _new_plan(draft, patient))
        return ident(made_row(made, "the payment plan").get("PayPlanNum"))

    def change_payment_plan(self, plan_id: str, draft: PaymentPlanDraft) -> None:
        number = values.number(plan_id)
        plan = self._plan(number)
        if truth(plan.get("IsLocked")) or truth(plan.get("IsClosed")):
            return
        self._change_items(number, draft.items)
        self._office.client.put(f"/payplans/{number}/Dynamic", _changed(plan, draft, self._has_charges(number)))

    def payment_plan(self, plan_id: str) -> PaymentPlanTerms:
        number = values.number(plan_id)
        plan = self._plan(number)
        return PaymentPlanTerms(
            payment_cents=cents(plan.get("PayAmt")),
            down_payment_cents=cents(plan.get("DownPayment")),
            apr=Decimal(str(plan.get("APR") or 0)),
            agreed_on=values.day(plan.get("PayPlanDate")),
            first_due=values.day(plan.get("DatePayPlanStart")),
            interest_from=values.day(plan.get("DateInterestStart")),
            frequency=_OURS.get(text(plan, "ChargeFrequency"), text(plan, "ChargeFrequency")),
            treat_planned=_OURS.get(text(plan, "DynamicPayPlanTPOption"), text(plan, "DynamicPayPlanTPOption")),
            guarantor_id=ident(plan.get("Guarantor")),
            locked=truth(plan.get("IsLocked")),
            closed=truth(plan.get("IsClosed")),
            items=tuple(
                PaymentPlanItem(id=item_id(row), override_cents=cents(row.get("AmountOverride")))
                for row in self._links(number)
            ),
        )

    def payment_plan_charges(self, plan_id: str) -> Sequence[PaymentPlanCharge]:
        """Posted debits only: Open Dental stores no future ones."""
        rows = self._office.client.rows("/payplancharges", PayPlanNum=values.number(plan_id))
        charges = (mapping.payment_plan_charge(row) for row in rows)
        return [charge for charge in charges if charge is not None]

    def close_payment_plan(self, plan_id: str) -> None:
        """One that is closed already stays closed."""
        number = values.number(plan_id)
        if not truth(self._plan(number).get("IsClosed")):
            self._office.client.put(f"/payplans/{number}/Close", {})

    def _change_items(self, number: int, items: Sequence[PaymentPlanItem]) -> None:
        """Links added, overridden and taken off; what Open Dental refuses shows when the plan is read back."""
        wanted = {item.id: item.override_cents for item in items}
        there = {item_id(row): row for row in self._links(number)}
        for key, override in wanted.items():
            row = there.get(key)
            if row is None:
                self._write_link("POST", "", _link(number, key, override))
            elif cents(row.get("AmountOverride")) != override:
                self._write_link("PUT", ident(row.get("PayPlanLinkNum")), {"AmountOverride": amount(override)})
        for key, row in there.items():
            if key not in wanted:
                self._write_link("DELETE", ident(row.get("PayPlanLinkNum")), {})

    def _write_link(self, method: str, link: str, body: dict[str, object]) -> None:
        client, path = self._office.client, f"/payplanlinks/{link}".rstrip("/")
        try:
            if method == "DELETE":
                client.delete(path)
            else:
                (client.post if method == "POST" else client.put)(path, body)
        except (InvalidRequest, Conflict, NotFound):
            return

    def _plan(self, number: int) -> Row:
        return made_row(self._office.client.get(f"/payplans/{number}"), "the payment plan")

    def _links(self, number: int) -> list[Row]:
        return self._office.client.rows("/payplanlinks", PayPlanNum=number)

    def _has_charges(self, number: int) -> bool:
        return bool(self._office.client.rows("/payplancharges", PayPlanNum=number))


def item_id(link: Row) -> str:
    """The id of what a link puts on its plan."""
    key = ident(link.get("FKey"))
    return f"{ADJUSTMENT}{key}" if text(link, "LinkType") == "Adjustment" else key


def _link(plan: int, key: str, override_cents: int) -> dict[str, object]:
    is_adjustment = key.startswith(ADJUSTMENT)
    return {
        "PayPlanNum": plan,
        "LinkType": "Adjustment" if is_adjustment else "Procedure",
        "FKey": values.number(key.removeprefix(ADJUSTMENT)),
        "AmountOverride": amount(override_cents) if override_cents else None,
    }


def _new_plan(draft: PaymentPlanDraft, patient: int) -> dict[str, object]:
    bare = any(item.override_cents for item in draft.items)
    procedures = [item.id for item in draft.items if not item.id.startswith(ADJUSTMENT)]
    adjustments = [item.id.removeprefix(ADJUSTMENT) for item in draft.items if item.id.startswith(ADJUSTMENT)]
    with_interest = bool(draft.apr) and not bare
    return _size(draft) | {
        "PatNum": patient,
        "Guarantor": values.number(draft.guarantor_id) if draft.guarantor_id else None,
        "procNums": [values.number(one) for one in procedures] or None,
        "adjNums": [values.number(one) for one in adjustments] or None,
        "PayPlanDate": draft.agreed_on.isoformat(),
        "DatePayPlanStart": draft.first_due.isoformat(),
        "DownPayment": amount(draft.down_payment_cents) if draft.down_payment_cents else None,
        "APR": str(draft.apr) if with_interest else None,
        "DateInterestStart": draft.interest_from.isoformat() if draft.interest_from and with_interest else None,
        "ChargeFrequency": FREQUENCIES[draft.frequency],
        "DynamicPayPlanTPOption": TREAT_PLANNED[draft.treat_planned],
        "IsLocked": "true" if draft.locked and not bare else "false",
        "Note": tagged(draft.note, draft.tag),
    }


def _changed(plan: Row, draft: PaymentPlanDraft, has_charges: bool) -> dict[str, object]:
    """What PUT Dynamic takes of the draft; the guarantor and the first date only while nothing is charged."""
    body = _size(draft) | {
        "PayPlanDate": draft.agreed_on.isoformat(),
        "APR": str(draft.apr),
        "ChargeFrequency": FREQUENCIES[draft.frequency],
        "IsLocked": "true" if draft.locked else "false",
    }
    if draft.apr and draft.interest_from:
        body["DateInterestStart"] = draft.interest_from.isoformat()
    guarantor = draft.guarantor_id or draft.patient_id
    if not has_charges and guarantor != ident(plan.get("Guarantor")):
        body["Guarantor"] = values.number(guarantor)
    if not has_charges and draft.first_due != values.day(plan.get("DatePayPlanStart")):
        body["DatePayPlanStart"] = draft.first_due.isoformat()
    return body


def _size(draft: PaymentPlanDraft) -> dict[str, object]:
    if draft.payment_cents:
        return {"PayAmt": amount(draft.payment_cents)}
    return {"NumberOfPayments": draft.payments}
