"""The practice's pages: what stands on them and what their buttons do."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.practice_process import Practice


def _page(practice: Practice, path: str) -> str:
    response = practice.client.get(f"{practice.base}{path}")
    assert response.status_code == 200, response.text
    return response.text


@pytest.mark.parametrize("name", ["schedule", "plans", "tasks", "ledger", "patients"])
@pytest.mark.parametrize("office", [1, 4])
def test_every_page_opens_and_loads_nothing_from_elsewhere(practice: Practice, name: str, office: int) -> None:
    text = _page(practice, f"/practice/{office}/{name}")
    assert not re.search(r"(src|href)=\"(https?:)?//", text)
    assert "<script" not in text


def test_home_shows_the_four_offices(practice: Practice) -> None:
    text = _page(practice, "/")
    assert text.count("<section") == 4
    assert practice.client.get(f"{practice.base}/practice/style.css").headers["content-type"].startswith("text/css")


def test_the_schedule_has_a_column_for_each_chair_with_its_visits(practice: Practice) -> None:
    text = _page(practice, "/practice/1/schedule?day=2026-11-24")
    chairs = [chair["OpName"] for chair in practice.get("/operatories")]
    assert all(f'<div class="chair">{name}</div>' in text for name in chairs)
    visits = practice.all("/appointments", date="2026-11-24")
    assert text.count('class="box scheduled"') == len(visits) > 10
    assert "Lunch" in text
    assert "Thanksgiving" in _page(practice, "/practice/1/schedule?day=2026-11-26")


def test_the_button_signs_the_plan(own_practice: Practice) -> None:
    text = _page(own_practice, "/practice/2/plans")
    found = re.search(r'action="(/practice/2/plans/(\d+)/sign)"', text)
    assert found
    answer = own_practice.client.post(f"{own_practice.base}{found[1]}", follow_redirects=True)
    assert answer.status_code == 200
    assert f'id="plan-{found[2]}"' in answer.text
    rows = own_practice.office(2).all("/treatplans", SecDateTEdit="2026-11-23 10:00:00")
    assert [(row["TreatPlanNum"], row["isSigned"]) for row in rows] == [(int(found[2]), "true")]


def test_a_task_is_ticked_off(own_practice: Practice) -> None:
    own_practice.post("/tasks", {"TaskListNum": 101, "UserNum": 104, "Descript": "<b>call</b>"})
    text = _page(own_practice, "/practice/1/tasks")
    assert "&lt;b&gt;call&lt;/b&gt;" in text
    found = re.search(r'action="(/practice/1/tasks/(\d+)/done)"', text)
    assert found
    own_practice.client.post(f"{own_practice.base}{found[1]}")
    assert own_practice.get(f"/tasks/{found[2]}")["TaskStatus"] == "Done"


def test_the_ledger_shows_a_deposit(own_practice: Practice) -> None:
    own_practice.post("/payments", {"PatNum": 10001, "PayAmt": "1250.00", "isPrepayment": "true", "PayNote": "pi_9"})
    text = _page(own_practice, "/practice/1/ledger")
    assert "$1,250.00" in text
    assert "Prepayment" in text


def test_a_patient_page_tells_of_visits_and_family(practice: Practice) -> None:
    person = practice.get("/patients/10001")
    assert f"{person['FName']} {person['LName']}" in _page(practice, "/practice/1/patients/10001")
    assert person["LName"] in _page(practice, f"/practice/1/patients?q={person['LName']}")


def test_what_is_not_there_is_not_found(practice: Practice) -> None:
    for path in ("/practice/9/schedule", "/practice/1/patients/5"):
        assert practice.client.get(f"{practice.base}{path}").status_code == 404
    assert practice.client.post(f"{practice.base}/practice/1/plans/5/sign").status_code == 404
