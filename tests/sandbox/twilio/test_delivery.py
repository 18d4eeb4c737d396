"""What becomes of a message: callbacks and their signatures, the queue, opt-out, numbers that fail, inbound texts."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from sandbox.settings import TWILIO_AUTH_TOKEN
from tests.sandbox.vendor_server import Box, Receiver

OURS, THEIRS, SERVICE = "+12085550100", "+12085550142", "MG5a4d0b0c0000000000000000000000a1"
VALIDATOR = RequestValidator(TWILIO_AUTH_TOKEN)


def send(client: Client, receiver: Receiver | None = None, body: str = "Hello", **more: object) -> str:
    callback = f"{receiver.url}/cb?ob=17" if receiver else None
    made = client.messages.create(to=THEIRS, from_=OURS, body=body, status_callback=callback, **more)
    return made.sid or ""


def statuses(receiver: Receiver) -> list[str]:
    return [webhook.form["MessageStatus"] for webhook in receiver.received]


def test_each_change_is_called_back_with_a_signature_that_verifies(
    box: Box, client: Client, receiver: Receiver
) -> None:
    sid = send(client, receiver)
    box.advance(5)
    arrived = receiver.wait(3)
    assert statuses(receiver) == ["sending", "sent", "delivered"]
    for webhook in arrived:
        signature = webhook.headers["X-Twilio-Signature"]
        assert VALIDATOR.validate(receiver.url + webhook.path, webhook.form, signature)
        assert not VALIDATOR.validate(receiver.url + webhook.path, {**webhook.form, "MessageStatus": "x"}, signature)
    last = arrived[-1].form
    assert (last["MessageSid"], last["From"], last["To"], last["RawDlrDoneDate"]) == (sid, OURS, THEIRS, "2611231700")
    assert arrived[-1].path == "/cb?ob=17"


def test_a_callback_that_fails_is_not_repeated_unless_the_fragment_asks(
    box: Box, client: Client, receiver: Receiver
) -> None:
    receiver.answers = [500, 500, 500]
    send(client, receiver)
    box.advance(60)
    box.advance(60)
    assert len(receiver.wait(3)) == 3
    receiver.answers = [500]
    client.messages.create(to=THEIRS, from_=OURS, body="x", status_callback=f"{receiver.url}/again#rc=2")
    box.advance(60)
    box.advance(60)
    again = [webhook for webhook in receiver.wait(7) if webhook.path == "/again"]
    assert len(again) == 4  # three states, one of them twice


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("duplicate", ["sending", "sending", "sent", "delivered"]),
        ("drop", ["sent", "delivered"]),
        ("reorder", ["sent", "sending", "delivered"]),
    ],
)
def test_callbacks_are_spoilt_on_demand(
    box: Box, client: Client, receiver: Receiver, kind: str, expected: list[str]
) -> None:
    box.fault(vendor="twilio", kind=kind, count=1)
    send(client, receiver)
    for _ in range(3):
        box.advance(0.5)
    receiver.wait(len(expected))
    box.advance(10)
    assert statuses(receiver) == expected


def test_a_duplicated_callback_carries_one_idempotency_token(box: Box, client: Client, receiver: Receiver) -> None:
    box.fault(vendor="twilio", kind="duplicate", count=1)
    send(client, receiver)
    box.tick()
    first, second = receiver.wait(2)
    assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]


def test_a_message_that_waits_too_long_fails_and_never_arrives(box: Box, client: Client, receiver: Receiver) -> None:
    box.post("twilio/config", segments_per_second=0.01)
    sids = [send(client, receiver, body=f"{n}", validity_period=150) for n in range(3)]
    box.advance(1000)
    found = {sid: client.messages(sid).fetch() for sid in sids}
    assert [found[sid].status for sid in sids] == ["delivered", "failed", "failed"]
    assert found[sids[1]].error_code == 30036
    truth = {row["sid"]: row for row in box.get("twilio/messages")["messages"]}
    assert truth[sids[1]]["arrived_at"] is None
    assert truth[sids[1]]["updated_at"].startswith("2026-11-23T17:02:30")


def test_stop_is_confirmed_once_and_blocks_the_number(box: Box, client: Client) -> None:
    send(client)
    box.advance(5)
    for _ in range(2):
        box.post("twilio/inbound", **{"from": THEIRS, "to": OURS, "body": " stop "})
    replies = [message for message in client.messages.list() if message.direction == "outbound-reply"]
    assert len(replies) == 1
    assert "unsubscribed" in (replies[0].body or "")
    with pytest.raises(TwilioRestException) as refused:
        send(client)
    assert (refused.value.status, refused.value.code) == (400, 21610)
    box.post("twilio/inbound", **{"from": THEIRS, "to": OURS, "body": "Start"})
    assert send(client)


@pytest.mark.parametrize("word", ["STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"])
def test_every_default_keyword_opts_out(box: Box, word: str) -> None:
    box.post("twilio/inbound", **{"from": THEIRS, "to": OURS, "body": word})
    assert box.get("twilio/messages")["opt_outs"] == [{"sender": OURS, "e164": THEIRS}]


def test_free_words_do_not_opt_out_and_yes_means_nothing_to_a_subscriber(box: Box) -> None:
    for body in ("please stop texting me", "Yes", "stop it", "1"):
        box.post("twilio/inbound", **{"from": THEIRS, "to": OURS, "body": body})
    truth = box.get("twilio/messages")
    assert truth["opt_outs"] == []
    assert {row["direction"] for row in truth["messages"]} == {"inbound"}


def test_an_opt_out_holds_for_one_number_of_ours_only(box: Box, client: Client) -> None:
    box.post("twilio/inbound", **{"from": THEIRS, "to": OURS, "body": "STOP"})
    assert client.messages.create(to=THEIRS, from_="+16025550100", body="Hello").sid


def test_through_a_service_the_opt_out_is_found_when_sending(box: Box, client: Client, receiver: Receiver) -> None:
    box.post("twilio/inbound", **{"from": THEIRS, "to": OURS, "body": "STOP"})
    client.messages.create(to=THEIRS, messaging_service_sid=SERVICE, body="x", status_callback=f"{receiver.url}/cb")
    box.advance(5)
    assert [(w.form["MessageStatus"], w.form["ErrorCode"]) for w in receiver.wait(1)] == [("failed", "21610")]


def test_a_number_ends_as_ordered_as_often_as_ordered(box: Box, client: Client, receiver: Receiver) -> None:
    box.post("twilio/numbers", e164=THEIRS, error=30007, times=1)
    sids = [send(client, receiver) for _ in range(2)]
    box.advance(5)
    first, second = (client.messages(sid).fetch() for sid in sids)
    assert (first.status, first.error_code, first.error_message) == ("undelivered", 30007, "Carrier violation")
    assert (second.status, second.error_code) == ("delivered", None)
    codes = [w.form.get("ErrorCode") for w in receiver.wait(6) if w.form["MessageSid"] == first.sid]
    assert codes == [None, None, "30007"]


@pytest.mark.parametrize(("code", "status"), [(21211, 400), (20429, 429), (20503, 503)])
def test_a_number_is_refused_at_once_as_ordered(box: Box, client: Client, code: int, status: int) -> None:
    box.post("twilio/numbers", e164=THEIRS, error=code)
    with pytest.raises(TwilioRestException) as refused:
        send(client)
    assert (refused.value.status, refused.value.code) == (status, code)
    box.post("twilio/numbers", e164=THEIRS)
    assert send(client)


def test_an_unknown_error_code_cannot_be_ordered(box: Box) -> None:
    answer = box.http.post("/_sandbox/twilio/numbers", json={"e164": THEIRS, "error": 99})
    assert answer.status_code == 422
    assert "30007" in answer.text


def test_landlines_and_carrier_states_come_from_the_practices_data(box: Box, client: Client) -> None:
    phones = [
        ("+12085550140", "landline", "reachable"),
        ("+12085550141", "landline", "reachable"),
        ("+12085550143", "mobile", "unreachable"),
        ("+12085550145", "mobile", "filtered"),
    ]
    box.state.store.executemany("INSERT INTO phones VALUES (?, ?, ?)", phones)
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to="+12085550140", from_=OURS, body="x")
    assert refused.value.code == 21614
    sids = [client.messages.create(to=e164, from_=OURS, body="x").sid or "" for e164, *_ in phones[1:]]
    box.advance(5)
    assert [client.messages(sid).fetch().error_code for sid in sids] == [30006, 30003, 30007]


def test_an_inbound_text_is_announced_with_a_signature_that_verifies(box: Box, receiver: Receiver) -> None:
    box.post("twilio/config", inbound_url=f"{receiver.url}/webhooks/twilio", number=OURS)
    made = box.post("twilio/inbound", **{"from": THEIRS, "to": OURS, "body": "2 please é"})
    (webhook,) = receiver.wait(1)
    form = webhook.form
    assert (form["From"], form["To"], form["Body"], form["MessageSid"]) == (THEIRS, OURS, "2 please é", made["sid"])
    assert VALIDATOR.validate(receiver.url + webhook.path, form, webhook.headers["X-Twilio-Signature"])


def test_an_inbound_text_answers_whoever_wrote_last(box: Box, client: Client) -> None:
    client.messages.create(to=THEIRS, from_="+15035550100", body="Hello")
    assert box.post("twilio/inbound", **{"from": THEIRS, "body": "1"})["recipient"] == "+15035550100"


def test_an_inbound_text_to_a_strange_number_is_refused(box: Box) -> None:
    answer = box.http.post("/_sandbox/twilio/inbound", json={"from": THEIRS, "to": "+12085550199", "body": "1"})
    assert answer.status_code == 400
    assert "not a number of the sandbox practice" in answer.json()["detail"]
