"""Which visit of a plan comes next, and which number it has."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from domain.treatment_plan import (
    PlannedAppointment,
    PlannedProcedure,
    PlanState,
    ProcedureStatus,
    TreatmentPlan,
    UnsureVisit,
    Visit,
    choose_visit,
)

DONE = ProcedureStatus.COMPLETED


def row(key: str, rank: int = 1, **more: object) -> PlannedProcedure:
    values = {"id": key, "code": f"D{key}", "pattern": "XX", "provider_id": "p", "priority": str(rank)}
    return PlannedProcedure.model_validate({**values, "priority_rank": rank, **more})


def plan(*rows: PlannedProcedure) -> TreatmentPlan:
    return TreatmentPlan(id="1", patient_id="2", state=PlanState.ACCEPTED, procedures=rows)


def planned(key: str, *rows: str, order: int = 0) -> PlannedAppointment:
    return PlannedAppointment(id=key, pattern="XXX", provider_id="q", procedure_ids=rows, order=order)


def chosen(rows: Sequence[PlannedProcedure], *appointments: PlannedAppointment) -> tuple[int, int, set[str]]:
    visit = choose_visit(plan(*rows), appointments)
    return visit.number, visit.count, {each.id for each in visit.procedures}


def test_without_planned_appointments_the_priorities_are_the_visits() -> None:
    rows = [row("1", 1), row("2", 1), row("3", 2), row("4", 5)]
    assert chosen(rows) == (1, 3, {"1", "2"})
    done = [row("1", 1, status=DONE), row("2", 1, status=DONE), *rows[2:]]
    assert chosen(done) == (2, 3, {"3"})
    booked = [*done[:2], row("3", 2, appointment_id="9"), rows[3]]
    assert chosen(booked) == (3, 3, {"4"})


def test_the_office_s_planned_appointments_are_the_visits_in_its_order() -> None:
    rows = [row("1", 1), row("2", 2), row("3", 3)]
    appointments = [planned("20", "1", order=2), planned("21", "3", order=1)]
    assert chosen(rows, *appointments) == (1, 3, {"3"})
    assert chosen([*rows[:2], row("3", 3, status=DONE)], *appointments) == (2, 3, {"1"})


def test_what_was_done_before_the_office_planned_the_rest_comes_first() -> None:
    rows = [row("1", 1, status=DONE), row("2", 2)]
    assert chosen(rows, planned("20", "2")) == (2, 2, {"2"})


def test_what_was_put_off_is_still_part_of_its_visit() -> None:
    rows = [row("1", 1, status=DONE), row("2", 1), row("3", 2)]
    assert chosen(rows) == (1, 2, {"2"})


def test_what_left_the_plan_counts_as_no_visit() -> None:
    rows = [row("1", 1, status=ProcedureStatus.DELETED), row("2", 2, status=ProcedureStatus.REFERRED), row("3", 3)]
    assert chosen(rows) == (1, 1, {"3"})


def test_several_providers_of_one_priority_are_for_a_person() -> None:
    visit = choose_visit(plan(row("1", status=DONE), row("2", 2), row("3", 2, provider_id="other")), ())
    assert isinstance(visit, UnsureVisit)
    assert (visit.number, visit.count) == (2, 2)
    assert "2 providers" in visit.why


_ROWS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(list(ProcedureStatus)), st.sampled_from(["", "9"])), max_size=8
)
_SETS = st.lists(st.sets(st.integers(0, 7), min_size=1), max_size=3)


@given(_ROWS, _SETS)
def test_going_through_a_plan_visit_by_visit_books_all_of_it_once(
    drawn: list[tuple[int, ProcedureStatus, str]], sets: list[set[int]]
) -> None:
    rows = [row(str(i), rank, status=status, appointment_id=apt) for i, (rank, status, apt) in enumerate(drawn)]
    appointments = [planned(f"2{i}", *map(str, sorted(each)), order=i) for i, each in enumerate(sets)]
    left = {each.id for each in plan(*rows).open_procedures()}
    while left:
        visit = choose_visit(plan(*rows), appointments)
        assert isinstance(visit, Visit)
        assert 1 <= visit.number <= visit.count
        ids = {each.id for each in visit.procedures}
        assert ids <= left
        rows = [each.model_copy(update={"appointment_id": "9"}) if each.id in ids else each for each in rows]
        left -= ids
    assert isinstance(choose_visit(plan(*rows), appointments), UnsureVisit)
