from db.session import Database
from db.stores.board import CaseBoard
from db.stores.cases import CaseStore
from db.stores.tasks import TaskStore
from domain.case import CaseState
from domain.records import CaseRecord
from tests.db.samples import DAY, HOUR, MINUTE, NOON, a_case, a_task


def filled(database: Database, *cases: CaseRecord) -> CaseBoard:
    store = CaseStore(database)
    for case in cases:
        store.add(case)
    store.add(a_case(99, value_cents=999_999), baseline=True)
    return CaseBoard(database)


def plans(cases: object) -> list[str]:
    assert isinstance(cases, list)
    return [case.plan_id for case in cases]


def test_open_cases_by_value_and_by_deadline(database: Database) -> None:
    board = filled(
        database,
        a_case(1, value_cents=100, next_at=NOON + HOUR),
        a_case(2, value_cents=300),
        a_case(3, value_cents=200, next_at=NOON),
        a_case(4, value_cents=900, ended_at=NOON, state=CaseState.BOOKED),
    )
    assert plans(board.open_cases()) == ["2", "3", "1"]
    assert plans(board.open_cases(order="deadline")) == ["3", "1", "2"]
    assert plans(board.open_cases(limit=1, offset=1)) == ["3"]
    assert plans(board.ended_cases()) == ["4"]


def test_open_cases_are_filtered_by_everything_named(database: Database) -> None:
    board = filled(
        database,
        a_case(1, tier="surgical", owner="dana"),
        a_case(2, tier="surgical", state=CaseState.OFFERING),
        a_case(3, location="south", tier="surgical"),
        a_case(4, tier="aesthetic", owner="dana"),
    )
    assert plans(board.open_cases("north", tier="surgical")) == ["1", "2"]
    assert plans(board.open_cases(owner="dana", tier="surgical")) == ["1"]
    assert plans(board.open_cases(state=CaseState.OFFERING)) == ["2"]


def test_first_offers_not_made_come_by_their_deadline(database: Database) -> None:
    board = filled(
        database,
        a_case(1, first_offer_due_at=NOON + HOUR),
        a_case(2, first_offer_due_at=NOON + MINUTE),
        a_case(3, first_offer_due_at=NOON, first_offered_at=NOON),
        a_case(4),
    )
    assert plans(board.waiting_for_first_offer("north")) == ["2", "1"]
    assert plans(board.waiting_for_first_offer("south")) == []


def test_a_case_is_void_without_a_future_deadline_and_without_an_open_task(database: Database) -> None:
    board = filled(
        database,
        a_case(1, next_at=NOON + HOUR),
        a_case(2),
        a_case(3, next_at=NOON - HOUR),
        a_case(4, ended_at=NOON),
        a_case(5),
        a_case(6),
        a_case(7, next_at=NOON - MINUTE),
    )
    tasks = TaskStore(database)
    tasks.put(a_task(5))
    tasks.put(a_task(6, done_at=NOON))
    assert plans(board.void(NOON, 5 * MINUTE)) == ["3", "2", "6"]
    assert plans(board.void(NOON + DAY, 5 * MINUTE)) == ["3", "7", "1", "2", "6"]


def test_overdue_cases_have_let_their_deadline_pass(database: Database) -> None:
    board = filled(database, a_case(1, next_at=NOON - HOUR), a_case(2, next_at=NOON - MINUTE), a_case(3))
    assert plans(board.overdue(NOON, 5 * MINUTE)) == ["1"]


def test_counts_and_worth(database: Database) -> None:
    board = filled(
        database,
        a_case(1, value_cents=100, state=CaseState.OFFERING),
        a_case(2, value_cents=200, state=CaseState.OFFERING),
        a_case(3, value_cents=400, state=CaseState.BOOKED, ended_at=NOON),
        a_case(4, value_cents=800, location="south"),
    )
    assert board.counts("north") == {CaseState.OFFERING: 2, CaseState.BOOKED: 1}
    assert board.counts() == {CaseState.OFFERING: 2, CaseState.BOOKED: 1, CaseState.DETECTED: 1}
    assert board.open_value_cents() == {"north": 300, "south": 800}
