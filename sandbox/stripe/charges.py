"""Charges: the money part of a payment attempt, made by the intents and read by clients."""

from __future__ import annotations

from sandbox.stripe.account import Account, Params, merge_metadata
from sandbox.stripe.cards import Card, Decline
from sandbox.stripe.events import emit
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.listing import page

HOLD_SECONDS = 7 * 24 * 3600
"""How long an uncaptured card payment lives, started by the customer online (docs.stripe.com/payments/place-a-hold)."""


def record(
    account: Account, intent: StripeObject, method: StripeObject, card: Card, decline: Decline | None, *, captured: bool
) -> StripeObject:
    """Put one attempt into the ledger and emit `charge.succeeded` or `charge.failed`."""
    taken = decline is None
    charge = account.new(
        "charge",
        "ch_",
        amount=intent["amount"],
        amount_captured=intent["amount"] if taken and captured else 0,
        amount_refunded=0,
        balance_transaction=None,
        billing_details=method["billing_details"],
        calculated_statement_descriptor="SANDBOX",
        captured=taken and captured,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        failure_code=decline.code if decline else None,
        failure_message=decline.message if decline else None,
        metadata=intent["metadata"],
        outcome=_outcome(decline),
        paid=taken,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details=_details(account, method, card, held=taken and not captured),
        receipt_email=intent["receipt_email"],
        receipt_url=None,
        refunded=False,
        statement_descriptor=intent["statement_descriptor"],
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
        status="succeeded" if taken else "failed",
        _number=card.number,
    )
    account.ledger.put(charge)
    emit(account, "charge.succeeded" if taken else "charge.failed", charge)
    return charge


def _outcome(decline: Decline | None) -> dict[str, str | None]:
    return {
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": decline.decline_code if decline else None,
        "risk_level": "normal",
        "seller_message": "The bank did not return any further details." if decline else "Payment complete.",
        "type": "issuer_declined" if decline else "authorized",
    }


def _details(account: Account, method: StripeObject, card: Card, *, held: bool) -> StripeObject:
    member = {
        key: method["card"][key] for key in ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding")
    }
    until = {"capture_before": account.now() + HOLD_SECONDS} if held else {}
    return {"card": {**member, "last4": card.last4, "network": card.brand, "wallet": None, **until}, "type": "card"}


def retrieve(account: Account, _params: Params, charge: str) -> StripeObject:
    return with_refunds(account, account.need("charge", charge, "charge"))


def update(account: Account, params: Params, charge: str) -> StripeObject:
    found = account.need("charge", charge, "charge")
    found["metadata"] = merge_metadata(found["metadata"], params)
    found["description"] = params.get("description", found["description"])
    account.ledger.put(found)
    emit(account, "charge.updated", found)
    return found


def list_all(account: Account, params: Params) -> StripeObject:
    answer = page(account, "/v1/charges", "charge", params)
    answer["data"] = [with_refunds(account, charge) for charge in answer["data"]]
    return answer


def with_refunds(account: Account, charge: StripeObject) -> StripeObject:
    """The charge with its refunds behind `expand[]=refunds`."""
    url = f"/v1/charges/{charge['id']}/refunds"
    refunds = {
        "object": "list",
        "data": account.ledger.find("refund", charge=charge["id"]),
        "has_more": False,
        "url": url,
    }
    return {**charge, "_refunds": refunds}
