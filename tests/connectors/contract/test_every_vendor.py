"""What must hold for every vendor in every role."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import Payments, Pms, Texting
from connectors.errors import AuthFailed, ConnectorError, RateLimited, Unavailable
from connectors.registry import MESSAGING, PAYMENTS, PMS, ConnectorRegistry
from tests.connectors.contract.conftest import Build
from tests.connectors.pacers import CountingPacer
from tests.connectors.practice import Practice

Pick = Callable[[ConnectorRegistry], Pms | Texting | Payments]

VENDORS = [
    pytest.param("pms", "opendental", "customer_key", lambda r: r.pms("boise"), id="opendental"),
    pytest.param("messaging", "twilio", "auth_token", lambda r: r.texting("boise"), id="twilio"),
    pytest.param("payments", "stripe", "secret_key", lambda r: r.payments("boise"), id="stripe"),
]
every_vendor = pytest.mark.parametrize(("role", "kind", "secret", "pick"), VENDORS)


def test_no_vendor_is_left_out() -> None:
    assert {str(vendor.values[1]) for vendor in VENDORS} == {*PMS, *MESSAGING, *PAYMENTS}


@every_vendor
def test_it_answers_and_says_what_it_is(build: Build, role: str, kind: str, secret: str, pick: Pick) -> None:
    vendor = pick(build())
    assert vendor.info.kind == kind
    assert vendor.info.title in vendor.check()


@every_vendor
def test_a_wrong_key_is_told_without_showing_it(build: Build, role: str, kind: str, secret: str, pick: Pick) -> None:
    with pytest.raises(AuthFailed) as refused:
        pick(build(**{role: {secret: "Wr0ngKey"}})).check()
    assert "Wr0ngKey" not in str(refused.value)
    assert not refused.value.retryable


@every_vendor
def test_nobody_there(build: Build, role: str, kind: str, secret: str, pick: Pick) -> None:
    with pytest.raises(Unavailable) as down:
        pick(build(url="http://127.0.0.1:1")).check()
    assert down.value.retryable


@every_vendor
def test_too_many_requests_tell_how_long_to_wait(
    practice: Practice, build: Build, role: str, kind: str, secret: str, pick: Pick
) -> None:
    practice.fault(vendor=kind, kind="status", status=429, retry_after=3, count=1)
    with pytest.raises(RateLimited) as busy:
        pick(build()).check()
    assert (busy.value.retry_after, busy.value.retryable) == (3.0, True)


@every_vendor
@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503}, {"kind": "lost_response"}])
def test_a_read_without_an_answer_may_be_asked_again(
    practice: Practice, build: Build, role: str, kind: str, secret: str, pick: Pick, fault: dict[str, Any]
) -> None:
    practice.fault(vendor=kind, count=1, **fault)
    vendor = pick(build())
    with pytest.raises(Unavailable):
        vendor.check()
    assert vendor.check()


@every_vendor
def test_no_request_is_repeated_by_itself(
    practice: Practice, build: Build, role: str, kind: str, secret: str, pick: Pick
) -> None:
    practice.http.delete("/_sandbox/requests")
    practice.fault(vendor=kind, kind="status", status=500)
    with pytest.raises(ConnectorError):
        pick(build()).check()
    assert len(practice.requests(kind)) == 1


def test_only_a_throttled_vendor_spends_the_rate_budget(build: Build) -> None:
    pacer = CountingPacer()
    registry = build(pacer=pacer)
    for _, pick in ((v.values[1], v.values[3]) for v in VENDORS):
        pick(registry).check()  # type: ignore[operator]  # pytest does not type its parameters
    assert pacer.waits == ["opendental:boise"]
