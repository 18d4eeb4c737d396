"""Customers."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.account import Account, Params, merge_metadata
from sandbox.stripe.events import emit
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.listing import page

WRITABLE = (
    "address",
    "business_name",
    "description",
    "email",
    "individual_name",
    "name",
    "phone",
    "preferred_locales",
    "shipping",
    "tax_exempt",
)


def create(account: Account, params: Params) -> StripeObject:
    customer = account.new(
        "customer",
        "cus_",
        **{field: params.get(field) for field in WRITABLE},
        balance=params.get("balance", 0),
        currency=None,
        default_source=None,
        delinquent=False,
        discount=None,
        invoice_settings=_invoice_settings({}, params),
        metadata=merge_metadata(None, params),
        test_clock=None,
    )
    customer["preferred_locales"] = customer["preferred_locales"] or []
    customer["tax_exempt"] = customer["tax_exempt"] or "none"
    account.ledger.put(customer)
    emit(account, "customer.created", customer)
    return customer


def _invoice_settings(old: Params, params: Params) -> dict[str, Any]:
    empty = {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}
    return {**empty, **old, **(params.get("invoice_settings") or {})}


def retrieve(account: Account, _params: Params, customer: str) -> StripeObject:
    found = account.need("customer", customer, "id")
    return {"id": customer, "object": "customer", "deleted": True} if found.get("deleted") else found


def update(account: Account, params: Params, customer: str) -> StripeObject:
    found = account.need("customer", customer, "id")
    changed = {field: params[field] for field in WRITABLE if field in params}
    if "metadata" in params:
        changed["metadata"] = merge_metadata(found["metadata"], params)
    if "invoice_settings" in params:
        changed["invoice_settings"] = _invoice_settings(found["invoice_settings"], params)
    previous = {field: found[field] for field in changed}
    account.ledger.put({**found, **changed})
    emit(account, "customer.updated", {**found, **changed}, previous)
    return {**found, **changed}


def delete(account: Account, _params: Params, customer: str) -> StripeObject:
    found = account.need("customer", customer, "id")
    account.ledger.put({**found, "deleted": True})
    emit(account, "customer.deleted", found)
    return {"id": customer, "object": "customer", "deleted": True}


def list_all(account: Account, params: Params) -> StripeObject:
    where = {"deleted": None, **{key: params[key] for key in ("email",) if key in params}}
    return page(account, "/v1/customers", "customer", params, where)
