"""Patients, fields, tasks, communication, documents."""

from __future__ import annotations

import base64
from collections.abc import Callable

from tests.sandbox.practice_process import Practice


def test_a_patient_field_is_a_bare_object_when_it_is_the_only_match(
    practice: Practice, new_patient: Callable[[], int]
) -> None:
    patient = new_patient()
    assert practice.get("/patfields", PatNum=patient) == []
    field = {"PatNum": patient, "FieldName": "Tx Plan Status", "FieldValue": "Accepted"}
    practice.put("/patfields", field)
    found = practice.get("/patfields", PatNum=patient)
    assert (found["FieldName"], found["FieldValue"]) == ("Tx Plan Status", "Accepted")
    assert "FieldName" in practice.refusal("PUT", "/patfields", field | {"FieldName": "tx plan status"})
    assert "FieldValue" in practice.refusal("PUT", "/patfields", field | {"FieldValue": "Perhaps"})


def test_patients_are_changed_and_polled(practice: Practice, new_patient: Callable[[], int]) -> None:
    patient = new_patient()
    changed = practice.put(f"/patients/{patient}", {"TxtMsgOk": "No", "WirelessPhone": "208-555-0142"})
    assert (changed["TxtMsgOk"], changed["WirelessPhone"], changed["PatStatus"]) == ("No", "208-555-0142", "Patient")
    polled = practice.get("/patients/Simple", DateTStamp="2026-11-23 10:00:00")
    assert patient in [p["PatNum"] for p in polled]
    assert "TxtMsgOk" in practice.refusal("PUT", f"/patients/{patient}", {"TxtMsgOk": "Maybe"})


def test_tasks_list_the_last_fourteen_days(own_practice: Practice) -> None:
    body = {"TaskListNum": 101, "UserNum": 104, "Descript": "case 7"}
    number = own_practice.post("/tasks", body)["TaskNum"]
    own_practice.order("clock", {"seconds": 15 * 86_400})
    assert own_practice.get("/tasks") == []
    assert own_practice.get(f"/tasks/{number}")["Descript"] == "case 7"
    older = own_practice.get("/tasks", DateTimeOriginal="2026-11-01 00:00:00")
    assert number in [t["TaskNum"] for t in older]


def test_a_task_is_finished_and_comes_back(practice: Practice, new_patient: Callable[[], int]) -> None:
    patient = new_patient()
    body = {"TaskListNum": 101, "UserNum": 104, "Descript": "call", "KeyNum": patient, "ObjectType": "Patient"}
    task = practice.post("/tasks", body)
    assert task["TaskStatus"] == "New"
    path = f"/tasks/{task['TaskNum']}"
    done = practice.put(path, {"TaskStatus": "Done"})
    assert (done["TaskStatus"], done["DateTimeFinished"]) == ("Done", "2026-11-23 10:00:00")
    assert practice.put(path, {"Descript": "call again"})["TaskStatus"] == "Viewed"
    assert [t["TaskNum"] for t in practice.get("/tasks", KeyNum=patient, ObjectType="Patient")] == [task["TaskNum"]]
    assert practice.call("DELETE", path).status_code == 404


def test_bad_tasks_name_the_field(practice: Practice) -> None:
    body = {"TaskListNum": 101, "UserNum": 104, "Descript": "call"}
    for name, value in (
        ("TaskListNum", 201),
        ("UserNum", 9),
        ("ObjectType", "Doctor"),
        ("DescriptOverride", "x" * 257),
    ):
        assert name in practice.refusal("POST", "/tasks", body | {name: value})
    assert "KeyNum" in practice.refusal("POST", "/tasks", body | {"ObjectType": "Patient", "KeyNum": 1})


def test_task_notes(practice: Practice) -> None:
    task = practice.post("/tasks", {"TaskListNum": 101, "UserNum": 104, "Descript": "call"})["TaskNum"]
    practice.post("/tasknotes", {"TaskNum": task, "UserNum": 101, "Note": "left a message"})
    assert [n["Note"] for n in practice.get("/tasknotes", TaskNum=task)] == ["left a message"]


def test_a_communication_type_by_name_wins(practice: Practice, new_patient: Callable[[], int]) -> None:
    types = {d["ItemName"]: d["DefNum"] for d in practice.get("/definitions", Category=27)}
    patient = new_patient()
    body = {"PatNum": patient, "Note": "texted", "CommType": types["Misc"], "commType": "Text", "Mode_": "Text"}
    made = practice.post("/commlogs", body)
    assert (made["CommType"], made["commType"], made["SentOrReceived"]) == (str(types["Text"]), "Text", "Sent")
    assert [c["Note"] for c in practice.get("/commlogs", PatNum=patient)] == ["texted"]
    assert "PatNum is required" in practice.refusal("GET", "/commlogs")
    assert "commType" in practice.refusal("POST", "/commlogs", body | {"commType": "Pigeon"})


def test_documents_are_kept(practice: Practice, new_patient: Callable[[], int]) -> None:
    patient = new_patient()
    body = {
        "PatNum": patient,
        "Description": "agreement",
        "extension": ".pdf",
        "rawBase64": base64.b64encode(b"%PDF").decode(),
    }
    made = practice.post("/documents/Upload", body)
    assert made["filePath"].endswith(".pdf")
    assert [d["DocNum"] for d in practice.get("/documents", PatNum=patient)] == [made["DocNum"]]
    assert "rawBase64" in practice.refusal("POST", "/documents/Upload", body | {"rawBase64": "?"})


def test_hidden_definitions_and_users_and_lists(practice: Practice) -> None:
    assert [t["Descript"] for t in practice.get("/tasklists", TaskListStatus="Active")] == [
        "Treatment Coordinator",
        "Front Desk",
        "Office Manager",
    ]
    assert practice.get("/userods")[3]["UserName"] == "ChairtimeAPI"
    assert practice.get("/definitions", Category=20, includeHidden="true")[0]["ItemName"] == "1"
