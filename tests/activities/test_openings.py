"""Where a case is looked for and what is picked: other providers, sister offices, healing, habits, and the crowd."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path as Folder
from zoneinfo import ZoneInfo

import pytest

from activities.openings import Openings
from db.session import Database
from db.stores.holds import HoldStore
from db.stores.mirror import MirrorStore
from db.stores.offers import OfferStore
from domain.crowd import MOST_UNANSWERED
from domain.location import Location
from domain.people import Operatory, Provider, ProviderKind
from domain.records import CaseRecord, HoldRecord, NumberedOpening, OfferRecord
from domain.route import Path, Route
from domain.slots import Appointment, AppointmentStatus, BlockKind, Opening, ScheduleBlock
from runtime.locations import LocationBook

BOISE, PACIFIC = ZoneInfo("America/Boise"), ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
"""A Monday, eight in the morning in Boise."""


def office(key: str, zone: str = "America/Boise", account: str = "ridge") -> Location:
    vendor = {"kind": "opendental", "base_url": "http://127.0.0.1:1"}
    return Location.model_validate(
        {
            "key": key,
            "name": key.capitalize(),
            "zone": zone,
            "state": "ID",
            "phone": "+12085550100",
            "pms": {**vendor, "account": account, "clinic_num": key},
            "messaging": vendor,
            "payments": vendor,
            "staff": [{"key": "ann", "name": "Ann"}],
            "default_owner": "ann",
        }
    )


class Practice:
    """Boise has Dr. Lee in op1 and Dr. Day in op2, Eagle (Pacific time) Dr. Fay; Salem keeps records of its own."""

    def __init__(self, database: Database) -> None:
        self.mirror, self.offers, self.holds = MirrorStore(database), OfferStore(database), HoldStore(database)
        book = LocationBook([office("boise"), office("eagle", "America/Los_Angeles"), office("salem", account="other")])
        self.search = Openings(self.mirror, self.holds, self.offers, book, None)  # type: ignore[arg-type]  # not asked
        self.people = [Provider(id=one, name=one, kind=ProviderKind.DENTIST) for one in ("lee", "day", "fay")]
        for key, chairs in (("boise", ("op1", "op2")), ("eagle", ("op3",)), ("salem", ("op9",))):
            rooms = [Operatory(id=one, name=one, order=n) for n, one in enumerate(chairs)]
            self.mirror.replace_setup(f"opendental:{key}", self.people, rooms, [])

    def hours(self, key: str, provider: str, chair: str, *days: date, tz: ZoneInfo = BOISE) -> None:
        known, _ = self.mirror.day_sheet(f"opendental:{key}", NOW - timedelta(days=1), NOW + timedelta(days=99))
        blocks = [
            ScheduleBlock(
                id=f"{provider}{day}",
                kind=BlockKind.WORK,
                start=datetime(day.year, day.month, day.day, 9, tzinfo=tz),
                stop=datetime(day.year, day.month, day.day, 17, tzinfo=tz),
                provider_id=provider,
                operatories=(chair,),
            )
            for day in days
        ]
        span = (NOW - timedelta(days=1), NOW + timedelta(days=99))
        self.mirror.replace_blocks(f"opendental:{key}", *span, [*known, *blocks])

    def found(self, case: CaseRecord) -> set[tuple[str, str]]:
        return {(each.location, each.provider_id) for each in self.search.all_for(case, NOW)}


@pytest.fixture
def practice(sqlite_template: Folder, tmp_path: Folder) -> Practice:
    copied = shutil.copy(sqlite_template, tmp_path / "openings.db")
    return Practice(Database(f"sqlite:///{copied}"))


def a_case(number: int = 1, **route: object) -> CaseRecord:
    rule = {"tier": "restorative", "path": Path.LINK, "minutes": 60, "first_offer_minutes": 30, "lead_minutes": 0}
    return CaseRecord(
        case_id=f"case/boise/opendental/{number}/a/1",
        location="boise",
        source="opendental",
        account="opendental:boise",
        plan_id=str(number),
        patient_id="7",
        acceptance="a",
        accepted_at=NOW,
        detected_at=NOW,
        pattern="X" * 12,
        provider_id="lee",
        provider_kind="dentist",
        phone=f"+120855501{number:02}",
        route=Route.model_validate(rule | route),
    )


def weekdays(first: date, count: int) -> list[date]:
    return [day for n in range(count) if (day := first + timedelta(days=n)).weekday() < 5]


TODAY = date(2026, 11, 23)
SOON = weekdays(TODAY, 5)


def test_the_planned_provider_then_another_then_the_sister_office(practice: Practice) -> None:
    case = a_case(other_locations=("boise", "eagle", "salem", "nowhere"))
    practice.hours("eagle", "fay", "op3", *SOON, tz=PACIFIC)
    practice.hours("salem", "fay", "op9", *SOON)
    assert practice.found(case) == {("eagle", "fay")}
    practice.hours("boise", "day", "op2", *SOON)
    assert practice.found(case) == {("", "day")}
    practice.hours("boise", "lee", "op1", *SOON)
    assert practice.found(case) == {("", "lee")}


def test_only_where_the_rule_says_so(practice: Practice) -> None:
    practice.hours("eagle", "fay", "op3", *SOON, tz=PACIFIC)
    assert practice.found(a_case()) == set()
    assert practice.found(a_case(other_locations=("salem",))) == set(), "Salem does not know the patient"
    assert practice.found(a_case(other_locations=("eagle",), other_provider=False)) == set()
    practice.hours("boise", "day", "op2", *SOON)
    assert practice.found(a_case(other_provider=False)) == set()
    assert practice.found(a_case().model_copy(update={"provider_id": ""})) == {("", "day")}


def test_the_planned_provider_is_looked_for_at_the_sister_office_too(practice: Practice) -> None:
    practice.hours("eagle", "fay", "op3", *SOON, tz=PACIFIC)
    practice.hours("eagle", "lee", "op3", SOON[4], tz=PACIFIC)
    assert practice.found(a_case(other_locations=("eagle",))) == {("eagle", "lee")}
    assert practice.found(a_case(other_locations=("eagle",), other_provider=False)) == {("eagle", "lee")}


def test_hours_are_those_of_the_office_s_own_clock(practice: Practice) -> None:
    practice.hours("eagle", "fay", "op3", *SOON, tz=PACIFIC)
    found = practice.search.all_for(a_case(other_locations=("eagle",)), NOW)
    assert {each.start.astimezone(PACIFIC).hour for each in found} == set(range(9, 17))
    assert all(practice.search.still_free(a_case(), each, NOW) for each in found[:3])


def test_who_is_needed_at_one_office_is_not_free_at_the_other(practice: Practice) -> None:
    """A provider of both: an appointment and a hold at Eagle take their time in Boise."""
    practice.hours("boise", "lee", "op1", SOON[0], SOON[1])
    case = a_case()
    nine, ten = (datetime(2026, 11, 24, hour, tzinfo=BOISE).astimezone(UTC) for hour in (9, 10))
    assert {nine, ten} <= {each.start for each in practice.search.all_for(case, NOW)}
    booked = Appointment(
        id="1", patient_id="9", status=AppointmentStatus.SCHEDULED, start=nine, pattern="X" * 12,
        operatory_id="op3", provider_id="lee",
    )  # fmt: skip
    practice.mirror.put_appointments("opendental:eagle", [booked])
    held = Opening(start=ten, pattern="X" * 12, operatory_id="op3", provider_id="lee", location="eagle")
    hold = HoldRecord(
        id="hd", case_id="case/eagle/x", account=office("eagle").budget, opening=held, created_at=NOW,
        expires_at=NOW + timedelta(minutes=35),
    )  # fmt: skip
    assert practice.holds.take(hold, NOW)
    assert practice.holds.get("hd") == hold, "a hold remembers its office"
    assert not {nine, ten} & {each.start for each in practice.search.all_for(case, NOW)}


def test_nothing_before_it_has_healed_and_the_search_goes_on_from_there(practice: Practice) -> None:
    practice.hours("boise", "lee", "op1", *weekdays(TODAY, 59))
    earliest = datetime(2026, 12, 28, tzinfo=BOISE).astimezone(UTC)
    case = a_case(earliest=earliest, horizon_days=14)
    found = practice.search.all_for(case, NOW)
    days = {each.start.astimezone(BOISE).date() for each in found}
    assert (min(days), max(days)) == (date(2026, 12, 28), date(2027, 1, 11))
    request = practice.search.request(case, NOW, "lee")
    assert (request.first, request.not_before) == (date(2026, 12, 28), earliest)
    early = Opening(start=NOW + timedelta(days=2, hours=2), pattern="X" * 12, operatory_id="op1", provider_id="lee")
    assert not practice.search.still_free(case, early, NOW)
    assert practice.search.still_free(case, found[0], NOW)


def test_a_gap_that_ends_beyond_the_known_days_finds_nothing_yet(practice: Practice) -> None:
    practice.hours("boise", "lee", "op1", *weekdays(TODAY, 59))
    assert practice.search.all_for(a_case(earliest=NOW + timedelta(days=80)), NOW) == []


def past(number: int, days_ago: int, hour: int, status: AppointmentStatus) -> Appointment:
    day = TODAY - timedelta(days=days_ago)
    return Appointment(
        id=f"p{number}", patient_id="7", status=status, pattern="X" * 6, operatory_id="op1", provider_id="lee",
        start=datetime(day.year, day.month, day.day, hour, tzinfo=BOISE),
    )  # fmt: skip


def test_the_patient_s_earlier_visits_steer_the_spread(practice: Practice) -> None:
    practice.hours("boise", "lee", "op1", *weekdays(TODAY, 12))
    case = a_case()

    def first() -> str:
        chosen = practice.search.ranked(case, 3, NOW)
        (reasons,) = {each.reasons[-1] for each in chosen if "soonest" in each.reasons[-1]}
        return reasons

    assert first() == "the soonest opening that fits"
    practice.mirror.put_appointments("opendental:boise", [past(1, 5, 14, AppointmentStatus.BROKEN)])
    assert first() == "the soonest opening that fits", "a visit that was broken says nothing"
    practice.mirror.put_appointments("opendental:eagle", [past(2, 5, 14, AppointmentStatus.COMPLETE)])
    assert first() == "the soonest Wednesday afternoon, as the patient chose before"


def offered(practice: Practice, number: int, opening: Opening) -> None:
    numbered = (NumberedOpening(number=1, opening=opening),)
    offer = OfferRecord(
        id=f"of{number}", case_id=f"case/{number}", location="boise", step="offer", phone=f"+1208555{number:04}",
        made_at=NOW, openings=numbered,
    )  # fmt: skip
    practice.offers.put(offer)


@pytest.mark.parametrize(
    "shifted",
    [
        pytest.param(lambda each: each, id="the same opening"),
        pytest.param(lambda each: each.model_copy(update={"start": each.start + timedelta(minutes=30)}), id="overlaps"),
        pytest.param(lambda each: each.model_copy(update={"operatory_id": "op2"}), id="the same provider elsewhere"),
        pytest.param(lambda each: each.model_copy(update={"pattern": "X" * 6}), id="a shorter visit"),
    ],
)
def test_no_time_stands_in_more_than_three_unanswered_offers(
    practice: Practice, shifted: Callable[[Opening], Opening]
) -> None:
    practice.hours("boise", "lee", "op1", SOON[0])
    case = a_case(ranking="soonest")
    (best,) = practice.search.ranked(case, 1, NOW)
    for number in range(MOST_UNANSWERED):
        assert practice.search.ranked(case, 1, NOW)[0].start == best.start
        assert not practice.search.crowded(case, [best])
        offered(practice, number, shifted(best))
    assert practice.search.crowded(case, [best])
    (now_best,) = practice.search.ranked(case, 1, NOW)
    assert now_best.start >= best.stop
    practice.offers.close("case/0", "answered", NOW)
    assert practice.search.ranked(case, 1, NOW)[0].start == best.start
