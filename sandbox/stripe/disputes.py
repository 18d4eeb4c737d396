"""Disputes: opened by a test card or the control endpoint, closed by the control endpoint or by the merchant."""

from __future__ import annotations

from sandbox.stripe.account import Account, Params, merge_metadata
from sandbox.stripe.errors import invalid
from sandbox.stripe.events import emit
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.listing import page

ANSWER_SECONDS = 9 * 24 * 3600


def open_dispute(account: Account, charge: StripeObject, reason: str) -> StripeObject:
    """The cardholder's bank takes the money back; raises StripeError 400 when it already did."""
    if charge["disputed"] or not charge["paid"]:
        raise invalid(f"Charge {charge['id']} cannot be disputed: it is disputed already or was never paid.")
    dispute = account.new(
        "dispute",
        "du_",
        amount=charge["amount"] - charge["amount_refunded"],
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        evidence={},
        evidence_details={
            "due_by": account.now() + ANSWER_SECONDS,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        is_charge_refundable=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="needs_response",
    )
    account.ledger.put(dispute)
    account.ledger.put({**charge, "disputed": True})
    emit(account, "charge.dispute.created", dispute)
    emit(account, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def settle(account: Account, dispute: str, status: str) -> StripeObject:
    """The bank's decision: `won` gives the money back, `lost` does not; `warning_closed`: it was an inquiry only."""
    found = account.need("dispute", dispute, "dispute")
    if found["status"] in ("won", "lost", "warning_closed"):
        raise invalid("This dispute is already closed.", code="dispute_already_closed")
    found["status"] = status
    account.ledger.put(found)
    if status != "lost":
        emit(account, "charge.dispute.funds_reinstated", found)
    emit(account, "charge.dispute.closed", found)
    return found


def retrieve(account: Account, _params: Params, dispute: str) -> StripeObject:
    return account.need("dispute", dispute, "dispute")


def update(account: Account, params: Params, dispute: str) -> StripeObject:
    found = account.need("dispute", dispute, "dispute")
    found["evidence"].update(params.get("evidence") or {})
    found["metadata"] = merge_metadata(found["metadata"], params)
    found["status"] = "under_review" if params.get("submit", True) and params.get("evidence") else found["status"]
    account.ledger.put(found)
    emit(account, "charge.dispute.updated", found)
    return found


def close(account: Account, _params: Params, dispute: str) -> StripeObject:
    return settle(account, dispute, "lost")


def list_all(account: Account, params: Params) -> StripeObject:
    return page(account, "/v1/disputes", "dispute", params)
