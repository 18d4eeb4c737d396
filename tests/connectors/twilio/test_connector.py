"""Twilio through the sandbox: what is sent, what a refusal means, what is found after a lost answer."""

from datetime import timedelta

import httpx
import pytest

from connectors.base import OutgoingText, Texting, TextStatus
from connectors.errors import Ambiguous, AuthFailed, ConnectorError, InvalidRequest, RateLimited, Unavailable
from connectors.http import Wire
from connectors.twilio.connector import Twilio, text_status
from connectors.twilio.info import TwilioOptions
from sandbox.settings import TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN
from tests.connectors.practice import Practice

OURS, THEIRS = "+12085550100", "+12085550142"


def texting(practice: Practice, *, token: str = TWILIO_AUTH_TOKEN, silence: float = 30.0, url: str = "") -> Texting:
    wire = Wire("Twilio", url or f"{practice.url}/twilio", timeout=httpx.Timeout(30, read=silence))
    options = TwilioOptions(account_sid=TWILIO_ACCOUNT_SID, auth_token=token, from_number=practice.sender())
    return Twilio(wire, options)


def truth(practice: Practice, to: str) -> list[dict[str, object]]:
    """What the sandbox itself says was sent to a phone."""
    messages: list[dict[str, object]] = practice.get(f"twilio/messages?to={to.replace('+', '%2B')}")["messages"]
    return messages


def test_check_answers(practice: Practice) -> None:
    assert texting(practice).check() == "Twilio answers"


def test_a_text_goes_out_once_and_is_delivered(practice: Practice) -> None:
    vendor, to = texting(practice), "+12085550110"
    sent = vendor.send(OutgoingText(to=to, body="Three openings", callback_url="http://127.0.0.1:1/cb?ob=1"))
    assert (sent.status, sent.to, sent.body) == (TextStatus.QUEUED, to, "Three openings")
    practice.advance(2)
    assert vendor.fetch(sent.sid).status is TextStatus.DELIVERED
    assert len(truth(practice, to)) == 1


@pytest.mark.parametrize("kind", ["lost_response", "status"])
def test_a_lost_answer_is_ambiguous_and_the_text_is_found(practice: Practice, kind: str) -> None:
    vendor, to = texting(practice), "+12085550111" if kind == "status" else "+12085550112"
    since = practice.now() - timedelta(minutes=1)
    assert vendor.sent_to(to, since) == []
    lost = {"status": 504} if kind == "status" else {}
    practice.fault(vendor="twilio", method="POST", kind="lost_response", count=1, **lost)
    with pytest.raises(Ambiguous):
        vendor.send(OutgoingText(to=to, body="code AB12"))
    found = vendor.sent_to(to, since)
    assert [text.body for text in found] == ["code AB12"]
    assert vendor.sent_to(to, practice.now() + timedelta(minutes=1)) == []


def test_silence_is_ambiguous_for_a_send_and_unavailable_for_a_read(practice: Practice) -> None:
    vendor = texting(practice, silence=0.3)
    practice.fault(vendor="twilio", kind="timeout", count=2, seconds=2)
    with pytest.raises(Ambiguous):
        vendor.send(OutgoingText(to=THEIRS, body="x"))
    with pytest.raises(Unavailable):
        vendor.fetch("SM0")


def test_nobody_there_means_nothing_went_out(practice: Practice) -> None:
    with pytest.raises(Unavailable):
        texting(practice, url="http://127.0.0.1:1/twilio").send(OutgoingText(to=THEIRS, body="x"))


def test_too_many_requests_say_how_long_to_wait(practice: Practice) -> None:
    practice.fault(vendor="twilio", method="POST", kind="status", status=429, retry_after=9, count=1)
    with pytest.raises(RateLimited) as refused:
        texting(practice).send(OutgoingText(to=THEIRS, body="x"))
    assert refused.value.retry_after == 9


def test_a_wrong_token_is_refused(practice: Practice) -> None:
    with pytest.raises(AuthFailed):
        texting(practice, token="wrong").check()


@pytest.mark.parametrize(("change", "code"), [({"to": "208555"}, "21211"), ({"body": ""}, "21602")])
def test_a_refusal_keeps_twilios_code(practice: Practice, change: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        texting(practice).send(OutgoingText(to=THEIRS, body="x").model_copy(update=change))
    assert refused.value.code == code
    assert "208555" not in str(refused.value)


def test_an_opted_out_patient_is_refused_with_21610(practice: Practice) -> None:
    vendor, to = texting(practice), "+12085550113"
    vendor.send(OutgoingText(to=to, body="Hello"))
    practice.post("twilio/inbound", **{"from": to, "body": "STOP"})
    with pytest.raises(ConnectorError) as refused:
        vendor.send(OutgoingText(to=to, body="Hello again"))
    assert (type(refused.value), refused.value.code) == (InvalidRequest, "21610")


def test_only_our_own_texts_are_found(practice: Practice) -> None:
    vendor, to = texting(practice), "+12085550114"
    vendor.send(OutgoingText(to=to, body="Hello"))
    practice.post("twilio/inbound", **{"from": to, "to": practice.sender(), "body": "1"})
    found = vendor.sent_to(to, practice.now() - timedelta(minutes=5))
    assert [text.body for text in found] == ["Hello"]


def test_a_text_that_failed_says_why(practice: Practice) -> None:
    vendor, to = texting(practice), "+12085550115"
    practice.post("twilio/numbers", e164=to, error=30006)
    sent = vendor.send(OutgoingText(to=to, body="Hello"))
    practice.advance(3)
    failed = vendor.fetch(sent.sid)
    assert failed.status in (TextStatus.UNDELIVERED, TextStatus.FAILED)
    assert failed.error_code == "30006"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("sent", TextStatus.SENT),
        ("READ", TextStatus.DELIVERED),
        ("canceled", TextStatus.FAILED),
        ("new", TextStatus.QUEUED),
    ],
)
def test_status_words(word: str, status: TextStatus) -> None:
    assert text_status(word) is status
