"""Every call of Stripe's API that the look-alike has: method, path, the stripe package's parameter type, handler."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import stripe.params as p
from stripe.params import checkout as pc

from sandbox.stripe import (
    charges,
    checkout,
    customers,
    disputes,
    eventlog,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)
from sandbox.stripe.ledger import StripeObject

Handler = Callable[..., StripeObject]


@dataclass(frozen=True, slots=True)
class Route:
    """`handler(account, params, *path_ids)` answers `method` on `path`; `schema` is a TypedDict of the SDK."""

    method: str
    path: str
    schema: Any
    handler: Handler

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{\w+\}", "([^/]+)", self.path))


ROUTES = (
    Route("GET", "/v1/balance", p.BalanceRetrieveParams, eventlog.balance),
    Route("GET", "/v1/charges", p.ChargeListParams, charges.list_all),
    Route("GET", "/v1/charges/{charge}", p.ChargeRetrieveParams, charges.retrieve),
    Route("POST", "/v1/charges/{charge}", p.ChargeUpdateParams, charges.update),
    Route("GET", "/v1/checkout/sessions", pc.SessionListParams, checkout.list_all),
    Route("POST", "/v1/checkout/sessions", pc.SessionCreateParams, checkout.create),
    Route("GET", "/v1/checkout/sessions/{session}", pc.SessionRetrieveParams, checkout.retrieve),
    Route("POST", "/v1/checkout/sessions/{session}", pc.SessionUpdateParams, checkout.update),
    Route("POST", "/v1/checkout/sessions/{session}/expire", pc.SessionExpireParams, checkout.expire),
    Route("GET", "/v1/checkout/sessions/{session}/line_items", pc.SessionListLineItemsParams, checkout.list_line_items),
    Route("GET", "/v1/customers", p.CustomerListParams, customers.list_all),
    Route("POST", "/v1/customers", p.CustomerCreateParams, customers.create),
    Route("GET", "/v1/customers/{customer}", p.CustomerRetrieveParams, customers.retrieve),
    Route("POST", "/v1/customers/{customer}", p.CustomerUpdateParams, customers.update),
    Route("DELETE", "/v1/customers/{customer}", p.CustomerDeleteParams, customers.delete),
    Route(
        "GET",
        "/v1/customers/{customer}/payment_methods",
        p.CustomerListPaymentMethodsParams,
        payment_methods.list_of_customer,
    ),
    Route("GET", "/v1/disputes", p.DisputeListParams, disputes.list_all),
    Route("GET", "/v1/disputes/{dispute}", p.DisputeRetrieveParams, disputes.retrieve),
    Route("POST", "/v1/disputes/{dispute}", p.DisputeUpdateParams, disputes.update),
    Route("POST", "/v1/disputes/{dispute}/close", p.DisputeCloseParams, disputes.close),
    Route("GET", "/v1/events", p.EventListParams, eventlog.list_all),
    Route("GET", "/v1/events/{id}", p.EventRetrieveParams, eventlog.retrieve),
    Route("GET", "/v1/payment_intents", p.PaymentIntentListParams, payment_intents.list_all),
    Route("POST", "/v1/payment_intents", p.PaymentIntentCreateParams, payment_intents.create),
    Route("GET", "/v1/payment_intents/{intent}", p.PaymentIntentRetrieveParams, payment_intents.retrieve),
    Route("POST", "/v1/payment_intents/{intent}", p.PaymentIntentUpdateParams, payment_intents.update),
    Route("POST", "/v1/payment_intents/{intent}/cancel", p.PaymentIntentCancelParams, payment_intents.cancel),
    Route("POST", "/v1/payment_intents/{intent}/capture", p.PaymentIntentCaptureParams, payment_intents.capture),
    Route("POST", "/v1/payment_intents/{intent}/confirm", p.PaymentIntentConfirmParams, payment_intents.confirm),
    Route("GET", "/v1/payment_methods", p.PaymentMethodListParams, payment_methods.list_all),
    Route("POST", "/v1/payment_methods", p.PaymentMethodCreateParams, payment_methods.create),
    Route("GET", "/v1/payment_methods/{method}", p.PaymentMethodRetrieveParams, payment_methods.retrieve),
    Route("POST", "/v1/payment_methods/{method}", p.PaymentMethodUpdateParams, payment_methods.update),
    Route("POST", "/v1/payment_methods/{method}/attach", p.PaymentMethodAttachParams, payment_methods.attach),
    Route("POST", "/v1/payment_methods/{method}/detach", p.PaymentMethodDetachParams, payment_methods.detach),
    Route("GET", "/v1/refunds", p.RefundListParams, refunds.list_all),
    Route("POST", "/v1/refunds", p.RefundCreateParams, refunds.create),
    Route("GET", "/v1/refunds/{refund}", p.RefundRetrieveParams, refunds.retrieve),
    Route("POST", "/v1/refunds/{refund}", p.RefundUpdateParams, refunds.update),
    Route("POST", "/v1/refunds/{refund}/cancel", p.RefundCancelParams, refunds.cancel),
    Route("GET", "/v1/setup_intents", p.SetupIntentListParams, setup_intents.list_all),
    Route("POST", "/v1/setup_intents", p.SetupIntentCreateParams, setup_intents.create),
    Route("GET", "/v1/setup_intents/{intent}", p.SetupIntentRetrieveParams, setup_intents.retrieve),
    Route("POST", "/v1/setup_intents/{intent}", p.SetupIntentUpdateParams, setup_intents.update),
    Route("POST", "/v1/setup_intents/{intent}/cancel", p.SetupIntentCancelParams, setup_intents.cancel),
    Route("POST", "/v1/setup_intents/{intent}/confirm", p.SetupIntentConfirmParams, setup_intents.confirm),
)
_PATTERNS = tuple((route, route.pattern) for route in ROUTES)


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The route for a request and the ids in its path; None when Stripe (or the look-alike) has no such call."""
    for route, pattern in _PATTERNS:
        if route.method == method and (match := pattern.fullmatch(path)):
            return route, match.groups()
    return None
