import pytest

from db.session import Database
from db.stores.cases import CaseStore
from domain.case import CaseState
from domain.route import Path, Route
from domain.treatment_plan import PlannedProcedure
from tests.db.samples import ACCOUNT, ANN, HOUR, MINUTE, NOON, a_case

CROWN = PlannedProcedure(id="5", code="D2740", fee_cents=139_100)
ROUTE = Route(tier="restorative", path=Path.LINK, minutes=60, first_offer_minutes=30)


def test_a_case_comes_back_as_it_was(database: Database) -> None:
    cases = CaseStore(database)
    case = a_case(procedures=(CROWN,), route=ROUTE, state=CaseState.OFFERING, next_at=NOON + HOUR)
    assert cases.add(case)
    assert cases.get(case.case_id) == case


def test_the_same_acceptance_five_times_is_one_case(database: Database) -> None:
    cases = CaseStore(database)
    assert [cases.add(a_case(first_name=str(time))) for time in range(5)] == [True] + [False] * 4
    assert cases.get(a_case().case_id).first_name == "0"


def test_an_unknown_case_is_a_key_error_that_names_it(database: Database) -> None:
    with pytest.raises(KeyError, match="case/x"):
        CaseStore(database).get("case/x")
    with pytest.raises(KeyError, match="case/x"):
        CaseStore(database).update("case/x", {"owner": "dana"})


def test_update_takes_python_values(database: Database) -> None:
    cases = CaseStore(database)
    cases.add(a_case())
    changes = {"state": CaseState.CLASSIFIED, "route": ROUTE, "procedures": (CROWN,), "first_offer_due_at": NOON}
    cases.update(a_case().case_id, changes)
    assert cases.get(a_case().case_id) == a_case().model_copy(update=changes)
    cases.update(a_case().case_id, {"route": None})
    assert cases.get(a_case().case_id).route is None


@pytest.mark.parametrize("field", ["nonsense", "case_id", "plan_id"])
def test_update_refuses_fields_that_cannot_change(database: Database, field: str) -> None:
    cases = CaseStore(database)
    cases.add(a_case())
    with pytest.raises(ValueError, match=field):
        cases.update(a_case().case_id, {field: "x"})


def test_the_timeline_is_in_order_and_a_repeated_line_is_one(database: Database) -> None:
    cases = CaseStore(database)
    for _ in range(2):
        cases.note("c", "booked", "appointment 9", NOON + MINUTE)
    cases.note("c", "detected", "plan accepted", NOON)
    cases.note("c", "booked", "x" * 9000, NOON + HOUR, actor="dana")
    lines = [(event.kind, event.at, event.actor) for event in cases.events("c")]
    assert lines == [
        ("detected", NOON, "chairtime"),
        ("booked", NOON + MINUTE, "chairtime"),
        ("booked", NOON + HOUR, "dana"),
    ]


def test_open_cases_of_a_phone_leave_out_ended_and_baseline_ones(database: Database) -> None:
    cases = CaseStore(database)
    cases.add(a_case(1, accepted_at=NOON + HOUR))
    cases.add(a_case(2))
    cases.add(a_case(3, ended_at=NOON))
    cases.add(a_case(4), baseline=True)
    cases.add(a_case(5, phone="+12085550143"))
    assert [case.plan_id for case in cases.open_for_phone(ANN)] == ["2", "1"]
    assert [case.plan_id for case in cases.of_phone(ANN)] == ["1", "2", "3"]
    assert [case.plan_id for case in cases.open_for_patient("north", "7")] == ["2", "5", "1"]


def test_cases_without_a_workflow_are_found(database: Database) -> None:
    cases = CaseStore(database)
    cases.add(a_case(1, workflow_started=True))
    cases.add(a_case(2))
    cases.add(a_case(3), baseline=True)
    assert [case.plan_id for case in cases.not_started()] == ["2"]


def test_an_acceptance_is_known_also_as_baseline(database: Database) -> None:
    cases = CaseStore(database)
    cases.add(a_case(3), baseline=True)
    assert cases.knows_plan(ACCOUNT, "3", "s1")
    assert not cases.knows_plan(ACCOUNT, "3", "s2")


def test_a_plan_and_an_appointment_lead_to_their_case(database: Database) -> None:
    cases = CaseStore(database)
    cases.add(a_case(1, appointment_id="900"))
    assert [case.plan_id for case in cases.open_for_plan(ACCOUNT, "1")] == ["1"]
    assert [case.plan_id for case in cases.open_of_account_patient(ACCOUNT, "7")] == ["1"]
    booked = cases.of_appointment(ACCOUNT, "900")
    assert booked is not None
    assert booked.plan_id == "1"
    assert cases.of_appointment(ACCOUNT, "901") is None
