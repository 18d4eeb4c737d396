"""What a practice management system must do for us, against a real one's look-alike."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connectors.base import (
    BookingRequest,
    Capability,
    DocumentDraft,
    Documents,
    LedgerPayment,
    LedgerRefunds,
    PaymentPlanDraft,
    PaymentPlans,
    Pms,
    TaskDraft,
)
from connectors.errors import Ambiguous, Conflict, InvalidRequest, NotFound, RateLimited, Unavailable
from domain.case import Acceptance
from domain.people import PatientStatus, TextConsent
from domain.slots import Appointment, AppointmentStatus, BlockKind
from domain.treatment_plan import PlanState, TreatmentPlan, Visit, choose_visit
from tests.connectors.contract.conftest import Build
from tests.connectors.practice import Practice


def accepted(practice: Practice, pms: Pms) -> tuple[Acceptance, TreatmentPlan]:
    """A plan of this office that is signed just now."""
    practice.advance(600)
    just_before = practice.now().isoformat()
    waiting = practice.waiting_plan()
    practice.post("accept", treat_plan_nums=[waiting["TreatPlanNum"]])
    number = str(waiting["TreatPlanNum"])
    found = next(a for a in pms.accepted_since(just_before).acceptances if a.plan_id == number)
    return found, pms.plan(found.plan_id, found.patient_id)


def visit_of(pms: Pms, plan: TreatmentPlan) -> Visit:
    visit = choose_visit(plan, pms.planned_appointments(plan.patient_id))
    assert isinstance(visit, Visit)
    return visit


def request_for(practice: Practice, pms: Pms, tag: str) -> BookingRequest:
    """A booking of a fresh acceptance, in a time of night when no chair is used."""
    _, plan = accepted(practice, pms)
    visit = visit_of(pms, plan)
    return BookingRequest(
        patient_id=plan.patient_id,
        start=datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
        pattern=visit.pattern,
        operatory_id=pms.operatories()[0].id,
        provider_id=visit.provider_id,
        procedure_ids=tuple(p.id for p in visit.procedures),
        planned_appointment_id=visit.planned_appointment_id,
        tag=tag,
        note="Needs a wheelchair",
    )


def made_by(practice: Practice, tag: str) -> list[dict[str, Any]]:
    """Scheduled appointments with our tag, by the practice's own records."""
    rows = practice.get("records?new=true")["appointments"]
    return [row for row in rows if f"[{tag}]" in row["note"] and row["status"] == "Scheduled"]


def test_the_baseline_and_then_only_what_is_new(practice: Practice, pms: Pms) -> None:
    baseline = pms.accepted_since("")
    known = {a.plan_id for a in baseline.acceptances}
    acceptance, plan = accepted(practice, pms)
    assert acceptance.plan_id not in known
    assert acceptance.accepted_at == practice.now()
    assert acceptance.acceptance.startswith(f"{acceptance.plan_id}-2026")
    assert (acceptance.location, acceptance.source) == ("boise", "opendental")
    assert (plan.state, plan.acceptance, plan.accepted_at) == (
        PlanState.ACCEPTED,
        acceptance.acceptance,
        acceptance.accepted_at,
    )


def test_an_overlapping_poll_repeats_but_never_misses(practice: Practice, pms: Pms) -> None:
    acceptance, _ = accepted(practice, pms)
    page = pms.accepted_since((acceptance.accepted_at + timedelta(minutes=4)).isoformat())
    assert acceptance in page.acceptances
    later = pms.accepted_since((acceptance.accepted_at + timedelta(minutes=6)).isoformat())
    assert acceptance not in later.acceptances


def test_a_signature_taken_back_is_withdrawn_and_a_new_one_is_a_new_acceptance(practice: Practice, pms: Pms) -> None:
    acceptance, plan = accepted(practice, pms)
    watermark = pms.accepted_since("").watermark
    practice.advance(60)
    practice.post("revoke", treat_plan_num=int(plan.id))
    assert plan.id in pms.accepted_since(watermark).withdrawn_plans
    assert pms.plan(plan.id, plan.patient_id).state is PlanState.PRESENTED
    practice.advance(60)
    practice.post("accept", treat_plan_nums=[int(plan.id)])
    again = pms.plan(plan.id, plan.patient_id)
    assert again.state is PlanState.ACCEPTED
    assert again.acceptance != acceptance.acceptance


def test_a_plan_that_is_not_there_is_gone(pms: Pms, practice: Practice) -> None:
    _, plan = accepted(practice, pms)
    assert pms.plan("999999", plan.patient_id).state is PlanState.GONE


def test_a_plan_is_as_the_practice_has_it(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    truth = next(p for p in practice.get("records")["treatplans"] if str(p["TreatPlanNum"]) == plan.id)
    assert sum(p.fee_cents for p in plan.procedures) == truth["value_cents"]
    assert sum(p.patient_cents for p in plan.procedures) == truth["patient_cents"]
    assert all(p.pattern and p.provider_id and p.category for p in plan.procedures)
    assert len(plan.open_procedures()) == len(plan.procedures)


def test_a_procedure_booked_by_phone_is_open_no_more_until_it_is_broken(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    booked = practice.post("book_by_phone", treat_plan_num=int(plan.id))
    left = pms.plan(plan.id, plan.patient_id)
    assert len(left.open_procedures()) < len(plan.open_procedures())
    practice.post("break", apt_num=booked["AptNum"], to_unscheduled_list=True)
    assert len(pms.plan(plan.id, plan.patient_id).open_procedures()) == len(plan.open_procedures())


def test_the_worked_example_asks_for_the_implant_without_the_crown(practice: Practice, pms: Pms) -> None:
    waiting = practice.waiting_plan("implant")
    practice.post("accept", treat_plan_nums=[waiting["TreatPlanNum"]])
    plan = pms.plan(str(waiting["TreatPlanNum"]), str(waiting["PatNum"]))
    visit = visit_of(pms, plan)
    surgeon = next(p for p in pms.providers() if p.kind == "surgeon")
    assert (visit.provider_id, visit.minutes) == (surgeon.id, 120)
    assert "D6058" not in {p.code for p in visit.procedures}
    assert "D6058" in {p.code for p in plan.procedures}


def test_patients_and_what_changed(practice: Practice, pms: Pms) -> None:
    everybody, watermark = pms.patients_changed_since("")
    truth = {str(p["PatNum"]): p for p in practice.get("patients?clinic=1")}
    assert {p.id for p in everybody} == set(truth)
    assert all(p.mobile == truth[p.id]["phone"] for p in everybody)
    chosen = next(p for p in everybody if p.status is PatientStatus.ACTIVE)
    practice.advance(300)
    practice.post("patient", pat_num=int(chosen.id), fields={"PatStatus": "Deceased"})
    changed, later = pms.patients_changed_since(watermark)
    assert [(p.id, p.status) for p in changed] == [(chosen.id, PatientStatus.DECEASED)]
    assert later > watermark
    assert pms.patient(chosen.id).status is PatientStatus.DECEASED


def test_text_consent_is_written_back(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    pms.set_text_consent(plan.patient_id, False)
    assert pms.patient(plan.patient_id).text_consent is TextConsent.NO
    pms.set_text_consent(plan.patient_id, True)
    assert pms.patient(plan.patient_id).text_consent is TextConsent.YES


def test_a_patient_who_is_not_there(pms: Pms) -> None:
    with pytest.raises(NotFound):
        pms.patient("99999999")
    with pytest.raises(InvalidRequest):
        pms.patient("cus_123")


def test_setup_is_read_once_and_anew_on_request(practice: Practice, pms: Pms) -> None:
    assert len(pms.procedure_codes()) >= 60
    assert all(code.pattern for code in pms.procedure_codes())
    assert next(code.fee_cents for code in pms.procedure_codes() if code.code == "D6010") == 218000
    practice.http.delete("/_sandbox/requests")
    pms.procedure_codes()
    pms.providers()
    pms.providers()
    paths = [r["path"] for r in practice.requests("opendental")]
    assert [path.rsplit("/", 1)[1] for path in paths] == ["providers"]


def test_the_day_sheet(practice: Practice, pms: Pms) -> None:
    first, last = date(2026, 11, 23), date(2026, 12, 22)
    blocks = pms.schedule(first, last)
    assert {block.kind for block in blocks} == {BlockKind.WORK, BlockKind.BLOCKOUT}
    lunch = next(block for block in blocks if block.label == "Lunch")
    assert (lunch.start.astimezone(UTC).hour, lunch.blocks_booking) == (19, True)
    booked = pms.appointments(first, last)
    truth = [
        row
        for row in practice.get("records")["appointments"]
        if row["clinic"] == 1 and first.isoformat() <= row["start_local"][:10] <= last.isoformat()
    ]
    assert len(booked) == len(truth) > 100
    starts = {row["AptNum"]: datetime.fromisoformat(row["start"]) for row in truth}
    assert all(one.start == starts[int(one.id)] for one in booked)


def test_appointment_changes_are_followed(practice: Practice, pms: Pms) -> None:
    nothing, watermark = pms.appointments_changed_since("")
    assert (list(nothing), bool(watermark)) == ([], True)
    practice.advance(300)
    _, plan = accepted(practice, pms)
    booked = practice.post("book_by_phone", treat_plan_num=int(plan.id))
    changed, later = pms.appointments_changed_since(watermark)
    assert str(booked["AptNum"]) in {one.id for one in changed}
    assert later > watermark
    practice.advance(300)
    practice.post("break", apt_num=booked["AptNum"], to_unscheduled_list=True)
    broken, _ = pms.appointments_changed_since(later)
    assert [one.status for one in broken if one.id == str(booked["AptNum"])] == [AppointmentStatus.UNSCHEDULED]


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


def assert_matches(booked: Appointment, request: BookingRequest) -> None:
    assert (booked.start, booked.pattern, booked.status) == (
        request.start,
        request.pattern,
        AppointmentStatus.SCHEDULED,
    )
    assert (booked.operatory_id, booked.provider_id) == (request.operatory_id, request.provider_id)
    assert booked.patient_id == request.patient_id
    assert "Needs a wheelchair" in booked.note


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


def test_tasks_live_on_the_persons_list(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    draft = TaskDraft(
        patient_id=plan.patient_id, task_list_id="101", user_id="101", text="Call\nplease", tag="task/1", urgent=True
    )
    assert pms.find_task(draft) is None
    task = pms.put_task(draft)
    assert pms.find_task(draft) == task
    assert (pms.task(task).done, pms.task(task).task_list_id) == (False, "101")
    for _ in range(2):
        pms.move_task(task, "102", "102", "to the manager\nafter four hours")
    assert (pms.task(task).task_list_id, pms.task(task).user_id) == ("102", "102")
    pms.close_task(task, "booked")
    assert pms.task(task).done
    notes = [n["Note"] for n in practice.get("records")["tasknotes"] if str(n["TaskNum"]) == task]
    assert notes == ["to the manager after four hours", "booked"]


def test_a_task_whose_answer_was_lost_is_found(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    draft = TaskDraft(patient_id=plan.patient_id, task_list_id="101", user_id="101", text="Call", tag="task/lost")
    practice.fault(vendor="opendental", method="POST", path="tasks$", kind="lost_response", count=1)
    with pytest.raises(Ambiguous):
        pms.put_task(draft)
    practice.advance(timedelta(days=20).total_seconds())
    assert pms.find_task(draft) is not None


def test_a_note_is_written_once(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    for _ in range(2):
        pms.put_note(plan.patient_id, practice.now(), "Texted three openings", "note/1")
    notes = [n for n in practice.get("records")["commlogs"] if "[note/1]" in n["Note"]]
    assert len(notes) == 1


def test_a_deposit_is_posted_once_and_counts_as_prepaid(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    before = pms.prepaid_cents(plan.patient_id)
    payment = LedgerPayment(
        patient_id=plan.patient_id,
        amount_cents=25050,
        day=date(2026, 11, 23),
        reference="pi_1234567890123456789012345678",
        note="Appointment deposit",
    )
    practice.fault(vendor="opendental", method="POST", path="payments$", kind="lost_response", count=1)
    with pytest.raises(Ambiguous):
        pms.post_payment(payment)
    posted = pms.post_payment(payment)
    assert pms.post_payment(payment) == posted
    assert pms.prepaid_cents(plan.patient_id) == before + 25050
    assert isinstance(pms, LedgerRefunds)
    pms.refund_payment(posted)
    assert pms.prepaid_cents(plan.patient_id) == before
    with pytest.raises(Conflict):
        pms.refund_payment(posted)


def test_a_payment_plan_is_created_once(practice: Practice, pms: Pms) -> None:
    assert Capability.PAYMENT_PLANS in pms.info.capabilities
    assert isinstance(pms, PaymentPlans)
    _, plan = accepted(practice, pms)
    draft = PaymentPlanDraft(
        patient_id=plan.patient_id,
        procedure_ids=tuple(p.id for p in plan.procedures),
        agreed_on=date(2026, 11, 23),
        first_due=date(2027, 1, 15),
        payments=4,
        down_payment_cents=5000,
        apr=Decimal(0),
        treat_planned="treat_as_complete",
        tag="plan/1",
    )
    number = pms.create_payment_plan(draft)
    assert pms.create_payment_plan(draft) == number
    charges = pms.payment_plan_charges(number)
    assert sum(charge.principal_cents for charge in charges) in (0, 5000)
    with pytest.raises(InvalidRequest):
        pms.create_payment_plan(draft.model_copy(update={"payment_cents": 100, "tag": "plan/2"}))


def test_a_document_is_filed_once(practice: Practice, pms: Pms) -> None:
    assert isinstance(pms, Documents)
    _, plan = accepted(practice, pms)
    draft = DocumentDraft(
        patient_id=plan.patient_id, title="Payment agreement", extension=".pdf", content=b"%PDF-1.7", tag="doc/1"
    )
    assert pms.file_document(draft) == pms.file_document(draft)


def test_subscribing_twice_is_subscribing_once(practice: Practice, pms: Pms) -> None:
    for _ in range(2):
        pms.subscribe("http://127.0.0.1:1/webhooks/opendental/token")
    practice.http.delete("/_sandbox/requests")
    pms.subscribe("http://127.0.0.1:1/webhooks/opendental/token")
    assert [r["method"] for r in practice.requests("opendental")] == ["GET"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("eConnector is not running.", Unavailable),
        ("The request timed out before the office answered.", Unavailable),
        ("PatNum is invalid.", InvalidRequest),
    ],
)
def test_a_400_is_sorted_by_its_words(practice: Practice, pms: Pms, words: str, error: type[Exception]) -> None:
    practice.fault(vendor="opendental", kind="status", status=400, body=words, count=1)
    with pytest.raises(error) as refused:
        pms.patient("1")
    assert words not in str(refused.value)


def test_a_write_to_an_office_out_of_reach(practice: Practice, pms: Pms) -> None:
    practice.fault(vendor="opendental", kind="status", status=400, body="The eConnector is not running.", count=1)
    with pytest.raises(Unavailable):
        pms.set_text_consent("1", True)
    practice.fault(vendor="opendental", kind="status", status=400, body="The request timed out.", count=1)
    with pytest.raises(Ambiguous):
        pms.set_text_consent("1", True)


def test_every_page_is_read(practice: Practice, build: Build) -> None:
    small = build(pms={"page_size": 7}).pms("boise")
    practice.http.delete("/_sandbox/requests")
    assert len(small.procedure_codes()) == len(build().pms("boise").procedure_codes())
    pages = [r for r in practice.requests("opendental") if r["path"].endswith("/procedurecodes")]
    assert len(pages) > 9


def test_a_throttled_office_is_told_from_a_broken_one(practice: Practice, pms: Pms) -> None:
    practice.post("throttle", seconds_apart=5.0)
    pms.check()
    with pytest.raises(RateLimited) as busy:
        pms.check()
    assert 0 < busy.value.retry_after <= 5
