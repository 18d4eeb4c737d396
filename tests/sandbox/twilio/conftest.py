"""A running sandbox, the official Twilio client pointed at it, and a receiver for its webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from requests import Session
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from sandbox.settings import TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN
from tests.sandbox.vendor_server import Box, Receiver, Stage, running_box, running_receiver


class Redirected(TwilioHttpClient):  # type: ignore[misc]  # the twilio package has no types
    """Twilio's own HTTP client with nothing changed but the address."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=30)
        self._base_url = base_url
        self.session = Session()
        self.session.trust_env = False

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(method, url.replace("https://api.twilio.com", self._base_url), *args, **kwargs)


def client_for(box: Box, token: str = TWILIO_AUTH_TOKEN) -> Client:
    return Client(TWILIO_ACCOUNT_SID, token, http_client=Redirected(f"{box.url}/twilio"))


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage().open() as running:
        yield running


@pytest.fixture
def box(stage: Stage, tmp_path: Path) -> Iterator[Box]:
    with running_box(stage, tmp_path) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture
def client(box: Box) -> Client:
    return client_for(box)
