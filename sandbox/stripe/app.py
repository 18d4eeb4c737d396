"""The Stripe look-alike over HTTP: the API under /v1, and the pages that a patient's browser sees."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sandbox.state import SandboxState
from sandbox.stripe import account as accounts
from sandbox.stripe import calls, checkout, events, idempotency, ledger, pages, paying, payment_intents, refunds
from sandbox.stripe.account import Account, open_account, transact
from sandbox.stripe.calls import Call
from sandbox.stripe.errors import StripeError
from sandbox.stripe.paying import CardForm

Text = Annotated[str, Form()]


def prepare(state: SandboxState) -> Account:
    """Create the tables, sign the webhooks and start the clock-driven jobs (expiry, old holds, failing refunds)."""
    for schema in (ledger.SCHEMA, accounts.SCHEMA, idempotency.SCHEMA):
        state.store.script(schema)
    account = open_account(state)
    state.delivery.sign_with("stripe", events.signer(account))

    async def jobs(now: datetime) -> None:
        with state.store.transaction():
            checkout.expire_due(account)
            payment_intents.release_old_holds(account)
            refunds.fail_due(account)
        await state.delivery.run_due(now)  # so that a step of the clock ends with its events delivered

    state.ticker.add(jobs)
    return account


def router(state: SandboxState) -> APIRouter:
    """To be included under the prefix /stripe."""
    account = prepare(state)
    routes = APIRouter()
    _add_api(routes, account)
    _add_pay_page(routes, account)
    _add_bank_page(routes, account)
    return routes


def _add_api(routes: APIRouter, account: Account) -> None:
    @routes.api_route("/v1/{rest:path}", methods=["GET", "POST", "DELETE"])
    async def api(rest: str, request: Request) -> Response:
        body = (await request.body()).decode()
        text = body if request.method == "POST" else request.url.query
        done = await calls.answer(account, Call(request.method, f"/v1/{rest}", text, request.headers))
        return Response(done.text, done.status, done.headers, "application/json")


def _add_pay_page(routes: APIRouter, account: Account) -> None:
    @routes.get("/pay/{session_id}")
    async def show(session_id: str) -> HTMLResponse:
        return pages.pay(account, session_id)

    @routes.post("/pay/{session_id}")
    async def submit(
        session_id: str,
        card_number: Text = "",
        expiry: Text = "",
        cvc: Text = "",
        name: Text = "",
        email: Text = "",
        postal_code: Text = "",
    ) -> Response:
        card = CardForm(card_number, expiry, cvc, name, email, postal_code)
        done = transact(account, lambda: paying.pay(account, session_id, card))
        if isinstance(done, StripeError):
            return pages.pay(account, session_id, error=str(done), typed=card)
        return pages.after(account, done)

    @routes.get("/recover/{session_id}")
    async def recover(session_id: str) -> Response:
        done = transact(account, lambda: checkout.recover(account, session_id))
        if isinstance(done, StripeError):
            return pages.closed(str(done))
        return RedirectResponse(done["url"], 303)


def _add_bank_page(routes: APIRouter, account: Account) -> None:
    """Where the cardholder's bank asks, for sessions and for intents confirmed over the API."""

    @routes.get("/authenticate/{intent_id}")
    async def ask(intent_id: str) -> HTMLResponse:
        return pages.bank(account, intent_id)

    @routes.post("/authenticate/{intent_id}")
    async def answer(intent_id: str, outcome: Text) -> Response:
        waiting = account.ledger.get(intent_id)
        done = transact(account, lambda: paying.answer_bank(account, intent_id, passed=outcome == "pass"))
        return pages.after_bank(account, intent_id, waiting, done)
