"""Every vendor of every role, reached through the registry as the product does."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from connectors.base import Payments, Pms, Texting
from connectors.registry import ConnectorRegistry
from domain.location import Location
from sandbox.settings import DEVELOPER_KEY, STRIPE_SECRET_KEY, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN
from tests.connectors.pacers import CountingPacer
from tests.connectors.practice import Practice

Changes = Mapping[str, Mapping[str, Any]]
Build = Callable[..., ConnectorRegistry]


def blocks(url: str) -> dict[str, dict[str, Any]]:
    return {
        "pms": {
            "kind": "opendental",
            "base_url": f"{url}/opendental/api/v1",
            "developer_key": DEVELOPER_KEY,
            "customer_key": "SandboxBoise",
            "fee_schedule": "101",
        },
        "messaging": {
            "kind": "twilio",
            "base_url": f"{url}/twilio",
            "account_sid": TWILIO_ACCOUNT_SID,
            "auth_token": TWILIO_AUTH_TOKEN,
            "from_number": "+12085550100",
        },
        "payments": {"kind": "stripe", "base_url": f"{url}/stripe", "secret_key": STRIPE_SECRET_KEY},
    }


class OneLocation:
    def __init__(self, found: Location) -> None:
        self._found = found

    def get(self, key: str) -> Location:
        return self._found

    def all(self) -> list[Location]:
        return [self._found]


def location(url: str, changes: Changes) -> Location:
    merged = {role: {**block, **changes.get(role, {})} for role, block in blocks(url).items()}
    person = {"key": "ann", "name": "Ann", "user_id": "101", "task_list_id": "101"}
    return Location.model_validate(
        {
            "key": "boise",
            "name": "Cedar Ridge Dental Boise",
            "zone": "America/Boise",
            "state": "ID",
            "phone": "+12085550100",
            "staff": [person],
            "default_owner": "ann",
            **merged,
        }
    )


@pytest.fixture
def build(practice: Practice) -> Build:
    """A registry on the running practice; keyword arguments change a role's block."""

    def make(*, url: str = "", pacer: CountingPacer | None = None, **changes: Mapping[str, Any]) -> ConnectorRegistry:
        found = location(url or practice.url, changes)
        return ConnectorRegistry(OneLocation(found), pacer or CountingPacer(), {})

    return make


@pytest.fixture
def pms(build: Build) -> Pms:
    return build().pms("boise")


@pytest.fixture
def texting(build: Build) -> Texting:
    return build().texting("boise")


@pytest.fixture
def payments(build: Build) -> Payments:
    return build().payments("boise")
