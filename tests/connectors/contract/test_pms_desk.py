"""Tasks, notes, money and documents: each made once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors.base import (
    Capability,
    DocumentDraft,
    Documents,
    LedgerPayment,
    LedgerReads,
    LedgerRefunds,
    Pms,
    TaskDraft,
)
from connectors.errors import Ambiguous, Conflict, InvalidRequest
from connectors.plan_roles import PaymentPlanDraft, PaymentPlanItem, PaymentPlans
from tests.connectors.contract.acceptances import accepted
from tests.connectors.practice import Practice


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


def test_payments_and_their_parts_are_read_back(practice: Practice, pms: Pms) -> None:
    assert isinstance(pms, LedgerReads)
    _, plan = accepted(practice, pms)
    assert pms.ledger_splits(plan.patient_id) == pms.ledger_splits(plan.patient_id)
    known = {each.payment_id for each in pms.ledger_payments(plan.patient_id)}
    payment = LedgerPayment(
        patient_id=plan.patient_id, amount_cents=12345, day=date(2026, 11, 23), reference="pc_0a1b", note="Installment"
    )
    posted = pms.post_payment(payment)
    [entry] = [each for each in pms.ledger_payments(plan.patient_id) if each.payment_id not in known]
    assert (entry.payment_id, entry.amount_cents) == (posted, 12345)
    assert "[pc_0a1b]" in entry.words
    parts = [part for part in pms.ledger_splits(plan.patient_id) if part.payment_id == posted]
    assert sum(part.amount_cents for part in parts) == 12345
    assert {part.plan_id for part in parts} == {""}
    assert isinstance(pms, LedgerRefunds)
    refund = pms.refund_payment(posted)
    [back] = [each for each in pms.ledger_payments(plan.patient_id) if each.payment_id == refund]
    assert (back.amount_cents, back.words) == (-12345, entry.words), "a refund names what it gives back"


def test_a_payment_plan_is_created_once(practice: Practice, pms: Pms) -> None:
    assert Capability.PAYMENT_PLANS in pms.info.capabilities
    assert isinstance(pms, PaymentPlans)
    _, plan = accepted(practice, pms)
    draft = PaymentPlanDraft(
        patient_id=plan.patient_id,
        items=tuple(PaymentPlanItem(id=p.id) for p in plan.procedures),
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
