"""The phone page: every patient's phone with its texts, a box to answer from, and links that can be tapped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from sandbox.state import SandboxState
from sandbox.twilio import inbound, numbers
from sandbox.twilio.account import Account, open_account
from sandbox.twilio.errors import TwilioError
from sandbox.twilio.records import Message, when

MOST_THREADS = 200
Owner = Callable[[str], str]
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


def nobody(_e164: str) -> str:
    """An owner that knows no one."""
    return ""


@dataclass(frozen=True, slots=True)
class Thread:
    """One phone in the list: its newest text and how many it has."""

    phone: str
    count: int
    last: Message


def _linked(text: str) -> Markup:
    """The text with its links made tappable; everything else is escaped."""
    parts: list[Markup] = []
    end = 0
    for match in LINK.finditer(text):
        parts += [escape(text[end : match.start()]), Markup('<a href="{0}">{0}</a>').format(match.group())]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def _pretty(e164: str) -> str:
    """+12085550142 as (208) 555-0142."""
    return f"({e164[2:5]}) {e164[5:8]}-{e164[8:]}" if re.fullmatch(r"\+1\d{10}", e164) else e164


def _moment(text: str) -> datetime:
    return when(text)


_TEMPLATES.filters.update(linked=_linked, pretty=_pretty, moment=_moment)


def phone_router(state: SandboxState, owner: Owner = nobody) -> APIRouter:
    """To be included without a prefix: /phone and /phone/{digits of the number, without +}.

    `owner` names the people behind a number (E.164), for the headings; "" when it does not know.
    """
    account = open_account(state)
    routes = APIRouter()

    @routes.get("/phone")
    async def threads() -> HTMLResponse:
        return _render("threads.html", threads=_threads(account), owner=owner)

    @routes.get("/phone/{digits}")
    async def thread(digits: str) -> HTMLResponse:
        return _thread_page(account, owner, digits)

    @routes.post("/phone/{digits}")
    async def reply(digits: str, body: Annotated[str, Form()] = "", to: Annotated[str, Form()] = "") -> Response:
        try:
            inbound.receive(account, f"+{digits}", to or None, body)
        except TwilioError as error:
            return _thread_page(account, owner, digits, error=str(error))
        return RedirectResponse(f"/phone/{digits}#newest", 303)

    return routes


def _render(template: str, status: int = 200, **values: object) -> HTMLResponse:
    return HTMLResponse(_TEMPLATES.get_template(template).render(**values), status)


def _thread_page(account: Account, owner: Owner, digits: str, error: str = "") -> HTMLResponse:
    phone = f"+{digits}"
    texts = account.records.select("arrived_at IS NOT NULL AND ? IN (sender, recipient)", (phone,))
    ours = {sender.e164: sender.label for sender in numbers.all_senders(account.state.store)}
    return _render(
        "thread.html",
        422 if error else 200,
        phone=phone,
        digits=digits,
        owner=owner(phone),
        texts=texts,
        ours=ours,
        to=inbound.last_sender(account, phone),
        error=error,
    )


def _threads(account: Account) -> list[Thread]:
    """The phones that have texts, newest first."""
    newest: dict[str, Message] = {}
    counts: dict[str, int] = {}
    for message in account.records.select("arrived_at IS NOT NULL", (), "ORDER BY arrived_at DESC, seq DESC"):
        phone = message.sender if message.direction == "inbound" else message.recipient
        newest.setdefault(phone, message)
        counts[phone] = counts.get(phone, 0) + 1
    return [Thread(phone, counts[phone], last) for phone, last in list(newest.items())[:MOST_THREADS]]
