"""What webhooks leave in the inbox table, for the loop that handles it."""

import json
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict


class Hook(StrEnum):
    """The source column of an inbox row."""

    TWILIO_INBOUND = "twilio.inbound"
    TWILIO_STATUS = "twilio.status"
    STRIPE = "stripe"
    OPENDENTAL = "opendental"


class Delivery(BaseModel):
    """A webhook as it came: ``raw`` is the request's body unchanged, ``query`` that of the address."""

    model_config = ConfigDict(frozen=True)

    location: str
    raw: str
    query: dict[str, str] = {}
    event_type: str = ""

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.raw, keep_blank_values=True))

    def event(self) -> dict[str, Any]:
        """The JSON object. Raises ValueError when it is none."""
        found = json.loads(self.raw)
        if not isinstance(found, dict):
            raise ValueError("the event is no JSON object")
        return found
