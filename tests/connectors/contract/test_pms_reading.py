"""What a practice management system must tell us, against the look-alike."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from connectors.base import Capability, Pms
from connectors.errors import Ambiguous, InvalidRequest, NotFound, RateLimited, Unavailable
from domain.next_visit import took_place
from domain.people import PatientStatus, TextConsent
from domain.slots import AppointmentStatus, BlockKind
from domain.treatment_plan import PlanState, ProcedureStatus
from tests.connectors.contract.acceptances import accepted, visit_of
from tests.connectors.contract.conftest import Build
from tests.connectors.practice import Practice


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


def test_a_visit_that_took_place_is_done_and_part_of_the_history(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    made = practice.post("book_by_phone", treat_plan_num=int(plan.id))
    assert pms.plan(plan.id, plan.patient_id).done == plan.done, "booked is not done"
    practice.post("complete_appointment", apt_num=made["AptNum"])
    after = pms.plan(plan.id, plan.patient_id)
    done = [row for row in after.procedures if row.status is ProcedureStatus.COMPLETED]
    assert took_place(done)
    fresh = Counter(after.done) - Counter(plan.done)
    if Capability.HISTORY in pms.info.capabilities:
        assert Counter(each.code for each in fresh.elements()) == Counter(row.code for row in done)
        assert {each.day.isoformat() for each in fresh} == {made["AptDateTime"][:10]}
    else:
        assert not after.done


def test_an_appointment_that_the_office_plans_says_when_it_was_planned(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    before = practice.now().replace(microsecond=0)
    numbers = [int(row.id) for row in plan.open_procedures()]
    made = practice.post("plan_appointment", pat_num=int(plan.patient_id), proc_nums=numbers)
    (found,) = [each for each in pms.planned_appointments(plan.patient_id) if each.id == str(made["AptNum"])]
    assert {int(each) for each in found.procedure_ids} == set(numbers)
    assert found.made_at is not None
    assert found.made_at >= before


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
