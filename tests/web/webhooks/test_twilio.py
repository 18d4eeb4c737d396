"""Texts and delivery callbacks: genuine ones are kept once, anything else leaves no trace."""

import json
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from twilio.request_validator import RequestValidator

from db.stores.inbox import InboxStore
from tests.web.webhooks.conftest import NOW, PUBLIC, TOKEN, Bell
from web.webhooks.receiving import MOST_BYTES

INBOUND = "/webhooks/twilio/inbound/boise"
STATUS = "/webhooks/twilio/status/boise?ob=tx_1"
TEXT = {"MessageSid": "SM1", "From": "+12085550142", "To": "+12085550100", "Body": "1", "Media": "", "New": "ü&="}


async def post(
    web: httpx.AsyncClient, path: str, form: dict[str, str], token: str = TOKEN, signed_path: str = ""
) -> httpx.Response:
    signature = RequestValidator(token).compute_signature(f"{PUBLIC}{signed_path or path}", form)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return await web.post(path, content=urlencode(form), headers=headers)


async def test_a_text_is_stored_as_it_came_then_answered_with_nothing(
    web: httpx.AsyncClient, inbox: InboxStore, bell: Bell
) -> None:
    answer = await post(web, INBOUND, TEXT)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.endswith("<Response></Response>")
    [row] = inbox.unhandled()
    assert (row.source, row.external_id, row.received_at) == ("twilio.inbound", "SM1", NOW)
    body = json.loads(row.body)
    assert body["location"] == "boise"
    assert dict(parse_qsl(body["raw"], keep_blank_values=True)) == TEXT
    assert bell.rings == 1


async def test_the_same_text_twice_is_one_row(web: httpx.AsyncClient, inbox: InboxStore) -> None:
    answers = [await post(web, INBOUND, TEXT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(inbox.unhandled()) == 1


async def test_each_status_of_a_text_is_a_row_and_keeps_our_outbox_id(
    web: httpx.AsyncClient, inbox: InboxStore
) -> None:
    for status in ("sent", "delivered", "delivered"):
        answer = await post(web, STATUS, {"MessageSid": "SM9", "MessageStatus": status})
        assert answer.status_code == 204
    rows = {row.external_id: json.loads(row.body) for row in inbox.unhandled()}
    assert set(rows) == {"SM9+sent", "SM9+delivered"}
    assert rows["SM9+sent"]["query"] == {"ob": "tx_1"}


@pytest.mark.parametrize(
    ("path", "token", "signed_path"),
    [
        (INBOUND, "another-token", ""),
        (INBOUND, TOKEN, "/webhooks/twilio/inbound/other"),
        (STATUS, TOKEN, "/webhooks/twilio/status/boise?ob=tx_2"),
    ],
)
async def test_a_forged_webhook_leaves_no_row(
    web: httpx.AsyncClient, inbox: InboxStore, bell: Bell, path: str, token: str, signed_path: str
) -> None:
    answer = await post(web, path, TEXT | {"MessageStatus": "sent"}, token, signed_path)
    assert answer.status_code == 403
    assert not inbox.unhandled()
    assert bell.rings == 0


async def test_without_signature_it_is_refused(web: httpx.AsyncClient, inbox: InboxStore) -> None:
    assert (await web.post(INBOUND, data=TEXT)).status_code == 403
    assert not inbox.unhandled()


@pytest.mark.parametrize("location", ["mute", "nowhere", "other"])
async def test_without_a_secret_or_with_another_vendor_the_address_does_not_exist(
    web: httpx.AsyncClient, inbox: InboxStore, location: str
) -> None:
    """An empty token must never mean that everything is believed."""
    token = TOKEN if location == "other" else ""
    answer = await post(web, f"/webhooks/twilio/inbound/{location}", TEXT, token)
    assert answer.status_code == 404
    assert not inbox.unhandled()


async def test_a_genuine_form_without_its_id_is_refused_by_name(web: httpx.AsyncClient) -> None:
    answer = await post(web, INBOUND, {"Body": "1"})
    assert answer.status_code == 400
    assert "MessageSid" in answer.text


async def test_a_body_beyond_all_measure_is_cut_off(web: httpx.AsyncClient, inbox: InboxStore) -> None:
    answer = await web.post(INBOUND, content=b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 413
    assert not inbox.unhandled()
