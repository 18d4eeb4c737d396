"""The work list, the front desk's screen and the tasks: what is to be done, by whom, until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast, get_args

from fastapi import APIRouter, Depends, Response

from db.stores.board import Order
from db.stores.worklist import Wanted
from domain.case import Outcome
from domain.location import Location, StaffMember
from domain.records import CaseRecord, DepositState, TaskRecord
from domain.slots import Opening
from web.console import said
from web.console.desk import Desk, desk, link
from web.console.texting import is_about_somebody, is_loose
from web.site import PageRoute

routes = APIRouter(route_class=PageRoute)

GRACE = timedelta(minutes=10)
"""As long as the no-void watch lets a deadline be late."""
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.BOOKED: "Booked by phone or at the desk – ends the case",
    Outcome.DECLINED: "Declined – ends the case; say why",
    Outcome.CALL_BACK: "Call back at a time – keeps the task, asks again then",
    Outcome.RESUME_TEXTS: "Go on with texts – closes the task",
    Outcome.WRONG_NUMBER: "Wrong number – ends the case",
    Outcome.NOT_REACHED: "Not reached, giving up – ends the case",
    Outcome.OTHER: "Something else – ends the case; say what",
}
"""What an owner may say of a case – and what that does."""
_A_PAGE = 100
_SOON = timedelta(minutes=10)
_SHOWN_TIMES = 3
_DESK_SECONDS = 30
_SETTLED = (DepositState.PAID, DepositState.WAIVED)


@dataclass(frozen=True, slots=True)
class Place:
    """One location in the group's view; ``seen`` is the oldest of its feeds that follow the PMS."""

    location: Location
    cases: int
    value_cents: int
    tasks: int
    late_offers: int
    seen: datetime | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The promise of the first offer: ``tone`` is ok, soon, late or none."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A patient in the building and times to offer at once."""

    case: CaseRecord
    openings: Sequence[Opening]
    due_cents: int
    staff: Sequence[StaffMember]
    acting: str


@routes.get("/console")
def work_list(
    at: Desk = Depends(desk),
    location: str = "",
    state: str = "",
    owner: str = "",
    name: str = "",
    path: str = "",
    order: str = "value",
    page: int = 1,
) -> Response:
    """Open cases by value or deadline, with the owner, the next step and the first-offer clock."""
    wanted = Wanted(location=location, state=state, owner=owner, name=name.strip(), path=path)
    by = cast(Order, order if order in get_args(Order) else "value")
    number = max(1, page)
    cases = at.deps.work.open_cases(wanted, by, _A_PAGE, (number - 1) * _A_PAGE)
    total = at.deps.work.count(wanted)
    query = {"location": location, "state": state, "owner": owner, "name": wanted.name, "path": path, "order": by}
    return at.page(
        "work_list.html",
        here="cases",
        cases=cases,
        total=total,
        wanted=wanted,
        order=by,
        owners=_owner_names(at, at.deps.work.owners()),
        counts=at.deps.board.counts(location),
        void=at.deps.board.void(at.now, GRACE),
        places=places(at),
        clocks={case.case_id: first_offer(case, at.now) for case in cases},
        earlier=link("/console", **query, page=str(number - 1)) if number > 1 else "",
        later=link("/console", **query, page=str(number + 1)) if number * _A_PAGE < total else "",
    )


@routes.get("/console/front-desk")
def front_desk(at: Desk = Depends(desk), location: str = "", still: str = "") -> Response:
    """Patients who are still in the building, each with times that fit; the page looks again by itself."""
    cases = at.deps.work.open_cases(Wanted(location=location, path="same_visit"), "newest")
    rows = [_waiting(at, case) for case in cases]
    answer = at.page("front_desk.html", here="front_desk", rows=rows, location=location, still=still)
    if not still:
        answer.headers["Refresh"] = str(_DESK_SECONDS)
    return answer


@routes.get("/console/tasks")
def tasks(at: Desk = Depends(desk), location: str = "", owner: str = "") -> Response:
    """Open tasks by owner, with the time at which the next rung is asked."""
    found = at.deps.work.open_tasks(location, owner)
    groups: dict[tuple[str, str], list[TaskRecord]] = {}
    for task in found:
        groups.setdefault((task.location, task.owner), []).append(task)
    return at.page(
        "tasks.html",
        here="tasks",
        done=at.done,
        outcomes=OUTCOMES,
        acting=acting,
        is_about=is_about_somebody,
        is_loose=is_loose,
        groups=groups,
        total=len(found),
        location=location,
        owner=owner,
        owners=_owner_names(at, sorted({task.owner for task in at.deps.work.open_tasks(location)} | {owner} - {""})),
        cases=at.deps.work.named([task.case_id for task in found]),
    )


def _waiting(at: Desk, case: CaseRecord) -> Waiting:
    place = at.deps.locations.get(case.location)
    openings = at.deps.search.ranked(case, _SHOWN_TIMES, at.now)
    due = deposit_due_cents(at, case)
    return Waiting(case, openings, due, place.staff, acting(at, place))


def deposit_due_cents(at: Desk, case: CaseRecord) -> int:
    """What choosing a time would ask for now: nothing more once a deposit is paid, waived or kept from before."""
    settled = any(each.state in _SETTLED for each in at.deps.deposits.of_case(case.case_id))
    kept = at.deps.deposits.kept_for(case.location, case.patient_id) if case.deposit_cents else None
    return 0 if settled or kept else case.deposit_cents


def acting(at: Desk, place: Location, owner: str = "") -> str:
    """Whose name the forms start with: who acted last in this browser, else the owner, else the default one."""
    known = {person.key for person in place.staff}
    return next((key for key in (at.staff_name, owner, place.default_owner) if key in known), "")


def places(at: Desk) -> list[Place]:
    """Every location with what is open there."""
    counts, values = at.deps.work.open_counts(), at.deps.board.open_value_cents()
    tasks, late = at.deps.work.task_counts(), at.deps.work.late_first_offers(at.now)
    return [
        Place(
            location=place,
            cases=counts.get(place.key, 0),
            value_cents=values.get(place.key, 0),
            tasks=tasks.get(place.key, 0),
            late_offers=late.get(place.key, 0),
            seen=last_poll(at, place),
        )
        for place in at.locations
    ]


def last_poll(at: Desk, place: Location) -> datetime | None:
    """When changes in the PMS were last read; None when never."""
    fresh: Mapping[str, datetime] = at.deps.mirror.freshness(place.account)
    return fresh.get("changes") or max(fresh.values(), default=None)


def first_offer(case: CaseRecord, now: datetime) -> Clock:
    """How the promise of the first offer stands."""
    due, made = case.first_offer_due_at, case.first_offered_at
    if due is None:
        return Clock("none", "no deadline yet")
    if made is not None:
        took = said.span(made - case.accepted_at)
        return Clock("ok", f"made in {took}") if made <= due else Clock("late", f"made {said.span(made - due)} late")
    if now > due:
        return Clock("late", f"{said.span(now - due)} late")
    return Clock("soon" if due - now <= _SOON else "ok", f"due in {said.span(due - now)}")


def _owner_names(at: Desk, keys: Sequence[str]) -> dict[str, str]:
    names = {person.key: person.name for place in at.locations for person in place.staff}
    return {key: names.get(key, key) for key in keys}
