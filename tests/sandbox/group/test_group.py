"""The group that is generated: how many, how different, how repeatable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sandbox.group.build import build_group
from sandbox.group.layout import branches, codes, locations
from sandbox.opendental.openings import conflicts
from sandbox.opendental.resources.catalogue import RESOURCES
from sandbox.state import SCHEMA
from sandbox.store import Store

NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)
TABLES = [resource.table for resource in RESOURCES] + ["office", "phones", "plan_fact"]


def _built(home: Path, seed: int, now: datetime = NOW) -> Store:
    store = Store(home / "sandbox.sqlite")
    store.script(SCHEMA)
    build_group(store, seed, now)
    return store


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = _built(tmp_path_factory.mktemp("group"), 1)
    yield store
    store.close()


def _rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    return {table: [tuple(row) for row in store.all(f"SELECT * FROM {table} ORDER BY 1")] for table in TABLES}


def test_the_same_seed_gives_the_same_practice(group: Store, tmp_path: Path) -> None:
    again = _built(tmp_path / "again", 1)
    other = _built(tmp_path / "other", 2)
    assert _rows(group) == _rows(again)
    assert _rows(group)["patient"] != _rows(other)["patient"]
    for store in (again, other):
        store.close()


def test_an_existing_practice_is_left_alone(tmp_path: Path) -> None:
    store = _built(tmp_path, 1)
    store.execute("UPDATE patient SET LName = 'Changed' WHERE PatNum = 10001")
    build_group(store, 2, NOW + timedelta(days=3))
    row = store.one("SELECT LName FROM patient WHERE PatNum = 10001")
    assert row is not None
    assert row["LName"] == "Changed"
    store.close()


def test_four_locations_in_three_zones_one_without_daylight_saving() -> None:
    zones = [place.office.zone_name for place in locations()]
    assert len(zones) == 4
    offsets = {
        zone: tuple(datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7)) for zone in zones
    }
    assert len(set(zones)) == 3
    assert [zone for zone, (winter, summer) in offsets.items() if winter == summer] == ["America/Phoenix"]
    assert [place.office.kind for place in locations()].count("medspa") == 1


def test_every_location_has_its_people_and_about_eight_chairs() -> None:
    for place in locations():
        roles = {staff.role for staff in place.staff}
        wanted = {"dentist", "surgeon", "hygienist"} if place.office.kind == "dental" else {"injector", "aesthetician"}
        assert roles == wanted
        assert len(place.chairs) == 8


def test_the_fee_schedule(group: Store) -> None:
    dental = [code for code in codes().values() if code.kind == "dental"]
    medspa = [code for code in codes().values() if code.kind == "medspa"]
    assert len(dental) >= 60
    assert all(re.fullmatch(r"D\d{4}", code.code) for code in dental)
    assert medspa
    assert not any(re.fullmatch(r"D\d{4}", code.code) for code in medspa)
    assert all(set(code.pattern(10)) <= set("X/") for code in codes().values())
    assert (codes()["D6010"].minutes, codes()["D6010"].role) == (120, "surgeon")


def test_fifteen_hundred_patients_of_every_sort(group: Store) -> None:
    people = [dict(row) for row in group.all("SELECT * FROM patient")]
    assert len(people) == 1500
    consents = Counter(p["TxtMsgOk"] for p in people)
    assert consents["Yes"] > 1100
    assert min(consents["No"], consents["Unknown"]) > 40
    languages = Counter(p["Language"] for p in people)
    assert languages["spa"] > 100
    assert len(languages) >= 5
    assert {"Patient", "Inactive", "Deceased"} <= {p["PatStatus"] for p in people}
    minors = [p for p in people if p["Birthdate"] > "2008-11-23"]
    assert len(minors) > 150
    assert all(p["Guarantor"] != p["PatNum"] for p in minors)
    assert sum(1 for p in people if not p["WirelessPhone"] and not p["HmPhone"]) > 20


def test_families_share_phones_and_landlines_are_marked(group: Store) -> None:
    digits = [re.sub(r"\D", "", row["WirelessPhone"]) for row in group.all("SELECT WirelessPhone FROM patient")]
    shared = Counter(d for d in digits if d)
    assert max(shared.values()) > 1
    kinds = Counter(row["kind"] for row in group.all("SELECT kind FROM phones"))
    assert kinds["landline"] > 30
    landlines = {row["e164"][2:] for row in group.all("SELECT e164 FROM phones WHERE kind = 'landline'")}
    assert landlines & set(shared), "some landlines are written down as mobiles"


def test_every_phone_is_a_number_nobody_has(group: Store) -> None:
    written = [row[n] for row in group.all("SELECT HmPhone, WkPhone, WirelessPhone FROM patient") for n in range(3)]
    numbers = {re.sub(r"\D", "", each) for each in written if each}
    assert all(re.fullmatch(r"\d{3}55501\d\d", number) for number in numbers)
    known = {row["e164"] for row in group.all("SELECT e164 FROM phones")}
    assert {f"+1{number}" for number in numbers} <= known
    assert len({number[:3] for number in numbers}) > 15


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_a_month_of_612_plans_worth_what_they_should_be(tmp_path: Path, seed: int) -> None:
    store = _built(tmp_path, seed)
    saved = store.all("SELECT DateTP, isSigned FROM treatplan WHERE TPStatus = 'Saved'")
    facts = [dict(row) for row in store.all("SELECT * FROM plan_fact")]
    assert len(saved) == len(facts) == 612
    first, last = ((NOW - timedelta(days=days)).date().isoformat() for days in (31, 0))
    assert all(first <= row["DateTP"] <= last for row in saved)
    outcomes = Counter(fact["Outcome"] for fact in facts)
    assert outcomes == {"accepted": 44, "acceptable": 396, "declined": 84, "undecided": 88}
    assert sum(row["isSigned"] == "true" for row in saved) == 44
    accepted = [fact["ValueCents"] for fact in facts if fact["Outcome"] in ("accepted", "acceptable")]
    assert 226_100 <= sum(accepted) / len(accepted) <= 249_900, "within five per cent of $2,380"
    tiers = Counter(fact["Tier"] for fact in facts)
    assert set(tiers) == {"surgical", "restorative", "aesthetic", "add_on"}
    assert min(tiers.values()) > 60
    store.close()


def test_plan_values_are_their_rows(group: Store) -> None:
    sums = group.all(
        "SELECT f.ValueCents AS told, SUM(p.FeeAmt) AS fees, f.PatientCents AS share, SUM(p.PatAmt) AS parts"
        " FROM plan_fact f JOIN proctp p USING (TreatPlanNum) GROUP BY TreatPlanNum"
    )
    assert len(sums) == 612
    assert all(row["told"] == row["fees"] and row["share"] == row["parts"] <= row["fees"] for row in sums)


def test_the_worked_example_is_there(group: Store) -> None:
    rows = group.all(
        "SELECT p.ProcCode, p.ProvNum, d.ItemName FROM plan_fact f JOIN proctp p USING (TreatPlanNum)"
        " JOIN definition d ON d.DefNum = p.Priority WHERE f.Kind = 'implant' AND f.Office = 1"
    )
    assert {(row["ProcCode"], row["ItemName"]) for row in rows} == {("D6010", "1"), ("D6058", "2")}
    assert {row["ProvNum"] for row in rows if row["ProcCode"] == "D6010"} == {103}
    assert {row["ProvNum"] for row in rows if row["ProcCode"] == "D6058"} <= {101, 102}


def test_some_plans_have_a_planned_appointment(group: Store) -> None:
    planned = group.all(
        "SELECT DISTINCT p.TreatPlanNum FROM proctp p JOIN procedurelog l ON l.ProcNum = p.ProcNumOrig"
        " WHERE l.PlannedAptNum > 0"
    )
    assert 80 < len(planned) < 200


def test_the_book_is_full_at_first_and_thinner_later_with_nothing_double(group: Store) -> None:
    assert conflicts(group) == []
    shares = [_share_of_time(group, *days) for days in (("2026-11-24", "2026-12-06"), ("2027-01-04", "2027-02-20"))]
    assert 0.5 < shares[0] < 0.8
    assert shares[1] < 0.25


def _share_of_time(store: Store, first: str, last: str) -> float:
    """Booked minutes against scheduled provider minutes, lunch hours taken off; without the branch, which is new."""
    booked = store.one(
        "SELECT SUM(LENGTH(Pattern)) * 5 FROM appointment"
        " WHERE AptStatus = 'Scheduled' AND AptDateTime BETWEEN ? AND ?",
        (first, last),
    )
    worked = store.one(
        "SELECT SUM((strftime('%s', StopTime) - strftime('%s', StartTime)) / 60"
        " - CASE WHEN StartTime = '08:00:00' AND StopTime = '17:00:00' THEN 60 ELSE 0 END)"
        " FROM schedule WHERE SchedType = 'Provider' AND ProvNum % 100 < 50 AND SchedDate BETWEEN ? AND ?",
        (first, last),
    )
    assert booked is not None
    assert worked is not None
    return float(booked[0]) / float(worked[0])


def test_a_branch_shares_the_database_of_its_office_and_has_chairs_and_people_of_its_own(group: Store) -> None:
    (branch,) = branches()
    chairs = group.all("SELECT OperatoryNum, Office FROM operatory WHERE ClinicNum = ?", (branch.clinic_num,))
    assert [tuple(row) for row in chairs] == [(branch.num(chair.num), 2) for chair in branch.chairs]
    assert group.all("SELECT 1 FROM patient WHERE ClinicNum = ?", (branch.clinic_num,)) == []
    worked = group.all("SELECT DISTINCT ProvNum FROM schedule WHERE ProvNum BETWEEN 251 AND 299 ORDER BY 1")
    assert [row[0] for row in worked] == [branch.num(staff.num) for staff in branch.staff]


def test_schedules_reach_ninety_days_ahead(group: Store) -> None:
    row = group.one("SELECT MAX(SchedDate) FROM schedule WHERE SchedType = 'Provider'")
    assert row is not None
    assert row[0] >= (NOW + timedelta(days=90)).date().isoformat()
