"""Subscriptions really deliver: whole rows, unsigned, at least once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.opendental.receiver import Receiver, receiving
from tests.sandbox.practice_process import Practice


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def _subscribe(practice: Practice, receiver: Receiver, **more: Any) -> int:
    body = {"EndPointUrl": receiver.url, "WatchTable": "Appointment", "PollingSeconds": 5, "Workstation": "SERVER1"}
    return int(practice.post("/subscriptions", body | more)["SubscriptionNum"])


def _book(practice: Practice, hour: int = 9) -> Any:
    patient = practice.get("/patients", Limit=1)[0]["PatNum"]
    return practice.post("/appointments", {"PatNum": patient, "Op": 101, "AptDateTime": f"2027-01-31 {hour:02}:00:00"})


def test_a_change_is_delivered_as_an_array_of_whole_rows(own_practice: Practice, receiver: Receiver) -> None:
    _subscribe(own_practice, receiver)
    made = _book(own_practice)
    receiver.wait_for(1)
    headers, body = receiver.got[0]
    assert headers["authorization"] == "SandboxBoise"
    assert headers["workstation"] == "SERVER1"
    assert headers["event-type"] == "WatchTable: Appointment"
    assert body == [made]


def test_other_offices_changes_are_not_delivered(own_practice: Practice, receiver: Receiver) -> None:
    _subscribe(own_practice.office(2), receiver)
    _book(own_practice)
    own_practice.order("clock", {"seconds": 30})
    assert receiver.got == []


def test_the_boundary_row_is_repeated_but_not_for_ever(own_practice: Practice, receiver: Receiver) -> None:
    _subscribe(own_practice, receiver)
    first = _book(own_practice)
    receiver.wait_for(2)
    for _ in range(5):
        own_practice.order("clock", {"seconds": 10})
    numbers = [row["AptNum"] for row in receiver.rows()]
    assert numbers == [first["AptNum"]] * 2


def test_what_is_not_taken_comes_again(own_practice: Practice, receiver: Receiver) -> None:
    receiver.status = 500
    number = _subscribe(own_practice, receiver)
    before = _start(own_practice, number)
    made = _book(own_practice)
    own_practice.order("clock", {"seconds": 60})
    assert receiver.got
    assert _start(own_practice, number) == before
    receiver.status = 200
    receiver.got.clear()
    own_practice.order("clock", {"seconds": 60})
    assert made["AptNum"] in [row["AptNum"] for row in receiver.rows()]
    assert _start(own_practice, number) > before


def _start(practice: Practice, number: int) -> str:
    rows = practice.get("/subscriptions")
    return str(next(r["DateTimeStart"] for r in rows if r["SubscriptionNum"] == number))


def test_only_three_days_are_made_up_for(own_practice: Practice, receiver: Receiver) -> None:
    receiver.status = 500
    _subscribe(own_practice, receiver)
    lost = _book(own_practice)
    own_practice.order("clock", {"seconds": 4 * 86_400})
    receiver.status = 200
    receiver.got.clear()
    kept = _book(own_practice, 11)
    own_practice.order("clock", {"seconds": 10})
    numbers = [row["AptNum"] for row in receiver.rows()]
    assert kept["AptNum"] in numbers
    assert lost["AptNum"] not in numbers


def test_the_start_moves_on_even_when_nothing_happens(own_practice: Practice, receiver: Receiver) -> None:
    number = _subscribe(own_practice, receiver)
    own_practice.order("clock", {"seconds": 600})
    assert _start(own_practice, number) == "2026-11-23 10:10:00"


def test_patients_and_patient_fields_can_be_watched(own_practice: Practice, receiver: Receiver) -> None:
    _subscribe(own_practice, receiver, WatchTable="PatField")
    _subscribe(own_practice, receiver, WatchTable="Patient")
    patient = own_practice.get("/patients", Limit=1)[0]["PatNum"]
    own_practice.put("/patfields", {"PatNum": patient, "FieldName": "Tx Plan Status", "FieldValue": "Accepted"})
    own_practice.order("patient", {"pat_num": patient, "fields": {"PatStatus": "Deceased"}})
    own_practice.order("clock", {"seconds": 10})
    kinds = {headers["event-type"] for headers, _ in receiver.got}
    assert kinds == {"WatchTable: PatField", "WatchTable: Patient"}


def test_a_deleted_appointment_leaves_history_and_an_event(own_practice: Practice, receiver: Receiver) -> None:
    _subscribe(own_practice, receiver, WatchTable="AppointmentDeleted")
    kept, gone = _book(own_practice), _book(own_practice, 14)
    own_practice.order("delete_appointment", {"apt_num": gone["AptNum"]})
    receiver.wait_for(1)
    assert {row["AptNum"] for row in receiver.rows()} == {gone["AptNum"]}
    assert own_practice.call("GET", f"/appointments/{gone['AptNum']}").status_code == 404
    days = {"dateStart": "2027-01-31", "dateEnd": "2027-01-31"}
    deleted = own_practice.get("/histappointments", HistApptAction="Deleted", **days)
    assert [(row["AptNum"], row["HistDateTStamp"]) for row in deleted] == [(gone["AptNum"], "2026-11-23 10:00:00")]
    created = own_practice.get("/histappointments", HistApptAction="Created", AptNum=kept["AptNum"])
    assert len(created) == 1


def test_deleted_subscriptions_are_silent(own_practice: Practice, receiver: Receiver) -> None:
    number = _subscribe(own_practice, receiver)
    assert own_practice.call("DELETE", f"/subscriptions/{number}").status_code == 200
    _book(own_practice)
    own_practice.order("clock", {"seconds": 10})
    assert receiver.got == []


def test_dropped_and_duplicated_events(own_practice: Practice, receiver: Receiver) -> None:
    _subscribe(own_practice, receiver)
    own_practice.order("faults", {"vendor": "opendental", "kind": "drop", "count": 2})
    _book(own_practice)
    own_practice.order("clock", {"seconds": 10})
    own_practice.order("clock", {"seconds": 10})
    assert receiver.got == []
    own_practice.order("faults", {"vendor": "opendental", "kind": "duplicate", "count": 1})
    _book(own_practice, 12)
    receiver.wait_for(2)
    assert receiver.got[0][1] == receiver.got[1][1]


def test_bad_subscriptions_name_the_field(own_practice: Practice, receiver: Receiver) -> None:
    body = {"EndPointUrl": receiver.url, "WatchTable": "Appointment"}
    assert "PollingSeconds" in own_practice.refusal("POST", "/subscriptions", body)
    assert "EndPointUrl" in own_practice.refusal("POST", "/subscriptions", {"WatchTable": "Appointment"})
    assert "WatchTable or UiEventType" in own_practice.refusal("POST", "/subscriptions", {"EndPointUrl": "http://x"})
    time.sleep(0.3)
    assert receiver.got == []
