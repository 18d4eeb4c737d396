"""Twilio's Messages API over HTTP: basic auth, form bodies in, JSON out."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from sandbox.state import SandboxState
from sandbox.twilio import account as accounts
from sandbox.twilio import carrier, directory, listing, numbers, optout, phones, records, sending
from sandbox.twilio.account import Account, open_account
from sandbox.twilio.errors import TwilioError
from sandbox.twilio.records import Message, as_json
from sandbox.twilio.signature import signer

CANCELABLE = ("scheduled", "accepted", "queued")


def prepare(state: SandboxState) -> Account:
    """Create the tables, sign the webhooks and let messages move on with the clock."""
    for schema in (accounts.SCHEMA, records.SCHEMA, phones.SCHEMA, optout.SCHEMA):
        state.store.script(schema)
    numbers.prepare(state.store)
    state.delivery.sign_with("twilio", signer(state.settings.twilio_auth_token))
    account = open_account(state)

    async def move_on(now: datetime) -> None:
        carrier.run_due(account)
        await state.delivery.run_due(now)  # so that a step of the clock ends with its callbacks delivered

    state.ticker.add(move_on)
    return account


def router(state: SandboxState) -> APIRouter:
    """To be included under the prefix /twilio."""
    account = prepare(state)
    routes = APIRouter(prefix="/2010-04-01/Accounts")

    @routes.get("/{account_sid}.json")
    async def itself(account_sid: str, request: Request) -> Response:
        return _answer(account, request, account_sid, lambda: directory.account_json(account))

    @routes.get("/{account_sid}/IncomingPhoneNumbers.json")
    async def our_numbers(account_sid: str, request: Request) -> Response:
        wanted = request.query_params.get("PhoneNumber")
        return _answer(account, request, account_sid, lambda: directory.numbers_json(account, wanted))

    @routes.api_route("/{account_sid}/Messages.json", methods=["GET", "POST"])
    async def messages(account_sid: str, request: Request) -> Response:
        form = await _form(request)
        if request.method == "GET":
            return _answer(account, request, account_sid, lambda: listing.page(account, request.query_params))
        return _answer(account, request, account_sid, lambda: _create(account, form), status=201)

    @routes.api_route("/{account_sid}/Messages/{name}", methods=["GET", "POST", "DELETE"])
    async def message(account_sid: str, name: str, request: Request) -> Response:
        form = await _form(request)
        acts = {"GET": _fetch, "POST": _update, "DELETE": _delete}
        act, status = acts[request.method], 204 if request.method == "DELETE" else 200
        return _answer(account, request, account_sid, lambda: act(account, name, form), status=status)

    return routes


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def _answer(
    account: Account, request: Request, account_sid: str, act: Callable[[], dict[str, Any]], *, status: int = 200
) -> Response:
    """What `act` gives, as JSON, or Twilio's error body."""
    try:
        _check_login(account, request.headers.get("authorization", ""), account_sid)
        with account.state.store.transaction():
            done = act()
    except TwilioError as error:
        return JSONResponse(error.body(), error.status)
    account.state.ticker.nudge()
    return Response(status_code=204) if status == 204 else JSONResponse(done, status)


def _check_login(account: Account, authorization: str, account_sid: str) -> None:
    settings = account.state.settings
    scheme, _, value = authorization.partition(" ")
    expected = base64.b64encode(f"{settings.twilio_account_sid}:{settings.twilio_auth_token}".encode()).decode()
    if scheme.lower() != "basic" or not hmac.compare_digest(value, expected):
        raise TwilioError(20003)
    if account_sid != settings.twilio_account_sid:
        raise TwilioError(20404, f"The requested resource /2010-04-01/Accounts/{account_sid} was not found")


def _create(account: Account, form: dict[str, str]) -> dict[str, Any]:
    return as_json(sending.create(account, form), account.sid)


def _find(account: Account, name: str) -> Message:
    found = account.records.get(name.removesuffix(".json"))
    if found is None or found.direction.startswith("deleted-"):
        path = f"/2010-04-01/Accounts/{account.sid}/Messages/{name}"
        raise TwilioError(20404, f"The requested resource {path} was not found")
    return found


def _fetch(account: Account, name: str, _form: dict[str, str]) -> dict[str, Any]:
    return as_json(_find(account, name), account.sid)


def _update(account: Account, name: str, form: dict[str, str]) -> dict[str, Any]:
    """Redact (an empty Body, once the message is out) or cancel (Status=canceled, while it still waits)."""
    message = _find(account, name)
    if form.get("Status") == "canceled":
        if message.status not in CANCELABLE:
            raise TwilioError(30409)
        message = account.records.change(message, status="canceled", due_at=None)
    if "Body" in form:
        if form["Body"]:
            raise TwilioError(20001, "Body can only be changed to an empty string")
        if message.status not in records.SETTLED and message.status != "sent":
            raise TwilioError(20001, "A message cannot be redacted while it is being sent")
        message = account.records.change(message, shown="")
    return as_json(message, account.sid)


def _delete(account: Account, name: str, _form: dict[str, str]) -> dict[str, Any]:
    account.records.delete(_find(account, name).sid)
    return {}
