"""Events read back, and the balance."""

from __future__ import annotations

from sandbox.stripe.account import Account, Params
from sandbox.stripe.errors import bad_parameter
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.listing import page

KEPT_SECONDS = 30 * 24 * 3600
"""The events API reaches back 30 days."""


def list_all(account: Account, params: Params) -> StripeObject:
    if "type" in params and "types" in params:
        raise bad_parameter("You may only specify one of these parameters: type, types.", param="type")
    wanted = params.get("types") or ([params["type"]] if "type" in params else None)
    given = params.get("created") or {}
    created = {"gte": given, "lte": given} if isinstance(given, int) else dict(given)
    if "gt" not in created:
        created["gte"] = max(created.get("gte", 0), account.now() - KEPT_SECONDS)
    return page(account, "/v1/events", "event", {**params, "created": created}, {"type": wanted} if wanted else {})


def retrieve(account: Account, _params: Params, event: str) -> StripeObject:
    return account.need("event", event, "id")


def balance(account: Account, _params: Params) -> StripeObject:
    paid = sum(charge["amount_captured"] for charge in account.ledger.find("charge"))
    back = sum(refund["amount"] for refund in account.ledger.find("refund", status="succeeded"))
    amount = {"amount": paid - back, "currency": "usd", "source_types": {"card": paid - back}}
    nothing = {**amount, "amount": 0, "source_types": {"card": 0}}
    return {"object": "balance", "available": [amount], "livemode": False, "pending": [nothing]}
