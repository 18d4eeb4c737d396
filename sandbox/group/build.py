"""Builds the group in an empty database. The same seed and the same day give the same practice, row for row."""

from __future__ import annotations

from datetime import date, datetime

from sandbox.group.book import schedule_rows
from sandbox.group.households import patients
from sandbox.group.layout import Location, Numbers, PlanKind, branches, locations
from sandbox.group.phones import PhoneBook
from sandbox.group.presented import SCHEMA, Presenter, dealt
from sandbox.group.setup import fill_clinic, fill_office
from sandbox.group.visits import visits
from sandbox.opendental.resource import Resource, Row, insert, insert_many
from sandbox.opendental.resources import money, people, plans, scheduling, work
from sandbox.opendental.resources.catalogue import create_tables
from sandbox.store import Store

FIRST_TASKS = ("Order implant parts", "Call the lab about shade", "Recall list for next month")


def build_group(store: Store, seed: int, now: datetime) -> None:
    """Make the tables, and the practice if it is not there yet."""
    create_tables(store)
    store.script(SCHEMA)
    if store.one("SELECT 1 FROM meta WHERE name = 'started_at'"):
        return
    with store.transaction():
        numbers, phones = Numbers(), PhoneBook(seed)
        hands = dealt(locations(), seed)
        for place in locations():
            _build_office(store, place, seed, now, numbers, phones, hands[place.office.number])
        for branch in branches():  # last, so that the numbers of everything else do not depend on them
            _build_branch(store, branch, now, numbers)
        phones.store(store)
        values = [("started_at", now.isoformat()), ("seed", str(seed))]
        store.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", values)


def _build_office(
    store: Store,
    place: Location,
    seed: int,
    now: datetime,
    numbers: Numbers,
    phones: PhoneBook,
    hand: list[tuple[PlanKind, str]],
) -> None:
    today = date.fromisoformat(place.office.local_text(now)[:10])
    fill_office(store, place)
    people_rows = patients(place, seed, today, numbers, phones)
    schedule, ops = schedule_rows(place, today, numbers)
    appointments, procedures = visits(place, seed, today, people_rows, numbers)
    presenter = Presenter(place, seed, today, people_rows, numbers)
    for kind, outcome in hand:
        presenter.present(kind, outcome)
    rows = presenter.rows
    tables: tuple[tuple[Resource, list[Row]], ...] = (
        (people.PATIENTS, people_rows),
        (scheduling.SCHEDULES, schedule),
        (scheduling.SCHEDULE_OPS, ops),
        (scheduling.APPOINTMENTS, appointments + rows.appointments),
        (plans.PROCEDURE_LOGS, procedures + rows.procedures),
        (plans.TREAT_PLANS, rows.treatplans),
        (plans.PROC_TPS, rows.proctps),
        (plans.TREAT_PLAN_ATTACHES, rows.attaches),
        (money.CLAIM_PROCS, rows.claimprocs),
    )
    for resource, made in tables:
        insert_many(store, resource, place.office.number, made)
    store.executemany("INSERT INTO plan_fact VALUES (?, ?, ?, ?, ?, ?, ?)", rows.facts)
    _first_tasks(store, place, now)


def _build_branch(store: Store, place: Location, now: datetime, numbers: Numbers) -> None:
    """A clinic in an office's database: people, chairs and hours, and nobody booked yet."""
    fill_clinic(store, place)
    schedule, ops = schedule_rows(place, date.fromisoformat(place.office.local_text(now)[:10]), numbers)
    insert_many(store, scheduling.SCHEDULES, place.office.number, schedule)
    insert_many(store, scheduling.SCHEDULE_OPS, place.office.number, ops)


def _first_tasks(store: Store, place: Location, now: datetime) -> None:
    local = place.office.local_text(now)
    for order, text in enumerate(FIRST_TASKS, 1):
        row = {"TaskListNum": place.num(order), "Descript": text, "UserNum": place.num(3)}
        stamps = {"DateTimeEntry": local, "DateTimeOriginal": local, "SecDateTEdit": local}
        insert(store, work.TASKS, place.office.number, row | stamps)
