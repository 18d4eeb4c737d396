"""The pay page as a browser without scripts sees it."""

from __future__ import annotations

import re

import pytest
import stripe

from tests.sandbox.stripe.conftest import ASKS, DECLINED, GOOD, deposit
from tests.sandbox.vendor_server import Box

TYPED = {
    "card_number": "4242 4242 4242 4242",
    "expiry": "12 / 34",
    "cvc": "123",
    "name": "A",
    "email": "a@example.test",
}


@pytest.fixture
def session(client: stripe.StripeClient) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(deposit())


def test_the_page_shows_what_is_paid_for_and_loads_nothing(box: Box, session: stripe.checkout.Session) -> None:
    page = box.http.get(session.url or "").text
    assert "$500.00" in page
    assert "Appointment deposit" in page
    assert 'href="https://practice.test/back"' in page
    assert "src=" not in page
    assert re.findall(r'<link[^>]*href="(?!data:)', page) == []


def test_a_good_card_leads_back_to_the_practice(
    box: Box, client: stripe.StripeClient, session: stripe.checkout.Session
) -> None:
    answer = box.http.post(f"/stripe/pay/{session.id}", data=TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, f"https://practice.test/paid?s={session.id}")
    done = client.v1.checkout.sessions.retrieve(session.id)
    assert done.customer_details is not None
    assert (done.payment_status, done.customer_details.email) == ("paid", "a@example.test")
    assert "went through" in box.http.get(f"/stripe/pay/{session.id}").text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"card_number": DECLINED}, "Your card was declined."),
        ({"card_number": "4000000000009995"}, "insufficient funds"),
        ({"card_number": "4242424242424241"}, "card number is invalid"),
        ({"expiry": "13/30"}, "expiration date is invalid"),
        ({"expiry": "01/20"}, "expiration year is in the past"),
        ({"cvc": "12"}, "security code is invalid"),
    ],
)
def test_a_refused_card_is_explained_and_what_was_typed_is_kept(
    box: Box, session: stripe.checkout.Session, change: dict[str, str], message: str
) -> None:
    answer = box.http.post(f"/stripe/pay/{session.id}", data={**TYPED, **change})
    assert answer.status_code == 402
    assert message in answer.text.replace("&#39;", "'")
    assert 'value="a@example.test"' in answer.text


def test_the_bank_is_asked_on_its_own_page(box: Box, session: stripe.checkout.Session) -> None:
    answer = box.http.post(f"/stripe/pay/{session.id}", data={**TYPED, "card_number": ASKS})
    bank = answer.headers["location"]
    assert "it is me" in box.http.get(bank).text
    failed = box.http.post(bank, data={"outcome": "fail"})
    assert failed.status_code == 402
    assert "unable to authenticate" in failed.text
    again = box.http.post(f"/stripe/pay/{session.id}", data={**TYPED, "card_number": ASKS})
    passed = box.http.post(again.headers["location"], data={"outcome": "pass"})
    assert passed.headers["location"].endswith(session.id)


def test_an_expired_session_says_so(box: Box, client: stripe.StripeClient, session: stripe.checkout.Session) -> None:
    client.v1.checkout.sessions.expire(session.id)
    answer = box.http.get(f"/stripe/pay/{session.id}")
    assert answer.status_code == 410
    assert "expired" in answer.text
    assert "Nothing was charged" in answer.text
    assert box.http.post(f"/stripe/pay/{session.id}", data={**TYPED, "card_number": GOOD}).status_code == 410


def test_a_session_that_never_was_is_404(box: Box) -> None:
    assert box.http.get("/stripe/pay/cs_test_none").status_code == 404
