"""What happens when a card is asked for money, whoever asks: an intent confirmed over the API or the pay page."""

from __future__ import annotations

from typing import Any

from sandbox.stripe import charges, disputes
from sandbox.stripe.account import Account
from sandbox.stripe.cards import Decline, asks_now, refusal
from sandbox.stripe.errors import StripeError, invalid
from sandbox.stripe.events import emit, public
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.payment_methods import attach_to, card_of

FAILED_AUTHENTICATION = Decline(
    "payment_intent_authentication_failure",
    "",
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
)


def check_owner(intent: StripeObject, method: StripeObject) -> None:
    """A saved method can only be used for the customer it belongs to."""
    owner = method["customer"]
    if owner and owner != intent["customer"]:
        message = f"The payment method {method['id']} belongs to a customer: include it in `customer`."
        raise invalid(message, param="payment_method")


def attempt(
    account: Account,
    intent: StripeObject,
    method: StripeObject,
    *,
    off_session: bool = False,
    authenticated: bool = False,
    return_url: str | None = None,
) -> StripeObject:
    """Ask the card; the intent afterwards.

    It ends `succeeded`, `requires_capture` or `requires_action`; a refusal raises StripeError 402 and leaves the
    intent at `requires_payment_method` with `last_payment_error`.
    """
    card = card_of(method)
    set_up = bool(method["_set_up"])
    decline = refusal(card, off_session=off_session, authenticated=authenticated, set_up=set_up)
    intent.update(payment_method=method["id"], next_action=None)
    if decline:
        return _fail(account, intent, method, decline)
    if asks_now(card, authenticated=authenticated, set_up=set_up):
        return _ask_cardholder(account, intent, return_url)
    return _take(account, intent, method)


def _take(account: Account, intent: StripeObject, method: StripeObject) -> StripeObject:
    now = intent["capture_method"] != "manual"
    card = card_of(method)
    if intent["setup_future_usage"] and intent["customer"]:
        attach_to(account, method, intent["customer"])
        method["_set_up"] = True
        account.ledger.put(method)
    charge = charges.record(account, intent, method, card, None, captured=now)
    intent.update(
        latest_charge=charge["id"], last_payment_error=None, status="succeeded" if now else "requires_capture"
    )
    intent["amount_received" if now else "amount_capturable"] = intent["amount"]
    account.ledger.put(intent)
    emit(account, "payment_intent.succeeded" if now else "payment_intent.amount_capturable_updated", intent)
    if card.disputed:
        disputes.open_dispute(account, charge, "fraudulent")
    return intent


def _ask_cardholder(account: Account, intent: StripeObject, return_url: str | None) -> StripeObject:
    url = account.page_url(f"authenticate/{intent['id']}")
    action: dict[str, Any] = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    if return_url:
        action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}}
    intent.update(status="requires_action", next_action=action)
    account.ledger.put(intent)
    emit(account, "payment_intent.requires_action", intent)
    return intent


def _fail(account: Account, intent: StripeObject, method: StripeObject, decline: Decline) -> StripeObject:
    charge = charges.record(account, intent, method, card_of(method), decline, captured=False)
    return _refuse(account, intent, method, decline, charge["id"])


def fail_authentication(account: Account, intent: StripeObject) -> StripeObject:
    """The cardholder did not pass, or could not be asked. Raises StripeError 402."""
    method = account.need("payment_method", intent["payment_method"])
    return _refuse(account, intent, method, FAILED_AUTHENTICATION, None)


def _refuse(
    account: Account, intent: StripeObject, method: StripeObject, decline: Decline, charge: str | None
) -> StripeObject:
    fields = {"code": decline.code, "decline_code": decline.decline_code or None, "charge": charge}
    known = {key: value for key, value in fields.items() if value}
    error = {**known, "message": decline.message, "payment_method": public(method), "type": "card_error"}
    intent.update(status="requires_payment_method", last_payment_error=error, payment_method=None, next_action=None)
    intent["latest_charge"] = charge or intent["latest_charge"]
    account.ledger.put(intent)
    emit(account, "payment_intent.payment_failed", intent)
    raise StripeError(
        402, "card_error", decline.message, **known, payment_method=public(method), payment_intent=public(intent)
    )
