"""Stripe's published test cards and what each of them does (docs.stripe.com/testing)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Asks = Literal["never", "until_set_up", "always"]


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a card is refused, in Stripe's codes."""

    code: str
    decline_code: str
    message: str


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
NO_FUNDS = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
AUTHENTICATION = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)


@dataclass(frozen=True, slots=True)
class Card:
    """How one test number behaves.

    `decline` refuses at once; `charge_decline` only when money is taken (saving it works); `asks` says when the
    bank wants the cardholder; `disputed` and `refund_fails` are what happens after a payment that went well.
    """

    number: str
    brand: str = "visa"
    decline: Decline | None = None
    charge_decline: Decline | None = None
    asks: Asks = "never"
    disputed: bool = False
    refund_fails: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]


CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242"),
        Card("4000056655665556"),
        Card("5555555555554444", "mastercard"),
        Card("378282246310005", "amex"),
        Card("6011111111111117", "discover"),
        Card("4000000000000002", decline=GENERIC),
        Card("4000000000009995", decline=NO_FUNDS),
        Card("4000000000009987", decline=Decline("card_declined", "lost_card", GENERIC.message)),
        Card("4000000000009979", decline=Decline("card_declined", "stolen_card", GENERIC.message)),
        Card("4000000000000069", decline=Decline("expired_card", "expired_card", "Your card has expired.")),
        Card(
            "4000000000000127",
            decline=Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
        ),
        Card(
            "4000000000000119",
            decline=Decline("processing_error", "processing_error", "An error occurred while processing your card."),
        ),
        Card("4000000000000341", charge_decline=GENERIC),
        Card("4000002500003155", asks="until_set_up"),
        Card("4000002760003184", asks="always"),
        Card("4000000000003220", asks="always"),
        Card("4000000000000259", disputed=True),
        Card("4000000000005126", refund_fails=True),
    )
}
TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedProcessingError": "4000000000000119",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_threeDSecure2Required": "4000000000003220",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_refundFail": "4000000000005126",
}
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
)
"""What test mode answers to a number that is none of the test cards."""


def digits(text: str) -> str:
    """A card number as typed, without blanks and dashes."""
    return "".join(character for character in text if character.isdigit())


def passes_luhn(number: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (2 if index % 2 else 1) for index, digit in enumerate(reversed(number))]
    return len(number) >= 12 and sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def refusal(card: Card, *, off_session: bool, authenticated: bool, set_up: bool) -> Decline | None:
    """Why taking money with this card is refused now; None when it is taken or must first be authenticated."""
    if card.decline or card.charge_decline:
        return card.decline or card.charge_decline
    return AUTHENTICATION if off_session and asks_now(card, authenticated=authenticated, set_up=set_up) else None


def asks_now(card: Card, *, authenticated: bool, set_up: bool) -> bool:
    """Whether the bank wants the cardholder before it answers."""
    if authenticated or card.asks == "never":
        return False
    return card.asks == "always" or not set_up
