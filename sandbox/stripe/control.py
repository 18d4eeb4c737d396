"""Control endpoints of the Stripe look-alike: where webhooks go, a card paid by a script, disputes, the truth."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from sandbox.state import SandboxState
from sandbox.stripe import disputes, paying
from sandbox.stripe.account import Account, open_account, transact
from sandbox.stripe.errors import StripeError
from sandbox.stripe.events import public
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.paying import CardForm

RECORDS = {
    "sessions": "checkout.session",
    "payment_intents": "payment_intent",
    "setup_intents": "setup_intent",
    "charges": "charge",
    "refunds": "refund",
    "customers": "customer",
    "payment_methods": "payment_method",
    "disputes": "dispute",
    "events": "event",
}


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Configuration(_Order):
    """What is left out stays as it is; an empty `webhook_url` stops the webhooks.

    `latency_seconds` (real time) keeps a call in progress so long; the next `internal_errors` POSTs end in a 500
    that is kept under its idempotency key.
    """

    webhook_url: str | None = None
    secret: str | None = None
    latency_seconds: float | None = Field(default=None, ge=0)
    internal_errors: int | None = Field(default=None, ge=0)


class Payment(_Order):
    """A card given on the pay page of `session`; `authenticate` answers the bank if it asks (None: not yet)."""

    session: str
    card: str = "4242424242424242"
    expiry: str = "12/34"
    cvc: str = "123"
    name: str = "Sandbox Payer"
    email: str = ""
    authenticate: Literal["pass", "fail"] | None = "pass"


class Dispute(_Order):
    """A dispute to open on a `charge` or a `payment_intent`, or to settle (`dispute` and `status`)."""

    charge: str | None = None
    payment_intent: str | None = None
    reason: str = "fraudulent"
    dispute: str | None = None
    status: Literal["won", "lost", "warning_closed"] | None = None


def control_router(state: SandboxState) -> APIRouter:
    """To be included without a prefix: the paths begin with /_sandbox/stripe."""
    account = open_account(state)
    routes = APIRouter(prefix="/_sandbox/stripe")

    @routes.post("/config")
    async def configure(given: Annotated[Configuration, Body()]) -> dict[str, str]:
        for name, value in given.model_dump(exclude_none=True).items():
            account.configure(name, str(value))
        return {"webhook_url": account.config("webhook_url"), "secret": account.webhook_secret}

    @routes.post("/pay")
    async def pay(payment: Annotated[Payment, Body()]) -> dict[str, Any]:
        return _report(account, payment.session, transact(account, lambda: _pay(account, payment)))

    @routes.post("/disputes")
    async def dispute(given: Annotated[Dispute, Body()]) -> StripeObject:
        done = transact(account, lambda: _dispute(account, given))
        if isinstance(done, StripeError):
            raise HTTPException(done.status, str(done))
        return done

    @routes.get("/records")
    async def records() -> dict[str, list[Any]]:
        """Everything there is, oldest first."""
        return {name: [public(item) for item in reversed(account.ledger.find(kind))] for name, kind in RECORDS.items()}

    return routes


def _pay(account: Account, payment: Payment) -> StripeObject:
    form = CardForm(payment.card, payment.expiry, payment.cvc, payment.name, payment.email)
    session = paying.pay(account, payment.session, form)
    waiting = paying.waiting_intent(account, session)
    if waiting and payment.authenticate:
        paying.answer_bank(account, waiting["id"], passed=payment.authenticate == "pass")
    return session


def _report(account: Account, session_id: str, done: StripeObject | StripeError) -> dict[str, Any]:
    """How the payment stands now: the session's status, and the refusal if the card was refused."""
    session = account.ledger.get(session_id)
    if session is None:
        raise HTTPException(404, f"no checkout session {session_id}")
    error = done.body()["error"] if isinstance(done, StripeError) else {}
    return {
        "session": session_id,
        "status": session["status"],
        "payment_status": session["payment_status"],
        "payment_intent": session["payment_intent"],
        "success_url": session["success_url"],
        "error": {key: error.get(key) for key in ("code", "decline_code", "message")} if error else None,
    }


def _dispute(account: Account, given: Dispute) -> StripeObject:
    if given.dispute:
        return disputes.settle(account, given.dispute, given.status or "lost")
    charge_id = given.charge
    if given.payment_intent:
        charge_id = account.need("payment_intent", given.payment_intent)["latest_charge"]
    return disputes.open_dispute(account, account.need("charge", charge_id or ""), given.reason)
