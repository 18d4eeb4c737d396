"""The hosted pages: the pay page, the bank's page, and the one that says it is over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader

from sandbox.stripe import paying
from sandbox.stripe.account import Account
from sandbox.stripe.errors import StripeError
from sandbox.stripe.ledger import StripeObject
from sandbox.stripe.paying import CardForm

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
EMPTY = CardForm("", "", "")


def money(cents: int | None) -> str:
    """Cents as dollars for people: 50000 is $500.00."""
    return f"${(cents or 0) / 100:,.2f}"


_TEMPLATES.filters["money"] = money


def _render(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(_TEMPLATES.get_template(template).render(**values), status)


def pay(account: Account, session_id: str, *, error: str = "", typed: CardForm = EMPTY) -> HTMLResponse:
    """The pay page of an open session, or what there is to say about one that is not."""
    try:
        session = paying.open_session(account, session_id)
    except StripeError as closed_error:
        return closed(str(closed_error), account.ledger.get(session_id))
    if waiting := paying.waiting_intent(account, session):
        return bank(account, waiting["id"])
    lines = session["_line_items"]["data"]
    return _render("pay.html", 402 if error else 200, session=session, lines=lines, error=error, typed=typed)


def bank(account: Account, intent_id: str) -> HTMLResponse:
    """Where the cardholder says yes or no to the bank."""
    intent = account.ledger.get(intent_id)
    if intent is None or intent.get("status") != "requires_action":
        return closed("There is nothing to authenticate.")
    return _render("bank.html", intent=intent)


def closed(message: str, session: StripeObject | None = None) -> HTMLResponse:
    """A plain notice, with the way back where the session knows one."""
    return _render("closed.html", 404 if session is None else 410, message=message, session=session)


def after(account: Account, session: StripeObject) -> Response:
    """Where the browser goes after the card was given: on to the practice, or to the bank first."""
    if waiting := paying.waiting_intent(account, session):
        return RedirectResponse(f"/stripe/authenticate/{waiting['id']}", 303)
    return RedirectResponse(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]), 303)


def after_bank(
    account: Account, intent_id: str, before: StripeObject | None, done: StripeObject | StripeError
) -> Response:
    """Where the browser goes from the bank's page."""
    kind = before["object"] if before else "payment_intent"
    for session in account.ledger.find("checkout.session", **{kind: intent_id}):
        if isinstance(done, StripeError):
            return pay(account, session["id"], error=str(done))
        return after(account, session)
    redirect = ((before or {}).get("next_action") or {}).get("redirect_to_url")
    if redirect:
        return RedirectResponse(redirect["return_url"], 303)
    return closed(str(done) if isinstance(done, StripeError) else f"This payment is {done['status']}.")
