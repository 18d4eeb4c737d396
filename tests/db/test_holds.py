from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.session import Database
from db.stores.cases import CaseStore
from db.stores.deposits import DepositStore
from db.stores.holds import HoldStore
from domain.records import DepositState, HoldState
from domain.slots import cell_of, held_cells
from tests.db.samples import ACCOUNT, DAY, HOUR, MINUTE, NOON, a_case, a_deposit, a_hold, an_opening

START = NOON + 3 * DAY


def test_the_second_case_loses_and_leaves_nothing_behind(database: Database) -> None:
    holds = HoldStore(database)
    assert holds.take(a_hold(1), NOON)
    assert not holds.take(a_hold(2), NOON)
    assert holds.get("hd_2") is None
    holds.release("hd_1")
    assert holds.taken(ACCOUNT, START, START + DAY, NOON) == set()
    assert holds.take(a_hold(3), NOON)


def test_a_provider_is_taken_in_another_chair_but_only_for_the_x_cells(database: Database) -> None:
    holds = HoldStore(database)
    assert holds.take(a_hold(1, an_opening(START, pattern="/X/")), NOON)
    other_chair = an_opening(START, pattern="/X/", operatory_id="9")
    assert not holds.take(a_hold(2, other_chair), NOON)
    between = an_opening(START + 5 * MINUTE, pattern="/X/", operatory_id="9")
    assert holds.take(a_hold(3, between), NOON)


def test_the_same_chair_number_of_another_account_is_another_chair(database: Database) -> None:
    holds = HoldStore(database)
    assert holds.take(a_hold(1), NOON)
    assert holds.take(a_hold(2, account="opendental:south"), NOON)


def test_taking_again_is_true_until_it_was_released(database: Database) -> None:
    holds = HoldStore(database)
    assert holds.take(a_hold(1), NOON)
    assert holds.take(a_hold(1), NOON)
    holds.release("hd_1")
    assert not holds.take(a_hold(1), NOON)


def test_a_hold_comes_back_as_it_was(database: Database) -> None:
    holds = HoldStore(database)
    hold = a_hold(1, an_opening(reasons=("soonest",)))
    holds.take(hold, NOON)
    assert holds.get("hd_1") == hold
    assert holds.live_of_case(hold.case_id) == hold


def test_a_new_choice_of_the_same_case_gives_the_old_chair_back(database: Database) -> None:
    holds = HoldStore(database)
    holds.take(a_hold(1), NOON)
    moved = a_hold(9, an_opening(START + 5 * MINUTE), case_id=a_hold(1).case_id)
    assert holds.take(moved, NOON)
    assert holds.live_of_case(moved.case_id) == moved
    assert {cell for _, cell in holds.taken(ACCOUNT, START, START + DAY, NOON)} == {
        cell_of(START) + at for at in range(1, 6)
    }


def test_a_new_choice_that_is_lost_keeps_the_old_chair(database: Database) -> None:
    holds = HoldStore(database)
    holds.take(a_hold(1), NOON)
    holds.take(a_hold(2, an_opening(START + HOUR)), NOON)
    assert not holds.take(a_hold(9, an_opening(START + HOUR), case_id=a_hold(1).case_id), NOON)
    assert holds.live_of_case(a_hold(1).case_id) == a_hold(1)


def test_a_lapsed_hold_gives_way(database: Database) -> None:
    holds = HoldStore(database)
    holds.take(a_hold(1), NOON)
    assert not holds.take(a_hold(2), NOON + 34 * MINUTE)
    assert holds.taken(ACCOUNT, START, START + DAY, NOON + 35 * MINUTE) == set()
    assert holds.take(a_hold(2), NOON + 35 * MINUTE)
    lapsed = holds.get("hd_1")
    assert lapsed is not None
    assert lapsed.state is HoldState.RELEASED


def test_a_lapsed_hold_stays_while_its_deposit_may_still_be_paid(database: Database) -> None:
    holds, deposits = HoldStore(database), DepositStore(database)
    holds.take(a_hold(1), NOON)
    deposits.put(a_deposit(1, checkout_id="cs_1"))
    assert not holds.take(a_hold(2), NOON + DAY)
    assert holds.sweep(NOON + DAY) == 0
    deposits.settle("dep_1", DepositState.EXPIRED, {})
    assert holds.sweep(NOON + DAY) == 1
    assert holds.take(a_hold(2), NOON + DAY)


def test_a_deposit_that_never_got_a_checkout_keeps_no_chair(database: Database) -> None:
    holds, deposits = HoldStore(database), DepositStore(database)
    holds.take(a_hold(1), NOON)
    deposits.put(a_deposit(1, checkout_id=""))
    assert holds.take(a_hold(2), NOON + DAY)


def test_a_booking_keeps_its_cells_until_the_mirror_shows_it(database: Database) -> None:
    holds = HoldStore(database)
    holds.take(a_hold(1), NOON)
    assert holds.start_booking("hd_1", NOON + HOUR)
    assert holds.sweep(NOON + 40 * MINUTE) == 0
    holds.booked("hd_1", NOON + 2 * HOUR)
    holds.release("hd_1")
    booked = holds.get("hd_1")
    assert booked is not None
    assert booked.state is HoldState.BOOKED
    assert holds.live_of_case(booked.case_id) is None


def test_a_booking_lets_go_of_what_the_case_booked_before(database: Database) -> None:
    holds = HoldStore(database)
    later = an_opening().model_copy(update={"start": an_opening().start + DAY})
    for hold in (a_hold(1), a_hold(3, later, case_id=a_hold(1).case_id)):
        assert holds.take(hold, NOON)
        holds.booked(hold.id, NOON + HOUR)
    holds.release_booked(a_hold(1).case_id, but_not="hd_3")
    assert holds.take(a_hold(2), NOON)
    assert not holds.take(a_hold(4, later), NOON)


def test_booked_cells_go_even_with_a_paid_deposit(database: Database) -> None:
    holds = HoldStore(database)
    holds.take(a_hold(1), NOON)
    DepositStore(database).put(a_deposit(1, state=DepositState.PAID))
    holds.booked("hd_1", NOON + HOUR)
    assert not holds.take(a_hold(2), NOON + 59 * MINUTE)
    assert holds.take(a_hold(2), NOON + HOUR)


def test_a_released_hold_cannot_be_booked(database: Database) -> None:
    holds = HoldStore(database)
    holds.take(a_hold(1), NOON)
    holds.release("hd_1")
    assert not holds.start_booking("hd_1", NOON + HOUR)
    assert not holds.extend("hd_1", NOON + HOUR)


def test_extending_never_shortens(database: Database) -> None:
    holds = HoldStore(database)
    holds.take(a_hold(1), NOON)
    assert holds.extend("hd_1", NOON + MINUTE)
    assert holds.extend("hd_1", NOON + HOUR)
    hold = holds.get("hd_1")
    assert hold is not None
    assert hold.expires_at == NOON + HOUR


def test_taken_names_cells_of_others_in_the_range(database: Database) -> None:
    holds = HoldStore(database)
    hold = a_hold(1)
    holds.take(hold, NOON)
    opening = hold.opening
    cells = set(held_cells(opening.start, opening.pattern, opening.operatory_id, opening.provider_id))
    assert holds.taken(ACCOUNT, START - HOUR, START + HOUR, NOON) == cells
    assert holds.taken(ACCOUNT, START - HOUR, START + HOUR, NOON, but_not=hold.case_id) == set()
    assert holds.taken("other", START - HOUR, START + HOUR, NOON) == set()
    assert holds.taken(ACCOUNT, START + HOUR, START + DAY, NOON) == set()


def test_fifty_at_once_twenty_rounds_one_winner_each(database: Database) -> None:
    """The choices of a round overlap without being equal, and each round's holds lapse before the next."""
    holds, contenders = HoldStore(database), 50
    with ThreadPoolExecutor(contenders) as pool:
        for round_number in range(20):
            now = NOON + HOUR * round_number
            start = Barrier(contenders)

            def contend(number: int, now=now, start=start, round_number=round_number) -> bool:  # type: ignore[no-untyped-def] # bound per round
                opening = an_opening(START + 5 * MINUTE * (number % 3))
                fields = {"id": f"hd_{round_number}_{number}", "created_at": now, "expires_at": now + 35 * MINUTE}
                hold = a_hold(number, opening).model_copy(update=fields)
                start.wait(30)
                return holds.take(hold, now)

            won = list(pool.map(contend, range(contenders)))
            assert won.count(True) == 1
            winner = won.index(True)
            assert holds.live_of_case(a_hold(winner).case_id) is not None


ROOMS = st.sampled_from("12")
CHOICES = st.tuples(st.integers(0, 6), st.sampled_from(["X", "/X", "XX/X"]), ROOMS, ROOMS)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(CHOICES, max_size=8))
def test_live_holds_never_share_a_cell(sqlite_database: Database, choices: list[tuple[int, str, str, str]]) -> None:
    holds = HoldStore(sqlite_database)
    kept: list[tuple[str, int]] = []
    for number, (offset, pattern, chair, provider) in enumerate(choices):
        start = START + 5 * MINUTE * offset
        opening = an_opening(start, pattern=pattern, operatory_id=chair, provider_id=provider)
        wanted = list(held_cells(start, pattern, chair, provider))
        free = not set(wanted) & set(kept)
        assert holds.take(a_hold(number, opening), NOON) is free
        kept += wanted if free else []
    assert holds.taken(ACCOUNT, START, START + DAY, NOON) == set(kept)
    for number in range(len(choices)):
        holds.release(f"hd_{number}")
    with sqlite_database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM holds")


def test_a_booking_of_an_ended_case_is_forgotten_after_a_day(database: Database) -> None:
    holds, cases = HoldStore(database), CaseStore(database)
    case = a_case(1)
    cases.add(case)
    holds.take(a_hold(1, case_id=case.case_id), NOON)
    assert holds.start_booking("hd_1", NOON + 10 * MINUTE)
    assert holds.sweep(NOON + 3 * DAY) == 0, "only its case may let go of it"
    cases.update(case.case_id, {"ended_at": NOON})
    assert holds.sweep(NOON + 12 * HOUR) == 0
    assert holds.sweep(NOON + 2 * DAY) == 1
