"""PaymentIntents: the state machine of one payment."""

from __future__ import annotations

from typing import Any

from sandbox.stripe import payments
from sandbox.stripe.account import Account, Params, merge_metadata
from sandbox.stripe.charges import HOLD_SECONDS
from sandbox.stripe.errors import StripeError, invalid
from sandbox.stripe.events import emit
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.listing import page
from sandbox.stripe.payment_methods import refer

SMALLEST_CENTS, LARGEST_CENTS = 50, 99_999_999
COPIED = (
    "description",
    "on_behalf_of",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)
CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action", "processing")
CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def check_amount(amount: int, param: str = "amount") -> None:
    """Refuse what Stripe refuses: under 50 cents or over eight digits."""
    if amount < SMALLEST_CENTS:
        raise invalid("Amount must be at least $0.50 usd", code="amount_too_small", param=param)
    if amount > LARGEST_CENTS:
        raise invalid("Amount must be no more than $999,999.99", code="amount_too_large", param=param)


def create(account: Account, params: Params) -> StripeObject:
    _check_create(account, params)
    method = refer(account, params["payment_method"]) if params.get("payment_method") else None
    intent = new_intent(account, params)
    if method:
        payments.check_owner(intent, method)
        intent.update(payment_method=method["id"], status="requires_confirmation")
        account.ledger.put(intent)
    return _confirm(account, intent, params) if params.get("confirm") else intent


def _check_create(account: Account, params: Params) -> None:
    check_amount(params["amount"])
    if params.get("customer"):
        account.refer("customer", params["customer"], "customer")
    if not params.get("confirm") and "off_session" in params:
        raise invalid("`off_session` can only be given with `confirm=true`.", param="off_session")


def new_intent(account: Account, params: Params) -> StripeObject:
    """An intent without a payment method, in the ledger, with its `payment_intent.created` event."""
    intent = account.new(
        "payment_intent",
        "pi_",
        amount=params["amount"],
        amount_capturable=0,
        amount_received=0,
        automatic_payment_methods=_automatic(params),
        canceled_at=None,
        cancellation_reason=None,
        capture_method=params.get("capture_method", "automatic_async"),
        confirmation_method=params.get("confirmation_method", "automatic"),
        currency=params["currency"].lower(),
        customer=params.get("customer"),
        last_payment_error=None,
        latest_charge=None,
        metadata=merge_metadata(None, params),
        next_action=None,
        payment_method=None,
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=["card"],
        processing=None,
        status="requires_payment_method",
        **{field: params.get(field) for field in COPIED},
    )
    intent["client_secret"] = f"{intent['id']}_secret_{account.ledger.random_text(intent['id'], 25)}"
    account.ledger.put(intent)
    emit(account, "payment_intent.created", intent)
    return intent


def _automatic(params: Params) -> dict[str, Any] | None:
    if "allowed_payment_method_types" in params or "excluded_payment_method_types" in params:
        return None
    return {"allow_redirects": "always", "enabled": True, **(params.get("automatic_payment_methods") or {})}


def retrieve(account: Account, _params: Params, intent: str) -> StripeObject:
    return account.need("payment_intent", intent, "intent")


def update(account: Account, params: Params, intent: str) -> StripeObject:
    found = account.need("payment_intent", intent, "intent")
    if "amount" in params:
        _check_state(found, ("requires_payment_method", "requires_confirmation", "requires_action"), "update")
        check_amount(params["amount"])
        found["amount"] = params["amount"]
    for field in (*COPIED, "customer"):
        found[field] = params.get(field, found[field])
    if params.get("payment_method"):
        method = refer(account, params["payment_method"])
        payments.check_owner(found, method)
        found.update(payment_method=method["id"], status="requires_confirmation")
    found["metadata"] = merge_metadata(found["metadata"], params)
    return account.ledger.put(found)


def list_all(account: Account, params: Params) -> StripeObject:
    return page(account, "/v1/payment_intents", "payment_intent", params)


def confirm(account: Account, params: Params, intent: str) -> StripeObject:
    found = account.need("payment_intent", intent, "intent")
    _check_state(found, CONFIRMABLE, "confirm")
    if params.get("payment_method"):
        method = refer(account, params["payment_method"])
        payments.check_owner(found, method)
        found["payment_method"] = method["id"]
    return _confirm(account, found, params)


def _confirm(account: Account, intent: StripeObject, params: Params) -> StripeObject:
    if not intent["payment_method"]:
        message = "You cannot confirm this PaymentIntent because it's missing a payment method."
        raise invalid(message, code="payment_intent_unexpected_state", param="payment_method")
    off_session = bool(params.get("off_session"))
    _check_return_url(intent, params, off_session=off_session)
    intent["setup_future_usage"] = params.get("setup_future_usage", intent["setup_future_usage"])
    method = refer(account, intent["payment_method"])
    paid = payments.attempt(account, intent, method, off_session=off_session, return_url=params.get("return_url"))
    if paid["status"] == "requires_action" and params.get("error_on_requires_action"):
        return payments.fail_authentication(account, paid)
    return paid


def _check_return_url(intent: StripeObject, params: Params, *, off_session: bool) -> None:
    """Dynamic payment methods may redirect, so an on-session confirmation has to say where to come back."""
    automatic = intent["automatic_payment_methods"]
    if off_session or params.get("return_url") or automatic is None or automatic["allow_redirects"] == "never":
        return
    message = (
        "This PaymentIntent accepts payment methods that might redirect your customer, so provide a `return_url`."
        " To do without, set `automatic_payment_methods[allow_redirects]` to `never`."
    )
    raise invalid(message, param="return_url")


def capture(account: Account, params: Params, intent: str) -> StripeObject:
    found = account.need("payment_intent", intent, "intent")
    _check_state(found, ("requires_capture",), "capture")
    amount = params.get("amount_to_capture", found["amount_capturable"])
    if not 0 < amount <= found["amount_capturable"]:
        message = f"The amount to capture must be between 1 and {found['amount_capturable']}."
        raise invalid(message, code="amount_too_large", param="amount_to_capture")
    charge = account.need("charge", found["latest_charge"], "charge")
    charge.update(captured=True, amount_captured=amount, amount_refunded=charge["amount"] - amount)
    account.ledger.put(charge)
    found["metadata"] = merge_metadata(found["metadata"], params)
    found.update(status="succeeded", amount_received=amount, amount_capturable=0)
    account.ledger.put(found)
    emit(account, "charge.captured", charge)
    emit(account, "payment_intent.succeeded", found)
    return found


def cancel(account: Account, params: Params, intent: str) -> StripeObject:
    found = account.need("payment_intent", intent, "intent")
    _check_state(found, CANCELABLE, "cancel")
    return cancel_now(account, found, params.get("cancellation_reason"))


def cancel_now(account: Account, intent: StripeObject, reason: str | None) -> StripeObject:
    """Cancel; money that was only held is let go."""
    if intent["latest_charge"] and intent["status"] == "requires_capture":
        charge = account.need("charge", intent["latest_charge"], "charge")
        charge.update(refunded=True, amount_refunded=charge["amount"])
        account.ledger.put(charge)
        emit(account, "charge.refunded", charge)
    intent.update(status="canceled", canceled_at=account.now(), cancellation_reason=reason, amount_capturable=0)
    intent["next_action"] = None
    account.ledger.put(intent)
    emit(account, "payment_intent.canceled", intent)
    return intent


def release_old_holds(account: Account) -> None:
    """Cancel what was authorised and not captured within seven days."""
    oldest = account.now() - HOLD_SECONDS
    for intent in account.ledger.find("payment_intent", status="requires_capture"):
        charge = account.need("charge", intent["latest_charge"], "charge")
        if charge["created"] <= oldest:
            cancel_now(account, intent, "automatic")


def _check_state(intent: StripeObject, allowed: tuple[str, ...], verb: str) -> None:
    if intent["status"] in allowed:
        return
    past = f"{verb}d" if verb.endswith("e") else f"{verb}ed"
    message = (
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}. "
        f"Only a PaymentIntent with one of the following statuses may be {past}: {', '.join(allowed)}."
    )
    raise StripeError(
        400, "invalid_request_error", message, code="payment_intent_unexpected_state", payment_intent=intent
    )
