"""Stripe through the sandbox: checkout, refunds, a card on file, and answers that were lost."""

from datetime import datetime, timedelta

import httpx
import pytest

from connectors.base import CardOnFile, Checkout, CheckoutRequest
from connectors.errors import (
    Ambiguous,
    AuthFailed,
    Conflict,
    Declined,
    InvalidRequest,
    NotFound,
    RateLimited,
    Unavailable,
)
from connectors.http import Wire
from connectors.stripe.connector import Stripe
from connectors.stripe.info import StripeOptions
from sandbox.settings import STRIPE_SECRET_KEY
from tests.connectors.practice import Practice

GOOD, NO_FUNDS_LATER, ASKS_ALWAYS = "4242424242424242", "4000000000000341", "4000002760003184"


def payments(practice: Practice, *, key: str = STRIPE_SECRET_KEY, url: str = "", silence: float = 30.0) -> Stripe:
    wire = Wire("Stripe", url or f"{practice.url}/stripe", timeout=httpx.Timeout(30, read=silence))
    return Stripe(wire, StripeOptions(secret_key=key))


def request(practice: Practice, reference: str, *, cents: int = 25000, save_card: bool = False) -> CheckoutRequest:
    return CheckoutRequest(
        key=f"deposit:{reference}:1",
        amount_cents=cents,
        expires_at=practice.now() + timedelta(minutes=35),
        success_url="http://127.0.0.1:1/paid",
        cancel_url="http://127.0.0.1:1/back",
        reference=reference,
        save_card=save_card,
    )


def pay(practice: Practice, checkout: Checkout, card: str = GOOD) -> None:
    practice.post("stripe/pay", session=checkout.id, card=card)


def paid(practice: Practice, vendor: Stripe, reference: str, *, cents: int = 25000) -> Checkout:
    checkout = vendor.open_checkout(request(practice, reference, cents=cents))
    pay(practice, checkout)
    return vendor.checkout(checkout.id)


def saved_card(practice: Practice, vendor: Stripe, reference: str, card: str = GOOD) -> CardOnFile:
    checkout = vendor.setup_card(request(practice, reference))
    pay(practice, checkout, card)
    return vendor.card_of(checkout.id)


def test_check_answers_and_a_wrong_key_does_not(practice: Practice) -> None:
    assert payments(practice).check() == "Stripe answers"
    with pytest.raises(AuthFailed, match=r"payments\.secret_key"):
        payments(practice, key="sk_test_wrong").check()


def test_a_deposit_is_paid(practice: Practice) -> None:
    vendor = payments(practice)
    opened = vendor.open_checkout(request(practice, "dep_paid"))
    assert (opened.paid, opened.status, opened.amount_cents, opened.reference) == (False, "open", 25000, "dep_paid")
    assert opened.expires_at == practice.now() + timedelta(minutes=35)
    assert opened.url
    pay(practice, opened)
    now = vendor.checkout(opened.id)
    assert (now.paid, now.status) == (True, "complete")
    assert now.payment_id.startswith("pi_")


def test_only_opaque_ids_and_neutral_words_reach_stripe(practice: Practice) -> None:
    paid(practice, payments(practice), "dep_words")
    records = practice.get("stripe/records")
    session = next(s for s in records["sessions"] if s["client_reference_id"] == "dep_words")
    intent = next(i for i in records["payment_intents"] if i["id"] == session["payment_intent"])
    assert session["metadata"] == intent["metadata"] == {"reference": "dep_words"}
    assert intent["description"] is None


def test_the_same_key_makes_one_session(practice: Practice) -> None:
    vendor, wanted = payments(practice), request(practice, "dep_once")
    assert vendor.open_checkout(wanted).id == vendor.open_checkout(wanted).id
    with pytest.raises(Conflict):
        vendor.open_checkout(wanted.model_copy(update={"amount_cents": 100}))


def test_a_lost_answer_is_ambiguous_and_the_session_is_found(practice: Practice) -> None:
    vendor = payments(practice)
    practice.fault(vendor="stripe", method="POST", path="checkout/sessions", kind="lost_response", count=1)
    with pytest.raises(Ambiguous):
        vendor.open_checkout(request(practice, "dep_lost"))
    found = vendor.find_checkout("dep_lost")
    assert found is not None
    assert found.id == vendor.open_checkout(request(practice, "dep_lost")).id


def test_a_session_is_found_among_many_pages(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.stripe.connector.PAGE", 4)
    vendor = payments(practice)
    first = vendor.open_checkout(request(practice, "dep_needle"))
    for number in range(11):
        vendor.open_checkout(request(practice, f"dep_hay_{number}"))
    found = vendor.find_checkout("dep_needle")
    assert found is not None
    assert found.id == first.id
    assert vendor.find_checkout("dep_nowhere") is None


def test_expiring_says_when_the_patient_was_faster(practice: Practice) -> None:
    vendor = payments(practice)
    unpaid = vendor.open_checkout(request(practice, "dep_slow"))
    assert (vendor.expire_checkout(unpaid.id).status, vendor.expire_checkout(unpaid.id).paid) == ("expired", False)
    quick = paid(practice, vendor, "dep_quick")
    assert vendor.expire_checkout(quick.id).paid


def test_refunds_never_exceed_what_is_left(practice: Practice) -> None:
    vendor = payments(practice)
    payment = paid(practice, vendor, "dep_refund", cents=10000).payment_id
    first = vendor.refund(payment, 4000, "refund:1")
    assert vendor.refund(payment, 4000, "refund:1") == first
    assert vendor.refunded_cents(payment) == 4000
    with pytest.raises(Conflict, match="6000 left"):
        vendor.refund(payment, 6001, "refund:2")
    vendor.refund(payment, 6000, "refund:3")
    assert vendor.refunded_cents(payment) == 10000


def test_a_refund_key_outlives_stripes_own_memory(practice: Practice) -> None:
    vendor = payments(practice)
    payment = paid(practice, vendor, "dep_old_refund", cents=10000).payment_id
    first = vendor.refund(payment, 3000, "refund:old")
    practice.advance(timedelta(hours=25).total_seconds())
    assert vendor.refund(payment, 3000, "refund:old") == first
    assert vendor.refunded_cents(payment) == 3000


def test_a_lost_refund_is_made_once(practice: Practice) -> None:
    vendor = payments(practice)
    payment = paid(practice, vendor, "dep_lost_refund", cents=10000).payment_id
    practice.fault(vendor="stripe", method="POST", path="refunds", kind="lost_response", count=1)
    with pytest.raises(Ambiguous):
        vendor.refund(payment, 10000, "refund:lost")
    vendor.refund(payment, 10000, "refund:lost")
    assert vendor.refunded_cents(payment) == 10000


def test_a_card_is_saved_and_charged_later_once(practice: Practice) -> None:
    vendor = payments(practice)
    card = saved_card(practice, vendor, "card_good")
    assert (card.brand, card.last4, card.exp_month, card.exp_year) == ("visa", "4242", 12, 2034)
    made = vendor.charge_card(card, 9550, "charge:plan:2026-12-01", "plan_1")
    assert (made.status, made.amount_cents) == ("succeeded", 9550)
    practice.advance(timedelta(hours=25).total_seconds())
    assert vendor.charge_card(card, 9550, "charge:plan:2026-12-01", "plan_1").payment_id == made.payment_id


def test_a_deposit_may_save_the_card(practice: Practice) -> None:
    vendor = payments(practice)
    opened = vendor.open_checkout(request(practice, "dep_save", save_card=True))
    pay(practice, opened)
    assert vendor.card_of(opened.id).last4 == "4242"
    unsaved = paid(practice, vendor, "dep_no_save")
    with pytest.raises(NotFound):
        vendor.card_of(unsaved.id)


@pytest.mark.parametrize(
    ("card", "code"), [(NO_FUNDS_LATER, "generic_decline"), (ASKS_ALWAYS, "authentication_required")]
)
def test_a_decline_keeps_the_banks_code(practice: Practice, card: str, code: str) -> None:
    vendor = payments(practice)
    on_file = saved_card(practice, vendor, f"card_{card}", card)
    with pytest.raises(Declined) as refused:
        vendor.charge_card(on_file, 9550, f"charge:{card}", "plan_2")
    assert refused.value.code == code


def test_errors(practice: Practice) -> None:
    vendor = payments(practice)
    with pytest.raises(NotFound):
        vendor.checkout("cs_test_nothing")
    with pytest.raises(InvalidRequest):
        vendor.open_checkout(request(practice, "dep_soon").model_copy(update={"expires_at": practice.now()}))
    with pytest.raises(Unavailable):
        payments(practice, url="http://127.0.0.1:1/stripe").check()
    practice.fault(vendor="stripe", kind="status", status=429, retry_after=4, count=1)
    with pytest.raises(RateLimited) as busy:
        vendor.check()
    assert busy.value.retry_after == 4


def test_silence_is_ambiguous_for_a_write(practice: Practice) -> None:
    practice.fault(vendor="stripe", method="POST", kind="timeout", count=1, seconds=2)
    with pytest.raises(Ambiguous):
        payments(practice, silence=0.3).open_checkout(request(practice, "dep_silent"))


def test_a_kept_internal_error_is_ambiguous(practice: Practice) -> None:
    practice.post("stripe/config", internal_errors=1)
    with pytest.raises(Ambiguous):
        payments(practice).open_checkout(request(practice, "dep_500"))


def test_expiry_is_shown_in_utc(practice: Practice) -> None:
    opened = payments(practice).open_checkout(request(practice, "dep_zone"))
    assert isinstance(opened.expires_at, datetime)
    assert opened.expires_at.utcoffset() == timedelta(0)


def test_a_detached_card_is_off_for_good_and_detaching_it_again_changes_nothing(practice: Practice) -> None:
    vendor = payments(practice)
    card = saved_card(practice, vendor, "pp_detach")
    vendor.charge_card(card, 5000, "charge:detach:1", "pc_1")
    vendor.detach_card(card)
    vendor.detach_card(card)
    with pytest.raises(InvalidRequest):
        vendor.charge_card(card, 5000, "charge:detach:2", "pc_2")
    events = [each["type"] for each in practice.get("stripe/records")["events"]]
    assert events.count("payment_method.detached") == 1


def test_a_card_that_stripe_does_not_know_needs_no_detaching(practice: Practice) -> None:
    payments(practice).detach_card(CardOnFile(customer_id="cus_none", payment_method_id="pm_none"))
