"""Payment methods: cards made from test numbers or from Stripe's `pm_card_...` tokens."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.account import Account, Params, merge_metadata
from sandbox.stripe.cards import CARDS, TOKENS, Card, digits
from sandbox.stripe.errors import StripeError, invalid
from sandbox.stripe.events import emit
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.listing import page

USED_UP = (
    "The provided PaymentMethod was previously used without Customer attachment, or was detached from a Customer. "
    "It may not be used again."
)
NO_BILLING = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}


def create(account: Account, params: Params) -> StripeObject:
    given = params.get("card")
    if params.get("type") != "card" or not given:
        raise invalid("The sandbox takes cards only: give type=card and card[...].", param="type")
    number = given.get("number") or token_number(given.get("token", ""))
    card = CARDS.get(digits(number))
    if card is None:
        raise StripeError(402, "card_error", "Your card number is incorrect.", code="incorrect_number", param="number")
    month, year = given.get("exp_month", 12), given.get("exp_year", 2034)
    return new_card(account, card, month, year, params)


def token_number(token: str) -> str:
    """The test number behind `tok_visa` and the like."""
    return TOKENS.get(token.replace("tok_", "pm_card_", 1), "")


def new_card(account: Account, card: Card, month: int, year: int, params: Params) -> StripeObject:
    """A card payment method, not attached to anybody."""
    method = account.new(
        "payment_method",
        "pm_",
        allow_redisplay=params.get("allow_redisplay", "unspecified"),
        billing_details={**NO_BILLING, **(params.get("billing_details") or {})},
        card=_card_member(account, card, month, year),
        customer=None,
        metadata=merge_metadata(None, params),
        type="card",
        _number=card.number,
        _set_up=False,
        _detached=False,
    )
    return account.ledger.put(method)


def _card_member(account: Account, card: Card, month: int, year: int) -> dict[str, Any]:
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "display_brand": card.brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": account.ledger.random_text(f"fingerprint/{card.number}", 16),
        "funding": "credit",
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def refer(account: Account, method: str, param: str = "payment_method") -> StripeObject:
    """The payment method a parameter names; a `pm_card_...` token makes a fresh one, as in test mode."""
    if method in TOKENS:
        return new_card(account, CARDS[TOKENS[method]], 12, 2034, {})
    found = account.refer("payment_method", method, param)
    if found.get("_detached"):
        raise invalid(USED_UP, param=param)
    return found


def card_of(method: StripeObject) -> Card:
    return CARDS[method["_number"]]


def retrieve(account: Account, _params: Params, method: str) -> StripeObject:
    return account.need("payment_method", method, "payment_method")


def update(account: Account, params: Params, method: str) -> StripeObject:
    found = account.need("payment_method", method, "payment_method")
    found["metadata"] = merge_metadata(found["metadata"], params)
    found["billing_details"].update(params.get("billing_details") or {})
    found["card"].update({key: value for key, value in (params.get("card") or {}).items() if key.startswith("exp_")})
    account.ledger.put(found)
    emit(account, "payment_method.updated", found)
    return found


def list_all(account: Account, params: Params) -> StripeObject:
    where = {key: params[key] for key in ("customer", "type") if key in params}
    return page(account, "/v1/payment_methods", "payment_method", params, where)


def list_of_customer(account: Account, params: Params, customer: str) -> StripeObject:
    account.need("customer", customer, "customer")
    where = {"customer": customer, **{key: params[key] for key in ("type",) if key in params}}
    return page(account, f"/v1/customers/{customer}/payment_methods", "payment_method", params, where)


def attach(account: Account, params: Params, method: str) -> StripeObject:
    found = refer(account, method)
    if not params.get("customer"):
        raise invalid("Missing required param: customer.", code="parameter_missing", param="customer")
    if decline := card_of(found).decline:
        raise StripeError(402, "card_error", decline.message, code=decline.code, decline_code=decline.decline_code)
    return attach_to(account, found, params["customer"])


def attach_to(account: Account, method: StripeObject, customer: str) -> StripeObject:
    """Attach to a customer; raises StripeError 400 when it belongs to somebody else."""
    if method["customer"] == customer:
        return method
    if method["customer"]:
        raise invalid("The payment method you provided has already been attached to a customer.")
    account.refer("customer", customer, "customer")
    method["customer"] = customer
    account.ledger.put(method)
    emit(account, "payment_method.attached", method)
    return method


def detach(account: Account, _params: Params, method: str) -> StripeObject:
    found = account.need("payment_method", method, "payment_method")
    if not found["customer"]:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    previous = {"customer": found["customer"]}
    found["customer"], found["_detached"] = None, True
    account.ledger.put(found)
    emit(account, "payment_method.detached", found, previous)
    return found
