import timeit

from sqlalchemy import text

from connectors.base import ProcedureCode
from db.session import Database
from db.stores.mirror import MirrorStore
from domain.people import Operatory, Patient, Provider, ProviderKind
from tests.db.samples import ACCOUNT, ANN, DAY, HOUR, MINUTE, NOON, a_block, an_appointment

CROWN = ProcedureCode(id="31", code="D2740", description="Crown", pattern="//XXXX/", fee_cents=139_100)
LEE = Provider(id="2", name="Dr. Lee", kind=ProviderKind.DENTIST)
CHAIRS = [Operatory(id="1", name="Op 1", order=2), Operatory(id="9", name="Op 9", order=1, hygiene=True)]


def test_setup_comes_back_as_it_was_and_replaces_what_was_before(database: Database) -> None:
    mirror = MirrorStore(database)
    old = Provider(id="1", name="Dr. Old", kind=ProviderKind.SURGEON)
    mirror.replace_setup(ACCOUNT, [old], [], [])
    mirror.replace_setup("other", [old], [], [])
    mirror.replace_setup(ACCOUNT, [LEE], CHAIRS, [CROWN])
    assert mirror.providers(ACCOUNT) == [LEE]
    assert [chair.id for chair in mirror.operatories(ACCOUNT)] == ["9", "1"]
    assert mirror.codes(ACCOUNT) == {"D2740": CROWN}
    assert mirror.providers("other") == [old]


def test_the_day_sheet_has_what_touches_the_range_in_order(database: Database) -> None:
    mirror = MirrorStore(database)
    before, across, inside, after = (
        an_appointment(number, NOON + offset)
        for number, offset in ((1, -2 * HOUR), (2, -10 * MINUTE), (3, 5 * MINUTE), (4, HOUR))
    )
    mirror.put_appointments(ACCOUNT, [after, inside, across, before])
    mirror.put_appointments("other", [an_appointment(5, NOON)])
    night = a_block(7, NOON - 6 * HOUR)
    mirror.replace_blocks(ACCOUNT, NOON - DAY, NOON + DAY, [night])
    assert mirror.day_sheet(ACCOUNT, NOON, NOON + HOUR) == ([night], [across, inside])


def test_appointments_that_vanished_in_the_range_go_and_others_stay(database: Database) -> None:
    mirror = MirrorStore(database)
    today, gone, tomorrow = an_appointment(1, NOON), an_appointment(2, NOON + HOUR), an_appointment(3, NOON + DAY)
    mirror.put_appointments(ACCOUNT, [today, gone, tomorrow])
    moved = today.model_copy(update={"operatory_id": "9"})
    mirror.replace_appointments(ACCOUNT, NOON, NOON + DAY, [moved])
    assert mirror.day_sheet(ACCOUNT, NOON, NOON + 2 * DAY)[1] == [moved, tomorrow]


def test_an_appointment_that_moved_to_another_day_is_not_there_twice(database: Database) -> None:
    mirror = MirrorStore(database)
    mirror.put_appointments(ACCOUNT, [an_appointment(1, NOON)])
    later = an_appointment(1, NOON + 7 * DAY)
    mirror.put_appointments(ACCOUNT, [later])
    assert mirror.day_sheet(ACCOUNT, NOON - DAY, NOON + 30 * DAY)[1] == [later]
    assert mirror.appointment(ACCOUNT, "1") == later
    assert mirror.appointments_of(ACCOUNT, "7") == [later]


def test_patients_are_found_by_id_and_by_shared_phone(database: Database) -> None:
    mirror = MirrorStore(database)
    ann = Patient(id="1", first_name="Ann", last_name="Able", mobile=ANN)
    ben = Patient(id="2", first_name="Ben", last_name="Able", mobile=ANN)
    mirror.put_patients(ACCOUNT, [ann, ben, Patient(id="3", first_name="Cy", last_name="Cole")])
    assert mirror.patients_by_phone(ANN) == [ann, ben]
    moved = ben.model_copy(update={"mobile": None})
    mirror.put_patient(ACCOUNT, moved)
    assert mirror.patients_by_phone(ANN, ACCOUNT) == [ann]
    assert mirror.patient(ACCOUNT, "2") == moved
    assert mirror.patient("other", "2") is None


def test_freshness_is_told_by_feed(database: Database) -> None:
    mirror = MirrorStore(database)
    mirror.mark_fresh(ACCOUNT, "appointments", NOON)
    mirror.mark_fresh(ACCOUNT, "appointments", NOON + MINUTE)
    assert mirror.freshness(ACCOUNT) == {"appointments": NOON + MINUTE}
    assert mirror.freshness("other") == {}


def test_a_month_of_eight_chairs_costs_little_more_than_its_rows(database: Database) -> None:
    """Against plainly fetching the same rows in the same run, so that a busy machine changes nothing."""
    mirror = MirrorStore(database)
    starts = [NOON + DAY * day + HOUR * hour for day in range(30) for hour in range(8)]
    month = [
        an_appointment(1000 * chair + at, start, operatory_id=str(chair))
        for chair in range(8)
        for at, start in enumerate(starts)
    ]
    mirror.replace_appointments(ACCOUNT, NOON, NOON + 31 * DAY, month)

    def rows() -> int:
        with database.read() as session:
            return len(session.connection().execute(text("SELECT * FROM mirror_appointments")).fetchall())

    assert rows() == len(mirror.day_sheet(ACCOUNT, NOON, NOON + 31 * DAY)[1]) == 1920
    plain = min(timeit.repeat(rows, number=1, repeat=7))
    sheet = min(timeit.repeat(lambda: mirror.day_sheet(ACCOUNT, NOON, NOON + 31 * DAY), number=1, repeat=7))
    assert sheet < 12 * plain
