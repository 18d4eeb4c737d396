"""Intents, saved cards, refunds, disputes and customers through the official client."""

from __future__ import annotations

import pytest
import stripe

from tests.sandbox.stripe.conftest import event_types, paid_intent, plain
from tests.sandbox.vendor_server import Box

ONCE = {"allow_redirects": "never", "enabled": True}


def charge_now(client: stripe.StripeClient, card: str, **more: object) -> stripe.PaymentIntent:
    order = {"amount": 2000, "currency": "usd", "confirm": True, "payment_method": card}
    return client.v1.payment_intents.create({**order, "automatic_payment_methods": ONCE, **more})  # type: ignore[typeddict-item]


def saved_card(client: stripe.StripeClient, token: str) -> tuple[str, str]:
    """A customer and their card, saved and authenticated for later."""
    customer = client.v1.customers.create({"name": "A"}).id
    method = client.v1.payment_methods.attach(token, {"customer": customer}).id
    return customer, method


def test_a_card_is_charged_at_once(client: stripe.StripeClient) -> None:
    intent = charge_now(client, "pm_card_visa", metadata={"case": "abc"}, description="Deposit")
    assert (intent.status, intent.amount_received, plain(intent.metadata)) == ("succeeded", 2000, {"case": "abc"})
    assert client.v1.charges.list({"payment_intent": intent.id}).data[0].id == intent.latest_charge


@pytest.mark.parametrize(
    ("card", "code", "decline"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
    ],
)
def test_a_declined_card_raises_and_leaves_its_traces(
    client: stripe.StripeClient, card: str, code: str, decline: str
) -> None:
    with pytest.raises(stripe.CardError) as refused:
        charge_now(client, card)
    assert (refused.value.http_status, refused.value.code) == (402, code)
    assert refused.value.error is not None
    assert refused.value.error.decline_code == decline
    intent = client.v1.payment_intents.retrieve(refused.value.error.payment_intent.id)  # type: ignore[union-attr]
    assert intent.status == "requires_payment_method"
    assert client.v1.charges.retrieve(str(intent.latest_charge)).status == "failed"
    assert event_types(client)[-2:] == ["charge.failed", "payment_intent.payment_failed"]


def test_an_intent_without_a_way_back_needs_a_return_url(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(
            {"amount": 2000, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa"}
        )
    assert refused.value.param == "return_url"


def test_a_saved_card_is_charged_off_session(client: stripe.StripeClient) -> None:
    customer, method = saved_card(client, "pm_card_visa")
    intent = charge_now(client, method, customer=customer, off_session=True)
    assert (intent.status, intent.customer) == ("succeeded", customer)


def test_a_saved_card_is_not_charged_for_somebody_else(client: stripe.StripeClient) -> None:
    _, method = saved_card(client, "pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        charge_now(client, method, off_session=True)
    assert refused.value.param == "payment_method"


def test_a_bank_that_wants_the_cardholder_refuses_off_session(client: stripe.StripeClient) -> None:
    customer, method = saved_card(client, "pm_card_authenticationRequired")
    with pytest.raises(stripe.CardError) as refused:
        charge_now(client, method, customer=customer, off_session=True)
    assert refused.value.code == "authentication_required"


def test_a_card_set_up_with_the_cardholder_there_pays_off_session_later(box: Box, client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({}).id
    token = "pm_card_authenticationRequiredOnSetup"
    intent = client.v1.setup_intents.create({"customer": customer, "payment_method": token, "confirm": True})
    assert intent.status == "requires_action"
    assert box.http.post(f"/stripe/authenticate/{intent.id}", data={"outcome": "pass"}).status_code == 404
    assert client.v1.setup_intents.retrieve(intent.id).status == "succeeded"
    method = client.v1.customers.payment_methods.list(customer).data[0].id
    assert charge_now(client, method, customer=customer, off_session=True).status == "succeeded"


def test_on_session_authentication_sends_the_browser_back(box: Box, client: stripe.StripeClient) -> None:
    back = "https://practice.test/back"
    intent = charge_now(client, "pm_card_threeDSecure2Required", return_url=back)
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    url = intent.next_action.redirect_to_url.url or ""
    assert "it is me" in box.http.get(url).text
    answer = box.http.post(url, data={"outcome": "pass"})
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_hold_is_captured_in_part_or_runs_out_after_seven_days(box: Box, client: stripe.StripeClient) -> None:
    taken, left = (charge_now(client, "pm_card_visa", capture_method="manual") for _ in range(2))
    assert (taken.status, taken.amount_capturable) == ("requires_capture", 2000)
    done = client.v1.payment_intents.capture(taken.id, {"amount_to_capture": 1500})
    assert (done.status, done.amount_received) == ("succeeded", 1500)
    box.advance(7 * 86_400)
    gone = client.v1.payment_intents.retrieve(left.id)
    assert (gone.status, gone.cancellation_reason) == ("canceled", "automatic")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.capture(left.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_a_paid_intent_cannot_be_canceled_and_an_unpaid_one_can(client: stripe.StripeClient) -> None:
    paid = charge_now(client, "pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.cancel(paid.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    unpaid = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    assert client.v1.payment_intents.cancel(unpaid.id).status == "canceled"


def test_an_intent_is_confirmed_later(client: stripe.StripeClient) -> None:
    made = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    assert made.status == "requires_payment_method"
    done = client.v1.payment_intents.confirm(
        made.id, {"payment_method": "pm_card_visa", "return_url": "https://practice.test"}
    )
    assert done.status == "succeeded"


def test_refunds_in_part_and_never_more_than_is_left(box: Box, client: stripe.StripeClient) -> None:
    intent = paid_intent(box, client, 50_000)
    part = client.v1.refunds.create(
        {"payment_intent": intent, "amount": 20_000, "reason": "requested_by_customer", "metadata": {"case": "abc"}}
    )
    assert (part.status, part.amount, part.payment_intent) == ("succeeded", 20_000, intent)
    with pytest.raises(stripe.InvalidRequestError, match=r"\$400\.00\) is greater than .* \(\$300\.00\)"):
        client.v1.refunds.create({"payment_intent": intent, "amount": 40_000})
    rest = client.v1.refunds.create({"payment_intent": intent})
    assert rest.amount == 30_000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_already_refunded"
    charge = client.v1.charges.list({"payment_intent": intent, "expand": ["data.refunds"]}).data[0]
    assert (charge.refunded, charge.amount_refunded) == (True, 50_000)
    assert charge.refunds is not None
    assert {refund.id for refund in charge.refunds.data} == {part.id, rest.id}
    assert [refund.id for refund in client.v1.refunds.list({"payment_intent": intent})] == [rest.id, part.id]
    assert [kind for kind in event_types(client) if "refund" in kind][:4] == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "charge.refund.updated",
    ]


def test_an_unpaid_intent_cannot_be_refunded(client: stripe.StripeClient) -> None:
    made = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": made.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({})
    assert refused.value.code == "parameter_missing"


def test_a_refund_can_fail_later_and_the_money_is_back(box: Box, client: stripe.StripeClient) -> None:
    intent = charge_now(client, "pm_card_refundFail")
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "succeeded"
    box.advance(61)
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    assert client.v1.charges.retrieve(str(intent.latest_charge)).amount_refunded == 0
    assert event_types(client)[-1] == "refund.failed"


def test_a_dispute_is_opened_and_settled_by_order(box: Box, client: stripe.StripeClient) -> None:
    intent = paid_intent(box, client)
    opened = box.post("stripe/disputes", payment_intent=intent, reason="product_not_received")
    found = client.v1.disputes.list({"payment_intent": intent}).data[0]
    assert (found.id, found.status, found.reason) == (opened["id"], "needs_response", "product_not_received")
    assert client.v1.charges.retrieve(str(found.charge)).disputed
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_disputed"
    assert box.post("stripe/disputes", dispute=found.id, status="won")["status"] == "won"
    assert event_types(client)[-4:] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]


def test_the_disputing_test_card_disputes_by_itself(client: stripe.StripeClient) -> None:
    intent = charge_now(client, "pm_card_createDispute")
    assert client.v1.disputes.list({"payment_intent": intent.id}).data[0].reason == "fraudulent"


def test_customers_are_made_changed_listed_and_deleted(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create(
        {"individual_name": "A", "email": "a@example.test", "metadata": {"one": "1", "two": "2"}}
    )
    changed = client.v1.customers.update(made.id, {"name": "B", "individual_name": "", "metadata": {"one": ""}})
    assert (changed.name, changed.individual_name, plain(changed.metadata)) == ("B", None, {"two": "2"})
    assert [c.id for c in client.v1.customers.list({"email": "a@example.test"})] == [made.id]
    client.v1.customers.delete(made.id)
    assert client.v1.customers.retrieve(made.id).deleted
    assert client.v1.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.retrieve("cus_none")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_saved_cards_are_detached_and_not_given_to_two_customers(client: stripe.StripeClient) -> None:
    customer, method = saved_card(client, "pm_card_mastercard")
    other = client.v1.customers.create({}).id
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.attach(method, {"customer": other})
    assert client.v1.payment_methods.list({"customer": customer, "type": "card"}).data[0].id == method
    assert client.v1.payment_methods.detach(method).customer is None
    assert client.v1.payment_methods.list({"customer": customer}).data == []


def test_the_balance_is_what_was_taken_less_what_went_back(box: Box, client: stripe.StripeClient) -> None:
    intent = paid_intent(box, client, 50_000)
    client.v1.refunds.create({"payment_intent": intent, "amount": 10_000})
    assert client.v1.balance.retrieve().available[0].amount == 40_000
