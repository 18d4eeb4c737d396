"""Treatment plans: how acceptance shows, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.sandbox.practice_process import Practice

Plans = Iterator[dict[str, Any]]


def _plan(practice: Practice, plan: dict[str, Any]) -> Any:
    rows = practice.all("/treatplans", PatNum=plan["PatNum"])
    return next(row for row in rows if row["TreatPlanNum"] == plan["TreatPlanNum"])


def test_signing_is_the_only_mark_of_acceptance(practice: Practice, waiting_plans: Plans) -> None:
    plan = next(waiting_plans)
    before = _plan(practice, plan)
    signed = practice.put(f"/treatplans/{plan['TreatPlanNum']}", {"isSigned": "true", "SignatureText": "N. Vega"})
    assert (signed["isSigned"], signed["DateTSigned"]) == ("true", "2026-11-23 10:00:00")
    assert signed["SecDateTEdit"] > before["SecDateTEdit"]
    assert signed["TPStatus"] == before["TPStatus"] == "Saved"
    polled = practice.all("/treatplans", SecDateTEdit="2026-11-23 10:00:00", TPStatus="Saved")
    assert plan["TreatPlanNum"] in [row["TreatPlanNum"] for row in polled]


def test_a_signature_can_be_taken_back(practice: Practice, waiting_plans: Plans) -> None:
    number = next(waiting_plans)["TreatPlanNum"]
    practice.order("accept", {"treat_plan_nums": [number]})
    cleared = practice.put(f"/treatplans/{number}", {"isSigned": "false"})
    assert (cleared["isSigned"], cleared["DateTSigned"]) == ("false", "0001-01-01 00:00:00")


def test_only_saved_plans_are_signed(practice: Practice) -> None:
    active = practice.get("/treatplans", TPStatus="Active", Limit=1)[0]["TreatPlanNum"]
    assert "Saved" in practice.refusal("PUT", f"/treatplans/{active}", {"isSigned": "true"})


def test_rows_of_a_signed_plan_are_frozen(practice: Practice, waiting_plans: Plans) -> None:
    number = next(waiting_plans)["TreatPlanNum"]
    row = practice.get("/proctps", TreatPlanNum=number)[0]
    assert practice.put(f"/proctps/{row['ProcTPNum']}", {"Prognosis": "good"})["Prognosis"] == "good"
    practice.order("accept", {"treat_plan_nums": [number]})
    assert "signed" in practice.refusal("PUT", f"/proctps/{row['ProcTPNum']}", {"Prognosis": "fair"})
    assert "signed" in practice.refusal("DELETE", f"/proctps/{row['ProcTPNum']}")


def test_a_plan_is_made_attached_saved_and_signed(practice: Practice, new_patient: Callable[[], int]) -> None:
    patient = new_patient()
    charted = {"PatNum": patient, "ProcDate": "2026-11-23", "ProcStatus": "TP", "procCode": "D2740", "ToothNum": "3"}
    procedure = practice.post("/procedurelogs", charted)
    assert procedure["ProcFee"] == "1440.00"
    plan = practice.post("/treatplans", {"PatNum": patient, "Heading": "Crown"})
    assert plan["TPStatus"] == "Inactive"
    first = next(d["DefNum"] for d in practice.get("/definitions", Category=20) if d["ItemName"] == "1")
    attach = {"TreatPlanNum": plan["TreatPlanNum"], "ProcNum": procedure["ProcNum"], "Priority": first}
    assert practice.post("/treatplanattaches", attach)["priority"] == "1"
    saved = practice.post("/treatplans/Saved", {"TreatPlanNum": plan["TreatPlanNum"], "UserNumPresenter": 101})
    assert (saved["TPStatus"], saved["isSigned"], saved["DateTP"]) == ("Saved", "false", "2026-11-23")
    rows = practice.get("/proctps", TreatPlanNum=saved["TreatPlanNum"])
    assert [(r["ProcCode"], r["ProcNumOrig"], r["PatAmt"]) for r in rows] == [("D2740", procedure["ProcNum"], 1440.0)]


def test_rows_must_be_asked_for_by_plan(practice: Practice) -> None:
    assert "TreatPlanNum is required" in practice.refusal("GET", "/proctps")


def test_procedures_come_newest_first_and_follow_to_an_appointment(practice: Practice, waiting_plans: Plans) -> None:
    plan = next(waiting_plans)
    numbers = [p["ProcNum"] for p in practice.get("/procedurelogs", PatNum=plan["PatNum"])]
    assert numbers == sorted(numbers, reverse=True)
    made = practice.order("book_by_phone", {"treat_plan_num": plan["TreatPlanNum"]})
    attached = practice.get("/procedurelogs", AptNum=made["AptNum"])
    assert attached
    stranger = practice.get("/patients", Limit=1)[0]["PatNum"]
    other = practice.post("/appointments", {"PatNum": stranger, "Op": 101, "AptDateTime": "2027-01-31 15:00:00"})
    text = practice.refusal("PUT", f"/procedurelogs/{attached[0]['ProcNum']}", {"AptNum": other["AptNum"]})
    assert "another patient" in text


def test_a_deleted_procedure_shows_as_deleted(practice: Practice, new_patient: Callable[[], int]) -> None:
    body = {"PatNum": new_patient(), "ProcDate": "2026-11-23", "ProcStatus": "TP", "procCode": "D1110"}
    number = practice.post("/procedurelogs", body)["ProcNum"]
    assert practice.call("DELETE", f"/procedurelogs/{number}").status_code == 200
    polled = practice.get("/procedurelogs", ProcStatus="D", DateTStamp="2026-11-23 10:00:00")
    assert number in [p["ProcNum"] for p in polled]


def test_a_completed_procedure_keeps_its_fee(practice: Practice) -> None:
    number = practice.get("/procedurelogs", ProcStatus="C", Limit=1)[0]["ProcNum"]
    assert "ProcFee" in practice.refusal("PUT", f"/procedurelogs/{number}", {"ProcFee": "1.00"})


def test_there_is_no_accepted_status_and_no_plan_event(practice: Practice) -> None:
    assert "TPStatus" in practice.refusal("GET", "/treatplans", TPStatus="Accepted")
    body = {"EndPointUrl": "http://127.0.0.1:9/x", "WatchTable": "TreatPlan", "PollingSeconds": 5}
    assert "WatchTable" in practice.refusal("POST", "/subscriptions", body)
