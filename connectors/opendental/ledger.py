"""The patient's ledger: payments posted once, prepayments, refunds, payment plans and their posted charges."""

from collections.abc import Sequence
from datetime import date

from connectors.base import LedgerEntry, LedgerPayment, LedgerSplit, PaymentPlanCharge, PaymentPlanDraft
from connectors.errors import InvalidRequest
from connectors.opendental import mapping, values
from connectors.opendental.client import made_row
from connectors.opendental.office import PAYMENT_TYPES, Office, has_tag, tagged
from connectors.opendental.values import Row, amount, cents, ident, text

_LONGEST_CHECK_NUMBER = 25
_FREQUENCIES = {
    "weekly": "Weekly",
    "every_other_week": "EveryOtherWeek",
    "monthly": "Monthly",
    "quarterly": "Quarterly",
    "ordinal_weekday": "OrdinalWeekday",
}
_TREAT_PLANNED = {"await_complete": "AwaitComplete", "treat_as_complete": "TreatAsComplete"}


class Ledger:
    def __init__(self, office: Office) -> None:
        self._office = office

    def post_payment(self, payment: LedgerPayment) -> str:
        if payment.amount_cents <= 0 or not payment.reference:
            raise InvalidRequest("Open Dental: a payment needs an amount above 0 and a reference")
        patient = values.number(payment.patient_id)
        for row in self._office.client.rows("/payments", PatNum=patient):
            if _carries(row, payment.reference):
                return ident(row.get("PayNum"))
        made = self._office.client.post("/payments", self._payment_body(payment, patient))
        return ident(made_row(made, "the payment").get("PayNum"))

    def prepaid_cents(self, patient_id: str) -> int:
        """Unearned money of the patient that nothing has used yet, never below 0."""
        rows = self._office.client.rows("/paysplits", PatNum=values.number(patient_id))
        return max(0, sum(cents(row.get("SplitAmt")) for row in rows if ident(row.get("UnearnedType"))))

    def ledger_splits(self, patient_id: str) -> Sequence[LedgerSplit]:
        rows = self._office.client.rows("/paysplits", PatNum=values.number(patient_id))
        return [
            LedgerSplit(
                payment_id=ident(row.get("PayNum")),
                day=values.day(row.get("DatePay")) or date.min,
                amount_cents=cents(row.get("SplitAmt")),
                plan_id=ident(row.get("PayPlanNum")),
                procedure_id=ident(row.get("ProcNum")),
            )
            for row in rows
        ]

    def ledger_payments(self, patient_id: str) -> Sequence[LedgerEntry]:
        rows = self._office.client.rows("/payments", PatNum=values.number(patient_id))
        return [
            LedgerEntry(
                payment_id=ident(row.get("PayNum")),
                day=values.day(row.get("PayDate")) or date.min,
                amount_cents=cents(row.get("PayAmt")),
                words=f"{text(row, 'CheckNum')} {text(row, 'PayNote')}".strip(),
            )
            for row in rows
        ]

    def refund_payment(self, payment_id: str) -> str:
        """Raises Conflict when it is refunded already or on a payment plan."""
        made = self._office.client.post("/payments/Refund", {"PayNum": values.number(payment_id)})
        return ident(made_row(made, "the refund").get("PayNum"))

    def create_payment_plan(self, draft: PaymentPlanDraft) -> str:
        if (draft.payment_cents > 0) == (draft.payments > 0):
            raise InvalidRequest("Open Dental: a payment plan needs a payment amount or a number of payments, not both")
        patient = values.number(draft.patient_id)
        for row in self._office.client.rows("/payplans", PatNum=patient):
            if has_tag(text(row, "Note"), draft.tag):
                return ident(row.get("PayPlanNum"))
        made = self._office.client.post("/payplans/Dynamic", _plan_body(draft, patient))
        return ident(made_row(made, "the payment plan").get("PayPlanNum"))

    def payment_plan_charges(self, plan_id: str) -> Sequence[PaymentPlanCharge]:
        """Posted debits only: Open Dental stores no future ones."""
        rows = self._office.client.rows("/payplancharges", PayPlanNum=values.number(plan_id))
        charges = (mapping.payment_plan_charge(row) for row in rows)
        return [charge for charge in charges if charge is not None]

    def close_payment_plan(self, plan_id: str) -> None:
        self._office.client.put(f"/payplans/{values.number(plan_id)}/Close", {})

    def _payment_body(self, payment: LedgerPayment, patient: int) -> dict[str, object]:
        """``CheckNum`` takes the reference when it fits; the note always has it."""
        short = len(payment.reference) <= _LONGEST_CHECK_NUMBER
        pay_type = self._office.options.payment_type
        return {
            "PatNum": patient,
            "PayAmt": amount(payment.amount_cents),
            "PayDate": payment.day.isoformat(),
            "PayType": values.number(self._office.definition(PAYMENT_TYPES, pay_type, "payment_type"))
            if pay_type
            else None,
            "CheckNum": payment.reference if short else None,
            "PayNote": tagged(payment.note, payment.reference),
            "isPrepayment": "true" if payment.prepayment else None,
            "procNums": None if payment.prepayment else [values.number(one) for one in payment.procedure_ids] or None,
        }


def _carries(row: Row, reference: str) -> bool:
    return cents(row.get("PayAmt")) > 0 and (
        text(row, "CheckNum") == reference or has_tag(text(row, "PayNote"), reference)
    )


def _plan_body(draft: PaymentPlanDraft, patient: int) -> dict[str, object]:
    return {
        "PatNum": patient,
        "Guarantor": values.number(draft.guarantor_id) if draft.guarantor_id else None,
        "procNums": [values.number(one) for one in draft.procedure_ids],
        "PayPlanDate": draft.agreed_on.isoformat(),
        "DatePayPlanStart": draft.first_due.isoformat(),
        "PayAmt": amount(draft.payment_cents) if draft.payment_cents else None,
        "NumberOfPayments": draft.payments or None,
        "DownPayment": amount(draft.down_payment_cents) if draft.down_payment_cents else None,
        "APR": str(draft.apr) if draft.apr else None,
        "DateInterestStart": draft.interest_from.isoformat() if draft.interest_from else None,
        "ChargeFrequency": _FREQUENCIES[draft.frequency],
        "DynamicPayPlanTPOption": _TREAT_PLANNED[draft.treat_planned],
        "IsLocked": "true",
        "Note": tagged(draft.note, draft.tag),
    }
