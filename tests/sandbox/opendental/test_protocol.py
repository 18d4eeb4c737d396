"""Keys, errors, paging, formats: what every resource has in common."""

from __future__ import annotations

import pytest

from tests.sandbox.practice_process import KEYS, Practice

SINCE = "2026-11-23 00:00:00"


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer x", "ODFHIR SandboxDeveloperKey", "ODFHIR Wrong/SandboxBoise", "ODFHIR SandboxDeveloperKey/Nobody"],
)
def test_wrong_keys_are_refused_in_plain_text(practice: Practice, authorization: str) -> None:
    url = f"{practice.base}/opendental/api/v1/clinics"
    response = practice.client.get(url, headers={"Authorization": authorization})
    assert response.status_code == 401
    assert response.headers["content-type"].startswith("text/plain")


def test_each_key_sees_its_own_office_only(practice: Practice) -> None:
    for number in KEYS:
        branches = {2: [5]}.get(number, [])
        assert [c["ClinicNum"] for c in practice.office(number).get("/clinics")] == [number, *branches]
    boise_patient = practice.get("/patients")[0]["PatNum"]
    assert practice.office(2).call("GET", f"/patients/{boise_patient}").status_code == 404


def test_ids_are_unique_over_all_offices(practice: Practice) -> None:
    numbers = [row["AptNum"] for row in practice.ask("records")["appointments"]]
    assert len(numbers) == len(set(numbers)) > 3000


def test_pages_hold_a_hundred_rows_and_never_more(practice: Practice) -> None:
    assert len(practice.get("/patients")) == 100
    assert len(practice.get("/patients", Limit=5000)) == 100
    assert len(practice.get("/patients", Limit=7)) == 7
    rows = practice.all("/patients")
    assert len(rows) >= 430
    assert len({row["PatNum"] for row in rows}) == len(rows)


def test_a_mistyped_resource_is_not_found(practice: Practice) -> None:
    response = practice.call("GET", "/appointmnets")
    assert response.status_code == 404
    assert "appointmnets" in response.text


def test_an_unknown_parameter_and_a_bad_value_name_the_field(practice: Practice) -> None:
    assert "Patnum" in practice.refusal("GET", "/appointments", Patnum=1)
    assert "dateStart" in practice.refusal("GET", "/appointments", dateStart="23.11.2026")
    assert "AptStatus" in practice.refusal("GET", "/appointments", AptStatus="Booked")
    assert "Offset" in practice.refusal("GET", "/appointments", Offset="x")


def test_a_body_that_is_not_json_is_a_bad_request(practice: Practice) -> None:
    headers = {"Authorization": "ODFHIR SandboxDeveloperKey/SandboxBoise"}
    url = f"{practice.base}/opendental/api/v1/tasks"
    assert practice.client.post(url, content=b"{", headers=headers).status_code == 400


def test_values_are_written_as_open_dental_writes_them(practice: Practice) -> None:
    plan = practice.get("/treatplans", TPStatus="Active", Limit=1)[0]
    assert plan["isSigned"] == "false"
    assert plan["DateTSigned"] == "0001-01-01 00:00:00"
    assert plan["DateTP"] == "0001-01-01"
    procedure = practice.get("/procedurelogs", Limit=1)[0]
    assert isinstance(procedure["ProcFee"], str)
    assert procedure["ProcFee"].endswith(".00")
    row = practice.get("/proctps", TreatPlanNum=practice.get("/treatplans", TPStatus="Saved")[0]["TreatPlanNum"])[0]
    assert isinstance(row["FeeAmt"], float)
    assert isinstance(practice.get("/fees", Limit=1)[0]["Amount"], float)


def test_times_are_the_offices_own(practice: Practice) -> None:
    """17:00 UTC on 23 November 2026: Boise and Phoenix UTC-7, Portland UTC-8."""
    times = {n: practice.office(n).get("/appointments", Limit=1)[0]["serverDateTime"] for n in KEYS}
    assert times[1] == "2026-11-23 10:00:00"
    assert times[2] == times[4] == "2026-11-23 10:00:00"
    assert times[3] == "2026-11-23 09:00:00"


def test_date_formats_can_be_asked_for(practice: Practice) -> None:
    wanted = {"DateTimeFormatString": "yyyy-MM-ddTHH:mm:sszzz", "DateFormatString": "MM/dd/yyyy"}
    row = practice.office(3).get("/appointments", date="2026-11-24", Limit=1, **wanted)[0]
    assert row["AptDateTime"].startswith("2026-11-24T")
    assert row["AptDateTime"].endswith("-08:00")
    assert practice.get("/patients", Limit=1, **wanted)[0]["Birthdate"][2] == "/"


def test_line_breaks_become_spaces(practice: Practice) -> None:
    body = {"TaskListNum": 101, "UserNum": 104, "Descript": "first\nsecond\r\nthird"}
    assert practice.post("/tasks", body)["Descript"] == "first second third"


def test_a_created_row_comes_with_its_location(practice: Practice) -> None:
    body = {"TaskListNum": 101, "UserNum": 104, "Descript": "look"}
    response = practice.call("POST", "/tasks", body)
    assert response.status_code == 201
    location = response.headers["location"]
    again = practice.client.get(location, headers={"Authorization": response.request.headers["authorization"]})
    assert again.json() == response.json()


def test_only_documented_resources_carry_the_servers_time(practice: Practice) -> None:
    for path in ("/appointments", "/procedurelogs", "/patients/Simple", "/providers"):
        assert "serverDateTime" in practice.get(path, Limit=1)[0], path
    for path in ("/treatplans", "/patients", "/operatories"):
        assert "serverDateTime" not in practice.get(path, Limit=1)[0], path
    assert "serverDateTime" not in practice.get("/providers", ClinicNum=1)[0]


def test_change_filters_include_the_boundary(practice: Practice) -> None:
    stamp = practice.get("/treatplans", TPStatus="Saved", Limit=1)[0]["SecDateTEdit"]
    assert stamp in {p["SecDateTEdit"] for p in practice.all("/treatplans", SecDateTEdit=stamp)}
    assert all(p["SecDateTEdit"] >= stamp for p in practice.all("/treatplans", SecDateTEdit=stamp))


def test_a_key_can_be_throttled(own_practice: Practice) -> None:
    own_practice.order("throttle", {"seconds_apart": 1})
    assert own_practice.call("GET", "/clinics").status_code == 200
    refused = own_practice.call("GET", "/clinics")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert own_practice.office(2).call("GET", "/clinics").status_code == 200
    own_practice.order("throttle", {"seconds_apart": None})
    assert own_practice.call("GET", "/clinics").status_code == 200


def test_requests_are_logged(own_practice: Practice) -> None:
    own_practice.get("/clinics", Limit=3)
    logged = own_practice.ask("requests", vendor="opendental")
    assert [(r["method"], r["path"], r["query"], r["status"]) for r in logged] == [
        ("GET", "/opendental/api/v1/clinics", "Limit=3", 200)
    ]
    assert own_practice.ask("requests", vendor="stripe") == []
