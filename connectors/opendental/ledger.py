"""The patient's ledger: payments posted once, prepayments, refunds."""

from collections.abc import Sequence
from datetime import date

from connectors.base import LedgerEntry, LedgerPayment, LedgerSplit
from connectors.errors import InvalidRequest
from connectors.opendental import values
from connectors.opendental.client import made_row
from connectors.opendental.office import PAYMENT_TYPES, Office, has_tag, tagged
from connectors.opendental.values import Row, amount, cents, ident, text

_LONGEST_CHECK_NUMBER = 25


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
                unearned=bool(ident(row.get("UnearnedType"))),
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
