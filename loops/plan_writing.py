"""A plan in the PMS's own terms, and where what the PMS holds is not what was signed."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from connectors.plan_roles import PaymentPlanDraft, PaymentPlanItem, PaymentPlanTerms
from domain.money import format_usd
from domain.plan_records import PlanRecord, PlanState, PlanTermDifference

NEVER_CHANGES = "the PMS cannot change this of a plan that exists"
ONCE_CHARGED = "the PMS changes this only while nothing is charged"
LOCKED = "the plan is locked in the PMS, where nothing of it can be changed"
CLOSED = "the PMS cannot open a closed plan again"
OTHERWISE = "somebody changed it in the PMS, or the PMS refused it"
NOT_ATTACHED = "the PMS refused to attach it; it may be on another plan there"
NOT_TAKEN_OFF = "the PMS refused to take it off: it was charged there"
GONE = "it was deleted in the PMS; what was signed stands here"
NOT_CLOSED = "the PMS refused to close it; close it there by hand"
NO_MORE_THAN_OWED = "the PMS takes no override above what is left to pay on the item"

_FIXED = {
    "down payment": NEVER_CHANGES,
    "planned work": NEVER_CHANGES,
    "first payment": ONCE_CHARGED,
    "guarantor": ONCE_CHARGED,
    "open": CLOSED,
}


def pms_draft(plan: PlanRecord) -> PaymentPlanDraft | None:
    """The plan in force in the PMS's terms; None when nothing is in force."""
    in_force = plan.plan
    if in_force is None:
        return None
    terms = in_force.terms
    outside = plan.guarantor_id if plan.guarantor_id != plan.patient_id else ""
    return PaymentPlanDraft(
        patient_id=plan.patient_id,
        guarantor_id=outside,
        items=tuple(PaymentPlanItem(id=item.id, override_cents=item.override_cents) for item in in_force.production),
        locked=terms.locked,
        agreed_on=terms.agreement_date or terms.first_payment,
        first_due=terms.first_payment,
        payment_cents=in_force.payment_cents,
        down_payment_cents=terms.down_payment_cents,
        apr=terms.apr_percent,
        interest_from=terms.interest_from,
        frequency=terms.frequency.value,
        treat_planned=terms.treatment_planned.value,
        note="Agreed with Chairtime",
        tag=plan.id,
    )


def term_differences(plan: PlanRecord, theirs: PaymentPlanTerms, today: date) -> list[PlanTermDifference]:
    """Every term and item that the PMS holds otherwise, with the reason as far as it is known."""
    draft = pms_draft(plan)
    if draft is None or plan.state is not PlanState.ACTIVE:
        return []
    found = [*_terms(draft, theirs), *_items(plan, draft, theirs)]
    return [
        PlanTermDifference(plan_id=plan.id, name=name, ours=ours, pms=pms, explanation=why, seen_on=today)
        for name, ours, pms, why in found
    ]


def refused_difference(plan: PlanRecord, name: str, why: str, today: date) -> PlanTermDifference:
    """What the PMS did not do, or could not tell, of this plan."""
    ours = "closed" if plan.state is not PlanState.ACTIVE else "in force"
    return PlanTermDifference(plan_id=plan.id, name=name, ours=ours, pms="refused", explanation=why, seen_on=today)


def since_first_seen(
    found: Iterable[PlanTermDifference], known: Iterable[PlanTermDifference]
) -> list[PlanTermDifference]:
    """The rows, each with the day on which it was first seen as it is."""
    first = {_as_it_is(row): row.seen_on for row in known}
    return [row.model_copy(update={"seen_on": first.get(_as_it_is(row), row.seen_on)}) for row in found]


def person_s_word(plan: PlanRecord, rows: Iterable[PlanTermDifference]) -> dict[str, str]:
    """Why a person is asked, by its cause; nothing when both sides are the same. What agreed for a day and differs
    again is another cause."""
    lines = [f"- {row.name}: ours {row.ours}, PMS {row.pms}; {row.explanation}" for row in rows]
    if not lines:
        return {}
    causes = sorted(f"{row.seen_on}:{row.name}:{row.ours}:{row.pms}" for row in rows)
    why = (
        f"Payment plan {plan.pms_plan_id} of the PMS is not what was signed. Put it right there, or change the plan "
        "here and have it signed; this task closes by itself when both are the same."
    )
    return {"|".join(causes): "\n".join([why, *lines])}


def _as_it_is(row: PlanTermDifference) -> tuple[str, ...]:
    return row.name, row.ours, row.pms


_Found = tuple[str, str, str, str]


def _terms(draft: PaymentPlanDraft, theirs: PaymentPlanTerms) -> Iterator[_Found]:
    pairs = (
        ("open", "open", "closed" if theirs.closed else "open"),
        ("full lock", _yes(draft.locked), _yes(theirs.locked)),
        ("payment", format_usd(draft.payment_cents), format_usd(theirs.payment_cents)),
        ("down payment", format_usd(draft.down_payment_cents), format_usd(theirs.down_payment_cents)),
        ("APR", _rate(draft.apr), _rate(theirs.apr)),
        ("interest from", _day(draft.interest_from if draft.apr else None), _day(theirs.interest_from)),
        ("frequency", draft.frequency.replace("_", " "), theirs.frequency.replace("_", " ")),
        ("planned work", draft.treat_planned.replace("_", " "), theirs.treat_planned.replace("_", " ")),
        ("first payment", _day(draft.first_due), _day(theirs.first_due)),
        ("agreement", _day(draft.agreed_on), _day(theirs.agreed_on)),
        ("guarantor", f"#{draft.guarantor_id or draft.patient_id}", f"#{theirs.guarantor_id}"),
    )
    for name, ours, pms in pairs:
        if ours != pms:
            locked = LOCKED if theirs.locked and name not in ("open", "full lock") else OTHERWISE
            yield name, ours, pms, _FIXED.get(name, locked)


def _items(plan: PlanRecord, draft: PaymentPlanDraft, theirs: PaymentPlanTerms) -> Iterator[_Found]:
    names = {item.id: item.description or item.id for item in plan.shown_plan.production}
    there = {item.id: item.override_cents for item in theirs.items}
    ours = {item.id: item.override_cents for item in draft.items}
    for key in ours.keys() - there.keys():
        yield f"item {key}", f"{names[key]} attached", "not attached", LOCKED if theirs.locked else NOT_ATTACHED
    for key in there.keys() - ours.keys():
        yield f"item {key}", "not attached", f"item {key} attached", LOCKED if theirs.locked else NOT_TAKEN_OFF
    if draft.locked and theirs.locked:
        return  # a full lock keeps each side's own amounts as overrides; the charges show where they differ
    for key in sorted(ours.keys() & there.keys()):
        if ours[key] != there[key]:
            why = LOCKED if theirs.locked else NO_MORE_THAN_OWED
            yield f"override {key}", f"{names[key]} {_override(ours[key])}", _override(there[key]), why


def _override(cents: int) -> str:
    return format_usd(cents) if cents else "no override"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _rate(value: Decimal) -> str:
    return f"{value.normalize():f} %"


def _day(value: date | None) -> str:
    return value.isoformat() if value else "none"
