"""Stripe as a card processor: hosted checkout, refunds, a card on file. Only opaque ids and neutral words go there.

Idempotency keys are ours, but Stripe may forget one after 24 hours, so refunds and charges also look for their key in
the metadata of what was made before.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import stripe
from stripe import StripeClient, StripeObject
from stripe.checkout import Session

from connectors.base import CardOnFile, ChargeResult, Checkout, CheckoutRequest, ConnectorInfo, Dispute
from connectors.errors import Conflict, Declined, InvalidRequest, NotFound
from connectors.http import Wire
from connectors.stripe.client import VENDOR, stripe_client, stripe_errors
from connectors.stripe.info import INFO, StripeOptions
from domain.deposit_decisions import CardFacts

PAGE, MOST_PAGES = 100, 10
"""How far ``find_checkout`` looks back: 1,000 sessions, newest first."""

_MONEY_BACK = frozenset({"succeeded", "pending", "requires_action"})
_STANDINGS: dict[str, Literal["open", "won", "lost"]] = {
    "won": "won",
    "warning_closed": "won",
    "prevented": "won",
    "lost": "lost",
    "charge_refunded": "lost",
}
"""An inquiry that ended without a chargeback took no money, so it is as good as won."""

_MONEY_COMING = frozenset({"succeeded", "processing"})


class Stripe:
    info: ConnectorInfo

    def __init__(self, wire: Wire, options: StripeOptions, quick: Wire | None = None) -> None:
        """``quick``: a wire with short timeouts, for what a page waits for."""
        self.info = INFO
        self._options = options
        self._client: StripeClient = stripe_client(wire, options.secret_key)
        self._quick: StripeClient = stripe_client(quick, options.secret_key) if quick else self._client

    def check(self) -> str:
        with stripe_errors("check", write=False):
            self._client.v1.balance.retrieve()
        return "Stripe answers"

    def open_checkout(self, request: CheckoutRequest) -> Checkout:
        """A hosted page that takes ``amount_cents`` by card. It lives 30 minutes to 24 hours."""
        metadata = {"reference": request.reference}
        intent: dict[str, Any] = {"metadata": metadata}
        if request.save_card:
            intent["setup_future_usage"] = "off_session"
        params = {
            **self._page(request, metadata),
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": self._price(request.amount_cents)}],
            "payment_intent_data": intent,
            "customer_creation": "always" if request.save_card else "if_required",
        }
        return self._create_session(params, request.key)

    def setup_card(self, request: CheckoutRequest) -> Checkout:
        """A hosted page that saves a card and takes nothing."""
        metadata = {"reference": request.reference}
        with stripe_errors("create customer", write=True):
            customer = self._client.v1.customers.create(
                params={"metadata": metadata}, options={"idempotency_key": f"{request.key}:customer"}
            )
        params = {
            **self._page(request, metadata),
            "mode": "setup",
            "customer": customer.id,
            "setup_intent_data": {"metadata": metadata},
        }
        return self._create_session(params, request.key)

    def checkout(self, checkout_id: str) -> Checkout:
        return _checkout(self._session(checkout_id))

    def find_checkout(self, reference: str) -> Checkout | None:
        """The newest session with this reference, among the last thousand."""
        params: dict[str, Any] = {"limit": PAGE}
        for _ in range(MOST_PAGES):
            with stripe_errors("list checkouts", write=False):
                page = self._client.v1.checkout.sessions.list(params=params)  # type: ignore[arg-type]  # built in steps
            for session in page.data:
                if session.client_reference_id == reference:
                    return _checkout(session)
            if not page.has_more or not page.data:
                return None
            params["starting_after"] = page.data[-1].id
        return None

    def expire_checkout(self, checkout_id: str) -> Checkout:
        try:
            with stripe_errors("expire checkout", write=True):
                return _checkout(self._client.v1.checkout.sessions.expire(checkout_id))
        except (InvalidRequest, Conflict):
            return self.checkout(checkout_id)

    def refund(self, payment_id: str, amount_cents: int, key: str) -> str:
        """Give back part or all of a payment, once per key. Raises Conflict when less than that is left."""
        refunds = self._refunds(payment_id)
        for refund in refunds:
            if _key_of(refund.metadata) == key and refund.status in _MONEY_BACK:
                return refund.id
        with stripe_errors("read payment", write=False):
            received = self._client.v1.payment_intents.retrieve(payment_id).amount_received
        left = received - _sum(refunds)
        if amount_cents <= 0 or amount_cents > left:
            raise Conflict(
                f"{VENDOR}: refund: {amount_cents} cents asked, {left} left of {payment_id}", code="too_much"
            )
        with stripe_errors("refund", write=True):
            made = self._client.v1.refunds.create(
                params={"payment_intent": payment_id, "amount": amount_cents, "metadata": {"key": key}},
                options={"idempotency_key": key},
            )
        return made.id

    def refund_made(self, payment_id: str, key: str) -> int:
        return _sum([refund for refund in self._refunds(payment_id) if _key_of(refund.metadata) == key])

    def refunded_cents(self, payment_id: str) -> int:
        return _sum(self._refunds(payment_id))

    def card_facts(self, payment_id: str) -> CardFacts:
        """Brand and last four of the card that paid. Raises NotFound when no card has paid it."""
        with stripe_errors("read payment", write=False):
            intent = self._quick.v1.payment_intents.retrieve(payment_id, params={"expand": ["latest_charge"]})
        charge = intent.latest_charge
        details = charge.payment_method_details if isinstance(charge, stripe.Charge) else None
        if not isinstance(charge, stripe.Charge) or details is None or details.card is None:
            raise NotFound(f"{VENDOR}: payment {payment_id} was not paid by card")
        return CardFacts(
            brand=details.card.brand or "",
            last4=details.card.last4 or "",
            amount_cents=intent.amount_received,
            refunded_cents=charge.amount_refunded,
            disputed=charge.disputed,
        )

    def dispute(self, payment_id: str) -> Dispute | None:
        with stripe_errors("list disputes", write=False):
            found = self._client.v1.disputes.list(params={"payment_intent": payment_id, "limit": 1}).data
        if not found:
            return None
        standing = _STANDINGS.get(found[0].status, "open")
        return Dispute(id=found[0].id, amount_cents=found[0].amount, standing=standing)

    def card_of(self, checkout_id: str) -> CardOnFile:
        """The card that a finished session saved. Raises NotFound when it saved none."""
        expand = ["payment_intent.payment_method", "setup_intent.payment_method"]
        session = self._session(checkout_id, expand)
        intent = session.payment_intent or session.setup_intent
        method = getattr(intent, "payment_method", None)
        customer = _id_of(session.customer) or _id_of(getattr(intent, "customer", None))
        if not isinstance(method, stripe.PaymentMethod) or method.card is None or not customer:
            raise NotFound(f"{VENDOR}: checkout {checkout_id} has no card on file")
        return CardOnFile(
            customer_id=customer,
            payment_method_id=method.id,
            brand=method.card.brand,
            last4=method.card.last4 or "",
            exp_month=method.card.exp_month,
            exp_year=method.card.exp_year,
        )

    def charge_card(self, card: CardOnFile, amount_cents: int, key: str, reference: str) -> ChargeResult:
        """Charge a card on file without its owner, once per key.

        Raises Declined with the bank's code; ``authentication_required`` means the owner has to pay on a page.
        """
        earlier = self.charge_made(card, key)
        if earlier is not None:
            return earlier
        with stripe_errors("charge card", write=True):
            made = self._client.v1.payment_intents.create(
                params={
                    "amount": amount_cents,
                    "currency": self._options.currency,
                    "customer": card.customer_id,
                    "payment_method": card.payment_method_id,
                    "allowed_payment_method_types": ["card"],
                    "off_session": True,
                    "confirm": True,
                    "metadata": {"reference": reference, "key": key},
                },
                options={"idempotency_key": key},
            )
        if made.status not in _MONEY_COMING:
            raise Declined(f"{VENDOR}: charge card: {made.id} is {made.status}", code="authentication_required")
        return _charge(made)

    def charge_made(self, card: CardOnFile, key: str) -> ChargeResult | None:
        """What was taken from this customer under this key, with whichever card."""
        with stripe_errors("list payments", write=False):
            page = self._client.v1.payment_intents.list(params={"customer": card.customer_id, "limit": PAGE})
            for intent in page.auto_paging_iter():
                if _key_of(intent.metadata) == key and intent.status in _MONEY_COMING:
                    return _charge(intent)
        return None

    def detach_card(self, card: CardOnFile) -> None:
        """Stripe never attaches a detached card again, so nothing can charge it any more."""
        try:
            with stripe_errors("detach card", write=True):
                self._client.v1.payment_methods.detach(card.payment_method_id)
        except NotFound:
            return
        except InvalidRequest:
            with stripe_errors("read card", write=False):
                found = self._client.v1.payment_methods.retrieve(card.payment_method_id)
            if found.customer is not None:
                raise

    def _page(self, request: CheckoutRequest, metadata: Mapping[str, str]) -> dict[str, Any]:
        return {
            "allowed_payment_method_types": ["card"],
            "client_reference_id": request.reference,
            "metadata": dict(metadata),
            "success_url": request.success_url,
            "cancel_url": request.cancel_url,
            "expires_at": int(request.expires_at.timestamp()),
        }

    def _price(self, amount_cents: int) -> dict[str, Any]:
        return {
            "currency": self._options.currency,
            "unit_amount": amount_cents,
            "product_data": {"name": self._options.product_name},
        }

    def _create_session(self, params: dict[str, Any], key: str) -> Checkout:
        with stripe_errors("open checkout", write=True):
            session = self._client.v1.checkout.sessions.create(
                params=params,  # type: ignore[arg-type]  # one dict for two modes; Stripe checks it
                options={"idempotency_key": key},
            )
        return _checkout(session)

    def _session(self, checkout_id: str, expand: list[str] | None = None) -> Session:
        with stripe_errors("read checkout", write=False):
            return self._client.v1.checkout.sessions.retrieve(checkout_id, params={"expand": expand} if expand else {})

    def _refunds(self, payment_id: str) -> list[stripe.Refund]:
        with stripe_errors("list refunds", write=False):
            page = self._client.v1.refunds.list(params={"payment_intent": payment_id, "limit": PAGE})
            return list(page.auto_paging_iter())


def _checkout(session: Session) -> Checkout:
    finished = session.mode == "setup" and session.status == "complete"
    return Checkout(
        id=session.id,
        url=session.url or "",
        status=session.status or "",
        paid=session.payment_status == "paid" or finished,
        payment_id=_id_of(session.payment_intent),
        amount_cents=session.amount_total or 0,
        reference=session.client_reference_id or "",
        expires_at=datetime.fromtimestamp(session.expires_at, UTC) if session.expires_at else None,
    )


def _charge(intent: stripe.PaymentIntent) -> ChargeResult:
    return ChargeResult(payment_id=intent.id, status=intent.status, amount_cents=intent.amount)


def _sum(refunds: list[stripe.Refund]) -> int:
    return sum(refund.amount for refund in refunds if refund.status in _MONEY_BACK)


def _key_of(metadata: StripeObject | None) -> str:
    """Our idempotency key as the metadata keeps it."""
    return str(metadata["key"]) if metadata and "key" in metadata else ""


def _id_of(reference: object) -> str:
    """The id of something that may be expanded."""
    return reference if isinstance(reference, str) else str(getattr(reference, "id", "") or "")
