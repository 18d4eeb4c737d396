"""From location files to connectors: what is built, what is kept, and what a mistake says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.base import Capability, Documents, LedgerRefunds, Vendors
from connectors.errors import Unavailable
from connectors.plan_roles import PaymentPlans
from connectors.registry import ConnectorRegistry
from connectors.secrets import ConfigurationError
from domain.location import Location
from tests.connectors.pacers import CountingPacer

ENVIRONMENT = {"OD_DEV": "dev", "OD_KEY": "customer", "TW_TOKEN": "token", "ST_KEY": "sk_test_1"}
BLOCKS: dict[str, dict[str, Any]] = {
    "pms": {
        "kind": "opendental",
        "base_url": "http://127.0.0.1:1/opendental/api/v1",
        "developer_key": "env:OD_DEV",
        "customer_key": "env:OD_KEY",
    },
    "messaging": {
        "kind": "twilio",
        "base_url": "http://127.0.0.1:1/twilio",
        "account_sid": "AC1",
        "auth_token": "env:TW_TOKEN",
        "from_number": "+12085550100",
    },
    "payments": {"kind": "stripe", "base_url": "http://127.0.0.1:1/stripe", "secret_key": "env:ST_KEY"},
}


def location(**changes: Mapping[str, Any]) -> Location:
    blocks = {role: {**block, **changes.get(role, {})} for role, block in BLOCKS.items()}
    return Location.model_validate(
        {
            "key": "boise",
            "name": "Boise Dental",
            "zone": "America/Boise",
            "state": "ID",
            "phone": "+12085550100",
            "staff": [{"key": "ann", "name": "Ann"}],
            "default_owner": "ann",
            **blocks,
        }
    )


class Book:
    def __init__(self, found: Location) -> None:
        self._found = found

    def get(self, key: str) -> Location:
        if key != self._found.key:
            raise KeyError(f"no location {key!r}; known: {self._found.key}")
        return self._found

    def all(self) -> list[Location]:
        return [self._found]


def registry(found: Location, environment: Mapping[str, str] = ENVIRONMENT) -> ConnectorRegistry:
    return ConnectorRegistry(Book(found), CountingPacer(), environment)


def test_builds_each_role_once() -> None:
    vendors: Vendors = registry(location())
    assert vendors.pms("boise") is vendors.pms("boise")
    assert vendors.texting("boise") is vendors.texting("boise")
    assert vendors.payments("boise") is vendors.payments("boise")


def test_capabilities_are_data_and_their_roles_are_there() -> None:
    pms = registry(location()).pms("boise")
    assert {Capability.BOOK, Capability.PAYMENT_PLANS, Capability.DOCUMENTS} <= pms.info.capabilities
    assert isinstance(pms, PaymentPlans)
    assert isinstance(pms, Documents)
    assert isinstance(pms, LedgerRefunds)


def test_pacing_follows_the_office() -> None:
    assert registry(location()).pms("boise").info.requests_per_second == 1.0
    unthrottled = registry(location(pms={"requests_per_second": 0}))
    assert unthrottled.pms("boise").info.requests_per_second is None


def test_an_unknown_location_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="known: boise"):
        registry(location()).pms("reno")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"pms": {"kind": "dentix"}}, r"location boise: pms.kind: no 'dentix'; known: opendental"),
        ({"pms": {"customer_key": "env:NOWHERE"}}, r"boise: pms.customer_key: .* NOWHERE is not set"),
        ({"pms": {"customer_key": "file:no-such-file"}}, r"pms.customer_key: the file no-such-file cannot be read"),
        ({"pms": {"custmer_key": "x"}}, r"location boise: pms.custmer_key is no key here; did you mean customer_key"),
        ({"pms": {"accept_on": ["wink"]}}, r"pms.accept_on: .*'wink' is no mark; use signed, planned"),
        ({"pms": {"accept_on": ["patfield:Tx"]}}, r"pms.accept_on: .*'patfield:Tx' is no mark"),
        ({"pms": {"accept_on": []}}, r"pms.accept_on: .*name at least one mark"),
    ],
)
def test_a_mistake_in_the_pms_block_says_where_and_what(changes: Mapping[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        registry(location(**changes)).pms("boise")


def test_a_text_sender_is_needed_and_only_one() -> None:
    with pytest.raises(ConfigurationError, match="give either from_number or messaging_service_sid"):
        registry(location(messaging={"messaging_service_sid": "MG1"})).texting("boise")


def test_a_message_about_a_bad_value_does_not_show_it() -> None:
    broken = location(payments={"currency": "sk_live_oops"})
    with pytest.raises(ConfigurationError) as told:
        registry(broken).payments("boise")
    assert "payments.currency" in str(told.value)
    assert "sk_live_oops" not in str(told.value)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("  whsec_1\n")
    found = registry(location(payments={"webhook_secret": f"file:{tmp_path / 'key'}"}))
    assert found.secret("boise", "payments", "webhook_secret") == "whsec_1"
    assert found.secret("boise", "messaging", "auth_token") == "token"
    assert found.secret("boise", "payments", "nothing") == ""


def test_an_empty_secret_file_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("\n")
    with pytest.raises(ConfigurationError, match="is empty"):
        registry(location(payments={"secret_key": f"file:{tmp_path / 'key'}"})).payments("boise")


def test_a_page_waits_for_a_silent_stripe_once_and_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, float]] = []

    def silent(_: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        asked.append(request.extensions["timeout"])
        raise httpx.ReadTimeout("no answer", request=request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", silent)
    payments = registry(location()).payments("boise")
    with pytest.raises(Unavailable):
        payments.card_facts("pi_1")
    (limits,) = asked
    assert all(0 < seconds <= 2 for seconds in limits.values())
    with pytest.raises(Unavailable):
        payments.refunded_cents("pi_1")
    assert asked[1]["read"] > 2, "what no page waits for may take its time"
