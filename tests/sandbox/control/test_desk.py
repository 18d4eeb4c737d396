"""What the demo driver and the tests ask of the practice."""

from __future__ import annotations

from tests.sandbox.practice_process import Practice


def test_accepting_signs_so_many_waiting_plans_now(own_practice: Practice) -> None:
    signed = own_practice.order("accept", {"count": 200, "seed": 3})
    assert len({row["TreatPlanNum"] for row in signed}) == 200
    assert {row["signed_at"] for row in signed} == {"2026-11-23T17:00:00+00:00"}
    assert {row["clinic"] for row in signed} == {1, 2, 3, 4}
    assert {row["tier"] for row in signed} == {"surgical", "restorative", "aesthetic", "add_on"}
    told = {row["TreatPlanNum"]: row["value_cents"] for row in signed}
    plans = {p["TreatPlanNum"]: p for p in own_practice.ask("records")["treatplans"] if p["signed"]}
    assert set(told) <= set(plans)
    assert all(plans[number]["value_cents"] == cents for number, cents in told.items())
    assert all(plans[number]["outcome"] == "acceptable" for number in told)


def test_the_same_seed_accepts_the_same_plans(own_practice: Practice, practice: Practice) -> None:
    """Two processes, one seed; nothing is signed twice."""
    first = [row["TreatPlanNum"] for row in own_practice.order("accept", {"count": 20, "seed": 5})]
    second = [row["TreatPlanNum"] for row in own_practice.order("accept", {"count": 20, "seed": 5})]
    assert first != second
    assert not set(first) & set(second)


def test_more_than_there_are_are_made_by_copying(own_practice: Practice) -> None:
    signed = own_practice.order("accept", {"count": 450, "seed": 1})
    assert len({row["TreatPlanNum"] for row in signed}) == 450
    copied = max(signed, key=lambda row: row["TreatPlanNum"])
    office = own_practice.office(copied["clinic"])
    rows = office.get("/proctps", TreatPlanNum=copied["TreatPlanNum"])
    assert {r["PatNum"] for r in rows} == {copied["PatNum"]}
    assert round(sum(r["FeeAmt"] for r in rows) * 100) == copied["value_cents"]
    originals = [office.get(f"/procedurelogs/{r['ProcNumOrig']}") for r in rows]
    assert {(p["PatNum"], p["ProcStatus"], p["AptNum"]) for p in originals} == {(copied["PatNum"], "TP", 0)}


def test_an_acceptance_is_taken_back(own_practice: Practice) -> None:
    number = own_practice.order("accept", {"count": 1})[0]["TreatPlanNum"]
    assert own_practice.order("revoke", {"treat_plan_num": number})["isSigned"] == "false"


def test_somebody_books_by_phone_without_a_conflict(own_practice: Practice) -> None:
    for row in own_practice.order("accept", {"count": 30, "seed": 2}):
        made = own_practice.order("book_by_phone", {"treat_plan_num": row["TreatPlanNum"]})
        assert (made["PatNum"], made["AptStatus"]) == (row["PatNum"], "Scheduled")
    new = own_practice.ask("records", new=True)["appointments"]
    assert len(new) == 30
    assert all(appointment["procs"] for appointment in new)
    assert own_practice.ask("conflicts") == []


def test_a_chosen_time_can_be_taken_from_somebody(own_practice: Practice) -> None:
    body = {"pat_num": 10001, "at": "2027-01-31 09:00:00", "op": 101, "prov": 101, "minutes": 30}
    for _ in range(2):
        own_practice.order("book_by_phone", body)
    kinds = {c["kind"] for c in own_practice.ask("conflicts")}
    assert kinds == {"chair", "provider"}


def test_a_patient_changes_and_a_task_is_done(own_practice: Practice) -> None:
    own_practice.order("patient", {"pat_num": 10001, "fields": {"PatStatus": "Deceased"}})
    assert own_practice.get("/patients/10001")["PatStatus"] == "Deceased"
    task = own_practice.get("/tasks")[0]["TaskNum"]
    assert own_practice.order("task", {"task_num": task})["TaskStatus"] == "Done"


def test_unknown_things_are_explained(own_practice: Practice) -> None:
    def answer(path: str, body: object) -> tuple[int, str]:
        response = own_practice.client.post(f"{own_practice.base}/_sandbox/{path}", json=body)
        return response.status_code, response.text

    assert answer("accept", {"treat_plan_nums": [3]}) == (404, '{"detail":"no treatplan 3"}')
    assert answer("accept", {})[0] == 422
    assert answer("patient", {"pat_num": 10001, "fields": {"PatStatus": "Well"}})[0] == 400
    assert answer("clock", {"at": "2026-11-23T17:00:00"})[0] == 422
    assert answer("clock", {"hours": 1})[0] == 422


def test_patients_are_told_with_their_phones_and_guarantors(practice: Practice) -> None:
    people = practice.ask("patients")
    assert len(people) >= 1500
    by_number = {p["PatNum"]: p for p in people}
    assert all(by_number[p["Guarantor"] if "Guarantor" in p else p["guarantor"]] for p in people)
    with_phone = [p for p in people if p["phone"] and p["PatNum"] <= 11500]
    assert all(p["phone"].startswith("+1") and p["phone"][5:10] == "55501" for p in with_phone)
    assert {p["line"]["kind"] for p in people if p["line"]} == {"mobile", "landline"}


def test_locations_are_told_with_their_keys(practice: Practice) -> None:
    told = practice.ask("locations")
    assert [(row["clinic_num"], row["customer_key"], row["zone"]) for row in told] == [
        (1, "SandboxBoise", "America/Boise"),
        (2, "SandboxPhoenix", "America/Phoenix"),
        (3, "SandboxPortland", "America/Los_Angeles"),
        (4, "SandboxScottsdale", "America/Phoenix"),
    ]
    assert [t["TaskListNum"] for t in told[1]["task_lists"]] == [201, 202, 203]


def test_a_visit_set_complete_completes_its_procedures_on_its_day(own_practice: Practice) -> None:
    signed = own_practice.order("accept", {"count": 1, "seed": 8})[0]
    made = own_practice.order("book_by_phone", {"treat_plan_num": signed["TreatPlanNum"]})
    done = own_practice.order("complete_appointment", {"apt_num": made["AptNum"]})
    assert done["AptStatus"] == "Complete"
    office = own_practice.office(signed["clinic"])
    rows = office.get("/procedurelogs", PatNum=signed["PatNum"], AptNum=made["AptNum"])
    assert rows
    assert {row["ProcStatus"] for row in rows} == {"C"}
    assert {row["ProcDate"][:10] for row in rows} == {made["AptDateTime"][:10]}


def test_the_office_plans_what_goes_together(own_practice: Practice) -> None:
    signed = own_practice.order("accept", {"count": 1, "seed": 9})[0]
    office = own_practice.office(signed["clinic"])
    rows = office.get("/proctps", TreatPlanNum=signed["TreatPlanNum"])
    numbers = [row["ProcNumOrig"] for row in rows]
    made = own_practice.order("plan_appointment", {"pat_num": signed["PatNum"], "proc_nums": numbers})
    assert made["AptStatus"] == "Planned"
    assert {office.get(f"/procedurelogs/{number}")["PlannedAptNum"] for number in numbers} == {made["AptNum"]}
