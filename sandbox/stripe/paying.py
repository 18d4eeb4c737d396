"""What the patient does on the pay page: give a card, be asked by the bank, be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.stripe import checkout, customers, payment_intents, payments, setup_intents
from sandbox.stripe.account import Account
from sandbox.stripe.cards import CARDS, NOT_A_TEST_CARD, digits, passes_luhn
from sandbox.stripe.errors import StripeError, invalid
from sandbox.stripe.events import emit
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.payment_methods import new_card


@dataclass(frozen=True, slots=True)
class CardForm:
    """What was typed: `expiry` as MM/YY, `postal_code` and `email` may be empty."""

    number: str
    expiry: str
    cvc: str
    name: str = ""
    email: str = ""
    postal_code: str = ""


def pay(account: Account, session_id: str, form: CardForm) -> StripeObject:
    """Submit the card of an open session; the session afterwards.

    It is `complete`, or still `open` while the bank asks the cardholder (its intent is at `requires_action`).
    Raises StripeError 402 for a refused card and 400 for a session that is no longer open.
    """
    session = open_session(account, session_id)
    method = _read_card(account, form)
    if session["mode"] == "setup":
        return _settle(account, session, setup_intents.attempt(account, _setup_intent(account, session), method))
    _remember_payer(account, session, form)
    intent = _intent(account, session)
    return _settle(account, session, payments.attempt(account, intent, method, return_url=session["success_url"]))


def answer_bank(account: Account, intent_id: str, *, passed: bool) -> StripeObject:
    """The cardholder's answer on the bank's page; the intent afterwards. Raises StripeError 402 when not passed."""
    intent = account.ledger.get(intent_id)
    if intent is None or intent.get("status") != "requires_action":
        raise invalid(f"Intent {intent_id} is not waiting for authentication.")
    method = account.need("payment_method", intent["payment_method"])
    if intent["object"] == "setup_intent":
        if not passed:
            return setup_intents.refuse(account, intent, method, payments.FAILED_AUTHENTICATION)
        done = setup_intents.attempt(account, intent, method, authenticated=True)
    else:
        if not passed:
            return payments.fail_authentication(account, intent)
        done = payments.attempt(account, intent, method, authenticated=True)
    for session in account.ledger.find("checkout.session", **{intent["object"]: intent_id}):
        _settle(account, session, done)
    return done


def open_session(account: Account, session_id: str) -> StripeObject:
    """The session, if it can still be paid; raises StripeError 400 otherwise."""
    session = account.need("checkout.session", session_id, "session")
    if session["status"] == "open" and session["expires_at"] <= account.now():
        session = checkout.expire_now(account, session)
    if session["status"] != "open":
        raise invalid(f"This Checkout Session is {session['status']}.", code="session_not_open")
    return session


def waiting_intent(account: Account, session: StripeObject) -> StripeObject | None:
    """The session's intent while the bank wants the cardholder."""
    found = account.ledger.get(session["payment_intent"] or session["setup_intent"] or "")
    return found if found and found["status"] == "requires_action" else None


def _read_card(account: Account, form: CardForm) -> StripeObject:
    """A payment method from the form; raises StripeError 402 in the words of Stripe's own page."""
    number = digits(form.number)
    if not passes_luhn(number):
        raise _unreadable("incorrect_number", "Your card number is invalid.")
    card = CARDS.get(number)
    if card is None:
        raise _unreadable(NOT_A_TEST_CARD.code, NOT_A_TEST_CARD.message, NOT_A_TEST_CARD.decline_code)
    month, year = _read_expiry(account, form.expiry)
    if len(digits(form.cvc)) != (4 if card.brand == "amex" else 3):
        raise _unreadable("invalid_cvc", "Your card's security code is invalid.")
    billing = {
        "name": form.name or None,
        "email": form.email or None,
        "address": {"postal_code": form.postal_code or None},
    }
    return new_card(account, card, month, year, {"billing_details": billing})


def _read_expiry(account: Account, text: str) -> tuple[int, int]:
    numbers = digits(text)
    if len(numbers) not in (4, 6) or not 1 <= int(numbers[:2]) <= 12:
        raise _unreadable("invalid_expiry_month", "Your card's expiration date is invalid.")
    month, year = int(numbers[:2]), int(numbers[2:])
    year += 2000 if year < 100 else 0
    today = account.state.clock.now()
    if (year, month) < (today.year, today.month):
        raise _unreadable("invalid_expiry_year", "Your card's expiration year is in the past.")
    return month, year


def _unreadable(code: str, message: str, decline_code: str | None = None) -> StripeError:
    return StripeError(402, "card_error", message, code=code, decline_code=decline_code)


def _remember_payer(account: Account, session: StripeObject, form: CardForm) -> None:
    """Note who pays, and make the customer when the session asked for one."""
    email = form.email or session["customer_email"]
    session["customer_details"] = {
        "email": email,
        "name": form.name or None,
        "phone": None,
        "tax_ids": [],
        "address": None,
    }
    if not session["customer"] and session["customer_creation"] == "always":
        session["customer"] = customers.create(account, {"email": email, "name": form.name or None})["id"]
    account.ledger.put(session)


def _intent(account: Account, session: StripeObject) -> StripeObject:
    """The session's PaymentIntent; like Stripe, it is made at the first attempt to pay."""
    if session["payment_intent"]:
        return account.need("payment_intent", session["payment_intent"])
    given: dict[str, Any] = session["_params"].get("payment_intent_data") or {}
    owner = {"customer": session["customer"]} if session["customer"] else {}
    amount = {"amount": session["amount_total"], "currency": session["currency"]}
    intent = payment_intents.new_intent(account, {**given, **amount, **owner})
    session["payment_intent"] = intent["id"]
    account.ledger.put(session)
    return intent


def _setup_intent(account: Account, session: StripeObject) -> StripeObject:
    return account.need("setup_intent", session["setup_intent"])


def _settle(account: Account, session: StripeObject, intent: StripeObject) -> StripeObject:
    """Complete the session once its intent is done."""
    if intent["status"] == "requires_action":
        return session
    paid = "paid" if intent["status"] == "succeeded" else "unpaid"
    status = paid if session["mode"] == "payment" else session["payment_status"]
    session.update(status="complete", url=None, payment_status=status)
    account.ledger.put(session)
    emit(account, "checkout.session.completed", session)
    return session
