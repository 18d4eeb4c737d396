"""Booking and cancelling: what was offered, once, whatever answer is lost."""

from datetime import timedelta

import pytest

from connectors.base import Pms
from connectors.errors import Ambiguous
from domain.slots import AppointmentStatus
from tests.connectors.contract.acceptances import assert_matches, made_by, request_for
from tests.connectors.practice import Practice


def test_booking_holds_exactly_what_was_offered(practice: Practice, pms: Pms) -> None:
    request = request_for(practice, pms, "case/boise/opendental/1/1-1/1")
    assert pms.find_booking(request) is None
    receipt = pms.book(request)
    assert not receipt.pending
    booked = pms.appointment(receipt.appointment_id)
    assert_matches(booked, request)
    assert pms.find_booking(request) == receipt
    assert len(made_by(practice, request.tag)) == 1
    codes = {p["ProcNum"] for p in made_by(practice, request.tag)[0]["procs"]}
    assert {str(code) for code in codes} == set(request.procedure_ids)


def test_a_longer_pattern_than_the_procedures_is_kept(practice: Practice, pms: Pms) -> None:
    request = request_for(practice, pms, "case/boise/opendental/2/2-1/1")
    longer = request.model_copy(update={"pattern": request.pattern + "XX//"})
    assert pms.appointment(pms.book(longer).appointment_id).pattern == longer.pattern


def test_the_offices_planned_appointment_is_scheduled_with_the_held_pattern(practice: Practice, pms: Pms) -> None:
    request = request_for(practice, pms, "case/boise/opendental/3/3-1/1")
    pms.cancel(pms.book(request).appointment_id, "moved")
    planned = pms.planned_appointments(request.patient_id)
    ours = next(p for p in planned if set(p.procedure_ids) == set(request.procedure_ids))
    again = request.model_copy(
        update={"planned_appointment_id": ours.id, "pattern": ours.pattern + "X", "tag": "case/again"}
    )
    booked = pms.appointment(pms.book(again).appointment_id)
    assert (booked.planned_id, booked.pattern) == (ours.id, ours.pattern + "X")


@pytest.mark.parametrize("path", ["Planned$", "SchedulePlanned$"])
def test_a_booking_whose_answer_was_lost_is_adopted_or_made_once(practice: Practice, pms: Pms, path: str) -> None:
    request = request_for(practice, pms, f"case/boise/opendental/4/{path.strip('$')}/1")
    practice.fault(vendor="opendental", method="POST", path=path, kind="lost_response", count=1)
    with pytest.raises(Ambiguous):
        pms.book(request)
    receipt = pms.find_booking(request) or pms.book(request)
    assert [row["AptNum"] for row in made_by(practice, request.tag)] == [int(receipt.appointment_id)]
    planned = [
        p for p in pms.planned_appointments(request.patient_id) if set(p.procedure_ids) & {*request.procedure_ids}
    ]
    assert len(planned) == 1


def test_a_gateway_timeout_on_a_booking_is_ambiguous(practice: Practice, pms: Pms) -> None:
    request = request_for(practice, pms, "case/boise/opendental/5/5-1/1")
    practice.fault(
        vendor="opendental", method="POST", path="SchedulePlanned", kind="lost_response", status=504, count=1
    )
    with pytest.raises(Ambiguous):
        pms.book(request)
    assert pms.find_booking(request) is not None


def test_cancelling_twice_is_cancelling_once(practice: Practice, pms: Pms) -> None:
    request = request_for(practice, pms, "case/boise/opendental/6/6-1/1")
    receipt = pms.book(request)
    for _ in range(2):
        pms.cancel(receipt.appointment_id, "Deposit was not paid")
    off = pms.appointment(receipt.appointment_id)
    assert off.status is AppointmentStatus.UNSCHEDULED
    assert off.note.count("Deposit was not paid") == 1
    assert pms.find_booking(request) is None


def test_a_later_try_of_the_same_case_uses_what_it_planned_before(practice: Practice, pms: Pms) -> None:
    request = request_for(practice, pms, "case/boise/opendental/7/7-1/1")
    pms.cancel(pms.book(request).appointment_id, "somebody was faster")
    moved = request.model_copy(update={"start": request.start + timedelta(days=1), "pattern": request.pattern + "/"})
    booked = pms.appointment(pms.book(moved).appointment_id)
    assert (booked.start, booked.pattern) == (moved.start, moved.pattern)
    planned = pms.planned_appointments(request.patient_id)
    assert len([p for p in planned if {*p.procedure_ids} & {*request.procedure_ids}]) == 1
