"""SetupIntents: a card saved for later, with the cardholder asked now if the bank wants it."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.account import Account, Params, merge_metadata
from sandbox.stripe.cards import Decline, asks_now
from sandbox.stripe.errors import StripeError, invalid
from sandbox.stripe.events import emit, public
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.listing import page
from sandbox.stripe.payment_methods import attach_to, card_of, refer

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(account: Account, params: Params) -> StripeObject:
    if params.get("customer"):
        account.refer("customer", params["customer"], "customer")
    method = refer(account, params["payment_method"]) if params.get("payment_method") else None
    intent = account.new(
        "setup_intent",
        "seti_",
        cancellation_reason=None,
        customer=params.get("customer"),
        description=params.get("description"),
        last_setup_error=None,
        latest_attempt=None,
        mandate=None,
        metadata=merge_metadata(None, params),
        next_action=None,
        payment_method=method["id"] if method else None,
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=["card"],
        status="requires_confirmation" if method else "requires_payment_method",
        usage=params.get("usage", "off_session"),
    )
    intent["client_secret"] = f"{intent['id']}_secret_{account.ledger.random_text(intent['id'], 25)}"
    account.ledger.put(intent)
    emit(account, "setup_intent.created", intent)
    return confirm(account, params, intent["id"]) if params.get("confirm") else intent


def retrieve(account: Account, _params: Params, intent: str) -> StripeObject:
    return account.need("setup_intent", intent, "intent")


def update(account: Account, params: Params, intent: str) -> StripeObject:
    found = account.need("setup_intent", intent, "intent")
    found["metadata"] = merge_metadata(found["metadata"], params)
    for field in ("description", "customer"):
        found[field] = params.get(field, found[field])
    return account.ledger.put(found)


def list_all(account: Account, params: Params) -> StripeObject:
    where = {key: params[key] for key in ("customer", "payment_method") if key in params}
    return page(account, "/v1/setup_intents", "setup_intent", params, where)


def confirm(account: Account, params: Params, intent: str) -> StripeObject:
    found = account.need("setup_intent", intent, "intent")
    _check_state(found)
    chosen = params.get("payment_method") or found["payment_method"]
    if not chosen:
        raise invalid(
            "You cannot confirm this SetupIntent because it's missing a payment method.", param="payment_method"
        )
    return attempt(account, found, refer(account, chosen))


def attempt(
    account: Account, intent: StripeObject, method: StripeObject, *, authenticated: bool = False
) -> StripeObject:
    """Save the card; the intent ends `succeeded` or `requires_action`; a refusal raises StripeError 402."""
    card = card_of(method)
    intent.update(payment_method=method["id"], next_action=None)
    if card.decline:
        return refuse(account, intent, method, card.decline)
    if asks_now(card, authenticated=authenticated, set_up=bool(method["_set_up"])):
        intent.update(status="requires_action", next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}})
        account.ledger.put(intent)
        emit(account, "setup_intent.requires_action", intent)
        return intent
    method["_set_up"] = True
    account.ledger.put(method)
    if intent["customer"]:
        attach_to(account, method, intent["customer"])
    intent.update(status="succeeded", last_setup_error=None)
    account.ledger.put(intent)
    emit(account, "setup_intent.succeeded", intent)
    return intent


def refuse(account: Account, intent: StripeObject, method: StripeObject, decline: Decline) -> StripeObject:
    """Back to `requires_payment_method` with the reason. Raises StripeError 402."""
    fields: dict[str, Any] = {"code": decline.code, "decline_code": decline.decline_code or None}
    error = {**fields, "message": decline.message, "type": "card_error"}
    intent.update(status="requires_payment_method", last_setup_error=error, payment_method=None, next_action=None)
    account.ledger.put(intent)
    emit(account, "setup_intent.setup_failed", intent)
    raise StripeError(
        402, "card_error", decline.message, **fields, payment_method=public(method), setup_intent=public(intent)
    )


def cancel(account: Account, params: Params, intent: str) -> StripeObject:
    found = account.need("setup_intent", intent, "intent")
    _check_state(found)
    found.update(status="canceled", cancellation_reason=params.get("cancellation_reason"))
    account.ledger.put(found)
    emit(account, "setup_intent.canceled", found)
    return found


def _check_state(intent: StripeObject) -> None:
    if intent["status"] not in CONFIRMABLE:
        message = f"This SetupIntent has a status of {intent['status']} and cannot be confirmed or canceled."
        raise invalid(message, code="setup_intent_unexpected_state")
