"""When a plan goes on after a case, and when it does not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.case import CaseState
from domain.next_visit import Next, first_look, later_look, next_visit, opens_from
from domain.records import CaseRecord
from domain.treatment_plan import PlannedAppointment, PlannedProcedure, PlanState, ProcedureStatus, TreatmentPlan

BOISE = ZoneInfo("America/Boise")
ENDED = datetime(2029, 3, 6, 3, 30, tzinfo=UTC)
"""Half past eight in the evening of the fifth, in Boise."""

FIRST = PlannedProcedure(id="1", code="D3330", pattern="XX", provider_id="p", priority_rank=1)
SECOND = PlannedProcedure(id="2", code="D2740", pattern="XX", provider_id="p", priority_rank=2)
DONE = {"status": ProcedureStatus.COMPLETED}
ON_BOOK = {"appointment_id": "9"}


def case(**more: object) -> CaseRecord:
    values = {
        "case_id": "case/boise/opendental/1/a/1",
        "location": "boise",
        "source": "opendental",
        "account": "opendental:boise",
        "plan_id": "1",
        "patient_id": "7",
        "acceptance": "a",
        "accepted_at": ENDED,
        "detected_at": ENDED,
        "ended_at": ENDED,
        "state": CaseState.BOOKED,
        "procedures": (FIRST,),
    }
    return CaseRecord.model_validate({**values, **more})


def plan(*rows: PlannedProcedure, **more: object) -> TreatmentPlan:
    values = {"id": "1", "patient_id": "7", "state": PlanState.ACCEPTED, "acceptance": "a", "procedures": rows}
    return TreatmentPlan.model_validate({**values, **more})


def test_the_next_visit_opens_when_the_first_is_done() -> None:
    found = next_visit(case(), plan(FIRST.model_copy(update=DONE), SECOND), ())
    assert (found.kind, found.number, found.count) == (Next.OPEN, 2, 2)


def test_what_was_put_off_in_the_chair_is_a_visit_of_its_own() -> None:
    """Two of one priority, one of them done: the other is left, and the visit's number is not used twice."""
    other = SECOND.model_copy(update={"priority_rank": 1})
    found = next_visit(case(procedures=(FIRST, other)), plan(FIRST.model_copy(update=DONE), other), ())
    assert (found.kind, found.number, found.count) == (Next.OPEN, 2, 2)


@pytest.mark.parametrize("first", [{}, ON_BOOK, {"status": ProcedureStatus.SCHEDULED}])
def test_nothing_opens_before_the_first_is_done(first: dict[str, object]) -> None:
    found = next_visit(case(), plan(FIRST.model_copy(update=first), SECOND), ())
    assert found.kind is Next.WAIT


@pytest.mark.parametrize("rest", [{}, DONE, ON_BOOK])
def test_a_visit_that_we_booked_and_that_was_called_off_is_opened_again(rest: dict[str, object]) -> None:
    rows = FIRST, SECOND.model_copy(update=rest)
    found = next_visit(case(appointment_id="31"), plan(*rows), ())
    assert (found.kind, found.number) == (Next.AGAIN, 1)
    assert next_visit(case(), plan(*rows), ()).kind is Next.WAIT, "cancelled by ourselves: that has its own case"
    elsewhere = case(state=CaseState.BOOKED_ELSEWHERE, appointment_id="31")
    assert next_visit(elsewhere, plan(*rows), ()).kind is Next.WAIT


@pytest.mark.parametrize("left", [{"status": ProcedureStatus.REFERRED}, {"status": ProcedureStatus.DELETED}])
def test_when_a_visit_left_the_plan_undone_a_person_asks_about_the_next(left: dict[str, object]) -> None:
    found = next_visit(case(), plan(FIRST.model_copy(update=left), SECOND), ())
    assert (found.kind, found.number, found.person) == (Next.OPEN, 2, True)


def test_what_the_office_booked_is_waited_for() -> None:
    found = next_visit(case(), plan(FIRST.model_copy(update=DONE), SECOND.model_copy(update=ON_BOOK)), ())
    assert (found.kind, found.why) == (Next.WAIT, "the rest of the plan is booked")


@pytest.mark.parametrize("rest", [DONE, {"status": ProcedureStatus.DELETED}, {"status": ProcedureStatus.REFERRED}])
def test_a_plan_without_anything_left_is_done(rest: dict[str, object]) -> None:
    found = next_visit(case(), plan(FIRST.model_copy(update=DONE), SECOND.model_copy(update=rest)), ())
    assert found.kind is Next.NEVER


@pytest.mark.parametrize("now", [{"state": PlanState.PRESENTED}, {"state": PlanState.GONE}, {"acceptance": "b"}])
def test_a_plan_that_is_not_accepted_as_it_was_opens_nothing(now: dict[str, object]) -> None:
    assert next_visit(case(), plan(FIRST.model_copy(update=DONE), SECOND, **now), ()).kind is Next.NEVER


@pytest.mark.parametrize(("hours", "kind"), [(1, Next.OPEN), (-1, Next.WAIT)])
def test_an_appointment_planned_since_may_be_booked_before_the_first_visit(hours: int, kind: Next) -> None:
    made = ENDED + timedelta(hours=hours)
    wish = PlannedAppointment(id="20", pattern="XX", provider_id="p", procedure_ids=("2",), made_at=made)
    found = next_visit(case(), plan(FIRST.model_copy(update=ON_BOOK), SECOND), [wish])
    assert found.kind is kind


def test_a_case_that_ended_before_it_chose_goes_by_the_whole_plan() -> None:
    unread = case(procedures=(), state=CaseState.BOOKED_ELSEWHERE)
    assert next_visit(unread, plan(FIRST.model_copy(update=DONE), SECOND), ()).kind is Next.OPEN
    assert next_visit(unread, plan(FIRST.model_copy(update=ON_BOOK), SECOND), ()).kind is Next.WAIT


def test_the_day_of_the_booking_is_the_office_s_own() -> None:
    assert opens_from(case(), BOISE) == datetime(2029, 3, 6, 7, tzinfo=UTC), "midnight in Boise"


def test_the_first_look_is_a_day_after_the_visit_and_never_on_the_day_of_the_booking() -> None:
    visit = ENDED + timedelta(days=9)
    assert first_look(case(booked_start=visit), BOISE) == visit + timedelta(days=1)
    assert first_look(case(), BOISE) == opens_from(case(), BOISE)


def test_later_looks_are_rarer_and_rarer() -> None:
    ended, now, looks = case(), ENDED + timedelta(days=1), 0
    while now < ENDED + timedelta(days=365):
        now, looks = later_look(ended, now), looks + 1
    assert looks <= 8
