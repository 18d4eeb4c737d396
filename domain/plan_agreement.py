"""The agreement that a patient signs: everything that its paper says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.money import format_usd
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.terms import Terms, TreatmentPlanned
from domain.plan_law import Shown
from domain.plan_records import Parties, PlanRecord, PlanVersion, Signature
from domain.plan_words import PAPER_WORDS
from domain.spoken import full_date


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is printed. `signature` and what follows stand once it is signed; `sha256` is that of the unsigned paper."""

    practice: str
    address: str
    phone: str
    patient: str
    guarantor: str
    number: int
    on: date
    zone: str
    language: str
    terms: Terms
    shown: Shown
    words: str
    card_words: str = ""
    signature: Signature | None = None
    signed_at: datetime | None = None
    sha256: str = ""


def agreement_of(version: PlanVersion, parties: Parties) -> Agreement:
    """The paper of a version, signed if that is."""
    return Agreement(
        practice=parties.practice,
        address=parties.address,
        phone=parties.phone,
        patient=parties.patient,
        guarantor=parties.guarantor,
        number=version.number,
        on=version.shown.on,
        zone=parties.zone,
        language=version.language,
        terms=version.proposal.terms,
        shown=version.shown,
        words=version.words,
        card_words=version.card_words,
        signature=version.signature,
        signed_at=version.signed_at,
        sha256=version.agreement_sha256,
    )


def replacement_fields(
    record: PlanRecord, plan: PaymentPlan, figures: Shown, practice: str, phone: str, notice_days: int
) -> Mapping[str, str]:
    """What the replacement fields of the terms and conditions stand for."""
    return {
        "patient": f"{record.first_name} {record.last_name}".strip(),
        "guarantor": record.guarantor_name,
        "practice": practice,
        "phone": printed_phone(phone),
        "date": full_date((not figures.changes and plan.terms.agreement_date) or figures.on, record.language),
        "first_payment": full_date(figures.first_on or plan.terms.first_due, record.language),
        "payment": format_usd(figures.payment_cents),
        "payments": str(figures.installments),
        "apr": f"{plan.terms.apr_percent.normalize():f} %",
        "down_payment": format_usd(figures.down_payment_cents),
        "principal": format_usd(figures.principal_cents),
        "total": format_usd(figures.total_of_payments_cents + figures.down_payment_cents),
        "notice_days": str(notice_days),
        **_sentences(record, plan, figures),
    }


def _sentences(record: PlanRecord, plan: PaymentPlan, figures: Shown) -> Mapping[str, str]:
    """Fields that are words or nothing: a down payment that is none is not spoken of, and planned work is spoken of as
    this plan handles it, which is what the payer allows. Changed terms have what is due now in the down payment's
    place: that of the plan before was charged."""
    say = PAPER_WORDS.get(record.language, PAPER_WORDS["en"])
    planned = ""
    if not all(item.is_complete(figures.on) for item in plan.production):
        waits = plan.terms.treatment_planned is TreatmentPlanned.AWAIT_COMPLETE
        planned = say["planned_waits" if waits else "planned_counts"]
    paid_now, name = figures.down_payment_cents, "down"
    if figures.changes:
        paid_now, name = figures.due_now_cents, "due_now"
    amount = format_usd(paid_now)
    return {
        "with_down_payment": say[f"with_{name}"].format(down=amount) if paid_now else "",
        "down_payment_first": say[f"{name}_first"].format(down=amount) if paid_now else "",
        "planned_work": planned,
    }


def printed_phone(phone: str) -> str:
    """A number as people write it: (208) 555-0142; one that is not American stays as it is."""
    digits = phone.removeprefix("+1")
    american = phone.startswith("+1") and len(digits) == 10
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if american else phone
