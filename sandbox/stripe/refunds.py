"""Refunds: whole or partial, never more than what is left of the charge."""

from __future__ import annotations

from sandbox.stripe.account import Account, Params, merge_metadata
from sandbox.stripe.cards import CARDS
from sandbox.stripe.charges import with_refunds
from sandbox.stripe.errors import bad_parameter, invalid
from sandbox.stripe.events import emit
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.listing import page

FAILS_AFTER_SECONDS = 60
"""How long the test card whose refunds fail takes to do so, on the practice's clock."""


def create(account: Account, params: Params) -> StripeObject:
    charge = _charge_of(account, params)
    amount = _amount(charge, params)
    refund = account.new(
        "refund",
        "re_",
        amount=amount,
        balance_transaction=None,
        charge=charge["id"],
        currency=charge["currency"],
        destination_details={"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        failure_reason=None,
        metadata=merge_metadata(None, params),
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        receipt_number=None,
        status="succeeded",
        _fails=CARDS[charge["_number"]].refund_fails,
    )
    account.ledger.put(refund)
    _book(account, charge, amount)
    emit(account, "refund.created", refund)
    emit(account, "charge.refunded", with_refunds(account, account.need("charge", charge["id"])))
    emit(account, "refund.updated", refund)
    emit(account, "charge.refund.updated", refund)
    return refund


def _charge_of(account: Account, params: Params) -> StripeObject:
    if params.get("charge"):
        return account.refer("charge", params["charge"], "charge")
    if not params.get("payment_intent"):
        message = "One of the following params should be provided for this request: payment_intent or charge."
        raise bad_parameter(message, code="parameter_missing", param="charge")
    intent = account.refer("payment_intent", params["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise invalid(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
    return account.need("charge", intent["latest_charge"])


def _amount(charge: StripeObject, params: Params) -> int:
    """The cents to give back; raises StripeError 400 when that is more than what is left."""
    if charge["disputed"]:
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise invalid(message, code="charge_disputed")
    left = charge["amount"] - charge["amount_refunded"]
    if left <= 0 or not charge["paid"]:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = int(params.get("amount", left))
    if amount < 1:
        raise bad_parameter("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        asked = f"Refund amount (${amount / 100:,.2f}) is greater than"
        raise invalid(f"{asked} unrefunded amount on charge (${left / 100:,.2f})", param="amount")
    return amount


def _book(account: Account, charge: StripeObject, amount: int) -> None:
    refunded = charge["amount_refunded"] + amount
    account.ledger.put({**charge, "amount_refunded": refunded, "refunded": refunded == charge["amount"]})


def retrieve(account: Account, _params: Params, refund: str) -> StripeObject:
    return account.need("refund", refund, "refund")


def update(account: Account, params: Params, refund: str) -> StripeObject:
    found = account.need("refund", refund, "refund")
    found["metadata"] = merge_metadata(found["metadata"], params)
    account.ledger.put(found)
    emit(account, "refund.updated", found)
    return found


def cancel(account: Account, _params: Params, refund: str) -> StripeObject:
    found = account.need("refund", refund, "refund")
    raise invalid(f"You can only cancel refunds that require action; this one has a status of {found['status']}.")


def list_all(account: Account, params: Params) -> StripeObject:
    return page(account, "/v1/refunds", "refund", params)


def fail_due(account: Account) -> None:
    """Let the refunds fail whose card says so: the money is back with the merchant."""
    oldest = account.now() - FAILS_AFTER_SECONDS
    for refund in account.ledger.find("refund", _fails=1, status="succeeded"):
        if refund["created"] <= oldest:
            refund.update(status="failed", failure_reason="expired_or_canceled_card")
            account.ledger.put(refund)
            _book(account, account.need("charge", refund["charge"]), -refund["amount"])
            emit(account, "refund.failed", refund)
