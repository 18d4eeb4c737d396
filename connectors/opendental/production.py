"""What of a patient's account a payment plan could pay: procedures and adjustments, and what comes off them."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from connectors.opendental import values
from connectors.opendental.office import Office
from connectors.opendental.payplans import ADJUSTMENT, item_id
from connectors.opendental.values import Row, cents, ident, text, whole
from connectors.plan_roles import LedgerItem

_PAYABLE = {"TP": False, "C": True}
_PAID = frozenset({"Received", "Supplemental", "CapComplete"})
_ESTIMATED = frozenset({"Estimate", "CapEstimate"})

_OURS = re.compile(r"(?:^|[\[ ])(?:pc|dep)_\w")
"""The references that our payments for plans carry."""

_NONE = -1
"""Open Dental writes a missing estimate or override as -1."""


class Production:
    def __init__(self, office: Office) -> None:
        self._office = office

    def production(self, patient_id: str, treatment_plan_id: str = "") -> Sequence[LedgerItem]:
        """Completed and planned procedures in the order of their numbers, then positive adjustments that name none.

        Sales tax of planned work is known from the saved treatment plan only (Open Dental API 25.3).
        """
        patient, client = values.number(patient_id), self._office.client
        plans = client.rows("/payplans", PatNum=patient)
        account = _Account(
            adjustments=client.rows("/adjustments", PatNum=patient),
            claims=client.rows("/claimprocs", PatNum=patient),
            payments=self._payments(patient),
            taxes=self._taxes(treatment_plan_id),
            attached=self._attached(plans),
            insurance_plans={ident(row.get("PayPlanNum")) for row in plans if ident(row.get("PlanNum"))},
        )
        rows = [row for row in client.rows("/procedurelogs", PatNum=patient) if text(row, "ProcStatus") in _PAYABLE]
        rows.sort(key=lambda row: whole(row.get("ProcNum")))
        return [*(account.procedure(row) for row in rows), *account.free_adjustments()]

    def _payments(self, patient: int) -> list[Row]:
        """Splits outside any payment plan. What we collected for a plan is no payment outside it, wherever it lies."""
        splits = self._office.client.rows("/paysplits", PatNum=patient)
        outside = [row for row in splits if not ident(row.get("PayPlanNum"))]
        if not any(ident(row.get("ProcNum")) or ident(row.get("AdjNum")) for row in outside):
            return []
        rows = self._office.client.rows("/payments", PatNum=patient)
        ours = {
            ident(row.get("PayNum")) for row in rows if _OURS.search(f"{text(row, 'CheckNum')} {text(row, 'PayNote')}")
        }
        return [row for row in outside if ident(row.get("PayNum")) not in ours]

    def _attached(self, plans: Sequence[Row]) -> dict[str, str]:
        """Item id to the patient's open dynamic plan that has it."""
        found: dict[str, str] = {}
        for plan in plans:
            if values.truth(plan.get("IsDynamic")) and not values.truth(plan.get("IsClosed")):
                number = ident(plan.get("PayPlanNum"))
                for link in self._office.client.rows("/payplanlinks", PayPlanNum=number):
                    found[item_id(link)] = number
        return found

    def _taxes(self, treatment_plan_id: str) -> dict[str, int]:
        if not treatment_plan_id:
            return {}
        rows = self._office.client.rows("/proctps", TreatPlanNum=values.number(treatment_plan_id))
        return {ident(row.get("ProcNumOrig")): cents(row.get("TaxAmt")) for row in rows}


class _Account:
    """The rows of one patient that say what is owed on each item."""

    def __init__(
        self,
        adjustments: Sequence[Row],
        claims: Sequence[Row],
        payments: Sequence[Row],
        taxes: Mapping[str, int],
        attached: Mapping[str, str],
        insurance_plans: set[str],
    ) -> None:
        self._adjustments = adjustments
        self._claims: defaultdict[str, list[Row]] = defaultdict(list)
        for row in claims:
            self._claims[ident(row.get("ProcNum"))].append(row)
        self._payments = payments
        self._taxes = taxes
        self._attached = attached
        self._insurance_plans = insurance_plans

    def procedure(self, row: Row) -> LedgerItem:
        number, done = ident(row.get("ProcNum")), _PAYABLE[text(row, "ProcStatus")]
        claims = self._claims[number]
        return LedgerItem(
            id=number,
            done=done,
            day=values.day(row.get("ProcDate")),
            description=f"{text(row, 'procCode')} {text(row, 'descript')}".strip(),
            provider_id=ident(row.get("ProvNum")),
            clinic_id=ident(row.get("ClinicNum")),
            fee_cents=cents(row.get("ProcFee")),
            quantity=max(1, whole(row.get("UnitQty"), 1) + whole(row.get("BaseUnits"))),
            adjustments_cents=sum(cents(each.get("AdjAmt")) for each in self._adjustments if _counts(each, row)),
            insurance_cents=sum(_insurance(claim) for claim in claims),
            write_off_cents=sum(_write_off(claim) for claim in claims),
            discount_cents=0 if done else cents(row.get("Discount")),
            tax_cents=0 if done else self._taxes.get(number, 0),
            prior_payments_cents=self._paid("ProcNum", number),
            plan_id=self._attached.get(number, ""),
            on_insurance_plan=any(ident(claim.get("PayPlanNum")) in self._insurance_plans for claim in claims),
        )

    def free_adjustments(self) -> list[LedgerItem]:
        """Positive ones that name no procedure; negative ones cannot be on a plan."""
        rows = [row for row in self._adjustments if not ident(row.get("ProcNum")) and cents(row.get("AdjAmt")) > 0]
        return [self._adjustment(row) for row in rows]

    def _adjustment(self, row: Row) -> LedgerItem:
        number = ident(row.get("AdjNum"))
        return LedgerItem(
            id=f"{ADJUSTMENT}{number}",
            adjustment=True,
            day=values.day(row.get("AdjDate")),
            description=text(row, "adjType") or text(row, "AdjNote") or "Adjustment",
            provider_id=ident(row.get("ProvNum")),
            clinic_id=ident(row.get("ClinicNum")),
            fee_cents=cents(row.get("AdjAmt")),
            prior_payments_cents=self._paid("AdjNum", number),
            plan_id=self._attached.get(f"{ADJUSTMENT}{number}", ""),
        )

    def _paid(self, key: str, number: str) -> int:
        return sum(cents(split.get("SplitAmt")) for split in self._payments if ident(split.get(key)) == number)


def _counts(adjustment: Row, procedure: Row) -> bool:
    """Open Dental 24.3: a procedure's adjustment of another provider or clinic does not change its amount."""
    return all(
        ident(adjustment.get(name)) == ident(procedure.get(name)) for name in ("ProcNum", "ProvNum", "ClinicNum")
    )


def _insurance(claim: Row) -> int:
    """What insurance paid, or is to pay; pre-authorisations and the like never count."""
    status = text(claim, "Status")
    if status in _PAID:
        return cents(claim.get("InsPayAmt"))
    if status in _ESTIMATED:
        return _first_known(claim, "InsEstTotalOverride", "InsEstTotal")
    return cents(claim.get("InsPayEst")) if status == "NotReceived" else 0


def _write_off(claim: Row) -> int:
    status = text(claim, "Status")
    if status in _PAID or status == "NotReceived":
        return cents(claim.get("WriteOff"))
    return _first_known(claim, "WriteOffEstOverride", "WriteOffEst") if status in _ESTIMATED else 0


def _first_known(row: Row, *names: str) -> int:
    known = (cents(row.get(name, _NONE)) for name in names)
    return next((value for value in known if value != _NONE * 100), 0)
