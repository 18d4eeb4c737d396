"""Checkout Sessions: creation, expiry, recovery, paying."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.sandbox.stripe.conftest import ASKS, DECLINED, GOOD, NO_FUNDS, NOW, deposit, event_types, plain
from tests.sandbox.vendor_server import Box

HALF_HOUR, DAY = 1800, 86_400


def test_a_session_has_stripes_shape(box: Box, client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(
        deposit(client_reference_id="case-1", metadata={"case": "abc"}, expires_at=NOW + HALF_HOUR)
    )
    assert made.id.startswith("cs_test_")
    assert (made.status, made.payment_status, made.amount_total, made.currency) == ("open", "unpaid", 50_000, "usd")
    assert (made.client_reference_id, plain(made.metadata), made.expires_at) == (
        "case-1",
        {"case": "abc"},
        NOW + HALF_HOUR,
    )
    assert made.url == f"{box.url}/stripe/pay/{made.id}"
    assert made.payment_intent is None
    again = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["line_items"]})
    assert again.line_items is not None
    assert again.line_items.data[0].description == "Appointment deposit"
    assert client.v1.checkout.sessions.line_items.list(made.id).data[0].amount_total == 50_000


@pytest.mark.parametrize("seconds", [HALF_HOUR - 1, DAY + 1])
def test_an_expiry_outside_thirty_minutes_to_a_day_is_refused(client: stripe.StripeClient, seconds: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(deposit(expires_at=NOW + seconds))
    assert refused.value.param == "expires_at"


def test_the_default_expiry_is_a_day(client: stripe.StripeClient) -> None:
    assert client.v1.checkout.sessions.create(deposit()).expires_at == NOW + DAY


BAD: list[tuple[dict[str, Any], str | None, str | None]] = [
    ({"foo": 1}, "parameter_unknown", "foo"),
    ({"payment_intent_data": {"foo": 1}}, "parameter_unknown", "payment_intent_data[foo]"),
    ({"payment_method_types": ["card"]}, "payment_method_types_no_longer_supported", "payment_method_types"),
    ({"mode": "paymint"}, None, "mode"),
    ({"line_items": []}, "parameter_missing", "line_items"),
    ({"line_items": [{"price": "price_1", "quantity": 1}]}, "resource_missing", "line_items[0][price]"),
    ({"customer": "cus_none"}, "resource_missing", "customer"),
    ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
    ({"success_url": None}, "parameter_missing", "success_url"),
]


@pytest.mark.parametrize(
    ("more", "code", "param"), BAD, ids=[f"{next(iter(more))}-{n}" for n, (more, *_) in enumerate(BAD)]
)
def test_bad_parameters_are_refused(
    client: stripe.StripeClient, more: dict[str, Any], code: str | None, param: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(deposit(**more))
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)


def test_less_than_fifty_cents_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(deposit(49))
    assert refused.value.code == "amount_too_small"


def test_paying_makes_the_intent_and_tells_it(box: Box, client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"metadata": {"ref": "p1"}})
    data = {"metadata": {"case": "abc"}, "setup_future_usage": "off_session"}
    made = client.v1.checkout.sessions.create(deposit(customer=customer.id, payment_intent_data=data))
    report = box.post("stripe/pay", session=made.id)
    assert (report["status"], report["payment_status"], report["error"]) == ("complete", "paid", None)
    done = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent.latest_charge"]})
    assert done.url is None
    intent = done.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received, plain(intent.metadata)) == ("succeeded", 50_000, {"case": "abc"})
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    assert (charge.paid, charge.captured, charge.payment_method_details.card.last4) == (True, True, "4242")
    saved = client.v1.customers.payment_methods.list(customer.id).data
    assert [method.id for method in saved] == [intent.payment_method]
    assert event_types(client) == [
        "customer.created",
        "payment_intent.created",
        "payment_method.attached",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_a_paid_session_cannot_be_paid_or_expired_again(box: Box, client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(deposit())
    box.post("stripe/pay", session=made.id)
    again = box.post("stripe/pay", session=made.id)
    assert again["error"]["code"] == "session_not_open"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(made.id)
    assert len(client.v1.charges.list().data) == 1


@pytest.mark.parametrize(
    ("card", "decline"),
    [(DECLINED, "generic_decline"), (NO_FUNDS, "insufficient_funds"), ("4111111111111111", "test_mode_live_card")],
)
def test_a_refused_card_leaves_the_session_open_and_another_card_pays(
    box: Box, client: stripe.StripeClient, card: str, decline: str
) -> None:
    made = client.v1.checkout.sessions.create(deposit())
    refused = box.post("stripe/pay", session=made.id, card=card)
    assert (refused["status"], refused["error"]["decline_code"]) == ("open", decline)
    paid = box.post("stripe/pay", session=made.id, card=GOOD)
    assert paid["payment_status"] == "paid"
    assert len(client.v1.payment_intents.list().data) == 1


def test_a_bank_that_asks_is_answered_before_the_session_completes(box: Box, client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(deposit())
    waiting = box.post("stripe/pay", session=made.id, card=ASKS, authenticate=None)
    assert waiting["status"] == "open"
    assert client.v1.payment_intents.retrieve(waiting["payment_intent"]).status == "requires_action"
    failed = box.post("stripe/pay", session=made.id, card=ASKS, authenticate="fail")
    assert failed["error"]["code"] == "payment_intent_authentication_failure"
    assert box.post("stripe/pay", session=made.id, card=ASKS)["status"] == "complete"


def test_the_expiry_job_closes_the_session_on_the_practices_clock(box: Box, client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(deposit(expires_at=NOW + HALF_HOUR))
    box.advance(HALF_HOUR - 1)
    assert client.v1.checkout.sessions.retrieve(made.id).status == "open"
    box.advance(1)
    done = client.v1.checkout.sessions.retrieve(made.id)
    assert (done.status, done.url) == ("expired", None)
    assert event_types(client) == ["checkout.session.expired"]
    assert box.post("stripe/pay", session=made.id)["error"]["code"] == "session_not_open"


def test_a_session_can_be_expired_at_once_and_its_tried_intent_is_canceled(
    box: Box, client: stripe.StripeClient
) -> None:
    made = client.v1.checkout.sessions.create(deposit())
    tried = box.post("stripe/pay", session=made.id, card=DECLINED)["payment_intent"]
    assert client.v1.checkout.sessions.expire(made.id).status == "expired"
    assert client.v1.payment_intents.retrieve(tried).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(made.id)


def test_a_recovery_link_leads_to_a_copy_that_can_be_paid(box: Box, client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(
        deposit(metadata={"case": "abc"}, after_expiration={"recovery": {"enabled": True}})
    )
    old = client.v1.checkout.sessions.expire(made.id)
    assert old.after_expiration is not None
    assert old.after_expiration.recovery is not None
    answer = box.http.get(old.after_expiration.recovery.url or "")
    assert answer.status_code == 303
    copy_id = answer.headers["location"].rsplit("/", 1)[1]
    copy = client.v1.checkout.sessions.retrieve(copy_id)
    assert (copy.recovered_from, copy.status, plain(copy.metadata)) == (made.id, "open", {"case": "abc"})
    assert box.post("stripe/pay", session=copy_id)["payment_status"] == "paid"


def test_setup_mode_saves_a_card_for_later(box: Box, client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({})
    made = client.v1.checkout.sessions.create(
        {"mode": "setup", "currency": "usd", "customer": customer.id, "success_url": "https://practice.test/saved"}
    )
    report = box.post("stripe/pay", session=made.id)
    assert (report["status"], report["payment_status"]) == ("complete", "no_payment_required")
    intent = client.v1.setup_intents.retrieve(str(made.setup_intent))
    assert intent.status == "succeeded"
    assert len(client.v1.customers.payment_methods.list(customer.id).data) == 1


def test_sessions_are_listed_by_intent_and_status(box: Box, client: stripe.StripeClient) -> None:
    made = [client.v1.checkout.sessions.create(deposit()) for _ in range(3)]
    intent = box.post("stripe/pay", session=made[1].id)["payment_intent"]
    assert [s.id for s in client.v1.checkout.sessions.list({"payment_intent": intent})] == [made[1].id]
    assert [s.id for s in client.v1.checkout.sessions.list({"status": "open"})] == [made[2].id, made[0].id]
