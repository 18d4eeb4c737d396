"""The plan window: terms, summary, schedule, production; the schedule follows the terms as they are typed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from domain.money import parse_cents
from domain.payment_plan.overcharge import overcharged_cents
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.payment_plan.production import ProductionItem, display_order, portion_problems
from domain.payment_plan.reading import TermsError, read_terms
from domain.payment_plan.rows import Schedule, schedule_rows
from domain.payment_plan.terms import Terms
from domain.payment_plan.totals import LoanTotals, loan_totals
from domain.plan_law import Shown, shown
from domain.plan_records import PlanRecord, Proposal
from web.plans.desk import PlanDeskPage
from web.site import Signer

_ITEMS = TypeAdapter(tuple[ProductionItem, ...])


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds: text as typed, and what is wrong with it in plain words."""

    fields: Mapping[str, str]
    proposal: Proposal | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """A plan worked out for the window."""

    plan: PaymentPlan
    schedule: Schedule
    totals: LoanTotals
    figures: Shown | None
    production: tuple[ProductionItem, ...]


def fields_of(terms: Terms) -> dict[str, str]:
    """The terms as the form's text."""
    return {
        "agreement_date": terms.agreement_date.isoformat() if terms.agreement_date else "",
        "first_payment": terms.first_payment.isoformat(),
        "down_payment": _dollars(terms.down_payment_cents),
        "apr": f"{terms.apr_percent.normalize():f}" if terms.apr_percent else "0",
        "no_interest_payments": str(terms.no_interest_payments or ""),
        "interest_start": terms.interest_start.isoformat() if terms.interest_start else "",
        "number_of_payments": str(terms.number_of_payments or ""),
        "payment_amount": _dollars(terms.payment_cents) if terms.payment_cents else "",
        "frequency": terms.frequency.value,
        "treatment_planned": terms.treatment_planned.value,
        "locked": "yes" if terms.locked else "",
    }


def proposal_of(record: PlanRecord) -> Proposal:
    """What the form starts with: the proposal, else what is in force."""
    if record.proposal is not None:
        return record.proposal
    plan = record.shown_plan
    return Proposal(plan.terms, plan.production)


def basis(record: PlanRecord) -> str:
    """Names the terms and items that a form started from, so that a save over somebody else's is noticed."""
    start = proposal_of(record)
    items = sorted((item.id, item.override_cents) for item in start.production)
    return sha256(f"{fields_of(start.terms)} {items}".encode()).hexdigest()[:16]


def read_draft(record: PlanRecord, form: Mapping[str, str], extra: tuple[ProductionItem, ...] = ()) -> Draft:
    """The form as a proposal. An item left unticked comes off; an override of nothing is none."""
    start = proposal_of(record)
    typed = {name: form.get(name, "").strip() for name in fields_of(start.terms)}
    form = {**form, **typed}
    try:
        terms = read_terms(typed)
        kept = [item for item in (*start.production, *extra) if form.get(f"item_{item.id}")]
        items = tuple(_with_override(item, form.get(f"override_{item.id}", "")) for item in kept)
    except TermsError as wrong:
        return Draft(form, None, str(wrong).replace("_", " "))
    return Draft(form, Proposal(terms, items))


def packed(desk: PlanDeskPage, record: PlanRecord, items: tuple[ProductionItem, ...]) -> str:
    """Items that were read from the PMS, to go through a form and come back as they were."""
    return Signer(desk.deps.signing_key).sign(f"plan items {record.id}", _ITEMS.dump_json(items).decode())


def unpacked(desk: PlanDeskPage, record: PlanRecord, form: Mapping[str, str]) -> tuple[ProductionItem, ...]:
    """The items that went out with the form; none when it carries none, or none of ours."""
    text = Signer(desk.deps.signing_key).read(f"plan items {record.id}", form.get("more_items", ""))
    return _ITEMS.validate_json(text) if text else ()


def worked(
    desk: PlanDeskPage, record: PlanRecord, proposal: Proposal, *, grouped: bool = True, past: bool = True
) -> Worked:
    """The proposal worked out. Raises PlanRefusedError with all that is wrong with it."""
    preview = desk.deps.desk.preview(record.id, proposal)
    today = desk.today(record.location)
    plan: PaymentPlan = preview.plan
    opened = open_plan(plan, today) if not plan.charges and plan.posted_through is None else plan
    return _worked(opened, preview.figures, today, grouped=grouped, past=past)


def in_force(desk: PlanDeskPage, record: PlanRecord, *, grouped: bool = True, past: bool = True) -> Worked | None:
    """The plan as it stands; None while nothing of it can be worked out."""
    today = desk.today(record.location)
    try:
        figures = None if record.plan is not None else _figures(record, today)
        if record.plan is None:
            return worked(desk, record, proposal_of(record), grouped=grouped, past=past)
        return _worked(record.plan, figures, today, grouped=grouped, past=past)
    except ValueError:
        return None


def _figures(record: PlanRecord, today: date) -> Shown:
    plan = record.shown_plan
    return shown(plan, today, record.cash_price_of(plan.principal_cents))


def overcharge_of(record: PlanRecord, today: date) -> int:
    return overcharged_cents(record.plan, today) if record.plan else 0


def insurance_problems(record: PlanRecord) -> list[str]:
    """Items on an insurance payment plan too that lack the patient's portion as their override."""
    return portion_problems(record.newest_production, record.insured)


def _worked(plan: PaymentPlan, figures: Any, today: date, *, grouped: bool, past: bool) -> Worked:
    schedule = schedule_rows(plan, today, grouped=grouped)
    return Worked(
        plan=plan,
        schedule=schedule if past else schedule.without_past(),
        totals=loan_totals(plan, today),
        figures=figures,
        production=tuple(display_order(plan.production, today)),
    )


def _with_override(item: ProductionItem, typed: str) -> ProductionItem:
    if not typed.strip():
        return replace(item, override_cents=0)
    try:
        return replace(item, override_cents=parse_cents(typed))
    except ValueError as wrong:
        raise TermsError(f"amount override of {item.description or item.id}: {wrong}") from None


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
