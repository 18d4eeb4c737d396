"""What of a patient's prepayments counts towards which visit: every cent once, on both databases."""

from datetime import timedelta
from itertools import count
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.prepaid import Prepayments
from connectors.base import LedgerSplit
from connectors.errors import PermissionDenied
from db.session import Database
from db.stores.cases import CaseStore
from db.stores.deposits import DepositStore
from domain.case import CaseState
from domain.prepaid import SETTLED_AFTER
from domain.records import CaseRecord, DepositState
from domain.treatment_plan import PlannedProcedure
from runtime.clock import SteppedClock
from runtime.locations import LocationBook
from tests.activities.test_openings import office
from tests.db.samples import DAY, NOON, a_case, a_deposit

WHOLE = 50_000


class Ledger:
    """The patient's side of the practice's ledger."""

    def __init__(self) -> None:
        self.prepaid: int | None = 0
        self.paid: dict[str, int] = {}
        self.tied: dict[str, int] = {}

    def prepaid_cents(self, _patient_id: str) -> int:
        if self.prepaid is None:
            raise PermissionDenied("no key for this")
        return self.prepaid

    def ledger_splits(self, _patient_id: str) -> list[LedgerSplit]:
        used = [self._split(each, cents, unearned=False) for each, cents in self.paid.items()]
        return used + [self._split(each, cents, unearned=True) for each, cents in self.tied.items()]

    def ledger_payments(self, _patient_id: str) -> list[Any]:
        return []

    def _split(self, procedure: str, cents: int, *, unearned: bool) -> LedgerSplit:
        day = NOON.date()
        return LedgerSplit(payment_id="1", day=day, amount_cents=cents, procedure_id=procedure, unearned=unearned)


class Desk:
    """One patient, whose money lies in the database that Boise and Eagle share."""

    patients = count(1)

    def __init__(self, database: Database) -> None:
        self.cases, self.deposits = CaseStore(database), DepositStore(database)
        self.ledger, self.clock, self.patient = Ledger(), SteppedClock(NOON), f"p{next(self.patients)}"
        places = LocationBook([office("boise"), office("eagle"), office("salem", account="other")])
        vendors: Any = self
        self.prepayments = Prepayments(self.cases, self.deposits, places, vendors, self.clock)

    def pms(self, _location: str) -> Ledger:
        return self.ledger

    def accepts(self, number: int = 1, place: str = "boise", **fields: Any) -> CaseRecord:
        work = (PlannedProcedure(id=f"proc-{number}", code="D6010", fee_cents=WHOLE),)
        mine = {"location": place, "account": f"opendental:{place}", "patient_id": self.patient, "procedures": work}
        case = a_case(number, case_id=f"case/{self.patient}/{number}", **{**mine, **fields})
        self.cases.add(case)
        return case

    def counts(self, case: CaseRecord, wanted: int = WHOLE) -> int:
        return self.prepayments.count(case, self.prepayments.held_cents(case), wanted)

    def books(self, case: CaseRecord, **fields: Any) -> None:
        booked = {"appointment_id": "77", "booked_start": self.clock.now() + DAY, "ended_at": self.clock.now()}
        self.cases.update(case.case_id, {"state": CaseState.BOOKED, **booked, **fields})

    def ends(self, case: CaseRecord, state: CaseState) -> None:
        self.cases.update(case.case_id, {"state": state, "ended_at": self.clock.now()})

    def posts(self, case: CaseRecord, cents: int = WHOLE, **fields: Any) -> None:
        """A deposit that was paid by card stands in the PMS as a prepayment."""
        mine = {"case_id": case.case_id, "location": case.location, "patient_id": self.patient, "ledger_id": "9"}
        paid = {"id": f"dep-{case.case_id}", "state": DepositState.PAID, "amount_cents": cents}
        self.deposits.put(a_deposit(1, **{**mine, **paid, **fields}))
        assert self.ledger.prepaid is not None
        self.ledger.prepaid += cents

    def later(self, by: timedelta) -> None:
        self.clock.set(self.clock.now() + by)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_two_open_cases_count_one_prepayment_once_in_either_order(desk: Desk, order: tuple[int, int]) -> None:
    first, second = (desk.accepts(number) for number in order)
    desk.ledger.prepaid = 60_000
    assert (desk.counts(first), desk.counts(second)) == (50_000, 10_000)
    assert (desk.counts(second), desk.counts(first)) == (10_000, 50_000), "asked again, it is the same"


def test_a_sister_office_sees_the_same_money_and_a_stranger_s_office_none_of_it(desk: Desk) -> None:
    desk.ledger.prepaid = WHOLE
    assert desk.counts(desk.accepts(1, "boise")) == WHOLE
    assert desk.counts(desk.accepts(2, "eagle")) == 0
    assert desk.counts(desk.accepts(3, "salem")) == WHOLE, "another database, another patient of that number"


@pytest.mark.parametrize("end", [CaseState.DECLINED, CaseState.HANDED_OVER, CaseState.SUPERSEDED, CaseState.WITHDRAWN])
def test_an_end_without_a_visit_gives_the_share_back(desk: Desk, end: CaseState) -> None:
    first, second = desk.accepts(1), desk.accepts(2)
    desk.ledger.prepaid = WHOLE
    assert (desk.counts(first), desk.counts(second)) == (WHOLE, 0)
    desk.ends(first, end)
    assert desk.counts(second) == WHOLE


def test_a_visit_that_stands_keeps_its_share_and_one_called_off_gives_it_back(desk: Desk) -> None:
    first, second = desk.accepts(1), desk.accepts(2)
    desk.ledger.prepaid = WHOLE
    desk.counts(first)
    desk.books(first)
    assert desk.counts(second) == 0
    desk.cases.update(first.case_id, {"appointment_id": ""})
    assert desk.counts(second) == WHOLE


def test_a_visit_booked_at_the_desk_keeps_its_share_for_a_while(desk: Desk) -> None:
    first, second = desk.accepts(1), desk.accepts(2)
    desk.ledger.prepaid = WHOLE
    desk.counts(first)
    desk.ends(first, CaseState.BOOKED_ELSEWHERE)
    assert desk.counts(second) == 0
    desk.later(SETTLED_AFTER)
    assert desk.counts(second) == WHOLE


def test_money_that_was_used_for_its_visit_is_no_longer_taken_off(desk: Desk) -> None:
    """The office used the prepayment, and the patient then prepaid the next visit at the desk."""
    first, second = desk.accepts(1), desk.accepts(2)
    desk.ledger.prepaid = WHOLE
    desk.counts(first)
    desk.books(first)
    desk.later(2 * DAY)
    assert desk.counts(second) == 0, "the visit took place, its money still waits in the PMS"
    desk.ledger.tied["proc-1"] = WHOLE
    assert desk.counts(second) == 0, "tied to the work, not used for it yet"
    desk.ledger.paid["proc-1"] = WHOLE
    desk.ledger.prepaid = 30_000
    assert desk.counts(second) == 30_000
    assert desk.cases.get(first.case_id).prepaid_cents == 0


def test_a_deposit_of_ours_is_no_desk_money_until_its_work_is_paid(desk: Desk) -> None:
    first, second = desk.accepts(1), desk.accepts(2)
    desk.books(first)
    desk.posts(first)
    assert desk.counts(second) == 0
    desk.ledger.prepaid = WHOLE + 20_000
    assert desk.counts(second) == 20_000
    desk.later(2 * DAY)
    desk.ledger.paid["proc-1"] = WHOLE
    desk.ledger.prepaid = 20_000
    assert desk.counts(second) == 20_000, "used in the ledger, so it takes nothing off what came since"


def test_a_deposit_that_nobody_decided_about_never_becomes_desk_money(desk: Desk) -> None:
    first, second = desk.accepts(1), desk.accepts(2)
    desk.books(first, appointment_id="")
    desk.posts(first)
    desk.later(2 * SETTLED_AFTER)
    desk.ledger.paid["proc-1"] = WHOLE
    assert desk.counts(second) == 0


def test_a_forfeited_deposit_stops_counting_when_the_office_must_have_used_it(desk: Desk) -> None:
    first, second = desk.accepts(1), desk.accepts(2)
    desk.books(first, appointment_id="")
    desk.posts(first, state=DepositState.FORFEITED)
    assert desk.counts(second) == 0
    desk.later(SETTLED_AFTER + 2 * DAY)
    desk.ledger.prepaid = 30_000
    assert desk.counts(second) == 30_000


def test_a_pms_that_cannot_say_holds_nothing(desk: Desk) -> None:
    desk.ledger.prepaid = None
    assert desk.counts(desk.accepts(1)) == 0


def test_cases_routed_at_the_same_moment_share_what_is_there(desk: Desk) -> None:
    desk.ledger.prepaid = WHOLE
    cases = [desk.accepts(number) for number in range(6)]
    threads = [Thread(target=desk.counts, args=(case, 20_000)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(desk.cases.get(case.case_id).prepaid_cents for case in cases) == WHOLE


Acts = st.lists(
    st.tuples(
        st.sampled_from(["count", "count", "books", "called off", "declined", "money", "days"]),
        st.integers(0, 3),
        st.integers(0, 90_000),
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=Acts)
def test_what_is_counted_is_never_more_than_what_is_held(
    sqlite_database: Database, acts: list[tuple[str, int, int]]
) -> None:
    desk = Desk(sqlite_database)
    cases = [desk.accepts(number) for number in range(4)]
    for act, at, cents in acts:
        case = desk.cases.get(cases[at].case_id)
        if act == "count":
            got = desk.counts(case, wanted=cents)
            standing = [each for each in map(desk.cases.get, (c.case_id for c in cases)) if _stands(each)]
            others = sum(each.prepaid_cents for each in standing if each.case_id != case.case_id)
            assert desk.ledger.prepaid is not None
            assert got == max(0, min(cents, desk.ledger.prepaid - others))
            assert got + others <= max(desk.ledger.prepaid, others)
        elif act == "money":
            desk.ledger.prepaid = cents
        elif act == "days":
            desk.later(timedelta(hours=cents // 2000))
        elif act == "books":
            desk.books(case)
        elif act == "called off" and case.state is CaseState.BOOKED:
            desk.cases.update(case.case_id, {"appointment_id": ""})
        elif act == "declined" and case.ended_at is None:
            desk.ends(case, CaseState.DECLINED)


def _stands(case: CaseRecord) -> bool:
    return case.ended_at is None or (case.state is CaseState.BOOKED and bool(case.appointment_id))
