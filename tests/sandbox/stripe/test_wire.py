"""The wire: keys, errors, idempotency, lists, events, webhooks, faults."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
import stripe
from typing_extensions import is_typeddict

from sandbox.settings import STRIPE_WEBHOOK_SECRET
from sandbox.stripe import form, params, routes
from tests.sandbox.stripe.conftest import DECLINED, NOW, client_for, deposit, event_types, paid_intent
from tests.sandbox.vendor_server import Box, Receiver, Stage, running_box


def headers(key: str | None = None) -> dict[str, str]:
    login = {"Authorization": "Bearer sk_test_sandbox_chairtime"}
    return {**login, "Idempotency-Key": key} if key else login


def test_a_wrong_key_is_refused(box: Box) -> None:
    with pytest.raises(stripe.AuthenticationError) as refused:
        client_for(box, "sk_test_wrong_key_1234").v1.customers.list()
    assert refused.value.http_status == 401
    assert "sk_test_********1234" in str(refused.value)
    assert box.http.get("/stripe/v1/customers").status_code == 401


def test_a_call_that_stripe_does_not_have_is_404(box: Box) -> None:
    answer = box.http.get("/stripe/v1/holidays", headers=headers())
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Unrecognized request URL (GET: /v1/holidays)."


def test_every_route_reads_the_whole_type_of_its_call() -> None:
    """Each annotation of every call, however deep, can be read; an SDK upgrade that breaks this is noticed here."""
    seen: set[Any] = set()

    def walk(hint: Any, module: str) -> None:
        hint = params._resolve(hint, module)
        if is_typeddict(hint):
            if hint not in seen:
                seen.add(hint)
                for inner, _ in params.fields(hint).values():
                    walk(inner, hint.__module__)
        elif get_origin(hint) is not None and "Literal" not in str(get_origin(hint)):
            for inner in get_args(hint):
                walk(inner, module)

    for route in routes.ROUTES:
        walk(route.schema, route.schema.__module__)
    assert len(seen) > 300


def test_forms_nest_as_stripe_writes_them() -> None:
    text = "a[b][0][c]=1&a[b][1][c]=2&expand[]=x&expand[]=y&created[gte]=5&plain=&metadata[k%20k]=v%26"
    assert form.parse(text) == {
        "a": {"b": [{"c": "1"}, {"c": "2"}]},
        "expand": ["x", "y"],
        "created": {"gte": "5"},
        "plain": "",
        "metadata": {"k k": "v&"},
    }


def test_a_key_gives_the_first_answer_again(box: Box, client: stripe.StripeClient) -> None:
    intent = paid_intent(box, client)
    body = {"payment_intent": intent, "amount": "1000"}
    first, again = (box.http.post("/stripe/v1/refunds", data=body, headers=headers("r1")) for _ in range(2))
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]
    assert len(client.v1.refunds.list().data) == 1


def test_a_key_with_other_parameters_or_another_call_is_an_error(client: stripe.StripeClient) -> None:
    options: Any = {"idempotency_key": "k"}
    client.v1.customers.create({"name": "A"}, options)
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.customers.create({"name": "B"}, options)
    assert refused.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payment_intents.create({"amount": 2000, "currency": "usd"}, options)
    assert len(client.v1.customers.list().data) == 1


def test_a_declined_payment_is_declined_again_without_a_second_charge(client: stripe.StripeClient) -> None:
    order: Any = {
        "amount": 2000,
        "currency": "usd",
        "confirm": True,
        "payment_method": "pm_card_chargeDeclined",
        "return_url": "https://practice.test",
    }
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.create(order, {"idempotency_key": "pay"})
    assert len(client.v1.charges.list().data) == 1


def test_a_500_is_kept_under_its_key_too(box: Box, client: stripe.StripeClient) -> None:
    box.post("stripe/config", internal_errors=1)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as broken:
            client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"})
        assert broken.value.http_status == 500
    assert client.v1.customers.list().data == []
    assert client.v1.customers.create({"name": "A"}, {"idempotency_key": "k2"}).name == "A"


def test_a_refused_parameter_is_not_kept_under_its_key(client: stripe.StripeClient) -> None:
    misspelt: Any = {"nom": "A"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.create(misspelt, {"idempotency_key": "k"})
    assert client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).name == "A"


def test_two_at_once_with_one_key_are_one_and_a_409(box: Box) -> None:
    box.post("stripe/config", latency_seconds=0.4)
    statuses: list[int] = []

    def send() -> None:
        answer = box.http.post("/stripe/v1/customers", data={"name": "A"}, headers=headers("same"))
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409, 409]
    box.post("stripe/config", latency_seconds=0)
    later = box.http.post("/stripe/v1/customers", data={"name": "A"}, headers=headers("same"))
    assert (later.status_code, later.headers["Idempotent-Replayed"]) == (200, "true")


def test_keys_are_forgotten_after_a_day_of_the_practices_clock(box: Box, client: stripe.StripeClient) -> None:
    made = [client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).id]
    box.advance(86_399)
    made.append(client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).id)
    box.advance(2)
    made.append(client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).id)
    assert made[0] == made[1] != made[2]


def test_a_lost_response_is_recovered_with_the_same_key(box: Box, client: stripe.StripeClient) -> None:
    box.fault(vendor="stripe", method="POST", path="sessions", kind="lost_response", count=1)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(deposit(), {"idempotency_key": "d1"})
    assert len(client.v1.checkout.sessions.list().data) == 1
    again = client.v1.checkout.sessions.create(deposit(), {"idempotency_key": "d1"})
    assert [session.id for session in client.v1.checkout.sessions.list()] == [again.id]


def test_lists_are_paged_both_ways(box: Box, client: stripe.StripeClient) -> None:
    made = []
    for _ in range(5):
        made.append(client.v1.customers.create({}).id)
        box.advance(10)
    newest_first = made[::-1]
    page = client.v1.customers.list({"limit": 2})
    assert ([c.id for c in page.data], page.has_more) == (newest_first[:2], True)
    assert [c.id for c in page.auto_paging_iter()] == newest_first
    before = client.v1.customers.list({"limit": 2, "ending_before": made[0]})
    assert [c.id for c in before.data] == newest_first[2:4]
    some = client.v1.customers.list({"created": {"gt": NOW, "lte": NOW + 20}})
    assert [c.id for c in some.data] == [made[2], made[1]]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.list({"limit": 101})


def test_events_are_listed_by_type_and_time_for_thirty_days(box: Box, client: stripe.StripeClient) -> None:
    paid_intent(box, client)
    box.advance(3600)
    second = paid_intent(box, client)
    kinds = ["checkout.session.completed", "charge.succeeded"]
    assert len(client.v1.events.list({"types": kinds}).data) == 4
    later = client.v1.events.list({"type": "payment_intent.succeeded", "created": {"gt": NOW}}).data
    assert [event.data.object["id"] for event in later] == [second]
    event = client.v1.events.retrieve(later[0].id)
    assert (event.type, event.api_version) == ("payment_intent.succeeded", stripe.api_version)
    box.advance(31 * 86_400)
    assert client.v1.events.list().data == []


def test_an_event_says_which_request_made_it(client: stripe.StripeClient) -> None:
    client.v1.customers.create({}, {"idempotency_key": "k"})
    request = client.v1.events.list().data[0].request
    assert request is not None
    assert (request.idempotency_key, str(request.id)[:4]) == ("k", "req_")


def test_webhooks_are_signed_so_that_the_sdk_accepts_them(
    box: Box, client: stripe.StripeClient, receiver: Receiver
) -> None:
    box.post("stripe/config", webhook_url=f"{receiver.url}/webhooks/stripe", secret="whsec_other")
    intent = paid_intent(box, client)
    webhooks = receiver.wait(4)
    events = [stripe.Webhook.construct_event(w.body, w.headers["Stripe-Signature"], "whsec_other") for w in webhooks]
    assert [event.type for event in events] == event_types(client)
    assert events[-1].data.object["payment_intent"] == intent
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(webhooks[0].body, webhooks[0].headers["Stripe-Signature"], STRIPE_WEBHOOK_SECRET)


def test_a_webhook_is_repeated_until_it_is_taken(box: Box, client: stripe.StripeClient, receiver: Receiver) -> None:
    box.post("stripe/config", webhook_url=receiver.url)
    receiver.answers = [500, 503]
    client.v1.customers.create({})
    for wait in (0, 5, 60, 300):
        box.advance(wait)
    ids = {
        stripe.Webhook.construct_event(w.body, w.headers["Stripe-Signature"], STRIPE_WEBHOOK_SECRET).id
        for w in receiver.wait(3)
    }
    assert (len(receiver.received), len(ids)) == (3, 1)


@pytest.mark.parametrize(
    ("kind", "expected"), [("duplicate", ["A", "A", "B"]), ("drop", ["B"]), ("reorder", ["B", "A"])]
)
def test_webhooks_are_spoilt_on_demand(
    box: Box, client: stripe.StripeClient, receiver: Receiver, kind: str, expected: list[str]
) -> None:
    box.post("stripe/config", webhook_url=receiver.url)
    box.fault(vendor="stripe", kind=kind, count=1)
    for name in "AB":
        client.v1.customers.create({"name": name})
    receiver.wait(len(expected))
    box.advance(10)
    names = [
        stripe.Webhook.construct_event(w.body, w.headers["Stripe-Signature"], STRIPE_WEBHOOK_SECRET).data.object["name"]
        for w in receiver.received
    ]
    assert names == expected


def test_the_records_hold_the_truth_and_nothing_of_the_look_alikes_own(box: Box, client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(deposit())
    box.post("stripe/pay", session=made.id, card=DECLINED)
    box.post("stripe/pay", session=made.id)
    records = box.get("stripe/records")
    assert [charge["status"] for charge in records["charges"]] == ["failed", "succeeded"]
    assert {
        name: len(rows) for name, rows in records.items() if name in ("sessions", "payment_intents", "refunds")
    } == {
        "sessions": 1,
        "payment_intents": 1,
        "refunds": 0,
    }
    assert '"_' not in box.http.get("/_sandbox/stripe/records").text
    assert DECLINED not in box.http.get("/_sandbox/stripe/records").text


def test_a_restart_loses_nothing_but_what_was_in_progress(stage: Stage, tmp_path: Path) -> None:
    key: Any = {"idempotency_key": "k"}
    with running_box(stage, tmp_path) as first:
        made = client_for(first).v1.customers.create({"name": "A"}, key).id
        columns = "key, path, parameters, created, request_id"
        cut_short = ("cut", "/v1/customers", "{}", NOW, "req_1")
        first.state.store.execute(f"INSERT INTO stripe_idempotency ({columns}) VALUES (?, ?, ?, ?, ?)", cut_short)
    with running_box(stage, tmp_path) as second:
        client = client_for(second)
        assert client.v1.customers.create({"name": "A"}, key).id == made
        assert client.v1.customers.create({}, {"idempotency_key": "cut"}).id != made
