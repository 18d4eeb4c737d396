"""The Messages API through the official client."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.sandbox.twilio.conftest import client_for
from tests.sandbox.vendor_server import START, Box, Stage, running_box

OURS, THEIRS, SERVICE = "+12085550100", "+12085550142", "MG5a4d0b0c0000000000000000000000a1"


def test_a_message_has_twilios_shape_and_can_be_fetched(client: Client) -> None:
    made = client.messages.create(to=THEIRS, from_=OURS, body="Three openings", provide_feedback=True, attempt=1)
    assert re.fullmatch(r"SM[0-9a-f]{32}", made.sid or "")
    assert (made.status, made.direction, made.num_segments, made.date_sent) == ("queued", "outbound-api", "1", None)
    fetched = client.messages(made.sid or "").fetch()
    assert (fetched.body, fetched.to, fetched.from_) == ("Three openings", THEIRS, OURS)
    assert fetched.date_created == START


def test_the_same_request_twice_is_two_messages(client: Client) -> None:
    sids = {client.messages.create(to=THEIRS, from_=OURS, body="Hello").sid for _ in range(2)}
    assert len(sids) == 2


def test_a_message_moves_on_with_the_clock(box: Box, client: Client) -> None:
    sid = client.messages.create(to=THEIRS, from_=OURS, body="Hello").sid or ""
    seen = []
    for _ in range(3):
        box.tick()
        seen.append(client.messages(sid).fetch().status)
        box.advance(0.5)
    assert seen == ["sending", "sent", "delivered"]
    assert client.messages(sid).fetch().date_sent == START  # Twilio's dates have whole seconds


def test_a_service_is_accepted_first_and_chooses_its_number(box: Box, client: Client) -> None:
    made = client.messages.create(to=THEIRS, messaging_service_sid=SERVICE, body="Hello")
    assert (made.status, made.from_) == ("accepted", None)
    box.advance(2)
    sent = client.messages(made.sid or "").fetch()
    assert (sent.status, sent.from_) == ("delivered", OURS)


REFUSED = [
    ({"to": "", "from_": OURS, "body": "x"}, 21604),
    ({"to": "208555", "from_": OURS, "body": "x"}, 21211),
    ({"to": THEIRS, "body": "x"}, 21603),
    ({"to": THEIRS, "from_": "+12085550199", "body": "x"}, 21606),
    ({"to": THEIRS, "from_": OURS, "body": ""}, 21602),
    ({"to": THEIRS, "from_": OURS, "body": "x" * 1601}, 21617),
    ({"to": OURS, "from_": OURS, "body": "x"}, 21266),
    ({"to": THEIRS, "from_": OURS, "body": "x", "status_callback": "example.test/cb"}, 21609),
    ({"to": THEIRS, "from_": OURS, "body": "x", "validity_period": 36001}, 20001),
    ({"to": THEIRS, "messaging_service_sid": "MG" + "0" * 32, "body": "x"}, 21701),
]


@pytest.mark.parametrize(("request_", "code"), REFUSED, ids=[str(code) for _, code in REFUSED])
def test_bad_requests_are_refused_with_twilios_codes(client: Client, request_: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(**request_)
    assert (refused.value.code, refused.value.status) == (code, 400)
    assert client.messages.list() == []


def test_an_error_body_has_twilios_four_members(box: Box) -> None:
    answer = box.http.get("/twilio/2010-04-01/Accounts/ACwrong/Messages.json")
    more = "https://www.twilio.com/docs/errors/20003"
    assert answer.status_code == 401
    assert answer.json() == {"code": 20003, "message": "Authenticate", "more_info": more, "status": 401}


def test_a_wrong_token_is_refused(box: Box) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client_for(box, "wrong").messages.create(to=THEIRS, from_=OURS, body="x")
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_the_account_and_its_numbers_can_be_checked(box: Box, client: Client) -> None:
    assert client.api.v2010.accounts(box.state.settings.twilio_account_sid).fetch().status == "active"
    assert len(client.incoming_phone_numbers.list()) == 5
    assert [number.phone_number for number in client.incoming_phone_numbers.list(phone_number=OURS)] == [OURS]


def test_a_message_that_is_not_there_is_404(client: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.messages("SM" + "0" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_unknown_parameters_are_ignored(box: Box) -> None:
    path = f"/twilio/2010-04-01/Accounts/{box.state.settings.twilio_account_sid}/Messages.json"
    login = (box.state.settings.twilio_account_sid, box.state.settings.twilio_auth_token)
    answer = box.http.post(path, data={"To": THEIRS, "From": OURS, "Body": "x", "IdempotencyKey": "a"}, auth=login)
    assert answer.status_code == 201


def test_the_list_filters_by_number_and_time_newest_first(box: Box, client: Client) -> None:
    for hour in range(3):
        for phone in (THEIRS, "+12085550143"):
            client.messages.create(to=phone, from_=OURS, body=f"hour {hour}")
        box.advance(3600)
    to_one = client.messages.list(to=THEIRS)
    assert [message.body for message in to_one] == ["hour 2", "hour 1", "hour 0"]
    later = client.messages.list(to=THEIRS, date_sent_after=START + timedelta(minutes=30))
    assert [message.body for message in later] == ["hour 2", "hour 1"]
    first = client.messages.list(from_=OURS, date_sent_before=START + timedelta(minutes=30))
    assert {message.body for message in first} == {"hour 0"}
    assert len(client.messages.list(date_sent=START)) == 6


def test_what_has_not_left_yet_has_no_date_to_be_found_by(client: Client) -> None:
    client.messages.create(to=THEIRS, from_=OURS, body="Hello")
    assert client.messages.list(to=THEIRS, date_sent_after=START - timedelta(hours=1)) == []
    assert len(client.messages.list(to=THEIRS)) == 1


def test_the_list_is_paged_and_the_client_follows(client: Client) -> None:
    for number in range(7):
        client.messages.create(to=THEIRS, from_=OURS, body=str(number))
    page = client.messages.page(to=THEIRS, page_size=3)
    following = page.next_page()
    assert [message.body for message in page] == ["6", "5", "4"]
    assert following is not None
    assert [message.body for message in following] == ["3", "2", "1"]
    assert [message.body for message in client.messages.list(page_size=2)] == list("6543210")


def test_redaction_empties_what_the_api_shows_only(box: Box, client: Client) -> None:
    sid = client.messages.create(to=THEIRS, from_=OURS, body="Hello").sid or ""
    with pytest.raises(TwilioRestException):
        client.messages(sid).update(body="")
    box.advance(5)
    assert client.messages(sid).update(body="").body == ""
    assert box.get("twilio/messages")["messages"][0]["text"] == "Hello"


def test_a_scheduled_message_can_be_canceled_and_a_sent_one_cannot(box: Box, client: Client) -> None:
    later = START + timedelta(hours=1)
    waiting = client.messages.create(
        to=THEIRS, messaging_service_sid=SERVICE, body="Later", schedule_type="fixed", send_at=later
    )
    assert waiting.status == "scheduled"
    assert client.messages(waiting.sid or "").update(status="canceled").status == "canceled"
    sent = client.messages.create(to=THEIRS, from_=OURS, body="Now").sid or ""
    box.advance(7200)
    with pytest.raises(TwilioRestException) as refused:
        client.messages(sent).update(status="canceled")
    assert (refused.value.status, refused.value.code) == (409, 30409)
    assert client.messages(waiting.sid or "").fetch().status == "canceled"


def test_a_deleted_message_is_gone_from_the_api_and_kept_in_the_truth(box: Box, client: Client) -> None:
    sid = client.messages.create(to=THEIRS, from_=OURS, body="Hello").sid or ""
    assert client.messages(sid).delete()
    assert client.messages.list() == []
    assert len(box.get("twilio/messages")["messages"]) == 1


def test_a_lost_response_leaves_the_message_behind(box: Box, client: Client) -> None:
    box.fault(vendor="twilio", method="POST", path="Messages", kind="lost_response", count=1)
    with pytest.raises(RequestException):
        client.messages.create(to=THEIRS, from_=OURS, body="Once only")
    assert [message.body for message in client.messages.list(to=THEIRS)] == ["Once only"]


def test_equal_seeds_make_equal_sids(stage: Stage, tmp_path: Path) -> None:
    sids: list[list[str | None]] = []
    for home, seed in (("one", 1), ("two", 1), ("three", 2)):
        with running_box(stage, tmp_path / home, seed=seed) as box:
            client = client_for(box)
            sids.append([client.messages.create(to=THEIRS, from_=OURS, body="Hello").sid for _ in range(2)])
    assert sids[0] == sids[1] != sids[2]


@pytest.mark.parametrize(
    ("body", "expected"), [("a" * 160, "1"), ("a" * 161, "2"), ("ñ" * 160, "1"), ("á" * 70, "1"), ("á" * 71, "2")]
)
def test_segments_follow_the_alphabet(client: Client, body: str, expected: str) -> None:
    assert client.messages.create(to=THEIRS, from_=OURS, body=body).num_segments == expected
