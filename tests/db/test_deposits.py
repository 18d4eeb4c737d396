from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from db.session import Database
from db.stores.cases import CaseStore
from db.stores.deposits import DepositStore
from domain.case import CaseState
from domain.deposit_decisions import DEPOSIT_CARRIED
from domain.next_visit import CALLED_OFF
from domain.plan_records import DEPOSIT_USED
from domain.records import CaseRecord, DepositState
from tests.db.samples import HOUR, NOON, a_case, a_deposit


def test_a_deposit_comes_back_as_it_was_and_is_replaced_by_id(database: Database) -> None:
    deposits = DepositStore(database)
    deposits.put(a_deposit(1))
    opened = a_deposit(1, checkout_id="cs_1", checkout_url="https://pay.example/1")
    deposits.put(opened)
    assert deposits.get("dep_1") == opened
    assert deposits.by_checkout("cs_1") == opened
    assert deposits.get("dep_9") is None


def test_settling_moves_the_state_and_sets_what_came_of_it(database: Database) -> None:
    deposits = DepositStore(database)
    deposits.put(a_deposit(1))
    deposits.settle("dep_1", DepositState.PAID, {"payment_id": "pi_1", "paid_at": NOON})
    paid = a_deposit(1, state=DepositState.PAID, payment_id="pi_1", paid_at=NOON)
    assert deposits.by_payment("pi_1") == paid
    assert deposits.in_state(DepositState.PAID) == [paid]
    assert deposits.in_state(DepositState.REQUESTED) == []


def test_settling_names_what_is_wrong(database: Database) -> None:
    deposits = DepositStore(database)
    with pytest.raises(KeyError, match="dep_9"):
        deposits.settle("dep_9", DepositState.PAID, {})
    with pytest.raises(ValueError, match="case_id"):
        deposits.settle("dep_9", DepositState.PAID, {"case_id": "c"})


def test_attempts_of_a_case_are_in_order_and_each_once(database: Database) -> None:
    deposits = DepositStore(database)
    case_id = a_case(1).case_id
    deposits.put(a_deposit(2, case_id=case_id, attempt=2, created_at=NOON + HOUR))
    deposits.put(a_deposit(1))
    assert [deposit.attempt for deposit in deposits.of_case(case_id)] == [1, 2]
    with pytest.raises(IntegrityError):
        deposits.put(a_deposit(3, case_id=case_id, attempt=2))


def test_money_that_came_or_went_is_not_forgotten(database: Database) -> None:
    deposits = DepositStore(database)
    deposits.put(a_deposit(1))
    seen = []
    for state, changes in (
        (DepositState.EXPIRED, {}),
        (DepositState.PAID, {"payment_id": "pi_1"}),
        (DepositState.EXPIRED, {}),
        (DepositState.REFUNDED, {"refunded_cents": 10_000}),
        (DepositState.PAID, {"ledger_id": "77"}),
    ):
        deposits.settle("dep_1", state, changes)
        found = deposits.get("dep_1")
        assert found is not None
        seen.append((found.state.value, found.ledger_id))
    assert seen == [("expired", ""), ("paid", ""), ("paid", ""), ("refunded", ""), ("refunded", "77")]


def a_visit(database: Database, number: int = 1, **fields: Any) -> CaseRecord:
    """A case that was booked, whose visit was cancelled unless it says otherwise."""
    case = a_case(number, **{"state": CaseState.BOOKED, "ended_at": NOON, **fields})
    CaseStore(database).add(case)
    return case


def paid(database: Database, number: int = 1, **fields: Any) -> DepositStore:
    deposits = DepositStore(database)
    deposits.put(a_deposit(number, **{"state": DepositState.PAID, "ledger_id": "9", **fields}))
    return deposits


def test_a_deposit_is_kept_for_the_next_visit_once_its_own_was_called_off(database: Database) -> None:
    called_off = a_visit(database)
    deposits = paid(database)
    kept = deposits.kept_for("north", "7")
    assert kept is not None
    assert kept.id == "dep_1"
    assert deposits.kept_for("north", "8") is deposits.kept_for("south", "7") is None
    CaseStore(database).update(called_off.case_id, {"appointment_id": "77"})
    assert deposits.kept_for("north", "7") is None, "its visit stands"
    CaseStore(database).update(called_off.case_id, {"followed": CALLED_OFF})
    assert deposits.kept_for("north", "7") == kept, "somebody took it off in the PMS, and it is asked about again"
    CaseStore(database).update(called_off.case_id, {"state": CaseState.DECLINED})
    assert deposits.kept_for("north", "7") is None, "what was never booked is given back, not kept"


@pytest.mark.parametrize(
    "decided",
    [
        {"state": DepositState.FORFEITED},
        {"state": DepositState.REFUNDED},
        {"state": DepositState.DISPUTED},
        {"note": f"{DEPOSIT_USED}pp_1"},
        {"giving_back": True},
    ],
)
def test_one_that_is_decided_about_is_not_carried(database: Database, decided: dict[str, Any]) -> None:
    a_visit(database)
    deposits = paid(database, **decided)
    assert deposits.kept_for("north", "7") is None
    assert not deposits.carry("dep_1", a_case(1).case_id, a_case(2).case_id)


def test_a_carried_deposit_is_the_new_visit_s_and_nobody_else_s(database: Database) -> None:
    a_visit(database)
    deposits = paid(database)
    deposits.put(a_deposit(2, state=DepositState.EXPIRED))
    first, second = a_case(1).case_id, a_case(2).case_id
    assert deposits.carry("dep_1", first, second)
    assert not deposits.carry("dep_1", first, a_case(3).case_id), "of two bookings at once one takes it over"
    assert deposits.of_case(first) == []
    assert [(d.id, d.attempt, d.note) for d in deposits.of_case(second)] == [
        ("dep_2", 1, ""),
        ("dep_1", 2, f"{DEPOSIT_CARRIED}{first}"),
    ]
    assert not deposits.begin_giving_back("dep_1", first), "who decides for the old visit comes too late"
    assert not deposits.move("dep_1", DepositState.PAID, DepositState.FORFEITED, {}, first)
    assert deposits.move("dep_1", DepositState.PAID, DepositState.FORFEITED, {}, second)


def test_a_refund_that_has_begun_keeps_the_deposit_where_it_is(database: Database) -> None:
    a_visit(database)
    deposits = paid(database)
    assert deposits.begin_giving_back("dep_1", a_case(1).case_id)
    assert not deposits.carry("dep_1", a_case(1).case_id, a_case(2).case_id)
    deposits.settle("dep_1", DepositState.PAID, {"giving_back": False, "refunded_cents": 4_000})
    assert deposits.carry("dep_1", a_case(1).case_id, a_case(2).case_id), "a part went back, the rest may move on"


def test_what_of_ours_is_in_the_ledger(database: Database) -> None:
    deposits = paid(database)
    paid(database, 2, ledger_id="")
    paid(database, 3, state=DepositState.REFUNDED)
    paid(database, 4, state=DepositState.FORFEITED, location="south")
    paid(database, 5, patient_id="8")
    assert [each.id for each in deposits.in_ledger(["north", "south"], "7")] == ["dep_1", "dep_4"]
    assert [each.id for each in deposits.in_ledger(["north"], "7")] == ["dep_1"]
