"""The three webhook rooms as one app, on a real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from db.session import Database
from db.stores.inbox import InboxStore
from domain.location import Location
from web.webhooks import opendental, stripe, twilio
from web.webhooks.receiving import WebhookDeps

PUBLIC = "https://book.example.org"
NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
TOKEN = "tw-token-of-boise"
STRIPE_SECRET = "whsec_boise"
CUSTOMER_KEY = "customer-key-of-boise"


def a_location(key: str = "boise", **blocks: Any) -> Location:
    vendors = {
        "pms": {"kind": "opendental", "base_url": "http://127.0.0.1:1"},
        "messaging": {"kind": "twilio", "base_url": "http://127.0.0.1:1"},
        "payments": {"kind": "stripe", "base_url": "http://127.0.0.1:1"},
    }
    return Location.model_validate(
        {
            "key": key,
            "name": "River Street Dental",
            "zone": "America/Boise",
            "state": "ID",
            "phone": "+12085550100",
            "staff": [],
            "default_owner": "kim",
            **vendors,
            **blocks,
        }
    )


@dataclass
class Known:
    """Locations by key, and their secrets."""

    locations: dict[str, Location]
    secrets: dict[str, str]

    def get(self, key: str) -> Location:
        return self.locations[key]

    def secret(self, location: str, role: str, name: str) -> str:
        return self.secrets.get(f"{location}.{role}.{name}", "")


@dataclass
class Bell:
    rings: int = 0

    def ring(self) -> None:
        self.rings += 1


@dataclass
class FixedClock:
    at: datetime = field(default=NOW)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def known() -> Known:
    secrets = {
        "boise.messaging.auth_token": TOKEN,
        "boise.payments.webhook_secret": STRIPE_SECRET,
        "boise.pms.customer_key": CUSTOMER_KEY,
    }
    locations = {"boise": a_location(), "mute": a_location("mute")}
    locations["other"] = a_location("other", messaging={"kind": "pigeon", "base_url": "http://127.0.0.1:1"})
    return Known(locations, secrets | {"other.messaging.auth_token": TOKEN})


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def inbox(sqlite_database: Database) -> InboxStore:
    return InboxStore(sqlite_database)


@pytest.fixture
def app(known: Known, bell: Bell, inbox: InboxStore) -> FastAPI:
    deps = WebhookDeps(
        inbox=inbox,
        locations=known,
        secrets=known,
        clock=FixedClock(),
        real_now=lambda: NOW,
        public_url=f"{PUBLIC}/",
        wake=bell.ring,
    )
    built = FastAPI()
    for room in (twilio, stripe, opendental):
        built.include_router(room.router(deps))
    return built


@pytest.fixture
async def web(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://inside:8700") as client:
        yield client
