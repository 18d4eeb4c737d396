"""Which ended cases are to be followed by the next visit of their plan; both databases."""

from typing import Any

import pytest

from db.session import Database
from db.stores.cases import CaseStore
from db.stores.next_visits import NextVisitStore
from domain.case import CaseState
from domain.records import CaseRecord
from tests.db.samples import ACCOUNT, DAY, HOUR, NOON, a_case


def ended(number: int = 1, **fields: Any) -> CaseRecord:
    return a_case(number, **{"ended_at": NOON, "state": CaseState.BOOKED, "patient_id": str(number), **fields})


def after(case: CaseRecord, visit: int = 2, **fields: Any) -> CaseRecord:
    changes = {"case_id": f"{case.case_id[:-1]}{visit}", "visit_number": visit, "follows": case.case_id}
    return case.model_copy(update={**changes, "ended_at": None, "state": CaseState.DETECTED, **fields})


def filled(database: Database, *cases: CaseRecord) -> NextVisitStore:
    store = CaseStore(database)
    for case in cases:
        store.add(case)
    store.add(ended(99), baseline=True)
    return NextVisitStore(database)


def due(store: NextVisitStore, at: Any = NOON) -> list[str]:
    return [case.plan_id for case in store.due(ACCOUNT, at)]


def test_a_case_is_due_when_it_never_had_a_time_or_the_time_has_come(database: Database) -> None:
    store = filled(database, ended(1), ended(2, follow_at=NOON), ended(3, follow_at=NOON + HOUR), ended(4, account="x"))
    assert due(store) == ["1", "2"]
    assert due(store, NOON + HOUR) == ["1", "2", "3"]
    store.look_at(ended(1).case_id, NOON + 2 * HOUR)
    assert due(store, NOON + HOUR) == ["2", "3"]


@pytest.mark.parametrize("state", list(CaseState))
def test_only_some_ends_are_followed(database: Database, state: CaseState) -> None:
    store = filled(database, ended(1, state=state))
    goes_on = state in (CaseState.BOOKED, CaseState.BOOKED_ELSEWHERE, CaseState.HANDED_OVER)
    assert due(store) == (["1"] if goes_on else [])


def test_a_patient_with_an_open_case_waits(database: Database) -> None:
    store = filled(database, ended(1), a_case(2, patient_id="1"), ended(3))
    assert due(store) == ["3"]
    CaseStore(database).update(a_case(2).case_id, {"ended_at": NOON, "state": CaseState.DECLINED})
    assert due(store) == ["1", "3"]


def test_the_newest_case_of_a_plan_speaks_for_it(database: Database) -> None:
    first = ended(1)
    again = first.model_copy(update={"case_id": f"{first.case_id}.again", "detected_at": NOON + HOUR})
    store = filled(database, first, again)
    assert [case.case_id for case in store.due(ACCOUNT, NOON)] == [again.case_id]
    CaseStore(database).update(again.case_id, {"state": CaseState.DECLINED})
    assert due(store) == []


def test_news_of_a_patient_brings_the_look_forward(database: Database) -> None:
    later = NOON + 30 * DAY
    store = filled(database, ended(1, follow_at=later), ended(2, follow_at=later), ended(3, follow_at=NOON - DAY))
    store.look_now(ACCOUNT, {"1", "3"}, NOON + HOUR)
    assert due(store, NOON + HOUR) == ["3", "1"]
    store.look_now(ACCOUNT, {"2"}, NOON + HOUR, NOON - HOUR)
    assert due(store, NOON + HOUR) == ["3", "1"], "planned before the case ended: no news"


def test_what_is_settled_is_not_looked_at_again(database: Database) -> None:
    store = filled(database, ended(1))
    store.settle(ended(1).case_id, "nothing of the plan is left to book")
    store.look_now(ACCOUNT, {"1"}, NOON + HOUR)
    assert due(store, NOON + DAY) == []
    assert CaseStore(database).get(ended(1).case_id).followed == "nothing of the plan is left to book"


def test_one_case_after_another_is_a_rule_of_the_database(database: Database) -> None:
    first = ended(1)
    store = filled(database, first)
    assert store.open(after(first), "visit 2 followed")
    assert not store.open(after(first), "visit 2 followed")
    assert not store.open(after(first, visit=3), "visit 3 followed"), "another id, after the same case"
    cases = CaseStore(database).of_plan(ACCOUNT, "1", "s1")
    assert [(case.visit_number, case.follows) for case in cases] == [(1, None), (2, first.case_id)]
    assert cases[0].followed == "visit 2 followed"


def test_the_cases_of_a_plan_are_of_one_acceptance(database: Database) -> None:
    filled(database, ended(1), ended(1, case_id="case/north/opendental/1/s2/1", acceptance="s2"))
    assert [case.acceptance for case in CaseStore(database).of_plan(ACCOUNT, "1", "s2")] == ["s2"]
