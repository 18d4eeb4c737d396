import pytest
from sqlalchemy.exc import IntegrityError

from db.session import Database
from db.stores.deposits import DepositStore
from domain.records import DepositState
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
