"""Checkout Sessions: made, read, expired over the API. What the patient does on the pay page is in `paying.py`."""

from __future__ import annotations

from typing import Any

from sandbox.stripe import payment_intents, setup_intents
from sandbox.stripe.account import Account, Params, merge_metadata
from sandbox.stripe.errors import bad_parameter, invalid
from sandbox.stripe.events import emit
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.listing import as_list, page

SHORTEST_SECONDS, LONGEST_SECONDS = 30 * 60, 24 * 3600
RECOVERY_SECONDS = 30 * 24 * 3600
ECHOED = (
    "allow_promotion_codes",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "consent_collection",
    "customer_email",
    "invoice_creation",
    "locale",
    "payment_method_collection",
    "permissions",
    "saved_payment_method_options",
    "shipping_address_collection",
    "submit_type",
    "success_url",
)
INTENT_DATA = ("payment_intent_data", "setup_intent_data")


def create(account: Account, params: Params) -> StripeObject:
    mode = params.get("mode", "payment")
    _check_shape(account, params, mode)
    lines = [_line(account, index, line) for index, line in enumerate(params.get("line_items") or [])]
    total = sum(line["amount_total"] for line in lines)
    if mode == "payment":
        payment_intents.check_amount(total, "line_items")
    expires_at = _expires_at(account, params)
    session = _new_session(account, params, mode, lines, total, expires_at)
    if mode == "setup":
        session["setup_intent"] = _setup_intent(account, session)["id"]
    return account.ledger.put(session)


def _check_shape(account: Account, params: Params, mode: str) -> None:
    if mode == "subscription":
        raise invalid("The sandbox has no subscriptions: use mode=payment or mode=setup.", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The sandbox has the hosted page only.", param="ui_mode")
    if not params.get("success_url"):
        raise bad_parameter("Missing required param: success_url.", code="parameter_missing", param="success_url")
    if mode == "payment" and not params.get("line_items"):
        message = "`line_items` is required in `payment` mode."
        raise bad_parameter(message, code="parameter_missing", param="line_items")
    if mode == "setup" and (params.get("line_items") or params.get("payment_intent_data")):
        raise invalid("You can not pass `line_items` or `payment_intent_data` in `setup` mode.", param="mode")
    if mode == "setup" and not (params.get("currency") or params.get("allowed_payment_method_types")):
        raise invalid("`currency` is required in `setup` mode.", code="parameter_missing", param="currency")
    if params.get("customer") and params.get("customer_email"):
        raise invalid("You may only specify one of these parameters: customer, customer_email.", param="customer")
    if params.get("customer"):
        account.refer("customer", params["customer"], "customer")


def _line(account: Account, index: int, line: Params) -> StripeObject:
    """A line item as the session keeps it; raises StripeError 400 without a usable `price_data`."""
    price, where = line.get("price_data"), f"line_items[{index}]"
    if price is None:
        raise invalid(f"No such price: '{line.get('price', '')}'", code="resource_missing", param=f"{where}[price]")
    unit, name = price.get("unit_amount"), (price.get("product_data") or {}).get("name")
    if unit is None or unit < 0 or name is None:
        message = "price_data needs a unit_amount of 0 or more and product_data[name]."
        raise bad_parameter(message, code="parameter_missing", param=f"{where}[price_data]")
    quantity = line.get("quantity", 1)
    totals = {
        "amount_discount": 0,
        "amount_subtotal": unit * quantity,
        "amount_tax": 0,
        "amount_total": unit * quantity,
    }
    return {
        "id": account.ledger.new_id("li_"),
        "object": "item",
        **totals,
        "currency": price["currency"],
        "description": name,
        "price": {
            "id": account.ledger.new_id("price_"),
            "object": "price",
            "unit_amount": unit,
            "currency": price["currency"],
        },
        "quantity": quantity,
    }


def _expires_at(account: Account, params: Params) -> int:
    """Seconds since the epoch; between 30 minutes and 24 hours from now, 24 hours by default."""
    at = int(params.get("expires_at", account.now() + LONGEST_SECONDS))
    if at < account.now() + SHORTEST_SECONDS:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if at > account.now() + LONGEST_SECONDS:
        raise invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    return at


def _new_session(
    account: Account, params: Params, mode: str, lines: list[StripeObject], total: int, expires_at: int
) -> StripeObject:
    payment = mode == "payment"
    session = account.new(
        "checkout.session",
        "cs_test_",
        **{field: params.get(field) for field in ECHOED},
        after_expiration=_after_expiration(params),
        amount_subtotal=total if payment else None,
        amount_total=total if payment else None,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        client_secret=None,
        currency=lines[0]["currency"] if lines else params.get("currency"),
        custom_fields=[],
        custom_text={
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        customer=params.get("customer"),
        customer_creation=params.get("customer_creation", "if_required" if payment else "always"),
        customer_details=None,
        expires_at=expires_at,
        metadata=merge_metadata(None, params),
        mode=mode,
        payment_intent=None,
        payment_link=None,
        payment_method_options={},
        payment_method_types=["card"],
        payment_status="unpaid" if payment else "no_payment_required",
        recovered_from=None,
        setup_intent=None,
        shipping_options=[],
        status="open",
        subscription=None,
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0} if payment else None,
        ui_mode="hosted_page",
        _params={key: params[key] for key in INTENT_DATA if params.get(key)},
    )
    session["url"] = account.page_url(f"pay/{session['id']}")
    session["_line_items"] = as_list(f"/v1/checkout/sessions/{session['id']}/line_items", lines)
    return session


def _after_expiration(params: Params) -> dict[str, Any] | None:
    recovery = (params.get("after_expiration") or {}).get("recovery")
    if recovery is None:
        return None
    return {"recovery": {"allow_promotion_codes": False, "expires_at": None, "url": None, **recovery}}


def _setup_intent(account: Account, session: StripeObject) -> StripeObject:
    data = session["_params"].get("setup_intent_data") or {}
    return setup_intents.create(account, {**data, **({"customer": session["customer"]} if session["customer"] else {})})


def retrieve(account: Account, _params: Params, session: str) -> StripeObject:
    return account.need("checkout.session", session, "session")


def update(account: Account, params: Params, session: str) -> StripeObject:
    found = account.need("checkout.session", session, "session")
    found["metadata"] = merge_metadata(found["metadata"], params)
    return account.ledger.put(found)


def list_all(account: Account, params: Params) -> StripeObject:
    where = {key: value for key, value in params.items() if key in ("customer", "payment_intent", "status")}
    if "customer_details" in params:
        where["customer_details.email"] = params["customer_details"]["email"]
    return page(account, "/v1/checkout/sessions", "checkout.session", params, where)


def list_line_items(account: Account, params: Params, session: str) -> StripeObject:
    lines: StripeObject = account.need("checkout.session", session, "session")["_line_items"]
    shown = lines["data"][: params.get("limit", 10)]
    return {**lines, "data": shown, "has_more": len(shown) < len(lines["data"])}


def expire(account: Account, _params: Params, session: str) -> StripeObject:
    found = account.need("checkout.session", session, "session")
    if found["status"] != "open":
        state = f"This Checkout Session has a status of {found['status']}."
        message = f'Only Checkout Sessions with a status in ["open"] can be expired. {state}'
        raise invalid(message)
    return expire_now(account, found)


def expire_now(account: Account, session: StripeObject) -> StripeObject:
    """Close an open session; its intent, if a payment was tried, is canceled."""
    session.update(status="expired", url=None)
    recovery = (session["after_expiration"] or {}).get("recovery")
    if recovery and recovery["enabled"]:
        recovery.update(url=account.page_url(f"recover/{session['id']}"), expires_at=account.now() + RECOVERY_SECONDS)
    account.ledger.put(session)
    emit(account, "checkout.session.expired", session)
    if session["payment_intent"]:
        payment_intents.cancel_now(account, account.need("payment_intent", session["payment_intent"]), "automatic")
    return session


def expire_due(account: Account) -> None:
    """The expiry job: close every open session whose time has come."""
    for session in account.ledger.find("checkout.session", status="open"):
        if session["expires_at"] <= account.now():
            expire_now(account, session)


def recover(account: Account, session: str) -> StripeObject:
    """A fresh copy of an expired session, made when the patient follows its recovery link."""
    old = account.need("checkout.session", session, "session")
    recovery = (old["after_expiration"] or {}).get("recovery") or {}
    if old["status"] != "expired" or not recovery.get("url") or recovery["expires_at"] <= account.now():
        raise invalid("This Checkout Session cannot be recovered.")
    copy = account.new("checkout.session", "cs_test_")
    fresh = {
        **old,
        **copy,
        "expires_at": account.now() + LONGEST_SECONDS,
        "after_expiration": None,
        "payment_intent": None,
        "recovered_from": old["id"],
        "status": "open",
        "url": account.page_url(f"pay/{copy['id']}"),
    }
    return account.ledger.put(fresh)
