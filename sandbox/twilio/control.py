"""Control endpoints of the Twilio look-alike: inbound texts, numbers that fail, a patient's reply, the truth."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, ConfigDict, Field, field_validator

from sandbox.state import SandboxState
from sandbox.twilio import inbound, numbers, optout, phones
from sandbox.twilio.account import STEP_SECONDS, open_account
from sandbox.twilio.errors import ENDINGS, REFUSALS, TwilioError
from sandbox.twilio.records import truth


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Configuration(_Order):
    """What is left out stays as it is.

    `inbound_url` is set for `number`, or for all numbers. `step_seconds` lies between two states of a message;
    `segments_per_second` is what each number can send (0: no limit, no queue). Both run on the practice's clock.
    """

    inbound_url: str | None = None
    number: str | None = None
    step_seconds: float | None = Field(default=None, ge=0)
    segments_per_second: float | None = Field(default=None, ge=0)


class NumberError(_Order):
    """How messages to a number end: a Twilio error code (None: well), for the next `times` messages (None: all)."""

    e164: str
    error: int | None = None
    times: int | None = Field(default=None, ge=1)

    @field_validator("error")
    @classmethod
    def _is_known(cls, value: int | None) -> int | None:
        if value is not None and value not in REFUSALS and value not in ENDINGS:
            raise ValueError(f"{value} is none of the codes the sandbox knows: {sorted({*REFUSALS, *ENDINGS})}")
        return value


class InboundText(BaseModel):
    """A text from a patient's phone; without `to` it answers the number that wrote last."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    sender: str = Field(alias="from")
    to: str | None = None
    body: str


def control_router(state: SandboxState) -> APIRouter:
    """To be included without a prefix: the paths begin with /_sandbox/twilio."""
    account = open_account(state)
    routes = APIRouter(prefix="/_sandbox/twilio")

    @routes.post("/config")
    async def configure(given: Annotated[Configuration, Body()]) -> dict[str, Any]:
        if given.inbound_url is not None:
            numbers.set_inbound_url(state.store, given.inbound_url, given.number)
        for name in ("step_seconds", "segments_per_second"):
            if (value := getattr(given, name)) is not None:
                account.configure(name, value)
        return {
            "account_sid": account.sid,
            "senders": [
                {
                    "number": s.e164,
                    "label": s.label,
                    "messaging_service_sid": s.service_sid,
                    "inbound_url": s.inbound_url,
                }
                for s in numbers.all_senders(state.store)
            ],
            "step_seconds": account.number("step_seconds", STEP_SECONDS),
            "segments_per_second": account.number("segments_per_second", 0),
        }

    @routes.post("/numbers")
    async def number(given: Annotated[NumberError, Body()]) -> NumberError:
        phones.set_error(state.store, given.e164, given.error, given.times)
        return given

    @routes.post("/inbound")
    async def text(given: Annotated[InboundText, Body()]) -> dict[str, Any]:
        try:
            return dict(truth(inbound.receive(account, given.sender, given.to, given.body)))
        except TwilioError as error:
            raise HTTPException(error.status, str(error)) from error

    @routes.get("/messages")
    async def messages(to: str = "", after: int = 0) -> dict[str, Any]:
        """Every message in either direction, oldest first; `to` one phone, `after` a seq."""
        where, values = ("recipient = ? AND seq > ?", (to, after)) if to else ("seq > ?", (after,))
        return {
            "messages": [truth(message) for message in account.records.select(where, values)],
            "opt_outs": optout.all_out(state.store),
        }

    return routes
