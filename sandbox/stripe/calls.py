"""One API call from the wire to the wire: key, route, idempotency, parameters, handler, answer."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import stripe

from sandbox.stripe import form, idempotency, listing, params, routes
from sandbox.stripe.account import Account
from sandbox.stripe.errors import ParameterError, StripeError, unauthorized, unknown_url
from sandbox.stripe.events import public
from sandbox.stripe.routes import Route

INTERNAL = StripeError(
    500, "api_error", "An unknown error occurred (asked for through the sandbox's control endpoint)."
)


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it arrived; `path` begins with /v1, `text` is the form body or, for GET and DELETE, the query."""

    method: str
    path: str
    text: str
    headers: Mapping[str, str]

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key") if self.method == "POST" else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: status, JSON text and Stripe's headers."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)


async def answer(account: Account, call: Call) -> Answer:
    """Answer one call; every refusal becomes Stripe's error body."""
    account = replace(account, request_id=account.ledger.new_id("req_"), idempotency_key=call.key)
    headers = {"Request-Id": account.request_id or "", "Stripe-Version": stripe.api_version}
    if call.key:
        headers["Idempotency-Key"] = call.key
    try:
        return await _answer(account, call, headers)
    except StripeError as error:
        return Answer(error.status, _text(error.body()), headers)


async def _answer(account: Account, call: Call, headers: dict[str, str]) -> Answer:
    _check_key(account, call.headers.get("authorization", ""))
    found = routes.find(call.method, call.path)
    if found is None:
        raise unknown_url(call.method, call.path)
    route, ids = found
    key, parameters = call.key, _fingerprint(call)
    if key and (kept := idempotency.replay(account, key, call.path, parameters)):
        replayed = {"Idempotent-Replayed": "true", "Original-Request": kept.request_id}
        return Answer(kept.status, kept.answer, {**headers, **replayed})
    given = params.check(route.schema, form.parse(call.text))
    if key:
        idempotency.begin(account, key, call.path, parameters)
    try:
        await asyncio.sleep(float(account.config("latency_seconds", "0")))
        return _execute(account, call, route, ids, given, headers)
    finally:
        if key:
            idempotency.forget(account, key)  # keeps what has been finished


def _check_key(account: Account, authorization: str) -> None:
    """Bearer, or Basic with the key as the user name, as curl -u sends it."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "basic":
        value = base64.b64decode(value).decode(errors="replace").partition(":")[0]
    if value != account.state.settings.stripe_secret_key:
        raise unauthorized(value)


def _fingerprint(call: Call) -> str:
    """The parameters in an order of their own, so that two spellings of one form are the same."""
    return json.dumps(form.parse(call.text), sort_keys=True)


def _execute(
    account: Account, call: Call, route: Route, ids: tuple[str, ...], given: dict[str, Any], headers: dict[str, str]
) -> Answer:
    """Run the handler; its effects, its events and the kept answer stand or fall together."""
    paths = given.pop("expand", [])
    with account.state.store.transaction():
        try:
            _break_if_asked(account, call)
            done = route.handler(account, given, *ids)
            status, body = 200, public(listing.expand(account, dict(done), paths))
        except ParameterError:
            raise  # refused before it began: nothing is kept
        except StripeError as error:  # a refused card still leaves its failed charge behind, so nothing is rolled back
            status, body = error.status, public(error.body())
        if call.key:
            idempotency.finish(account, call.key, status, _text(body))
    account.state.ticker.nudge()
    return Answer(status, _text(body), headers)


def _break_if_asked(account: Account, call: Call) -> None:
    """A 500 from inside the execution, unlike a fault at the gate: it is kept under the idempotency key."""
    left = int(account.config("internal_errors", "0"))
    if left and call.method == "POST":
        account.configure("internal_errors", str(left - 1))
        raise INTERNAL


def _text(body: Any) -> str:
    return json.dumps(body, indent=2)
