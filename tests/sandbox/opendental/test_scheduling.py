"""Appointments, schedules and chairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.sandbox.practice_process import Practice

FREE_DAY = "2027-01-31"  # a Sunday: nobody works, and nothing refuses a visit


def _book(practice: Practice, patient: int, **more: Any) -> Any:
    return practice.post("/appointments", {"PatNum": patient, "Op": 101, "AptDateTime": f"{FREE_DAY} 09:00:00"} | more)


def test_schedules_show_today_only_unless_asked(practice: Practice) -> None:
    rows = practice.get("/schedules")
    assert rows
    assert {row["SchedDate"] for row in rows} == {"2026-11-23"}
    week = practice.all("/schedules", dateStart="2026-11-23", dateEnd="2026-11-27")
    assert {row["SchedDate"] for row in week} == {f"2026-11-{d}" for d in (23, 24, 25, 26, 27)}


def test_all_ids_in_a_schedule_are_strings(practice: Practice) -> None:
    row = practice.get("/schedules", SchedType="Provider")[0]
    assert all(isinstance(row[name], str) for name in ("ScheduleNum", "ProvNum", "BlockoutType", "EmployeeNum"))
    assert row["operatories"] == "101,102"


def test_a_dynamic_schedule_has_no_operatories(practice: Practice) -> None:
    assert [r["operatories"] for r in practice.get("/schedules", ProvNum=102)] == [""]
    homes = [c["OperatoryNum"] for c in practice.get("/operatories") if c["ProvDentist"] == 102]
    assert 103 in homes


def test_blockouts_are_named_and_one_kind_blocks_scheduling(practice: Practice) -> None:
    rows = practice.get("/schedules", date="2026-11-25", SchedType="Blockout")
    assert {row["blockoutType"] for row in rows} == {"Lunch", "Emergency", "Staff Meeting"}
    kinds = {d["ItemName"]: d["ItemValue"] for d in practice.get("/definitions", Category=25)}
    assert kinds["Staff Meeting"] == "NS"
    lunch = next(d["DefNum"] for d in practice.get("/definitions", Category=25) if d["ItemName"] == "Lunch")
    assert {r["blockoutType"] for r in practice.get("/schedules", BlockoutDefNum=lunch)} == {"Lunch"}


def test_a_closed_day_is_a_practice_row_and_nobody_works(practice: Practice) -> None:
    rows = practice.get("/schedules", date="2026-11-26")
    assert [(r["SchedType"], r["StartTime"], r["StopTime"]) for r in rows] == [("Practice", "00:00:00", "00:00:00")]


def test_schedule_operatories_are_listed_on_their_own_too(practice: Practice) -> None:
    schedule = practice.get("/schedules", SchedType="Provider")[0]
    ops = practice.get("/scheduleops", ScheduleNum=schedule["ScheduleNum"])
    assert ",".join(str(o["OperatoryNum"]) for o in ops) == schedule["operatories"]


def test_appointments_are_ordered_and_filtered(practice: Practice) -> None:
    rows = practice.all("/appointments", dateStart="2026-11-24", dateEnd="2026-11-25")
    keys = [(r["AptDateTime"], r["AptNum"]) for r in rows]
    assert keys == sorted(keys)
    assert {r["AptDateTime"][:10] for r in rows} == {"2026-11-24", "2026-11-25"}
    chair = practice.all("/appointments", dateStart="2026-11-24", dateEnd="2026-11-25", Op=107)
    assert chair == [r for r in rows if r["Op"] == 107] != []
    planned = practice.all("/appointments", AptStatus="Planned")
    assert {(r["AptStatus"], r["Op"], r["AptDateTime"]) for r in planned} == {("Planned", 0, "0001-01-01 00:00:00")}


def test_a_booking_fills_in_what_is_left_out(practice: Practice, new_patient: Callable[[], int]) -> None:
    patient = new_patient()
    made = _book(practice, patient)
    assert (made["AptStatus"], made["Pattern"], made["ProvNum"], made["ClinicNum"]) == ("Scheduled", "/XX/", 101, 1)
    assert (made["confirmed"], made["provAbbr"]) == ("Unconfirmed", "BOI-Holt")
    assert made["DateTStamp"] == made["SecDateTEntry"] == "2026-11-23 10:00:00"
    assert "serverDateTime" not in made
    assert "serverDateTime" in practice.get(f"/appointments/{made['AptNum']}")


def test_overlapping_bookings_are_accepted(practice: Practice, new_patient: Callable[[], int]) -> None:
    one, two = _book(practice, new_patient()), _book(practice, new_patient())
    assert one["AptNum"] < two["AptNum"]
    assert (one["Op"], one["AptDateTime"]) == (two["Op"], two["AptDateTime"])
    pairs = [c["apt_nums"] for c in practice.ask("conflicts")]
    assert [one["AptNum"], two["AptNum"]] in pairs


def test_bad_bookings_name_the_field(practice: Practice, new_patient: Callable[[], int]) -> None:
    body = {"PatNum": new_patient(), "Op": 101, "AptDateTime": f"{FREE_DAY} 09:00:00"}
    for name, value in (
        ("PatNum", 999),
        ("Op", 201),
        ("AptDateTime", "2026-11-30T09:00:00Z"),
        ("Pattern", "XXO"),
        ("ProvNum", 9),
        ("AptStatus", "Planned"),
        ("Confirmed", 1),
        ("AppointmentTypeNum", 7),
        ("Priority", "High"),
    ):
        assert name in practice.refusal("POST", "/appointments", body | {name: value})
    for name in body:
        assert f"{name} is required" in practice.refusal("POST", "/appointments", body | {name: ""})
    assert "Length" in practice.refusal("POST", "/appointments", body | {"Length": 5})


def test_a_pattern_is_cut_at_nine_hours(practice: Practice, new_patient: Callable[[], int]) -> None:
    assert len(_book(practice, new_patient(), Pattern="X" * 200)["Pattern"]) == 108


def test_an_appointment_type_brings_pattern_and_procedures(practice: Practice, new_patient: Callable[[], int]) -> None:
    kind = next(k for k in practice.get("/appointmenttypes") if k["CodeStr"] == "D1110")
    made = _book(practice, new_patient(), AppointmentTypeNum=kind["AppointmentTypeNum"])
    assert made["Pattern"] == kind["Pattern"] == "X" * 12
    assert [p["procCode"] for p in practice.get("/procedurelogs", AptNum=made["AptNum"])] == ["D1110"]


def test_planned_then_scheduled(practice: Practice, waiting_plans: Iterator[dict[str, Any]]) -> None:
    plan = next(p for p in waiting_plans if p["kind"] == "implant")
    rows = practice.get("/proctps", TreatPlanNum=plan["TreatPlanNum"])
    assert [(r["ProcCode"], r["priority"]) for r in rows] == [("D6010", "1"), ("D6058", "2")]
    body = {"PatNum": plan["PatNum"], "procNums": [rows[0]["ProcNumOrig"]], "ProvNum": rows[0]["ProvNum"]}
    planned = practice.post("/appointments/Planned", body)
    assert (planned["AptStatus"], planned["Op"], planned["AptDateTime"]) == ("Planned", 0, "0001-01-01 00:00:00")
    assert planned["Pattern"] == "//" + "X" * 20 + "//"  # 120 minutes of the surgeon's
    when = {"AptNum": planned["AptNum"], "AptDateTime": f"{FREE_DAY} 08:00:00", "ProvNum": 103, "Op": 105}
    made = practice.post("/appointments/SchedulePlanned", when | {"Note": "ref 42"})
    assert (made["AptStatus"], made["NextAptNum"], made["Pattern"]) == (
        "Scheduled",
        planned["AptNum"],
        planned["Pattern"],
    )
    procedure = practice.get(f"/procedurelogs/{rows[0]['ProcNumOrig']}")
    assert (procedure["AptNum"], procedure["PlannedAptNum"]) == (made["AptNum"], planned["AptNum"])
    assert practice.get(f"/appointments/{planned['AptNum']}")["AptStatus"] == "Planned"


def test_planning_needs_the_patients_own_open_procedures(practice: Practice, new_patient: Callable[[], int]) -> None:
    patient = new_patient()
    assert "procNums" in practice.refusal("POST", "/appointments/Planned", {"PatNum": patient})
    other = practice.get("/procedurelogs", ProcStatus="TP", Limit=1)[0]["ProcNum"]
    body = {"PatNum": patient, "procNums": [other]}
    assert "another patient" in practice.refusal("POST", "/appointments/Planned", body)


def test_only_planned_appointments_can_be_scheduled(practice: Practice, new_patient: Callable[[], int]) -> None:
    made = _book(practice, new_patient())
    body = {"AptNum": made["AptNum"], "AptDateTime": f"{FREE_DAY} 08:00:00", "ProvNum": 103, "Op": 105}
    assert "planned" in practice.refusal("POST", "/appointments/SchedulePlanned", body)


def test_breaking_wants_a_flag_and_a_scheduled_appointment(practice: Practice, new_patient: Callable[[], int]) -> None:
    patient = new_patient()
    path = f"/appointments/{_book(practice, patient)['AptNum']}/Break"
    assert "sendToUnscheduledList" in practice.refusal("PUT", path, {})
    assert practice.put(path, {"sendToUnscheduledList": "true", "breakType": "Missed"})["AptStatus"] == "UnschedList"
    assert [p["procCode"] for p in practice.get("/procedurelogs", PatNum=patient)] == ["D9986"]
    assert "Only Scheduled" in practice.refusal("PUT", path, {"sendToUnscheduledList": "false"})
    other = _book(practice, patient)["AptNum"]
    done = practice.put(f"/appointments/{other}/Break", {"sendToUnscheduledList": "false"})
    assert done["AptStatus"] == "Broken"
    moved = practice.put(f"/appointments/{other}", {"AptStatus": "Scheduled", "AptDateTime": f"{FREE_DAY} 11:00:00"})
    assert (moved["AptStatus"], moved["AptDateTime"]) == ("Scheduled", f"{FREE_DAY} 11:00:00")


def test_notes_are_added_as_lines_and_confirmations_by_name_or_number(
    practice: Practice, new_patient: Callable[[], int]
) -> None:
    number = _book(practice, new_patient(), Note="one")["AptNum"]
    assert practice.put(f"/appointments/{number}/Note", {"Note": "two"})["Note"] == "one two"
    assert practice.put(f"/appointments/{number}/Confirm", {"confirmVal": "Sent"})["confirmed"] == "eConfirm Sent"
    arrived = next(d["DefNum"] for d in practice.get("/definitions", Category=2) if d["ItemName"] == "Arrived")
    assert practice.put(f"/appointments/{number}/Confirm", {"defNum": arrived})["Confirmed"] == arrived
    assert "confirmVal" in practice.refusal("PUT", f"/appointments/{number}/Confirm", {"confirmVal": "Maybe"})


def test_appointment_fields_are_one_object(practice: Practice, new_patient: Callable[[], int]) -> None:
    number = _book(practice, new_patient())["AptNum"]
    empty = {"AptNum": number, "FieldName": "Source", "FieldValue": ""}
    assert practice.get("/apptfields", AptNum=number, FieldName="Source") == empty
    practice.put("/apptfields", empty | {"FieldValue": "x"})
    practice.put("/apptfields", empty | {"FieldValue": "y"})
    assert practice.get("/apptfields", AptNum=number, FieldName="Source")["FieldValue"] == "y"


def test_asap_is_a_priority(practice: Practice, new_patient: Callable[[], int]) -> None:
    number = _book(practice, new_patient(), Priority="ASAP")["AptNum"]
    assert number in [r["AptNum"] for r in practice.get("/appointments/ASAP")]
    assert number in [r["AptNum"] for r in practice.get("/appointments", AptStatus="ASAP")]


def test_code_times_count_in_the_offices_increment(practice: Practice) -> None:
    """Boise counts in 10 minutes, Portland in 5, the medspa in 15."""
    expected = {
        1: ("10", "D6010", "/XXXXXXXXXX/"),
        3: ("5", "D6010", "//" + "X" * 20 + "//"),
        4: ("15", "FIL2", "/XXX"),
    }
    for number, (increment, code, pattern) in expected.items():
        office = practice.office(number)
        preference = office.get("/preferences", PrefName="AppointmentTimeIncrement")
        assert preference[0]["ValueString"] == increment
        assert office.get("/procedurecodes", ProcCode=code)[0]["ProcTime"] == pattern
