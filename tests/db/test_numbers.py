from datetime import timedelta
from zoneinfo import ZoneInfo

from db.session import Database
from db.stores.cases import CaseStore
from db.stores.numbers import NumberStore
from domain.case import CaseState
from tests.db.samples import DAY, HOUR, MINUTE, NOON, a_case

ZONES = {"north": ZoneInfo("America/Boise"), "south": ZoneInfo("America/New_York")}
EVENING = NOON + 14 * HOUR
"""02:00 UTC is still the 20th in Boise (19:00)."""


def test_the_funnel_of_a_location(database: Database) -> None:
    cases = CaseStore(database)
    offered = {"first_offer_due_at": NOON + 30 * MINUTE, "first_offered_at": NOON + MINUTE}
    cases.add(a_case(1, value_cents=100, booked_at=EVENING, state=CaseState.BOOKED, **offered))
    cases.add(a_case(2, value_cents=200, booked_at=NOON + DAY, state=CaseState.BOOKED, **offered))
    late = offered | {"first_offered_at": NOON + HOUR}
    cases.add(a_case(3, value_cents=400, state=CaseState.BOOKED_ELSEWHERE, **late))
    cases.add(a_case(4, value_cents=800))
    cases.add(a_case(5, accepted_at=NOON + 2 * DAY))
    cases.add(a_case(6), baseline=True)
    (north,) = NumberStore(database).by_location(NOON, NOON + DAY, ZONES)
    assert (north.accepted, north.offered, north.in_time, north.booked, north.same_day) == (4, 3, 2, 2, 1)
    assert (north.booked_elsewhere, north.accepted_cents, north.booked_cents) == (1, 1500, 300)
    assert north.median_to_book == timedelta(hours=19)
    assert north.median_to_offer == MINUTE


def test_same_day_is_the_day_of_the_location(database: Database) -> None:
    cases = CaseStore(database)
    cases.add(a_case(1, accepted_at=EVENING, booked_at=EVENING + 4 * HOUR))
    cases.add(a_case(2, location="south", accepted_at=EVENING, booked_at=EVENING + 4 * HOUR))
    same_day = {f.location: f.same_day for f in NumberStore(database).by_location(NOON, NOON + DAY, ZONES)}
    assert same_day == {"north": 1, "south": 0}


def test_providers_have_a_funnel_each(database: Database) -> None:
    cases = CaseStore(database)
    for number, provider in ((1, "2"), (2, "2"), (3, "5")):
        cases.add(a_case(number, provider_id=provider))
    found = NumberStore(database).by_provider(NOON, NOON + DAY, ZONES)
    assert [(f.provider_id, f.accepted, f.median_to_book) for f in found] == [("2", 2, None), ("5", 1, None)]


def test_a_baseline_is_kept_by_location(database: Database) -> None:
    numbers = NumberStore(database)
    for _ in range(2):
        numbers.put_baseline("north", NOON, 612, 250, 145_656_000, 59_500_000)
    (row,) = numbers.baselines()
    assert (row.location, row.accepted, row.unscheduled_value_cents) == ("north", 612, 59_500_000)
