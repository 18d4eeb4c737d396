"""What goes wrong on demand."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from sandbox.faults import Faults, FaultSpec
from tests.sandbox.practice_process import Practice


def _fault(practice: Practice, **spec: Any) -> Any:
    return practice.order("faults", {"vendor": "opendental", "count": 1} | spec)


def test_a_status_with_its_text_and_retry_after(own_practice: Practice) -> None:
    _fault(own_practice, kind="status", status=400, body="eConnector is not running.", path="/clinics$")
    assert own_practice.get("/providers")
    assert own_practice.refusal("GET", "/clinics") == "eConnector is not running."
    assert own_practice.get("/clinics")
    _fault(own_practice, kind="status", status=429, retry_after=7)
    refused = own_practice.call("GET", "/clinics")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "7")


def test_a_delay_is_only_a_delay(own_practice: Practice) -> None:
    _fault(own_practice, kind="delay", seconds=0.4)
    begun = time.monotonic()
    assert own_practice.get("/clinics")
    assert time.monotonic() - begun >= 0.4


def test_a_lost_response_has_done_the_work(own_practice: Practice) -> None:
    body = {"TaskListNum": 101, "UserNum": 104, "Descript": "only once"}
    _fault(own_practice, kind="lost_response", method="POST", path="/tasks$")
    with pytest.raises(httpx.RemoteProtocolError):
        own_practice.call("POST", "/tasks", body)
    _fault(own_practice, kind="lost_response", method="POST", status=504)
    assert own_practice.call("POST", "/tasks", body).status_code == 504
    assert [t["Descript"] for t in own_practice.get("/tasks")].count("only once") == 2


def test_a_timeout_never_answers_and_does_nothing(own_practice: Practice) -> None:
    body = {"TaskListNum": 101, "UserNum": 104, "Descript": "never"}
    _fault(own_practice, kind="timeout", method="POST")
    with pytest.raises(httpx.ReadTimeout):
        own_practice.client.post(
            f"{own_practice.base}/opendental/api/v1/tasks",
            json=body,
            headers={"Authorization": "ODFHIR SandboxDeveloperKey/SandboxBoise"},
            timeout=httpx.Timeout(30, read=0.5),
        )
    assert "never" not in [t["Descript"] for t in own_practice.get("/tasks")]
    logged = own_practice.ask("requests", vendor="opendental")
    assert {r["fault"] for r in logged if r["method"] == "POST"} == {"timeout"}


def test_faults_are_counted_listed_and_removed(own_practice: Practice) -> None:
    made = _fault(own_practice, kind="status", status=500, count=2, skip=1)
    statuses = [own_practice.call("GET", "/clinics").status_code for _ in range(4)]
    assert statuses == [200, 500, 500, 200]
    assert [(f["id"], f["struck"]) for f in own_practice.ask("faults")] == [(made["id"], 2)]
    assert own_practice.client.delete(f"{own_practice.base}/_sandbox/faults/{made['id']}").json() == {"removed": 1}
    assert own_practice.ask("faults") == []


def test_chance_is_repeatable() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(FaultSpec(kind="status", probability=0.5))
        return [faults.for_request("opendental", "GET", "/clinics") is not None for _ in range(200)]

    assert struck(1) == struck(1) != struck(2)
    assert 60 < sum(struck(1)) < 140


def test_a_wrong_fault_is_explained(own_practice: Practice) -> None:
    answer = own_practice.client.post(f"{own_practice.base}/_sandbox/faults", json={"kind": "status", "path": "("})
    assert answer.status_code == 422
    assert "regular expression" in answer.text
